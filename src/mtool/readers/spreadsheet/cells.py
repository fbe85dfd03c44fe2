"""What the cells of one sheet give while it is read: texts, footnote marks, troubles."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache

from mtool.readers.runs import Run
from mtool.readers.spreadsheet.cell_findings import FULL_CELL, CellTrouble, Place
from mtool.readers.spreadsheet.displayed import (
    Value,
    displayed,
    format_warning,
    is_plain_format,
    plain_number,
)
from mtool.readers.spreadsheet.marked import marks_of_raised, read_text, split_if_marked
from mtool.readers.spreadsheet.serials import dated, is_date_format


@dataclass(slots=True)
class Cells:
    """The marks and troubles of a sheet's cells, gathered as their texts are asked for."""

    trouble: CellTrouble
    is_1904: bool = False
    marks: dict[Place, tuple[str, ...]] = field(default_factory=dict)

    def text(self, runs: list[Run], place: Place) -> str:
        """The text of a cell without its footnote marks."""
        text, marks = read_text(runs)
        if marks:
            self.marks[place] = marks
        return self.checked(text, place)

    def checked(self, text: str, place: Place) -> str:
        """A text as it is; one as long as Excel allows may have been cut off."""
        if len(text) >= FULL_CELL:
            self.trouble.full.append(place)
        return text

    def number(self, number: int | float, number_format: str, place: Place) -> str:
        """The text of a number or a date as its format shows it."""
        shown = shown_number(number, number_format, self.is_1904)
        self.note(shown, place)
        return shown.text

    def note(self, shown: Shown, place: Place) -> None:
        """Keep what there is to say of a cell besides its text."""
        if shown.marks:
            self.marks[place] = shown.marks
        if shown.warning:
            self.trouble.formats.setdefault((place[1], shown.warning), place)
        if shown.is_no_date:
            self.trouble.no_dates.append((place, shown.text))

    def error(self, text: str, place: Place) -> str:
        """The printed text of an error, told as a finding."""
        self.trouble.errors.append((place, text))
        return text

    def raised(self, text: str, place: Place) -> str:
        """What is left of a cell that is raised as a whole: a footnote mark goes to its left."""
        marks = marks_of_raised(text)
        if not marks or place[1] == 1:
            return text
        self.trouble.raised.append((place, text))
        left = (place[0], place[1] - 1)
        self.marks[left] = (*self.marks.get(left, ()), *marks)
        return ""


@dataclass(frozen=True, slots=True)
class Shown:
    """What one cell prints, its footnote marks apart, and what is to be said of it."""

    text: str
    marks: tuple[str, ...] = ()
    warning: str | None = None
    is_no_date: bool = False

    @property
    def is_silent(self) -> bool:
        """True when the text is all there is to say."""
        return not (self.marks or self.warning or self.is_no_date)


@lru_cache(maxsize=1 << 16)
def shown_number(number: int | float, number_format: str, is_1904: bool) -> Shown:
    """How a number looks in a format: a date as ISO text, a share with its percent sign."""
    value: Value = number
    warning = None
    if is_date_format(number_format):
        value = dated(number, number_format, is_1904=is_1904)
        if value is None:
            return Shown(plain_number(number), is_no_date=True)
    elif not is_plain_format(number_format):
        warning = format_warning(number_format)
    text, marks = split_if_marked(displayed(value, number_format))
    return Shown(text, marks, warning)
