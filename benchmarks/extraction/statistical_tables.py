"""Tables as statistical offices print them: labels, figures, headers of several levels, notes.

The same seed always gives the same table.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

from truth import TrueCell, TrueTable, sentence

AREAS = {
    "en": "North Shore|Upper Valley|Lakeland|Western Highlands|Capital District|Harbour Counties|"
    "East Plain and Islands|Southern Border Region|River Delta|Old Town|Mount Alder|New Ferry|"
    "Greenfield and Surrounding Municipalities|Port Regis|Saltmarsh",
    "fr": "Rive nord|Haute vallée|Pays des lacs|Hautes terres de l’Ouest|District de la capitale|"
    "Comtés du port|Plaine de l’Est et îles|Région frontalière du Sud|Delta du fleuve|"
    "Vieille ville|Mont d’Aulne|Nouveau bac|Champ vert et communes voisines|Port royal|"
    "Marais salant",
}
TOPICS = {
    "en": "Agriculture, forestry and fishing|Mining and quarrying|Manufacturing of food products, "
    "beverages and tobacco|Electricity, gas, steam and air conditioning supply|Construction|"
    "Wholesale and retail trade; repair of motor vehicles and motorcycles|Transport and storage|"
    "Accommodation and food service activities|Information and communication|Financial and "
    "insurance activities|Real estate activities|Public administration and defence; compulsory "
    "social security|Education|Human health and social work activities|Other services|Clearance of "
    "contaminated land|Risk education sessions held|Persons killed or injured by explosive "
    "remnants",
    "fr": "Agriculture, sylviculture et pêche|Industries extractives|Fabrication de denrées "
    "alimentaires, de boissons et de produits à base de tabac|Production et distribution "
    "d’électricité|Construction|Commerce; réparation d’automobiles et de motocycles|Transports et "
    "entreposage|Hébergement et restauration|Information et communication|Activités financières et "
    "d’assurance|Activités immobilières|Administration publique et défense; sécurité sociale "
    "obligatoire|Enseignement|Santé humaine et action sociale|Autres services|Dépollution de "
    "terrains contaminés|Séances d’éducation aux risques",
}
POLICY = [
    "Provide training to staff of local authorities before the end of the programme period.",
    "Survey the areas listed in the annex and report results to the national committee.",
    "No action needed.",
    "Adopt the revised standard and repeal earlier instructions that contradict it.",
    "Under way; a second phase is planned once funds have been secured from partners.",
    "Completed",
    "Ministry of the Interior",
    "Regional councils, with support from two non-governmental organisations",
    "High",
    "Medium",
    "Mark hazardous land and inform the residents of nearby villages each year.",
]


@dataclass(frozen=True)
class Figures:
    """How a table prints its numbers."""

    thousands: str
    decimal: str
    decimals: int
    largest: int
    missing: tuple[str, ...]
    dollar: bool = False
    negatives: bool = False

    def one(self, rng: random.Random, first: bool) -> str:
        if rng.random() < 0.06 and self.missing:
            return rng.choice(self.missing)
        value = self.largest * rng.random() ** 3
        text = f"{value:,.{self.decimals}f}".replace(",", "\0").replace(".", self.decimal)
        text = text.replace("\0", self.thousands)
        if self.negatives and rng.random() < 0.12:
            text = rng.choice((f"-{text}", f"({text})"))
        return f"$ {text}" if self.dollar and first else text


def some_figures(rng: random.Random) -> Figures:
    thousands, decimal = rng.choice(((",", "."), (" ", ","), (".", ","), (",", "."), ("", ".")))
    return Figures(
        thousands,
        decimal,
        rng.choice((0, 0, 1, 1, 2)),
        rng.choice((90, 900, 9_000, 400_000, 12_000_000)),
        rng.choice((("–",), ("-",), ("..",), (":",), ("n/a", "–"), ("(X)", "–"), ())),
        dollar=rng.random() < 0.08 and thousands == ",",
        negatives=rng.random() < 0.15,
    )


def statistical_table(rng: random.Random, lang: str = "en", columns: int = 0) -> TrueTable:
    """Label column and figures under a header of one to three levels; sections, totals, notes."""
    width = columns or rng.randint(2, 9)
    header, height = _header(rng, lang, width)
    cells = list(header)
    figures = some_figures(rng)
    table = TrueTable(cells, height, width + 1, height)
    table.title = _title(rng, lang)
    pool = _labels(rng, lang)
    if rng.random() < 0.25:
        _add_row(table, rng, "Total", figures, total=True)
    every = rng.randint(3, 6) if rng.random() < 0.3 else 0
    spaced = not every and rng.random() < 0.12
    words = _word_columns(rng, table)
    for index, label in enumerate(pool):
        if every and index % every == 0:
            _add_section(table, rng, lang)
        if spaced and index and index % 5 == 0:
            table.spaced.add(table.rows)
        note = rng.choice("123abc*") if rng.random() < 0.05 else ""
        _add_row(table, rng, label, figures, note=note, indent=1 if every else 0, words=words)
    if rng.random() < 0.5:
        _add_row(table, rng, "Total" if lang == "en" else "Ensemble", figures, total=True)
    table.notes = _notes(rng, lang)
    return table


def _labels(rng: random.Random, lang: str) -> list[str]:
    """The label column: topics or areas; years, months or ages; codes with names."""
    kind = rng.random()
    count = rng.randint(4, 14)
    if kind < 0.1:
        first = rng.randint(1985, 2000)
        return [str(first + i) for i in range(count)]
    if kind < 0.15:
        first = rng.randint(1985, 2000)
        return [f"{first + i}–{(first + i + 1) % 100:02}" for i in range(count)]
    if kind < 0.22:
        return [
            "Under 15",
            *[f"{a}–{a + 4}" for a in range(15, 15 + 5 * (count - 2), 5)],
            "65 and over",
        ]
    source = (TOPICS if rng.random() < 0.5 else AREAS)[lang].split("|")
    labels = rng.sample(source, k=min(len(source), count))
    if kind < 0.32:
        return [f"{chr(65 + i)}{rng.randint(1, 99):02} {label}" for i, label in enumerate(labels)]
    return labels


def _word_columns(rng: random.Random, table: TrueTable) -> dict[int, tuple[str, ...]]:
    """Now and then a column of words among the figures."""
    if table.columns < 4 or table.header_rows > 1 or rng.random() > 0.12:
        return {}
    table.words[rng.randint(1, 2)] = rng.choice(
        (("Open", "Closed", "Under review"), ("Army", "Red Cross", "Joint team 4", "Police"))
    )
    return table.words


def _title(rng: random.Random, lang: str) -> str:
    number = f"{rng.randint(1, 9)}" + (f".{rng.randint(1, 9)}" if rng.random() < 0.4 else "")
    if lang == "fr":
        return f"Tableau {number}. Résultats du programme par région et par année, 2009-2014"
    return rng.choice(("Table", "TABLE", "Table")) + (
        f" {number}{rng.choice((':', '.', ' –'))} Results of the programme by region and year"
    )


def _notes(rng: random.Random, lang: str) -> list[str]:
    notes = []
    if rng.random() < 0.4:
        notes.append("1 " + sentence(rng, rng.randint(6, 18)))
    if rng.random() < 0.6:
        source = "National statistical office, annual survey."
        notes.append(
            f"Source: {source}" if lang == "en" else "Source : Office national, enquête annuelle."
        )
    return notes


def _header(rng: random.Random, lang: str, width: int) -> tuple[list[TrueCell], int]:
    corner = (
        rng.choice(("Region", "Item", "Indicator", "", "Offence charged"))
        if lang == "en"
        else "Région"
    )
    first = rng.randint(1990, 2012)
    kind = rng.random()
    if width >= 4 and kind < 0.45:
        return _grouped_header(rng, corner, width, first)
    if kind < 0.65:
        labels = [str(first + i) for i in range(width)]
    else:
        names = (
            "Total|Number of persons|Area cleared (m²)|Share of total|Value added at basic prices|"
            "Under 18 years|18 years and over|Change from previous year|Budget|Men|Women|Killed|"
            "Injured"
        )
        words = names.split("|")
        labels = rng.sample(words, k=min(width, len(words)))
    cells = [TrueCell(0, 0, corner, header=True)] if corner else []
    cells += [TrueCell(0, i + 1, text, header=True) for i, text in enumerate(labels)]
    if rng.random() < 0.1:
        units = rng.choices(("%", "(thousands)", "€ million", "(ha)", "km²"), k=width)
        cells += [TrueCell(1, i + 1, unit, header=True) for i, unit in enumerate(units)]
        return cells, 2
    if rng.random() < 0.12 and kind >= 0.65:
        cells += [TrueCell(1, i + 1, f"({i + 1})", header=True) for i in range(width)]
        return cells, 2
    return cells, 1


def _grouped_header(
    rng: random.Random, corner: str, width: int, first: int
) -> tuple[list[TrueCell], int]:
    """Groups of equal size under spanning labels; one more level over all in wide tables."""
    size = rng.choice([s for s in (2, 3, 4) if width >= 2 * s] or [2])
    groups = width // size
    top = 1 if width >= 6 and rng.random() < 0.3 else 0
    names = rng.sample(
        ["Total", "Male", "Female", "Imports", "Exports", "Urban", "Rural", "Public"], k=groups
    )
    depth = top + 2
    cells = [TrueCell(0, 0, corner, depth, 1, True)] if corner else []
    if top:
        cells.append(TrueCell(0, 1, "Thousands of persons", 1, groups * size, True))
    leaves = [str(first + i) for i in range(size)]
    if rng.random() < 0.5:
        leaves = rng.sample(["Number", "Percent", "Rate", "Change", "Average cost"], k=size)
    for g in range(groups):
        cells.append(TrueCell(top, 1 + g * size, names[g], 1, size, True))
        for i in range(size):
            cells.append(TrueCell(top + 1, 1 + g * size + i, leaves[i], 1, 1, True))
    for extra in range(groups * size, width):
        cells.append(TrueCell(0, extra + 1, "Balance", depth, 1, True))
    return cells, depth


def _add_row(
    table: TrueTable,
    rng: random.Random,
    label: str,
    figures: Figures,
    *,
    note: str = "",
    indent: int = 0,
    total: bool = False,
    words: dict[int, tuple[str, ...]] | None = None,
) -> None:
    row = table.rows
    table.cells.append(TrueCell(row, 0, label, note=note))
    first = row == table.header_rows
    for column in range(1, table.columns):
        if rng.random() < 0.02:
            continue
        mark = rng.choice("12*") if rng.random() < 0.012 else ""
        choice = (words or {}).get(column)
        text = rng.choice(choice) if choice else figures.one(rng, first)
        table.cells.append(TrueCell(row, column, text, note=mark))
    if indent:
        table.indents[row] = indent
    if total:
        table.totals.add(row)
    table.rows += 1


def _add_section(table: TrueTable, rng: random.Random, lang: str) -> None:
    names = ["Northern area", "Southern area", "Public sector", "Private sector", "Other"]
    if lang == "fr":
        names = ["Zone nord", "Zone sud", "Secteur public", "Secteur privé", "Autres"]
    table.cells.append(TrueCell(table.rows, 0, rng.choice(names) + rng.choice(("", ":"))))
    table.sections.add(table.rows)
    table.rows += 1


def policy_table(rng: random.Random) -> TrueTable:
    """A matrix of texts: action, who, state."""
    columns = rng.randint(3, 4)
    names = ["Recommendation", "Responsible", "State of play", "Priority"][:columns]
    cells = [TrueCell(0, i, name, header=True) for i, name in enumerate(names)]
    rows = rng.randint(3, 8)
    for row in range(1, rows + 1):
        cells += [TrueCell(row, c, rng.choice(POLICY)) for c in range(columns)]
    return TrueTable(cells, rows + 1, columns, 1, title="Table 2: State of the recommendations")
