"""The text of a page outside its tables, as blocks in reading order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median

from mtool.readers.blocks import Kind, TextBlock
from mtool.readers.captions import LONGEST as LONGEST_CAPTION
from mtool.readers.pdf.furniture import Sheet
from mtool.readers.pdf.geometry import Box
from mtool.readers.pdf.grid import Grid
from mtool.readers.pdf.layout import is_caption, is_note, lay_out
from mtool.readers.pdf.words import Line, Word, group_lines, split_segments
from mtool.readers.runs import Mark
from mtool.readers.text.sentences import Hyphens, is_ended

_BULLETS = "•–-▪●○■□➢*·"


@dataclass(frozen=True, slots=True)
class Placed:
    """A block of text or a table, and where it stands."""

    page: int
    box: Box
    block: TextBlock | Grid


def page_flow(
    sheet: Sheet, words: Sequence[Word], grids: Sequence[Grid], body_size: float, hyphens: Hyphens
) -> list[Placed]:
    """Blocks of one page in reading order: column by column, from the top."""
    layout = lay_out(sheet.ink, [w for w in words if not w.angle])
    columns: dict[tuple[int, int], list[Word]] = {}
    for line in (*layout.prose, *(li for frame in layout.frames for li in frame.lines)):
        columns.setdefault(_reach(line.x0, line.x1, layout.gutters), []).extend(line.words)
    placed: list[Placed] = []
    number = sheet.ink.number
    for found in columns.values():
        for lines in _paragraphs(_captions_apart(group_lines(found)), grids):
            box = _box(lines)
            below = any(_is_small_print(lines[0], grid, body_size) for grid in grids)
            for part in _notes_apart(lines) if below else [lines]:
                block = _block(part, body_size, hyphens)
                block = replace(block, kind="note") if below and block.kind == "prose" else block
                placed.append(Placed(number, box, block))
    placed += [Placed(number, grid.box, grid) for grid in grids]
    return _ordered(placed, layout.gutters)


def _captions_apart(lines: Sequence[Line]) -> list[Line]:
    """Cut a line that holds the captions of two tables abreast."""
    cut: list[Line] = []
    for line in lines:
        pieces = split_segments(line) if is_caption(line.text) else [line]
        abreast = len(pieces) > 1 and all(is_caption(piece.text) for piece in pieces)
        cut += pieces if abreast else [line]
    return cut


def _is_small_print(line: Line, grid: Grid, body_size: float) -> bool:
    """The line stands right under a table, in small type or opening as no sentence does."""
    near = -2 <= line.top - grid.box.bottom < 6 * line.size
    if not near or line.x0 > grid.box.x1 or line.x1 < grid.box.x0:
        return False
    sizes = [word.size for cell in grid.cells for word in cell.words]
    if line.size > 1.05 * median(sizes):
        return False
    first = line.words[0]
    opens = bool(first.lead_marks) or not first.text[0].isalnum() or is_note(line)
    return line.size < 0.94 * body_size or opens


def _notes_apart(lines: Sequence[Line]) -> list[list[Line]]:
    """Cut small print where a raised mark opens the next note within a line."""
    parts: list[list[Line]] = [[]]
    for line in lines:
        run: list[Word] = []
        for word in line.words:
            if word.lead_marks and (run or parts[-1]):
                if run:
                    parts[-1].append(Line(tuple(run)))
                run = []
                parts.append([])
            run.append(word)
        parts[-1].append(Line(tuple(run)))
    return [part for part in parts if part]


def _reach(x0: float, x1: float, gutters: Sequence[float]) -> tuple[int, int]:
    low = sum(x0 > g - 2 for g in gutters)
    return low, max(low, sum(x1 > g + 2 for g in gutters))


def _box(lines: Sequence[Line]) -> Box:
    box = lines[0].box
    for line in lines[1:]:
        box = box.union(line.box)
    return box


def _paragraphs(lines: Sequence[Line], grids: Sequence[Grid]) -> Iterator[list[Line]]:
    """Cut the lines of one column into paragraphs."""
    if not lines:
        return
    pitches = [b.base - a.base for a, b in pairwise(lines) if b.base - a.base < 2 * a.size]
    pitch = median(pitches) if pitches else 1.2 * lines[0].size
    right = max(line.x1 for line in lines)
    paragraph: list[Line] = []
    for line in lines:
        if paragraph and _begins(paragraph, line, pitch, right, grids):
            yield paragraph
            paragraph = []
        paragraph.append(line)
    yield paragraph


def _begins(
    paragraph: Sequence[Line], line: Line, pitch: float, right: float, grids: Sequence[Grid]
) -> bool:
    """The line opens a paragraph of its own."""
    above = paragraph[-1]
    gap = line.base - above.base
    if abs(gap) < 0.1 and line.x0 > above.x1:
        return True
    if gap > 1.3 * max(pitch, 1.05 * above.size) or gap < 0.3 * above.size:
        return True
    if abs(line.size - above.size) > 0.12 * above.size or line.bold != above.bold:
        return True
    if any(above.base < grid.box.bottom and grid.box.top < line.base for grid in grids):
        return True
    if is_caption(line.text) or is_note(line) or line.words[0].text in _BULLETS:
        return True
    short = right - above.x1 > max(0.12 * (right - paragraph[0].x0), 3 * line.size)
    ended = is_ended(above.text)
    indented = line.x0 - min(li.x0 for li in paragraph) > 0.8 * line.size
    return ended and (short or (indented and len(paragraph) > 1))


def _block(lines: Sequence[Line], body_size: float, hyphens: Hyphens) -> TextBlock:
    text = hyphens.join(line.text for line in lines)
    lead = lines[0].words[0].lead_marks
    marks = tuple(Mark(mark) for line in lines for mark in _marks(line))[len(lead) :]
    kind = _kind(lines, text, body_size)
    return TextBlock(
        text,
        kind,
        marks,
        note_mark=lead[0] if lead and kind == "note" else "",
        bold=all(line.bold for line in lines),
    )


def _marks(line: Line) -> Iterator[str]:
    for word in line.words:
        yield from word.lead_marks
        yield from word.marks


def _kind(lines: Sequence[Line], text: str, body_size: float) -> Kind:
    first = lines[0]
    if is_caption(text) and len(text) <= LONGEST_CAPTION:
        return "caption"
    small = first.size < 0.94 * body_size
    if first.words[0].lead_marks:
        return "note"
    if small and is_note(first):
        return "note"
    stands_out = first.size > 1.1 * body_size or all(line.bold for line in lines) or text.isupper()
    if stands_out and len(text.split()) <= 18 and not is_ended(text):
        return "heading"
    return "prose"


def _ordered(placed: list[Placed], gutters: Sequence[float]) -> list[Placed]:
    """Column by column between blocks that run across a gutter."""
    ordered: list[Placed] = []
    band: list[tuple[int, float, Placed]] = []
    for one in sorted(placed, key=lambda p: p.box.top):
        low, high = _reach(one.box.x0, one.box.x1, gutters)
        if low != high:
            ordered += [p for _, _, p in sorted(band, key=lambda b: b[:2])]
            band = []
            ordered.append(one)
        else:
            band.append((low, one.box.top, one))
    return ordered + [p for _, _, p in sorted(band, key=lambda b: b[:2])]
