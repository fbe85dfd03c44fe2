"""What the lines of a page are: sentences, captions, or candidates for the rows of a table.

Sentences are told by their company: long lines one under the other that fill the same width.
A page set in two or more columns is cut along its gutters, except where something runs across.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from mtool.readers.pdf.beside_figures import figures_beside
from mtool.readers.pdf.columns import atoms_of
from mtool.readers.pdf.geometry import Stroke
from mtool.readers.pdf.ink import Ink
from mtool.readers.pdf.words import Line, Word, group_lines, split_segments

_CAPTION = re.compile(
    r"(?i:table|tableau|tab\.|tabla|tabelle|tabella|quadro|annex|annexe|appendix|exhibit|schedule"
    r"|chart|figure|fig\.|graph|graphique|box|encadré|map|carte)\s*(?:[Nn][o°]\.?\s*)?"
    r"(?:[A-Z]{1,2}[-.]?)?(?:\d{1,3}|[IVX]{1,5}|[A-Z])(?:[-.–]\d{1,3}){0,3}[a-z]?(?:[\s.:–—)-]|$)"
)
_PICTURE_CAPTION = re.compile(
    r"(?:chart|figure|fig\.|graph|graphique|map|carte|photo)\b", re.IGNORECASE
)
_NOTE = re.compile(
    r"(?:notes?|sources?|nb|n\.b\.|remarks?|remarques?|quelle|fuente|nota|bron|\*+|†|‡|legend|key)"
    r"\s*(?:\(\d{1,2}\))?\s*[:.–—*]|(?:sources?|notes?)\b|[*†‡§]{1,3}\s?[A-Z]|[(\[]\d{1,2}[)\]]\s+\w{2,}",
    re.IGNORECASE,
)


def is_caption(text: str) -> bool:
    """`Table 3: …`, `Tableau 3`, `Annex II. …`; figures and maps too."""
    return _CAPTION.match(text[:80]) is not None


def is_picture_caption(text: str) -> bool:
    return _PICTURE_CAPTION.match(text[:40]) is not None and is_caption(text)


def is_note(line: Line) -> bool:
    """A line that opens a note or names a source, below a table."""
    first = line.words[0]
    if first.lead_marks and first.text[:1].isalpha():
        return True
    return _NOTE.match(line.text[:80]) is not None and not is_caption(line.text)


@dataclass(frozen=True, slots=True)
class Frame:
    """Lines of one column of the page, or of several columns that something runs across."""

    lines: tuple[Line, ...]
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Layout:
    """A page's words as sentences (`prose` segments) and frames of other lines."""

    frames: tuple[Frame, ...]
    prose: tuple[Line, ...]
    gutters: tuple[float, ...]


def lay_out(ink: Ink, words: Sequence[Word]) -> Layout:
    """Tell sentences from other lines, and cut the others along the page's gutters."""
    lines = group_lines(words)
    cut = {id(line): split_segments(line) for line in lines}
    segments = [segment for line in lines for segment in cut[id(line)]]
    prose = _prose(segments, figures_beside(segments, ()))
    gutters = _gutters([s for s in segments if id(s) in prose], ink)
    if gutters:
        prose = _prose(segments, figures_beside(segments, gutters))
    prose |= _justified(lines, cut, [s for s in segments if reads_as_sentence(s)])
    sentences = [s for s in segments if id(s) in prose]
    frames: dict[tuple[int, int], list[Line]] = {}
    rest = [
        (line, kept) for line in lines if (kept := [s for s in cut[id(line)] if id(s) not in prose])
    ]
    dividing = _dividing(rest, gutters, _Crossings(ink, sentences, rest))
    cuts = [_cut_line(kept, gutters, dividing[n]) for n, (_, kept) in enumerate(rest)]
    for part, key in _with_wide_neighbours(cuts, dividing):
        frames.setdefault(key, []).append(part)
    edges = [0.0, *gutters, ink.width]
    return Layout(
        tuple(
            Frame(
                tuple(group_lines(word for line in found for word in line.words)),
                edges[low],
                edges[high + 1],
            )
            for (low, high), found in sorted(frames.items())
        ),
        tuple(s for s in segments if id(s) in prose),
        gutters,
    )


def _holds_figures(segment: Line) -> bool:
    return any(atom.figure for atom in atoms_of(segment.words))


def reads_as_sentence(segment: Line) -> bool:
    """Long, of several words set at one distance, mostly letters."""
    if len(segment.words) < 5 or segment.x1 - segment.x0 < 13 * segment.size:
        return False
    gaps = sorted(max(b.x0 - a.x1, 0.0) for a, b in pairwise(segment.words))
    usual = gaps[len(gaps) // 4] + 0.1 * segment.size
    if sum(gap > 1.6 * usual for gap in gaps) > max(1, 0.2 * len(gaps)):
        return False
    text = segment.text
    letters = sum(ch.isalpha() for ch in text)
    figures = sum(atom.figure for atom in atoms_of(segment.words))
    return letters >= 0.6 * len(text.replace(" ", "")) and figures <= 0.34 * len(segment.words)


def _prose(segments: Sequence[Line], followed: dict[int, bool]) -> set[int]:
    """Ids of the segments that belong to paragraphs."""
    long = [s for s in segments if reads_as_sentence(s)]
    prose: set[int] = set()
    for index, segment in enumerate(long):
        company = [other for other in _neighbours(long, index) if _fills_same_width(segment, other)]
        if followed[id(segment)]:
            if any(_flush(segment, o) for o in company) and (
                sum(_flush(segment, o) for o in long) >= 4
            ):
                prose.add(id(segment))
        elif company or len(segment.words) >= 12:
            prose.add(id(segment))
    return prose | _tails(segments, prose, followed)


def _flush(one: Line, other: Line) -> bool:
    """Both edges agree, as in justified text."""
    slack = 0.35 * one.size
    return abs(one.x0 - other.x0) <= slack and abs(one.x1 - other.x1) <= slack


def _neighbours(long: Sequence[Line], index: int) -> list[Line]:
    segment = long[index]
    near = []
    for step in (-1, 1):
        other = index + step
        while 0 <= other < len(long) and abs(long[other].base - segment.base) < 2.2 * segment.size:
            near.append(long[other])
            other += step
    return near


def _fills_same_width(one: Line, other: Line) -> bool:
    if abs(one.base - other.base) < 0.5 * one.size or abs(one.size - other.size) > 0.15 * one.size:
        return False
    shared = min(one.x1, other.x1) - max(one.x0, other.x0)
    return shared >= 0.6 * min(one.x1 - one.x0, other.x1 - other.x0) and (
        abs(one.x0 - other.x0) <= 2.5 * one.size
    )


def _tails(segments: Sequence[Line], prose: set[int], followed: dict[int, bool]) -> set[int]:
    """Last lines of paragraphs: short, right under a sentence, flush with it."""
    tails = set()
    above = [s for s in segments if id(s) in prose]
    for segment in segments:
        if id(segment) in prose or followed[id(segment)] or _holds_figures(segment):
            continue
        for head in above:
            drop = segment.base - head.base
            if (
                0.7 * head.size < drop < 1.5 * head.size
                and abs(segment.x0 - head.x0) < 0.4 * head.size
                and segment.x1 < head.x1 + head.size
                and abs(segment.size - head.size) < 0.6
            ):
                tails.add(id(segment))
                break
    return tails


def _justified(
    lines: Sequence[Line], cut: dict[int, list[Line]], sentences: Sequence[Line]
) -> set[int]:
    """Segments of lines set wide to fill a paragraph's width, next to its sentences."""
    found: set[int] = set()
    for line in lines:
        pieces = cut[id(line)]
        for start in range(len(pieces)):
            for stop in range(start + 2, len(pieces) + 1):
                run = pieces[start:stop]
                if sum(_holds_figures(p) for p in run) <= 1 and _fills(run, sentences):
                    found |= {id(p) for p in run}
    return found


def _fills(run: Sequence[Line], sentences: Sequence[Line]) -> bool:
    size = run[0].size
    if any(b.x0 - a.x1 > 3 * size for a, b in itertools.pairwise(run)):
        return False
    return any(
        0.7 * size < abs(s.base - run[0].base) < 1.6 * size
        and abs(s.x0 - run[0].x0) < 0.4 * size
        and abs(s.x1 - run[-1].x1) < 0.4 * size
        for s in sentences
    )


def _gutters(prose: Sequence[Line], ink: Ink) -> tuple[float, ...]:
    """Vertical strips between columns of sentences."""
    if len(prose) < 8:
        return ()
    found: list[float] = []
    starts = sorted({round(s.x0) for s in prose if s.x0 > 0.2 * ink.width})
    for start in starts:
        right = [s for s in prose if abs(s.x0 - start) <= 2]
        left = [s for s in prose if s.x1 <= start - 4]
        crossing = [s for s in prose if s.x0 < start - 4 and s.x1 > start + 4]
        if len(right) >= 4 and len(left) >= 4 and len(crossing) <= 0.25 * len(right):
            edge = max(s.x1 for s in left if s.x1 <= start - 4)
            if not found or start - found[-1] > 0.15 * ink.width:
                found.append((edge + start) / 2)
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Crossings:
    """What runs across a gutter, and what runs along it, near a given height."""

    ink: Ink
    sentences: Sequence[Line]
    rest: Sequence[tuple[Line, list[Line]]]

    def divides(self, gutter: float, base: float) -> bool:
        """Sentences stand beside the gutter at this height, and nothing runs across it."""
        beside = any(
            abs(s.base - base) < 1.1 * s.size and (s.x1 < gutter + 2 or s.x0 > gutter - 2)
            for s in self.sentences
        )
        return beside and not self.bridged(gutter, base)

    def bridged(self, gutter: float, base: float) -> bool:
        if any(
            s.low < gutter - 15 and s.high > gutter + 15 and abs(s.at - base) < 14
            for s in self.ink.across
        ):
            return True
        return any(
            segment.x0 < gutter - 6 and segment.x1 > gutter + 6
            for line, kept in self.rest
            if abs(line.base - base) < 14
            for segment in kept
        )


def _dividing(
    rest: Sequence[tuple[Line, list[Line]]], gutters: Sequence[float], crossings: _Crossings
) -> list[list[float]]:
    """The gutters that divide each line: beside sentences, and on along a run of lines."""
    dividing: list[list[float]] = [[] for _ in rest]
    for gutter in gutters:
        divides = [crossings.divides(gutter, kept[0].base) for _, kept in rest]
        for order in (range(1, len(rest)), range(len(rest) - 2, -1, -1)):
            step = -1 if order.step > 0 else 1
            for n in order:
                line, beside = rest[n][0], rest[n + step][0]
                close = abs(line.base - beside.base) < 1.6 * line.size
                if divides[n + step] and close and not divides[n]:
                    divides[n] = not crossings.bridged(gutter, line.base)
        for number, divided in enumerate(divides):
            if divided:
                dividing[number].append(gutter)
    return dividing


def _cut_line(
    kept: list[Line], gutters: Sequence[float], active: Sequence[float]
) -> list[tuple[Line, tuple[int, int]]]:
    """Parts of a line by column of the page, each with its first and last column."""
    parts: list[tuple[Line, tuple[int, int]]] = []
    run: list[Word] = []
    for segment in kept:
        if run and any(run[-1].x1 <= g + 1 and segment.x0 >= g - 1 for g in active):
            parts.append(_keyed(run, gutters))
            run = []
        run.extend(segment.words)
    parts.append(_keyed(run, gutters))
    return parts


_Keyed = tuple[Line, tuple[int, int]]


def _with_wide_neighbours(
    cuts: Sequence[list[_Keyed]], dividing: Sequence[list[float]]
) -> list[_Keyed]:
    """Give a line in one column of the page to the wide lines right above or below it.

    It is a label alone in its row of a table over several columns.
    """
    keyed = [list(parts) for parts in cuts]
    for order in (range(1, len(cuts)), range(len(cuts) - 2, -1, -1)):
        for n in order:
            beside = keyed[n - order.step]
            if len(keyed[n]) != 1 or len(beside) != 1 or dividing[n]:
                continue
            (line, key), (other, wide) = keyed[n][0], beside[0]
            close = abs(line.base - other.base) < 2.2 * line.size
            if close and wide[0] < wide[1] and wide[0] <= key[0] and key[1] <= wide[1]:
                keyed[n] = [(line, wide)]
    return [part for parts in keyed for part in parts]


def _keyed(run: list[Word], gutters: Sequence[float]) -> tuple[Line, tuple[int, int]]:
    line = Line(tuple(run))
    low = sum(line.x0 > g - 1 for g in gutters)
    high = sum(line.x1 > g + 1 for g in gutters)
    return line, (low, max(low, high))


def rules_within(ink: Ink, low: float, high: float) -> list[Stroke]:
    """Horizontal rulings whose middle lies between two x positions."""
    return [s for s in ink.across if low - 3 <= (s.low + s.high) / 2 <= high + 3]
