"""The calamine library, kept from taking the process or the terminal with it.

It asks for memory for every place between the first and the last cell, so callers first make
sure how far the cells reach; on damaged files it panics, which is a BaseException, and writes a
trace of its own to standard error.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from mtool.model import Finding, Locator
from mtool.readers.runs import Run
from mtool.readers.spreadsheet.cell_findings import CellTrouble
from mtool.readers.spreadsheet.cells import Cells
from mtool.readers.spreadsheet.displayed import displayed
from mtool.readers.spreadsheet.sheets import Sheet, SheetRows
from mtool.readers.spreadsheet.unread import sheet_unread

#: calamine needs 72 bytes a place: 500 MB.
MOST_PLACES = 7_000_000


def sheet_values(path: Path, name: str) -> tuple[int, Iterator[list[Any]]]:
    """The first column of a sheet and its rows of values, from row 1; ValueError when damaged."""
    from python_calamine import CalamineWorkbook

    with _contained():
        sheet = CalamineWorkbook.from_path(path).get_sheet_by_name(name)
    return (sheet.start[1] + 1 if sheet.start else 1), sheet.iter_rows()


def read_values_only(path: Path, findings: list[Finding], lacking: str) -> Iterator[Sheet]:
    """Yield the visible sheets with nothing but values, and say what may be wrong with them."""
    from python_calamine import CalamineWorkbook, SheetVisibleEnum

    findings.append(
        Finding(
            rule="values_only",
            class_="structure",
            severity="warning",
            message=f"only the values were read, because {lacking}: errors look blank, hidden rows "
            "and columns are included, and raised footnote marks stand as digits; save the "
            "workbook as .xlsx and read that",
            locator=Locator(path=str(path)),
        )
    )
    with _contained():
        sheets = CalamineWorkbook.from_path(path).sheets_metadata
    for listed in sheets:
        locator = Locator(path=str(path), sheet=listed.name)
        if listed.visible != SheetVisibleEnum.Visible:
            findings.append(sheet_unread(locator, "hidden"))
            continue
        cells = Cells(CellTrouble(locator))
        first, values = sheet_values(path, listed.name)
        rows = SheetRows()
        for number, row in enumerate(values, start=1):
            texts = [
                cells.text([Run(value)], (number, column))
                if isinstance(value, str)
                else displayed(value)
                for column, value in enumerate(row, start=first)
            ]
            rows.add(number, texts, first)
        yield Sheet(listed.name, rows, marks=cells.marks)


@contextmanager
def _contained() -> Iterator[None]:
    """Turn a panic into a ValueError, and keep its trace from the terminal."""
    sys.stderr.flush()
    kept = os.dup(2)
    with Path(os.devnull).open("wb") as silence:
        os.dup2(silence.fileno(), 2)
        try:
            yield
        except BaseException as error:
            if type(error).__name__ == "PanicException":
                raise ValueError(str(error)) from None
            raise
        finally:
            os.dup2(kept, 2)
            os.close(kept)
