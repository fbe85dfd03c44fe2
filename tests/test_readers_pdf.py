"""Tables and prose out of PDF: pages drawn for the purpose, and a real report in six layouts."""

from __future__ import annotations

import builtins
import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mtool.errors import UnreadableInput
from mtool.model import Document, Source
from mtool.readers import ReadOptions
from mtool.readers.pdf import read
from mtool.readers.pdf.bodyrows import group_rows, place_line
from mtool.readers.pdf.columns import find_columns
from mtool.readers.pdf.figures import is_figure_cell, is_year
from mtool.readers.pdf.geometry import Stroke, join_strokes
from mtool.readers.pdf.words import Line, Word

pytest.importorskip("pypdfium2")

HERE = Path(__file__).parent
NASTY = HERE / "nasty"
GOLDEN = sorted((HERE / "golden" / "readers").glob("pdf-*"))


def read_path(path: Path) -> Document:
    """Read a PDF with nothing known about it."""
    return read(path, Source("s"), ReadOptions())


def as_plain(document: Document, path: Path) -> dict[str, Any]:
    """What a person would check of a document, for comparison with a golden file."""
    return {
        "tables": [
            {
                "title": table.title,
                "page": table.locator.page,
                "header": list(table.header),
                "rows": [[row.page, row.place, *row.cells] for row in table.body],
                "marks": [[row.place, *mark] for row in table.body for mark in row.marks],
                "notes": [str(note) for note in table.notes],
                "spans": [
                    [c.page, c.row, c.column, c.rowspan, c.colspan, c.text]
                    for c in table.grid
                    if c.rowspan > 1 or c.colspan > 1
                ],
                "reasons": list(table.reasons),
            }
            for table in document.tables
        ],
        "paragraphs": [[p.locator.page, p.kind, p.text] for p in document.paragraphs],
        "findings": [[f.rule, f.message.replace(str(path), "FILE")] for f in document.findings],
    }


@pytest.mark.parametrize("case", GOLDEN, ids=lambda case: case.name)
def test_golden_case(case: Path) -> None:
    """Every table, note, paragraph and finding of the case, with its pages and spans.

    With MTOOL_REWRITE_GOLDEN set, what is read now becomes what is expected.
    """
    path = case / "input.pdf"
    found = as_plain(read_path(path), path)
    expected = case / "expected.json"
    if os.environ.get("MTOOL_REWRITE_GOLDEN"):
        text = json.dumps(found, ensure_ascii=False, indent=1) + "\n"
        expected.write_text(text, encoding="utf-8")
    assert found == json.loads(expected.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("pdf-cut-short.pdf", "is no readable PDF"),
        ("pdf-empty.pdf", "is no readable PDF"),
        ("pdf-header-only.pdf", "is no readable PDF"),
        ("pdf-web-page-named-pdf.pdf", "is no readable PDF"),
        ("pdf-locked.pdf", "locked with a password"),
        ("pdf-only-pictures.pdf", "no text layer"),
    ],
)
def test_unreadable_file_gives_one_sentence(name: str, said: str) -> None:
    """What is wrong and what to do about it, and nothing else."""
    with pytest.raises(UnreadableInput) as caught:
        read_path(NASTY / name)
    message = str(caught.value)
    assert message.startswith(str(NASTY / name))
    assert said in message
    assert "\n" not in message


def test_owner_password_only_is_no_obstacle() -> None:
    """A file that anybody may open is read, whatever it forbids."""
    assert len(read_path(NASTY / "pdf-locked-for-printing-only.pdf").tables) == 1


def test_scanned_page_is_a_finding_and_the_others_are_read() -> None:
    """The page without a text layer is named; the table on the other page is there."""
    document = read_path(NASTY / "pdf-one-page-scanned.pdf")
    assert [table.locator.page for table in document.tables] == [1]
    [finding] = document.findings
    assert finding.rule == "no_text_layer"
    assert finding.class_ == "structure"
    assert finding.locator.page == 2


def test_missing_extra_names_the_cure(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the extra, one sentence says how to install it."""
    real = builtins.__import__

    def without_pdfium(name: str, *rest: Any, **named: Any) -> Any:
        if name.startswith("pypdfium2"):
            raise ImportError(name)
        return real(name, *rest, **named)

    monkeypatch.setattr(builtins, "__import__", without_pdfium)
    with pytest.raises(UnreadableInput, match=r'pip install "mtool\[pdf\]"'):
        read_path(GOLDEN[0] / "input.pdf")


def test_marks_never_become_digits() -> None:
    """`7` with a raised 4 beside it is 7, and the 4 leads to its note."""
    table = read_path(HERE / "golden" / "readers" / "pdf-ruled" / "input.pdf").tables[0]
    assert table.rows[0] == ["Gao", "12", "30", "7"]
    assert ("4", "Two of them in an unconfirmed incident.") in [
        (note.mark, note.text) for note in table.notes
    ]


def test_joined_table_keeps_pages_and_rows_of_each_page() -> None:
    """The grid of a table over two pages holds both headers, each cell with its page and row."""
    table = read_path(HERE / "golden" / "readers" / "pdf-over_pages" / "input.pdf").tables[0]
    headers = [(c.page, c.row) for c in table.grid if c.text == "District"]
    assert headers == [(1, 0), (2, 0)]
    assert [row.cells[0] for row in table.body].count("District") == 0
    first_of_second = next(row for row in table.body if row.page == 2)
    assert first_of_second.cells[0] == "District 15"
    assert first_of_second.place == 2


def write(words: str, base: float, starts: list[float], size: float = 10) -> Line:
    """A line of words at the given places, five points to a letter."""
    return Line(
        tuple(
            Word(word, x, x + 5 * len(word), base, size)
            for word, x in zip(words.split("|"), starts, strict=True)
        )
    )


def test_blank_in_a_number_is_no_boundary() -> None:
    """`1 246` stays one figure; the blank to the next column is wider."""
    lines = [
        write("Gao|1|246|12", 10, [0, 100, 107, 150]),
        write("Kidal|33|980|7", 24, [0, 95, 107, 155]),
        write("Mopti|5|101|88", 38, [0, 100, 107, 150]),
    ]
    assert len(find_columns(lines)) == 3


def test_spaces_between_words_of_labels_are_no_boundaries() -> None:
    """Blanks that happen to stand over one another in a label column are narrow everywhere."""
    lines = [
        write("North|bank|12|7", 10, [0, 28, 120, 160]),
        write("South|side|19|4", 24, [0, 28, 120, 160]),
    ]
    assert len(find_columns(lines)) == 3


def test_label_that_wraps_in_lower_case_is_one_row() -> None:
    """A second line without figures that goes on in lower case belongs to the row above."""
    lines = [
        write("Timbuktu|and|6|9", 10, [0, 45, 120, 160]),
        write("the|river", 22, [0, 20]),
        write("Mopti|72|33", 36, [0, 120, 160]),
        write("Kidal|27|29", 50, [0, 120, 160]),
    ]
    columns = find_columns([lines[0], lines[2], lines[3]])
    rows = group_rows([place_line(line, columns) for line in lines])
    assert [len(row) for row in rows] == [2, 1, 1]


def test_heading_of_a_section_stays_a_row() -> None:
    """A label that ends in a colon has a row of its own."""
    lines = [
        write("North:", 10, [0]),
        write("Gao|10|11", 24, [8, 120, 160]),
        write("Kidal|27|29", 38, [8, 120, 160]),
    ]
    columns = find_columns(lines[1:])
    rows = group_rows([place_line(line, columns) for line in lines])
    assert [len(row) for row in rows] == [1, 1, 1]


def test_dashes_are_one_ruling_and_neighbours_are_not() -> None:
    """Dots in a row make a ruling; two underlines with a blank between stay two."""
    dashes = [Stroke(100, x, x + 1) for x in range(0, 60, 3)]
    assert [(s.low, s.high) for s in join_strokes(dashes)] == [(0, 58)]
    assert len(join_strokes([Stroke(100, 0, 50), Stroke(100, 53, 110)])) == 2


@pytest.mark.parametrize("text", ["1 246", "(52)", "–", "3.4 %", "$ 12", "1,246.5", "n/a", "(X)"])
def test_figure_cells(text: str) -> None:
    """Numbers, missing figures and figures with a sign apart count as figures."""
    assert is_figure_cell(text)


@pytest.mark.parametrize("text", ["Gao", "Article 5", "19 killed", "m²", ""])
def test_words_are_no_figure_cells(text: str) -> None:
    """A number in words is a label."""
    assert not is_figure_cell(text)


@pytest.mark.parametrize("text", ["2019", "2008/09", "2019–20", "FY 2010", "1995"])
def test_years(text: str) -> None:
    """Years and spans of years head columns."""
    assert is_year(text)


LAYOUTS: dict[str, dict[str, str]] = {
    "ruled": {"cell": 'fo:border="0.5pt solid #000000"'},
    "rules": {"cell": 'fo:border-top="0.5pt solid #000000" fo:border-bottom="0.5pt solid #000000"'},
    "borderless": {},
    "zebra": {"odd": 'fo:background-color="#dde6ee"'},
    "landscape": {
        "page": 'fo:page-width="29.7cm" fo:page-height="21cm"',
        "cell": 'fo:border="0.5pt solid #000000"',
    },
    "two columns": {"columns": "2", "size": "7pt"},
}


def as_flat_odt(text: str, layout: dict[str, str]) -> str:
    """A report with tab-separated tables as a flat OpenDocument text."""
    size = layout.get("size", "9pt")
    parts: list[str] = []
    table: list[str] = []
    for line in [*text.split("\n"), ""]:
        if "\t" in line:
            style = "Odd" if len(table) % 2 else "Cell"
            cells = line.split("\t")
            table.append(
                "<table:table-row>"
                + "".join(
                    f'<table:table-cell table:style-name="{style}">'
                    f'<text:p text:style-name="{_style(cell, n, not table)}">'
                    f"{_spans(cell)}</text:p>"
                    "</table:table-cell>"
                    for n, cell in enumerate(cells)
                )
                + "</table:table-row>"
            )
            continue
        if table:
            width = table[0].count("<table:table-cell")
            column = f'<table:table-column table:number-columns-repeated="{width}"/>'
            parts.append(
                f'<table:table table:style-name="Whole">{column}{"".join(table)}</table:table>'
            )
            table = []
        if line.strip():
            style = "Head" if line.startswith("#") else "Body"
            parts.append(f'<text:p text:style-name="{style}">{_spans(line.lstrip("# "))}</text:p>')
    template = (HERE / "flat_odt_template.xml").read_text(encoding="utf-8")
    for name, value in {
        "PAGE": layout.get("page", 'fo:page-width="21cm" fo:page-height="29.7cm"'),
        "SIZE": size,
        "CELL": layout.get("cell", ""),
        "ODD": layout.get("odd", layout.get("cell", "")),
        "COLUMNS": layout.get("columns", "1"),
        "BODY": "\n".join(parts),
    }.items():
        template = template.replace(f"@{name}@", value)
    return template


def _style(cell: str, column: int, head: bool) -> str:
    return "Bold" if head or "<b>" in cell else "Number" if column else "Label"


def _spans(text: str) -> str:
    text = re.sub(r"\*\*|</?b>", "", text)
    text = text.replace("&", "&amp;")
    text = re.sub(r"<sup>(.{1,6}?)</sup>", r"{{\1}}", text)
    text = text.replace("<", "&lt;").replace(">", "&gt;")
    return text.replace("{{", '<text:span text:style-name="Raised">').replace("}}", "</text:span>")


def true_tables(text: str) -> list[list[list[str]]]:
    """The tab-separated tables of a report, without markup."""
    tables: list[list[list[str]]] = [[]]
    for line in text.split("\n"):
        if "\t" in line:
            tables[-1].append([re.sub("<[^>]+>", "", cell) for cell in line.split("\t")])
        elif tables[-1]:
            tables.append([])
    return [table for table in tables if table]


@pytest.fixture(scope="module")
def seed_pdfs(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Path], dict[str, Path]]:
    """Print a report to PDF in every layout, in one run of LibreOffice."""

    def print_all(seed: Path) -> dict[str, Path]:
        office = shutil.which("soffice")
        if office is None:
            pytest.skip("LibreOffice is not here: the report cannot be printed to PDF")
        fonts = subprocess.run(["fc-list", ":", "family"], capture_output=True, text=True)
        if "Liberation" not in fonts.stdout:
            pytest.skip("the Liberation fonts are not here: wider ones break words over lines")
        folder = tmp_path_factory.mktemp("seed")
        text = seed.read_text(encoding="utf-8")
        for name, layout in LAYOUTS.items():
            path = folder / f"{name.replace(' ', '_')}.fodt"
            path.write_text(as_flat_odt(text, layout), encoding="utf-8")
        profile = f"-env:UserInstallation=file://{folder}/profile"
        inputs = sorted(map(str, folder.glob("*.fodt")))
        command = [office, profile, "--headless", "--convert-to", "pdf", "--outdir", str(folder)]
        subprocess.run([*command, *inputs], check=True, capture_output=True, timeout=120)
        return {name: folder / f"{name.replace(' ', '_')}.pdf" for name in LAYOUTS}

    return print_all


def test_real_report_in_six_layouts(
    seed: Path, seed_pdfs: Callable[[Path], dict[str, Path]]
) -> None:
    """Both tables come back cell for cell, with their titles and the notes of their marks."""
    truth = true_tables(seed.read_text(encoding="utf-8"))
    for layout, path in seed_pdfs(seed).items():
        document = read_path(path)
        found = [[list(table.header), *table.rows] for table in document.tables]
        assert found == truth, layout
        assert [table.title[:8] for table in document.tables] == ["Table 1:", "Table 2:"], layout
        assert [note.mark for note in document.tables[0].notes] == ["5"], layout
