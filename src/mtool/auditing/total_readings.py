"""Which rows or columns a declared total may sum: every natural reading, the likeliest first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from mtool.auditing.dimensions import categories
from mtool.auditing.figures import FigureTable
from mtool.auditing.sums import check_sum
from mtool.auditing.total_labels import TotalLabel, named_words, total_label
from mtool.auditing.wording import word_set, words

#: Rows that restate or relate others; no total sums them.
_RELATING = word_set(
    """% percent percentage pourcentage share average moyenne mean median rate taux ratio change
    variation evolution difference"""
)
_SUBSETS = (("of", "which"), ("of", "whom"), ("including",), ("dont",), ("incl",), ("y", "compris"))
#: `Female` may include girls, so nothing sums them.
_GENDERED = word_set("female females male males feminin masculin")
_CHILDREN = word_set("boys girls boy girl children child garcons filles enfants")
_CROSSING = {"people", "outcome", "age"}
_LONGEST_NESTED = 300


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read a total: the rows (or columns) it would sum."""

    name: str
    members: tuple[int, ...]


def declared_rows(table: FigureTable) -> dict[int, TotalLabel]:
    """The rows whose label declares a total."""
    found: dict[int, TotalLabel] = {}
    for number in range(len(table.rows)):
        kinds = [kind for text in table.labels(number) if (kind := total_label(text))]
        if kinds and not table.is_section(number):
            found[number] = kinds[0]
    return found


def declared_columns(table: FigureTable) -> dict[int, TotalLabel]:
    """The columns of figures whose header, at any of its levels, declares a total."""
    found: dict[int, TotalLabel] = {}
    for column in table.added:
        for level in reversed(levels(table.header(column))):
            kind = total_label(level)
            if kind:
                found[column] = kind
                break
    return found


def levels(header: str) -> list[str]:
    """`2022 / Total` → its two levels."""
    return [level.strip() for level in header.split(" / ")]


def is_addend(table: FigureTable, row: int) -> bool:
    """False for sections, shares, averages and `of which` rows, which no total sums."""
    for text in table.labels(row):
        label = words(text)
        if any(label[: len(start)] == start for start in _SUBSETS) or _RELATING & set(label):
            return False
    return not table.is_section(row)


def row_readings(table: FigureTable, row: int, declared: dict[int, TotalLabel]) -> list[Reading]:
    """The groups of rows that the total in `row` may sum."""
    plain = [
        r
        for r in range(len(table.rows))
        if r not in declared and is_addend(table, r) and _same_group(table, row, r)
    ]
    above = [r for r in plain if r < row]
    below = [r for r in plain if r > row]
    barriers = [r for r in range(len(table.rows)) if r in declared or table.is_section(r)]
    start = max((b for b in barriers if b < row), default=-1)
    end = min((b for b in barriers if b > row), default=len(table.rows))
    subs = [r for r in declared if declared[r] is not TotalLabel.GRAND and r != row]
    subs = [r for r in subs if _same_group(table, row, r)]
    totals_above = [r for r in subs if r < row]
    totals_below = [r for r in subs if r > row]
    block = Reading("the rows since the last total", tuple(r for r in above if r > start))
    all_above = Reading("all rows above", tuple(above))
    block_below = Reading("the rows down to the next total", tuple(r for r in below if r < end))
    all_below = Reading("all rows below", tuple(below))
    subtotals = Reading("the subtotals above", tuple(totals_above))
    subtotals_below = Reading("the subtotals below", tuple(totals_below))
    first = not above
    if declared[row] is TotalLabel.SUB:
        order = [block_below] if first else [block, block_below]
    elif first:
        order = [all_below, subtotals_below, block_below]
    else:
        order = [all_above, subtotals, block]
        nested = _nested_rows(table, above)
        if nested:
            order.append(
                Reading(
                    "the rows above that sum no others", tuple(r for r in above if r not in nested)
                )
            )
    least = 1 if declared[row] is TotalLabel.SUB else 2
    return _distinct(order, least)


def _same_group(table: FigureTable, total: int, row: int) -> bool:
    """In a table with several label columns, a total sums the rows that share its other labels."""
    mine, theirs = table.rows[total].cells, table.rows[row].cells
    for column in table.label_columns:
        if table.numeric and column > table.numeric[0]:
            break
        own = mine[column].strip() if column < len(mine) else ""
        if own and total_label(own):
            break
        if own and column < len(theirs) and theirs[column].strip() != own:
            return False
    return True


def column_readings(
    table: FigureTable, column: int, declared: dict[int, TotalLabel]
) -> list[Reading]:
    """The groups of columns, of one unit, that the total in `column` may sum."""
    unit = _unit(table.header(column))
    plain = [c for c in table.added if c not in declared and _unit(table.header(c)) == unit]
    previous = max((c for c in declared if c < column), default=-1)
    following = min((c for c in declared if c > column), default=table.width)
    left = [c for c in plain if c < column]
    readings = [Reading("its header group", tuple(_siblings(table, column, plain)))]
    readings += [
        Reading("the columns to its left", tuple(left)),
        Reading("the columns since the last total", tuple(c for c in left if c > previous)),
        Reading("the totals to its left", tuple(c for c in declared if c < column)),
    ]
    if not left:
        right = [c for c in plain if c > column]
        readings += [
            Reading("the columns to its right", tuple(right)),
            Reading("the columns up to the next total", tuple(c for c in right if c < following)),
        ]
    return _distinct(readings, 2)


def _distinct(readings: Sequence[Reading], least: int) -> list[Reading]:
    seen: dict[tuple[int, ...], Reading] = {}
    for reading in readings:
        if len(reading.members) >= least:
            seen.setdefault(reading.members, reading)
    return list(seen.values())


def _siblings(table: FigureTable, column: int, plain: list[int]) -> list[int]:
    """Columns whose header differs from the total's only in the level that says `Total`."""
    own = levels(table.header(column))
    if len(own) < 2:
        return []
    spot = next((i for i in range(len(own) - 1, -1, -1) if total_label(own[i])), None)
    if spot is None:
        return []
    found = []
    for other in plain:
        theirs = levels(table.header(other))
        if len(theirs) == len(own) and all(
            a == b for i, (a, b) in enumerate(zip(own, theirs, strict=True)) if i != spot
        ):
            found.append(other)
    return found


_UNITS = {
    "m2",
    "km2",
    "sqm",
    "ha",
    "hectare",
    "hectares",
    "km",
    "usd",
    "eur",
    "us$",
    "kg",
    "tonnes",
}


def _unit(header: str) -> frozenset[str]:
    found = _UNITS.intersection(words(header))
    if not found and {"area", "superficie", "surface"} & set(words(header)):
        return frozenset({"area"})
    return (
        frozenset({"area"})
        if found & {"m2", "km2", "sqm", "ha", "hectare", "hectares"}
        else frozenset(found)
    )


def _nested_rows(table: FigureTable, rows: list[int]) -> set[int]:
    """Rows that equal, in every column, the sum of the two or more rows right below them."""
    if len(rows) > _LONGEST_NESTED or not table.added:
        return set()
    nested: set[int] = set()
    position = 0
    while position < len(rows):
        length = _rows_summed(table, rows[position:])
        if length:
            nested.add(rows[position])
        position += 1 + length
    return nested


def _rows_summed(table: FigureTable, rows: list[int]) -> int:
    for length in range(2, len(rows)):
        members = rows[1 : length + 1]
        sums = [
            check_sum(table.figure(rows[0], c), [table.figure(r, c) for r in members])
            for c in table.added
        ]
        if all(s is not None and s.fits for s in sums) and any(s and s.stated for s in sums):
            return length
    return 0


def mixes_breakdowns(labels: Sequence[str]) -> bool:
    """True when labels break one whole down in several ways (sex and role): no sum is meant."""
    said = {word for label in labels for word in words(label)}
    if said & _GENDERED and said & _CHILDREN:
        return True
    dimensions = [set(categories(label)) - {"unknown", "year"} for label in labels]
    counts = Counter(d for found in dimensions for d in found)
    crossing = [d for d in counts if d in _CROSSING]
    for dimension in crossing:
        others = [found for found in dimensions if found and dimension not in found]
        if others and not (
            dimension in {"people", "age"} and _all_within(others, {"people", "age"})
        ):
            return True
    pure = Counter(next(iter(found)) for found in dimensions if len(found) == 1)
    several = [d for d, count in pure.items() if count > 1]
    return len(several) > 1 and not set(several) <= {"people", "age"}


def _all_within(found: list[set[str]], allowed: set[str]) -> bool:
    return all(each <= allowed for each in found)


def shared_dimension(labels: Sequence[str]) -> str | None:
    """The one dimension that every label belongs to (`unknown` belongs to any), or null."""
    sets = [set(categories(label)) for label in labels]
    known = [found - {"unknown"} for found in sets if found - {"unknown"}]
    if not known or len(known) + sum("unknown" in found for found in sets) < len(labels):
        return None
    if any(not found for found in sets):
        return None
    common = set.intersection(*known)
    return sorted(common)[0] if common else None


_MEMBER_HEADERS = word_set(
    """region regions province provinces district districts department departement governorate
    gouvernorat county state cercle commune municipality area zone location localite site
    country pays operator operateur organisation organization agency partner partenaire year
    annee period periode month mois quarter trimestre device devices engin type category
    categorie sector secteur village city town ville donor donateur activity activite"""
)


def names_members(table: FigureTable) -> bool:
    """True when the label column's header says that its rows are members of one dimension."""
    return any(_MEMBER_HEADERS.intersection(words(table.header(c))) for c in table.label_columns)


def named_after_header(table: FigureTable, row: int, column: int) -> bool:
    """`Total casualties` in a column headed `Casualties` sums that column."""
    nouns = named_words(table.label(row))
    return bool(nouns) and nouns <= set(words(table.header(column)))
