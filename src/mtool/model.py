"""The nouns of mtool: frozen values without input or output.

`Source` → `Document` (its `RawTable`s and its prose) → `Dataset` → `Report` of `Finding`s → `Artifact`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Sized
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    import pandas as pd

FindingClass = Literal["structure", "source", "note"]
Severity = Literal["error", "warning", "info"]
Verdict = Literal["contradicted", "supported", "unverifiable"]
Number = int | float
#: Who may see a column or get an export, from anybody to one's own organisation.
SHARING_LEVELS = ("public", "partners", "internal")


@dataclass(frozen=True, slots=True)
class Source:
    """A published document or feed, as its passport describes it.

    `published` is a date as printed, at the precision known (`2023`, `2023-11`, `2023-11-30`).
    `sharing` says who may get its rows: public (or empty), partners, internal, or restricted by
    its terms. `methodology` is how the publisher says that the figures came about.
    """

    id: str
    title: str = ""
    publisher: str = ""
    published: str = ""
    retrieved: str = ""
    language: str = ""
    url: str = ""
    licence: str = ""
    path: str = ""
    sha256: str = ""
    sharing: str = ""
    methodology: str = ""


def column_letters(number: int) -> str:
    """Spreadsheet letters of a 1-based column number: 1 → `A`, 27 → `AA`."""
    letters = ""
    while number > 0:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


@dataclass(frozen=True, slots=True)
class Locator:
    """Where something stands. Lines, pages, rows and columns are counted from 1.

    `line` is a physical line of a text file; `cell` an A1 address on `sheet`;
    `row` a row of the table as printed on its page, where there are no lines.
    """

    path: str | None = None
    table: str | None = None
    page: int | None = None
    sheet: str | None = None
    line: int | None = None
    cell: str | None = None
    row: int | None = None
    column: int | None = None

    def __str__(self) -> str:
        parts = [self.path] if self.path else []
        if self.table and not (self.line or self.cell or self.sheet):
            parts.append(f"table {self.table}")
        for name in ("sheet", "cell", "page", "line", "row", "column"):
            value = getattr(self, name)
            if value is not None and not (self.cell and name in ("row", "column", "line")):
                parts.append(f"{name} {value}")
        return ", ".join(parts)

    def as_json(self) -> dict[str, Any]:
        """Every part by name; null where the place has none."""
        return {name: getattr(self, name) for name in self.__slots__}

    def in_source(self) -> str:
        """The place without the file: `B4`, or `line 96, column 2`; the `source_cell` of a figure."""
        if self.cell:
            return f"{self.sheet}!{self.cell}" if self.sheet else self.cell
        return str(replace(self, path=None, table=None))


@dataclass(frozen=True, slots=True)
class Note:
    """A footnote or remark that belongs to a table. `mark` is empty for a remark without one."""

    mark: str
    text: str

    def __str__(self) -> str:
        return f"{self.mark} {self.text}".strip()


@dataclass(frozen=True, slots=True)
class Cell:
    """One printed cell of a table's grid; rows and columns counted from 0 within the table."""

    row: int
    column: int
    text: str
    rowspan: int = 1
    colspan: int = 1
    header: bool = False
    page: int | None = None
    marks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """One body row as printed, with footnote marks and markup taken out of its cells.

    `place` is the line of a text file, the row of a sheet, or the row on its page; from 1.
    `marks` are (column index from 0, footnote mark) pairs.
    """

    cells: tuple[str, ...]
    place: int
    page: int | None = None
    marks: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True, slots=True)
class FormMark:
    """What a data-entry form made by mtool says about itself, whatever became of its sheets.

    `version` is the hash of the schema that it was made for; `columns` maps each header to a column
    of that schema; `codes` maps, per column, the labels of its drop-down to codes. `example` begins
    every cell of the example row; `guide` is the first text of the sheet that explains the columns.
    `country` is empty for a form that asks for it.
    """

    schema: str
    version: str
    country: str
    language: str
    guide: str
    example: str
    columns: Mapping[str, str]
    codes: Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class RawTable:
    """A table as printed: strings only, nothing added, nothing corrected.

    `body` can be iterated again and again and need not be in memory.
    `header` joins the levels of a header of several rows with ` / `; merged cells repeat their value.
    `columns` are the physical column numbers (from 1) of each header cell, for cell addresses.
    `confidence` is 1 when nothing was guessed; `reasons` say what speaks for the reading.
    `form` is the mark of the data-entry form that the table was typed into; null for any other.
    """

    id: str
    header: tuple[str, ...]
    body: Iterable[Row]
    title: str = ""
    notes: tuple[Note, ...] = ()
    locator: Locator = Locator()
    columns: tuple[int, ...] = ()
    header_marks: tuple[tuple[int, str], ...] = ()
    printed: tuple[Cell, ...] = ()
    confidence: float = 1.0
    reasons: tuple[str, ...] = ()
    form: FormMark | None = None

    @property
    def rows(self) -> list[list[str]]:
        """Every body row, totals rows included, as lists of printed cells."""
        return [list(cells) for cells in self.cells()]

    def cells(self) -> Iterator[Sequence[str]]:
        """The cells of each body row in turn, none held; a long body may know a shorter way."""
        own = getattr(self.body, "cells", None)
        return own() if own else (row.cells for row in self.body)

    @property
    def row_count(self) -> int:
        """How many body rows there are; counted where the body does not know it."""
        return len(self.body) if isinstance(self.body, Sized) else sum(1 for _ in self.body)

    @property
    def grid(self) -> list[Cell]:
        """Every cell as printed, header rows included; made from header and body where not kept."""
        if self.printed:
            return list(self.printed)
        lines = [self.header, *(row.cells for row in self.body)]
        return [
            Cell(row=r, column=c, text=text, header=r == 0)
            for r, cells in enumerate(lines)
            for c, text in enumerate(cells)
        ]

    def locate(self, row: Row, column: int | None = None) -> Locator:
        """The place of one cell (`column` from 0) or of a whole row."""
        at = replace(self.locator, table=self.id, page=row.page or self.locator.page)
        number = None
        if column is not None:
            number = self.columns[column] if column < len(self.columns) else column + 1
        if at.sheet is not None:
            address = f"{column_letters(number)}{row.place}" if number else None
            return replace(at, cell=address, row=row.place, column=number)
        if at.line is not None:
            return replace(at, line=row.place, column=number)
        return replace(at, row=row.place, column=number)


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A block of prose in reading order, with footnote marks and markup taken out.

    A sentence broken by a page or a footnote is one paragraph where the reader can tell.
    """

    text: str
    locator: Locator
    kind: Literal["heading", "prose", "note", "caption"] = "prose"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something a person should know about a figure, a table or a sentence.

    `structure`: mtool cannot trust its own reading. `source`: the source contradicts itself.
    `note`: anything else. `stated`, `computed` and `difference` are in the printed unit.
    `difference` is stated minus computed; null where there is nothing to compare.
    """

    rule: str
    class_: FindingClass
    severity: Severity
    message: str
    locator: Locator = Locator()
    verdict: Verdict | None = None
    acknowledged: bool = False
    quote: str | None = None
    stated: Number | None = None
    computed: Number | None = None
    difference: Number | None = None
    value: str | None = None
    suggestion: str | None = None

    def as_json(self) -> dict[str, Any]:
        """The stable JSON form of a finding."""
        return {
            "rule": self.rule,
            "class": self.class_,
            "severity": self.severity,
            "acknowledged": self.acknowledged,
            "verdict": self.verdict,
            "message": self.message,
            "locator": self.locator.as_json(),
            "quote": self.quote,
            "stated": self.stated,
            "computed": self.computed,
            "difference": self.difference,
            "value": self.value,
            "suggestion": self.suggestion,
        }


@dataclass(frozen=True, slots=True)
class Document:
    """What a reader found in one source: its tables, its prose, and what it was unsure of."""

    source: Source
    media_type: str
    tables: tuple[RawTable, ...] = ()
    paragraphs: tuple[Paragraph, ...] = ()
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class ControlTotal:
    """A total that the source printed, set aside: an assertion about rows, never a row.

    `addends` are the printed places and values it claims to sum; a null value was not a number.
    """

    label: str
    column: str
    stated: Number | None
    addends: tuple[tuple[Locator, Number | None], ...]
    locator: Locator
    tolerance: float = 0.0


@dataclass(frozen=True, slots=True)
class Dataset:
    """All tidy rows of one schema: a typed frame with provenance columns, and what was set aside."""

    schema: str
    frame: pd.DataFrame
    control_totals: tuple[ControlTotal, ...] = ()


@dataclass(frozen=True, slots=True)
class Checked:
    """How much a report looked at. A report that looked at nothing is a failure, not a pass."""

    tables: int = 0
    rows: int = 0
    checks: int = 0
    control_totals: int = 0
    parts: int = 0
    claims: int = 0

    def __add__(self, other: Checked) -> Checked:
        mine, theirs = asdict(self), asdict(other)
        return Checked(**{name: mine[name] + theirs[name] for name in mine})


@dataclass(frozen=True, slots=True)
class Report:
    """An ordered tuple of findings and how much was looked at."""

    findings: tuple[Finding, ...] = ()
    checked: Checked = field(default_factory=Checked)

    def __iter__(self) -> Iterator[Finding]:
        return iter(self.findings)

    def __add__(self, other: Report) -> Report:
        return Report(self.findings + other.findings, self.checked + other.checked)

    @property
    def valid(self) -> bool:
        """True when no structure or source finding is left unacknowledged."""
        return not self.failed("source")

    def failed(self, fail_on: str) -> bool:
        """True when a finding counts: `structure`, `source` (both), `warning` (all), `never`."""
        classes = {"structure": ("structure",), "never": ()}.get(fail_on, ("structure", "source"))
        return any(
            (f.class_ in classes and f.severity == "error")
            or (fail_on == "warning" and f.severity == "warning")
            for f in self.findings
            if not f.acknowledged
        )


@dataclass(frozen=True, slots=True)
class Artifact:
    """A file in `data/clean`, and what it was made from."""

    path: str
    sha256: str
    rows: int
    schema: str
    sources: tuple[str, ...] = ()


def parse_place(source_cell: str) -> Locator:
    """Read a place written by `Locator.in_source` back: `Data!B4`, `line 96, column 2`."""
    names = ("page", "line", "row", "column")
    fields: dict[str, Any] = {}
    for part in source_cell.split(", "):
        name, _, number = part.rpartition(" ")
        if name in names and number.isdigit():
            fields[name] = int(number)
    if fields:
        return Locator(**fields)
    sheet, _, cell = source_cell.rpartition("!")
    return Locator(sheet=sheet or None, cell=cell or None)
