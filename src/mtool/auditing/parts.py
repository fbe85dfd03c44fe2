"""Parts and wholes of tables: no part above its whole, and partitions that must add up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from mtool.auditing.figures import Figure, FigureTable
from mtool.auditing.relations import Part, Relation, find_relations, read_part
from mtool.auditing.sums import Sum, check_sum, show, show_sum, tidy_number
from mtool.auditing.total_labels import TotalLabel, total_label
from mtool.auditing.total_readings import levels
from mtool.auditing.totals import declared_totals
from mtool.auditing.unsummed import is_of_ratios
from mtool.auditing.unsummed_words import says_ratio
from mtool.auditing.wording import word_set, words
from mtool.model import Finding
from mtool.periods import read_period

Cell = tuple[int, int]
_CUMULATIVE = word_set("since cumulative all previous prev known depuis cumule cumul precedent")
#: Longer lists of labels are data, not breakdowns of one figure.
_LONGEST_LIST = 200


@dataclass(frozen=True, slots=True)
class PartsChecked:
    """What was found, and how many relations were computed."""

    findings: tuple[Finding, ...]
    checked: int


def check_parts(figures: FigureTable) -> PartsChecked:
    """Check every part against its whole, as header words and row labels relate them.

    A part above its whole, and disjoint parts that sum to more, are contradicted. Parts that sum
    to less are contradicted only where the words say that nobody is left out; otherwise they are
    information. Stated is the part (or the sum of parts), computed the whole as bound.
    """
    findings: list[Finding] = []
    checked = 0
    totalled = {((t.cell,), frozenset(t.addends)) for t in declared_totals(figures)}
    judged: set[frozenset[Cell]] = set()
    for whole, parts, relation in _related_cells(figures):
        members = frozenset(parts)
        if (relation.instead and members in judged) or any(
            whole == total and members <= addends for total, addends in totalled
        ):
            continue
        found = _check(figures, whole, parts, relation)
        checked += 1
        if found is not None:
            judged.add(members)
            findings.append(found)
    return PartsChecked(tuple(findings), checked)


def _related_cells(
    figures: FigureTable,
) -> Iterator[tuple[tuple[Cell, ...], tuple[Cell, ...], Relation]]:
    """Each relation, applied to every row (for headers) or every column (for row labels).

    A whole of several cells is not printed and is their sum.
    """
    if is_of_ratios(figures):
        return
    columns = list(figures.added)
    for relation in find_relations([read_part(*_header(figures, c)) for c in columns]):
        whole = [columns[w] for w in relation.instead or (relation.whole,)]
        for r in range(len(figures.rows)):
            if not figures.is_section(r) and not any(map(says_ratio, figures.labels(r))):
                cells = tuple((r, columns[p]) for p in relation.parts)
                yield tuple((r, c) for c in whole), cells, relation
    for rows in _blocks(figures):
        for relation in find_relations(_row_parts(figures, rows)):
            whole = [rows[w] for w in relation.instead or (relation.whole,)]
            for c in figures.added:
                cells = tuple((rows[p], c) for p in relation.parts)
                yield tuple((r, c) for r in whole), cells, relation


def _header(figures: FigureTable, column: int) -> tuple[str, tuple[str, ...]]:
    """A header's words, and the levels (a year, a group) that it must share with its parts."""
    found = levels(figures.header(column))
    periods = tuple(level for level in found if read_period(level))
    return " ".join(level for level in found if level not in periods), periods


def _blocks(figures: FigureTable) -> Iterator[list[int]]:
    """Rows that may break one figure down: all, or those that share their first label."""
    rows = [
        r
        for r in range(len(figures.rows))
        if not figures.is_section(r) and not any(map(says_ratio, figures.labels(r)))
    ]
    if not _first_label_is_key(figures, rows):
        if len(rows) <= _LONGEST_LIST:
            yield rows
        return
    blocks: dict[str, list[int]] = {}
    for r in rows:
        blocks.setdefault(figures.labels(r)[0] if figures.labels(r) else "", []).append(r)
    for block in blocks.values():
        if len(block) <= _LONGEST_LIST:
            yield block


def _first_label_is_key(figures: FigureTable, rows: Sequence[int]) -> bool:
    """Does the first label say whom the figures are of (a region, an edition), not of what kind?

    Of two labels, the first is a key when most of its groups break down in the same way.
    """
    said = [figures.labels(r) for r in rows]
    several = [labels for labels in said if len(labels) > 1]
    if len(several) * 2 <= len(rows):
        return False
    if any(len(labels) > 2 for labels in several):
        return True
    groups: dict[str, frozenset[str]] = {}
    for labels in several:
        groups[labels[0]] = groups.get(labels[0], frozenset()) | {labels[1]}
    most = Counter(groups.values()).most_common(1)[0][1]
    return len(groups) > 1 and most * 2 > len(groups)


def _row_parts(figures: FigureTable, rows: Sequence[int]) -> list[Part]:
    """Row labels as parts; labels that every row of the block shares say nothing."""
    said = [figures.labels(r) for r in rows]
    counted = Counter(text for labels in said for text in set(labels))
    shared = {text for text, count in counted.items() if count == len(rows) and len(rows) > 1}
    own = [[t for t in labels if t not in shared and not read_period(t)] for labels in said]
    contexts = _contexts(own)
    return [
        read_part(labels[-1] if labels else "", context, " ".join(labels[:-1]))
        for labels, context in zip(own, contexts, strict=True)
    ]


def _contexts(own: Sequence[Sequence[str]]) -> list[tuple[str, ...]]:
    """Groups with a total of their own stand alone; the others share the one without parts."""
    groups = [" ".join(labels[:-1]) for labels in own]
    totals = {g for g, labels in zip(groups, own, strict=True) if labels and _is_bare(labels[-1])}
    broken = {
        g
        for g, labels in zip(groups, own, strict=True)
        if labels and read_part(labels[-1]).categories and g
    }
    whole_only = {g for g in totals - broken if not _CUMULATIVE & set(words(g))}
    return [
        () if group not in totals or (group in whole_only and len(whole_only) == 1) else (group,)
        for group in groups
    ]


def _is_bare(label: str) -> bool:
    return total_label(label) in (TotalLabel.BARE, TotalLabel.GRAND)


def _check(
    figures: FigureTable, whole: Sequence[Cell], parts: Sequence[Cell], relation: Relation
) -> Finding | None:
    total = _whole(figures, whole)
    addends = [figures.figure(*cell) for cell in parts]
    found = check_sum(total, addends)
    if found is None or all(a.missing for a in addends):
        return None
    if len(parts) == 1:
        return _single(figures, whole[0], parts[0], (total, addends[0]))
    return _several(figures, (whole, parts), relation, found)


def _whole(figures: FigureTable, cells: Sequence[Cell]) -> Figure:
    """The whole as printed, or as the sum of the parts that make it up."""
    found = [figures.figure(*cell) for cell in cells]
    if len(found) == 1:
        return found[0]
    if any(f.value is None for f in found):
        return Figure("", None)
    value = tidy_number(sum(f.value or 0 for f in found))
    return Figure(
        f"{show_sum(found)} = {show(value)}",
        value,
        sum(f.low for f in found),
        sum(f.high for f in found),
    )


def _single(
    figures: FigureTable, whole: Cell, part: Cell, pair: tuple[Figure, Figure]
) -> Finding | None:
    total, figure = pair
    if figure.low <= total.high or figure.value is None or total.value is None:
        return None
    message = (
        f"{_name(figures, part)} is {show(figure.value)}, but {_name(figures, whole)}, "
        f"which includes it, is {show(total.value)}."
    )
    return Finding(
        rule="part_above_whole",
        class_="source",
        severity="error",
        message=message,
        locator=figures.locate(*part),
        verdict="contradicted",
        stated=figure.value,
        computed=total.value,
        difference=figure.value - total.value,
        value=figure.text,
    )


def _several(
    figures: FigureTable,
    cells: tuple[Sequence[Cell], Sequence[Cell]],
    relation: Relation,
    found: Sum,
) -> Finding:
    whole, parts = cells
    above = found.difference < 0 and found.verdict == "contradicted"
    broken = above or (relation.must and found.verdict == "contradicted")
    fits = found.fits
    texts = [figures.figure(*cell) for cell in parts]
    start = f"{_names(figures, parts)}: {show_sum(texts)} = {show(found.computed)}"
    against = f"{_whole_name(figures, whole)} is {show(found.stated)}"
    if above:
        says = f"{start}, but {against}; these categories cannot overlap."
    elif broken:
        says = f"{start}, but {against}; these categories leave nobody out."
    elif fits:
        says = f"{start}, and {against}."
    elif found.missing:
        says = f"{start}, with {found.missing} missing; {against}."
    else:
        says = f"{start}; {against}. The categories need not cover everyone."
    return Finding(
        rule="parts_above_whole" if above else "parts_of_whole",
        class_="source" if broken else "note",
        severity="error" if broken else "info",
        message=says,
        locator=figures.locate(*parts[0]) if above else figures.locate(*whole[0]),
        verdict="contradicted" if broken else "supported" if fits else "unverifiable",
        stated=found.computed,
        computed=found.stated,
        difference=-found.difference,
        value=_whole(figures, whole).text,
    )


def _whole_name(figures: FigureTable, cells: Sequence[Cell]) -> str:
    if len(cells) == 1:
        return _name(figures, cells[0])
    return f"{_names(figures, cells)} ({show_sum([figures.figure(*cell) for cell in cells])})"


def _name(figures: FigureTable, cell: Cell) -> str:
    row, column = cell
    label = " ".join(dict.fromkeys(figures.labels(row)))
    return ", ".join(filter(None, (label, figures.header(column))))


def _names(figures: FigureTable, cells: Sequence[Cell]) -> str:
    rows = {r for r, _ in cells}
    if len(rows) == 1:
        label = figures.label(next(iter(rows)))
        return f"{label}, {' + '.join(figures.header(c) for _, c in cells)}"
    return " + ".join(
        figures.label(r) if len(figures.labels(r)) < 2 else figures.labels(r)[-1] for r, _ in cells
    )
