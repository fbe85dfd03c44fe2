"""What the cells of each column look like, so that a header or a shifted row stands out."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from mtool.printed_numbers import LONGEST, fold_blanks, missing_status, read_number
from mtool.readers.marks import split_marks
from mtool.readers.periods import is_period

Kind = Literal["blank", "missing", "number", "date", "link", "code", "word", "text"]

#: Kinds that a name of a column is not made of.
TYPED: tuple[Kind, ...] = ("number", "date", "link", "code")
_LEAST_TYPED = 0.6
_LEAST_CODED = 0.9
_SELDOM = 0.02

_DATE = re.compile(
    r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}(?:[T ]\d{1,2}:\d\d(?::\d\d(?:[.,]\d{1,9})?)?)?"
    r"(?: ?(?:Z|UTC|[AaPp]\.?[Mm]\.?|[+-]\d\d:?\d\d))?"
    r"|\d{1,2}:\d\d(?::\d\d(?:[.,]\d{1,9})?)?(?: ?[AaPp]\.?[Mm]\.?)?"
    r"|\d{1,2}(?:er|st|nd|rd|th)?[- ][^\W\d_]{3,9}\.?[- ,]{1,2}\d{2,4}"
    r"|[^\W\d_]{3,9}\.? \d{1,2}, \d{4}"
)
_CURRENCY = "$€£¥₣₦"
_LINK = re.compile(r"(?:https?://|www\.|mailto:)\S{3,}|[\w.+-]{1,64}@[\w-]{1,64}\.[\w.-]{2,64}")


@lru_cache(maxsize=65_536)
def kind_of(cell: str) -> Kind:
    """Tell the kind of one printed cell; missing figures (`n/a`, `–`) are a kind of their own."""
    text = fold_blanks(cell[: LONGEST + 1])
    if text and not text[-1].isalnum():
        text = split_marks(text)[0] or text
    if not text:
        return "blank"
    if len(text) > LONGEST:
        return "link" if _LINK.match(text) else "text"
    if missing_status(text):
        return "missing"
    has_digit = any(character.isdigit() for character in text)
    if has_digit:
        if _DATE.fullmatch(text):
            return "date"
        if read_number(text.strip(_CURRENCY)) is not None:
            return "number"
    if _LINK.match(text):
        return "link"
    if " " in text:
        return "text"
    return "code" if has_digit else "word"


@dataclass(frozen=True, slots=True)
class Columns:
    """The kinds of cells seen in each column of a sample of rows.

    `typed` is the kind nearly all cells of a column share where that is not plain text, else null.
    `shapes` are those of the codes in a column of codes (`ML01` → `A9`).
    """

    kinds: tuple[frozenset[Kind], ...]
    typed: tuple[Kind | None, ...]
    blanks: tuple[bool, ...]
    periods: tuple[bool, ...]
    shapes: tuple[frozenset[str], ...]

    @classmethod
    def of(cls, rows: Sequence[Sequence[str]], width: int) -> Columns:
        """Look at rows of `width` cells each."""
        kinds: list[frozenset[Kind]] = []
        typed: list[Kind | None] = []
        blanks: list[bool] = []
        periods: list[bool] = []
        shapes: list[frozenset[str]] = []
        for column in range(width):
            cells = [row[column] for row in rows if column < len(row)]
            counts = Counter(map(kind_of, cells))
            blank = counts.pop("blank", 0)
            missing = counts.pop("missing", 0)
            filled = sum(counts.values())
            seldom = _SELDOM * filled
            kinds.append(frozenset(kind for kind, seen in counts.items() if seen >= seldom))
            typed.append(_shared_kind(counts, filled))
            blanks.append(blank + missing > _SELDOM * len(cells) or not rows)
            periods.append(bool(filled) and all(is_period(c) for c in cells if c.strip()))
            coded = typed[-1] == "code"
            shapes.append(frozenset(map(_shape_of, cells)) if coded else frozenset())
        return cls(tuple(kinds), tuple(typed), tuple(blanks), tuple(periods), tuple(shapes))

    def fits(self, column: int, cell: str) -> bool:
        """True when a cell is of a kind seen in its column; words and texts are one kind here."""
        if column >= len(self.kinds):
            return False
        kind = kind_of(cell)
        if kind == "missing":
            return True
        if kind == "blank":
            return self.blanks[column]
        seen = self.kinds[column]
        if kind in seen or not seen:
            return True
        return kind in ("word", "text") and not seen.isdisjoint(("word", "text"))

    def misfits(self, cells: Sequence[str]) -> int:
        """Count the cells that are of a kind not seen in their column."""
        return sum(not self.fits(column, cell) for column, cell in enumerate(cells))

    def votes(self, cells: Sequence[str]) -> tuple[int, int]:
        """Count the cells of typed columns that speak for a header and those that speak for data.

        A period or a label above figures is a name; so is any text where the column holds none.
        """
        names = data = 0
        for column, (cell, typed) in enumerate(zip(cells, self.typed, strict=False)):
            kind = kind_of(cell)
            if typed is None or kind in ("blank", "missing"):
                continue
            other_code = kind == "code" and _shape_of(cell) not in self.shapes[column]
            label = other_code or (is_period(cell) and not self.periods[column])
            if kind == typed and not label:
                data += 1
            elif kind != "number" or is_period(cell):
                names += 1
        return names, data


def _shape_of(code: str) -> str:
    """The kinds of characters of a code, runs as one: `ML0101` → `A9`, `adm2_pcode` → `a9_a`."""
    shape = ""
    for character in code[:LONGEST].strip():
        kind = "9" if character.isdigit() else character
        if character.isalpha():
            kind = "A" if character.isupper() else "a"
        if not shape.endswith(kind):
            shape += kind
    return shape


def _shared_kind(counts: Counter[Kind], filled: int) -> Kind | None:
    if not filled:
        return None
    kind, seen = counts.most_common(1)[0]
    least = _LEAST_CODED if kind in ("code", "link") else _LEAST_TYPED
    return kind if kind in TYPED and seen >= least * filled else None
