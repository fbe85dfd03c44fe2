"""Running headers, footers and page numbers: what repeats at the edge of pages is not content."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from mtool.readers.pdf.figures import is_figure_cell
from mtool.readers.pdf.ink import Ink
from mtool.readers.pdf.words import Line, Word, group_lines, split_segments

#: Parts of the page's height in which furniture stands.
_HEAD, _FOOT = 0.11, 0.9
_PAGE_NUMBER = re.compile(
    r"(?:page|p\.|seite)? ?[-–—|]? ?(?:\d{1,4}|[ivxlc]{1,6}|[A-Z]{1,2}-\d{1,3})"
    r"(?: ?(?:/|of|de|sur) ?\d{1,4})? ?[-–—|]?",
    re.IGNORECASE,
)
_DIGITS = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page with its words; `furniture` stands at its edges and is left out of `words`."""

    ink: Ink
    words: tuple[Word, ...]
    furniture: tuple[Word, ...] = ()


def without_furniture(sheets: Sequence[Sheet]) -> list[Sheet]:
    """Take running headers, footers and page numbers out of the pages of one document.

    A line at a page's edge is furniture when another page has it in the same place, digits
    aside, or when it is nothing but a page number; and when only furniture stands between it and
    the edge. The rows of a table are none, though they may repeat: its header on every page.
    """
    edges = [_edge_lines(sheet) for sheet in sheets]
    seen = Counter(key for lines in edges for key in {key for key, _ in lines})
    needed = 2 if len(sheets) < 12 else 3
    cleaned = []
    for sheet, lines in zip(sheets, edges, strict=True):
        out: set[int] = set()
        for from_edge in _from_the_edges(sheet, lines):
            outermost = True
            for (text, place), words in from_edge:
                repeated = sum(seen[text, place + shift] for shift in (-1, 0, 1)) >= needed
                number = _PAGE_NUMBER.fullmatch(" ".join(w.text for w in words)) is not None
                outermost = outermost and (repeated or number) and not _is_row(words)
                if number or (outermost and text != "#"):
                    out |= {id(w) for w in words}
        kept = tuple(w for w in sheet.words if id(w) not in out)
        gone = tuple(w for w in sheet.words if id(w) in out)
        cleaned.append(Sheet(sheet.ink, kept, gone))
    return cleaned


_EdgeLine = tuple[tuple[str, int], tuple[Word, ...]]


def _from_the_edges(sheet: Sheet, lines: Sequence[_EdgeLine]) -> list[list[_EdgeLine]]:
    """The lines at the top from the top down, and those at the bottom from the bottom up."""
    half = sheet.ink.height / 2
    top = [line for line in lines if line[1][0].base < half]
    return [top, [line for line in reversed(lines) if line[1][0].base >= half]]


def _is_row(words: Sequence[Word]) -> bool:
    """Set like a row of a table: four pieces or more, or three with two figures among them."""
    pieces = split_segments(Line(tuple(words)))
    figures = [piece.text for piece in pieces[1:] if is_figure_cell(piece.text)]
    return len(pieces) > 3 or len(figures) > 1 or any(not text.isdigit() for text in figures)


def _edge_lines(sheet: Sheet) -> list[_EdgeLine]:
    """Lines at the top and bottom: their text with digits folded, and their height in steps."""
    height = sheet.ink.height
    near = [w for w in sheet.words if not w.angle and not _HEAD * height < w.base < _FOOT * height]
    lines = group_lines(near)
    found = []
    for line in lines:
        text = _DIGITS.sub("#", "".join(w.text for w in line.words)).casefold()
        found.append(((text[:120], round(line.base / 8)), line.words))
    return found
