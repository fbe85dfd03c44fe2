"""Render tables of known truth, and pages that hold none, into PDF files in many layouts.

    python benchmarks/extraction/render_pdf.py OUT --documents 100 --seed 1

writes `OUT/NNN-kind.pdf` and beside each `OUT/NNN-kind.json`: the tables, page by page and cell
by cell.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from report_tables import report_table
from reportlab.lib.pagesizes import A4, LETTER, landscape
from reportlab.lib.utils import simpleSplit
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas
from statistical_tables import AREAS, TOPICS, policy_table, statistical_table
from truth import TrueCell, TrueTable, paragraph, sentence

FAMILIES = (("Times-Roman", "Times-Bold"), ("Helvetica", "Helvetica-Bold"))
RULES = ("none", "three", "three", "head", "rows", "grid", "separators", "zebra", "shaded head")


@dataclass(frozen=True)
class Style:
    """How one table is set. `figures_at` is the line of a wrapped label its figures stand on."""

    fonts: tuple[str, str]
    size: float
    leading: float
    row_gap: float
    rules: str
    align: str
    figures_at: str
    gap: float
    leaders: bool
    hanging: float
    bold_head: bool
    underline: bool
    thin_boxes: bool
    dashed: bool

    @staticmethod
    def some(rng: random.Random) -> Style:
        size = rng.choice((6.5, 7, 7.5, 8, 8, 9, 9, 10))
        return Style(
            fonts=rng.choice(FAMILIES),
            size=size,
            leading=size * rng.choice((1.05, 1.15, 1.2)),
            row_gap=size * rng.choice((0, 0, 0.15, 0.4, 0.8)),
            rules=rng.choice(RULES),
            align=rng.choice(("right", "right", "right", "center", "decimal")),
            figures_at=rng.choice(("last", "first", "last", "middle")),
            gap=size * rng.choice((0.8, 1.2, 2, 3)),
            leaders=rng.random() < 0.12,
            hanging=rng.choice((0, 0, 4, 8)),
            bold_head=rng.random() < 0.4,
            underline=rng.random() < 0.7,
            thin_boxes=rng.random() < 0.3,
            dashed=rng.random() < 0.08,
        )


@dataclass
class Sheet:
    """A PDF under construction: the canvas, the page number, and the truth so far."""

    canvas: Canvas
    width: float
    height: float
    page: int = 1
    truth: list[dict[str, object]] = field(default_factory=list)

    def turn_page(self) -> None:
        self.canvas.showPage()
        self.page += 1


class TablePrinter:
    """Sets one table at a place on a page; `height` is known before it is drawn."""

    def __init__(self, table: TrueTable, style: Style, room: float) -> None:
        self.table, self.style = table, style
        self.fonts = style.fonts
        self._by_row: dict[int, list[TrueCell]] = {}
        for cell in table.cells:
            self._by_row.setdefault(cell.row, []).append(cell)
        self.widths = self._column_widths(room)
        self.heights = [self._row_height(row) for row in range(table.rows)]

    @property
    def width(self) -> float:
        return sum(self.widths)

    @property
    def height(self) -> float:
        return sum(self.heights) + self.style.size

    def _font(self, cell: TrueCell) -> str:
        bold = (cell.header and self.style.bold_head) or cell.row in self.table.totals
        return self.fonts[1] if bold else self.fonts[0]

    def _natural(self, cell: TrueCell) -> float:
        return stringWidth(cell.text + cell.note, self._font(cell), self.style.size)

    def _column_widths(self, room: float) -> list[float]:
        style, table = self.style, self.table
        widths = []
        for column in range(table.columns):
            own = [c for c in table.cells if c.column == column and c.colspan == 1]
            body = [self._natural(c) for c in own if not c.header and c.row not in table.sections]
            words = [
                stringWidth(w, self.fonts[1], style.size)
                for c in own
                if c.header
                for w in c.text.split()
            ]
            spare = stringWidth(".00", self.fonts[0], style.size) if style.align == "decimal" else 0
            widths.append(max([*body, *words, 8]) + spare + style.gap)
        most = max(room - sum(widths[1:]), 0.28 * room)
        if self.table.title.startswith("Table 2:"):
            return [room * w / sum(widths) for w in widths]
        widths[0] = min(widths[0] + 10, most)
        spare = room - sum(widths)
        if len(widths) > 1 and spare > 0:
            each = min(spare / len(widths), style.gap * 2)
            widths = [w + each for w in widths]
        return widths

    def _lines(self, cell: TrueCell) -> list[str]:
        width = sum(self.widths[cell.column : cell.column + cell.colspan]) - 0.55 * self.style.gap
        if cell.column == 0:
            width -= 8 * self.table.indents.get(cell.row, 0) + self.style.hanging
        if cell.row in self.table.sections:
            width = self.width
        return simpleSplit(cell.text, self._font(cell), self.style.size, max(width, 12)) or [""]

    def _row_height(self, row: int) -> float:
        cells = [c for c in self._by_row.get(row, ()) if c.rowspan == 1]
        lines = max([len(self._lines(c)) for c in cells] or [1])
        padded = self.style.rules in ("grid", "rows")
        extra = max(self.style.row_gap, 0.4 * self.style.size if padded else 0)
        if row < self.table.header_rows:
            extra = max(extra, 0.3 * self.style.size)
        extra += self.style.leading if row in self.table.spaced else 0
        return lines * self.style.leading + extra

    def draw(self, sheet: Sheet, x: float, top: float, rows: range | None = None) -> float:
        """Draw rows (all, or a range of them) from `top` down; return the y below the table."""
        rows = rows if rows is not None else range(self.table.rows)
        self._paint_backgrounds(sheet, x, top, rows)
        y = top
        for row in rows:
            for cell in self._by_row.get(row, ()):
                height = sum(self.heights[row : row + cell.rowspan])
                self._draw_cell(sheet.canvas, cell, x, y, height)
            y -= self.heights[row]
        self._draw_rules(sheet.canvas, x, top, rows)
        sheet.truth.append(self._truth(sheet.page, rows))
        return y

    def _truth(self, page: int, rows: range) -> dict[str, object]:
        cells = [
            {
                "row": c.row - rows.start,
                "column": c.column,
                "rowspan": c.rowspan,
                "colspan": c.colspan,
                "text": c.text,
                "header": c.header,
                "note": c.note,
            }
            for c in self.table.cells
            if c.row in rows and c.text
        ]
        return {"page": page, "cells": cells}

    def _draw_cell(
        self, canvas: Canvas, cell: TrueCell, x: float, top: float, height: float
    ) -> None:
        style = self.style
        lines = self._lines(cell)
        left = x + sum(self.widths[: cell.column])
        width = sum(self.widths[cell.column : cell.column + cell.colspan])
        block = len(lines) * style.leading
        rows_lines = round(height / style.leading)
        free = height - block
        if cell.row in self.table.spaced:
            top -= style.leading
            free -= style.leading
        shift = 0.15 * style.leading
        if cell.header:
            shift = free if rows_lines > len(lines) else free / 2
            if cell.rowspan > 1:
                shift = free * (1 if style.figures_at != "middle" else 0.5)
        elif cell.column and free > 0.5 * style.leading:
            shift = {"first": shift, "last": free - 0.6 * style.row_gap, "middle": free / 2}[
                style.figures_at
            ]
        canvas.setFont(self._font(cell), style.size)
        for number, line in enumerate(lines):
            base = top - shift - number * style.leading - 0.8 * style.size
            self._draw_line(canvas, cell, line, left, width, base, number, number == len(lines) - 1)

    def _draw_line(
        self,
        canvas: Canvas,
        cell: TrueCell,
        line: str,
        left: float,
        width: float,
        base: float,
        number: int,
        last: bool,
    ) -> None:
        style, font = self.style, self._font(cell)
        long = stringWidth(line, font, style.size)
        numeric = self.table.title[:8] != "Table 2:" and cell.column not in self.table.words
        if cell.column == 0 or not numeric:
            start = (
                left
                + 2
                + 8 * self.table.indents.get(cell.row, 0)
                + (style.hanging if number else 0)
            )
        elif (
            cell.header and (cell.colspan > 1 or style.align == "center")
        ) or style.align == "center":
            start = left + (width - long) / 2
        elif style.align == "decimal" and not cell.header:
            mark = max(line.rfind("."), line.rfind(","))
            decimals = line[mark:] if mark > len(line) - 4 else ""
            room = stringWidth(".00", font, style.size)
            start = left + width - 3 - room - long + stringWidth(decimals, font, style.size)
            start = max(min(start, left + width - long - 1), left)
        else:
            start = left + width - long - 3
        canvas.drawString(start, base, line)
        if last and cell.note:
            canvas.setFont(font, 0.62 * style.size)
            canvas.drawString(start + long + 0.2, base + 0.38 * style.size, cell.note)
            canvas.setFont(font, style.size)
        elif (
            last
            and style.leaders
            and cell.column == 0
            and not cell.header
            and cell.row not in self.table.sections
        ):
            dot = stringWidth(" .", font, style.size)
            count = int((left + width - start - long - 4) / dot)
            if count > 2:
                canvas.drawString(start + long, base, " ." * count)

    def _paint_backgrounds(self, sheet: Sheet, x: float, top: float, rows: range) -> None:
        style, canvas = self.style, sheet.canvas
        y = top
        for row in rows:
            head = row < self.table.header_rows
            odd = not head and (row - self.table.header_rows) % 2 == 0
            if (style.rules == "zebra" and odd) or (style.rules == "shaded head" and head):
                canvas.setFillGray(0.88)
                canvas.rect(
                    x, y - self.heights[row], self.width, self.heights[row], stroke=0, fill=1
                )
                canvas.setFillGray(0)
            y -= self.heights[row]

    def _draw_rules(self, canvas: Canvas, x: float, top: float, rows: range) -> None:
        rules = self.style.rules
        edges = [top]
        for row in rows:
            edges.append(edges[-1] - self.heights[row])
        head = self.table.header_rows if rows.start == 0 else 0
        full: list[float] = []
        if rules in ("three", "separators", "shaded head"):
            full = [edges[0], edges[head], edges[-1]] if head else [edges[0], edges[-1]]
        elif rules == "head" and head:
            full = [edges[head]]
        elif rules in ("rows", "grid"):
            full = [edges[0], *edges[head:]] if rules == "rows" else []
        for y in full:
            self._rule(canvas, x, y, x + self.width, y)
        if head > 1 and self.style.underline and rules in ("three", "rows", "head", "separators"):
            self._underline_spans(canvas, x, edges, rules == "separators")
        if rules == "grid":
            self._draw_grid(canvas, x, edges, rows)
        if rules == "separators":
            at = x
            for column, width in enumerate(self.widths[:-1]):
                at += width
                self._rule(canvas, at, self._separator_top(column, edges, head), at, edges[-1])

    def _separator_top(self, column: int, edges: list[float], head: int) -> float:
        spanning = [
            c
            for c in self.table.cells
            if c.header and c.colspan > 1 and c.column <= column < c.column + c.colspan - 1
        ]
        return edges[max((c.row + 1 for c in spanning), default=0)] if head else edges[0]

    def _underline_spans(self, canvas: Canvas, x: float, edges: list[float], whole: bool) -> None:
        for cell in self.table.cells:
            if cell.header and cell.colspan > 1:
                left = x + sum(self.widths[: cell.column])
                right = left + sum(self.widths[cell.column : cell.column + cell.colspan])
                inset = 0 if whole else 0.3 * self.style.gap
                self._rule(
                    canvas, left + inset, edges[cell.row + 1], right - inset, edges[cell.row + 1]
                )

    def _draw_grid(self, canvas: Canvas, x: float, edges: list[float], rows: range) -> None:
        for cell in self.table.cells:
            if cell.row in rows:
                pass
        covered = {(c.row, c.column): c for c in self.table.cells if c.row in rows}
        for row in rows:
            for column in range(self.table.columns):
                inside = any(
                    c.row <= row < c.row + c.rowspan
                    and c.column <= column < c.column + c.colspan
                    and (c.row, c.column) != (row, column)
                    for c in covered.values()
                )
                if inside:
                    continue
                cell = covered.get((row, column), TrueCell(row, column, ""))
                left = x + sum(self.widths[:column])
                right = left + sum(self.widths[column : column + cell.colspan])
                top, bottom = edges[row - rows.start], edges[row - rows.start + cell.rowspan]
                for line in (
                    (left, top, right, top),
                    (left, bottom, right, bottom),
                    (left, top, left, bottom),
                    (right, top, right, bottom),
                ):
                    self._rule(canvas, *line)

    def _rule(self, canvas: Canvas, x0: float, y0: float, x1: float, y1: float) -> None:
        if self.style.thin_boxes:
            canvas.rect(
                min(x0, x1), min(y0, y1), max(x1 - x0, 0.6), max(y0 - y1, 0.6), stroke=0, fill=1
            )
            return
        canvas.setLineWidth(0.6)
        if self.style.dashed:
            canvas.setDash(1, 1.5)
        canvas.line(x0, y0, x1, y1)
        canvas.setDash()


def write_prose(
    sheet: Sheet, rng: random.Random, box: tuple[float, float, float], sentences: int
) -> float:
    """Set a justified paragraph from x0 to x1 below y; return the y below it."""
    x0, x1, y = box
    size = 9.5
    sheet.canvas.setFont("Times-Roman", size)
    lines = simpleSplit(paragraph(rng, sentences), "Times-Roman", size, x1 - x0)
    for number, line in enumerate(lines):
        words = line.split()
        spare = x1 - x0 - stringWidth(line, "Times-Roman", size)
        last = number == len(lines) - 1
        x = x0
        for word in words:
            sheet.canvas.drawString(x, y, word)
            extra = 0 if last else spare / max(len(words) - 1, 1)
            x += stringWidth(word + " ", "Times-Roman", size) + extra
        y -= 1.2 * size
    return y - 6


def furniture(sheet: Sheet, running: str) -> None:
    """Running header and page number."""
    sheet.canvas.setFont("Helvetica", 7)
    sheet.canvas.drawString(60, sheet.height - 30, running)
    sheet.canvas.drawRightString(sheet.width - 60, 24, str(sheet.page + 10))


def place_table(
    sheet: Sheet, rng: random.Random, table: TrueTable, box: tuple[float, float, float]
) -> float:
    """Title, table and notes below y in the stretch x0 to x1; the y below, or -1 when too high."""
    x0, x1, y = box
    style = Style.some(rng)
    if table.title.startswith("Table 2:"):
        style = replace(
            style, rules=rng.choice(("rows", "grid", "three")), row_gap=0.7 * style.size
        )
        style = replace(style, figures_at="first")
    printer = TablePrinter(table, style, x1 - x0)
    need = printer.height + 60
    if y - need < 50 or printer.width > x1 - x0 + 1:
        return -1
    if rng.random() < 0.85:
        sheet.canvas.setFont(style.fonts[1], 9)
        for line in simpleSplit(table.title, style.fonts[1], 9, x1 - x0):
            sheet.canvas.drawString(x0, y, line)
            y -= 11
        if rng.random() < 0.3:
            sheet.canvas.setFont(style.fonts[0], 7.5)
            sheet.canvas.drawString(x0, y, "(thousands, seasonally adjusted)")
            y -= 10
    y = printer.draw(sheet, x0 + (rng.random() < 0.2) * 6, y - 2)
    y -= style.size
    sheet.canvas.setFont(style.fonts[0], 7)
    for note in table.notes:
        for line in simpleSplit(note, style.fonts[0], 7, x1 - x0):
            sheet.canvas.drawString(x0, y, line)
            y -= 8.4
    return y - 14


def one_column(sheet: Sheet, rng: random.Random) -> None:
    """Prose with one to three tables between the paragraphs."""
    lang = rng.choice(("en", "en", "fr"))
    for _ in range(rng.randint(1, 2)):
        furniture(sheet, "Annual statistical report")
        y = sheet.height - 60
        for _ in range(rng.randint(1, 3)):
            y = write_prose(sheet, rng, (60, sheet.width - 60, y), rng.randint(1, 5))
            table = policy_table(rng) if rng.random() < 0.1 else report_table(rng, lang)
            below = place_table(sheet, rng, table, (60, sheet.width - 60, y))
            y = below if below > 0 else y
            if y < 160:
                break
        if y > 160:
            write_prose(sheet, rng, (60, sheet.width - 60, y), 3)
        sheet.turn_page()


def two_columns(sheet: Sheet, rng: random.Random) -> None:
    """Prose in two columns, a narrow table in one of them or a wide one across both."""
    furniture(sheet, "Regional monitor")
    middle = sheet.width / 2
    stretches = [(50, middle - 10), (middle + 10, sheet.width - 50)]
    y = sheet.height - 60
    if rng.random() < 0.5:
        below = place_table(sheet, rng, report_table(rng), (50, sheet.width - 50, y))
        y = below if below > 0 else y
    with_table = rng.randint(0, 1)
    for index, (x0, x1) in enumerate(stretches):
        at = write_prose(sheet, rng, (x0, x1, y), rng.randint(2, 5))
        if index == with_table:
            small = report_table(rng, columns=rng.randint(2, 3))
            below = place_table(sheet, rng, small, (x0, x1, at))
            at = below if below > 0 else at
        while at > 130:
            at = write_prose(sheet, rng, (x0, x1, at), 3)
    sheet.turn_page()


def side_by_side(sheet: Sheet, rng: random.Random) -> None:
    """Two narrow tables beside one another, prose over both."""
    y = write_prose(sheet, rng, (50, sheet.width - 50, sheet.height - 60), 4)
    middle = sheet.width / 2
    for x0, x1 in ((50, middle - 15), (middle + 15, sheet.width - 50)):
        place_table(sheet, rng, report_table(rng, columns=rng.randint(2, 3)), (x0, x1, y))
    sheet.turn_page()


def over_pages(sheet: Sheet, rng: random.Random) -> None:
    """One table over two pages, its header repeated or not."""
    table = statistical_table(rng)
    style = Style.some(rng)
    printer = TablePrinter(table, style, sheet.width - 120)
    body = table.rows - table.header_rows
    if body < 6 or printer.width > sheet.width - 119:
        return one_column(sheet, rng)
    cut = table.header_rows + body // 2
    y = sheet.height - 60
    while y - sum(printer.heights[:cut]) > 75 and y > 200:
        y = write_prose(sheet, rng, (60, sheet.width - 60, y), 1)
    if y - sum(printer.heights[:cut]) < 45:
        y = 60 + sum(printer.heights[:cut])
    printer.draw(sheet, 60, y, range(cut))
    sheet.turn_page()
    y = sheet.height - 60
    printer.draw(sheet, 60, y, range(cut, table.rows))
    write_prose(sheet, rng, (60, sheet.width - 60, y - sum(printer.heights[cut:]) - 30), 5)
    return sheet.turn_page()


def contents(sheet: Sheet, rng: random.Random) -> None:
    """A table of contents and a list: no table."""
    y = sheet.height - 80
    sheet.canvas.setFont("Times-Roman", 10)
    number = 1
    dotted = rng.random() < 0.7
    for index in range(rng.randint(12, 25)):
        title = f"{index + 1}. {sentence(rng, rng.randint(2, 6))[:-1]}"
        wide = stringWidth(title, "Times-Roman", 10)
        sheet.canvas.drawString(70, y, title)
        if dotted:
            dots = int((sheet.width - 160 - wide) / stringWidth(".", "Times-Roman", 10))
            sheet.canvas.drawString(75 + wide, y, "." * dots)
        sheet.canvas.drawRightString(sheet.width - 70, y, str(number))
        number += rng.randint(0, 4)
        y -= 15
    for index in range(6):
        sheet.canvas.drawString(70, y, rng.choice(("•", f"{index + 1}.", f"({chr(97 + index)})")))
        sheet.canvas.drawString(90, y, sentence(rng, 9))
        y -= 14
    sheet.turn_page()


def bars(sheet: Sheet, rng: random.Random) -> None:
    """A bar chart with axis labels and a legend, between paragraphs: no table."""
    y = write_prose(sheet, rng, (60, sheet.width - 60, sheet.height - 60), 5)
    canvas = sheet.canvas
    canvas.setFont("Helvetica-Bold", 9)
    canvas.drawString(60, y, "Figure 3: Results of the programme by year")
    left, bottom, width, height = 90, y - 230, 380, 200
    canvas.rect(left, bottom, width, height)
    canvas.setFont("Helvetica", 7)
    for step in range(6):
        at = bottom + step * height / 5
        canvas.drawRightString(left - 4, at - 2, str(step * 200))
        if rng.random() < 0.8:
            canvas.line(left, at, left + width, at)
    years = rng.randint(5, 9)
    for index in range(years):
        x = left + 10 + index * (width - 20) / years
        tall = rng.randint(20, 190)
        canvas.setFillGray(0.5)
        canvas.rect(x, bottom, 18, tall, fill=1)
        canvas.setFillGray(0)
        canvas.drawCentredString(x + 9, bottom - 10, str(2001 + index))
        if rng.random() < 0.6:
            canvas.drawCentredString(x + 9, bottom + tall + 3, str(tall * 5))
    canvas.drawString(left + 40, bottom - 26, "Men")
    canvas.drawString(left + 140, bottom - 26, "Women")
    write_prose(sheet, rng, (60, sheet.width - 60, bottom - 50), 5)
    sheet.turn_page()


def agenda(sheet: Sheet, rng: random.Random) -> None:
    """An agenda with times, numbered points with figures in the text, a formula: no table."""
    canvas = sheet.canvas
    y = write_prose(sheet, rng, (60, sheet.width - 60, sheet.height - 60), 3)
    canvas.setFont("Helvetica", 9)
    for hour in range(9, 17):
        canvas.drawString(60, y, f"{hour}:{rng.choice(('00', '15', '30'))}")
        canvas.drawString(110, y, sentence(rng, rng.randint(4, 9)))
        y -= 13
    y = write_prose(sheet, rng, (60, sheet.width - 60, y - 16), 2)
    for index in range(5):
        canvas.setFont("Times-Roman", 9.5)
        canvas.drawString(60, y, f"({chr(97 + index)})")
        canvas.drawString(
            80, y, f"EUR {rng.randint(1, 90)} million in {2001 + index}, {sentence(rng, 5)}"
        )
        y -= 13
    canvas.drawString(180, y - 10, "V = (a + b) × 12 / 365")
    canvas.drawRightString(sheet.width - 60, y - 10, "(1)")
    write_prose(sheet, rng, (60, sheet.width - 60, y - 40), 4)
    sheet.turn_page()


def line_chart(sheet: Sheet, rng: random.Random) -> None:
    """Two line charts side by side with axes, grid lines, legends and values: no table."""
    canvas = sheet.canvas
    y = write_prose(sheet, rng, (60, sheet.width - 60, sheet.height - 60), 4)
    for left in (80, 330):
        canvas.setFont("Helvetica-Bold", 8)
        canvas.drawString(left - 20, y, f"Chart {rng.randint(1, 9)}. Persons reached, in thousands")
        bottom, width, height = y - 170, 200, 140
        canvas.setFont("Helvetica", 6.5)
        for step in range(7):
            at = bottom + step * height / 6
            canvas.drawRightString(left - 4, at - 2, f"{step * 15}")
            canvas.setLineWidth(0.3)
            canvas.line(left, at, left + width, at)
        last = None
        for index in range(9):
            x = left + 10 + index * (width - 20) / 8
            canvas.drawCentredString(x, bottom - 9, f"{2001 + index}")
            point = (x, bottom + rng.randint(10, 130))
            if last:
                canvas.setLineWidth(1)
                canvas.line(*last, *point)
            last = point
            if rng.random() < 0.5:
                canvas.drawCentredString(point[0], point[1] + 4, str(rng.randint(10, 90)))
        for n, name in enumerate(("North", "South", "Capital")):
            canvas.line(left + n * 60, bottom - 22, left + 12 + n * 60, bottom - 22)
            canvas.drawString(left + 15 + n * 60, bottom - 24, name)
    canvas.setFont("Helvetica", 7)
    canvas.drawString(60, y - 215, "Source: National statistical office.")
    write_prose(sheet, rng, (60, sheet.width - 60, y - 240), 5)
    sheet.turn_page()


def letter(sheet: Sheet, rng: random.Random) -> None:
    """A letter with addresses, dates and a signature, then references: no table."""
    canvas = sheet.canvas
    canvas.setFont("Times-Roman", 10)
    y = sheet.height - 80
    for left, right in (
        ("Ministry of Public Works", "Telephone: 555 0100"),
        ("12 Harbour Street", "Fax: 555 0199"),
        ("Old Town 1040", "Our reference: 2011/145"),
        ("", "Date: 12 August 2011"),
    ):
        canvas.drawString(60, y, left)
        canvas.drawString(sheet.width - 220, y, right)
        y -= 13
    y = write_prose(sheet, rng, (60, sheet.width - 60, y - 30), 4)
    y = write_prose(sheet, rng, (60, sheet.width - 60, y), 6)
    canvas.setFont("Times-Roman", 9)
    for index in range(9):
        office = f"[{index + 1}] {rng.choice(AREAS['en'].split('|'))} office (200{index})."
        text = f"{office} {sentence(rng, 14)} pp. {index * 7 + 3}–{index * 9 + 12}."
        for number, line in enumerate(simpleSplit(text, "Times-Roman", 9, sheet.width - 150)):
            canvas.drawString(60 + (18 if number else 0), y, line)
            y -= 11
        y -= 3
    sheet.turn_page()


def form(sheet: Sheet, rng: random.Random) -> None:
    """Boxes around text, an organisation chart, a framed note: no table."""
    canvas = sheet.canvas
    y = write_prose(sheet, rng, (60, sheet.width - 60, sheet.height - 60), 3)
    canvas.rect(60, y - 90, sheet.width - 120, 84)
    write_prose(sheet, rng, (70, sheet.width - 70, y - 24), 2)
    y -= 130
    for index in range(3):
        x = 70 + index * 160
        canvas.rect(x, y - 30, 120, 26)
        canvas.setFont("Helvetica", 8)
        canvas.drawCentredString(x + 60, y - 20, rng.choice(TOPICS["en"].split("|"))[:24])
        canvas.line(x + 60, y - 30, x + 60, y - 60)
    canvas.line(130, y - 60, 450, y - 60)
    y = write_prose(sheet, rng, (60, sheet.width - 60, y - 100), 5)
    canvas.setFont("Helvetica", 9)
    for label in ("Name", "Address", "Date of birth", "Telephone"):
        canvas.drawString(60, y, f"{label}:")
        canvas.line(150, y - 2, 400, y - 2)
        y -= 20
    sheet.turn_page()


KINDS: dict[str, tuple[Callable[[Sheet, random.Random], None], int]] = {
    "one-column": (one_column, 10),
    "two-columns": (two_columns, 5),
    "side-by-side": (side_by_side, 2),
    "over-pages": (over_pages, 3),
    "agenda": (agenda, 1),
    "chart": (line_chart, 1),
    "contents": (contents, 1),
    "bars": (bars, 1),
    "letter": (letter, 1),
    "form": (form, 1),
}


def render(path: Path, kind: str, seed: int) -> None:
    """Write one document and its truth beside it."""
    rng = random.Random(seed)
    size = rng.choice((A4, A4, LETTER))
    turned = kind in ("one-column", "over-pages") and rng.random() < 0.2
    if turned:
        size = landscape(size)
    canvas = Canvas(str(path), pagesize=size, invariant=True)
    sheet = Sheet(canvas, *size)
    KINDS[kind][0](sheet, rng)
    if sheet.page == 1:
        sheet.turn_page()
    canvas.save()
    truth = {"kind": kind, "pages": sheet.page - 1, "tables": sheet.truth}
    path.with_suffix(".json").write_text(json.dumps(truth, ensure_ascii=False), encoding="utf-8")


def render_all(out: Path, documents: int, seed: int) -> list[Path]:
    """Write a set of documents of all kinds, in fixed shares."""
    out.mkdir(parents=True, exist_ok=True)
    kinds = [kind for kind, (_, share) in KINDS.items() for _ in range(share)]
    paths = []
    for number in range(documents):
        kind = kinds[number % len(kinds)]
        path = out / f"{number:03}-{kind}.pdf"
        render(path, kind, seed * 10_000 + number)
        paths.append(path)
    return paths


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--documents", type=int, default=96)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    print(f"{len(render_all(given.out, given.documents, given.seed))} documents in {given.out}")


if __name__ == "__main__":
    main()
