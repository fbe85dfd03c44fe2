"""Excel's own charts beside the sums of the Summary sheet."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from mtool.charts.axes import PALETTE
from mtool.language import translated

#: Rows of the sheet that a chart covers.
ROWS_OF_CHART = 18
MARKERS = ("circle", "square", "triangle", "diamond", "x", "plus", "star", "short_dash")
PATTERNS = (
    "solid",
    "wide_upward_diagonal",
    "narrow_horizontal",
    "outlined_diamond",
    "narrow_vertical",
    "wide_downward_diagonal",
    "large_grid",
    "small_confetti",
)
DASHES = ("solid", "dash", "round_dot", "dash_dot", "long_dash", "square_dot", "long_dash_dot")


@dataclass(frozen=True, slots=True)
class SumTable:
    """Where the sums of a dataset stand on the Summary sheet: header row, total row, periods."""

    dataset: str
    title: str
    header: int
    total: int
    periods: int


def draw_sums(workbook: Any, sheet: Any, table: SumTable) -> int:
    """A line per area over the periods, with a named range of the sums; returns the row below it.

    Empty sums stay gaps. One period alone is drawn as columns. Series have markers, dashes or hatches
    of their own, and columns their figure above them.
    """
    here = sheet.get_name()
    last = table.periods
    corner = f"$A${table.header + 1}"
    name = re.sub(r"\W", "_", table.dataset)
    end = _cell(table.total, last)
    workbook.define_name(f"sums_of_{name}", f"='{here}'!{corner}:{end}")
    chart = workbook.add_chart({"type": "line" if last > 1 else "column"})
    for at, row in enumerate(range(table.header + 1, table.total)):
        colour = PALETTE[at % len(PALETTE)]
        look = {"color": colour, "width": 2, "dash_type": DASHES[at % len(DASHES)]}
        marker = {"type": MARKERS[at % len(MARKERS)], "size": 6}
        marker |= {"fill": {"color": colour}, "border": {"color": colour}}
        chart.add_series(
            {
                "name": [here, row, 0],
                "categories": [here, table.header, 1, table.header, last],
                "values": [here, row, 1, row, last],
                **({"line": look, "marker": marker} if last > 1 else column_look(at, colour)),
            }
        )
    chart.set_title({"name": table.title, "name_font": {"size": 12}, "overlay": False})
    chart.set_y_axis({"min": 0, "major_gridlines": {"visible": True, "line": {"color": "#E4E4E4"}}})
    chart.set_legend({"position": "right"})
    chart.show_blanks_as("gap")
    chart.set_size({"width": 560, "height": 20 * (ROWS_OF_CHART - 2)})
    said = translated(f"{table.title}: the sums of the table beside it, by period")
    sheet.insert_chart(table.header, last + 2, chart, {"description": said})
    return table.header + ROWS_OF_CHART


def column_look(at: int, colour: str) -> dict[str, Any]:
    """The look of a series of columns: its colour, a hatch of its own, its figure."""
    look = {"border": {"color": colour}, "data_labels": {"value": True}}
    if at % len(PATTERNS) == 0:
        return look | {"fill": {"color": colour}}
    hatch = {"pattern": PATTERNS[at % len(PATTERNS)], "fg_color": "#FFFFFF", "bg_color": colour}
    return look | {"pattern": hatch}


def _cell(row: int, column: int) -> str:
    from mtool.model import column_letters

    return f"${column_letters(column + 1)}${row + 1}"
