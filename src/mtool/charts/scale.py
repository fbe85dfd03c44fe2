"""Where things stand on a picture: tops of axes, and labels kept apart."""

from __future__ import annotations

import math
from collections.abc import Sequence

from mtool.charts import Series


def most(series: Sequence[Series], above: float = 1.06) -> float:
    """A round top for an axis, with room for a label over the largest figure: `above` times it."""
    largest = max((p.value for one in series for p in one.points if p.value is not None), default=0)
    if largest <= 0:
        return 1.0
    step: float = 10 ** math.floor(math.log10(largest)) / 2
    return max(math.ceil(largest * above / step) * step, 1.0)


def spread(wanted: Sequence[float], gap: float, height: float) -> list[float]:
    """Places at least `gap` apart, in the order wanted and near to what was wanted.

    They stay inside the height as long as they fit there; where not, they go on below it.
    """
    order = sorted(range(len(wanted)), key=lambda at: (wanted[at], at))
    places: list[float] = []
    for at in order:
        places.append(max(wanted[at], places[-1] + gap) if places else max(wanted[at], 0.0))
    limit = height
    for at in range(len(places) - 1, -1, -1):
        places[at] = max(min(places[at], limit), at * gap)
        limit = places[at] - gap
    found = dict(zip(order, places, strict=True))
    return [round(found[at], 2) for at in range(len(wanted))]
