"""Rules by which a workbook marks figures itself: they follow what is changed in its cells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from mtool.language import translated
from mtool.model import column_letters

#: The defined names of the verdicts on the sheet of findings, and of the cells they speak of.
VERDICTS, FIGURES = "findings_verdict", "findings_figure"
#: Looks that differ without colours, too.
LOOKS: dict[str, dict[str, object]] = {
    "disputed": {"bg_color": "#F8CBAD", "font_color": "#7F0000", "bold": True, "border": 1},
    "missing": {"bg_color": "#FFF2CC", "italic": True},
    "partial": {"bg_color": "#DDEBF7", "underline": 1},
    "not_counted": {"font_color": "#595959", "italic": True},
}
#: What each look means, for the sheet that explains the workbook.
MEANINGS = {
    "disputed": "bold on red, framed: the audit contradicts the figure, or shares do not add up to 100 %",
    "missing": "italic on yellow: the source gives no figure, or the sum lacks figures",
    "partial": "underlined on blue: the source did not count to the end of the period",
    "not_counted": "grey italic: the row is not added on the Summary sheet",
}


def mark_rows(
    sheet: Any, looks: Mapping[str, Any], columns: Sequence[str], rows: int, *, disputed: bool
) -> None:
    """Mark rows without a figure, unfinished or not counted, and cells that are `disputed`."""
    if not rows:
        return
    at = {name: f"${column_letters(number)}2" for number, name in enumerate(columns, start=1)}
    rules = {}
    here = f'"{sheet.get_name()}!"&ADDRESS(ROW(),COLUMN(),4)'
    contradicted = translated("contradicted")
    if disputed:
        rules["disputed"] = f'=COUNTIFS({FIGURES},{here},{VERDICTS},"{contradicted}")>0'
    if "value_status" in at:
        rules["missing"] = f'={at["value_status"]}<>""'
    if "as_of" in at and "reference_period_end" in at:
        rules["partial"] = _partial(at["as_of"], at["reference_period_end"])
    if "counted_in_summary" in at:
        rules["not_counted"] = f"={at['counted_in_summary']}=0"
    for name, criteria in rules.items():
        rule = {"type": "formula", "criteria": criteria, "format": looks[name]}
        sheet.conditional_format(1, 0, rows, len(columns) - 1, rule)


def _partial(as_of: str, end: str) -> str:
    """True where a date of any precision (`2023`, `2023-11`, `2023-11-30`) lies before a day."""
    month = f"IF(LEN({as_of})>6,MID({as_of},6,2),12)"
    day = f"IF(LEN({as_of})>9,MID({as_of},9,2),31)"
    counted_to = f"LEFT({as_of},4)*10000+{month}*100+{day}"
    return f'=AND({as_of}<>"",YEAR({end})*10000+MONTH({end})*100+DAY({end})>{counted_to})'


def mark_verdicts(sheet: Any, looks: Mapping[str, Any], verdict: str, rows: int, last: int) -> None:
    """Mark the findings that contradict the source; `verdict` is the letter of their column."""
    criteria = f'=${verdict}2="{translated("contradicted")}"'
    rule = {"type": "formula", "criteria": criteria, "format": looks["disputed"]}
    sheet.conditional_format(1, 0, max(rows, 1), last, rule)
