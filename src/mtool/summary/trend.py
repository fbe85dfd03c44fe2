"""Is it a trend? Rate ratios with exact intervals, Mann–Kendall and Theil–Sen, from SciPy.

Counts of two periods are compared by the exact conditional test: given their sum, the later count
is binomial, and the Clopper–Pearson interval of its share is turned into one of the rate ratio
(Przyborowski and Wilenski 1940). So +24 % on 45 incidents is seen to include no change.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from mtool.errors import MissingExtra
from mtool.language import counted
from mtool.summary import Summary, SummaryRow

CONFIDENCE = 0.95
#: Mann–Kendall says nothing on fewer periods.
FEWEST_PERIODS = 4


def with_trend(summary: Summary) -> Summary:
    """Add the rate ratio of each period against the one before, and the trend over the series.

    Raises `MissingExtra` where SciPy is not installed.
    """
    try:
        import scipy.stats as stats
    except ImportError:
        raise MissingExtra("--trend", "stats") from None
    rows = (
        [summary.rows[0], *map(_with_ratio, summary.rows, summary.rows[1:])] if summary.rows else []
    )
    series = [
        row.value for row in rows if row.value is not None and not row.partial and not row.n_missing
    ]
    if len(series) < FEWEST_PERIODS:
        trend: dict[str, Any] = {"periods": len(series), "test": None}
        note = f"no trend test: {counted(len(series), 'complete period')}, {FEWEST_PERIODS} needed"
        return replace(summary, rows=tuple(rows), trend=trend, notes=(*summary.notes, note))
    kendall = stats.kendalltau(range(len(series)), series)
    slope = stats.theilslopes(series, alpha=CONFIDENCE)
    trend = {
        "periods": len(series),
        "test": "Mann-Kendall",
        "tau": _finite(kendall.statistic),
        "p_value": _finite(kendall.pvalue),
        "slope_per_period": float(slope.slope),
        "slope_low": float(slope.low_slope),
        "slope_high": float(slope.high_slope),
        "slope_method": "Theil-Sen",
    }
    return replace(summary, rows=tuple(rows), trend=trend)


def _finite(number: float) -> float | None:
    return None if number != number else float(number)


def _with_ratio(before: SummaryRow, row: SummaryRow) -> SummaryRow:
    """The rate ratio of two counts with its exact interval; null where a change is null too."""
    if row.change is None or row.value is None or before.value is None:
        return row
    ratio = rate_ratio(row.value, before.value)
    if ratio is None:
        return row
    return replace(row, rate_ratio=ratio[0], rate_ratio_low=ratio[1], rate_ratio_high=ratio[2])


def rate_ratio(
    later: float, earlier: float, confidence: float = CONFIDENCE
) -> tuple[float | None, float, float | None] | None:
    """Later over earlier count with its exact interval; an infinite end is null.

    Null for figures that are no counts (fractions), and for two zeros.
    """
    from scipy.stats import binomtest

    if later != int(later) or earlier != int(earlier) or later + earlier <= 0:
        return None
    share = binomtest(int(later), int(later + earlier)).proportion_ci(confidence, method="exact")
    low = share.low / (1 - share.low)
    high = share.high / (1 - share.high) if share.high < 1 else None
    return (later / earlier if earlier else None), float(low), None if high is None else float(high)
