"""Claims that one figure is so much above or below another: `22 mines de plus qu'en 2021`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from mtool.auditing.claim import Claim
from mtool.auditing.claim_ratios import compared_sides
from mtool.auditing.differences import difference_word
from mtool.auditing.frames import Frame
from mtool.auditing.quantities import Quantity
from mtool.auditing.sums import show, tidy_number
from mtool.auditing.ties import Amount, Tie, Ties
from mtool.auditing.verdicts import Reading, judge_count, show_doubts, with_doubts

_THAN = {"than", "que", "qu"}
_FARTHEST_THAN = 12


def difference_claims(frame: Frame, ties: Ties, used: set[int]) -> Iterator[Claim]:
    """Every count that is a difference is used up; those whose two sides are told are judged."""
    for i, quantity in enumerate(frame.quantities):
        found = difference_word(frame, quantity)
        if found is None or i in used:
            continue
        used.add(i)
        start, end = frame.segment(quantity.start)
        than = _than(frame, found[0], end)
        if than is None or frame.is_modal(start, end):
            continue
        sides = compared_sides(frame, ties, (start, found[0], than, end))
        if sides is None:
            continue
        left, right = (ties.find(replace(side, unit=quantity.unit)) for side in sides)
        readings = [
            _reading(quantity, (a, b), found[1])
            for a in left
            for b in right
            if a.evidence is b.evidence and a.cells != b.cells
        ]
        stated = tidy_number(quantity.value)
        says = f"it says {show(stated)} {'more' if found[1] > 0 else 'less'}"
        yield Claim("difference", frame, start, end, says, tuple(readings), stated)


def _than(frame: Frame, at: int, end: int) -> int | None:
    """The first `than` after the word of difference, unless a figure follows it."""
    starts = {q.start for q in frame.quantities}
    for i in range(at + 1, min(end, at + _FARTHEST_THAN)):
        if frame.words[i] in _THAN:
            return None if i + 1 in starts else i
    return None


def _reading(quantity: Quantity, sides: tuple[Tie, Tie], way: int) -> Reading:
    left, right = sides
    a, b = (side.amount for side in sides)
    shown = f"{left.place} {a.shown}, {right.place} {b.shown}"
    difference = tidy_number((a.value - b.value) * way)
    says = f"{left.table_name}: {shown}, {show(difference)}{show_doubts(left)}{show_doubts(right)}"
    if a.missing or b.missing:
        return Reading(f"{says}, with missing figures", None, "unverifiable")
    low, high = (a.low - b.high, a.high - b.low) if way > 0 else (b.low - a.high, b.high - a.low)
    verdict = judge_count(quantity, Amount(difference, low, high, 0, ""))
    return Reading(says, difference, with_doubts(left, with_doubts(right, verdict)))
