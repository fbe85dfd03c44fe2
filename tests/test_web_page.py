"""Pages as text: nothing of a source becomes markup, and the same figures give the same bytes."""

from __future__ import annotations

import base64
import re
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from conftest import run_mtool
from mtool.web_page import element, page

HOSTILE = [
    "<script>alert(1)</script>",
    "</style><img src=x onerror=alert(1)>",
    "javascript:alert(1)",
    '"\' onmouseover="alert(1)',
    "</script><!--",
    "&lt;b&gt;",
]


def exported(folder: Path, *words: str, out: str = "page.html") -> str:
    ended = run_mtool("export", "html", "-o", folder / out, *words, cwd=folder)
    assert ended.code == 0, ended.err
    return (folder / out).read_text(encoding="utf-8")


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"])))
def test_a_text_stays_a_text(text):
    """Whatever it holds, it comes back from the page as it was, in content and in attributes."""
    made = html.fragment_fromstring(str(element("p", text, title=text)))
    assert len(made) == 0
    assert (made.text or "") == text
    assert made.get("title") == text


@pytest.mark.parametrize(
    "link", ["javascript:alert(1)", " javascript:x", "data:text/html,x", "//x"]
)
def test_only_links_to_the_web_are_made(link):
    """A passport cannot make a link that runs something."""
    assert "href" not in element("a", "link", href=link)


def test_no_script_may_run_but_the_pages_own():
    """The policy of the page names the one script by its hash, or none."""
    assert "script-src 'none'" in page("A page", "text")
    assert "script-src 'sha256-" in page("A page", "text", script="0")


@pytest.mark.parametrize("cell", HOSTILE)
def test_hostile_cells_are_shown_as_they_are(sample, cell):
    """In names, titles, addresses and printed cells alike."""
    raw = sample / "data" / "raw" / "mali_treaty_events.csv"
    lines = raw.read_text(encoding="utf-8").splitlines()
    quoted = cell.replace('"', '""')
    changed = lines[1].split(",")
    changed[-1] = f'"{quoted}"'
    raw.write_text("\n".join([lines[0], ",".join(changed), *lines[2:]]) + "\n", encoding="utf-8")
    passport = Path(f"{raw}.passport.yaml")
    said = passport.read_text(encoding="utf-8")
    yaml = cell.replace("'", "''")
    title = "Dated treaty and programme facts about Mali"
    assert title in said
    said = said.replace(title, f"'{yaml}'")
    assert "  language: en\n" in said
    said = said.replace("  language: en\n", f"  language: en\n  url: '{yaml}'\n")
    passport.write_text(said, encoding="utf-8")
    ended = run_mtool("run", cwd=sample)
    assert ended.code in (0, 1), ended.err
    text = exported(sample)
    tree = html.document_fromstring(text)
    assert len(tree.xpath("//script")) == 1 and len(tree.xpath("//style")) == 1
    assert not tree.xpath("//img | //*[@onerror or @onmouseover]")
    assert not [link for link in tree.xpath("//@href") if link.startswith("javascript")]
    assert cell in tree.xpath("string(//section[@id='sources'])")


def test_the_same_figures_give_the_same_bytes(sample):
    """No time of writing stands in the page."""
    assert exported(sample) == exported(sample, out="again.html")


def test_the_page_is_small(sample):
    """Far below what a phone with a bad connection takes."""
    assert len(exported(sample).encode()) < 500_000


def test_the_data_in_the_page_is_the_published_data(sample):
    """The CSV within the link is the file of `data/clean`."""
    tree = html.document_fromstring(exported(sample))
    (link,) = tree.xpath("//a[@download='staffing.csv']/@href")
    data = base64.b64decode(link.partition("base64,")[2])
    assert data == (sample / "data" / "clean" / "staffing.csv").read_bytes()


def test_a_missing_file_of_a_source_is_said(sample):
    """Without the raw file the figures stay, and the page says what it could not look at."""
    (sample / "data" / "raw" / "mali_treaty_events.csv").unlink()
    text = html.document_fromstring(exported(sample)).text_content()
    said = (
        "not audited for this page, because data/raw/mali_treaty_events.csv is not in the workspace"
    )
    assert f"Dated treaty and programme facts about Mali: {said} any more." in text
    assert "Its tables are not on this page" in text


@pytest.mark.parametrize("reason", ["too large", "unreadable"])
def test_a_source_that_is_not_audited_says_why(sample, monkeypatch, reason):
    """Its size and the command that audits it all the same, or what is wrong with the file."""
    name = "data/raw/mali_treaty_events.csv"
    if reason == "too large":
        monkeypatch.setattr("mtool.page_content.LARGEST_PRINTED", 3_000)
        wanted = (
            f"because it has 0.0 MB, more than the 0 MB that a page takes; use: mtool audit {name}"
        )
    else:
        (sample / name).write_bytes(b"")
        wanted = f"because it cannot be read ({name}: "
    text = exported(sample)
    assert f"not audited for this page, {wanted}" in html.document_fromstring(text).text_content()
    assert str(sample) not in text


def test_one_row_is_one_row(sample):
    """Counts of one are in the singular, and counts beside others need no plural."""
    text = html.document_fromstring(
        exported(sample, "incidents", "--where", "admin1_code=ML05", "--where", "incidents=72")
    )
    said = text.text_content()
    assert "Download incidents.csv (1 row)" in said
    assert "1 source, " in said
    assert not re.search(r"\b1 (rows|sources|findings|figures|tables|totals|claims)\b", said)


def test_french_writes_dates_and_numbers_its_own_way(sample):
    """The language in use is that of the page."""
    text = exported(sample, "--lang", "fr")
    assert '<html lang="fr">' in text
    assert "novembre 2023" in text
    assert "1,75</td>" in text


@pytest.mark.parametrize("language", ["en", "fr"])
def test_sources_are_cited_as_mtool_cite_does(language, sample):
    """One way to cite: the page says word for word what the command prints."""
    cited = run_mtool("--lang", language, "cite", cwd=sample).out.splitlines()
    shown = html.fromstring(exported(sample, "--lang", language)).text_content()
    assert cited
    assert all(line in shown for line in cited)


def test_what_is_held_back_is_said_and_given_away_nowhere(sample):
    """For the public, an internal source is on no part of the page: rows, quotes, tables or file."""
    passport = sample / "data" / "raw" / "mali_improvised_mines.txt.passport.yaml"
    said = passport.read_text(encoding="utf-8")
    passport.write_text(
        said.replace("  language: en\n", "  language: en\n  sharing: internal\n"), encoding="utf-8"
    )
    run_mtool("run", cwd=sample)
    out = sample / "public.html"
    ended = run_mtool("export", "html", "--share", "public", "-o", out, cwd=sample)
    assert ended.code == 0, ended.err
    text = out.read_text(encoding="utf-8")
    assert "held back: source mali_improvised_mines" in text
    assert "Mopti" not in text and "doubling" not in text and "<svg" not in text
    assert "Mopti" in exported(sample)


def test_without_the_charts_extra_the_page_says_so(sample, monkeypatch):
    """The tables carry the figures; one sentence names the extra."""
    monkeypatch.setitem(sys.modules, "vl_convert", None)
    text = exported(sample)
    assert "<svg" not in text
    tree = html.document_fromstring(text)
    assert "charts" in tree.xpath("string(//section[@id='incidents']/p[2])")
    assert "155" in tree.xpath("string(//table[@id='incidents-sums'])")
