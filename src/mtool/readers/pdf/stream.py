"""Lines set like a table, with no or few rulings → blocks, and each block → a grid."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from mtool.readers.pdf.bodyrows import BodyLine, group_rows, place_line
from mtool.readers.pdf.columns import Columns, atoms_of, find_columns
from mtool.readers.pdf.figures import is_figure_cell, is_year
from mtool.readers.pdf.geometry import Box, Stroke
from mtool.readers.pdf.grid import Grid, GridCell
from mtool.readers.pdf.headings import header_cells
from mtool.readers.pdf.words import Line, Word, split_segments


@dataclass(frozen=True, slots=True)
class Block:
    """Lines that may be one table, with the rulings among them."""

    lines: tuple[Line, ...]
    across: tuple[Stroke, ...] = ()
    down: tuple[Stroke, ...] = ()
    ruled: bool = False

    @property
    def box(self) -> Box:
        box = self.lines[0].box
        for line in self.lines[1:]:
            box = box.union(line.box)
        return box


def figure_cells(line: Line) -> int:
    return sum(atom.figure for atom in atoms_of(line.words))


def is_tabular(line: Line) -> bool:
    """Two or more pieces with a figure among them, or three pieces, or mostly figures."""
    pieces = split_segments(line)
    atoms = atoms_of(line.words)
    figures = sum(atom.figure for atom in atoms)
    if len(pieces) >= 3:
        return True
    if len(pieces) == 2:
        return any(is_figure_cell(piece.text) for piece in pieces)
    return figures >= 3 and figures >= 0.5 * len(atoms)


def is_data(line: Line) -> bool:
    """A line with a piece of nothing but figures, not all of them years: part of a body."""
    if not is_tabular(line):
        return False
    pieces = split_segments(line)
    figures = [p for p in pieces if is_figure_cell(p.text)]
    if not figures:
        return False
    if len(figures) < 0.34 * (len(pieces) - 1) or _is_numbered_heading(pieces):
        return False
    atoms = [a for piece in figures for a in atoms_of(piece.words)]
    if not all(is_year(atom.text) for atom in atoms):
        return True
    return len(figures) == 1 and len(pieces) == 2


def _is_numbered_heading(pieces: Sequence[Line]) -> bool:
    """`2.1   Expenditure`: the number of a section, a blank, and words."""
    first = pieces[0].text
    numbered = "." in first and first.replace(".", "").isdigit()
    return len(pieces) == 2 and numbered and pieces[1].text[:1].isalpha()


def build_grid(block: Block, page: int) -> Grid | None:
    """Read a block as a table; null when it has no two columns or no rows."""
    lines = list(block.lines)
    inner = [s.at for s in _long_down(block)]
    start = body_start(lines, block)
    data = [line for line in lines[start:] if is_data(line)]
    body = data if len(data) >= 2 else [li for li in lines[start:] if len(split_segments(li)) > 1]
    if not body:
        return None
    columns = find_columns(body if data else lines, inner)
    columns = _with_header_columns(columns, lines[:start])
    if len(columns) < 2:
        return None
    full, partial = _rules_by_width(block, columns)
    head, height = header_cells(lines[:start], columns, partial, full)
    rows = _body_rows(lines[start:], columns, full)
    cells = head + [cell.moved(height) for cell in _cells_of(rows)]
    return Grid(
        page=page,
        box=block.box,
        cells=tuple(cells),
        rows=height + len(rows),
        columns=len(columns),
        header_rows=height,
        cuts=columns.cuts,
    )


def _long_down(block: Block) -> list[Stroke]:
    """Vertical rulings that run through a good part of the block."""
    box = block.box
    return [s for s in block.down if s.length > 0.35 * box.height]


def body_start(lines: Sequence[Line], block: Block) -> int:
    """Index of the first line of the body.

    With figures: the first line of data, or a label alone that stands between it and the header.
    Without: below the first ruling across the block, or after the first line.
    """
    first = _first_data(lines)
    if first is not None:
        first = _skip_numbered_header(lines, first)
        return _with_first_label(lines, first, block)
    width = block.box.width
    for rule in sorted(block.across, key=lambda s: s.at):
        above = sum(line.base < rule.at + 1 for line in lines)
        if rule.length > 0.8 * width and 0 < above < len(lines):
            return above
    return min(1, len(lines) - 1)


def _first_data(lines: Sequence[Line]) -> int | None:
    """The first line of data; one or two figures above the columns, without a label, are header."""
    data = [i for i, line in enumerate(lines) if is_data(line)]
    if not data:
        return None
    usual = median(figure_cells(lines[i]) for i in data)
    left = min(lines[i].x0 for i in data)
    for i in data[:4]:
        labelled = lines[i].x0 < left + 3 * lines[i].size
        if labelled or figure_cells(lines[i]) >= 0.6 * usual:
            return i
    return data[0]


def _skip_numbered_header(lines: Sequence[Line], first: int) -> int:
    """A line of column numbers (`1 2 3 4`, `(1) (2) (3)`) above the data is header."""
    texts = [a.text.strip("()[]") for a in atoms_of(lines[first].words)]
    if len(texts) >= 3 and first + 1 < len(lines) and all(t.isdigit() for t in texts):
        values = [int(t) for t in texts]
        if values[0] in (0, 1, 2) and all(b - a == 1 for a, b in itertools.pairwise(values)):
            return next((i for i in range(first + 1, len(lines)) if is_data(lines[i])), first)
    return first


def _with_first_label(lines: Sequence[Line], first: int, block: Block) -> int:
    """Lines above the data that stand in the label column only belong to the body."""
    stub_right = min(
        (
            split_segments(line)[1].x0
            for line in lines[first:]
            if is_data(line) and len(split_segments(line)) > 1
        ),
        default=0.0,
    )
    start = first
    while start > 0:
        line = lines[start - 1]
        pieces = split_segments(line)
        left = min(li.x0 for li in lines)
        if len(pieces) == 1 and _heads_section(lines, start - 1, block):
            start -= 1
            continue
        if len(pieces) > 1 or line.x1 > stub_right + 0.5 or line.x0 > left + 4 * line.size:
            break
        if line.base > lines[start].base - 0.3 * line.size:
            break
        others = [li for li in lines[: start - 1] if li.x1 > stub_right]
        if not others:
            break
        if not _ruled_between(block, others[-1].base, line.base) and not _apart(lines, start - 1):
            break
        start -= 1
    return start


def _heads_section(lines: Sequence[Line], index: int, block: Block) -> bool:
    """Set flush left or in the middle, right below a ruling across the table."""
    line = lines[index]
    off = abs((line.x0 + line.x1) / 2 - (block.box.x0 + block.box.x1) / 2)
    placed = off < line.size or line.x0 < block.box.x0 + 0.5 * line.size
    return placed and index > 0 and _ruled_between(block, lines[index - 1].base, line.base)


def _apart(lines: Sequence[Line], index: int) -> bool:
    """The line stands lower than every header text beside it by a full line."""
    above = lines[index - 1]
    return lines[index].base - above.base > 0.75 * above.size


def _ruled_between(block: Block, high: float, low: float) -> bool:
    return any(high - 1 < s.at < low and s.length > 0.5 * block.box.width for s in block.across)


def _with_header_columns(columns: Columns, header: Sequence[Line]) -> Columns:
    """Add a column for a header label over a blank, where a line has more labels than columns.

    With as many labels as columns, or one for each column but the first, each label is of the
    column in its turn, wherever it stands exactly.
    """
    for line in header:
        pieces = split_segments(line)
        stub = pieces[0].x0 < columns.cuts[1]
        if len(pieces) + (not stub) > len(columns):
            for piece in pieces:
                columns = _with_column_at(columns, piece)
    return columns


def _with_column_at(columns: Columns, piece: Line) -> Columns:
    """Add a column where the piece stands, if the blank there is wider than it."""
    extents, cuts, ruled = list(columns.extents), list(columns.cuts), list(columns.ruled)
    for index in range(len(extents) + 1):
        low = extents[index - 1][1] if index else None
        high = extents[index][0] if index < len(extents) else None
        if low is not None and piece.x0 < low + 0.5 * piece.size:
            continue
        if high is not None and piece.x1 > high - 0.5 * piece.size:
            continue
        extents.insert(index, (piece.x0, piece.x1))
        if low is None:
            cuts[0:1] = [piece.x0, (piece.x1 + (high or piece.x1)) / 2]
        elif high is None:
            cuts[-1:] = [(low + piece.x0) / 2, piece.x1]
        else:
            cuts[index : index + 1] = [(low + piece.x0) / 2, (piece.x1 + high) / 2]
        ruled.insert(min(index, len(ruled)), False)
        break
    return Columns(tuple(cuts), tuple(extents), tuple(ruled))


def _rules_by_width(block: Block, columns: Columns) -> tuple[list[float], list[Stroke]]:
    """Heights of rulings over all columns; rulings over a part of them."""
    left, right = columns.extents[0][0], columns.extents[-1][1]
    full, partial = [], []
    for stroke in block.across:
        reach = min(stroke.high, right) - max(stroke.low, left)
        if reach >= 0.85 * (right - left):
            full.append(stroke.at)
        elif reach > 5:
            partial.append(stroke)
    return full, partial


def _body_rows(
    lines: Sequence[Line], columns: Columns, full: Sequence[float]
) -> list[list[BodyLine]]:
    """Rows of the body; where rulings separate single rows, they decide."""
    placed = _with_centred([place_line(line, columns) for line in lines], columns)
    bands: list[list[BodyLine]] = []
    for line in placed:
        if bands and not any(
            bands[-1][-1].line.base - 1 < y < line.line.base - 0.2 * line.line.size for y in full
        ):
            bands[-1].append(line)
        else:
            bands.append([line])
    rows: list[list[BodyLine]] = []
    ruled_rows = len(bands) >= 2 and len(placed) > len(bands)
    for band in bands:
        if ruled_rows and _is_one_row(band):
            rows.append(band)
        else:
            rows.extend(group_rows(band))
    return rows


def _with_centred(lines: list[BodyLine], columns: Columns) -> list[BodyLine]:
    """Words alone on their line, in the table's middle and over figures, span all columns."""
    if len(columns) < 3:
        return lines
    middle = (columns.extents[0][0] + columns.extents[-1][1]) / 2
    figures = {
        column
        for line in lines
        for column, words in line.cells.items()
        if column and is_figure_cell(" ".join(w.text for w in words))
    }
    centred = []
    for body in lines:
        line, alone = body.line, set(body.cells) <= figures and not body.stub
        off = abs((line.x0 + line.x1) / 2 - middle)
        if alone and line.text[:1].isalpha() and len(split_segments(line)) == 1 and off < line.size:
            body = BodyLine(line, {0: line.words}, (0, len(columns) - 1))
        centred.append(body)
    return centred


def _is_one_row(band: Sequence[BodyLine]) -> bool:
    """At most one line of figures per column stands between two rulings."""
    if len(band) == 1:
        return True
    stacked = 0
    for column in {c for line in band for c in line.cells}:
        texts = [" ".join(w.text for w in li.cells[column]) for li in band if column in li.cells]
        stacked += sum(is_figure_cell(t) for t in texts) > 1
    return stacked == 0


def _cells_of(rows: Sequence[Sequence[BodyLine]]) -> list[GridCell]:
    cells: list[GridCell] = []
    for index, row in enumerate(rows):
        words: dict[int, list[Word]] = {}
        spans: dict[int, int] = {}
        for line in row:
            for column, found in line.cells.items():
                at = line.spanning[0] if line.spanning else column
                words.setdefault(at, []).extend(found)
                if line.spanning and len(row) == 1:
                    spans[at] = line.spanning[1] - line.spanning[0] + 1
        cells.extend(
            GridCell(index, column, tuple(found), 1, spans.get(column, 1))
            for column, found in words.items()
        )
    return cells
