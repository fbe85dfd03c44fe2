"""Lines of a header → labels, each with the columns it stands over."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from mtool.readers.pdf.columns import Columns, find_columns
from mtool.readers.pdf.figures import is_year
from mtool.readers.pdf.words import Line, Word, split_segments

#: Blank between two labels of one header line, in units of the font size.
LABEL_GAP = 0.62


OWN_ROW = re.compile(
    r"\(?(?:\d{1,2}|[a-zA-Z]|[ivx]{1,4})\)|\d{1,2}|\((?:[^()]{1,24})\)"
    r"|(?:in |en )?(?:[$€£%‰#]|US\$|USD|EUR|CFA|ECU)?[ /]?"
    r"(?:(?:thousand|million|billion|millier)s?|mn|bn|%|km2|km²|m2|m²|m³|ha|kg|tonnes?|t|no\.?|n°|nr|number|nombre|persons|€|\$|£)?",
    re.IGNORECASE,
)


@dataclass(slots=True)
class Label:
    """A piece of header text, the columns it stands over, and whether it spans them."""

    words: list[Word]
    low: int
    high: int
    spans: bool = False
    x0: float = field(init=False)
    x1: float = field(init=False)
    top: float = field(init=False)
    base: float = field(init=False)

    def __post_init__(self) -> None:
        self.measure()

    def measure(self) -> None:
        self.x0 = min(w.x0 for w in self.words)
        self.x1 = max(w.x1 for w in self.words)
        self.top = min(w.top for w in self.words)
        self.base = max(w.base for w in self.words)

    @property
    def middle(self) -> float:
        return (self.x0 + self.x1) / 2


def labels_in_turn(lines: Sequence[Line], columns: Columns) -> list[Label]:
    """Labels of a header that has blanks of its own between as many columns as the body has.

    Each is of the column in its turn, wherever it stands exactly: labels set flush left over
    figures set flush right. Nothing where a label spans, or where the columns are not as many.
    """
    if not lines:
        return []
    own = find_columns(lines)
    offset = len(columns) - len(own)
    if offset not in (0, 1) or len(own) < 2 or (offset and own.extents[0][0] < columns.cuts[1]):
        return []
    for number, (low, high) in enumerate(own.extents):
        over = columns.touched(low, high)
        if over[0] > number + offset + 1 or over[-1] < number + offset - 1 or len(over) > 2:
            return []
    labels: list[Label] = []
    close: list[Label] = []
    for line in lines:
        parts: dict[int, list[Word]] = {}
        near: set[int] = set()
        for before, word in zip((None, *line.words), line.words, strict=False):
            column = own.of(word.x0, word.x1)
            if before and column not in parts and word.x0 - before.x1 < 0.45 * word.size:
                near.add(column)
            parts.setdefault(column, []).append(word)
        for column, words in sorted(parts.items()):
            labels.append(Label(words, column + offset, column + offset))
            close += [labels[-1]] if column in near else []
    aligned = all(_is_flush_with_others(label, labels) for label in close)
    return labels if aligned else []


def _is_flush_with_others(label: Label, labels: Sequence[Label]) -> bool:
    """Another line's label of the same column begins or ends where this one does."""
    slack = 0.15 * label.words[0].size
    return any(
        other.low == label.low
        and other is not label
        and min(abs(other.x0 - label.x0), abs(other.x1 - label.x1)) < slack
        for other in labels
    )


def labels_of(line: Line, columns: Columns, header: Sequence[Line]) -> list[Label]:
    """Cut one header line into labels: at wide blanks, and between the labels of two columns."""
    labels: list[Label] = []
    for segment in split_segments(line, LABEL_GAP):
        for words in _cut_at_columns(segment, columns, header):
            over = columns.touched(words[0].x0, words[-1].x1)
            labels.append(Label(list(words), over[0], over[-1]))
    return _one_to_one(labels, columns)


def _one_to_one(labels: list[Label], columns: Columns) -> list[Label]:
    """As many labels as columns: one for each, though some stand off to the side of theirs."""
    offset = len(columns) - len(labels)
    if offset not in (0, 1) or (offset and labels[0].low == 0) or len(labels) < 2:
        return labels
    apart = [
        abs(n + offset - label.low) <= 1 and abs(n + offset - label.high) <= 1
        for n, label in enumerate(labels)
    ]
    if all(apart):
        for number, label in enumerate(labels):
            label.low = label.high = number + offset
    return labels


def _cut_at_columns(
    segment: Line, columns: Columns, header: Sequence[Line]
) -> list[tuple[Word, ...]]:
    """Split a segment over several columns when its parts are labels of one column each."""
    over = columns.touched(segment.x0, segment.x1)
    if len(over) < 2 or len(segment.words) < 2:
        return [segment.words]
    parts: dict[int, list[Word]] = {}
    for word in segment.words:
        parts.setdefault(columns.of(word.x0, word.x1), []).append(word)
    indices = sorted(parts)
    years = len(parts) > 1 and all(len(p) == 1 and is_year(p[0].text) for p in parts.values())
    ruled = len(parts) > 1 and all(
        columns.ruled[i] for low, high in pairwise(indices) for i in range(low, high)
    )
    if (ruled or years) and not _crosses(segment, columns):
        return [tuple(parts[i]) for i in indices]
    flush = _flush_parts(segment.words, columns, list(over))
    if not flush or (len(over) == 2 and _stands_alone(segment, columns, over, header)):
        return [segment.words]
    return flush


def _crosses(segment: Line, columns: Columns) -> bool:
    return any(
        w.x0 < cut - 1.5 and w.x1 > cut + 1.5 for w in segment.words for cut in columns.cuts[1:-1]
    )


def _stands_alone(segment: Line, columns: Columns, over: range, header: Sequence[Line]) -> bool:
    """A label of its own over several columns: labels of theirs below it, none above it."""
    above: set[int] = set()
    below: set[int] = set()
    for line in header:
        for piece in split_segments(line, LABEL_GAP):
            touched = columns.touched(piece.x0, piece.x1)
            if piece.base < segment.base - 1 and len(touched) == 1:
                above |= set(touched)
            elif piece.base > segment.base + 1 and not OWN_ROW.fullmatch(piece.text):
                below |= set(touched)
    return len(below & set(over)) >= 2 and not above & set(over)


def _flush_parts(
    words: tuple[Word, ...], columns: Columns, over: list[int]
) -> list[tuple[Word, ...]]:
    """Cut words so that each part is flush with, or centred on, one of the columns in turn."""
    if len(over) == 1:
        return [words] if _sits_in(words, columns, over[0]) else []
    for cut in range(1, len(words)):
        if _sits_in(words[:cut], columns, over[0]):
            rest = _flush_parts(words[cut:], columns, over[1:])
            if rest:
                return [words[:cut], *rest]
    return []


def _sits_in(words: Sequence[Word], columns: Columns, column: int) -> bool:
    """The words are flush with their column, or centred on it."""
    low, high = columns.extents[column]
    x0, x1 = words[0].x0, words[-1].x1
    slack = 0.3 * words[0].size
    return min(abs(x0 - low), abs(x1 - high), abs(x0 + x1 - low - high) / 2) < slack
