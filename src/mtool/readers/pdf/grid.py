"""A table as cells on a grid: rows and columns with spans, before it becomes a `RawTable`."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from mtool.readers.pdf.geometry import Box
from mtool.readers.pdf.words import Line, Word, group_lines


@dataclass(frozen=True, slots=True)
class GridCell:
    """One printed cell with the words in it."""

    row: int
    column: int
    words: tuple[Word, ...]
    rowspan: int = 1
    colspan: int = 1

    @property
    def text(self) -> str:
        return cell_text(self.words)

    @property
    def marks(self) -> tuple[str, ...]:
        return tuple(mark for word in self.words for mark in (*word.lead_marks, *word.marks))

    def moved(self, rows: int) -> GridCell:
        return replace(self, row=self.row + rows)


@dataclass(frozen=True, slots=True)
class Grid:
    """A table on one page. The first `header_rows` rows are its header."""

    page: int
    box: Box
    cells: tuple[GridCell, ...]
    rows: int
    columns: int
    header_rows: int
    cuts: tuple[float, ...] = ()
    reasons: tuple[str, ...] = ()
    confidence: float = 0.5

    def filled(self) -> Iterable[GridCell]:
        return (cell for cell in self.cells if cell.words)


def cell_text(words: Sequence[Word], known: Collection[str] = ()) -> str:
    """Words of a cell in reading order; a hyphen at a line's end is joined without a blank.

    `known` are words of the document's prose: `manageri` and `al`, broken over two lines of a
    narrow cell, are one word when only the whole is known.
    """
    text = ""
    turned = [word for word in words if word.angle]
    room = max((word.x1 for word in words if not word.angle), default=0.0)
    above: Line | None = None
    for line in group_lines(word for word in words if not word.angle):
        if above is not None and _is_cut_word(above, line, room):
            text += line.text
        else:
            text = join_lines(text, line.text, known)
        above = line
    for word in sorted(turned, key=lambda w: w.x0 if w.angle == 90 else -w.x0):
        text = f"{text} {word.text}".strip()
    return text


def join_lines(text: str, line: str, known: Collection[str] = ()) -> str:
    """Append a line of a cell: `long-` + `term` → `long-term`."""
    if not text:
        return line
    if text.endswith("-") and len(text) > 1 and text[-2].isalpha() and line[:1].isalpha():
        return text + line
    last, first = text.rsplit(" ", 1)[-1], line.split(" ", 1)[0].rstrip(".,;:)")
    if known and first[:1].islower() and last.isalpha():
        whole = f"{last}{first}".casefold()
        if whole in known and last.casefold() not in known:
            return text + line
    return f"{text} {line}"


#: Short words that begin a line by right; other short tails are the rest of a cut word.
_SHORT = """
a an and are as at be by for had has his in is it its km m2 mm kg ha no non not of off on or out
own per sex she the to two up via was who à au aux ce de des du en est et eu eur usd il la le les
mi ne ni nos on ou où par pas pour qui sa se ses si son sur un une tax age men one six ten day low
all any key old new end few net sum raw
"""
_SHORT_WORDS = frozenset(_SHORT.split())


def _is_cut_word(above: Line, line: Line, room: float) -> bool:
    """A cell too narrow for a word breaks it: `superviso`, alone on its line, and `ry`."""
    if len(above.words) != 1:
        return False
    head, rest = above.words[0], line.words[0]
    tail, full = rest.text, head.x1 + rest.x1 - rest.x0 > room
    return (
        full
        and len(head.text) >= 6
        and head.text.isalpha()
        and tail.isalpha()
        and tail.islower()
        and len(tail) <= 3
        and tail not in _SHORT_WORDS
    )
