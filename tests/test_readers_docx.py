"""Word documents are read as they print, with their changes accepted."""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from golden_documents import check_golden
from mtool.errors import UnreadableInput
from mtool.model import Document, Source
from mtool.readers import ReadOptions, find_reader
from mtool.readers.docx import read
from report_pages import SEED_HEADERS, report_page, seed_rows
from word_files import word_file, word_folder

GOLDEN = sorted((Path(__file__).parent / "golden" / "readers").glob("docx-*"))
NASTY = Path(__file__).parent / "nasty"

TABLE = (
    "<w:tbl><w:tblGrid><w:gridCol w:w='900'/><w:gridCol w:w='900'/></w:tblGrid>"
    "<w:tr><w:tc><w:p><w:r><w:t>Region</w:t></w:r></w:p></w:tc>"
    "<w:tc><w:p><w:r><w:t>2022</w:t></w:r></w:p></w:tc></w:tr>"
    "<w:tr><w:tc><w:p><w:r><w:t>Gao</w:t></w:r></w:p></w:tc><w:tc><w:p>{}</w:p></w:tc></w:tr>"
    "</w:tbl><w:p/>"
)


def read_file(path: Path) -> Document:
    return read(path, Source(id="report"), ReadOptions())


@pytest.mark.parametrize("folder", GOLDEN, ids=lambda folder: folder.name)
def test_golden_documents(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A document of a kind met in practice gives exactly what is expected of it."""
    word_folder(tmp_path / "document.docx", folder)
    monkeypatch.chdir(tmp_path)
    check_golden(read_file(Path("document.docx")), folder / "expected.json")


RAISED = "<w:rPr><w:vertAlign w:val='superscript'/></w:rPr>"


@pytest.mark.parametrize(
    ("runs", "text", "marks"),
    [
        (f"<w:r><w:t>19</w:t></w:r><w:r>{RAISED}<w:t>2</w:t></w:r>", "19", ["2"]),
        ("<w:r><w:t>19²</w:t></w:r>", "19", ["2"]),
        ("<w:r><w:t>19[2]</w:t></w:r>", "19", ["2"]),
        (f"<w:r>{RAISED}<w:t>19</w:t></w:r>", "", ["19"]),
        (
            "<w:r><w:rPr><w:position w:val='2'/></w:rPr><w:t>19</w:t></w:r>",
            "19",
            [],
        ),
        (f"<w:r><w:t>5 km</w:t></w:r><w:r>{RAISED}<w:t>2</w:t></w:r>", "5 km²", []),
        (
            "<w:r><w:t>19</w:t></w:r><w:r><w:rPr><w:position w:val='8'/></w:rPr><w:t>2</w:t></w:r>",
            "19",
            ["2"],
        ),
        ("<w:r><w:t>19</w:t></w:r><w:r><w:footnoteReference w:id='7'/></w:r>", "19", ["1"]),
        ("<w:r><w:t>19</w:t></w:r><w:r><w:endnoteReference w:id='7'/></w:r>", "19", ["i"]),
        (
            "<w:r><w:t>19</w:t></w:r><w:r><w:footnoteReference w:id='7' w:customMarkFollows='1'/>"
            "<w:t>*</w:t></w:r>",
            "19",
            ["*"],
        ),
        ("<w:r><w:t>1</w:t></w:r><w:r><w:t>9</w:t></w:r>", "19", []),
        ("<w:r><w:t>19</w:t><w:br/><w:t>20</w:t></w:r>", "19 20", []),
    ],
)
def test_no_mark_becomes_part_of_a_figure(
    tmp_path: Path, runs: str, text: str, marks: list[str]
) -> None:
    """However a mark is raised beside a figure, the figure stays what is on the line."""
    (table,) = read_file(word_file(tmp_path / "a.docx", TABLE.format(runs))).tables
    (row,) = table.body
    assert (row.cells[1], [mark for _, mark in row.marks]) == (text, marks)


REFUSED = {
    "docx-cut-off.docx": "not a readable zip package",
    "docx-doctype-with-entity.docx": "DOCTYPE or an entity",
    "docx-nested-900-deep.docx": "nested more than 256 deep",
    "docx-not-well-formed.docx": "not a readable Word file",
    "docx-old-or-encrypted.docx": "password",
    "docx-text-named-docx.docx": "not what its name says",
    "docx-without-document.docx": "not a readable Word file",
    "docx-zip-bomb.docx": "zip bombs",
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused_in_one_sentence(name: str) -> None:
    """What cannot be read is refused in one line that names the file, the reason and the cure."""
    with pytest.raises(UnreadableInput, match=REFUSED[name]) as refused:
        read_file(NASTY / name)
    assert name in str(refused.value)
    assert "\n" not in str(refused.value)


SAID = {
    "docx-field-never-closed.docx": "left_out",
    "docx-odd-spans.docx": "left_out",
    "docx-spans-of-a-bomb.docx": "table_too_large",
    "docx-text-where-none-belongs.docx": "text_not_read",
}


@pytest.mark.parametrize("name", SAID)
def test_doubts_are_said(name: str) -> None:
    """What was left out is a finding, and the table beside it is read all the same."""
    document = read_file(NASTY / name)
    assert SAID[name] in [finding.rule for finding in document.findings]
    assert document.tables[0].header == ("Region", "2021", "2022")
    assert [row[2] for row in document.tables[0].rows] == ["6", "16"]


def test_without_python_docx_the_cure_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """A missing extra gives one sentence with the command that installs it."""
    monkeypatch.setitem(sys.modules, "docx", None)
    monkeypatch.setitem(sys.modules, "docx.package", None)
    with pytest.raises(UnreadableInput, match=r'pip install "mtool\[docx\]"'):
        read_file(NASTY / "docx-plain.docx")


def test_what_a_document_carries_is_named_and_not_followed(tmp_path: Path) -> None:
    """Macros and embedded files beside the text are a note each."""
    path = word_file(tmp_path / "a.docx", TABLE.format("<w:r><w:t>6</w:t></w:r>"))
    with zipfile.ZipFile(path, "a") as package:
        package.writestr("word/vbaProject.bin", b"x")
        package.writestr("word/embeddings/sheet.xlsx", b"x")
    messages = [finding.message for finding in read_file(path).findings]
    assert [message.split(",")[0] for message in messages] == [
        "the file carries macros",
        "the file carries embedded files",
    ]


def test_notes_are_numbered_as_word_numbers_them(tmp_path: Path) -> None:
    """Footnotes in letters from b on get the marks that Word prints."""
    cell = "<w:r><w:t>6</w:t></w:r><w:r><w:footnoteReference w:id='4'/></w:r>"
    note = "<w:footnote w:id='4'><w:p><w:r><w:footnoteRef/></w:r><w:r><w:t>Ibid.</w:t></w:r></w:p>"
    path = word_file(
        tmp_path / "a.docx",
        TABLE.format(cell),
        footnotes=note + "</w:footnote>",
        settings="<w:footnotePr><w:numFmt w:val='lowerLetter'/><w:numStart w:val='2'/>"
        "</w:footnotePr>",
    )
    (table,) = read_file(path).tables
    assert [str(note) for note in table.notes] == ["b Ibid."]


def test_a_document_is_claimed_by_its_content() -> None:
    """A Word package is known by its members, whatever it is called."""
    head = (NASTY / "docx-plain.docx").read_bytes()
    assert find_reader(Path("report.bin"), head).name == "docx"
    assert find_reader(Path("report.bin"), head + b"xl/workbook.xml").name == "docx"


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_a_real_report_saved_by_libreoffice(seed: Path, tmp_path: Path) -> None:
    """Both tables of a real report are read cell for cell from the document LibreOffice writes."""
    page = tmp_path / "report.html"
    page.write_text(report_page(seed.read_text("utf-8"), mark="5"), "utf-8")
    home = f"-env:UserInstallation=file://{tmp_path}/office"
    convert = ["--convert-to", "docx:MS Word 2007 XML", "--outdir", str(tmp_path)]
    reading = "--infilter=HTML (StarWriter)"
    subprocess.run(
        ["soffice", home, "--headless", reading, *convert, str(page)],
        check=True,
        capture_output=True,
    )
    tables = read_file(tmp_path / "report.docx").tables
    assert [table.rows for table in tables] == seed_rows(seed.read_text("utf-8"))
    assert [table.header[0] for table in tables] == SEED_HEADERS
    assert [note.mark for table in tables for note in table.notes] == ["5", "16", "5"]
