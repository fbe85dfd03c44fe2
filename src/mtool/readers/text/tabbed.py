"""Tables whose cells are separated by tabs, inside running text."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from mtool.readers.text.block import Block, PrintedRow
from mtool.readers.text.captions import has_caption_above
from mtool.readers.text.headers import count_header_rows, figure_columns, repeat_spans
from mtool.readers.text.lines import LONGEST_TABLE_LINE, Line

_TABS = re.compile(r"\t+")
_ENUMERATOR = re.compile(r"(?:[-–•*·▪◦o]|\(?(?:\d{1,3}|[a-zA-Z]|[ivxIVX]{1,5})[.)\]:]?)")


def find(lines: Sequence[Line], start: int, stop: int) -> Iterator[Block]:
    """Yield the tab-separated tables between `start` and `stop`."""
    index = start
    while index < stop:
        if not _has_cells(lines[index]):
            index += 1
            continue
        end = _end_of_run(lines, index, stop)
        block = _read_run(lines, index, end)
        if block is not None:
            yield block
        index = end


def _has_cells(line: Line) -> bool:
    return "\t" in line.text and len(line.text) <= LONGEST_TABLE_LINE and "\t" in line.text.strip()


def _end_of_run(lines: Sequence[Line], start: int, stop: int) -> int:
    """The end of the tabbed lines from `start` on; a single blank line may part the rows."""
    end = start + 1
    while end < stop:
        if _has_cells(lines[end]) or _only_label(lines, end):
            end += 1
        elif lines[end].blank and end + 1 < stop and _continues(lines, end + 1, start):
            end += 2
        else:
            break
    return end


def _only_label(lines: Sequence[Line], index: int) -> bool:
    """True for a row of which only the first cell is filled: `North<tab><tab>`."""
    text = lines[index].text
    return text.rstrip() != "" and text.endswith("\t") and not text.startswith("\t")


def _continues(lines: Sequence[Line], index: int, start: int) -> bool:
    line = lines[index]
    return _has_cells(line) and line.text.count("\t") == lines[start].text.count("\t")


def _read_run(lines: Sequence[Line], start: int, end: int) -> Block | None:
    filled = [index for index in range(start, end) if not lines[index].blank]
    split, is_aligned = _split([lines[index].text for index in filled])
    width = _width(split)
    if width < 2:
        return None
    rows = [
        PrintedRow(index, _fit(cells, width)) for index, cells in zip(filled, split, strict=True)
    ]
    ragged = tuple(
        index for index, cells in zip(filled, split, strict=True) if len(_trimmed(cells)) > width
    )
    if width > 2 and len(rows) == 1 and _begins_page(lines, start):
        return Block(start, end, (), tuple(rows), reasons=("tabs",), fragment=True)
    cells = [row.cells for row in rows]
    levels = count_header_rows(cells)
    captioned = has_caption_above(lines, start)
    if not _may_be_table(cells) or not (
        captioned or _has_figures(cells, levels) or (not is_aligned and _is_full(cells, levels))
    ):
        return None
    header = repeat_spans(rows[:levels])
    reasons = ("tabs",) if levels else ("tabs", "no header row")
    return Block(start, end, header, tuple(rows[levels:]), reasons=reasons, ragged=ragged)


def _split(texts: list[str]) -> tuple[list[list[str]], bool]:
    """Cut at every tab; where tabs were only set to align columns (true), at every run of them."""
    split = [text.split("\t") for text in texts]
    width = _width(split)
    columns = [[cells[c] for cells in split if c < len(cells)] for c in range(width)]
    has_empty = any(not any(cell.strip() for cell in column) for column in columns)
    if has_empty or width < 2:
        return [_TABS.split(text.strip()) for text in texts], True
    return split, False


def _begins_page(lines: Sequence[Line], index: int) -> bool:
    while index > 0 and not lines[index].edge and lines[index - 1].blank:
        index -= 1
    return lines[index].edge


def _trimmed(cells: list[str]) -> list[str]:
    while cells and not cells[-1].strip():
        cells = cells[:-1]
    return cells


def _width(split: list[list[str]]) -> int:
    """The number of cells that most rows share; 0 when no number is shared by most."""
    counts = Counter(len(cells) for cells in split)
    width, agreeing = counts.most_common(1)[0]
    return width if agreeing * 2 > len(split) or len(split) == 2 else 0


def _fit(cells: list[str], width: int) -> tuple[str, ...]:
    """Pad a short row at its end; what a long row has too much goes into its last cell."""
    cells = _trimmed(cells)
    if len(cells) > width:
        cells = [*cells[: width - 1], "\t".join(cells[width - 1 :])]
    return tuple(cell.strip() for cell in cells) + ("",) * (width - len(cells))


def _may_be_table(rows: list[tuple[str, ...]]) -> bool:
    """False for one line, and for lists set with tabs."""
    return len(rows) > 1 and not all(_ENUMERATOR.fullmatch(row[0]) for row in rows)


def _has_figures(rows: list[tuple[str, ...]], levels: int) -> bool:
    """True for figures under a header; not for labels with a colon and a value."""
    if not levels or any(row[0].endswith(":") for row in rows):
        return False
    return bool(figure_columns(rows[levels:])) and (len(rows[0]) > 2 or len(rows) - levels > 1)


def _is_full(rows: list[tuple[str, ...]], levels: int) -> bool:
    """True for words in three columns or more, each with a name, and few cells left blank."""
    body = rows[levels:]
    if not levels or len(body) < 2 or len(rows[0]) < 3 or not all(rows[levels - 1][1:]):
        return False
    return all(sum(map(bool, row)) * 3 >= len(row) * 2 for row in body)
