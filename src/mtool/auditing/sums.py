"""Does a stated figure equal the sum of others, given printed precision and missing addends?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, isinf

from mtool.auditing.figures import Figure
from mtool.model import Number, Verdict

_EPSILON = 1e-9
_SHOWN = 12


@dataclass(frozen=True, slots=True)
class Sum:
    """A stated figure beside the sum of its addends.

    `computed` sums the addends that are known; `missing` counts the others; `tolerance` is what
    rounding leaves open. `fits` is true only for a match with nothing missing.
    """

    stated: Number
    computed: Number
    missing: int
    tolerance: float
    verdict: Verdict
    shown: str

    @property
    def fits(self) -> bool:
        return self.verdict == "supported"

    @property
    def difference(self) -> Number:
        return tidy_number(self.stated - self.computed)


def check_sum(total: Figure, addends: Sequence[Figure]) -> Sum | None:
    """Compare a total with its addends; null when the total itself is no number.

    Missing addends make it unverifiable, unless the known ones alone exceed the total.
    """
    if total.value is None:
        return None
    known = [a for a in addends if not a.missing]
    missing = len(addends) - len(known)
    low, high = sum(a.low for a in known), sum(a.high for a in known)
    bounded = not any(a.low < 0 and a.value is not None and a.value < 0 for a in known)
    if missing:
        high = inf
        low = low if bounded else -inf
    middle = tidy_number(
        sum(a.value if a.value is not None else (a.low + a.high) / 2 for a in known)
    )
    slack = _EPSILON * max(1.0, abs(total.value))
    verdict: Verdict = "supported"
    if total.low > high + slack or total.high < low - slack:
        verdict = "contradicted"
    elif missing or _is_loose(total, known, middle):
        verdict = "unverifiable"
    tolerance = 0.0 if isinf(high) else (high - low + total.high - total.low) / 2
    return Sum(total.value, middle, missing, tolerance, verdict, show_sum(addends))


def _is_loose(total: Figure, addends: Sequence[Figure], middle: Number) -> bool:
    """`about`, `at least` and ranges leave a width that rounding does not explain."""
    loose = any(
        f.value is None or f.high - f.low > max(1.0, abs(f.value) * 0.01) for f in (total, *addends)
    )
    return loose and total.value != middle


def show_sum(addends: Sequence[Figure]) -> str:
    """`19 + 33 + 10`; long sums are cut in the middle."""
    texts = [a.text.strip() or "(blank)" for a in addends]
    if len(texts) > _SHOWN:
        texts = [*texts[: _SHOWN - 2], f"… {len(texts) - _SHOWN + 1} more …", texts[-1]]
    return " + ".join(texts)


def tidy_number(value: Number) -> Number:
    """Take binary noise off a sum: 0.1 + 0.2 → 0.3; whole floats become integers."""
    if isinstance(value, int) or isinf(value):
        return value
    rounded = round(value, 9)
    return int(rounded) if rounded.is_integer() else rounded


def show(value: Number) -> str:
    """A number as people read it: thousands by comma, no binary noise."""
    value = tidy_number(value)
    return f"{value:,}" if isinstance(value, int) else f"{round(value, 4):,}"
