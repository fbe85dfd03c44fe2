"""What is wrong with single cells of a sheet, gathered while it is read, told as findings."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field, replace

from mtool.model import Finding, FindingClass, Locator, Severity
from mtool.readers.spreadsheet.sheets import address

#: The most characters that Excel keeps in a cell.
FULL_CELL = 32_767
#: A broken lookup repeats down a column; beyond these, one finding counts the rest.
MOST_SINGLE = 1_000
_FIRST_NAMED = 5

Place = tuple[int, int]


@dataclass(slots=True)
class CellTrouble:
    """The troubled cells of one sheet, by kind; places are (row, column) from 1."""

    sheet: Locator
    errors: list[tuple[Place, str]] = field(default_factory=list)
    uncomputed: list[Place] = field(default_factory=list)
    no_dates: list[tuple[Place, str]] = field(default_factory=list)
    full: list[Place] = field(default_factory=list)
    raised: list[tuple[Place, str]] = field(default_factory=list)
    unread: list[tuple[Place, str]] = field(default_factory=list)
    formats: dict[tuple[int, str], Place] = field(default_factory=dict)

    def findings(
        self, hidden_rows: Collection[int] = (), hidden_columns: Collection[int] = ()
    ) -> Iterator[Finding]:
        """Tell the troubles of all cells that can be seen."""

        def is_seen(place: Place) -> bool:
            return place[0] not in hidden_rows and place[1] not in hidden_columns

        yield from self._error_cells([e for e in self.errors if is_seen(e[0])])
        yield from self._formulas([place for place in self.uncomputed if is_seen(place)])
        yield from self._dates_and_texts(is_seen)
        for (column, warning), place in self.formats.items():
            if column not in hidden_columns:
                yield self._finding(
                    "number_format", "note", "warning", place, f"the number format {warning}"
                )

    def _error_cells(self, errors: list[tuple[Place, str]]) -> Iterator[Finding]:
        for place, text in errors[:MOST_SINGLE]:
            finding = self._finding(
                "error_cell",
                "structure",
                "error",
                place,
                f"the cell shows {text} instead of a value; mend the formula in the workbook, or "
                "declare what the error stands for in the passport",
            )
            yield replace(finding, value=text)
        if len(errors) > MOST_SINGLE:
            yield self._finding(
                "error_cell",
                "structure",
                "error",
                errors[MOST_SINGLE][0],
                f"{len(errors) - MOST_SINGLE:,} more cells from here on show an error",
            )

    def _formulas(self, places: list[Place]) -> Iterator[Finding]:
        if not places:
            return
        cells = "the formula in this cell has" if len(places) == 1 else _several(places)
        yield self._finding(
            "formula_without_result",
            "structure",
            "error",
            places[0],
            f"{cells} no stored result, so the value is not known; open the workbook in Excel or "
            "LibreOffice, save it, and read it again",
        )

    def _dates_and_texts(self, is_seen: Callable[[Place], bool]) -> Iterator[Finding]:
        for place, text in self.no_dates:
            if is_seen(place):
                yield self._finding(
                    "not_a_date",
                    "structure",
                    "error",
                    place,
                    f"{text} is set as a date but is no day of Excel's calendar; "
                    "the number was kept",
                )
        for place, text in self.unread:
            if is_seen(place):
                yield self._finding(
                    "unread_cell", "structure", "error", place, f"the cell cannot be read: {text}"
                )
        for place in self.full:
            yield self._finding(
                "full_cell",
                "note",
                "warning",
                place,
                f"the text is {FULL_CELL:,} characters long, the most that Excel keeps: "
                "it may have been cut off",
            )
        for place, text in self.raised:
            yield self._finding(
                "raised_cell",
                "note",
                "info",
                place,
                f"{text!r} is set raised and was read as a footnote mark of the cell to its left",
            )

    def _finding(
        self, rule: str, class_: FindingClass, severity: Severity, place: Place, message: str
    ) -> Finding:
        row, column = place
        at = replace(self.sheet, cell=address(row, column), row=row, column=column)
        return Finding(rule=rule, class_=class_, severity=severity, message=message, locator=at)


def _several(places: list[Place]) -> str:
    named = ", ".join(address(*place) for place in places[:_FIRST_NAMED])
    more = f" and {len(places) - _FIRST_NAMED:,} more" if len(places) > _FIRST_NAMED else ""
    return f"{len(places):,} formulas ({named}{more}) have"
