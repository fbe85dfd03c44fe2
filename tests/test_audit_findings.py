"""Every finding of the labelled documents, word for word: verdict, place, both numbers, arithmetic.

What is expected stands in `golden/audit/findings/`. Written anew on purpose only, and read before it
is committed: python tests/test_audit_findings.py
"""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest

from mtool.auditing.report import audit_document
from mtool.model import Document, Finding, Report

FOLDER = Path(__file__).parent / "golden" / "audit"
#: Labelled statements, and more wordings beside them, each with what is found in them.
CASES = sorted([*FOLDER.glob("*.yaml"), *FOLDER.glob("wordings/*.yaml")])


def labelled_document(path: Path) -> Document:
    """The tables and statements of a case, as the scoring script reads them."""
    name = "audit_score"
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, FOLDER / "score.py")
        assert spec is not None
        assert spec.loader is not None
        sys.modules[name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[name])
    return sys.modules[name].read_case(path)[0]


def told(report: Report) -> str:
    """A report as text: what was looked at, then each finding with its words and numbers."""
    checked = report.checked
    looked_at = (
        f"tables {checked.tables}, rows {checked.rows}, control totals {checked.control_totals}, "
        f"parts {checked.parts}, claims {checked.claims}"
    )
    return "\n\n".join([looked_at, *map(_finding, report)]) + "\n"


def _finding(found: Finding) -> str:
    names = ("stated", "computed", "difference", "value", "suggestion")
    given = [f"{name} {getattr(found, name)}" for name in names if getattr(found, name) is not None]
    place = f"{found.locator.table or ''} {found.locator.in_source()}".strip()
    head = f"{found.verdict}: {found.rule} ({found.class_}, {found.severity}), {place}"
    quote = [f"> {found.quote}"] if found.quote else []
    return "\n".join([head, *quote, *(["; ".join(given)] if given else []), found.message])


def audited(path: Path) -> str:
    return told(audit_document(labelled_document(path), all_claims=True))


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_every_finding_of_a_labelled_document(path: Path) -> None:
    """Also of claims that tie to nothing, and of what is borne out."""
    expected = FOLDER / "findings" / f"{path.stem}.txt"
    assert audited(path) == expected.read_text(encoding="utf-8")


def main() -> None:
    """Write what is found now as what is expected."""
    for path in CASES:
        (FOLDER / "findings" / f"{path.stem}.txt").write_text(audited(path), encoding="utf-8")


if __name__ == "__main__":
    main()
