"""Tables that stand side by side: where to cut the lines that seem to run through both."""

from __future__ import annotations

from collections.abc import Sequence

from mtool.readers.pdf.figures import is_figure_cell
from mtool.readers.pdf.layout import is_caption
from mtool.readers.pdf.stream import is_tabular
from mtool.readers.pdf.words import Line, split_segments

#: Two tables are this far apart at least, in units of the font size.
APART = 1.5


def split_beside(lines: Sequence[Line]) -> list[list[Line]]:
    """Cut runs of lines that hold two tables abreast into one list of lines for each.

    Two tables abreast seldom keep the same baselines, or each has a caption of its own.
    """
    runs: list[list[Line]] = []
    for line in lines:
        if runs and line.base - runs[-1][-1].base < 3.5 * line.size:
            runs[-1].append(line)
        else:
            runs.append([line])
    whole: list[Line] = []
    apart: list[list[Line]] = []
    for run in runs:
        cut = _cut_between(run)
        if cut is None:
            whole.extend(run)
        else:
            apart.extend(_halves(run, cut))
    return [part for part in (whole, *apart) if part]


def _cut_between(run: Sequence[Line]) -> float | None:
    if len(run) < 6:
        return None
    captions = _caption_cut(run)
    if captions is not None:
        return captions
    for low, high in _rivers(run):
        cut = (low + high) / 2
        left, right, both = _figure_lines(run, cut)
        few = both <= 0.65 * min(left, right)
        halves = _halves(run, cut) if min(left, right) >= 3 and few else []
        if halves and all(sum(map(is_tabular, half)) >= 3 for half in halves):
            return cut
    return None


def _figure_lines(run: Sequence[Line], cut: float) -> tuple[int, int, int]:
    """How many lines hold figures to the left of the cut, to the right, and on both sides.

    Rows of one table have their figures on one baseline; tables abreast do so by chance only.
    """
    left = right = both = 0
    for line in run:
        sides = {p.x0 > cut for p in split_segments(line) if is_figure_cell(p.text)}
        left += False in sides
        right += True in sides
        both += len(sides) == 2
    return left, right, both


def _caption_cut(run: Sequence[Line]) -> float | None:
    """Two captions on one line, and a blank below that runs down between them."""
    for index, line in enumerate(run):
        pieces = [p for p in split_segments(line) if is_caption(p.text)]
        if len(pieces) == 2:
            start = pieces[1].x0
            for low, high in _rivers(run[index + 1 :]):
                if abs(high - start) < 2 * line.size:
                    return (low + high) / 2
    return None


def _rivers(run: Sequence[Line]) -> list[tuple[float, float]]:
    """Blanks that run down through all lines, wide ones only."""
    size = run[0].size if run else 1.0
    spans = sorted((w.x0, w.x1) for line in run for w in line.words)
    reached = spans[0][1] if spans else 0.0
    rivers = []
    for x0, x1 in spans:
        if x0 - reached > APART * size:
            rivers.append((reached, x0))
        reached = max(reached, x1)
    return rivers


def _halves(run: Sequence[Line], cut: float) -> list[list[Line]]:
    left: list[Line] = []
    right: list[Line] = []
    for line in run:
        for side, words in (
            (left, tuple(w for w in line.words if w.middle < cut)),
            (right, tuple(w for w in line.words if w.middle >= cut)),
        ):
            if words:
                side.append(Line(words))
    return [left, right]
