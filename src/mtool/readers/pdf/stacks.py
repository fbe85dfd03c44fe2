"""Blocks of lines framed by rulings of one width, or by the edges of shaded rows."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from mtool.readers.pdf.bare import first_header_line, stops_table
from mtool.readers.pdf.figures import CURRENCY
from mtool.readers.pdf.geometry import Box, Stroke
from mtool.readers.pdf.ink import Ink
from mtool.readers.pdf.layout import is_caption, reads_as_sentence
from mtool.readers.pdf.stream import Block, is_data, is_tabular
from mtool.readers.pdf.words import Line, Word, group_lines, split_segments


def edges_of_shades(ink: Ink) -> list[Stroke]:
    """Upper and lower edges of shaded rows, cells shaded one by one taken together."""
    rows: dict[tuple[int, int], list[Box]] = {}
    for box in ink.fills:
        if 5 < box.height < 0.3 * ink.height:
            rows.setdefault((round(box.top), round(box.bottom)), []).append(box)
    shades: list[Box] = []
    for boxes in rows.values():
        low, high = min(b.x0 for b in boxes), max(b.x1 for b in boxes)
        if sum(b.width for b in boxes) > 0.8 * (high - low):
            shades.append(Box(low, boxes[0].top, high, boxes[0].bottom))
    edges = [Stroke(y, b.x0, b.x1) for b in shades for y in (b.top, b.bottom)]
    return edges + _last_unshaded(shades)


def _last_unshaded(shades: Sequence[Box]) -> list[Stroke]:
    """Where a last row without shade would end, below rows that are shaded in turn."""
    stacks: dict[tuple[int, int], list[Box]] = {}
    for box in sorted(shades, key=lambda b: b.top):
        stacks.setdefault((round(box.x0), round(box.x1)), []).append(box)
    ends = []
    for stack in stacks.values():
        blanks = [below.top - above.bottom for above, below in pairwise(stack)]
        if sum(blank > 5 for blank in blanks) > 1:
            ends.append(Stroke(stack[-1].bottom + max(blanks), stack[-1].x0, stack[-1].x1))
    return ends


def blocks_between_rules(ink: Ink, words: Sequence[Word]) -> list[Block]:
    """Blocks framed by horizontal rulings of the same width, one under the other."""
    stacks: list[list[Stroke]] = []
    for stroke in sorted(ink.across, key=lambda s: s.at):
        if stroke.length < 60:
            continue
        for stack in stacks:
            if abs(stack[0].low - stroke.low) < 5 and abs(stack[0].high - stroke.high) < 5:
                stack.append(stroke)
                break
        else:
            stacks.append([stroke])
    blocks = []
    lines = group_lines(w for w in words if not w.angle)
    for stack in stacks:
        if len(stack) >= 2:
            blocks.extend(_stack_blocks(stack, lines, ink))
    return _distinct(blocks)


def _stack_blocks(stack: Sequence[Stroke], lines: Sequence[Line], ink: Ink) -> list[Block]:
    """Blocks of neighbouring bands between the rulings of one stack, headers above included."""
    low, high = stack[0].low - 4, stack[0].high + 4
    inside = [
        Line(kept)
        for line in lines
        if (kept := tuple(w for w in line.words if low <= w.middle <= high))
    ]
    bands = [
        [line for line in inside if above.at < line.base - 0.35 * line.size < below.at]
        for above, below in pairwise(stack)
    ]
    blocks: list[Block] = []
    start: int | None = None
    for index in range(len(bands) + 1):
        begun = start is not None
        apart = (
            start is not None
            and index < len(bands)
            and _stands_apart(bands[index], stack[index], stack[index + 1], bands[start:index])
        )
        if index < len(bands) and not apart and _band_is_tabular(bands[index], begun, high - low):
            start = index if start is None else start
        elif start is not None:
            if start and _could_head(bands[start - 1], high - low):
                start -= 1
            rules, found = stack[start : index + 1], bands[start:index]
            block = None
            if not (_lacks_labels(found, low, lines) or _cut_through(found, low, high, lines)):
                block = _stack_block(rules, found, inside, ink)
            blocks.extend([block] if block else [])
            start = None
    return blocks


def _stands_apart(
    band: Sequence[Line], above: Stroke, below: Stroke, before: Sequence[Sequence[Line]]
) -> bool:
    """Wide blanks part the band from its rulings: it holds what is printed between two tables."""
    if not band or is_data(band[0]):
        return False
    size = band[0].size
    lowered = band[0].top - above.at > 1.4 * size
    if any(is_data(line) for line in band):
        return lowered and any(is_data(line) for lines in before for line in lines)
    blanks = [b.top - a.bottom for a, b in pairwise(band)]
    return lowered or max([*blanks, below.at - band[-1].bottom]) > 1.4 * size


def _could_head(band: Sequence[Line], width: float) -> bool:
    """A few short lines above the first rows: a header whose labels wrap."""
    return 0 < len(band) <= 8 and not any(
        is_caption(line.text) or reads_as_sentence(line) or line.x1 - line.x0 > width
        for line in band
    )


def _stack_block(
    rules: Sequence[Stroke], bands: Sequence[Sequence[Line]], inside: Sequence[Line], ink: Ink
) -> Block | None:
    run = [line for band in bands for line in band]
    if sum(is_tabular(line) or len(split_segments(line)) > 1 for line in run) < 2:
        return None
    if is_data(run[0]):
        run = [*_header_above(run, inside, rules), *run]
    top, bottom = min(rules[0].at, run[0].top) - 2, rules[-1].at + 2
    low, high = rules[0].low - 4, rules[0].high + 4
    across = [s for s in ink.across if top <= s.at <= bottom and s.low < high and s.high > low]
    down = [s for s in ink.down if s.low < bottom and s.high > top and low < s.at < high]
    return Block(tuple(run), tuple(across), tuple(down), ruled=True)


def _lacks_labels(bands: Sequence[Sequence[Line]], low: float, lines: Sequence[Line]) -> bool:
    """Nothing but figures between the rulings, and labels to their left: amounts ruled off alone.

    So are the totals of accounts; the table is wider than such rulings.
    """
    data = [
        line for band in bands for line in band if any(w.text[:1].isdigit() for w in line.words)
    ]
    if any(
        word.text[:1].isalpha() and word.text not in CURRENCY for li in data for word in li.words
    ):
        return False
    labelled = 0
    for line in data:
        whole = next(other for other in lines if line.words[0] in other.words)
        left = [piece for piece in split_segments(whole) if piece.x1 <= low + 4]
        labelled += bool(left) and left[-1].text[:1].isalpha() and len(left[-1].words) < 9
    return bool(data) and labelled > 0.6 * len(data)


def _cut_through(
    bands: Sequence[Sequence[Line]], low: float, high: float, lines: Sequence[Line]
) -> bool:
    """Text runs on beyond the rulings' ends: they underline headings, and frame nothing."""
    inside = [line for band in bands for line in band]
    first, last = inside[0].base - 1, inside[-1].base + 1
    cut = sum(
        any(p.x0 < edge - p.size and p.x1 > edge + p.size for p in split_segments(line))
        for line in lines
        if first <= line.base <= last
        for edge in (low, high)
    )
    return cut > 0.1 * len(inside)


def _header_above(
    run: Sequence[Line], inside: Sequence[Line], rules: Sequence[Stroke]
) -> list[Line]:
    """Header lines that stand over the topmost ruling of a block."""
    first = inside.index(run[0])
    stops = [stops_table(line) for line in inside]
    top = first_header_line(inside, stops, first, -1, rules)
    return list(inside[top:first])


def _band_is_tabular(band: Sequence[Line], begun: bool, width: float) -> bool:
    """Between two rulings: lines in several pieces, no captions, not mainly sentences."""
    if not band:
        return False
    if any(stops_table(line) and is_caption(line.text) for line in band):
        return False
    pieces = sum(is_tabular(line) or len(split_segments(line)) > 1 for line in band)
    sentences = sum(
        reads_as_sentence(line)
        and len(split_segments(line)) == 1
        and line.x1 - line.x0 > 0.6 * width
        for line in band
    )
    if sentences >= 2 and sentences >= 0.2 * len(band):
        return False
    if _is_prose_in_columns(band):
        return False
    if begun and (pieces or len(band) == 1):
        return True
    return pieces >= 0.4 * len(band)


def _is_prose_in_columns(band: Sequence[Line]) -> bool:
    """Sentences side by side at an even pitch, as a page in two columns has them."""
    pieces = [piece for line in band for piece in split_segments(line)]
    sentences = sum(reads_as_sentence(piece) for piece in pieces)
    pitches = sorted(b.base - a.base for a, b in pairwise(band))
    if len(band) < 6 or sentences < 0.5 * len(pieces):
        return False
    return pitches[-len(pitches) // 5] < 1.3 * max(pitches[len(pitches) // 5], 0.5)


def _distinct(blocks: list[Block]) -> list[Block]:
    """Of blocks that share words, the larger."""
    kept: list[Block] = []
    for block in sorted(blocks, key=lambda b: -len(b.lines)):
        if not any(block.box.overlaps(other.box) for other in kept):
            kept.append(block)
    return sorted(kept, key=lambda b: b.box.top)
