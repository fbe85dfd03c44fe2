"""Tables of known truth → workbooks, plain or untidy as offices keep them."""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import xlsxwriter
from report_tables import report_table
from statistical_tables import policy_table
from truth import Expected, TrueCell, TrueTable, paragraph


@dataclass(frozen=True)
class Mess:
    """How a sheet around and inside one table is untidy; rows and columns counted from 0."""

    top: int
    left: int
    title: str = "line"
    subtitle: bool = False
    title_gap: int = 0
    notes_gap: int = 0
    merges: bool = True
    marks: str = "raised"
    hidden_row: int | None = None
    hidden_column: int | None = None
    blank_row: int | None = None
    blank_column: int | None = None
    units: bool = False
    tags: bool = False
    filtered: bool = False


@dataclass
class Placed:
    """Where the rows and columns of a table went on the sheet."""

    rows: dict[int, int] = field(default_factory=dict)
    columns: dict[int, int] = field(default_factory=dict)
    bottom: int = 0
    right: int = 0


def some_mess(rng: random.Random, table: TrueTable) -> Mess:
    """A few of the things that real sheets do, each now and then."""

    def sometimes(share: float, value: Any, otherwise: Any = None) -> Any:
        return value if rng.random() < share else otherwise

    last = table.rows - 1
    middle = rng.randint(table.header_rows + 1, last) if last > table.header_rows + 1 else None
    has_figures = not table.title.startswith("Table 2:")
    numeric = sorted({cell.column for cell in table.cells if cell.column > 0})
    return Mess(
        top=rng.choice((0, 0, 1, 3, 6)),
        left=rng.choice((0, 0, 1, 2)),
        title=rng.choice(("line", "line", "merged", "none")),
        subtitle=rng.random() < 0.2,
        title_gap=rng.choice((0, 0, 1, 2)),
        notes_gap=rng.choice((0, 0, 1, 2)),
        merges=rng.random() < 0.7,
        marks=rng.choice(("raised", "raised", "unicode", "bracket")),
        hidden_row=sometimes(0.15, middle),
        hidden_column=sometimes(0.12, rng.choice(numeric)),
        blank_row=sometimes(0.2 if has_figures else 0, middle),
        blank_column=sometimes(0.12 if has_figures and len(numeric) > 2 else 0, numeric[-1]),
        units=has_figures and table.header_rows == 1 and rng.random() < 0.2,
        tags=has_figures and rng.random() < 0.12,
        filtered=rng.random() < 0.15,
    )


def typed(rng: random.Random, table: TrueTable) -> TrueTable:
    """The same table with figures as a workbook stores them."""
    decimals = rng.choice((0, 0, 1, 2))

    def figure(cell: TrueCell) -> TrueCell:
        if cell.header or cell.column == 0 or not any(ch.isdigit() for ch in cell.text):
            return cell
        number = round(rng.random() ** 3 * rng.choice((90, 9_000, 4_000_000)), decimals)
        text = str(number).removesuffix(".0")
        return replace(cell, text=text, note=cell.note if cell.note != "*" else "3")

    return replace(table, cells=[figure(cell) for cell in table.cells])


class SheetWriter:
    """Writes tables on one sheet and keeps their truth."""

    def __init__(self, book: Any, name: str, rng: random.Random) -> None:
        self.rng = rng
        self.name = name
        self.sheet = book.add_worksheet(name)
        self.plain = book.add_format()
        self.bold = book.add_format({"bold": True})
        self.raised = book.add_format({"font_script": 1})
        self.grouped = book.add_format({"num_format": "#,##0.##"})
        self.truths: list[Expected] = []

    def add(self, table: TrueTable, mess: Mess) -> Placed:
        """Write one table with what stands above and below it."""
        row = mess.top
        width = table.columns - 1
        if mess.title == "merged" and width:
            self.sheet.merge_range(row, mess.left, row, mess.left + width, table.title, self.bold)
        elif mess.title == "line":
            self.sheet.write_string(row, mess.left, table.title, self.bold)
        if mess.title != "none":
            row += 1
            if mess.subtitle:
                self.sheet.write_string(row, mess.left, "(provisional figures)")
                row += 1
            row += mess.title_gap
        placed = self._place(table, mess, row)
        for cell in table.cells:
            self._write(cell, table, mess, placed)
        self._write_extras(table, mess, placed)
        notes = [n for n in table.notes if not n[0].isdigit() or _marks(table, "1")]
        bottom = placed.bottom + 1 + mess.notes_gap
        for number, note in enumerate(notes):
            self.sheet.write_string(bottom + number, mess.left, note)
        placed.bottom = bottom + len(notes)
        self.truths.append(self._truth(table, mess))
        return placed

    def _place(self, table: TrueTable, mess: Mess, top: int) -> Placed:
        placed = Placed()
        at = top
        for row in range(table.rows):
            if row == table.header_rows:
                at += mess.units + mess.tags
            at += row == mess.blank_row
            placed.rows[row] = at
            at += 1 + (row == mess.hidden_row)
        placed.bottom = at - 1
        at = mess.left
        for column in range(table.columns):
            at += column == mess.blank_column
            placed.columns[column] = at
            at += 1 + (column == mess.hidden_column)
        placed.right = at - 1
        return placed

    def _write(self, cell: TrueCell, table: TrueTable, mess: Mess, placed: Placed) -> None:
        row, column = placed.rows[cell.row], placed.columns[cell.column]
        last_row = placed.rows[cell.row + cell.rowspan - 1]
        last_column = placed.columns[cell.column + cell.colspan - 1]
        merged = cell.rowspan * cell.colspan > 1 and mess.merges
        if merged:
            self.sheet.merge_range(row, column, last_row, last_column, "")
        text = "  " * table.indents.get(cell.row, 0) * (cell.column == 0) + cell.text
        if cell.note and (mess.marks == "raised" or not _is_number(cell.text)):
            self.sheet.write_rich_string(row, column, text, self.raised, cell.note, self.plain)
        elif cell.note:
            text += _printed_mark(cell.note, mess.marks)
            self.sheet.write_string(row, column, text)
        elif _is_number(cell.text):
            self.sheet.write_number(
                row, column, float(cell.text), self.grouped if cell.column else None
            )
        else:
            self.sheet.write_string(row, column, text)

    def _write_extras(self, table: TrueTable, mess: Mess, placed: Placed) -> None:
        first_body = placed.rows[table.header_rows]
        below_header = placed.rows[table.header_rows - 1] + 1
        for column in range(1, table.columns):
            if mess.units:
                self.sheet.write_string(below_header, placed.columns[column], "(m²)")
            if mess.tags:
                self.sheet.write_string(first_body - 1, placed.columns[column], f"#value+c{column}")
        if mess.tags:
            self.sheet.write_string(first_body - 1, placed.columns[0], "#adm1+name")
        if mess.hidden_row is not None:
            hidden = placed.rows[mess.hidden_row] + 1
            for column in placed.columns.values():
                self.sheet.write_number(hidden, column, 999_999)
            self.sheet.set_row(hidden, None, None, {"hidden": True})
        if mess.hidden_column is not None:
            hidden = placed.columns[mess.hidden_column] + 1
            for row in placed.rows.values():
                self.sheet.write_number(row, hidden, 999_999)
            self.sheet.set_column(hidden, hidden, None, None, {"hidden": True})
        if mess.filtered:
            self.sheet.autofilter(below_header - 1, placed.columns[0], placed.bottom, placed.right)

    def _truth(self, table: TrueTable, mess: Mess) -> Expected:
        truth = replace(table.expected(), where=self.name)
        if not mess.units:
            return truth
        header = [
            h if c == 0 else f"{h} / (m²)" if h else "(m²)" for c, h in enumerate(truth.header)
        ]
        return replace(truth, header=header)


def _printed_mark(note: str, manner: str) -> str:
    """A mark typed behind a figure."""
    if not note.isalnum():
        return note
    raised = manner == "unicode" and note in "123"
    return note.translate(str.maketrans("123", "¹²³")) if raised else f"[{note}]"


def _is_number(text: str) -> bool:
    return text.replace(".", "", 1).isdecimal()


def _marks(table: TrueTable, mark: str) -> bool:
    return any(cell.note == mark for cell in table.cells)


def render(path: Path, rng: random.Random) -> list[Expected]:
    """Write one workbook of one to three sheets; return the truth of its tables."""
    book = xlsxwriter.Workbook(str(path))
    truths: list[Expected] = []
    if rng.random() < 0.3:
        cover = book.add_worksheet("About")
        lines = ["Title", "Source", "Licence"], ["Annual survey", "Statistical office", "CC BY 4.0"]
        for row, (label, value) in enumerate(zip(*lines, strict=True)):
            cover.write_row(row, 0, [label, value])
        cover.write_string(5, 0, paragraph(rng, 2))
    names = rng.sample(
        ["Data", "Table 1", "Régions 2022", "Survey's results"], k=rng.choice((1, 1, 2))
    )
    for name in names:
        writer = SheetWriter(book, name, rng)
        table, mess = _one(rng)
        if rng.random() < 0.35:
            alone = {"hidden_column": None, "hidden_row": None, "filtered": False}
            placed = writer.add(table, replace(mess, **alone))
            table, mess = _one(rng)
            if rng.random() < 0.3:
                untorn = {"blank_row": None, "blank_column": None}
                mess = replace(mess, left=placed.right + 3, top=0, **alone, **untorn)
            else:
                title = "line" if mess.title == "none" else mess.title
                mess = replace(mess, top=placed.bottom + rng.choice((2, 3)), left=0, title=title)
                mess = replace(mess, blank_column=None, **alone)
        writer.add(table, mess)
        truths.extend(writer.truths)
    if rng.random() < 0.2:
        hidden = book.add_worksheet("Scratch")
        hidden.write_row(0, 0, [1, 2, 3])
        hidden.hide()
    book.close()
    return truths


def _one(rng: random.Random) -> tuple[TrueTable, Mess]:
    if rng.random() < 0.12:
        table = policy_table(rng)
    else:
        table = typed(rng, report_table(rng, rng.choice(("en", "fr"))))
    mess = some_mess(rng, table)
    return table, replace(mess, **TIDY_BODY) if _has_merged_body(table) else mess


#: Rows and columns put between merged cells would belong to nobody.
TIDY_BODY: dict[str, Any] = {
    "merges": True,
    "hidden_row": None,
    "blank_row": None,
    "filtered": False,
}


def _has_merged_body(table: TrueTable) -> bool:
    return any(cell.rowspan > 1 and not cell.header for cell in table.cells)


def render_plain(path: Path, rng: random.Random) -> list[Expected]:
    """Write a workbook of one sheet that holds one table from A1 and nothing else."""
    book = xlsxwriter.Workbook(str(path))
    writer = SheetWriter(book, "Data", rng)
    table = replace(typed(rng, report_table(rng, rng.choice(("en", "fr")))), notes=[], title="")
    writer.add(table, Mess(top=0, left=0, title="none", marks=rng.choice(("raised", "unicode"))))
    book.close()
    return writer.truths
