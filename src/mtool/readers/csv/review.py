"""What a reading rests on: findings on header and rows, confidence, and reasons."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from mtool.model import Locator
from mtool.readers.csv.body import TableBody
from mtool.readers.csv.dialects import Choice
from mtool.readers.csv.findings import Collected, name_of
from mtool.readers.csv.layout import Layout, text_of
from mtool.readers.csv.lines import TextLines
from mtool.readers.csv.records import Record
from mtool.readers.csv.stretches import Stretch

_DOUBTFUL = 0.85
#: One column is doubtful where so many of its lines hold a delimiter.
_DOUBTFUL_COLUMN = 0.5


@dataclass(frozen=True, slots=True)
class Sheet:
    """One file on its way to tables: its lines, the dialect chosen for them, the findings."""

    lines: TextLines
    choice: Choice
    collected: Collected

    def text_of(self, record: Record) -> str:
        """The text of a line that is no row of a table."""
        return text_of(record, self.choice.dialect.delimiter)

    def at(self, line: int, table: str | None = None) -> Locator:
        """A place in the file."""
        return Locator(path=self.collected.path, table=table, line=line)


def _is_doubtful(choice: Choice) -> bool:
    return choice.doubt >= (_DOUBTFUL if choice.width > 1 else _DOUBTFUL_COLUMN)


def review_delimiter(sheet: Sheet) -> None:
    """Note when another delimiter would do nearly as well."""
    choice = sheet.choice
    if not _is_doubtful(choice):
        return
    chosen = choice.dialect.delimiter
    sheet.collected.add(
        "delimiter_unsure",
        ("structure", "warning"),
        f"read as divided by {name_of(chosen)}; {name_of(choice.runner_up)} is nearly as likely",
        sheet.at(1),
        suggestion="declare the delimiter in the passport of the file",
    )


def review_second_header(
    sheet: Sheet, stretch: Stretch, header: tuple[str, ...], above: tuple[str, ...]
) -> None:
    """Note a header in the middle of a file that neither a blank line nor a title announces."""
    again = "the header is printed again" if header == above else "another header is printed"
    sheet.collected.add(
        "second_header",
        ("structure", "warning"),
        f"{again} here, below rows without a blank line between; a table of its own begins",
        sheet.at(stretch.head[0].line),
        suggestion="where the rows belong to one table, take this line out of the file",
    )


def review_header(sheet: Sheet, layout: Layout, header: tuple[str, ...], table_id: str) -> None:
    """Note names that are missing, printed twice, or had to be moved above their columns."""
    at = sheet.at(layout.header_line, table_id)
    for record, fit in layout.header_fits:
        sheet.collected.add_fit(record, fit, sheet.at(record.line, table_id), header)
        sheet.collected.add_flaws(record, layout.frame.width, sheet.at(record.line, table_id))
    if not layout.header:
        sheet.collected.add(
            "no_header",
            ("structure", "warning"),
            f"no row names the columns; they are called {header[0]} to {header[-1]}",
            at,
            suggestion="write the names of the columns into the passport or above the first row",
        )
        return
    named = [name.strip() for name in header if name.strip()]
    twice = [name for name, times in Counter(named).items() if times > 1]
    if twice:
        listed = ", ".join(f'"{name}"' for name in twice[:5])
        sheet.collected.add(
            "duplicate_column_names",
            ("note", "warning"),
            f"more than one column is called {listed}",
            at,
        )
    nameless = [str(column) for column, name in enumerate(header, 1) if not name.strip()]
    if nameless:
        sheet.collected.add(
            "nameless_columns",
            ("note", "warning"),
            f"no name stands above column {', '.join(nameless[:10])}"
            + (f" and {len(nameless) - 10} more" if len(nameless) > 10 else ""),
            at,
        )


def review_body(
    sheet: Sheet, body: TableBody, stretch: Stretch, header: tuple[str, ...], table_id: str
) -> int:
    """Note every row that did not fit; return how many of them were not fitted surely."""
    if stretch.blanks_inside:
        sheet.collected.add(
            "blank_lines",
            ("note", "info"),
            f"blank lines inside the table were left out: {stretch.blanks_inside}",
            sheet.at(body.first, table_id),
        )
    if set(stretch.widths) == {body.frame.width} and not stretch.flawed:
        return 0
    unsure = 0
    for record, fit in body.fits():
        at = sheet.at(record.line, table_id)
        sheet.collected.add_flaws(record, body.frame.width, at)
        sheet.collected.add_fit(record, fit, at, header)
        unsure += not fit.sure
    return unsure


def confidence_in(choice: Choice, layout: Layout, unsure: int, count: int) -> float:
    """1 where nothing was guessed; less with a doubtful delimiter, no header, or unsure rows."""
    confidence = 0.6 if _is_doubtful(choice) else 1.0
    if not layout.header:
        confidence = min(confidence, 0.7)
    if unsure:
        confidence = min(confidence, max(0.3, 0.9 - unsure / max(count, 1)))
    return round(confidence, 2)


def reasons_for(sheet: Sheet, layout: Layout, above: int, below: int) -> tuple[str, ...]:
    """Say in short sentences what was decided, and on what evidence.

    `above` and `below` are the numbers of lines that are title, remarks and notes.
    """
    choice, dialect = sheet.choice, sheet.choice.dialect
    reasons = [
        f"delimiter: {name_of(dialect.delimiter)} ({choice.share:.1%} of the records looked at "
        f"have {choice.width} cells)",
        f"quote: {dialect.quote or 'none'}"
        + (f", escaped by {dialect.escape}" if dialect.escape else ", doubled inside quotes"),
        f"encoding: {sheet.lines.codec}",
    ]
    if choice.runner_up and choice.doubt > 0.5:
        reasons.append(f"{name_of(choice.runner_up)} is nearly as consistent ({choice.doubt:.2f})")
    if dialect.padding:
        reasons.append("blanks beside the delimiter belong to it")
    if choice.record_end != "any":
        reasons.append(f"records end with {choice.record_end!r} only")
    if above:
        reasons.append(f"lines above the header that are no rows: {above}")
    levels = len(layout.header)
    reasons.append(
        f"header: from line {layout.header_line}, rows: {levels}" if levels else "no header"
    )
    if layout.tags:
        reasons.append("HXL tags below the header, kept as a note")
    if layout.frame.ends_with_delimiter:
        reasons.append("rows end with a delimiter that divides nothing")
    if below:
        reasons.append(f"lines below the body that are notes: {below}")
    return tuple(reasons)
