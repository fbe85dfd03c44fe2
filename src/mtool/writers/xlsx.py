"""A workbook to send on: what it is, every dataset as an Excel table, live totals, sources, findings.

Written by XlsxWriter, because openpyxl cannot keep a formula together with its computed value;
the rows of datasets by `xlsx_rows`.
The same inputs give the same bytes: the document's dates come from `SOURCE_DATE_EPOCH` or are fixed.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mtool.errors import UsageError
from mtool.language import counted, translated
from mtool.model import Finding, column_letters
from mtool.schemas import Schema
from mtool.whole_files import staged
from mtool.writers import Export
from mtool.writers.csv import in_canonical_order
from mtool.writers.xlsx_book import (
    Book,
    formats_of,
    new_workbook,
    set_up_page,
    source_line,
    spread_over_pages,
)
from mtool.writers.xlsx_marks import FIGURES, MEANINGS, VERDICTS, mark_rows, mark_verdicts
from mtool.writers.xlsx_summary import COUNTED, write_summary

if TYPE_CHECKING:
    import pandas as pd

#: Warnings go to standard error.
log = logging.getLogger(__name__)

MOST_ROWS = 1_048_576 - 1
MOST_COLUMNS = 16_384
LONGEST_TEXT = 32_767
WIDEST = 46
#: Cells of a column by which its width is chosen.
SAMPLED = 5_000
#: Sheets that are there already, and the one that Excel keeps for itself; the case of letters is
#: no difference to it.
OWN_SHEETS = ("README", "Summary", "Sources", "Findings", "History")
_LIKE_A_CELL = re.compile(r"[A-Za-z]{1,3}[0-9]+|[rRcC]|[rR][0-9]*[cC][0-9]*")


def write(export: Export, out: Path) -> list[Path]:
    """Write one workbook. Raises `UsageError` where Excel's limits would cut rows or text."""
    _check_limits(export)
    with staged(out) as new:
        _write_book(export, new)
    return [out]


def _write_book(export: Export, path: Path) -> None:
    from mtool.writers.xlsx_rows import book_and_sheet

    workbook = new_workbook(path, translated("Mine action figures"), book_and_sheet()[0])
    workbook.set_calc_mode("auto")
    workbook.use_zip64()
    book = Book(workbook, formats_of(workbook))
    readme = workbook.add_worksheet(translated("README"))
    summary = workbook.add_worksheet(translated("Summary"))
    frames = {}
    wanted = {_printed_place(export, finding) for finding in export.findings}
    for name, frame in export.frames.items():
        frames[name] = _write_dataset(book, export, (name, frame), wanted)
    _write_readme(book, export, readme)
    write_summary(book, export, frames, summary)
    _write_sources(book, export)
    _write_findings(book, export)
    readme.activate()
    workbook.close()


def _check_limits(export: Export) -> None:
    for name, frame in export.frames.items():
        if len(frame.columns) > MOST_COLUMNS:
            raise UsageError(
                f"{name}: {len(frame.columns)} columns; an Excel sheet holds {MOST_COLUMNS}; "
                "use: mtool export csv"
            )
        for column in frame.select_dtypes("str"):
            longest = frame[column].str.len().max()
            if longest == longest and longest > LONGEST_TEXT:
                raise _too_long(name, column, int(longest), "csv")
    beside = {"Sources": export.sources, "Findings": [_finding_row(f) for f in export.findings]}
    for name, rows in beside.items():
        if len(rows) > MOST_ROWS:
            raise UsageError(
                f"{name}: {len(rows)} rows; an Excel sheet holds {MOST_ROWS + 1}; "
                "use: mtool export datapackage"
            )
        for row in rows:
            for column, value in row.items():
                if isinstance(value, str) and len(value) > LONGEST_TEXT:
                    raise _too_long(name, column, len(value), "datapackage")


def _too_long(name: str, column: str, longest: int, instead: str) -> UsageError:
    return UsageError(
        f"{name}: {column} has a text of {longest} characters; an Excel cell "
        f"holds {LONGEST_TEXT}; use: mtool export {instead}"
    )


def _write_dataset(
    book: Book, export: Export, named: tuple[str, pd.DataFrame], wanted: set[tuple[str, str]]
) -> pd.DataFrame:
    """A dataset as real Excel tables, one a sheet; columns without any value left out.

    Returns the rows in the order written, with `counted_in_summary`.
    """
    from mtool.writers.xlsx_rows import book_and_sheet

    name, frame = named
    schema = export.schemas[name]
    frame = in_canonical_order(frame, schema)
    if schema.measures and "reference_period_start" in frame:
        frame = frame.assign(**{COUNTED: _counted(frame, schema)})
    frame = frame.loc[:, frame.notna().any()] if len(frame) else frame
    starts = range(0, max(len(frame), 1), MOST_ROWS)
    parts = [frame.iloc[start : start + MOST_ROWS] for start in starts]
    taken = {sheet for named in book.sheets.values() for sheet, _ in named}
    names: list[str] = []
    for number, _ in enumerate(parts, 1):
        names.append(_sheet_name(name, number, {*taken, *names}))
    book.sheets[name] = tuple(zip(names, map(len, parts), strict=True))
    widths = [_width(frame[column], column) for column in frame]
    disputed = any(finding.verdict == "contradicted" for finding in export.findings)
    for number, (sheet_name, part) in enumerate(zip(names, parts, strict=True), 1):
        table = _table_name(name if number == 1 else f"{name}_{number}")
        _remember_cells(book, sheet_name, part, wanted, next(iter(schema.measures), ""))
        sheet = book.workbook.add_worksheet(sheet_name, book_and_sheet()[1])
        _write_part(book, sheet, (part, widths), table)
        linked = disputed and any(target == sheet_name for target, _ in book.cells.values())
        mark_rows(sheet, book.formats, list(part), len(part), disputed=linked)
        set_up_page(sheet, translated(schema.title), source_line(_sources_of(export, part)))
        spread_over_pages(sheet, widths)
    if len(parts) == 1:
        _name_columns(book, name, list(frame))
    else:
        log.warning(_said_of_split(name, names))
    return frame


def _sources_of(export: Export, frame: pd.DataFrame) -> list[Mapping[str, str]]:
    """The sources of these rows."""
    used = set(frame["source_id"].dropna().unique()) if "source_id" in frame else set()
    return [source for source in export.sources if source["id"] in used]


def _name_columns(book: Book, name: str, columns: Sequence[str]) -> None:
    """A defined name for each column of a dataset: `incidents_admin1_name`."""
    (sheet, rows) = book.sheets[name][0]
    for at, column in enumerate(columns, start=1):
        letter = column_letters(at)
        cells = f"='{sheet}'!${letter}$2:${letter}${max(rows, 1) + 1}"
        book.workbook.define_name(f"{name}_{column}", cells)


def _sheet_name(name: str, number: int, taken: Collection[str]) -> str:
    """The name of a dataset's first, second … sheet: as long as Excel allows, and no other's."""
    suffix = f" ({number})" if number > 1 else ""
    own = (*OWN_SHEETS, *map(translated, OWN_SHEETS))
    known = {sheet.lower() for sheet in (*own, *taken)}
    same = 1
    while (made := f"{name[: 31 - len(suffix)]}{suffix}").lower() in known:
        same += 1
        suffix = f" ({number}, {same})" if number > 1 else f" ~{same}"
    return made


def _table_name(name: str) -> str:
    """The name of an Excel table; one that reads like a cell (`inc2023`) gets a `_`."""
    return f"{name}_" if _LIKE_A_CELL.fullmatch(name) else name


def _said_of_split(name: str, sheets: Sequence[str]) -> str:
    return (
        f"{name}: an Excel sheet holds {MOST_ROWS + 1:,} rows, so the dataset goes on in further "
        f"sheets: {', '.join(sheets)}"
    )


def _write_part(
    book: Book, sheet: Any, content: tuple[pd.DataFrame, Sequence[float]], table: str
) -> None:
    """One sheet of a dataset as a real Excel table."""
    part, widths = content
    for at, width in enumerate(widths):
        sheet.set_column(at, at, width)
    sheet.set_row(0, 32)
    sheet.freeze_panes(1, 1)
    header = [{"header": c, "header_format": book.formats["header"]} for c in part]
    style = {"name": table, "style": "Table Style Light 9", "columns": header}
    sheet.write_frame(part, book.formats, style)


def _counted(frame: pd.DataFrame, schema: Schema) -> list[int] | int:
    """1 where the row is an addend of the Summary sheet: the rows that `mtool summarize` adds."""
    from mtool.engines.sums import row_records
    from mtool.summary import Request, main_measure
    from mtool.summary.addends import addends, newest_editions

    measure = main_measure(frame, schema)
    try:
        rows = newest_editions(row_records(frame, [measure]), [])
        kept = {record.subject["row"] for record in addends(rows, Request(measure), [])}
    except UsageError:
        return 0
    return [int(str(at) in kept) for at in range(len(frame))]


def _width(values: pd.Series, header: str) -> float:
    """Wide enough for most cells and for the longest word of the header; a long column is sampled."""
    import pyarrow as pa
    import pyarrow.compute as pc

    longest = 10.0
    values = values.iloc[:: max(len(values) // SAMPLED, 1)]
    if not str(values.dtype).startswith("datetime"):
        texts = pa.chunked_array([pa.Array.from_pandas(values.dropna().astype("str"))])
        lengths = pc.min_element_wise(pc.utf8_length(texts), 200)
        longest = pc.quantile(lengths, 0.98)[0].as_py() or longest
    return float(min(max(int(longest) + 3, len(header) + 4, 9), WIDEST))


def _remember_cells(
    book: Book, sheet: str, frame: pd.DataFrame, wanted: set[tuple[str, str]], measure: str
) -> None:
    """Source cell → cell of this workbook, for links from the sheet of findings.

    A place that names no measure is that of `measure`.
    """
    if "source_cell" not in frame or not wanted:
        return
    measures = [c for c in frame if c not in ("source_cell", "source_ref")]
    is_near = frame["source_ref"].isin({ref for ref, _ in wanted})
    rows = [at for at, near in enumerate(is_near.tolist(), start=2) if near]
    near = frame.loc[is_near, ["source_ref", "source_cell"]].astype("str")
    for row, ref, printed in zip(rows, near["source_ref"], near["source_cell"], strict=True):
        for part in printed.split("; "):
            named, _, place = part.rpartition("=")
            column = measures.index(named or measure) + 1 if (named or measure) in measures else 1
            if (ref, place) in wanted:
                target = f"{column_letters(column)}{row}"
                book.cells.setdefault((ref, place), (sheet, target))


def _printed_place(export: Export, finding: Finding) -> tuple[str, str]:
    """The table and the place in it that a finding speaks of, as rows name theirs."""
    sources = {source["path"]: source["id"] for source in export.sources}
    ref = f"{sources.get(finding.locator.path or '', '')}[{finding.locator.table}]"
    return ref, finding.locator.in_source()


def _write_readme(book: Book, export: Export, sheet: Any) -> None:
    sheet.set_column(0, 0, 22)
    sheet.set_column(1, 1, 90)
    sheet.write_string(0, 0, translated("Mine action figures"), book.formats["title"])
    lines: list[tuple[str, str]] = [
        (
            "What",
            "Tidy tables derived from the sources below; one sheet per dataset, one row per figure.",
        ),
        (
            "How computed",
            "Figures are as printed; reported totals are checked and never counted; nothing is filled in. "
            "An empty cell means that the source gives no figure, and value_status says why. A zero is a printed zero.",
        ),
        (
            "Traceability",
            "source_ref and source_cell give the table and the cell or line of the source.",
        ),
        ("Made with", f"mtool {export.version}"),
    ]
    lines += [("Marks", meaning) for meaning in MEANINGS.values()]
    lines += [("Held back", sentence) for sentence in export.held_back]
    told = [(translated(label), translated(text)) for label, text in lines]
    for name, frame in export.frames.items():
        schema = export.schemas[name]
        said = f"{translated(counted(len(frame), 'row'))}. {translated(schema.description.strip())}"
        sheets = [sheet for sheet, _ in book.sheets[name]]
        if len(sheets) > 1:
            said = f"{said} {translated(_said_of_split(name, sheets))}."
        told.append((translated(f"Sheet {sheets[0]}"), said))
    for source in export.sources:
        edition = f", {translated('edition')} {source['edition']}" if source["edition"] else ""
        licence = source["licence"] or translated("licence not stated")
        said = f"{source['title'] or source['id']} ({source['id']}{edition}). {source['publisher']}"
        told.append((translated("Source"), f"{said} {licence}".strip()))
    for row, (label, text) in enumerate(told, start=2):
        sheet.write_string(row, 0, label, book.formats["label"])
        sheet.write_string(row, 1, text, book.formats["wrap"])
        sheet.set_row(row, _height([(text, 90)]))
    set_up_page(sheet, translated("README"), portrait=True)


def _write_sources(book: Book, export: Export) -> None:
    rows = [dict(source) for source in export.sources]
    _write_plain(book, translated("Sources"), rows, list(rows[0]) if rows else ["id"])


#: What of a finding is words for people.
SAID = ("severity", "verdict", "message", "suggestion")
FINDING_COLUMNS = (
    "severity",
    "rule",
    "verdict",
    "acknowledged",
    "message",
    "place",
    "stated",
    "computed",
    "difference",
    "suggestion",
    "figure",
)


def _write_findings(book: Book, export: Export) -> None:
    rows = [_finding_row(finding) for finding in export.findings]
    sheet, columns = _write_plain(book, translated("Findings"), rows, list(FINDING_COLUMNS))
    last = len(columns) - 1
    if "verdict" in columns:
        verdicts, figures = (column_letters(columns.index(c) + 1) for c in ("verdict", "figure"))
        for name, letter in ((VERDICTS, verdicts), (FIGURES, figures)):
            cells = f"='{sheet.get_name()}'!${letter}$2:${letter}${len(rows) + 1}"
            book.workbook.define_name(name, cells)
        mark_verdicts(sheet, book.formats, verdicts, len(rows), last)
    for row, finding in enumerate(export.findings, start=1):
        target = book.cells.get(_printed_place(export, finding))
        if target:
            url = f"internal:'{target[0]}'!{target[1]}"
            label = f"{target[0]}!{target[1]}"
            sheet.write_url(row, last, url, book.formats["link"], label)


def _finding_row(finding: Finding) -> dict[str, Any]:
    plain = finding.as_json()
    return {
        **{name: plain.get(name) for name in FINDING_COLUMNS},
        **{name: translated(plain.get(name) or "") for name in SAID},
        "acknowledged": translated("yes") if finding.acknowledged else "",
        "place": ", ".join(map(translated, str(finding.locator).split(", "))),
        "figure": "",
    }


def _write_plain(
    book: Book, name: str, rows: Sequence[Mapping[str, Any]], columns: list[str]
) -> tuple[Any, list[str]]:
    """A sheet of rows as they are; the sheet and the columns that have anything in them."""
    sheet = book.workbook.add_worksheet(name)
    columns = [
        c for c in columns if any(row.get(c) not in (None, "") for row in rows) or c == "figure"
    ]
    widths = []
    for at, column in enumerate(columns):
        sheet.write_string(0, at, translated(column), book.formats["header"])
        longest = max((len(str(row.get(column) or "")) for row in rows), default=8)
        widths.append(min(max(longest + 2, len(column) + 4), WIDEST))
        sheet.set_column(at, at, widths[-1])
    for line, row in enumerate(rows, start=1):
        texts = [str(row.get(column) or "") for column in columns]
        sheet.set_row(line, _height(list(zip(texts, widths, strict=True))))
        for at, column in enumerate(columns):
            value = row.get(column)
            if isinstance(value, int | float):
                sheet.write_number(line, at, value, book.formats["figure"])
            elif value:
                sheet.write_string(line, at, str(value), book.formats["wrap"])
    sheet.freeze_panes(1, 0)
    if rows:
        sheet.autofilter(0, 0, len(rows), len(columns) - 1)
    set_up_page(sheet, name)
    spread_over_pages(sheet, widths)
    return sheet, columns


def _height(cells: Sequence[tuple[str, float]]) -> float:
    """The height, in points, that wrapped texts need at their columns' widths."""
    lines = max((-(-len(text) // max(int(width * 0.95), 1)) for text, width in cells), default=1)
    return 15.0 * max(lines, 1) + 1
