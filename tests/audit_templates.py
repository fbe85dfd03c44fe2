"""Random tables and sentences of known truth, English and French, for property tests."""

from __future__ import annotations

import random
from dataclasses import dataclass

from mtool.model import Document, Locator, Paragraph, RawTable, Row, Source

NAMES = ("Adra", "Bokin", "Chari", "Dosso", "Ferlo", "Kerala", "Luba", "Mandara", "Sanaga", "Zinga")


@dataclass(frozen=True)
class Statement:
    """A sentence and whether the table bears it out."""

    text: str
    true: bool


@dataclass(frozen=True)
class Grid:
    """Figures by name and year, and the words they are counted in."""

    names: tuple[str, ...]
    years: tuple[int, ...]
    values: dict[tuple[str, int], int]

    def total(self, year: int) -> int:
        return sum(self.values[name, year] for name in self.names)

    def table(self, language: str) -> RawTable:
        """The grid as a printed table with a totals row."""
        noun = "Incidents by region" if language == "en" else "Incidents par région"
        head = "Region" if language == "en" else "Région"
        rows = [
            Row((name, *(str(self.values[name, y]) for y in self.years)), place)
            for place, name in enumerate(self.names, 2)
        ]
        totals = ("Total", *(str(self.total(y)) for y in self.years))
        rows.append(Row(totals, len(self.names) + 2))
        header = (head, *map(str, self.years))
        return RawTable("t1", header, tuple(rows), f"Table 1: {noun}", locator=Locator(line=1))


def random_grid(rng: random.Random) -> Grid:
    """Three to six regions over three to five years."""
    names = tuple(rng.sample(NAMES, rng.randint(3, 6)))
    first = rng.randint(2005, 2018)
    years = tuple(range(first, first + rng.randint(3, 5)))
    values = {
        (n, y): rng.choice((0, rng.randint(1, 40), rng.randint(1, 400)))
        for n in names
        for y in years
    }
    return Grid(names, years, values)


def _value(grid: Grid, rng: random.Random, language: str, true: bool) -> str:
    name, year = rng.choice(grid.names), rng.choice(grid.years)
    value = grid.values[name, year] + (0 if true else rng.randint(1, 30))
    if not true and value == grid.total(year):
        value += 1
    if language == "en":
        return rng.choice(
            (
                f"{name} recorded {value} incidents in {year}.",
                f"In {year}, {value} incidents were recorded in {name}.",
                f"In {name}, {value} incidents took place in {year}.",
            )
        )
    return rng.choice(
        (
            f"{name} a enregistré {value} incidents en {year}.",
            f"En {year}, {value} incidents ont été recensés à {name}.",
            f"À {name}, {value} incidents ont été signalés en {year}.",
        )
    )


def _total(grid: Grid, rng: random.Random, language: str, true: bool) -> str:
    year = rng.choice(grid.years)
    value = grid.total(year) + (0 if true else rng.randint(1, 30))
    if language == "en":
        return f"In {year}, a total of {value} incidents were recorded."
    return f"En {year}, {value} incidents ont été enregistrés au total."


def _change(grid: Grid, rng: random.Random, language: str, true: bool) -> str | None:
    at = rng.randrange(len(grid.years) - 1)
    before, after = grid.total(grid.years[at]), grid.total(grid.years[at + 1])
    if before == 0 or before == after:
        return None
    percent = round(abs(after - before) / before * 100) + (0 if true else rng.randint(3, 20))
    if percent == 0:
        return None
    up = after > before
    if language == "en":
        verb = "rose" if up else "fell"
        return f"The number of incidents {verb} by {percent}% from {grid.years[at]} to {grid.years[at + 1]}."
    verb = "augmenté" if up else "diminué"
    return f"Le nombre d'incidents a {verb} de {percent} % entre {grid.years[at]} et {grid.years[at + 1]}."


def _trend(grid: Grid, rng: random.Random, language: str, true: bool) -> str | None:
    name, at = rng.choice(grid.names), rng.randrange(len(grid.years) - 1)
    before = grid.values[name, grid.years[at]]
    after = grid.values[name, grid.years[at + 1]]
    if before == after:
        return None
    up = (after > before) == true
    if language == "en":
        verb = "increased" if up else "declined"
        return f"Incidents in {name} {verb} between {grid.years[at]} and {grid.years[at + 1]}."
    verb = "augmenté" if up else "baissé"
    return (
        f"Le nombre d'incidents à {name} a {verb} entre {grid.years[at]} et {grid.years[at + 1]}."
    )


def _share(grid: Grid, rng: random.Random, language: str, true: bool) -> str | None:
    name, year = rng.choice(grid.names), rng.choice(grid.years)
    whole = grid.total(year)
    if not whole:
        return None
    percent = round(grid.values[name, year] / whole * 100)
    percent += 0 if true else rng.choice((-1, 1)) * rng.randint(2, 20)
    if not 0 < percent < 100:
        return None
    if language == "en":
        return f"{name} accounted for {percent}% of all incidents in {year}."
    return f"{name} représente {percent} % des incidents de {year}."


def _ranking(grid: Grid, rng: random.Random, language: str, true: bool) -> str | None:
    year = rng.choice(grid.years)
    ordered = sorted(grid.names, key=lambda n: -grid.values[n, year])
    if grid.values[ordered[0], year] == grid.values[ordered[1], year]:
        return None
    name = ordered[0] if true else rng.choice(ordered[1:])
    if language == "en":
        return f"{name} was the most affected region in {year}."
    return f"La région la plus touchée en {year} est {name}."


def _absence(grid: Grid, rng: random.Random, language: str, true: bool) -> str | None:
    cells = [cell for cell, value in grid.values.items() if (value == 0) == true]
    if not cells:
        return None
    name, year = rng.choice(cells)
    if language == "en":
        return f"No incidents were recorded in {name} in {year}."
    return f"Aucun incident n'a été enregistré à {name} en {year}."


TEMPLATES = (_value, _total, _change, _trend, _share, _ranking, _absence)


def random_statements(
    grid: Grid, rng: random.Random, language: str, number: int
) -> list[Statement]:
    """`number` statements about a grid, about half of them true."""
    found: list[Statement] = []
    while len(found) < number:
        true = rng.random() < 0.5
        text = rng.choice(TEMPLATES)(grid, rng, language, true)
        if text is not None:
            found.append(Statement(text, true))
    return found


def as_document(grid: Grid, statements: list[Statement], language: str) -> Document:
    """One paragraph (and line) for each statement."""
    paragraphs = tuple(
        Paragraph(s.text, Locator(line=line)) for line, s in enumerate(statements, 100)
    )
    return Document(
        Source("made", language=language), "text/plain", (grid.table(language),), paragraphs
    )
