"""Excel's own charts beside the sums of the Summary sheet, and marks on rows without a figure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from mtool.charts.axes import PALETTE
from mtool.language import translated

#: Rows of the sheet that a chart covers.
ROWS_OF_CHART = 18
MARKERS = ("circle", "square", "triangle", "diamond", "x", "plus", "star", "short_dash")
DASHES = ("solid", "dash", "round_dot", "dash_dot", "long_dash", "square_dot", "long_dash_dot")


@dataclass(frozen=True, slots=True)
class SumTable:
    """Where the sums of a dataset stand on the Summary sheet: header row, total row, periods."""

    dataset: str
    header: int
    total: int
    periods: int


def draw_sums(workbook: Any, sheet: Any, table: SumTable) -> int:
    """A line per area over the periods, with a named range of the sums; returns the row below it.

    Empty sums stay gaps. One period alone is drawn as columns.
    """
    last = table.periods
    corner = f"$A${table.header + 1}"
    name = re.sub(r"\W", "_", table.dataset)
    end = _cell(table.total, last)
    workbook.define_name(f"sums_of_{name}", f"=Summary!{corner}:{end}")
    chart = workbook.add_chart({"type": "line" if last > 1 else "column"})
    for at, row in enumerate(range(table.header + 1, table.total)):
        colour = PALETTE[at % len(PALETTE)]
        look = {"color": colour, "width": 2, "dash_type": DASHES[at % len(DASHES)]}
        marker = {"type": MARKERS[at % len(MARKERS)], "size": 6}
        marker |= {"fill": {"color": colour}, "border": {"color": colour}}
        chart.add_series(
            {
                "name": ["Summary", row, 0],
                "categories": ["Summary", table.header, 1, table.header, last],
                "values": ["Summary", row, 1, row, last],
                **({"line": look, "marker": marker} if last > 1 else {"fill": {"color": colour}}),
            }
        )
    chart.set_title({"name": table.dataset, "name_font": {"size": 12}, "overlay": False})
    chart.set_y_axis({"min": 0, "major_gridlines": {"visible": True, "line": {"color": "#E4E4E4"}}})
    chart.set_legend({"position": "right"})
    chart.show_blanks_as("gap")
    chart.set_size({"width": 560, "height": 20 * (ROWS_OF_CHART - 2)})
    said = translated(f"{table.dataset}: the sums of the table beside it, by period")
    sheet.insert_chart(table.header, last + 2, chart, {"description": said})
    return table.header + ROWS_OF_CHART


def mark_missing(workbook: Any, sheet: Any, columns: Sequence[str], rows: int) -> None:
    """Tint the rows whose `value_status` says why a figure is missing."""
    if "value_status" not in columns or not rows:
        return
    status = _cell(1, columns.index("value_status")).replace("$", "")
    column = "".join(letter for letter in status if letter.isalpha())
    missing = workbook.add_format({"bg_color": "#FFF2CC", "italic": True})
    rule = {"type": "formula", "criteria": f'=${column}2<>""', "format": missing}
    sheet.conditional_format(1, 0, rows, len(columns) - 1, rule)


def _cell(row: int, column: int) -> str:
    from mtool.model import column_letters

    return f"${column_letters(column + 1)}${row + 1}"
