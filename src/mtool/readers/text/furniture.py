"""Running headers, running footers and page numbers: named, and kept out of tables and prose."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from mtool.model import Finding, Locator
from mtool.readers.text.captions import is_caption
from mtool.readers.text.lines import Line

#: How many filled lines at the top and at the bottom of a page may be furniture.
_DEPTH = 3
_LONGEST = 200
_DIGITS = re.compile(r"\d+")
_CELLS = re.compile(r"\t| {2,}|\|")
_PAGE_NUMBER = re.compile(
    r"(?:[-–—] ?\d{1,4} ?[-–—]|\[?page ?\|? ?\d{1,4}(?: ?(?:of|/|sur|de) ?\d{1,4})?\]?"
    r"|\d{1,4} ?\| ?p ?a ?g ?e)",
    re.IGNORECASE,
)

Page = tuple[int, int]


def without_furniture(lines: list[Line], path: str) -> tuple[list[Line], tuple[Finding, ...]]:
    """Return the lines without what repeats on the pages' edges, and a note on what was left out.

    Pages are told by form feeds, or by lines such as `Page 3 of 12`. What repeats is furniture
    when it stays the same or counts the pages; a table's repeated header is none.
    """
    pages = _pages(lines)
    if len(pages) < 2:
        return lines, ()
    top = _repeated(lines, [_filled(lines, page)[:_DEPTH] for page in pages])
    bottom = _repeated(lines, [_filled(lines, page)[-_DEPTH:] for page in pages])
    gone = {index for index in top | bottom if not _is_row(lines, index)}
    if not gone:
        return lines, ()
    kept: list[Line] = []
    breaks = False
    for index, line in enumerate(lines):
        if index in gone:
            breaks = breaks or index in top or line.edge or _is_page_number(line)
            continue
        kept.append(replace(line, edge=True) if breaks and not line.edge else line)
        breaks = False
    return kept, (_finding(lines, sorted(gone), path),)


def _pages(lines: Sequence[Line]) -> list[Page]:
    starts = [index for index, line in enumerate(lines) if line.edge]
    if not starts:
        numbered = [index for index, line in enumerate(lines) if _is_page_number(line)]
        starts = [index + 1 for index in numbered]
    edges = [0, *starts, len(lines)]
    return [(a, b) for a, b in pairwise(edges) if a < b]


def _is_page_number(line: Line) -> bool:
    return len(line.text) < 60 and _PAGE_NUMBER.fullmatch(line.text.strip()) is not None


def _filled(lines: Sequence[Line], page: Page) -> list[int]:
    return [index for index in range(*page) if not lines[index].blank]


def _repeated(lines: Sequence[Line], edges: Sequence[list[int]]) -> set[int]:
    """The lines that stand on several pages, the same or with a number that counts the pages."""
    places: dict[str, list[tuple[int, int]]] = {}
    for page, indices in enumerate(edges):
        for index in indices:
            text = lines[index].text.strip()
            if len(text) <= _LONGEST and not is_caption(text):
                places.setdefault(_DIGITS.sub("#", text).casefold(), []).append((page, index))
    enough = max(2, len(edges) * 3 // 10)
    repeated: set[int] = set()
    for found in places.values():
        if len({page for page, _ in found}) >= enough and _stays_or_counts(lines, found):
            repeated.update(index for _, index in found)
    return repeated


def _stays_or_counts(lines: Sequence[Line], found: Sequence[tuple[int, int]]) -> bool:
    numbers = [[int(n) for n in _DIGITS.findall(lines[index].text)] for _, index in found]
    for values in zip(*numbers, strict=True):
        counts = {value - page for value, (page, _) in zip(values, found, strict=True)}
        if len(set(values)) > 1 and len(counts) > 1:
            return False
    return True


def _is_row(lines: Sequence[Line], index: int) -> bool:
    """True for a line of cells that has another line of cells beside it: part of a table."""
    return _has_cells(lines, index) and (
        _has_cells(lines, index - 1) or _has_cells(lines, index + 1)
    )


def _has_cells(lines: Sequence[Line], index: int) -> bool:
    if not 0 <= index < len(lines):
        return False
    return _CELLS.search(lines[index].text[:_LONGEST].strip()) is not None


def _finding(lines: Sequence[Line], gone: Sequence[int], path: str) -> Finding:
    texts = list(dict.fromkeys(lines[index].text.strip() for index in gone))
    shown = ", ".join(f'"{text}"' for text in texts[:3])
    return Finding(
        rule="page_furniture",
        class_="note",
        severity="info",
        message=(
            f"{len(gone)} lines that repeat at the edges of pages were left out as "
            f"running headers, footers or page numbers: {shown}{' …' if len(texts) > 3 else ''}"
        ),
        locator=Locator(path=path, line=lines[gone[0]].number, page=lines[gone[0]].page),
        value=str(len(gone)),
    )
