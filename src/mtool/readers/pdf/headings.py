"""Lines above a table's body → header cells, with the labels that span several columns."""

from __future__ import annotations

from collections.abc import Sequence

from mtool.readers.pdf.columns import Columns
from mtool.readers.pdf.geometry import Stroke
from mtool.readers.pdf.grid import GridCell
from mtool.readers.pdf.header_labels import OWN_ROW, Label, labels_in_turn, labels_of
from mtool.readers.pdf.words import Line


def header_cells(
    lines: Sequence[Line], columns: Columns, rules: Sequence[Stroke], full_rules: Sequence[float]
) -> tuple[list[GridCell], int]:
    """Header cells and the number of header rows.

    `rules` are horizontal rulings that underline a part of the columns, `full_rules` the heights
    of those over all columns: text on two sides of one never belongs to one cell.
    """
    labels = labels_in_turn(lines, columns)
    labels = labels or [label for line in lines for label in labels_of(line, columns, lines)]
    if not labels:
        return [], 0
    _find_spans(labels, columns, rules)
    bands = _bands(labels, columns, full_rules)
    cells: list[GridCell] = []
    row = 0
    for band in bands:
        made, height = _band_cells(band, columns)
        cells.extend(cell.moved(row) for cell in made)
        row += height
    return cells, row


def _find_spans(labels: list[Label], columns: Columns, rules: Sequence[Stroke]) -> None:
    """Settle each label's columns: under a ruling of its own, by overlap, or centred over them."""
    repeated = _over_repeats(labels)
    columns = _with_leaves(labels, columns)
    for label in labels:
        below = [other for other in labels if other.base > label.base + 0.4 * label.words[0].size]
        if id(label) in repeated:
            label.low, label.high = repeated[id(label)]
            label.spans = True
            continue
        over = _underlined(label, columns, rules, labels)
        if over is None and label.high == label.low:
            over = _centred_over(label, labels, below, columns)
        if over is not None and over[1] > over[0]:
            label.low, label.high = over
            label.spans = True
        elif label.high > label.low:
            beneath = {c for other in below for c in range(other.low, other.high + 1)}
            inside = set(range(label.low, label.high + 1))
            if len(inside & beneath) >= 2 or (not beneath & inside and _truly_wide(label, columns)):
                label.low, label.high = _widened(label, labels, below, columns)
                label.spans = True
            else:
                label.low = label.high = columns.of(label.x0, label.x1)


def _with_leaves(labels: Sequence[Label], columns: Columns) -> Columns:
    """Column extents that take in the labels set right over each column."""
    extents = list(columns.extents)
    for label in labels:
        if label.low == label.high and any(
            b.base > label.base and b.low <= label.low <= b.high for b in labels
        ):
            continue
        if label.low == label.high:
            low, high = extents[label.low]
            extents[label.low] = (min(low, label.x0), max(high, label.x1))
    return Columns(columns.cuts, tuple(extents), columns.ruled)


def _over_repeats(labels: Sequence[Label]) -> dict[int, tuple[int, int]]:
    """Labels over leaves that repeat (`Number Rate Number Rate`): one label for each round."""
    leaves: dict[int, str] = {}
    base = max(label.base for label in labels)
    for label in labels:
        if label.low == label.high and abs(label.base - base) < 0.5 * label.words[0].size:
            leaves[label.low] = " ".join(w.text for w in label.words)
    upper = [label for label in labels if label.base < base - 0.5 * label.words[0].size]
    order = sorted(leaves)
    for start in range(len(order)):
        for period in range(2, (len(order) - start) // 2 + 1):
            rounds = _rounds(order[start:], leaves, period)
            for group in (upper_line for upper_line in _lines_of(upper) if rounds >= 2):
                found = _one_each(group, order[start : start + rounds * period], period)
                if found:
                    return found
    return {}


def _rounds(order: Sequence[int], leaves: dict[int, str], period: int) -> int:
    """How many times the first `period` leaves follow one another, in columns without a gap."""
    first = [leaves[c] for c in order[:period]]
    if len(set(first)) < 2:
        return 0
    count = 0
    while (count + 1) * period <= len(order):
        part = order[count * period : (count + 1) * period]
        together = part[0] == order[0] + count * period and part[-1] - part[0] == period - 1
        if not together or [leaves[c] for c in part] != first:
            break
        count += 1
    return count


def _lines_of(labels: Sequence[Label]) -> list[list[Label]]:
    lines: list[list[Label]] = []
    for label in sorted(labels, key=lambda la: la.base):
        if lines and label.base - lines[-1][0].base < 0.5 * label.words[0].size:
            lines[-1].append(label)
        else:
            lines.append([label])
    return lines


def _one_each(
    group: Sequence[Label], columns: Sequence[int], period: int
) -> dict[int, tuple[int, int]]:
    """Give each round of columns its label; nothing where some round has none or two."""
    found: dict[int, tuple[int, int]] = {}
    for start in range(0, len(columns), period):
        low, high = columns[start], columns[start + period - 1]
        over = [label for label in group if low <= label.low and label.high <= high]
        if len(over) != 1:
            return {}
        found[id(over[0])] = (low, high)
    return found


def _truly_wide(label: Label, columns: Columns) -> bool:
    """The text itself reaches well into the text of each of its columns."""
    return all(
        min(label.x1, columns.extents[c][1]) - max(label.x0, columns.extents[c][0])
        > 0.5 * (columns.extents[c][1] - columns.extents[c][0])
        for c in (label.low, label.high)
    )


def _underlined(
    label: Label, columns: Columns, rules: Sequence[Stroke], labels: Sequence[Label]
) -> tuple[int, int] | None:
    """The columns over which the ruling just under the label runs, when it is the label's own."""
    size = label.words[0].size
    below = [b for b in labels if b.base > label.base + 0.4 * size]
    beside = [b for b in labels if b is not label and abs(b.base - label.base) < 0.5 * size]
    for rule in sorted(rules, key=lambda r: r.at):
        if not label.base - 1 < rule.at < label.base + 1.3 * size:
            continue
        if rule.low > label.x0 + 2 or rule.high < label.x1 - 2:
            continue
        if any(rule.low < b.middle < rule.high for b in beside):
            continue
        inside = [
            i
            for i, (low, high) in enumerate(columns.extents)
            if rule.low - 2 <= (low + high) / 2 <= rule.high + 2
        ]
        if len(inside) >= 2 and any(b.base > rule.at for b in below):
            return inside[0], inside[-1]
    return None


def _centred_over(
    label: Label, labels: Sequence[Label], below: Sequence[Label], columns: Columns
) -> tuple[int, int] | None:
    """The columns a label stands over, when it is not the first line of its own column's label."""
    under = [b for b in below if b.low <= label.low <= b.high]
    if label.low == 0 or not under:
        return None
    nearest = min(under, key=lambda b: b.base)
    size = label.words[0].size
    near = nearest.base - label.base < 1.5 * size
    if near and _flush(label, nearest):
        return None
    centred = abs(label.middle - nearest.middle) < 0.3 * size
    if near and centred and nearest.words[0].text[:1].islower():
        return None
    low, high = _widened(label, labels, below, columns)
    if high == low:
        return None
    if near and centred and not _symmetric(label, low, high, below):
        return None
    return low, high


def _flush(label: Label, under: Label) -> bool:
    """Left or right edges agree (but not both: then only the width decides)."""
    slack = 0.2 * label.words[0].size
    left = abs(label.x0 - under.x0) < slack
    right = abs(label.x1 - under.x1) < slack
    return left != right or (left and right and len(label.words) > 1)


def _symmetric(label: Label, low: int, high: int, below: Sequence[Label]) -> bool:
    """As many labelled columns to the left as to the right of the one the label is over."""
    return label.low - low == high - label.low and all(
        any(b.low <= c <= b.high for b in below) for c in range(low, high + 1)
    )


def _widened(
    label: Label, labels: Sequence[Label], below: Sequence[Label], columns: Columns
) -> tuple[int, int]:
    """Grow the label's columns to labelled ones left bare at its height, while it stays centred."""
    size = label.words[0].size
    taken = {
        c
        for other in labels
        if other is not label and abs(other.base - label.base) < 0.5 * size
        for c in range(other.low, other.high + 1)
    }
    free = {c for b in below for c in range(b.low, b.high + 1) if c and c not in taken}
    low, high = label.low, label.high
    found, best = (low, high), _off_centre(label, low, high, columns)
    while True:
        grown = [
            (a, b)
            for a, b in ((low - 1, high), (low, high + 1))
            if a >= 0 and b < len(columns) and {a, b} <= free | {low, high}
        ]
        if not grown:
            break
        low, high = min(grown, key=lambda ab: _off_centre(label, ab[0], ab[1], columns))
        off = _off_centre(label, low, high, columns)
        if off <= best + 0.35 * size:
            found, best = (low, high), min(best, off)
    if _off_centre(label, *found, columns) < 1.6 * size:
        return found
    return label.low, label.high


def _off_centre(label: Label, low: int, high: int, columns: Columns) -> float:
    left = columns.extents[low][0]
    right = columns.extents[high][1]
    return abs((left + right) / 2 - label.middle)


def _bands(labels: list[Label], columns: Columns, full_rules: Sequence[float]) -> list[list[Label]]:
    """Cut the header into bands that stand apart: by full rulings, by rows of units or numbers."""
    ordered = sorted(labels, key=lambda la: la.base)
    bands: list[list[Label]] = []
    for label in ordered:
        if bands:
            above = bands[-1]
            last = max(a.base for a in above)
            ruled = any(last - 1 < y < label.base for y in full_rules)
            if not ruled:
                above.append(label)
                continue
        bands.append([label])
    return [part for band in bands for part in _own_rows(band, columns)]


def _own_rows(band: list[Label], columns: Columns) -> list[list[Label]]:
    """Split off a last line that is a row by itself: column numbers or units under most labels."""
    last = max(label.base for label in band)
    line = [label for label in band if abs(label.base - last) < 2]
    rest = [label for label in band if abs(label.base - last) >= 2]
    alike = [la for la in line if OWN_ROW.fullmatch(" ".join(w.text for w in la.words))]
    if rest and len(line) >= max(2, 0.6 * len(columns)) and len(alike) == len(line):
        return [rest, line]
    return [band]


def _band_cells(band: list[Label], columns: Columns) -> tuple[list[GridCell], int]:
    """Stack the labels of each column; spanning ones form the upper rows."""
    spanning = _merge_lines([label for label in band if label.spans])
    tiers = _tiers(spanning)
    height = max(tiers, default=-1) + 2 if spanning else 1
    leaves: dict[int, list[Label]] = {}
    for label in band:
        if not label.spans:
            leaves.setdefault(label.low, []).append(label)
    if spanning and not leaves:
        height -= 1
    cells = [
        GridCell(tier, label.low, tuple(label.words), 1, label.high - label.low + 1)
        for label, tier in zip(spanning, tiers, strict=True)
    ]
    for column, stack in leaves.items():
        above = [t for s, t in zip(spanning, tiers, strict=True) if s.low <= column <= s.high]
        first = max(above, default=-1) + 1
        words = tuple(w for label in stack for w in label.words)
        cells.append(GridCell(first, column, words, max(height - first, 1), 1))
    return cells, height


def _merge_lines(labels: list[Label]) -> list[Label]:
    """Join lines of one spanning label that wraps."""
    merged: list[Label] = []
    for label in sorted(labels, key=lambda la: (la.low, la.base)):
        last = merged[-1] if merged else None
        if (
            last
            and (last.low, last.high) == (label.low, label.high)
            and label.base - last.base < 1.5 * label.words[0].size
        ):
            last.words.extend(label.words)
            last.measure()
        else:
            merged.append(label)
    return sorted(merged, key=lambda la: la.base)


def _tiers(spanning: list[Label]) -> list[int]:
    tiers: list[int] = []
    for index, label in enumerate(spanning):
        above = [
            tiers[i]
            for i, other in enumerate(spanning[:index])
            if other.low <= label.high and label.low <= other.high
        ]
        tiers.append(max(above, default=-1) + 1)
    return tiers
