"""What a person should know of how a table of a sheet was read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mtool.model import Finding, Locator, RawTable, column_letters
from mtool.readers.spreadsheet.sheets import Box, Sheet
from mtool.readers.spreadsheet.tables import SheetTable

_FIRST_NAMED = 10


def findings_of_table(table: SheetTable, raw: RawTable) -> Iterator[Finding]:
    """Tell blank rows and columns inside, headers left out, and a header that is missing."""
    block = table.block
    if not table.parts.header:
        yield Finding(
            rule="no_header",
            class_="structure",
            severity="warning",
            message="no row names the columns above these figures; write one into the workbook, "
            "or name the columns in the passport",
            locator=raw.locator,
        )
    if block.blank_rows:
        yield _note(
            "blank_rows_inside",
            raw.locator,
            f"blank in {numbered('row', block.blank_rows)}; what stands below was read as the same "
            "table, since it has no header of its own",
        )
    if block.blank_columns:
        letters = ", ".join(map(column_letters, block.blank_columns[:_FIRST_NAMED]))
        yield _note(
            "blank_columns_inside",
            raw.locator,
            f"blank column {letters} inside; what stands beyond was read as the same table",
        )
    if table.repeated:
        rows = [table.view.number(row) for row in table.repeated]
        yield _note(
            "repeated_header",
            raw.locator,
            f"the header stands again in {numbered('row', rows)}; it was left out there",
        )


def findings_of_hidden(sheet: Sheet, locator: Locator) -> Iterator[Finding]:
    """Name the hidden rows and columns that print something: they are not in the tables."""
    rows = [number for number in sheet.rows.numbers if number in sheet.hidden_rows]
    if rows:
        yield _note(
            "hidden_rows",
            locator,
            f"hidden and left out: {numbered('row', rows)}; to include hidden rows, unhide them or "
            "clear the filter in the workbook, and read it again",
        )
    columns = _printing_columns(sheet) if sheet.hidden_columns else []
    if columns:
        named = ", ".join(column_letters(column) for column in columns[:_FIRST_NAMED])
        more = f" and {len(columns) - _FIRST_NAMED} more" if len(columns) > _FIRST_NAMED else ""
        yield _note(
            "hidden_columns",
            locator,
            f"hidden and left out: column {named}{more}; to include hidden columns, unhide them in "
            "the workbook, and read it again",
        )


def findings_of_merged(hiding: Sequence[Box], locator: Locator) -> Iterator[Finding]:
    """Name the merged cells under which other texts are stored: nobody sees those."""
    if hiding:
        named = ", ".join(map(str, hiding[:_FIRST_NAMED]))
        more = f" and {len(hiding) - _FIRST_NAMED} more" if len(hiding) > _FIRST_NAMED else ""
        yield _note(
            "merged_over_texts",
            locator,
            f"texts or figures are stored under the merged cells {named}{more}, where nobody sees "
            "them; they were left out. To include them, unmerge the cells and read the file again",
        )


def findings_of_split(tables: Sequence[RawTable]) -> Iterator[Finding]:
    """Tell where tables on sheets that follow each other have the same header, once for a run."""
    run = list(tables[:1])
    for table in (*tables[1:], None):
        last = run[-1] if run else None
        if table and last and table.header == last.header and any(table.header):
            if table.locator.sheet != last.locator.sheet:
                run.append(table)
            continue
        if len(run) > 1:
            yield _shared_header(run)
        run = [table] if table else []


def _shared_header(tables: Sequence[RawTable]) -> Finding:
    ids = ", ".join(table.id for table in tables)
    sheets = ", ".join(str(table.locator.sheet) for table in tables[:_FIRST_NAMED])
    more = f" and {len(tables) - _FIRST_NAMED} more" if len(tables) > _FIRST_NAMED else ""
    return _note(
        "sheets_share_header",
        tables[0].locator,
        f"the tables {ids} on the sheets {sheets}{more} have the same header: they look like one "
        "table split over sheets, and were kept apart",
    )


def numbered(word: str, numbers: Sequence[int]) -> str:
    """`rows 5–7, 12`: numbers with runs drawn together, the first few of many."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1][1:] = [number]
        else:
            runs.append([number])
    named = ["–".join(map(str, run)) for run in runs[:_FIRST_NAMED]]
    more = f" and {len(runs) - _FIRST_NAMED} more places" if len(runs) > _FIRST_NAMED else ""
    return f"{word}{'s' if len(numbers) > 1 else ''} {', '.join(named)}{more}"


def _printing_columns(sheet: Sheet) -> list[int]:
    found: set[int] = set()
    for number, cells in sheet.rows:
        if number not in sheet.hidden_rows:
            found.update(sheet.hidden_columns.intersection(cells))
    return sorted(found)


def _note(rule: str, locator: Locator, message: str) -> Finding:
    return Finding(rule=rule, class_="note", severity="warning", message=message, locator=locator)
