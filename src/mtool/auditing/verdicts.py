"""Does a stated quantity follow from a computed one? Words that are vague leave a grey zone.

Numbers are judged at their printed precision. For a vague word (`nearly half`, `doubled`) what is
clearly within is supported, what is clearly without contradicted, and the rest unverifiable.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, isinf

from mtool.auditing.quantities import Quantity
from mtool.auditing.sums import show, tidy_number
from mtool.auditing.tie_options import COMPOSITE
from mtool.auditing.ties import OTHER_SOURCE, Amount, Tie
from mtool.model import Number, Verdict

_EPSILON = 1e-9
#: Beyond the first part of itself, a figure is no longer `just over` it; beyond the second, surely.
_FAR = (0.1, 0.25)
#: Shares that `vast majority` and `almost all` clearly reach, and clearly do not.
_WORDED_SHARES = {"vast majority": (0.75, 0.6), "almost all": (0.9, 0.8), "majority": (0.5, 0.5)}


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read a claim, with the arithmetic that follows from it."""

    says: str
    computed: Number | None
    verdict: Verdict


def combine(readings: Sequence[Reading]) -> Verdict:
    """A verdict only where every reading gives the same one."""
    verdicts = {reading.verdict for reading in readings}
    return verdicts.pop() if len(verdicts) == 1 else "unverifiable"


def with_doubts(tie: Tie, verdict: Verdict, *, exceeds: bool = False) -> Verdict:
    """A reading in doubt decides nothing; of a composite, only what exceeds even the whole."""
    if not tie.doubts:
        return verdict
    if all(doubt.startswith((COMPOSITE, OTHER_SOURCE)) for doubt in tie.doubts):
        sure = exceeds and not any(doubt.startswith(OTHER_SOURCE) for doubt in tie.doubts)
        return verdict if verdict != "contradicted" or sure else "unverifiable"
    return "unverifiable"


def show_doubts(tie: Tie) -> str:
    """The doubts of a reading in words, or nothing."""
    said = [
        f'the table gives only "{d.removeprefix(COMPOSITE)}"'
        if d.startswith(COMPOSITE)
        else d.removeprefix(OTHER_SOURCE)
        for d in tie.doubts
    ]
    return f" ({'; '.join(said)})" if said else ""


def judge_count(quantity: Quantity, amount: Amount) -> Verdict:
    """A stated count or area against the sum of the cells it means."""
    low, high = _stated_interval(quantity)
    slack = _EPSILON * max(1.0, abs(quantity.value))
    if quantity.precision in ("about", "nearly"):
        return _judge_vague(quantity, amount)
    if quantity.narrow and not amount.missing and quantity.value:
        far = _how_far(quantity, amount)
        if far > _FAR[0]:
            return "contradicted" if far > _FAR[1] else "unverifiable"
    if high < amount.low - slack or low > amount.high + slack:
        return "contradicted"
    if amount.missing:
        return "unverifiable"
    if quantity.precision == "more_than" and amount.high <= quantity.value:
        return "contradicted"
    if quantity.precision == "less_than" and amount.low >= quantity.value:
        return "contradicted"
    return "supported"


def _how_far(quantity: Quantity, amount: Amount) -> float:
    """How far beyond the figure of `just over 200` the amount lies, as a part of it."""
    if quantity.precision == "more_than":
        return amount.low / quantity.value - 1
    return 1 - amount.high / quantity.value


def _judge_vague(quantity: Quantity, amount: Amount) -> Verdict:
    """`about 130`, `almost 3.4 km²`; what rounds to the figure said is near enough."""
    low, high = _stated_interval(quantity)
    if amount.missing or not quantity.value:
        return "unverifiable"
    ratio = amount.value / quantity.value
    if quantity.precision == "about":
        return _within(ratio, ratio, (0.9, 1.1), (0.75, 1.33))
    if low <= amount.value <= high:
        return "supported"
    return _within(ratio, ratio, (0.9, 0.9999), (0.8, 1.05))


def _stated_interval(quantity: Quantity) -> tuple[float, float]:
    half = quantity.step / 2 if quantity.step != 1.0 or quantity.unit else 0.0
    half = max(half, _rounding_of(quantity.value) if not quantity.unit else half)
    match quantity.precision:
        case "at_least" | "more_than":
            return quantity.value - half, inf
        case "at_most" | "less_than":
            return -inf, quantity.value + half
    return quantity.value - half, quantity.value + half


def _rounding_of(value: float) -> float:
    """`12,000` may stand for 12,034; `1,246` stands for itself."""
    if value < 10_000 or value % 1_000:
        return 0.0
    return 500.0


def judge_share(quantity: Quantity, low: float, high: float) -> Verdict:
    """A stated percentage or fraction against a share between `low` and `high` (0–1)."""
    if quantity.word:
        return _worded_share(quantity.word, low, high)
    stated = quantity.value / 100 if quantity.kind == "percent" else quantity.value
    half = quantity.step / 200 if quantity.kind == "percent" else 0.025
    wide = half if quantity.kind == "percent" else 0.05
    if quantity.narrow and low == high:
        beyond = low if quantity.precision == "more_than" else 2 * stated - low
        return _beside(beyond, stated, (0.05, 0.08))
    match quantity.precision:
        case "more_than" | "at_least":
            return _beyond(low, high, stated, strict=quantity.precision == "more_than")
        case "less_than" | "at_most":
            return _beyond(-high, -low, -stated, strict=quantity.precision == "less_than")
        case "about":
            near, far = max(0.03, stated * 0.1), max(0.08, stated * 0.25)
            return _within(low, high, (stated - near, stated + near), (stated - far, stated + far))
        case "nearly":
            return _within(
                low, high, (stated * 0.88, stated - 1e-6), (stated * 0.75, stated + 0.02)
            )
    return _within(low, high, (stated - half, stated + half), (stated - wide, stated + wide))


def _worded_share(word: str, low: float, high: float) -> Verdict:
    if word == "minority":
        return _beyond(-high, -low, -0.5, strict=True)
    reached, missed = _WORDED_SHARES[word]
    if low > reached or (low >= reached and word != "majority"):
        return "supported"
    return (
        "contradicted"
        if high < missed or (word == "majority" and high <= missed)
        else "unverifiable"
    )


def _beyond(low: float, high: float, bound: float, *, strict: bool) -> Verdict:
    """Is everything between low and high above the bound, or nothing?"""
    if low > bound + _EPSILON or (not strict and low >= bound - _EPSILON):
        return "supported"
    if high < bound - _EPSILON or (strict and high <= bound + _EPSILON):
        return "contradicted"
    return "unverifiable"


def _beside(value: float, bound: float, band: tuple[float, float]) -> Verdict:
    """Is the value just above the bound (`just over half`)? Far above is as wrong as below."""
    if bound + _EPSILON < value <= bound + band[0] + _EPSILON:
        return "supported"
    return "contradicted" if value <= bound or value > bound + band[1] else "unverifiable"


def _within(
    low: float, high: float, near: tuple[float, float], far: tuple[float, float]
) -> Verdict:
    middle = (low + high) / 2 if not isinf(low) and not isinf(high) else low
    if near[0] - _EPSILON <= middle <= near[1] + _EPSILON:
        return "supported"
    if high < far[0] - _EPSILON or low > far[1] + _EPSILON:
        return "contradicted"
    return "unverifiable"


def judge_factor(quantity: Quantity, factor: float, ratio: float) -> Verdict:
    """A stated multiple (`doubled`, `halved`) against the ratio of two figures."""
    relative = ratio / factor if factor >= 1 else factor / ratio if ratio else inf
    match quantity.precision:
        case "more_than" | "at_least":
            return _within(relative, relative, (1.0, inf), (0.97, inf))
        case "nearly":
            return _within(relative, relative, (0.85, 0.99999), (0.8, 1.05))
        case "about":
            return _within(relative, relative, (0.88, 1.15), (0.8, 1.3))
        case "less_than" | "at_most":
            return _within(relative, relative, (-inf, 1.0), (-inf, 1.03))
    return _within(relative, relative, (0.93, 1.1), (0.9, 1.25))


def judge_change(quantity: Quantity, change: float, direction: int) -> Verdict:
    """A stated change in percent, with its direction, against the change computed (in percent)."""
    if change * direction < 0:
        return "contradicted"
    return judge_share(quantity, abs(change) / 100, abs(change) / 100)


def judge_trend(direction: int, strength: str, before: float, after: float) -> Verdict:
    """`increased`, `declined` (direction 1, -1) or `stable` (0) against two figures."""
    if direction:
        if (after - before) * direction <= 0:
            return "contradicted"
        if strength == "strong" and before and abs(after - before) / before < 0.1:
            return "unverifiable"
        return "supported"
    difference = abs(after - before)
    share = difference / before if before else (inf if difference else 0.0)
    if share <= 0.05:
        return "supported"
    return "contradicted" if share >= 0.2 and difference >= 3 else "unverifiable"


def percent_text(share: float) -> str:
    """A share as people read it: 0.5957 → 59.6 %."""
    return "∞" if isinf(share) else f"{show(tidy_number(round(share * 100, 1)))} %"
