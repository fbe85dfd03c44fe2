"""Every rule id the audit reports under is listed, in one sentence."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from audit_tables import document, table
from mtool.auditing.report import audit_document
from mtool.auditing.rules import RULES

SOURCES = Path(__file__).parent.parent / "src" / "mtool" / "audit"
PREFIXES = ("control_total_", "part_", "parts_", "percentage", "series_", "area_", "date_")


def test_every_rule_of_the_code_is_listed() -> None:
    """A rule id in a finding is a key of the list."""
    written: set[str] = set()
    for path in SOURCES.glob("*.py"):
        text = path.read_text(encoding="utf-8")
        written |= set(re.findall(r'rule="([a-z_0-9]+)"', text))
        written |= {f"claim_{kind}" for kind in re.findall(r'Claim\(\s*"([a-z]+)"', text)}
        written |= set(re.findall(r'Finding\(\s*"([a-z_]+)"', text))
        written |= set(re.findall(r'_finding\("([a-z_]+)"', text))
    assert written - set(RULES) == set()
    assert all(text.endswith(".") for text in RULES.values())


@pytest.mark.parametrize("rule", sorted(RULES))
def test_rule_ids_have_the_documented_families(rule: str) -> None:
    """Control totals begin with `control_total`, claims with `claim_`, duties with `duty_`."""
    assert rule.startswith((*PREFIXES, "claim_", "duty_"))


def test_an_area_larger_than_the_country_is_a_note() -> None:
    """An area lost its decimal mark; the box around the country is an outside fact."""
    made = table("Region|Area cleared (km²)\nGao|1,250\nKidal|12,500,000\nMopti|80")
    found = [
        f
        for f in audit_document(document(tables=[made], title="Mali"))
        if f.rule == "area_above_country"
    ]
    assert [(f.stated, f.class_, f.verdict) for f in found] == [
        (12_500_000, "note", "unverifiable")
    ]
