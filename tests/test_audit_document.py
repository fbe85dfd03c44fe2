"""The whole audit of real and of very long documents."""

from __future__ import annotations

import random
import time
from pathlib import Path

import pytest

from audit_tables import contradicted
from mtool.auditing.report import audit_document
from mtool.model import Document, Locator, Paragraph, RawTable, Report, Row, Source
from mtool.readers import ReadOptions, find_reader


@pytest.fixture
def report(seed: Path) -> Report:
    reader = find_reader(seed, seed.read_bytes()[:4096])
    return audit_document(reader.read(seed, Source("mali", path=str(seed)), ReadOptions()))


def quoted(report: Report, words: str) -> list[tuple[str, str | None]]:
    return [(f.rule, f.verdict) for f in report if f.quote and words in f.quote]


def test_a_real_report_contradicts_itself_on_three_things(report: Report) -> None:
    """Women by role, a doubling, and one operator's staff; nothing else."""
    found = contradicted(report)
    assert [f.rule for f in found] == [
        "parts_above_whole",
        "claim_change",
        "claim_value",
        "claim_sum",
    ]
    assert [(f.stated, f.computed) for f in found] == [(9, 6), (2, 1.2444), (30, 20), (20, 12)]
    for number in ("× 1.24", "× 1.75", "× 1.06"):
        assert number in found[1].message


def test_a_real_report_is_borne_out_elsewhere(report: Report) -> None:
    """Its share, its first occurrence, its totals and two operators' staff are supported."""
    assert quoted(report, "more than half") == [("claim_share", "supported")]
    assert quoted(report, "first mine") == [("claim_occurrence", "supported")]
    assert quoted(report, "eight staff")[-1] == ("claim_value", "supported")
    assert ("claim_value", "supported") in quoted(report, "had 35 staff")
    assert report.checked.control_totals == 6


def test_a_month_is_not_compared_with_years(report: Report) -> None:
    """The reason is given."""
    found = next(f for f in report if f.quote and "two IED-related incidents" in f.quote)
    assert found.verdict == "unverifiable"
    assert "unlike periods: October 2013 and 2022" in found.message


def test_contradictions_come_first(report: Report) -> None:
    """An editor reads the errors before the rest."""
    order = [f.verdict for f in report]
    assert order == sorted(
        order, key=lambda v: ("contradicted", "unverifiable", "supported", None).index(v)
    )


def long_document(pages: int) -> Document:
    """A table and twelve dense paragraphs on every page."""
    rng = random.Random(7)
    tables, paragraphs = [], []
    for page in range(1, pages + 1):
        names = [f"District{chr(65 + page % 26)}{c}" for c in "abcde"]
        values = [[rng.randint(1, 90) for _ in range(5)] for _ in names]
        rows = [
            Row((n, *map(str, v)), i) for i, (n, v) in enumerate(zip(names, values, strict=True), 2)
        ]
        rows.append(Row(("Total", *(str(sum(v[c] for v in values)) for c in range(5))), 9))
        header = ("District", "2018", "2019", "2020", "2021", "2022")
        title = f"Table {page}: Casualties by district"
        tables.append(RawTable(f"t{page}", header, tuple(rows), title, locator=Locator(page=page)))
        for k in range(12):
            text = (
                f"In {2018 + k % 5}, {rng.randint(5, 300)} casualties were recorded in {names[k % 5]}. "
                f"The most affected district was {names[k % 4]}, with more than half of all casualties. "
                "The team had 30 staff, 12 of whom were women, and visited villages near the border."
            )
            paragraphs.append(Paragraph(text, Locator(page=page)))
    return Document(Source("long", title="Chad"), "text/plain", tuple(tables), tuple(paragraphs))


def seconds(pages: int) -> float:
    document = long_document(pages)
    start = time.process_time()
    audit_document(document)
    return time.process_time() - start


def test_time_grows_no_faster_than_the_document() -> None:
    """Four times the pages take about four times as long, not sixteen."""
    seconds(5)
    short = seconds(10)
    assert seconds(40) < 8 * short + 1
