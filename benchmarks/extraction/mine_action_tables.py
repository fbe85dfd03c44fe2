"""Tables as mine-action reports print them, in English and French, with totals that add up.

Regions by years (with areas reported together), operators by areas (merged cells), casualties by
sex and age (headers of two levels), staffing. Some figures carry a footnote mark.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

from truth import TrueCell, TrueTable

Value = int | str
REGIONS = {
    "en": (
        "Gao (includes Menaka)|Kidal|Mopti|Segou|Timbuktu and Taoudenit|Koulikoro|Sikasso|Kayes|"
        "Bamako District"
    ),
    "fr": (
        "Gao (y compris Ménaka)|Kidal|Mopti|Ségou|Tombouctou et Taoudénit|Koulikoro|Sikasso|Kayes|"
        "District de Bamako"
    ),
}
OPERATORS = {
    "en": "National mine action centre|Army engineers|Civil protection|Commercial operator|"
    "International non-governmental organisations",
    "fr": "Centre national de lutte contre les mines|Génie militaire|Protection civile|"
    "Opérateur commercial|Organisations non gouvernementales internationales",
}
NAMES = {
    "en": {
        "region": "Region",
        "year": "Year",
        "operator": "Operator",
        "total": "Total",
        "totals": "Totals",
        "killed": "Killed",
        "injured": "Injured",
        "people": "Men|Women|Boys|Girls|Unknown",
        "cleared": "Area cleared (m²)|Anti-personnel mines destroyed|Improvised devices destroyed|"
        "Explosive remnants destroyed during spot tasks",
        "roles": "Deminers|Team leaders|Risk educators|Medics",
        "sex": "Men|Women",
        "events": "Incidents with explosive devices by region|Casualties by sex and age|"
        "Land released by operator and area|Staff by operator and role",
        "missing": "N/R|–|not reported",
    },
    "fr": {
        "region": "Région",
        "year": "Année",
        "operator": "Opérateur",
        "total": "Total",
        "totals": "Ensemble",
        "killed": "Tués",
        "injured": "Blessés",
        "people": "Hommes|Femmes|Garçons|Filles|Inconnu",
        "cleared": "Superficie dépolluée (m²)|Mines antipersonnel détruites|"
        "Engins improvisés détruits|Restes explosifs détruits lors d’interventions ponctuelles",
        "roles": "Démineurs|Chefs d’équipe|Éducateurs aux risques|Secouristes",
        "sex": "Hommes|Femmes",
        "events": "Incidents liés aux engins explosifs par région|Victimes par sexe et âge|"
        "Terres rendues par opérateur et par zone|Personnel par opérateur et par fonction",
        "missing": "N/C|–|non rapporté",
    },
}


class Drawing:
    """A table that grows row by row in one language."""

    def __init__(self, rng: random.Random, lang: str, event: int) -> None:
        self.rng, self.lang, self.names = rng, lang, NAMES[lang]
        number = rng.choice((1, 3, 4, 5, 6, 7))
        word = "Table" if lang == "en" else "Tableau"
        title = f"{word} {number}{rng.choice((':', '.'))} {self.names['events'].split('|')[event]}"
        self.table = TrueTable([], 0, 0, 0, title=title)
        self.thousands = {"en": ",", "fr": rng.choice((" ", "\u00a0"))}[lang]
        self.missing = self.names["missing"].split("|")[rng.randrange(3)]

    def header(self, levels: Sequence[Sequence[TrueCell]]) -> None:
        self.table.cells = [cell for level in levels for cell in level]
        self.table.rows = self.table.header_rows = len(levels)
        self.table.columns = max(c.column + c.colspan for c in self.table.cells)

    def row(self, texts: Sequence[str], values: Sequence[Value], *, total: bool = False) -> None:
        """Texts, then figures; a blank text leaves its place to a merged cell above."""
        table, rng = self.table, self.rng
        for column, text in enumerate([*texts, *map(self.printed, values)]):
            figure = column >= len(texts) and text[:1].isdigit()
            mark = rng.choice("12*") if figure and not total and rng.random() < 0.04 else ""
            if text:
                table.cells.append(TrueCell(table.rows, column, text, note=mark))
        if total:
            table.totals.add(table.rows)
        table.rows += 1

    def printed(self, value: Value) -> str:
        return value if isinstance(value, str) else f"{value:,}".replace(",", self.thousands)

    def counts(self, number: int, most: int) -> list[Value]:
        """Figures with a missing one now and then."""
        rng = self.rng
        return [
            self.missing if rng.random() < 0.05 else int(most * rng.random() ** 3)
            for _ in range(number)
        ]

    def finished(self) -> TrueTable:
        """The table, with a note for each mark and a source."""
        marks = sorted({cell.note for cell in self.table.cells if cell.note})
        says = {"en": "Includes figures under review.", "fr": "Y compris des chiffres provisoires."}
        self.table.notes = [f"{mark} {says[self.lang]}" for mark in marks]
        if self.rng.random() < 0.5:
            self.table.notes.append("Source: " + self.names["operator"])
        return self.table


def _summed(rows: Sequence[Sequence[Value]]) -> list[Value]:
    return [sum(v for v in column if isinstance(v, int)) for column in zip(*rows, strict=True)]


def _heads(texts: Sequence[str]) -> list[TrueCell]:
    return [TrueCell(0, column, text, header=True) for column, text in enumerate(texts)]


def _regions(rng: random.Random, lang: str, fewest: int = 4) -> list[str]:
    names = REGIONS[lang].split("|")
    return names[: rng.randint(fewest, len(names))]


def regions_by_years(rng: random.Random, lang: str, columns: int = 0) -> TrueTable:
    """One row per region or regions reported together, one column per year, perhaps totals."""
    drawing = Drawing(rng, lang, 0)
    years = [str(2024 - n) for n in range(columns or rng.randint(3, 8), 0, -1)]
    across = columns == 0 and rng.random() < 0.5
    heads = [drawing.names["region"], *years, *([drawing.names["total"]] if across else [])]
    drawing.header([_heads(heads)])
    rows = []
    for region in _regions(rng, lang):
        values = drawing.counts(len(years), 300)
        rows.append([*values, *(_summed([[v] for v in values]) if across else [])])
        drawing.row([region], rows[-1])
    drawing.row([drawing.names["totals"]], _summed(rows), total=True)
    return drawing.finished()


def casualties(rng: random.Random, lang: str, columns: int = 0) -> TrueTable:
    """Killed and injured by sex and age for some years, under a header of two levels."""
    if columns and columns < 5:
        return regions_by_years(rng, lang, columns)
    drawing, names = Drawing(rng, lang, 1), NAMES[lang]
    people = names["people"].split("|")[: rng.choice((2, 4) if not columns else (2,))]
    size = len(people)
    top = [TrueCell(0, 0, names["year"], rowspan=2, header=True)]
    leaves = []
    for group, name in enumerate(("killed", "injured")):
        first = 1 + group * size
        top.append(TrueCell(0, first, names[name], colspan=size, header=True))
        leaves += [TrueCell(1, first + n, text, header=True) for n, text in enumerate(people)]
    top.append(TrueCell(0, 1 + 2 * size, names["total"], rowspan=2, header=True))
    drawing.header([top, leaves])
    rows = []
    for year in range(2024 - rng.randint(4, 9), 2024):
        values = drawing.counts(2 * size, 90)
        rows.append([*values, sum(v for v in values if isinstance(v, int))])
        drawing.row([str(year)], rows[-1])
    drawing.row([names["totals"]], _summed(rows), total=True)
    return drawing.finished()


def operators_by_areas(rng: random.Random, lang: str, columns: int = 0) -> TrueTable:
    """Operators, each merged over its areas, and long wrapped headers of measures."""
    if columns and columns < 4:
        return regions_by_years(rng, lang, columns)
    drawing, names = Drawing(rng, lang, 2), NAMES[lang]
    measures = names["cleared"].split("|")[: rng.randint(2, 4)]
    drawing.header([_heads([names["operator"], names["region"], *measures])])
    drawing.table.words[1] = ("Kidal",)
    rows = []
    for operator in OPERATORS[lang].split("|")[: rng.randint(2, 4)]:
        areas = rng.sample(REGIONS[lang].split("|"), k=rng.randint(1, 4))
        drawing.table.cells.append(TrueCell(drawing.table.rows, 0, operator, rowspan=len(areas)))
        for area in areas:
            rows.append(drawing.counts(len(measures), 900_000))
            drawing.row(["", area], rows[-1])
    drawing.row([names["totals"], ""], _summed(rows), total=True)
    return drawing.finished()


def staffing(rng: random.Random, lang: str, columns: int = 0) -> TrueTable:
    """Men and women of each role for each operator, under a header of two levels."""
    if columns and columns < 4:
        return regions_by_years(rng, lang, columns)
    drawing, names = Drawing(rng, lang, 3), NAMES[lang]
    roles = names["roles"].split("|")[: 2 if columns else rng.randint(2, 4)]
    sexes = names["sex"].split("|")
    top = [TrueCell(0, 0, names["operator"], rowspan=2, header=True)]
    leaves = []
    for number, role in enumerate(roles):
        top.append(TrueCell(0, 1 + 2 * number, role, colspan=2, header=True))
        leaves += [TrueCell(1, 1 + 2 * number + n, s, header=True) for n, s in enumerate(sexes)]
    drawing.header([top, leaves])
    rows = []
    for operator in OPERATORS[lang].split("|")[: rng.randint(3, 5)]:
        rows.append(drawing.counts(2 * len(roles), 240))
        drawing.row([operator], rows[-1])
    drawing.row([names["totals"]], _summed(rows), total=True)
    return drawing.finished()


KINDS: tuple[Callable[..., TrueTable], ...] = (
    regions_by_years,
    casualties,
    operators_by_areas,
    staffing,
)


def mine_action_table(rng: random.Random, lang: str = "en", columns: int = 0) -> TrueTable:
    """One table of any kind; `columns`, where given, is the most columns after the first."""
    return rng.choice(KINDS)(rng, lang, columns)
