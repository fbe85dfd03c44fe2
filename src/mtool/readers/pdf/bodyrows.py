"""Lines of a table's body → its rows: which line begins a row and which goes on with one.

A label that wraps is told from a row of its own by room (the next word would not have fitted),
by leading, by indentation and by how the text begins; figures always stand in a row of their own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from mtool.readers.pdf.columns import Columns, atoms_of
from mtool.readers.pdf.figures import is_figure_cell
from mtool.readers.pdf.words import Line, Word, split_segments

_CONNECTING = frozenset(
    [
        "and",
        "or",
        "of",
        "the",
        "for",
        "in",
        "to",
        "by",
        "with",
        "on",
        "at",
        "from",
        "et",
        "ou",
        "de",
        "du",
        "des",
        "la",
        "le",
        "les",
        "pour",
        "en",
        "à",
        "aux",
        "au",
        "sur",
        "par",
        "dans",
        "&",
        "und",
        "der",
        "die",
        "das",
        "für",
    ]
)


@dataclass(frozen=True, slots=True)
class BodyLine:
    """One line of the body: its words by column, and what kind of line it is."""

    line: Line
    cells: dict[int, tuple[Word, ...]]
    spanning: tuple[int, int] | None = None

    @property
    def stub_only(self) -> bool:
        return set(self.cells) == {0}

    @property
    def stub(self) -> tuple[Word, ...]:
        return self.cells.get(0, ())

    def has_figures(self) -> bool:
        return any(
            is_figure_cell(" ".join(w.text for w in words))
            for column, words in self.cells.items()
            if column or len(self.cells) == 1
        )


def place_line(line: Line, columns: Columns) -> BodyLine:
    """Put each word of a line into its column; a lone segment over several stays whole."""
    segments = split_segments(line)
    figures = sum(atom.figure for atom in atoms_of(line.words, columns.walls))
    label = _is_label(line, columns)
    if len(segments) == 1 and (label or not figures or len(line.words) > 5 * figures):
        touched = columns.touched(line.x0, line.x1)
        starts = columns.at(line.x0 + 0.5)
        if len(touched) > 1 and (label or _crosses_cut(line, columns)):
            return BodyLine(line, {starts: line.words}, (min(starts, touched[0]), touched[-1]))
    cells: dict[int, list[Word]] = {}
    for segment in segments:
        touched = columns.touched(segment.x0, segment.x1)
        for atom in atoms_of(segment.words, columns.walls):
            whole = len(touched) == 1 and not atom.figure
            column = touched[0] if whole else columns.of(atom.x0, atom.x1)
            cells.setdefault(column, []).extend(atom.words)
    return BodyLine(line, {c: tuple(words) for c, words in sorted(cells.items())})


def _is_label(line: Line, columns: Columns) -> bool:
    """Words from the first column on, a blank apart and no more: `Congressional District 2`."""
    if not line.words[0].text[:1].isalpha() or columns.at(line.x0 + 0.5):
        return False
    walled = any(line.x0 < wall < line.x1 for wall in columns.walls)
    return not walled and all(
        word.x0 - before.x1 < 0.36 * word.size for before, word in pairwise(line.words)
    )


def _crosses_cut(line: Line, columns: Columns) -> bool:
    """Text runs over a boundary as if it were not there: no blank, no word flush with a column."""
    for index, cut in enumerate(columns.cuts[1:-1], start=1):
        for word, after in pairwise((*line.words, line.words[-1])):
            if word.x0 < cut - 1 and word.x1 > cut + 1:
                return True
            flush = abs(after.x0 - columns.extents[index][0]) < 0.2 * after.size
            if word.x0 < cut < after.x1 and after.x0 - word.x1 < 0.6 * word.size and not flush:
                return True
    return False


def group_rows(lines: Sequence[BodyLine]) -> list[list[BodyLine]]:
    """Group the lines of a body into rows, from the top down."""
    if not lines:
        return []
    spaced = rows_by_spacing(lines)
    if spaced is not None:
        return spaced
    lines = _with_middle_figures(lines)
    judge = _Judge(lines)
    groups: list[list[BodyLine]] = []
    carried: list[BodyLine] = []
    for index, line in enumerate(lines):
        if groups and not carried and judge.continues(groups[-1], line):
            groups[-1].append(line)
        elif judge.begins_label(index):
            carried.append(line)
        else:
            groups.append([*carried, line])
            carried = []
    if carried:
        groups.append(carried)
    return groups


def rows_by_spacing(lines: Sequence[BodyLine]) -> list[list[BodyLine]] | None:
    """Rows told by blanks alone: lines of one label stand closer than rows do; null where not.

    Figures may stand on any line of their label, or between two of them.
    """
    labelled = [line for line in lines if line.stub and not line.spanning]
    gaps = [b.line.base - a.line.base for a, b in pairwise(labelled)]
    pitches = sorted(
        b.line.base - a.line.base
        for a, b in pairwise(lines)
        if a.stub and b.stub and a.has_figures() and b.has_figures()
    )
    if len(pitches) < 2 or not gaps:
        return None
    pitch, closest = pitches[len(pitches) // 5], min(gaps)
    if not (closest < 1.35 * lines[0].line.size and pitch > 1.1 * closest):
        return None
    clusters: list[list[BodyLine]] = []
    for line in sorted(labelled, key=lambda b: b.line.base):
        near = clusters and line.line.base - clusters[-1][-1].line.base < (closest + pitch) / 2
        if near and not _opens_row(clusters[-1][-1], line):
            clusters[-1].append(line)
        else:
            clusters.append([line])
    for line in lines:
        if line.spanning:
            clusters.append([line])
        elif not line.stub:
            _adopt(clusters, line)
    rows = sorted(
        (sorted(c, key=lambda b: b.line.base) for c in clusters), key=lambda c: c[0].line.base
    )
    if any(sum(line.has_figures() for line in row) > 1 for row in rows):
        return None
    return rows


def _opens_row(above: BodyLine, line: BodyLine) -> bool:
    """Both lines have figures, or the upper one is a heading."""
    return (above.has_figures() and line.has_figures()) or above.stub[-1].text.endswith(":")


def _adopt(clusters: list[list[BodyLine]], line: BodyLine) -> None:
    """Give a line without a label to the row it stands in or next to."""

    def apart(cluster: Sequence[BodyLine]) -> float:
        top, bottom = cluster[0].line.base, cluster[-1].line.base
        return max(top - line.line.base, line.line.base - bottom, 0.0)

    nearest = min(clusters, key=apart, default=None)
    if nearest is None or apart(nearest) > 1.3 * line.line.size:
        clusters.append([line])
    else:
        nearest.append(line)
        nearest.sort(key=lambda b: b.line.base)


def _with_middle_figures(lines: Sequence[BodyLine]) -> list[BodyLine]:
    """Figures set half way down a label of two lines: give them to the label's first line."""
    merged: list[BodyLine] = []
    index = 0
    while index < len(lines):
        line = lines[index]
        after = lines[index + 1] if index + 1 < len(lines) else None
        if (
            merged
            and after is not None
            and not line.stub
            and line.has_figures()
            and merged[-1].stub_only
            and after.stub_only
            and not merged[-1].spanning
            and line.line.base - merged[-1].line.base < 0.85 * line.line.size
            and after.line.base - line.line.base < 0.85 * line.line.size
        ):
            above = merged.pop()
            cells = {**line.cells, 0: above.stub + after.stub}
            merged.append(BodyLine(above.line, dict(sorted(cells.items()))))
            index += 2
            continue
        merged.append(line)
        index += 1
    return merged


class _Judge:
    """Knows a body's habits: pitch of its rows, room of its label column, hanging indents."""

    def __init__(self, lines: Sequence[BodyLine]) -> None:
        self._lines = lines
        self._size = median(line.line.size for line in lines)
        self._room = max((line.stub[-1].x1 for line in lines if line.stub), default=0.0)
        width = max(max(line.cells) for line in lines) + 1
        full = sum(bool(li.stub) and len(li.cells) >= max(3, 0.7 * width) for li in lines)
        self._one_lined = len(lines) > 2 and full >= 0.8 * len(lines)
        self._numeric = sum(line.has_figures() for line in lines) >= 0.4 * len(lines)
        gaps = [b.line.base - a.line.base for a, b in pairwise(lines)]
        rows = [
            b.line.base - a.line.base
            for a, b in pairwise(lines)
            if a.has_figures() and b.has_figures()
        ]
        self._pitch = sorted(rows)[len(rows) // 5] if rows else max(gaps, default=0.0)
        self._closest = min(gaps, default=0.0)
        self._figures_first, self._figures_last = self._habits()
        self._spaced = len(gaps) > 2 and max(gaps) > 1.25 * self._closest

    def _habits(self) -> tuple[int, int]:
        """How often a label that clearly wraps has its figures on its first, on its last line."""
        first = last = 0
        for above, line in zip(self._lines, self._lines[1:], strict=False):
            if not above.stub or not line.stub or above.spanning or line.spanning:
                continue
            if not (line.stub[0].text[:1].islower() and above.stub[0].text[:1].isupper()):
                continue
            first += above.has_figures() and line.stub_only
            last += above.stub_only and line.has_figures()
        return first, last

    def continues(self, row: Sequence[BodyLine], line: BodyLine) -> bool:
        """The line goes on with the row above it."""
        above = row[-1]
        if line.has_figures() and self._numeric:
            return False
        gap = line.line.base - above.line.base
        if not self._numeric and self._spaced:
            return gap < 1.2 * self._closest
        if gap > max(1.75 * self._size, 1.15 * self._closest):
            return False
        if not line.stub and not line.spanning:
            return self._is_remainder(row, line, gap)
        if line.spanning or above.spanning:
            return False
        if not above.stub:
            return False
        if len(line.cells) > 1 and (self._numeric or self._one_lined):
            return False
        return self._label_goes_on(above, line)

    def _is_remainder(self, row: Sequence[BodyLine], line: BodyLine, gap: float) -> bool:
        """Text under text of the same columns: the rest of wrapped cells."""
        known = {column for one in row for column in one.cells}
        if not set(line.cells) <= known:
            return gap <= 0.8 * self._gap_below(line)
        return True

    def begins_label(self, index: int) -> bool:
        """The line is the first part of a label whose figures stand on a later line."""
        line = self._lines[index]
        if not line.stub_only or line.has_figures() or line.spanning:
            return False
        if index + 1 >= len(self._lines):
            return False
        below = self._lines[index + 1]
        if not below.stub or below.spanning or not self._numeric:
            return False
        gap = below.line.base - line.line.base
        if gap > 1.75 * self._size:
            return False
        return self._label_goes_on(line, below)

    def _gap_below(self, line: BodyLine) -> float:
        position = self._lines.index(line)
        if position + 1 < len(self._lines):
            return self._lines[position + 1].line.base - line.line.base
        return self._pitch

    def _label_goes_on(self, above: BodyLine, line: BodyLine) -> bool:
        first, last = line.stub[0], above.stub[-1]
        text = " ".join(w.text for w in above.stub)
        if text.endswith(":") or first.bold != last.bold:
            return False
        if text.count("(") > text.count(")"):
            return True
        connected = text.split()[-1].casefold() in _CONNECTING or text.endswith(
            (",", "-", "/", "–")
        )
        small = first.text[:1].islower() or first.text[:1] in "(&"
        fitted = last.x1 + 0.28 * self._size + (first.x1 - first.x0) < self._room - 0.5
        if fitted and not (small or connected):
            return False
        if connected or small:
            return True
        hanging = first.x0 - above.stub[0].x0
        if 0.1 * self._size < hanging <= 2.2 * self._size and self._hangs_elsewhere(hanging):
            return True
        if abs(hanging) > 0.1 * self._size:
            return False
        if above.has_figures():
            return self._figures_first > self._figures_last
        return line.has_figures() and self._figures_last > self._figures_first

    def _hangs_elsewhere(self, hanging: float) -> bool:
        """Another wrapped label, one that begins in lower case, hangs by the same amount."""
        for above, line in zip(self._lines, self._lines[1:], strict=False):
            if not above.stub or not line.stub or not line.stub[0].text[:1].islower():
                continue
            if abs(line.stub[0].x0 - above.stub[0].x0 - hanging) < 0.12 * self._size:
                return True
        return False
