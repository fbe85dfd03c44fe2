"""A real report in plain text, set as a web page; and the rows that its tables print."""

from __future__ import annotations

import re
from itertools import groupby

SEED_HEADERS = ["Region", "Operator"]


def report_page(text: str, mark: str = "") -> str:
    """Set headings, bold lines, raised marks and tab-separated tables of a text as HTML.

    `mark` is raised beside the last figure of every row.
    """
    raised = f"<sup>{mark}</sup>" if mark else ""
    parts: list[str] = []
    for is_table, lines in groupby(text.split("\n"), key=lambda line: "\t" in line):
        if is_table:
            parts.append(f"<table border=1>{''.join(_row(line, raised) for line in lines)}</table>")
        else:
            parts += [_paragraph(line.strip()) for line in lines if line.strip()]
    return f'<!DOCTYPE html><html><head><meta charset="utf-8"></head><body>{"".join(parts)}'


def seed_rows(text: str) -> list[list[list[str]]]:
    """The body rows of each table of a text, without markup."""
    tables = [list(lines) for is_table, lines in groupby(text.split("\n"), key=_is_row) if is_table]
    return [[re.sub(r"<[^>]*>", "", line).split("\t") for line in lines[1:]] for lines in tables]


def _is_row(line: str) -> bool:
    return "\t" in line


def _row(line: str, raised: str) -> str:
    cells = "".join(f"<td>{cell}" for cell in line.split("\t"))
    return f"<tr>{cells}{raised}</tr>"


def _paragraph(line: str) -> str:
    line = re.sub(r"<(?=https?:)([^>]*)>", r"&lt;\1&gt;", line)
    heading = re.match(r"(#{1,6}) ", line)
    if heading:
        level = len(heading[1])
        return f"<h{level}>{line[heading.end() :]}</h{level}>"
    return "<p>" + re.sub(r"\*\*(.+?)\*\*", r"<b>\1</b>", line) + "</p>"
