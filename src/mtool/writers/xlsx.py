"""A workbook to send on: what it is, every dataset as an Excel table, live totals, sources, findings.

Written by XlsxWriter, because openpyxl cannot keep a formula together with its computed value;
the rows of datasets by `xlsx_rows`.
The same inputs give the same bytes: the document's dates come from `SOURCE_DATE_EPOCH` or are fixed.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mtool.errors import UsageError
from mtool.language import counted, translated
from mtool.model import Finding, column_letters
from mtool.schemas import Schema
from mtool.writers import Export
from mtool.writers.csv import in_canonical_order
from mtool.writers.xlsx_charts import SumTable, draw_sums, mark_missing

if TYPE_CHECKING:
    import pandas as pd

#: Warnings go to standard error.
log = logging.getLogger(__name__)

MOST_ROWS = 1_048_576 - 1
LONGEST_TEXT = 32_767
WIDEST = 46
COUNTED = "counted_in_summary"
EARLIEST = datetime(1980, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class _Book:
    """A workbook being written, its formats, and where each dataset's cells stand."""

    workbook: Any
    formats: Mapping[str, Any]
    cells: dict[tuple[str, str], tuple[str, str]]
    sheets: dict[str, tuple[str, ...]]


def write(export: Export, out: Path) -> list[Path]:
    """Write one workbook. Raises `UsageError` where Excel's limits would cut rows or text."""
    from mtool.writers.xlsx_rows import book_and_sheet

    _check_limits(export)
    staged = out.with_name(f".{out.name}.new")
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    workbook = book_and_sheet()[0](staged, options)
    workbook.set_properties(
        {"title": translated("Mine action figures"), "created": document_date()}
    )
    workbook.set_calc_mode("auto")
    workbook.use_zip64()
    book = _Book(workbook, _formats(workbook), {}, {})
    readme = workbook.add_worksheet("README")
    summary = workbook.add_worksheet("Summary")
    frames = {}
    wanted = {_printed_place(export, finding) for finding in export.findings}
    for name, frame in export.frames.items():
        frames[name] = _write_dataset(book, export, (name, frame), wanted)
    _write_readme(book, export, readme)
    _write_summary(book, export, frames, summary)
    _write_sources(book, export)
    _write_findings(book, export)
    readme.activate()
    workbook.close()
    staged.replace(out)
    return [out]


def document_date() -> datetime:
    """The date written into a workbook: `SOURCE_DATE_EPOCH`, else a fixed one."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    day = datetime.fromtimestamp(int(epoch), tz=UTC) if epoch else EARLIEST
    return day.replace(tzinfo=None)


def _check_limits(export: Export) -> None:
    for name, frame in export.frames.items():
        for column in frame.select_dtypes("str"):
            longest = frame[column].str.len().max()
            if longest == longest and longest > LONGEST_TEXT:
                raise UsageError(
                    f"{name}: {column} has a text of {int(longest)} characters; an Excel cell "
                    f"holds {LONGEST_TEXT}; use: mtool export csv"
                )


def _formats(workbook: Any) -> dict[str, Any]:
    plain = {"valign": "top"}
    heading = {
        "bold": True,
        "valign": "vcenter",
        "bg_color": "#1F3864",
        "font_color": "#FFFFFF",
        "border": 1,
        "border_color": "#1F3864",
    }
    return {
        "title": workbook.add_format({"bold": True, "font_size": 16}),
        "heading": workbook.add_format({"bold": True, "font_size": 12, "font_color": "#1F3864"}),
        "text": workbook.add_format({**plain, "indent": 1}),
        "wrap": workbook.add_format({**plain, "text_wrap": True}),
        "period": workbook.add_format({**heading, "align": "right"}),
        "header": workbook.add_format({**heading, "text_wrap": True}),
        "label": workbook.add_format({**plain, "bold": True}),
        "count": workbook.add_format({**plain, "num_format": "#,##0"}),
        "figure": workbook.add_format({**plain, "num_format": "#,##0.##"}),
        "degrees": workbook.add_format({**plain, "num_format": "0.0000"}),
        "date": workbook.add_format({**plain, "num_format": "yyyy-mm-dd", "align": "left"}),
        "share": workbook.add_format({**plain, "num_format": "0.0%"}),
        "total": workbook.add_format({**plain, "bold": True, "top": 1, "num_format": "#,##0"}),
        "link": workbook.add_format({**plain, "font_color": "#0563C1", "underline": 1}),
    }


def _write_dataset(
    book: _Book, export: Export, named: tuple[str, pd.DataFrame], wanted: set[tuple[str, str]]
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
    book.sheets[name] = tuple(_sheet_name(name, number) for number, _ in enumerate(starts, 1))
    widths = [_width(frame[column], column) for column in frame]
    for start, sheet_name in zip(starts, book.sheets[name], strict=True):
        part = frame.iloc[start : start + MOST_ROWS]
        table = name if not start else f"{name}_{start // MOST_ROWS + 1}"
        sheet = book.workbook.add_worksheet(sheet_name, book_and_sheet()[1])
        _write_part(book, sheet, (part, widths), table)
        _set_up_page(sheet, schema.title)
        _remember_cells(book, sheet_name, part, wanted)
    if len(starts) > 1:
        log.warning(_said_of_split(name, book.sheets[name]))
    return frame


def _sheet_name(name: str, number: int) -> str:
    """The name of a dataset's first, second … sheet, as long as Excel allows."""
    suffix = f" ({number})" if number > 1 else ""
    return f"{name[: 31 - len(suffix)]}{suffix}"


def _said_of_split(name: str, sheets: Sequence[str]) -> str:
    return (
        f"{name}: an Excel sheet holds {MOST_ROWS + 1:,} rows, so the dataset goes on in further "
        f"sheets: {', '.join(sheets)}"
    )


def _write_part(
    book: _Book, sheet: Any, content: tuple[pd.DataFrame, Sequence[float]], table: str
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
    mark_missing(book.workbook, sheet, list(part), len(part))


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
    """Wide enough for most cells and for the longest word of the header."""
    texts = values.dropna().astype("str").str.slice(0, 200)
    days = str(values.dtype).startswith("datetime")
    longest = 10 if days or texts.empty else int(texts.str.len().quantile(0.98))
    return float(min(max(longest + 3, len(header) + 4, 9), WIDEST))


def _remember_cells(
    book: _Book, sheet: str, frame: pd.DataFrame, wanted: set[tuple[str, str]]
) -> None:
    """Source cell → cell of this workbook, for links from the Findings sheet."""
    if "source_cell" not in frame or not wanted:
        return
    measures = [c for c in frame if c not in ("source_cell", "source_ref")]
    is_near = frame["source_ref"].isin({ref for ref, _ in wanted})
    rows = [at for at, near in enumerate(is_near.tolist(), start=2) if near]
    near = frame.loc[is_near, ["source_ref", "source_cell"]].astype("str")
    for row, ref, printed in zip(rows, near["source_ref"], near["source_cell"], strict=True):
        for part in printed.split("; "):
            measure, _, place = part.rpartition("=")
            column = measures.index(measure) + 1 if measure in measures else 1
            if (ref, place) in wanted:
                target = f"{column_letters(column)}{row}"
                book.cells.setdefault((ref, place), (sheet, target))


def _printed_place(export: Export, finding: Finding) -> tuple[str, str]:
    """The table and the place in it that a finding speaks of, as rows name theirs."""
    sources = {source["path"]: source["id"] for source in export.sources}
    ref = f"{sources.get(finding.locator.path or '', '')}[{finding.locator.table}]"
    return ref, finding.locator.in_source()


# Summary --------------------------------------------------------------------------------------


def _write_summary(
    book: _Book, export: Export, frames: Mapping[str, pd.DataFrame], sheet: Any
) -> None:
    sheet.write_string(0, 0, "Summary", book.formats["title"])
    sheet.write_string(
        1,
        0,
        "Totals and shares are formulas over the sheets of this workbook: rows with "
        f"{COUNTED} = 1, so that totals and overlapping sources are not added twice.",
        book.formats["text"],
    )
    from mtool.summary import main_measure

    top = 3
    widest = 1
    for name, frame in frames.items():
        if COUNTED not in frame:
            continue
        measure = main_measure(frame, export.schemas[name])
        block = _Block.of((name, book.sheets[name]), frame, measure)
        if block is None:
            sheet.write_string(
                top,
                0,
                f"{name}: figures of unlike definition are not added; see the sheet",
                book.formats["text"],
            )
            top += 2
            continue
        title = (
            f"{export.schemas[name].title}: {export.schemas[name].columns[measure].title.lower()}"
        )
        sheet.write_string(top, 0, title, book.formats["heading"])
        top = _write_block(book, sheet, top + 1, block)
        widest = max(widest, len(block.periods) + 1)
    sheet.set_column(0, 0, 30)
    sheet.set_column(1, widest, 11)
    _set_up_page(sheet, "Summary")


@dataclass(frozen=True)
class _Block:
    """One dataset's sums: rows are areas or operators, columns are periods."""

    name: str
    group: str
    groups: tuple[str, ...]
    periods: tuple[tuple[str, str], ...]
    sums: Mapping[tuple[str, str], float | int | None]
    columns: tuple[Mapping[str, str], ...]

    @classmethod
    def of(
        cls, named: tuple[str, Sequence[str]], frame: pd.DataFrame, measure: str
    ) -> _Block | None:
        from mtool.areas import fold_name
        from mtool.periods import period_label
        from mtool.summary import as_number

        counted = frame[frame[COUNTED] == 1]
        if counted.empty:
            return None
        group = "admin1_name" if "admin1_name" in frame else "operator"
        if counted[group].isna().any():
            group = "location_code"
        starts = counted["reference_period_start"].dt.strftime("%Y-%m-%d")
        ends = counted["reference_period_end"].dt.strftime("%Y-%m-%d")
        pairs = sorted(set(zip(starts, ends, strict=True)))
        grouped = counted.groupby([counted[group], starts, ends])[measure].sum(min_count=1)
        sums = {
            (str(area), f"{start}..{end}"): as_number(value)
            for (area, start, end), value in grouped.items()
        }
        name, sheets = named
        letters = {c: column_letters(at) for at, c in enumerate(frame, start=1)}
        used = {
            "group": group,
            "start": "reference_period_start",
            "end": "reference_period_end",
            "measure": measure,
            "counted": COUNTED,
        }
        columns = []
        for sheet, start in zip(sheets, range(0, len(frame), MOST_ROWS), strict=True):
            last = min(len(frame) - start, MOST_ROWS) + 1
            at = {key: letters[column] for key, column in used.items()}
            columns.append({key: f"'{sheet}'!${c}$2:${c}${last}" for key, c in at.items()})
        groups = tuple(sorted({area for area, _ in sums}, key=fold_name))
        labels = tuple((f"{s}..{e}", period_label(s, e)) for s, e in pairs)
        return cls(name, group, groups, labels, sums, tuple(columns))


def _write_block(book: _Book, sheet: Any, top: int, block: _Block) -> int:
    """Write the table of sums and the table of shares below it; return the next free row."""
    _write_period_header(book, sheet, top, block)
    first = top + 1
    for offset, group in enumerate(block.groups):
        row = first + offset
        sheet.write_string(row, 0, group, book.formats["label"])
        for column, (period, _) in enumerate(block.periods, start=1):
            value = block.sums.get((group, period))
            formula = _sum_formula(block, row, period)
            sheet.write_formula(
                row, column, formula, book.formats["count"], "" if value is None else value
            )
    total_row = first + len(block.groups)
    sheet.write_string(total_row, 0, "Total", book.formats["label"])
    totals = []
    for column, (period, _) in enumerate(block.periods, start=1):
        known = [block.sums.get((g, period)) for g in block.groups]
        total = sum(v for v in known if v is not None)
        totals.append(total)
        letter = column_letters(column + 1)
        formula = f"=SUM({letter}{first + 1}:{letter}{total_row})"
        sheet.write_formula(total_row, column, formula, book.formats["total"], total)
    after = _write_shares(book, sheet, total_row + 2, (block, first, total_row, totals))
    sums = SumTable(block.name, top, total_row, len(block.periods))
    return max(after, draw_sums(book.workbook, sheet, sums))


def _write_period_header(book: _Book, sheet: Any, row: int, block: _Block) -> None:
    sheet.write_string(row, 0, "", book.formats["header"])
    for column, (_, label) in enumerate(block.periods, start=1):
        sheet.write_string(row, column, label, book.formats["period"])


def _sum_formula(block: _Block, row: int, period: str) -> str:
    """A sum that stays empty, not zero, where no row has a figure."""
    start, _, end = period.partition("..")
    counts, sums = [], []
    for columns in block.columns:
        conditions = (
            f"{columns['group']},$A{row + 1},{columns['start']},{_excel_date(start)},"
            f"{columns['end']},{_excel_date(end)},{columns['counted']},1"
        )
        counts.append(f'COUNTIFS({conditions},{columns["measure"]},"<>")')
        sums.append(f"SUMIFS({columns['measure']},{conditions})")
    return f'=IF({"+".join(counts)}=0,"",{"+".join(sums)})'


def _excel_date(day: str) -> str:
    year, month, number = day.split("-")
    return f"DATE({int(year)},{int(month)},{int(number)})"


def _write_shares(
    book: _Book, sheet: Any, top: int, sums: tuple[_Block, int, int, Sequence[float]]
) -> int:
    block, first, total_row, totals = sums
    sheet.write_string(top, 0, translated("Share of the total"), book.formats["heading"])
    _write_period_header(book, sheet, top + 1, block)
    for offset, group in enumerate(block.groups):
        row = top + 2 + offset
        sheet.write_string(row, 0, group, book.formats["label"])
        for column, (period, _) in enumerate(block.periods, start=1):
            value = block.sums.get((group, period))
            total = totals[column - 1]
            complete = all(block.sums.get((g, period)) is not None for g in block.groups)
            share = value / total if value is not None and total and complete else ""
            letter = column_letters(column + 1)
            cells = f"{letter}{first + 1}:{letter}{total_row}"
            formula = (
                f'=IF(OR(COUNT({cells})<{len(block.groups)},{letter}{total_row + 1}=0),"",'
                f"{letter}{first + offset + 1}/{letter}{total_row + 1})"
            )
            sheet.write_formula(row, column, formula, book.formats["share"], share)
    return top + 2 + len(block.groups) + 2


# What it is, where from, what was found ---------------------------------------------------------


def _write_readme(book: _Book, export: Export, sheet: Any) -> None:
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
    lines += [("Held back", sentence) for sentence in export.held_back]
    for name, frame in export.frames.items():
        schema = export.schemas[name]
        said = f"{counted(len(frame), 'row')}. {schema.description.strip()}"
        sheets = book.sheets[name]
        if len(sheets) > 1:
            said = f"{said} {_said_of_split(name, sheets)}."
        lines.append((f"Sheet {sheets[0]}", said))
    for source in export.sources:
        edition = f", edition {source['edition']}" if source["edition"] else ""
        licence = source["licence"] or "licence not stated"
        title = source["title"] or source["id"]
        lines.append(
            (
                "Source",
                f"{title} ({source['id']}{edition}). {source['publisher']} {licence}".strip(),
            )
        )
    for row, (label, text) in enumerate(lines, start=2):
        label, text = translated(label), translated(text)
        sheet.write_string(row, 0, label, book.formats["label"])
        sheet.write_string(row, 1, text, book.formats["wrap"])
        sheet.set_row(row, _height([(text, 90)]))
    _set_up_page(sheet, "README", landscape=False)


def _write_sources(book: _Book, export: Export) -> None:
    rows = [dict(source) for source in export.sources]
    _write_plain(book, "Sources", rows, list(rows[0]) if rows else ["id"])


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


def _write_findings(book: _Book, export: Export) -> None:
    rows = [_finding_row(finding) for finding in export.findings]
    sheet, last = _write_plain(book, "Findings", rows, list(FINDING_COLUMNS))
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
        "place": str(finding.locator),
        "figure": "",
    }


def _write_plain(
    book: _Book, name: str, rows: Sequence[Mapping[str, Any]], columns: list[str]
) -> tuple[Any, int]:
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
    _set_up_page(sheet, name)
    return sheet, len(columns) - 1


def _height(cells: Sequence[tuple[str, float]]) -> float:
    """The height, in points, that wrapped texts need at their columns' widths."""
    lines = max((-(-len(text) // max(int(width * 0.95), 1)) for text, width in cells), default=1)
    return 15.0 * max(lines, 1) + 1


def _set_up_page(sheet: Any, title: str, *, landscape: bool = True) -> None:
    if landscape:
        sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    sheet.set_footer(translated(f"&L{title.replace('&', '&&')}&RPage &P of &N"))
