"""Delimited files: dialect, header, preamble, notes, ragged rows, encodings, size."""

from __future__ import annotations

import csv
import io
import json
import os
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mtool.errors import UnreadableInput
from mtool.model import Document, Finding, RawTable, Source
from mtool.readers import ReadOptions
from mtool.readers.csv import opening, read, read_text_table
from mtool.readers.csv.dialects import find_dialect
from mtool.readers.csv.lines import TextLines

HERE = Path(__file__).parent
GOLDEN = sorted((HERE / "golden" / "readers").glob("csv-*"))
NASTY = HERE / "nasty"


def load(path: Path, **options: Any) -> Document:
    return read(path, Source("a", path=str(path)), ReadOptions(**options))


def of(text: str, **options: Any) -> Document:
    return read_text_table(text, Path("a.csv"), Source("a"), ReadOptions(**options))


def only(document: Document) -> RawTable:
    assert len(document.tables) == 1
    return document.tables[0]


def rules(document: Document) -> list[str]:
    return [finding.rule for finding in document.findings]


def found(document: Document, rule: str) -> Finding:
    return next(finding for finding in document.findings if finding.rule == rule)


def as_plain(document: Document) -> dict[str, Any]:
    """What a golden folder keeps of a document."""
    return {
        "tables": [
            {
                "title": table.title,
                "line": table.locator.line,
                "header": list(table.header),
                "rows": [[row.place, *row.cells] for row in table.body],
                "marks": [[row.place, *mark] for row in table.body for mark in row.marks],
                "notes": [str(note) for note in table.notes],
                "confidence": table.confidence,
            }
            for table in document.tables
        ],
        "findings": [
            [f.rule, f.class_, f.severity, f.locator.line, f.message] for f in document.findings
        ],
        "paragraphs": [[p.kind, p.locator.line, p.text] for p in document.paragraphs],
    }


@pytest.mark.parametrize("case", GOLDEN, ids=lambda case: case.name)
def test_golden(case: Path) -> None:
    """Each golden file gives the tables, findings and paragraphs that lie beside it."""
    plain = as_plain(load(case / "input.csv"))
    expected = case / "expected.json"
    if os.environ.get("MTOOL_REGENERATE"):
        expected.write_text(json.dumps(plain, ensure_ascii=False, indent=1) + "\n", "utf-8")
    assert plain == json.loads(expected.read_text("utf-8"))


@pytest.mark.parametrize(
    "path",
    [*(case / "input.csv" for case in GOLDEN), *sorted(NASTY.glob("csv-*.csv"))],
    ids=lambda path: f"{path.parent.name}-{path.stem}",
)
def test_streamed_as_in_memory(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file too large for memory gives what it would give at once, errors included."""

    def outcome() -> Any:
        try:
            plain = as_plain(load(path))
        except UnreadableInput:
            return "unreadable"
        return plain["tables"], [finding[0] for finding in plain["findings"]]

    at_once = outcome()
    monkeypatch.setattr(opening, "SMALL_BYTES", 0)
    assert outcome() == at_once


AREA_FILES = [
    "utf8-with-mark",
    "utf16-with-mark",
    "cp1252",
    "old-mac-line-ends",
    "mixed-line-ends",
    "line-feed-before-carriage-return",
    "two-carriage-returns",
]


@pytest.mark.parametrize("name", AREA_FILES)
def test_encodings_and_line_ends(name: str) -> None:
    """The same table comes out of every encoding and every kind of line end."""
    document = load(NASTY / f"csv-{name}.csv")
    table = only(document)
    assert table.header == ("Area", "Killed", "Note")
    assert table.rows == [["Ségou", "4", "Ménaka too"], ["Gao", "5", ""], ["Kidal", "6", "none"]]
    assert [row.place for row in table.body] == [2, 3, 4]
    assert rules(document) == (["encoding_assumed"] if name == "cp1252" else [])


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("nul-byte", "NUL byte at offset 39"),
        ("utf16-without-mark", "--encoding utf-16-le"),
        ("empty", "the file is empty"),
        ("binary-named-csv", "byte 128"),
    ],
)
def test_unreadable(name: str, said: str) -> None:
    """What is no text is refused in one sentence that names the place."""
    with pytest.raises(UnreadableInput, match=said):
        load(NASTY / f"csv-{name}.csv")


@pytest.mark.parametrize("name", ["only-line-ends", "only-delimiters"])
def test_no_record_at_all(name: str) -> None:
    """A file of nothing but delimiters or line ends has no table, and says so."""
    document = load(NASTY / f"csv-{name}.csv")
    assert document.tables == ()
    assert rules(document) == ["no_rows"]


def test_mojibake_is_named_and_repaired_on_request() -> None:
    """Wrongly decoded text stays as it is with a warning, until its repair is asked for."""
    assert only(load(NASTY / "csv-mojibake.csv")).rows[0][0] == "SÃ©gou"
    repaired = load(NASTY / "csv-mojibake.csv", fix_mojibake=True)
    assert only(repaired).rows[0][0] == "Ségou"


def test_mojibake_is_repaired_in_a_stream(monkeypatch: pytest.MonkeyPatch) -> None:
    """A large file is repaired while it is read."""
    monkeypatch.setattr(opening, "SMALL_BYTES", 0)
    repaired = load(NASTY / "csv-mojibake.csv", fix_mojibake=True)
    assert only(repaired).rows[0][0] == "Ségou"
    assert rules(repaired) == ["mojibake_repaired"]


@pytest.mark.parametrize(
    ("name", "line", "cells"),
    [
        ("unterminated-quote", 3, ["Kidal", "2", '"none']),
        ("quote-that-runs-to-the-next-quoted-cell", 3, ["Kidal", "2", '"none', "yes", "A"]),
    ],
)
def test_quote_that_is_not_closed(name: str, line: int, cells: list[str]) -> None:
    """A stray quote is text, swallows no row, and the finding names the line it opened on."""
    document = load(NASTY / f"csv-{name}.csv")
    table = only(document)
    assert [row.place for row in table.body] == [2, 3, 4, 5]
    assert table.rows[1] == cells
    stray = found(document, "stray_quote")
    assert (stray.locator.line, stray.locator.column) == (line, 3)


def test_row_that_fits_two_ways_is_never_shifted() -> None:
    """A row one cell too long that could be read in two ways keeps all its cells, as an error."""
    document = load(NASTY / "csv-row-too-long-two-ways.csv")
    assert only(document).rows[1] == ["Kidal", "Issa", "Fanta", "none"]
    finding = found(document, "row_too_long")
    assert (finding.class_, finding.severity, finding.locator.line) == ("structure", "error", 3)


def test_record_broken_by_another_line_end() -> None:
    """A line feed inside a record of a file with Windows line ends does not end the record."""
    table = only(load(NASTY / "csv-record-broken-inside.csv"))
    assert table.rows[0] == ["Gao", "1", "two\nlines"]
    assert [row.place for row in table.body] == [2, 4, 5]


def test_delimiter_in_doubt() -> None:
    """Two delimiters that are as consistent lower the confidence and are both named."""
    document = load(NASTY / "csv-delimiter-in-doubt.csv")
    assert only(document).confidence < 1
    assert "a comma" in found(document, "delimiter_unsure").message


def test_declared_delimiter_is_not_questioned() -> None:
    """The delimiter that a passport declares is used."""
    document = load(NASTY / "csv-delimiter-in-doubt.csv", delimiter=",")
    assert only(document).header == ("a;b", "c")
    assert rules(document) == []


@pytest.mark.parametrize("name", ["one-column-with-commas", "prose"])
def test_one_column(name: str) -> None:
    """Lines that no delimiter parts consistently are one column, verbatim."""
    path = NASTY / f"csv-{name}.csv"
    table = only(load(path))
    assert [table.header[0], *(row[0] for row in table.rows)] == path.read_text().splitlines()


def test_hundreds_of_columns() -> None:
    """Width is no obstacle."""
    table = only(load(NASTY / "csv-wide.csv"))
    assert (len(table.header), len(table.rows[0]), table.header[1999]) == (2000, 2000, "c1999")


def test_names_twice_and_missing() -> None:
    """Names are kept as printed; a name printed twice and a missing one are both told."""
    document = load(NASTY / "csv-names-twice-and-missing.csv")
    assert only(document).header == ("Area", "Killed", "Killed", "")
    assert rules(document) == ["duplicate_column_names", "nameless_columns"]


def test_delimiter_at_the_end_of_each_row() -> None:
    """A delimiter behind the last cell of every row makes no column."""
    document = load(NASTY / "csv-trailing-delimiters.csv")
    assert only(document).rows == [["Gao", "1"], ["Kidal", "2"]]
    assert rules(document) == []


def test_header_longer_than_its_rows() -> None:
    """Rows without their last cell are filled up, each with a finding."""
    document = load(NASTY / "csv-header-longer-than-rows.csv")
    assert only(document).rows == [["Gao", "1", "2", ""], ["Kidal", "3", "4", ""]]
    assert rules(document) == ["row_too_short", "row_too_short"]


def test_names_run_together_are_an_error() -> None:
    """A header short of a name cannot be set above its columns and says so."""
    document = load(NASTY / "csv-header-with-a-name-run-together.csv")
    assert found(document, "row_too_short").severity == "error"
    assert found(document, "row_too_short").locator.line == 1


def test_rows_that_repeat_the_first_one_are_rows() -> None:
    """A first row of data that comes again is not taken for a header printed again."""
    document = load(NASTY / "csv-no-names-and-rows-that-repeat.csv")
    assert only(document).header == ("column_1", "column_2")
    assert len(only(document).rows) == 6
    assert rules(document) == ["no_header"]


def test_header_only() -> None:
    """A file with names and no rows has a table without rows."""
    table = only(load(NASTY / "csv-header-only.csv"))
    assert (table.header, table.rows) == (("Region", "2021", "2022"), [])


def test_codes_and_formulas_stay_text() -> None:
    """Leading zeros and signs are kept."""
    rows = only(load(NASTY / "csv-formula-and-leading-zeros.csv")).rows
    assert rows == [["0501", "=1+1"], ["0502", "+5"], ["0503", "-5"]]


def test_thousands_of_quotes_in_one_cell() -> None:
    """A cell full of quotes costs no more than its length, and the other rows are read."""
    table = only(load(NASTY / "csv-thousands-of-quotes.csv"))
    assert [row[-1] for row in table.rows] == ["1", "2", "3"]


@pytest.mark.parametrize(
    ("cell", "text", "marks"),
    [
        ("85[3]", "85", ["3"]),
        ("94⁵", "94", ["5"]),
        ("19*", "19", ["*"]),
        ("N/R†", "N/R", ["†"]),
        ("Note*", "Note*", []),
        ("12 km²", "12 km²", []),
        ("  7 ", "  7 ", []),
    ],
)
def test_footnote_marks(cell: str, text: str, marks: list[str]) -> None:
    """Marks leave the cells that hold numbers or missing figures; other cells stay verbatim."""
    row = next(iter(only(of(f"Area;Killed\nGao;{cell}\nKidal;5\nMopti;6\n")).body))
    assert (row.cells[1], [mark for _, mark in row.marks]) == (text, marks)


def test_place_of_a_cell_behind_a_quoted_line_break() -> None:
    """A row's place is the physical line its record begins on."""
    table = only(of('Area,Note,Killed\nGao,"one\ntwo\nthree",1\nKidal,none,2\n'))
    rows = list(table.body)
    assert [row.place for row in rows] == [2, 5]
    assert table.locate(rows[1], 2).in_source() == "line 5, column 3"


def test_surprise_far_down_is_a_finding(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One bad row among many is named by its line and shifts nothing after it."""
    monkeypatch.setattr(opening, "SMALL_BYTES", 0)
    path = tmp_path / "long.csv"
    lines = [f"{number},2023-01-02,Gao,{number % 9}" for number in range(1, 60_001)]
    lines[54_321] = "54322,2023-01-02,Road, near Gao,7"
    path.write_text("\n".join(["No,Date,Place,Killed", *lines]) + "\n")
    document = load(path)
    finding = found(document, "row_too_long")
    assert (rules(document), finding.locator.line) == (["row_too_long"], 54_323)
    rows = list(only(document).body)
    assert rows[54_321].cells == ("54322", "2023-01-02", "Road, near Gao", "7")
    assert rows[-1] == rows[-1].__class__(("60000", "2023-01-02", "Gao", "6"), 60_001)


def test_rows_are_not_held_in_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Reading a long file takes memory for a part of it, and the body can be read again."""
    monkeypatch.setattr(opening, "SMALL_BYTES", 0)
    path = tmp_path / "large.csv"
    rows = "".join(f"{n},2023-01-02,Gao,{n % 9},{'northern road ' * 90}\n" for n in range(100))
    with path.open("w") as out:
        out.write("No,Date,Place,Killed,Remark\n")
        out.writelines(rows for _ in range(80))
    load(path)
    tracemalloc.start()
    table = only(load(path))
    counts = [sum(1 for _ in table.body) for _ in range(2)]
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert counts == [8_000, 8_000]
    assert peak < path.stat().st_size


def test_line_without_end_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A large file that is one endless line is refused before it fills the memory."""
    monkeypatch.setattr("mtool.readers.long_text.LONGEST_LINE", 3 << 20)
    path = tmp_path / "line.csv"
    path.write_bytes(b"a,b\n" + b"1," * (10 << 20))
    with pytest.raises(UnreadableInput, match="without a line end"):
        load(path)


def test_file_changed_behind_our_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A streamed table refuses to go on in a file that is not the one it was found in."""
    monkeypatch.setattr(opening, "SMALL_BYTES", 0)
    path = tmp_path / "a.csv"
    path.write_text("Area,Killed\nGao,1\nKidal,2\n")
    table = only(load(path))
    path.write_text("Area,Killed\nGao,1\nKidal,2\nMopti,3\n")
    with pytest.raises(UnreadableInput, match="changed while"):
        list(table.body)


def test_reasons_explain_the_reading() -> None:
    """What was decided, and on what evidence, is kept with the table."""
    table = only(of("Title of it all\n\nArea;Killed\nGao;1\nKidal;2\n"))
    said = " · ".join(table.reasons)
    assert "a semicolon" in said
    assert "lines above the header that are no rows: 1" in said
    assert "header: from line 3, rows: 1" in said


def test_real_table_with_tags(shared: Path) -> None:
    """The tag row of a real table is kept as a note and is no row."""
    table = only(load(shared / "reference" / "hxl" / "mali-population-movements.csv"))
    assert table.notes[0].mark == "HXL"
    assert table.notes[0].text.split(",")[0] == "#period_date"
    assert len(table.rows) == 21


DIALECTS = [
    {"delimiter": delimiter, "quotechar": quote, "quoting": quoting, "lineterminator": end}
    for delimiter in ",;\t|"
    for quote in "\"'"
    for quoting in (csv.QUOTE_MINIMAL, csv.QUOTE_ALL)
    for end in ("\n", "\r\n")
]
#: Texts that need quoting in some dialect or other, and none that could be a note or a mark.
TEXTS = st.builds(
    "".join,
    st.tuples(
        st.sampled_from(["", '"', "'", ",", ";"]),
        st.sampled_from(["a", "bé"]),
        st.text(alphabet="abcé ,;|\t\"'\n", max_size=9),
        st.sampled_from(["c", '"', "'", "d,"]),
    ),
)


@settings(deadline=None, max_examples=150)
@given(
    st.lists(st.tuples(st.integers(1, 99_999), TEXTS, TEXTS), min_size=4, max_size=12),
    st.sampled_from(DIALECTS),
)
def test_what_the_csv_module_writes_is_read_back(
    rows: list[tuple[int, str, str]], dialect: dict[str, Any]
) -> None:
    """Any cells written in a common dialect come back verbatim, each row at its physical line.

    Apostrophes as quotes beside texts with double quotes are ambiguous in a file of a few rows.
    """
    if dialect["quotechar"] == "'":
        rows = [(number, *(t.replace('"', "") or "a" for t in texts)) for number, *texts in rows]
    out = io.StringIO(newline="")
    writer = csv.writer(out, **dialect)
    writer.writerow(["Number", "First text", "Second text"])
    places = []
    for row in rows:
        written = out.getvalue()
        places.append(1 + written.count("\n"))
        writer.writerow(row)
    document = of(out.getvalue())
    table = only(document)
    assert table.header == ("Number", "First text", "Second text")
    assert table.rows == [[str(number), *texts] for number, *texts in rows]
    assert [row.place for row in table.body] == places


def _letters(texts: Any) -> str:
    return "".join(sorted(c for text in texts for c in text if c.isalpha() and c.isascii()))


@settings(deadline=None, max_examples=150)
@given(st.data())
def test_nothing_printed_is_lost(data: st.DataObject) -> None:
    """However a file is mangled, each letter of it is in a header, a row, a title or a note."""
    case = data.draw(st.sampled_from([c for c in GOLDEN if "again" not in c.name]))
    text = (case / "input.csv").read_text("utf-8")
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(text)))
        size = data.draw(st.integers(0, 20))
        piece = data.draw(st.sampled_from(['"', ",", ";", "\n", "\n\n", '""', '"\n', "", ",,,"]))
        text = text[:place] + piece + text[place + size :]
    document = of(text)
    printed = [p.text for p in document.paragraphs]
    for table in document.tables:
        if not any(
            f.rule == "no_header" and f.locator.table == table.id for f in document.findings
        ):
            printed += table.header
        printed += (cell for row in table.body for cell in row.cells)
        printed += (mark for row in table.body for _, mark in row.marks)
        printed += (note.text for note in table.notes if note.mark == "HXL")
    missing = list(_letters(printed))
    for letter in _letters([text]):
        assert letter in missing, text
        missing.remove(letter)


def test_dialect_is_decided_over_the_whole_sample() -> None:
    """A preamble of prose with commas does not hide the semicolons of the table below it."""
    prose = [f"Line {n}, as published, in full\n" for n in range(30)]
    rows = [f"{n};place {n};1,5\n" for n in range(60)]
    choice = find_dialect([*prose, "\n", "No;Place;km2\n", *rows])
    assert (choice.dialect.delimiter, choice.width) == (";", 3)


def test_lines_are_counted_as_an_editor_does() -> None:
    """A form feed ends no line; reading may begin at any physical line."""
    lines = TextLines(Path("a"), "a\x0cb\r\nc\rd\n\ne")
    assert list(lines.read()) == ["a\x0cb\r\n", "c\r", "d\n", "\n", "e"]
    assert list(lines.read(3)) == ["d\n", "\n", "e"]
    assert list(lines.ending("\n").read(3)) == ["\n", "e\n"]
