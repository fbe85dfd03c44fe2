"""Citations from passports, as people and reference managers read them."""

from __future__ import annotations

import json

import pytest

from conftest import run_mtool
from mtool.citing import as_bibtex, as_csl, as_text, missing_facts
from mtool.clean import SOURCE_FIELDS


def source(**known):
    return dict.fromkeys(SOURCE_FIELDS, "") | {"id": "mali", "path": "data/raw/mali.txt"} | known


def test_accents_and_what_tex_would_run():
    """Accents stay as they are; braces, per cents and backslashes are printed, never run."""
    entry = as_bibtex(
        [source(title=r"Déminage {à Ségou} & 50 % \input{x}_#1~^$", publisher="Ministère")]
    )
    assert (
        r"title = {{Déminage \{à Ségou\} \& 50 \% \textbackslash{}input\{x\}\_\#1"
        r"\textasciitilde{}\textasciicircum{}\$}}" in entry
    )
    assert "author = {{Ministère}}" in entry
    plain = entry.replace(r"\{", "").replace(r"\}", "")
    assert plain.count("{") == plain.count("}")


def test_several_editions_have_keys_of_their_own():
    """No two entries of one file have the same key, and keys hold nothing that BibTeX forbids."""
    both = [source(edition="2022"), source(edition="2023-11"), source(id="été, {1}")]
    keys = [item["id"] for item in as_csl(both)]
    assert keys == ["mali_2022", "mali_2023-11", "_t____1_"]
    assert [f"@misc{{{key}," in as_bibtex(both) for key in keys] == [True] * 3


def test_dates_at_the_precision_known():
    """A year stays a year, a month a month, and a date that is none is left out."""
    dates = [
        as_csl([source(published=day)])[0].get("issued") for day in ("2023", "2023-11", "soon")
    ]
    assert dates == [{"date-parts": [[2023]]}, {"date-parts": [[2023, 11]]}, None]
    assert "month" not in as_bibtex([source(published="2023")])


def test_a_table_is_a_dataset_and_a_document_a_report():
    """Types are those CSL knows."""
    items = as_csl([source(path="data/raw/a.csv"), source(path="data/raw/a.pdf")])
    assert [item["type"] for item in items] == ["dataset", "report"]


def test_what_a_passport_does_not_say_is_left_out():
    """Nothing is made up for a missing fact, and each is named."""
    assert missing_facts(source()) == ["title", "publisher", "published", "url", "licence"]
    assert missing_facts(source(edition="2023"))[:3] == ["title", "publisher", "url"]
    assert as_text(source()).startswith("mali. Figures extracted with mtool")
    full = source(
        title="Contamination au Mali ?",
        publisher="UNMAS",
        published="2023-11",
        edition="2",
        url="https://example.org/a_b",
        retrieved="2024-01-02T10:00:00Z",
        licence="CC BY 4.0",
    )
    assert as_text(full).startswith(
        "UNMAS (November 2023). Contamination au Mali ? Edition 2. Licence: CC BY 4.0. "
        "https://example.org/a_b (retrieved 2 January 2024)."
    )


@pytest.mark.parametrize(
    "target", ["incidents", "mali_improvised_mines", "mali_improvised_mines@2023-11"]
)
def test_a_dataset_or_a_source(sample, target):
    """Both lead to the same source; what is missing goes to standard error only."""
    ran = run_mtool("cite", target, "--format", "csl-json", cwd=sample)
    assert [item["id"] for item in json.loads(ran.out)] == ["mali_improvised_mines"]
    assert "does not say url" in ran.err


def test_an_unknown_source_is_said(sample):
    """Exit 2 with the names there are."""
    ran = run_mtool("cite", "mali_2099", cwd=sample)
    assert (ran.code, "mali_treaty_events" in ran.err) == (2, True)
