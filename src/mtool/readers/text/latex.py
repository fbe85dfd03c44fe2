"""Tables set in LaTeX: `tabular` and its kin, with their captions and table notes."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from mtool.model import Note
from mtool.readers.text.block import Block, PrintedRow
from mtool.readers.text.headers import count_header_rows, repeat_spans
from mtool.readers.text.latex_words import group_end, groups, words_of
from mtool.readers.text.lines import LONGEST_TABLE_LINE, Line
from mtool.readers.text.markup import strip_markup

_NAMES = "tabular|tabularx|tabular\\*|tabulary|longtable|longtabu|supertabular|xltabular|tblr|array"
_BEGIN = re.compile(rf"\\begin\{{({_NAMES})\}}")
_FLOATS = "table\\*?|threeparttable|sidewaystable|center|wraptable"
_END = re.compile(rf"\\end\{{({_NAMES}|{_FLOATS})\}}")
_FLOAT = re.compile(rf"\\begin\{{({_FLOATS})\}}")
_CAPTION = re.compile(r"\\caption(?:\[[^\]]{0,200}\])?\{")
_NOTE = re.compile(r"\\item\s?\[([^\]]{0,20})\]([^\n]{0,2000})")
_RULES = re.compile(
    r"\\(?P<rule>hline|toprule|midrule|bottomrule|endfirsthead|endhead|endfoot|endlastfoot|"
    r"Xhline\{[^{}]{0,20}\}|c(?:mid|d)?(?:rule|line)(?:\([^()]{0,10}\))?\{[^{}]{0,20}\}|"
    r"addlinespace(?:\[[^\]]{0,20}\])?|rowcolor(?:\[[^\]]{0,20}\])?\{[^{}]{0,40}\}|"
    r"specialrule\{[^{}]{0,20}\}\{[^{}]{0,20}\}\{[^{}]{0,20}\}|label\{[^{}]{0,200}\})"
)
_COMMENT = re.compile(r"(?<!\\)%.*")
_SEPARATOR = re.compile(r"\\\\\*?(?:\[[^\]]{0,20}\])?|\\tabularnewline|\\[&{}%]|[&{}]")
_MULTICOLUMN = re.compile(r"\s*\\multicolumn\s?\{\s?(\d{1,3})\s?\}")
_MULTIROW = re.compile(r"\s*\\multirow(?:\[[^\]]{0,20}\])?\s?\{\s?(\d{1,4})\s?\}")
_WIDEST = 1000


@dataclass(slots=True)
class _TexRow:
    """One row of a tabular: its first line, its cells, and the rules that stand before it."""

    line: int
    cells: list[str] = field(default_factory=list)
    rules: list[str] = field(default_factory=list)


def find(lines: Sequence[Line], start: int, stop: int) -> Iterator[Block]:
    """Yield the LaTeX tables between `start` and `stop`; an environment never closed is none."""
    closings = _closings(lines, start, stop)
    index = floor = start
    while index < stop:
        begin = _BEGIN.search(lines[index].text) if "\\begin" in lines[index].text else None
        last = _first_from(closings.get(begin[1], []), index) if begin else None
        block = _read(lines, (floor, index, last), begin, closings) if begin and last else None
        if block is not None:
            yield block
            index = floor = block.stop
        else:
            index += 1


def _closings(lines: Sequence[Line], start: int, stop: int) -> dict[str, list[int]]:
    """The lines on which each kind of tabular ends."""
    closings: dict[str, list[int]] = {}
    for index in range(start, stop):
        if "\\end{" in lines[index].text:
            for found in _END.finditer(lines[index].text[:LONGEST_TABLE_LINE]):
                closings.setdefault(found[1], []).append(index)
    return closings


def _first_from(places: list[int], index: int) -> int | None:
    at = bisect_left(places, index)
    return places[at] if at < len(places) else None


def _read(
    lines: Sequence[Line],
    where: tuple[int, int, int],
    begin: re.Match[str],
    closings: dict[str, list[int]],
) -> Block | None:
    _, first, last = where
    closing = f"\\end{{{begin[1]}}}"
    source = [_COMMENT.sub("", line.text) for line in lines[first : last + 1]]
    source[-1] = source[-1].partition(closing)[0]
    source[0] = source[0][begin.end() :]
    rows = _head_and_body(_rows("\n".join(source), first))
    outer = _enclosing(lines, where, closings)
    around = "\n".join(_COMMENT.sub("", line.text) for line in lines[slice(*outer)])
    return _block(rows, outer, around)


def _rows(text: str, first: int) -> list[_TexRow]:
    """Split the inside of a tabular into rows and cells, outside braces only."""
    position = _after_arguments(text)
    rows: list[_TexRow] = []
    cells: list[str] = []
    depth = 0
    row_start = cell_start = position
    for found in _SEPARATOR.finditer(text, position):
        sign = found.group()
        if sign in "{}":
            depth += 1 if sign == "{" else -1
        elif depth == 0 and sign == "&":
            cells.append(text[cell_start : found.start()])
            cell_start = found.end()
        elif depth == 0 and (sign.startswith("\\\\") or sign == "\\tabularnewline"):
            cells.append(text[cell_start : found.start()])
            rows.append(_row(text, first, row_start, cells))
            cells, row_start, cell_start = [], found.end(), found.end()
    cells.append(text[cell_start:])
    rows.append(_row(text, first, row_start, cells))
    return rows


def _after_arguments(text: str) -> int:
    """The place after the column specification: `{llr}`, `[t]{llr}`, `{\\textwidth}{lX}`."""
    position = 0
    while True:
        while position < len(text) and text[position] in " \t":
            position += 1
        if text[position : position + 1] == "[":
            position = text.find("]", position) + 1 or len(text)
        elif text[position : position + 1] == "{":
            position = group_end(text, position)
        else:
            return position


def _row(text: str, first: int, start: int, cells: list[str]) -> _TexRow:
    rules = [found["rule"] for found in _RULES.finditer(cells[0])]
    lead = len(cells[0]) - len(_RULES.sub(" ", cells[0]).lstrip())
    line = first + text.count("\n", 0, start)
    bare = _RULES.sub(lambda found: " " * len(found.group()), cells[0])
    line += bare[: len(bare) - len(bare.lstrip())].count("\n") if lead else 0
    return _TexRow(line, [bare, *cells[1:]], rules)


def _head_and_body(rows: list[_TexRow]) -> tuple[list[_TexRow], int]:
    """Return the filled rows, a longtable's repeated head left out, and how many are header."""
    kept: list[_TexRow] = []
    header = hlines = 0
    is_repeat = False
    for row in rows:
        for rule in row.rules:
            if rule == "endfirsthead":
                header, is_repeat = len(kept), True
            elif rule in ("endhead", "endfoot", "endlastfoot"):
                if not header:
                    header = len(kept)
                is_repeat = rule == "endhead" and any("endlastfoot" in r.rules for r in rows)
            elif rule == "midrule" and not header:
                header = len(kept)
            elif rule.startswith(("hline", "Xhline")):
                hlines += 1
                if hlines == 2 and not header and kept:
                    header = len(kept)
        if not is_repeat and any(cell.strip() for cell in row.cells):
            kept.append(row)
    return kept, header if header < len(kept) else 0


def _enclosing(
    lines: Sequence[Line], where: tuple[int, int, int], closings: dict[str, list[int]]
) -> tuple[int, int]:
    """The lines of the float around a tabular, or of the tabular alone."""
    floor, first, last = where
    start, stop = first, last + 1
    for index in range(first, max(floor, first - 40) - 1, -1):
        text = lines[index].text
        if index < first and ("\\end{" in text or "\\section" in text):
            break
        opened = _FLOAT.search(text)
        if opened is None:
            continue
        end = _first_from(closings.get(opened[1], []), last)
        if end is not None:
            start, stop = index, max(stop, end + 1)
    return start, stop


def _block(found: tuple[list[_TexRow], int], outer: tuple[int, int], around: str) -> Block | None:
    rows, declared = found
    notes: list[Note] = []
    printed = [
        PrintedRow(row.line, tuple(cell for raw in row.cells for cell in _spread(raw, notes)))
        for row in rows
        if "\\caption" not in row.cells[0] or len(row.cells) > 1
    ]
    declared -= len(rows) - len(printed) if declared else 0
    width = max((len(row.cells) for row in printed), default=0)
    if width < 2 or len(printed) < 2:
        return None
    even = [PrintedRow(r.line, r.cells + ("",) * (width - len(r.cells))) for r in printed]
    even = _fill_multirows(even)
    levels = max(declared, count_header_rows([row.cells for row in even]))
    for match in _NOTE.finditer(around):
        notes.append(
            Note(strip_markup(words_of(match[1])).text, strip_markup(words_of(match[2])).text)
        )
    return Block(
        *outer,
        repeat_spans(even[:levels]),
        tuple(even[levels:]),
        caption=_caption(around),
        reasons=("LaTeX tabular",),
        notes=tuple(notes),
    )


def _caption(around: str) -> str:
    found = _CAPTION.search(around)
    return words_of(around[found.end() : group_end(around, found.end() - 1) - 1]) if found else ""


def _spread(raw: str, notes: list[Note]) -> Iterator[str]:
    """The words of a cell, once for each column it spans."""
    spanned = _MULTICOLUMN.match(raw)
    count = 1
    if spanned:
        inside = list(groups(raw, spanned.end(), 2))
        raw = inside[1] if len(inside) > 1 else raw[spanned.end() :]
        count = min(int(spanned[1]), _WIDEST)
    rows = _MULTIROW.match(raw)
    if rows:
        inside = list(groups(raw, rows.end(), 2))
        raw = f"\0{rows[1]}\0" + words_of(inside[-1] if inside else raw[rows.end() :], notes)
    else:
        raw = words_of(raw, notes)
    return iter([raw] * count)


def _fill_multirows(rows: list[PrintedRow]) -> list[PrintedRow]:
    """Repeat the cells that span rows over the blank cells below them."""
    open_cells: dict[int, tuple[int, str]] = {}
    filled: list[PrintedRow] = []
    for row in rows:
        cells = list(row.cells)
        for column, cell in enumerate(cells):
            left, words = open_cells.get(column, (0, ""))
            if cell.startswith("\0"):
                _, count, cells[column] = cell.split("\0", 2)
                open_cells[column] = (int(count) - 1, cells[column])
            elif left > 0:
                cells[column] = cell.strip() or words
                open_cells[column] = (left - 1, words)
        filled.append(PrintedRow(row.line, tuple(cells)))
    return filled
