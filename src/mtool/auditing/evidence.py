"""Tables as evidence: what each row, column and title says."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from mtool.auditing.figures import FigureTable, read_figures
from mtool.auditing.labels import Label, Terms, join_labels, read_label
from mtool.auditing.sentences import tokenize
from mtool.auditing.terms import is_category, terms
from mtool.auditing.time_words import find_times, is_year_token, year_end
from mtool.auditing.total_readings import is_addend, levels
from mtool.auditing.totals import declared_totals
from mtool.model import Document

if TYPE_CHECKING:
    from mtool.areas import Areas

#: A table longer than this is a dataset, which no sentence summarises cell by cell.
LONGEST_TABLE = 2_000
_LONGEST_TITLE = 80


@dataclass(frozen=True)
class Evidence:
    """One table with its labels read. `context` are the terms of its title and label headers."""

    figures: FigureTable
    row_labels: tuple[Label, ...]
    column_labels: dict[int, Label]
    context: Terms
    years: frozenset[int]
    position: int

    @property
    def id(self) -> str:
        return self.figures.table.id

    @cached_property
    def total_rows(self) -> frozenset[int]:
        """Rows that total others: declared by a word, and trusted by the arithmetic."""
        found = {t.cell[0] for t in declared_totals(self.figures) if t.direction != "column"}
        return frozenset(found | {r for r, label in enumerate(self.row_labels) if label.total})

    @cached_property
    def total_columns(self) -> frozenset[int]:
        found = {t.cell[1] for t in declared_totals(self.figures) if t.direction == "column"}
        return frozenset(found | {c for c, label in self.column_labels.items() if label.total})

    @cached_property
    def body_rows(self) -> tuple[int, ...]:
        """The rows that are neither totals nor sections nor shares."""
        return tuple(
            r
            for r in range(len(self.row_labels))
            if r not in self.total_rows and is_addend(self.figures, r)
        )

    @cached_property
    def body_columns(self) -> tuple[int, ...]:
        return tuple(c for c in self.figures.added if c not in self.total_columns)

    @cached_property
    def vocabulary(self) -> Terms:
        """Every term of the table."""
        found = set(self.context)
        for label in (*self.row_labels, *self.column_labels.values()):
            found.update(*label.alternatives, label.included)
        return frozenset(found)

    @cached_property
    def sources(self) -> Terms:
        """The terms of its notes, which say whose figures they are."""
        return frozenset().union(*(terms(note.text) for note in self.figures.table.notes))

    @cached_property
    def names(self) -> Terms:
        """The terms of its proper names: areas, operators."""
        labels = (*self.row_labels, *self.column_labels.values())
        return frozenset(
            t for label in labels if label.is_name for a in label.alternatives for t in a
        )

    @cached_property
    def year_end(self) -> frozenset[int]:
        """The year at whose end the title says that things stood; empty for none, and several."""
        tokens = tokenize(self.figures.table.title)
        years = [(i, t) for i, t in enumerate(tokens) if is_year_token(t)]
        if len(years) != 1 or not year_end(tokens, years[0][0]):
            return frozenset()
        return frozenset({int(years[0][1].text)})

    @cached_property
    def all_years(self) -> frozenset[int]:
        found = set(self.years)
        for label in (*self.row_labels, *self.column_labels.values()):
            found.update(label.years)
        return frozenset(found)

    @cached_property
    def part_years(self) -> frozenset[int]:
        """Years of which the title names a part: `January–June 2023`."""
        mentions = find_times(tokenize(self.figures.table.title))
        return frozenset(y for m in mentions if m.shape == "part" for y in m.years)

    @cached_property
    def restricting(self) -> Terms:
        """Categories that the title imposes on every figure (`Women casualties`)."""
        return frozenset(t for t in self.context if is_category(t) and t not in _LOOSE)


_LOOSE = frozenset(
    {
        "killed",
        "injured",
        "managerial",
        "operational",
        "support",
        "national",
        "international",
        "cha",
        "sha",
    }
)


def read_evidence(document: Document, areas: Areas | None = None) -> list[Evidence]:
    """Read every table of a document, in order."""
    found = []
    for position, table in enumerate(document.tables):
        figures = read_figures(table)
        if len(figures.rows) <= LONGEST_TABLE and figures.numeric:
            found.append(_read(figures, position, areas))
    return found


def _read(figures: FigureTable, position: int, areas: Areas | None) -> Evidence:
    rows = []
    section = ""
    for r in range(len(figures.rows)):
        said = figures.labels(r)
        if figures.is_section(r):
            section = figures.label(r)
        labels = [read_label(text, areas) for text in said]
        rows.append(join_labels(labels, " / ".join(dict.fromkeys(said))))
    columns = {}
    for c in figures.numeric:
        header = figures.header(c)
        columns[c] = join_labels([read_label(level, areas) for level in levels(header)], header)
    columns = _told_apart(columns)
    context = terms(figures.table.title)
    for c in figures.label_columns:
        context |= terms(figures.header(c))
    del section
    rows = list(_told_apart(dict(enumerate(rows))).values())
    return Evidence(
        figures, tuple(rows), columns, context, _title_years(figures.table.title), position
    )


def _told_apart(labels: dict[int, Label]) -> dict[int, Label]:
    """A shortened name that is the full name of another column names that one only."""
    full = {c: label.alternatives[0] for c, label in labels.items() if label.alternatives}
    return {
        c: replace(
            label,
            alternatives=tuple(
                a
                for i, a in enumerate(label.alternatives)
                if not (i and any(a == other for d, other in full.items() if d != c))
            ),
        )
        for c, label in labels.items()
    }


def _title_years(title: str) -> frozenset[int]:
    years: set[int] = set()
    for mention in find_times(tokenize(title)):
        if mention.shape == "span":
            years.update(range(mention.years[0], mention.years[1] + 1))
        elif mention.shape in ("year", "until", "since"):
            years.update(mention.years)
    return frozenset(years)


def document_terms(document: Document) -> Terms:
    """Terms of the document's own title, first headings and captions: what it is about."""
    texts = [*_titles(document), *(table.title for table in document.tables)]
    return frozenset().union(*(terms(text) for text in texts))


def document_years(document: Document) -> frozenset[int]:
    """Years that the document's own title and first headings name."""
    return frozenset().union(*(_title_years(text) for text in _titles(document)))


def _titles(document: Document) -> list[str]:
    """The title, and opening paragraphs that are headings or look like one."""
    opening = [
        p.text
        for p in document.paragraphs[:3]
        if p.kind == "heading" or (len(p.text) <= _LONGEST_TITLE and p.text[-1:] not in ".!?;:")
    ]
    return [document.source.title, *opening]
