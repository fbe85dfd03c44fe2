"""Tables and prose out of plain text, Markdown, reStructuredText, org and LaTeX."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mtool.errors import UnreadableInput
from mtool.model import Document, Note, RawTable, Source
from mtool.readers import ReadOptions
from mtool.readers.text import read

HERE = Path(__file__).parent
NASTY = HERE / "nasty"
GOLDEN = sorted((HERE / "golden" / "readers").glob("text-*"))


def read_path(path: Path, **options: Any) -> Document:
    """Read a text file with nothing known about it."""
    return read(path, Source("s"), ReadOptions(**options))


@pytest.fixture
def read_text(tmp_path: Path) -> Callable[[str], Document]:
    """Write a text to a file and read it."""

    def write_and_read(text: str) -> Document:
        path = tmp_path / "report.txt"
        path.write_text(text, encoding="utf-8", newline="")
        return read_path(path)

    return write_and_read


def as_plain(document: Document) -> dict[str, Any]:
    """What a person would check of a document, for comparison with a golden file."""
    return {
        "tables": [
            {
                "title": table.title,
                "line": table.locator.line,
                "header": list(table.header),
                "header_marks": [list(mark) for mark in table.header_marks],
                "rows": [[row.place, *row.cells] for row in table.body],
                "marks": [[row.place, *mark] for row in table.body for mark in row.marks],
                "notes": [str(note) for note in table.notes],
            }
            for table in document.tables
        ],
        "paragraphs": [[p.locator.line, p.kind, p.text] for p in document.paragraphs],
        "findings": [[f.rule, f.locator.line] for f in document.findings],
    }


def rules(document: Document) -> list[str]:
    """The rules of a document's findings."""
    return [finding.rule for finding in document.findings]


def prose(document: Document) -> list[str]:
    """The prose of a document without headings, captions and notes."""
    return [paragraph.text for paragraph in document.paragraphs if paragraph.kind == "prose"]


@pytest.mark.parametrize("case", GOLDEN, ids=lambda case: case.name)
def test_golden_case(case: Path) -> None:
    """Every table, note, paragraph and finding of the case, with its lines.

    With MTOOL_REWRITE_GOLDEN set, what is read now becomes what is expected.
    """
    found = as_plain(read_path(next(case.glob("input.*"))))
    expected = case / "expected.json"
    if os.environ.get("MTOOL_REWRITE_GOLDEN"):
        expected.write_text(
            json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
        )
    assert found == json.loads(expected.read_text(encoding="utf-8"))


def test_seed_has_exactly_its_two_tables(seed: Path) -> None:
    """A real report: nine rows of seven with totals, three rows of seven, notes and lines."""
    incidents, staff = read_path(seed).tables
    assert incidents.header == ("Region", *map(str, range(2017, 2023)))
    assert len(incidents.rows) == 9
    assert incidents.rows[0] == ["Gao (includes Menaka)", "19", "19", "10", "11", "32", "6"]
    assert incidents.rows[-1] == ["Totals", "80", "101", "122", "85", "155", "94"]
    assert sum(int(row[6]) for row in incidents.rows[:-1]) == 94
    assert incidents.title.startswith("Table 1: Incidents")
    assert incidents.title.endswith("(2017–22)")
    assert [note.mark for note in incidents.notes] == ["5"]
    assert incidents.locator.line == 76
    assert [row.place for row in incidents.body] == list(range(77, 86))
    assert staff.rows == [
        ["UNMAS", "8", "5", "1", "1", "1", "1"],
        ["MAG", "20", "6", "8", "4", "12", "5"],
        ["DCA", "35", "9", "12", "3", "23", "6"],
    ]
    assert [note.mark for note in staff.notes] == ["16"]
    assert staff.locator.line == 127


def test_seed_prose_is_made_whole(seed: Path) -> None:
    """A sentence broken by a blank line, and one broken by footnotes, are one paragraph each."""
    paragraphs = {p.locator.line: p for p in read_path(seed).paragraphs}
    assert "more than half the improvised mine incidents" in paragraphs[68].text
    assert "Mine action observers" in paragraphs[89].text
    assert 70 not in paragraphs
    assert not any("<sup" in p.text or "**" in p.text for p in paragraphs.values())
    assert sum(p.kind == "note" for p in paragraphs.values()) == 35


def test_seed_without_tables_has_none(shared: Path) -> None:
    """A policy profile with headings, dates and notes is prose throughout."""
    document = read_path(shared / "seeds" / "mali_cluster_munition_ban_policy_2016.txt")
    assert document.tables == ()
    assert sum(p.kind == "note" for p in document.paragraphs) == 8


@pytest.mark.parametrize(
    "name",
    [
        "cp1252",
        "utf8-with-mark",
        "utf16-with-mark",
        "utf32-with-mark",
        "mixed-encodings",
        "cut-off-inside-a-character",
        "old-mac-line-ends",
        "windows-line-ends",
    ],
)
def test_encoding_and_line_ends_change_neither_cells_nor_lines(name: str) -> None:
    """However the file is written, the same table stands on the same lines."""
    (table,) = read_path(NASTY / f"text-{name}.txt").tables
    assert table.rows == [["Ménaka", "32", "6"], ["Kidal", "51", "16"]]
    assert table.locator.line == 3
    assert [row.place for row in table.body] == [4, 5]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("empty", "the file is empty"),
        ("nul-byte", "NUL byte at offset 17, line 2"),
        ("binary-named-txt", "control characters"),
        ("utf16-without-mark", "--encoding utf-16-le"),
        ("neither-utf8-nor-cp1252", "0x81"),
    ],
)
def test_unreadable_file_gives_one_sentence(name: str, words: str) -> None:
    """The file, the place and the cure, in one line."""
    path = NASTY / f"text-{name}.txt"
    with pytest.raises(UnreadableInput) as caught:
        read_path(path)
    assert str(caught.value).startswith(str(path))
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_blank_file_is_a_document_without_tables() -> None:
    """Blank lines are text that says nothing, not an error."""
    document = read_path(NASTY / "text-only-blank-lines.txt")
    assert (document.tables, document.paragraphs, document.findings) == ((), (), ())


def test_mark_never_becomes_part_of_a_number() -> None:
    """Raised digits, brackets, symbols and tags go to the row's marks, linked to their notes."""
    (table,) = read_path(NASTY / "text-superscripts-glued-to-figures.txt").tables
    assert table.rows == [["Gao", "19", "94"], ["Kidal", "85", "19"], ["Mopti", "7", "1 246"]]
    marks = [row.marks for row in table.body]
    assert marks == [((1, "2"), (2, "5")), ((1, "3"), (2, "*")), ((1, "2"), (2, "1"))]
    assert Note("2", "Email, 2 May 2022.") in table.notes
    assert Note("3", "To October.") in table.notes
    assert Note("*", "Provisional.") in table.notes


def test_mark_without_a_note_is_kept_and_said() -> None:
    """The mark stays with the table, and a finding says that nothing explains it."""
    document = read_path(NASTY / "text-mark-without-note.txt")
    assert document.tables[0].notes == (Note("7", ""),)
    assert rules(document) == ["mark_without_note"]


def test_row_too_long_is_a_finding_and_never_a_shift() -> None:
    """The cells before the surplus stay in their columns; the line is named."""
    document = read_path(NASTY / "text-row-too-long.txt")
    (table,) = document.tables
    assert [row[1] for row in table.rows] == ["1", "3", "6"]
    (finding,) = document.findings
    assert (finding.rule, finding.class_, finding.locator.line) == ("row_too_long", "structure", 5)


def test_paragraph_that_opens_with_a_number_is_no_note() -> None:
    """`12 people were killed` stays prose although the text has a note 12."""
    document = read_path(NASTY / "text-numbered-prose-that-is-no-note.txt")
    assert prose(document)[1].startswith("12 people were killed")


def test_caption_without_a_table_is_said() -> None:
    """A table that is a picture leaves a finding; a mention in a sentence does not."""
    assert rules(read_path(NASTY / "text-caption-without-table.txt")) == ["caption_without_table"]


def test_unclosed_environment_is_said() -> None:
    """A LaTeX table that never ends is no table, and not passed over."""
    document = read_path(NASTY / "text-unclosed-tabular.tex")
    assert document.tables == ()
    assert rules(document) == ["table_not_read"]


def test_form_feed_inside_a_line_begins_a_page() -> None:
    """The text after it keeps its physical line and has the next page."""
    document = read_path(NASTY / "text-form-feed-inside-a-line.txt")
    assert [(p.locator.line, p.locator.page) for p in document.paragraphs] == [(1, 1), (1, 2)]
    (table,) = document.tables
    assert [(row.place, row.page) for row in table.body] == [(4, 2), (5, 2)]


def test_mojibake_is_repaired_only_on_request() -> None:
    """The option repairs the cell; without it the cell stays as printed."""
    path = NASTY / "text-mojibake.txt"
    assert read_path(path).tables[0].rows[0][0] == "MÃ©naka"
    assert read_path(path, fix_mojibake=True).tables[0].rows[0][0] == "Ménaka"


def test_delimited_text_file_is_read_as_such(tmp_path: Path) -> None:
    """A .txt that is one table throughout goes to the reader of delimited files."""
    path = tmp_path / "incidents.txt"
    path.write_text('Region;2021\nGao;3\n"Kidal; north";4\n', encoding="utf-8")
    document = read_path(path)
    assert document.media_type == "text/csv"
    assert document.tables[0].rows == [["Gao", "3"], ["Kidal; north", "4"]]


def test_line_without_end_is_refused_before_it_is_read(tmp_path: Path) -> None:
    """Two hundred megabytes without a line end cost neither time nor memory."""
    path = tmp_path / "long.txt"
    with path.open("wb") as file:
        file.truncate(200_000_000)
        file.write(b"Region 2021")
        file.seek(9)
        file.write(b"\n")
    with path.open("r+b") as file:
        file.write(b"x" * 9_000_000)
    started = time.monotonic()
    with pytest.raises(UnreadableInput, match="line 1: more than 8,000,000 bytes"):
        read_path(path)
    assert time.monotonic() - started < 1


def test_header_of_a_continued_page_is_dropped_and_said(
    read_text: Callable[[str], Document],
) -> None:
    """A table over three pages is one table with every row once and its lines."""
    page = "Table 1{}: Staff\n\nOperator\tStaff\tWomen\n{}\n\n"
    pages = [
        page.format("" if n == 0 else " (continued)", f"Op{n}\t{n + 2}\t{n}\nAp{n}\t9\t{n}")
        for n in range(3)
    ]
    document = read_text("\f".join(pages))
    (table,) = document.tables
    assert [row[0] for row in table.rows] == ["Op0", "Ap0", "Op1", "Ap1", "Op2", "Ap2"]
    assert rules(document) == ["tables_joined", "tables_joined"]


def test_row_without_header_on_the_next_page_is_joined(
    read_text: Callable[[str], Document],
) -> None:
    """The last row of a table, alone on the next page, is not lost."""
    document = read_text("Operator\tStaff\tWomen\nNorth\t4\t1\nSouth\t5\t2\n\fTotal\t9\t3\n\nEnd.")
    (table,) = document.tables
    assert table.rows[-1] == ["Total", "9", "3"]
    assert rules(document) == ["tables_joined"]


def test_grid_keeps_the_levels_of_a_header(read_text: Callable[[str], Document]) -> None:
    """A name over two columns is one cell of two, and the levels are rows of their own."""
    document = read_text(
        "Table 1: Victims\n\n\t2021\t\t2022\t\nRegion\tKilled\tInjured\tKilled\tInjured\n"
        "Gao\t1\t2[3]\t3\t4\nKidal\t0\t0\t5\t1\n\n[3] To June.\n"
    )
    (table,) = document.tables
    assert table.header[1:3] == ("2021 / Killed", "2021 / Injured")
    assert [(c.column, c.text, c.colspan) for c in table.grid if c.row == 0] == [
        (0, "", 1),
        (1, "2021", 2),
        (3, "2022", 2),
    ]
    assert [c.marks for c in table.grid if c.text == "2"] == [("3",)]


def test_words_for_a_missing_figure_may_stand_over_columns(
    read_text: Callable[[str], Document],
) -> None:
    """`not reported` across two columns is said of both; the figures beside stay apart."""
    document = read_text(
        "Region        2020   2021   2022\nGao             11     32      6\n"
        "Kidal        not reported      16\nMopti           33     33     35\n"
    )
    (table,) = document.tables
    assert table.rows[1] == ["Kidal", "not reported", "not reported", "16"]


def test_equal_tables_under_different_titles_are_both_kept(
    read_text: Callable[[str], Document],
) -> None:
    """The same figures for two years are two tables, and a finding points it out."""
    rows = "Region\tKilled\tInjured\nGao\t1\t0\nKidal\t0\t2\n\n"
    document = read_text(f"Table 1: Victims in 2021\n\n{rows}Table 2: Victims in 2022\n\n{rows}")
    assert [table.title[-4:] for table in document.tables] == ["2021", "2022"]
    assert rules(document) == ["table_twice"]


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("The two regions had more than half\n\nthe incidents of the year.", True),
        ("The two regions had more than half\n\n12\n\nthe incidents of the year.", True),
        ("The count of incidents rose in\n\nMopti and in Ségou.", True),
        ("Incidents rose in the centre.\n\nthe rest is lower case.", False),
        ("Incidents rose in the centre\n\n## Next\n\nthe rest is lower case.", False),
        ("Recommendations for the year:\n\nfirst of all, survey.", False),
        ("Box: 1234\n\nfor region in regions", False),
    ],
)
def test_sentence_is_made_whole_only_when_it_broke_off(
    read_text: Callable[[str], Document], text: str, whole: bool
) -> None:
    """No end and a lower-case beginning, or a word no sentence ends with; nothing less."""
    first = read_text(text).paragraphs[0].text
    assert (first.endswith((".", "Ségou.")) and len(first) > 45) is whole


def test_hyphen_at_a_line_end_is_kept_in_compounds(read_text: Callable[[str], Document]) -> None:
    """A syllable's hyphen goes; that of a compound used elsewhere stays."""
    document = read_text(
        "The region has been without survey of contami-\nnation for years, and counter-\n"
        "mining teams have worked. The counter-mining teams left."
    )
    assert prose(document) == [
        "The region has been without survey of contamination for years, and counter-mining teams "
        "have worked. The counter-mining teams left."
    ]


LABELS = ["Gao (with Ménaka)", "Kidal", "Ségou", "Côte d'Ivoire", "MAG / DCA", "People's Aid"]
FIGURES = ["0", "7", "19", "1,246", "12.5", "–", "N/R", ""]
INTRO = "The situation was tense, and 85 incidents were recorded in 2022 by the operators."
AFTER = "Operators reported these results for the year; they should be read with care."
Rows = list[list[str]]


@st.composite
def tables(draw: st.DrawFn) -> Rows:
    """A header and rows of labels and figures, each row with at least one number."""
    width = draw(st.integers(2, 6))
    first_year = draw(st.integers(2000, 2018))
    names = ["Region", *(str(first_year + n) for n in range(width))]
    labels = draw(st.lists(st.sampled_from(LABELS), min_size=3, max_size=6, unique=True))
    figures = st.lists(st.sampled_from(FIGURES), min_size=width - 1, max_size=width - 1)
    return [names, *([label, "3", *draw(figures)] for label in labels)]


def _widths(rows: Rows) -> list[int]:
    return [max(map(len, column)) for column in zip(*rows, strict=True)]


def _padded(rows: Rows) -> Rows:
    widths = _widths(rows)
    return [[row[0].ljust(widths[0]), *map(str.rjust, row[1:], widths[1:])] for row in rows]


def _as_tabs(rows: Rows) -> list[str]:
    return ["\t".join(row) for row in rows]


def _as_markdown(rows: Rows) -> list[str]:
    lines = [f"| {' | '.join(row)} |" for row in rows]
    return [lines[0], "|" + "---|" * len(rows[0]), *lines[1:]]


def _as_grid(rows: Rows) -> list[str]:
    border = "+" + "+".join("-" * (width + 2) for width in _widths(rows)) + "+"
    lines = [f"| {' | '.join(row)} |" for row in _padded(rows)]
    body = [line for text in lines[1:] for line in (text, border)]
    return [border, lines[0], border.replace("-", "="), *body]


def _as_sql(rows: Rows) -> list[str]:
    border = "+" + "+".join("-" * (width + 2) for width in _widths(rows)) + "+"
    lines = [f"| {' | '.join(row)} |" for row in _padded(rows)]
    return [border, lines[0], border, *lines[1:], border]


def _as_ruled(rows: Rows) -> list[str]:
    lines = ["  ".join(row).rstrip() for row in _padded(rows)]
    return [lines[0], "  ".join("-" * width for width in _widths(rows)), *lines[1:]]


def _as_aligned(rows: Rows) -> list[str]:
    return ["  " + "   ".join(row).rstrip() for row in _padded(rows)]


def _as_latex(rows: Rows) -> list[str]:
    lines = [" & ".join(row) + r" \\" for row in rows]
    return [r"\begin{tabular}{lrrrrrrr}", lines[0], r"\midrule", *lines[1:], r"\end{tabular}"]


def _as_semicolons(rows: Rows) -> list[str]:
    return [";".join(row) for row in rows]


@pytest.mark.parametrize(
    "written",
    [
        _as_tabs,
        _as_markdown,
        _as_grid,
        _as_sql,
        _as_ruled,
        _as_aligned,
        _as_latex,
        _as_semicolons,
    ],
)
@settings(max_examples=25, deadline=None)
@given(rows=tables(), title=st.sampled_from(["Table 1: Incidents", "Tableau 2. Victimes", ""]))
def test_table_written_between_prose_is_read_back(
    written: Callable[[Rows], list[str]],
    tmp_path_factory: pytest.TempPathFactory,
    rows: Rows,
    title: str,
) -> None:
    """In every way of setting a table: each cell, the title, the lines, and the prose around."""
    above = [INTRO, "", *([title, ""] if title else [])]
    lines = [*above, *written(rows), "", AFTER]
    path = tmp_path_factory.mktemp("text") / "report.txt"
    path.write_text("\n".join(lines), encoding="utf-8")
    document = read_path(path)
    (table,) = document.tables
    assert [list(table.header), *table.rows] == rows
    assert table.title == title
    assert prose(document) == [INTRO, AFTER]
    for row in table.body:
        assert row.cells[0] in lines[row.place - 1]


def _one_per_line(rows: Rows, blank: bool) -> str:
    cells = [cell or "–" for row in rows for cell in row]
    return ("\n\n" if blank else "\n").join(cells)


@pytest.mark.parametrize("blank", [True, False])
@settings(max_examples=25, deadline=None)
@given(rows=tables())
def test_flattened_table_is_rebuilt(
    blank: bool, tmp_path_factory: pytest.TempPathFactory, rows: Rows
) -> None:
    """One cell per line, with or without blank lines: the header's width gives the rows."""
    path = tmp_path_factory.mktemp("text") / "report.txt"
    path.write_text(f"{INTRO}\n\n{_one_per_line(rows, blank)}\n\n{AFTER}\n", encoding="utf-8")
    (table,) = read_path(path).tables
    assert [list(table.header), *table.rows] == [[cell or "–" for cell in row] for row in rows]


def test_flattened_table_with_a_lost_cell_is_no_table(
    read_text: Callable[[str], Document],
) -> None:
    """Where a blank cell left no line, the width is not sure: no guess, and a finding."""
    rows = ["Region\n2020\n2021\n2022", "Gao\n1\n2\n3", "Kidal\n4\n6", "Mopti\n7\n8\n9"]
    document = read_text("Table 1: Incidents\n\n" + "\n".join(rows) + "\n")
    assert document.tables == ()
    assert rules(document) == ["caption_without_table"]


@given(st.text(alphabet=" \t|+-=:;,.\n\f*_<>[]\\&{}$#ab19²é", max_size=400))
@settings(max_examples=150, deadline=1000)
def test_any_punctuation_is_read_without_an_accident(
    tmp_path_factory: pytest.TempPathFactory, text: str
) -> None:
    """Whatever stands in a file, reading gives a document whose rows are as wide as its header."""
    path = tmp_path_factory.mktemp("text") / "report.txt"
    path.write_text("x" + text, encoding="utf-8", newline="")
    for table in read_path(path).tables:
        assert _is_rectangular(table)


def _is_rectangular(table: RawTable) -> bool:
    return {len(row.cells) for row in table.body} == {len(table.header)} == {len(table.columns)}


@pytest.mark.parametrize(
    "piece",
    [
        "<sup",
        "**a ",
        "[a](b",
        "_x ",
        "\\begin{tabular} ",
        "((((",
        "&amp",
        "a  1  ",
        "|",
        "+--+\n",
        "x;y\n",
        "a, b\n",
    ],
)
def test_repeated_openings_cost_linear_time(tmp_path: Path, piece: str) -> None:
    """Two hundred kilobytes of what opens and never closes are read in a moment."""
    path = tmp_path / "report.txt"
    path.write_text("x " + piece * (200_000 // len(piece)), encoding="utf-8")
    started = time.monotonic()
    read_path(path)
    assert time.monotonic() - started < 4


def test_three_hundred_pages_take_about_a_second(tmp_path: Path) -> None:
    """Time grows with the size of a report and no faster."""
    words = "The service recorded 85 incidents – with mines[3] in Gao, Kidal and Mopti in 2022. "
    prose_of_page = (words * 6 + "\n\n") * 6
    pages = [
        f"Annual report   {n}\n\n{prose_of_page}Region  2021   2022\nGao       {n:4}      6\n"
        f"Kidal     {n:4}     16\n\nThe end of page {n}.\n"
        for n in range(300)
    ]
    path = tmp_path / "report.txt"
    path.write_text("\f".join(pages), encoding="utf-8")
    started = time.monotonic()
    document = read_path(path)
    assert time.monotonic() - started < 5
    assert len(document.paragraphs) == 300 * 6
    assert len(document.tables) == 300
