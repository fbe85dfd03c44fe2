"""What a workbook holds that is not read: hidden sheets, charts, pictures."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from mtool.model import Finding, Locator

_DRAWN = ("xl/media/", "xl/charts/chart", "pictures/")


def sheet_unread(sheet: Locator, reason: str) -> Finding:
    """Say that a sheet was not read because it is `hidden`, a `chart`, or mtool's own `errors`."""
    if reason == "errors":
        return Finding(
            rule="errors_sheet",
            class_="note",
            severity="info",
            message=f"{sheet.sheet} lists what mtool found wrong before and was not read",
            locator=sheet,
        )
    if reason == "hidden":
        return Finding(
            rule="hidden_sheet",
            class_="note",
            severity="warning",
            message=f"the sheet {sheet.sheet} is hidden and was not read; to include it, unhide it "
            "in the workbook and read it again",
            locator=sheet,
        )
    return Finding(
        rule="chart_sheet",
        class_="note",
        severity="info",
        message=f"{sheet.sheet} is a chart or a macro sheet and was not read",
        locator=sheet,
    )


def drawings_unread(path: Path, members: Sequence[str]) -> list[Finding]:
    """Say how many pictures and charts a package holds: figures drawn there are not read."""
    drawn = sum(1 for name in members if name.lower().startswith(_DRAWN))
    if not drawn:
        return []
    return [
        Finding(
            rule="drawings",
            class_="note",
            severity="info",
            message=f"the workbook holds {drawn} pictures or charts, which were not read",
            locator=Locator(path=str(path)),
        )
    ]
