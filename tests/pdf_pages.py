"""Draws the small PDF files of the golden and nasty folders, each with one thing to get right.

    python tests/pdf_pages.py

rewrites them; the same bytes come out every time.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from reportlab.lib.pagesizes import A4
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

HERE = Path(__file__).parent
GOLDEN = HERE / "golden" / "readers"
NASTY = HERE / "nasty"
WIDTH, HEIGHT = A4

INCIDENTS = [
    ["Region", "2019", "2020", "2021", "2022"],
    ["Gao", "10", "11", "32", "6"],
    ["Kidal", "27", "29", "51", "16"],
    ["Timbuktu", "6", "9", "15", "7"],
    ["Mopti", "72", "33", "33", "35"],
    ["Totals", "115", "82", "131", "64"],
]
SENTENCES = (
    "Survey teams returned to the villages along the river once the floods had gone down and "
    "marked the tracks that traders use. Clearance is planned for the dry season; until then the "
    "roads stay closed to heavy vehicles. Residents reported devices near the wells and the market. "
)


class Pen:
    """A canvas with the few moves that tables and sentences need; y counts from the page's top."""

    def __init__(self, path: Path, encrypt: StandardEncryption | None = None) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.canvas = Canvas(str(path), pagesize=A4, invariant=True, encrypt=encrypt)

    def say(self, x: float, y: float, text: str, size: float = 9, font: str = "Helvetica") -> None:
        """Write text; `^5^` in it is raised."""
        for number, part in enumerate(text.split("^")):
            raised = number % 2 == 1
            self.canvas.setFont(font, 0.6 * size if raised else size)
            self.canvas.drawString(x, HEIGHT - y + (0.36 * size if raised else 0), part)
            x += stringWidth(part, font, 0.6 * size if raised else size)

    def right(
        self, x: float, y: float, text: str, size: float = 9, font: str = "Helvetica"
    ) -> None:
        """Write text that ends at `x`; a raised mark hangs over it."""
        plain = text.split("^")[0]
        self.say(x - stringWidth(plain, font, size), y, text, size, font)

    def line(self, x0: float, y0: float, x1: float, y1: float) -> None:
        self.canvas.setLineWidth(0.6)
        self.canvas.line(x0, HEIGHT - y0, x1, HEIGHT - y1)

    def sentences(self, x0: float, x1: float, y: float, text: str, size: float = 9.5) -> float:
        """Set justified text between x0 and x1; the y below it."""
        words, lines = text.split(), [[]]
        for word in words:
            if stringWidth(" ".join([*lines[-1], word]), "Times-Roman", size) > x1 - x0:
                lines.append([])
            lines[-1].append(word)
        for number, line in enumerate(lines):
            wide = sum(stringWidth(word, "Times-Roman", size) for word in line)
            gap = (x1 - x0 - wide) / max(len(line) - 1, 1)
            gap = stringWidth(" ", "Times-Roman", size) if number == len(lines) - 1 else gap
            x = x0
            for word in line:
                self.say(x, y, word, size, "Times-Roman")
                x += stringWidth(word, "Times-Roman", size) + gap
            y += 1.2 * size
        return y + 6

    def table(
        self,
        x: float,
        y: float,
        rows: Sequence[Sequence[str]],
        stub: float = 120,
        step: float = 60,
        pitch: float = 14,
    ) -> float:
        """Label column and columns set flush right; the y below."""
        for row in rows:
            self.say(x, y, row[0])
            for number, text in enumerate(row[1:], start=1):
                self.right(x + stub + step * number, y, text)
            y += pitch
        return y

    def save(self) -> None:
        self.canvas.showPage()
        self.canvas.save()


def ruled(pen: Pen) -> None:
    """Every cell ruled; a heading over two columns, one over two rows, a wrapped label."""
    pen.say(60, 80, "Table 1: Casualties by region^3^")
    xs, ys = [60, 180, 250, 320, 390], [90, 106, 122, 138, 164, 180]
    cells = [
        (0, 0, "Region"), (0, 1, "2021"), (0, 3, "2022"),
        (1, 1, "Killed"), (1, 2, "Injured"), (1, 3, "Killed"),
        (2, 0, "Gao"), (2, 1, "12"), (2, 2, "30"), (2, 3, "7^4^"),
        (3, 1, "5"), (3, 2, "–"), (3, 3, "1,246"),
        (4, 0, "Totals"), (4, 1, "17"), (4, 2, "30"), (4, 3, "1,253"),
    ]  # fmt: skip
    for row, column, text in cells:
        write = pen.say if column == 0 else pen.right
        write(xs[column] + 4 if column == 0 else xs[column + 1] - 12, ys[row] + 12, text)
    pen.say(64, 150, "Southern and central")
    pen.say(64, 161, "regions together")
    for y in ys:
        pen.line(180 if y == 106 else 60, y, 390, y)
    for x in xs:
        pen.line(x, 106 if x in (250,) else 90, x, 180)
    pen.say(60, 192, "^3^ As reported by hospitals.", 7.5)
    pen.say(60, 202, "^4^ Two of them in an unconfirmed incident.", 7.5)


def three_rules(pen: Pen) -> None:
    """Rulings above and below the header and at the end; French; sections; a spanning heading."""
    pen.say(60, 80, "Tableau 2. Superficies dépolluées, 2021-2022 (m²)")
    for y in (88, 120, 218):
        pen.line(60, y, 420, y)
    pen.line(190, 103, 300, 103)
    pen.line(310, 103, 420, 103)
    for x, text in ((245, "2021"), (365, "2022")):
        pen.say(x - 10, 99, text)
    pen.say(60, 116, "Opérateur")
    for x, text in ((240, "Dépollué"), (300, "Réduit"), (360, "Dépollué"), (420, "Réduit")):
        pen.right(x, 116, text)
    y = 132
    for row in (
        ["Zone nord"],
        ["  Équipe mobile du nord", "1 246", "312", "980", "–"],
        ["  Armée", "52", "7", "1 060", "4"],
        ["Zone sud"],
        ["  Association pour le déminage"],
        ["  et la réinsertion", "10 300,5", "88", "12", "6"],
        ["Ensemble", "11 598,5", "407", "2 052", "10"],
    ):
        pen.say(60 + 4 * (len(row[0]) - len(row[0].lstrip())), y, row[0].lstrip())
        for number, text in enumerate(row[1:]):
            pen.right(240 + 60 * number, y, text)
        y += 14
    pen.say(60, 230, "Source : rapports annuels des opérateurs.", 7.5)


def borderless(pen: Pen) -> None:
    """No ruling at all; years over figures; a label that wraps; sentences above and below."""
    y = pen.sentences(60, 530, 70, SENTENCES * 2)
    pen.say(60, y + 8, "Table 3. Incidents by region", font="Helvetica-Bold")
    rows = [
        *INCIDENTS[:3],
        ["Timbuktu and the districts along"],
        ["the river", "6", "9", "15", "7"],
    ]
    y = pen.table(60, y + 30, [*rows, *INCIDENTS[4:]], stub=160)
    pen.sentences(60, 530, y + 14, SENTENCES * 2)


def two_columns(pen: Pen) -> None:
    """A page in two columns; a table in the right one, its notes at the column's foot."""
    y = 70.0
    while y < 640:
        y = pen.sentences(50, 288, y, SENTENCES)
    y = pen.sentences(308, 546, 70, SENTENCES)
    pen.say(308, y + 6, "Table 4: Incidents by region^5^")
    y = pen.table(308, y + 24, INCIDENTS, stub=70, step=38)
    y += 14
    while y < 600:
        y = pen.sentences(308, 546, y, SENTENCES)
    pen.say(308, y + 8, "^5^ Figures of August 2023.", 7)


def sideways(pen: Pen) -> None:
    """A landscape table on a portrait page, written from below upwards."""
    pen.canvas.translate(WIDTH, 0)
    pen.canvas.rotate(90)
    pen.canvas.translate(0, WIDTH - HEIGHT)
    pen.say(80, 90, "Table 5: Incidents by region")
    y = pen.table(80, 112, INCIDENTS, stub=200, step=80)
    for at in (100, 117, y - 9):
        pen.line(76, at, 604, at)


def over_pages(pen: Pen) -> None:
    """A table over two pages with its header repeated, running headers and page numbers."""
    for page in (1, 2):
        pen.say(60, 40, "Mine action review, edition of 2023", 7)
        pen.right(530, 810, str(page + 6), 7)
        if page == 1:
            y = pen.sentences(60, 530, 70, SENTENCES * 9)
            y = max(y, 560)
            pen.say(60, y + 8, "Table 6: Incidents by district")
            y += 28
        else:
            y = 80.0
        top = y - 12
        districts = [f"District {n}" for n in range(14 * page - 13, 14 * page + 1)]
        rows = [["District", "2021", "2022"]]
        rows += [[name, str(3 * n + page), str(7 * n)] for n, name in enumerate(districts)]
        if page == 2:
            rows.append(["Totals", "588", "1,274"])
        y = pen.table(60, y, rows, stub=200, step=90)
        for at in (top, top + 16, y - 10):
            pen.line(56, at, 444, at)
        if page == 1:
            pen.canvas.showPage()
    pen.sentences(60, 530, y + 20, SENTENCES)


def carried_row(pen: Pen) -> None:
    """The totals of a table stand alone at the top of the next page."""
    y = pen.sentences(60, 530, 70, SENTENCES * 13)
    pen.say(60, y + 8, "Table 10: Incidents by region")
    y = max(y + 30, 790 - 14 * len(INCIDENTS))
    pen.table(60, y, INCIDENTS[:-1], stub=120, step=80)
    pen.canvas.showPage()
    pen.table(60, 70, INCIDENTS[-1:], stub=120, step=80)
    pen.sentences(60, 530, 110, SENTENCES * 3)


def not_tables(pen: Pen) -> None:
    """Contents with leaders, a list, a letterhead, a bar chart under its caption: no table."""
    y = 70.0
    for number, title in enumerate(("Summary", "Contamination", "Survey", "Clearance", "Outlook")):
        dots = "." * (90 - len(title))
        pen.say(60, y, f"{number + 1}. {title} {dots}", 9)
        pen.right(530, y, str(3 + 4 * number))
        y += 14
    for left, right in (
        ("Directorate of operations", "Telephone: 555 0100"),
        ("12 Harbour Street", "Reference: 2011/145"),
        ("1040 Old Town", "12 August 2023"),
    ):
        pen.say(60, y + 16, left)
        pen.say(380, y + 16, right)
        y += 12
    for number in range(4):
        pen.say(60, y + 34, "•")
        pen.say(75, y + 34, SENTENCES[: 60 + 9 * number])
        y += 13
    y = pen.sentences(60, 530, y + 50, SENTENCES * 2)
    pen.say(60, y + 10, "Figure 1: Incidents by year")
    for number, height in enumerate((40, 90, 70, 120, 55)):
        pen.canvas.setFillGray(0.6)
        pen.canvas.rect(100 + 50 * number, HEIGHT - y - 160, 30, height, stroke=0, fill=1)
        pen.canvas.setFillGray(0)
        pen.say(104 + 50 * number, y + 172, str(2018 + number))
        pen.say(107 + 50 * number, y + 156 - height, str(height))
    for step in range(4):
        pen.right(92, y + 163 - 40 * step, str(40 * step))
    pen.line(96, y + 160, 360, y + 160)
    pen.line(96, y + 20, 96, y + 160)


def side_by_side(pen: Pen) -> None:
    """Two tables abreast under captions of their own."""
    pen.say(60, 80, "Table 7: Killed")
    pen.say(320, 80, "Table 8: Injured")
    pen.table(60, 102, [row[:3] for row in INCIDENTS], stub=60, step=50)
    pen.table(320, 102, [[row[0], *row[3:]] for row in INCIDENTS], stub=60, step=50, pitch=16)


def leaders(pen: Pen) -> None:
    """Labels with rows of dots, vertical rulings between columns only, a count of missing marks."""
    pen.say(60, 80, "Table 9.—Land released by method, in thousands of square metres")
    for y in (88, 104, 190):
        pen.line(60, y, 420, y)
    for x in (240, 300, 360):
        pen.line(x, 88, x, 190)
    pen.say(100, 100, "Method")
    for x, text in ((296, "2020"), (356, "2021"), (416, "2022")):
        pen.right(x, 100, text)
    rows = [
        ["Total", "1,318", "2,040", "96"],
        ["Cancelled by survey", "1,246", "1,980", "–"],
        ["Reduced", "52", "(X)", "12"],
        ["Cleared^1^", "20", "60", "84"],
    ]
    for number, row in enumerate(rows):
        y = 122 + 18 * number
        pen.say(60, y, row[0])
        start = 64 + stringWidth(row[0].split("^")[0], "Helvetica", 9)
        pen.say(start + 4, y, " ." * int((232 - start) / 5))
        for column, text in enumerate(row[1:]):
            pen.right(296 + 60 * column, y, text)
    pen.say(60, 202, "– Represents zero. X Not applicable. ^1^ Manual and mechanical.", 7)


def scanned_page(pen: Pen) -> None:
    """The second page is a picture without text."""
    pen.sentences(60, 530, 70, SENTENCES)
    pen.table(60, 200, INCIDENTS)
    pen.canvas.showPage()
    _picture(pen)


def only_pictures(pen: Pen) -> None:
    _picture(pen)


def _picture(pen: Pen) -> None:
    from reportlab.lib.utils import ImageReader

    pixels = Path(__file__).parent / "nasty" / "pdf-pixels.png"
    pen.canvas.drawImage(ImageReader(str(pixels)), 0, 0, WIDTH, HEIGHT)


CASES: dict[str, Callable[[Pen], None]] = {
    "pdf-ruled": ruled,
    "pdf-three_rules": three_rules,
    "pdf-borderless": borderless,
    "pdf-two_columns": two_columns,
    "pdf-sideways": sideways,
    "pdf-over_pages": over_pages,
    "pdf-carried_row": carried_row,
    "pdf-not_tables": not_tables,
    "pdf-side_by_side": side_by_side,
    "pdf-leaders": leaders,
}
BAD: dict[str, tuple[Callable[[Pen], None], StandardEncryption | None]] = {
    "pdf-one-page-scanned.pdf": (scanned_page, None),
    "pdf-only-pictures.pdf": (only_pictures, None),
    "pdf-locked.pdf": (borderless, StandardEncryption("secret", "owner")),
    "pdf-locked-for-printing-only.pdf": (borderless, StandardEncryption("", "owner", canPrint=0)),
}


def main() -> None:
    for name, draw in CASES.items():
        pen = Pen(GOLDEN / name / "input.pdf")
        draw(pen)
        pen.save()
    for name, (draw, encrypt) in BAD.items():
        pen = Pen(NASTY / name, encrypt)
        draw(pen)
        pen.save()
    whole = (GOLDEN / "pdf-borderless" / "input.pdf").read_bytes()
    (NASTY / "pdf-cut-short.pdf").write_bytes(whole[: len(whole) // 3])
    (NASTY / "pdf-web-page-named-pdf.pdf").write_text("<html><body>Sign in</body></html>\n")
    (NASTY / "pdf-empty.pdf").write_bytes(b"")
    (NASTY / "pdf-header-only.pdf").write_bytes(b"%PDF-1.7\n")


if __name__ == "__main__":
    main()
