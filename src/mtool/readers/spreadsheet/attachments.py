"""What hangs on a sheet of an .xlsx package: comments, and the tables it declares."""

from __future__ import annotations

import zipfile
from typing import Any

from mtool.printed_numbers import fold_blanks
from mtool.readers.spreadsheet.ooxml import local_name, parse, relations_of, text_runs
from mtool.readers.spreadsheet.sheets import DeclaredTable, read_box, split_address

#: Excel puts this before the text of a threaded comment, for programs that know none.
_THREADED = "[Threaded comment]"


def read_comments(package: zipfile.ZipFile, part: str) -> dict[tuple[int, int], str]:
    """Texts of the comments by (row, column); a thread's messages are joined with ` / `."""
    comments: dict[tuple[int, int], str] = {}
    for comment_part in relations_of(package, part, "comments"):
        for element in parse(package, comment_part, ("comment",)):
            text = "".join(run.text for block in element for run in text_runs(block))
            if text.strip() and not text.startswith(_THREADED):
                comments[split_address(element.get("ref", ""))] = fold_blanks(text)
    for thread_part in relations_of(package, part, "threadedComment"):
        for element in parse(package, thread_part, ("threadedComment",)):
            place = split_address(element.get("ref", ""))
            said = fold_blanks(_text_of(element))
            comments[place] = f"{comments[place]} / {said}" if place in comments else said
    return comments


def declared_tables(package: zipfile.ZipFile, part: str) -> list[DeclaredTable]:
    """The ranges that the workbook calls tables, with their number of header rows."""
    tables: list[DeclaredTable] = []
    for table_part in relations_of(package, part, "table"):
        for element in parse(package, table_part, ("table",)):
            headers = element.get("headerRowCount", "1")
            tables.append(
                DeclaredTable(
                    box=read_box(element.get("ref", "")),
                    headers=int(headers) if headers.isdecimal() else 1,
                    name=element.get("displayName") or element.get("name") or "",
                )
            )
    return tables


def _text_of(element: Any) -> str:
    return "".join(child.text or "" for child in element if local_name(child) == "text")
