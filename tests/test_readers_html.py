"""Web pages are read on a grid of our own, whatever their markup is like."""

from __future__ import annotations

import html
import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from golden_documents import check_golden
from mtool.errors import UnreadableInput
from mtool.model import Document, Source
from mtool.readers import ReadOptions, find_reader
from mtool.readers.html import read
from report_pages import SEED_HEADERS, report_page, seed_rows

ReadText = Callable[[str], Document]

GOLDEN = sorted((Path(__file__).parent / "golden" / "readers").glob("html-*"))
NASTY = Path(__file__).parent / "nasty"


def read_file(path: Path, **options: str) -> Document:
    return read(path, Source(id="page"), ReadOptions(**options))


@pytest.fixture
def read_html(tmp_path: Path) -> Callable[[str], Document]:
    """Read a page given as text."""

    def read_text(text: str) -> Document:
        path = tmp_path / "page.html"
        path.write_text(f'<meta charset="utf-8"><body>{text}', "utf-8")
        return read_file(path)

    return read_text


@pytest.mark.parametrize("folder", GOLDEN, ids=lambda folder: folder.name)
def test_golden_pages(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A page of a kind met in practice gives exactly the tables, prose and findings expected."""
    monkeypatch.chdir(folder)
    check_golden(read_file(Path("page.html")), Path("expected.json"))


def test_no_mark_becomes_part_of_a_figure() -> None:
    """However a mark is raised beside a figure, the figure stays what is on the line."""
    (table,) = read_file(NASTY / "html-superscripts-glued-to-figures.html").tables
    assert [row[1] for row in table.rows] == ["19"] * 9 + [""]
    assert [row[2] for row in table.rows] == (
        ["1", "1.5", "1", "1", "1", "12 km²", "1", "3×10⁶", "1 1/2", "10"]
    )
    assert [[m for c, m in row.marks if c == 1] for row in table.body][:5] == (
        [["2"], ["2"], ["2"], ["2"], ["2", "3"]]
    )


def test_a_raised_figure_alone_is_doubted(read_html: ReadText) -> None:
    """A raised figure with nothing on the line may be a mark or a figure, and it is said."""
    document = read_html("<table><tr><th>a<th>b<tr><td>x<td><sup>2</sup><tr><td>y<td>5</table>")
    assert document.tables[0].rows == [["x", ""], ["y", "5"]]
    assert "2 in row 2, column 2" in next(
        f.message for f in document.findings if f.rule == "mark_alone"
    )


REFUSED = {
    "html-empty.html": "0 bytes",
    "html-nul-byte.html": "NUL byte at offset",
    "html-nested-10000-deep.html": "nested more than 256 deep",
    "html-tables-nested-3000-deep.html": "nested more than 256 deep",
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused_in_one_sentence(name: str) -> None:
    """What cannot be read is refused in one line that names the file and the reason."""
    with pytest.raises(UnreadableInput, match=REFUSED[name]) as refused:
        read_file(NASTY / name)
    assert name in str(refused.value)
    assert "\n" not in str(refused.value)


def test_an_attribute_of_12_million_characters_is_refused(tmp_path: Path) -> None:
    """A swollen tag is refused in one sentence instead of losing what follows it."""
    path = tmp_path / "swollen.html"
    path.write_text(f"<p><img src='{'x' * 12_000_000}'>words", "utf-8")
    with pytest.raises(UnreadableInput, match="10 million characters"):
        read_file(path)


SAID = {
    "html-declared-latin1-is-utf8.html": "encoding_declared_wrongly",
    "html-declared-utf8-is-cp1252.html": "encoding_assumed",
    "html-undeclared-cp1252.html": "encoding_assumed",
    "html-encoding-that-is-none.html": "encoding_declared_wrongly",
    "html-ends-inside-a-table.html": "page_cut_off",
    "html-ends-inside-an-attribute.html": "page_cut_off",
    "html-rows-by-script.html": "no_rows",
    "html-spans-of-a-bomb.html": "table_too_large",
    "html-too-many-columns.html": "table_too_large",
    "html-uneven-rows.html": "uneven_rows",
}


@pytest.mark.parametrize("name", SAID)
def test_doubts_are_said(name: str) -> None:
    """What was assumed, left out or is missing is a finding."""
    assert SAID[name] in [finding.rule for finding in read_file(NASTY / name).findings]


@pytest.mark.parametrize(
    "name",
    [
        "html-declared-cp1252.html",
        "html-declared-latin1-is-utf8.html",
        "html-declared-utf8-is-cp1252.html",
        "html-undeclared-cp1252.html",
        "html-encoding-that-is-none.html",
        "html-utf16.html",
        "html-glued-pages.html",
        "html-head-never-closed.html",
        "html-ends-inside-an-attribute.html",
        "html-too-many-columns.html",
    ],
)
def test_the_table_is_read_all_the_same(name: str) -> None:
    """Accents, a damaged head or a bomb beside it do not spoil a table."""
    (table,) = read_file(NASTY / name).tables
    assert table.header == ("Region", "2021", "2022")
    assert table.rows == [["Gao", "32", "6"], ["Ménaka", "1", "2"]]


def test_an_encoding_asked_for_is_used(tmp_path: Path) -> None:
    """`--encoding` overrides what the page declares."""
    path = tmp_path / "page.html"
    path.write_bytes("<meta charset=cp1252><p>Ménaka".encode("mac-roman"))
    assert read_file(path, encoding="mac-roman").paragraphs[0].text == "Ménaka"


def test_a_colspan_of_a_million_is_quick() -> None:
    """A span bomb costs nothing and the columns are those that are printed."""
    read_file(NASTY / "html-no-tables.html")
    begun = time.perf_counter()
    (table,) = read_file(NASTY / "html-colspan-of-a-million.html").tables
    assert time.perf_counter() - begun < 0.1
    assert (table.title, table.header, table.rows) == (
        "Table 1: Incidents",
        ("Region", "2021"),
        [["Gao", "32"]],
    )


def test_entities_of_a_page_are_not_expanded() -> None:
    """What a page declares as an entity, a local file among it, is left as it is printed."""
    (table,) = read_file(NASTY / "html-entities-that-swell.html").tables
    assert table.rows == [["Gao &b;", "3&c;"]]


def test_a_lone_text_in_a_blank_column_is_kept() -> None:
    """A text that stands alone where no other row prints anything is not lost."""
    document = read_file(NASTY / "html-lone-text-in-a-blank-column.html")
    assert document.tables[0].rows[-1][0] == "Northern area:"


@pytest.mark.parametrize(
    ("markup", "rows"),
    [
        ("<td rowspan=2>a<td>b<tr><td>c", [["a", "b"], ["a", "c"]]),
        ("<td rowspan=0>a<td>b<tr><td>c<tr><td>d", [["a", "b"], ["a", "c"], ["a", "d"]]),
        ("<td rowspan=99>a<td>b<tbody><tr><td>c<td>d", [["a", "b"], ["c", "d"]]),
        ("<td colspan=2>a<td>b<tr><td>c<td>d<td>e", [["a", "a", "b"], ["c", "d", "e"]]),
        ("<td colspan=-4>a<td colspan=zwei>b", [["a", "b"]]),
        ("<td>a<br>b<td><p>c</p><p>d</p>", [["a b", "c d"]]),
        ("<td>1&nbsp;246<td>1&#8239;246<td>&#8722;5&shy;2", [["1 246", "1 246", "−52"]]),
        ("<td>1<span>,</span>246<td><b>8</b>5", [["1,246", "85"]]),
        ("<td>12<br>345<td>Total<br>staff", [["12; 345", "Total staff"]]),
        ("<td>* 19<td>&#8206;7&#8207;", [["19", "7"]]),
        ("<td>30<sup>th</sup><td>19<sup>ab</sup>", [["30th", "19"]]),
        ("<td>19<a href='#x2'>2</a><td>see <a href='#x2'>2</a>", [["19", "see 2"]]),
    ],
)
def test_spans_and_texts(read_html: ReadText, markup: str, rows: list[list[str]]) -> None:
    """Spans follow the HTML standard; texts are joined as a browser shows them."""
    width = "<th>x" * len(rows[0])
    (table,) = read_html(f"<table><tr>{width}<tr>{markup}</table>").tables
    assert table.rows == rows


def test_a_column_in_which_no_cell_begins_is_none(read_html: ReadText) -> None:
    """A column that exists only in spans is not printed, and not read."""
    rows = "<tr><th colspan=2>x<th>y<tr><td colspan=2>a<td>1<tr><td colspan=2>b<td>2"
    (table,) = read_html(f"<table>{rows}</table>").tables
    assert (table.header, table.rows) == (("x", "y"), [["a", "1"], ["b", "2"]])


@pytest.mark.parametrize(
    "markup",
    [
        "<table role=presentation><tr><td>1<td>2<tr><td>3<td>4</table>",
        "<table><tr><td>All the page</table>",
        "<table><tr><td>Home<td>Reports<td>Contact</table>",
        "<table><tr><td><p>One long column</p><tr><td><p>of words</p></table>",
    ],
)
def test_layout_is_no_table(read_html: ReadText, markup: str) -> None:
    """A table that only lays out the page is prose, and it is said."""
    document = read_html(markup)
    assert document.tables == ()
    assert document.paragraphs
    assert [finding.rule for finding in document.findings] == ["layout_tables"]


def test_places_are_those_of_the_printed_table(read_html: ReadText) -> None:
    """A row is found again by its number in the printed table, a cell by its column."""
    document = read_html(
        "<table><tr><td colspan=3>Table 1: x<tr><td>Region<td><td>2021<tr><td>Gao<td><td>32</table>"
    )
    (table,) = document.tables
    (row,) = table.body
    assert (table.title, table.header) == ("Table 1: x", ("Region", "2021"))
    assert table.locate(row, 1).in_source() == "row 3, column 3"
    assert [(c.row, c.column, c.text, c.header) for c in table.grid] == [
        (0, 0, "Region", True),
        (0, 1, "2021", True),
        (1, 0, "Gao", False),
        (1, 1, "32", False),
    ]


def test_a_page_is_claimed_by_its_content() -> None:
    """A saved page is known by its first bytes, whatever it is called."""
    assert find_reader(Path("saved.txt"), b"\xef\xbb\xbf <!DOCTYPE HTML><p>").name == "html"


texts = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "Zs")), min_size=1).map(
    lambda text: f"w{text.strip()}w"
)


@settings(max_examples=60, deadline=None)
@given(grid=st.lists(st.lists(texts, min_size=3, max_size=3), min_size=2, max_size=6))
def test_any_text_comes_back(
    grid: list[list[str]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Whatever cells hold, words come back as printed, blanks folded."""
    lines = [[html.escape(text) for text in line] for line in grid]
    rows = "".join("<tr>" + "".join(f"<td>{text}</td>" for text in line) for line in lines)
    path = tmp_path_factory.mktemp("any") / "page.html"
    head = "<tr><th>a<th>b<th>c"
    path.write_text(f'<meta charset="utf-8"><table>{head}{rows}</table>', "utf-8")
    (table,) = read_file(path).tables
    assert table.rows == [[" ".join(text.split()) for text in line] for line in grid]


def test_a_real_report_as_a_web_page(seed: Path, tmp_path: Path) -> None:
    """Both tables of a real report set as a web page are read cell for cell."""
    page = tmp_path / "report.html"
    page.write_text(report_page(seed.read_text("utf-8"), mark="5"), "utf-8")
    _check_seed(read_file(page), seed)


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_a_real_report_saved_by_libreoffice(seed: Path, tmp_path: Path) -> None:
    """Both tables are read cell for cell from the page that LibreOffice writes."""
    page = tmp_path / "report.html"
    page.write_text(report_page(seed.read_text("utf-8"), mark="5"), "utf-8")
    home = f"-env:UserInstallation=file://{tmp_path}/office"
    convert = ["--convert-to", "html:HTML (StarWriter)", "--outdir", str(tmp_path / "out")]
    subprocess.run(
        ["soffice", home, "--headless", *convert, str(page)], check=True, capture_output=True
    )
    _check_seed(read_file(tmp_path / "out" / "report.html"), seed)


def _check_seed(document: Document, seed: Path) -> None:
    assert [table.rows for table in document.tables] == seed_rows(seed.read_text("utf-8"))
    assert [table.header[0] for table in document.tables] == SEED_HEADERS
    assert [note.mark for table in document.tables for note in table.notes] == ["5", "16", "5"]
