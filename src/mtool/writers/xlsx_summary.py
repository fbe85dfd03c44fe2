"""The Summary sheet: sums and shares as formulas over the other sheets, with Excel's own charts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mtool.language import colon, translated
from mtool.model import column_letters
from mtool.schemas import Schema
from mtool.writers import Export
from mtool.writers.xlsx_book import Book, set_up_page, source_line
from mtool.writers.xlsx_charts import SumTable, draw_sums

if TYPE_CHECKING:
    import pandas as pd

COUNTED = "counted_in_summary"
#: What the shares of a period may be off by together, being fractions.
SHARES_OFF_BY = 0.0005


def write_summary(
    book: Book, export: Export, frames: Mapping[str, pd.DataFrame], sheet: Any
) -> None:
    """Write the sums and shares of each dataset of figures, with what the marks mean."""
    from mtool.summary import main_measure

    sheet.write_string(0, 0, translated("Summary"), book.formats["title"])
    said = (
        "Totals and shares are formulas over the sheets of this workbook: rows with "
        f"{COUNTED} = 1, so that totals and overlapping sources are not added twice."
    )
    sheet.write_string(1, 0, translated(said), book.formats["text"])
    top, widest = 3, 1
    for name, frame in frames.items():
        if COUNTED not in frame:
            continue
        measure = main_measure(frame, export.schemas[name])
        block = _Block.of((name, book.sheets[name]), frame, measure)
        if block is None:
            said = translated(f"{name}: figures of unlike definition are not added; see the sheet")
            sheet.write_string(top, 0, said, book.formats["text"])
            top += 2
            continue
        sheet.write_string(top, 0, _title(export.schemas[name], measure), book.formats["heading"])
        top = _write_block(book, sheet, top + 1, block, _title(export.schemas[name], measure))
        widest = max(widest, len(block.periods) + 1)
    sheet.set_column(0, 0, 30)
    sheet.set_column(1, widest, 11)
    used = [source for source in export.sources if _is_of(source, frames)]
    set_up_page(sheet, translated("Summary"), source_line(used))


def _title(schema: Schema, measure: str) -> str:
    return (
        f"{translated(schema.title)}{colon()} {translated(schema.columns[measure].title).lower()}"
    )


def _is_of(source: Mapping[str, str], frames: Mapping[str, pd.DataFrame]) -> bool:
    """True where figures of the sheet come from this source."""
    counted = (frame for frame in frames.values() if COUNTED in frame and "source_id" in frame)
    return any((frame["source_id"] == source["id"]).any() for frame in counted)


@dataclass(frozen=True)
class _Block:
    """One dataset's sums: rows are areas or operators, columns are periods.

    `columns` are the cells that the formulas add, sheet by sheet; `names` their defined names, where
    the dataset fills one sheet only.
    """

    name: str
    groups: tuple[str, ...]
    periods: tuple[tuple[str, str], ...]
    sums: Mapping[tuple[str, str], float | int | None]
    columns: tuple[Mapping[str, str], ...]
    names: Mapping[str, str]

    @classmethod
    def of(
        cls, named: tuple[str, Sequence[tuple[str, int]]], frame: pd.DataFrame, measure: str
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
        for sheet, rows in sheets:
            at = {key: letters[column] for key, column in used.items()}
            columns.append({key: f"'{sheet}'!${c}$2:${c}${rows + 1}" for key, c in at.items()})
        names = {key: f"{name}_{column}" for key, column in used.items()}
        groups = tuple(sorted({area for area, _ in sums}, key=fold_name))
        labels = tuple((f"{s}..{e}", period_label(s, e)) for s, e in pairs)
        named_ranges = names if len(sheets) == 1 else {}
        return cls(name, groups, labels, sums, tuple(columns), named_ranges)


def _write_block(book: Book, sheet: Any, top: int, block: _Block, title: str) -> int:
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
    sheet.write_string(total_row, 0, translated("Total"), book.formats["label"])
    totals = []
    for column, (period, _) in enumerate(block.periods, start=1):
        known = [block.sums.get((g, period)) for g in block.groups]
        total = sum(v for v in known if v is not None)
        totals.append(total)
        letter = column_letters(column + 1)
        formula = f"=SUM({letter}{first + 1}:{letter}{total_row})"
        sheet.write_formula(total_row, column, formula, book.formats["total"], total)
    after = _write_shares(book, sheet, total_row + 2, (block, first, total_row, totals))
    _mark_incomplete(book, sheet, first, block)
    sums = SumTable(block.name, title, top, total_row, len(block.periods))
    return max(after, draw_sums(book.workbook, sheet, sums))


def _write_period_header(book: Book, sheet: Any, row: int, block: _Block) -> None:
    sheet.write_string(row, 0, "", book.formats["header"])
    for column, (_, label) in enumerate(block.periods, start=1):
        sheet.write_string(row, column, label, book.formats["period"])


def _sum_formula(block: _Block, row: int, period: str) -> str:
    """A sum that stays empty, not zero, where no row has a figure."""
    counts, sums = [], []
    for columns in block.columns:
        conditions = _conditions(columns, row, period)
        counts.append(f'COUNTIFS({conditions},{columns["measure"]},"<>")')
        sums.append(f"SUMIFS({columns['measure']},{conditions})")
    return f'=IF({"+".join(counts)}=0,"",{"+".join(sums)})'


def _conditions(columns: Mapping[str, str], row: int, period: str) -> str:
    """Which rows belong to the area of a row of the sheet and to a period."""
    start, _, end = period.partition("..")
    return (
        f"{columns['group']},$A{row + 1},{columns['start']},{_excel_date(start)},"
        f"{columns['end']},{_excel_date(end)},{columns['counted']},1"
    )


def _mark_incomplete(book: Book, sheet: Any, first: int, block: _Block) -> None:
    """A rule for each period: mark a sum without a figure, or with rows that have none."""
    if not block.names:
        return
    last = first + len(block.groups) - 1
    for column, (period, _) in enumerate(block.periods, start=1):
        blank = f'COUNTIFS({_conditions(block.names, first, period)},{block.names["measure"]},"=")'
        criteria = f'=OR({column_letters(column + 1)}{first + 1}="",{blank}>0)'
        rule = {"type": "formula", "criteria": criteria, "format": book.formats["missing"]}
        sheet.conditional_format(first, column, last, column, rule)


def _excel_date(day: str) -> str:
    year, month, number = day.split("-")
    return f"DATE({int(year)},{int(month)},{int(number)})"


def _write_shares(
    book: Book, sheet: Any, top: int, sums: tuple[_Block, int, int, Sequence[float]]
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
    _write_whole(book, sheet, top + 2 + len(block.groups), (block, totals))
    return top + 2 + len(block.groups) + 3


def _write_whole(book: Book, sheet: Any, row: int, sums: tuple[_Block, Sequence[float]]) -> None:
    """The sum of the shares of each period, marked where it is not 100 %."""
    block, totals = sums
    first = row - len(block.groups)
    sheet.write_string(row, 0, translated("Total"), book.formats["label"])
    for column, (period, _) in enumerate(block.periods, start=1):
        letter = column_letters(column + 1)
        shares = f"{letter}{first + 1}:{letter}{row}"
        complete = all(block.sums.get((group, period)) is not None for group in block.groups)
        value = 1.0 if complete and totals[column - 1] else ""
        formula = f'=IF(COUNT({shares})=0,"",SUM({shares}))'
        sheet.write_formula(row, column, formula, book.formats["whole"], value)
    criteria = f'=AND(B{row + 1}<>"",ABS(B{row + 1}-1)>{SHARES_OFF_BY})'
    rule = {"type": "formula", "criteria": criteria, "format": book.formats["disputed"]}
    sheet.conditional_format(row, 1, row, len(block.periods), rule)
