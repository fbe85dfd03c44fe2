"""Layouts that report generators and statistical offices print, drawn here stroke by stroke."""

from __future__ import annotations

from pathlib import Path

import pytest

from mtool.model import Document, RawTable, Source
from mtool.readers import ReadOptions
from mtool.readers.pdf import read

pytest.importorskip("pypdfium2")


def text(x: float, y: float, words: str, size: float = 10) -> str:
    """Words that begin at `x`, on a baseline `y` points above the page's foot."""
    return f"BT /F1 {size} Tf 1 0 0 1 {x} {y} Tm ({words}) Tj ET"


def line(x0: float, y0: float, x1: float, y1: float) -> str:
    """A thin straight stroke."""
    return f"0.7 w {x0} {y0} m {x1} {y1} l S"


def row(y: float, starts: list[float], cells: list[str]) -> list[str]:
    """Cells on one baseline, each from its own start; empty ones left out."""
    return [text(x, y, cell) for x, cell in zip(starts, cells, strict=True) if cell]


def read_pages(folder: Path, *pages: list[str]) -> Document:
    """Write pages of drawing operators as a PDF and read it."""
    kids = " ".join(f"{4 + 2 * n} 0 R" for n in range(len(pages)))
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    for number, page in enumerate(pages):
        stream = "\n".join(page)
        objects.append(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] "
            f"/Resources << /Font << /F1 3 0 R >> >> /Contents {5 + 2 * number} 0 R >>"
        )
        objects.append(f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream")
    body, places = "%PDF-1.4\n", []
    for number, content in enumerate(objects, start=1):
        places.append(len(body))
        body += f"{number} 0 obj\n{content}\nendobj\n"
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    start = len(body)
    body += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}"
    body += f"trailer << /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n"
    path = folder / "drawn.pdf"
    path.write_bytes(body.encode("latin-1"))
    return read(path, Source("s"), ReadOptions())


def rows_of(table: RawTable) -> list[list[str]]:
    """Header and body as printed."""
    return [list(table.header), *(list(found.cells) for found in table.body)]


STARTS = [72.0, 250.0, 350.0, 450.0]
HEAD = ["Region", "2008", "2009", "2010"]


def figures(y: float, label: str, first: int) -> list[str]:
    return row(y, STARTS, [label, *(f"{first + n:,}" for n in range(3))])


def test_font_size_below_zero_reads_upright(tmp_path: Path) -> None:
    """Text turned by half and drawn with a negative size stands upright, so it is read so."""

    def turned(x: float, y: float, words: str) -> str:
        return f"BT /F1 -10 Tf -1 0 0 -1 {x} {y} Tm ({words}) Tj ET"

    page = [
        turned(x, 700 - 14 * n, cell)
        for n, cells in enumerate((HEAD, ["North", "120", "130", "140"], ["South", "7", "8", "9"]))
        for x, cell in zip(STARTS, cells, strict=True)
    ]
    (table,) = read_pages(tmp_path, page).tables
    assert rows_of(table) == [HEAD, ["North", "120", "130", "140"], ["South", "7", "8", "9"]]


def test_rows_at_the_foot_of_two_pages_are_no_footer(tmp_path: Path) -> None:
    """The last rows of two pages look alike but for their digits: they belong to the tables."""
    pages = [
        [
            *row(760, STARTS, HEAD),
            line(72, 754, 500, 754),
            *(d for n in range(30) for d in figures(740 - 23 * n, f"Area {n + 1}", 1000 * p + n)),
            *figures(46, "Total", 5000 * p),
        ]
        for p in (1, 2)
    ]
    tables = read_pages(tmp_path, *pages).tables
    totals = [found for table in tables for found in rows_of(table) if found[0] == "Total"]
    heads = [list(table.header) for table in tables]
    assert totals == [["Total", "5,000", "5,001", "5,002"], ["Total", "10,000", "10,001", "10,002"]]
    assert heads[0] == HEAD


def test_line_chart_in_a_frame_is_no_table(tmp_path: Path) -> None:
    """A frame, grid lines and figures along two axes are a chart where broken lines cross them."""
    page = [line(80, y, 500, y) for y in range(500, 701, 40)]
    page += [line(80, 500, 80, 700), line(500, 500, 500, 700)]
    page += [text(86, y - 3, str(y - 500)) for y in range(500, 700, 40)]
    page += [text(110 + 18 * n, 506, str(n + 1), 8) for n in range(21)]
    page += [text(240, 706, "Deaths by day and year", 12), line(80, 470, 500, 470)]
    page += [line(80, 470, 80, 730), line(500, 470, 500, 730), line(80, 730, 500, 730)]
    page += row(484, [180, 250, 320, 390], ["2015", "2016", "2017", "2018"])
    for start in (560, 600):
        page += [
            line(110 + 30 * n, start + 17 * (n % 3), 140 + 30 * n, start + 17 * ((n + 1) % 3))
            for n in range(12)
        ]
    assert read_pages(tmp_path, page).tables == ()


def test_labels_left_of_rulings_under_amounts_belong_to_the_accounts(tmp_path: Path) -> None:
    """Accounts rule off the amounts alone; their labels are the first column all the same."""
    starts = [72.0, 350.0, 450.0]
    page = [*row(700, starts, ["", "2011", "2010"]), line(330, 696, 490, 696)]
    for n, label in enumerate(("Salaries", "Rent", "Supplies", "Travel")):
        page += row(684 - 14 * n, starts, [label, f"{n + 1},250", f"{n + 2},750"])
    page += [line(330, 638, 490, 638), *row(628, starts, ["Net cost", "11,000", "15,000"])]
    page += [line(330, 624, 490, 624)]
    (table,) = read_pages(tmp_path, page).tables
    assert rows_of(table)[1] == ["Salaries", "1,250", "2,750"]
    assert rows_of(table)[-1] == ["Net cost", "11,000", "15,000"]


def test_number_at_the_end_of_a_label_stays_with_it(tmp_path: Path) -> None:
    """`Congressional District 2` reaches over the next column, and is one cell."""
    starts = [72.0, 168.0, 300.0, 400.0]
    page = [
        *row(700, starts, ["District", "Precincts", "Voters", "Total"]),
        line(72, 695, 460, 695),
    ]
    y = 680.0
    for number in (1, 2, 3):
        page.append(text(72, y, f"Congressional District {number}"))
        for n, name in enumerate(("Apache", "Pima")):
            page += row(y - 14 * (n + 1), starts, [name, f"{44 + n}", f"{300 + n}", f"{700 + n}"])
        y -= 46
    (table,) = read_pages(tmp_path, page).tables
    assert [found[0] for found in rows_of(table) if found[0].startswith("Congressional")] == [
        "Congressional District 1",
        "Congressional District 2",
        "Congressional District 3",
    ]


def test_words_in_columns_are_a_table_below_a_caption_only(tmp_path: Path) -> None:
    """Three flush columns of words without rulings: a table where a caption says so."""
    starts = [72.0, 200.0, 330.0]
    words = [["Name", "Position", "Country"], ["Novak", "Chair", "Slovenia"]]
    words += [["Larsen", "Secretary", "Denmark"], ["Rossi", "Member", "Italy"]]
    page = [d for n, cells in enumerate(words) for d in row(680 - 14 * n, starts, cells)]
    assert read_pages(tmp_path, page).tables == ()
    (table,) = read_pages(tmp_path, [text(72, 700, "Table 5. Members of the board"), *page]).tables
    assert rows_of(table) == words


def test_underlined_headings_frame_nothing(tmp_path: Path) -> None:
    """Headings underlined to one width have prose between them, not a table."""
    sentence = "The office went on with the work that the board had approved for the year in May"
    page = []
    for y, heading in ((700, "Regional office 1"), (560, "Regional office 2")):
        page += [text(72, y, heading), line(72, y - 2, 152, y - 2), text(72, y - 16, sentence)]
        page += [
            d
            for n in range(6)
            for d in row(y - 40 - 13 * n, [72, 122, 200], [f"K{n}", f"70{n}", "skip if ready"])
        ]
    found = [cell for table in read_pages(tmp_path, page).tables for cell in rows_of(table)]
    assert found.count(["K5", "705", "skip if ready"]) == 2


def test_label_that_wraps_over_three_lines_is_one_row(tmp_path: Path) -> None:
    """Lines of a label as long as sentences stay in their row, with the figures of its first."""
    starts = [72.0, 350.0, 450.0]
    long = (
        "Vocational training and information actions, with",
        "diffusion of scientific knowledge and innovative",
        "practices for persons engaged in the sectors",
    )
    page = row(700, starts, ["Measure", "Number", "Amount"])
    page += row(684, starts, [long[0], "8,007", "722,310"])
    page += [text(72, 672, long[1]), text(72, 660, long[2])]
    for n, label in enumerate(("Setting up", "Use of advice", "Early retirement")):
        page += row(646 - 14 * n, starts, [label, f"{n + 1},858", f"{n + 2}87,357"])
    (table,) = read_pages(tmp_path, page).tables
    assert rows_of(table)[1] == [" ".join(long), "8,007", "722,310"]
    assert len(table.body) == 4
