"""Findings in the words of a form: its own headers, and cures for whoever fills it in."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from mtool.model import Finding, FormMark

FROM_LIST = "choose from the list of the cell"
#: What a header says besides its name: that it is required, or the unit.
_BRACKET = re.compile(r" \([^()]*\)$")
#: How data writes days, and what to type for one in a cell.
AS_ISO, A_DATE = " (YYYY-MM-DD)", "write a date such as 2024-01-31"
#: Cures that do not ask for a passport, which is the business of whoever takes the form in.
CURES = {
    "in_vocabulary": FROM_LIST,
    "unknown_area": FROM_LIST,
    "not_a_number": "write the number in digits",
    "not_whole": "write a whole number",
}


def in_words_of_form(findings: Sequence[Finding], workbook: Path) -> list[Finding]:
    """The findings of a workbook as its form would say them; unchanged where it is no form."""
    from mtool.readers.spreadsheet.form_marks import form_mark

    mark = form_mark(workbook)
    return [_said(finding, mark) for finding in findings] if mark else list(findings)


def _said(finding: Finding, mark: FormMark) -> Finding:
    message = finding.message.replace(AS_ISO, "")
    cure = A_DATE if message != finding.message else CURES.get(finding.rule, finding.suggestion)
    for header, name in mark.columns.items():
        if message.startswith(f"{name}: "):
            header = _BRACKET.sub("", header)
            listed = f"{header}: {finding.value!r} is not in the list"
            is_code = finding.rule == "in_vocabulary"
            message = listed if is_code else f"{header}{message.removeprefix(name)}"
            break
    return replace(finding, message=message, suggestion=cure)
