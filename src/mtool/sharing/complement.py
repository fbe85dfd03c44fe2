"""Which other figures must go with the small ones, so that no sum gives a small one back.

A hidden figure is safe when another set of whole figures, none negative, fits every sum that is
still published and differs in it. Such a set is sought for each small figure, hiding as little
else as can be found; it then protects every figure that it changes. What is hidden later never
makes it invalid, so one pass is enough, and each step is a proof.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import count

#: How many figures of one sum are tried, cheapest first, and how many attempts are made in all.
WIDTH = 6
ATTEMPTS = 5_000
#: What hiding loses: a zero says more than another figure, a whole more than a part.
COST_OF_A_FIGURE = 10.0
COST_OF_A_ZERO = 30.0
COST_OF_A_WHOLE = 40.0
#: What mending one more sum is reckoned to cost.
COST_OF_A_SUM = 15.0


@dataclass
class Sums:
    """Figures and the sums they take part in.

    `values` and `costs` are by figure (how much is lost when it is hidden); a `relation` is a list
    of (figure, factor), +1 for a part and -1 for the whole, whose sum never changes. `free` are
    figures that nobody publishes, such as what a whole has besides the parts that are listed.
    """

    values: list[int] = field(default_factory=list)
    costs: list[float] = field(default_factory=list)
    relations: list[tuple[tuple[int, int], ...]] = field(default_factory=list)
    free: set[int] = field(default_factory=set)
    of_figure: list[list[tuple[int, int]]] = field(default_factory=list)

    def add_figure(self, value: int, *, free: bool = False) -> int:
        """A new figure; returns its number."""
        self.values.append(value)
        self.costs.append(COST_OF_A_FIGURE if value else COST_OF_A_ZERO)
        self.of_figure.append([])
        if free:
            self.free.add(len(self.values) - 1)
        return len(self.values) - 1

    def add_sum(self, whole: int, parts: Iterable[int], *, complete: bool) -> None:
        """State that a whole is the sum of parts; without `complete`, of more than is listed."""
        members = list(dict.fromkeys(parts))
        if not members or whole in members:
            return
        rest = self.values[whole] - sum(self.values[part] for part in members)
        if rest > 0 or not complete:
            members.append(self.add_figure(max(rest, 0), free=True))
        self.costs[whole] += COST_OF_A_WHOLE
        relation = ((whole, -1), *((part, 1) for part in members))
        self.relations.append(relation)
        for figure, factor in relation:
            self.of_figure[figure].append((len(self.relations) - 1, factor))


def with_complements(sums: Sums, small: Iterable[int]) -> set[int]:
    """The figures to hide: the small ones and those that would give them back."""
    to_protect = sorted(set(small))
    hidden = set(to_protect)
    safe: set[int] = set()
    for figure in to_protect:
        if figure in safe:
            continue
        changes = _another_solution(sums, figure, hidden)
        if changes is None:
            hidden |= _connected(sums, figure)
            continue
        safe |= set(changes)
        hidden |= set(changes)
    return hidden - sums.free


@dataclass(frozen=True, slots=True)
class _Attempt:
    """Changes of figures, and by how much each sum is off for it; a solution has none that is off."""

    changes: Mapping[int, int]
    off: Mapping[int, int]
    cost: float

    @property
    def rank(self) -> float:
        """What was spent, and what mending the sums that are off may still cost."""
        return self.cost + COST_OF_A_SUM * len(self.off)


def _another_solution(sums: Sums, figure: int, hidden: set[int]) -> Mapping[int, int] | None:
    """Changes that keep every sum and no figure negative, at little cost; null if none is found."""
    order = count()
    waiting: list[tuple[float, int, _Attempt]] = []
    start = _Attempt({}, {}, 0.0)
    for step in (1, -1):
        if sums.values[figure] + step >= 0:
            first = _changed(sums, start, (figure, step), 0.0)
            heapq.heappush(waiting, (first.rank, next(order), first))
    seen: set[frozenset[tuple[int, int]]] = set()
    for _ in range(ATTEMPTS):
        if not waiting:
            return None
        _, _, attempt = heapq.heappop(waiting)
        if not attempt.off:
            return attempt.changes
        for more, member, step in _mendings(sums, attempt, hidden):
            mended = _changed(sums, attempt, (member, step), more)
            state = frozenset(mended.changes.items())
            if state not in seen:
                seen.add(state)
                heapq.heappush(waiting, (mended.rank, next(order), mended))
    return None


def _changed(sums: Sums, attempt: _Attempt, change: tuple[int, int], more: float) -> _Attempt:
    """The attempt with one more figure changed, and the sums that are off then."""
    figure, step = change
    off = dict(attempt.off)
    for relation, factor in sums.of_figure[figure]:
        left = off.pop(relation, 0) + factor * step
        if left:
            off[relation] = left
    return _Attempt({**attempt.changes, figure: step}, off, attempt.cost + more)


def _mendings(sums: Sums, attempt: _Attempt, hidden: set[int]) -> list[tuple[float, int, int]]:
    """(cost, figure, step) of what can be changed to bring the first sum that is off nearer."""
    relation, off = min(attempt.off.items())
    found = []
    for figure, factor in sums.relations[relation]:
        step = -factor if off > 0 else factor
        if figure not in attempt.changes and sums.values[figure] + step >= 0:
            known = figure in hidden or figure in sums.free
            price = 0.0 if known else sums.costs[figure]
            found.append((price + _more_off(sums, attempt, figure, step), figure, step, price))
    best = heapq.nsmallest(WIDTH, found)
    return [(price, figure, step) for _, figure, step, price in best]


def _more_off(sums: Sums, attempt: _Attempt, figure: int, step: int) -> float:
    """What a change adds to the reckoned cost: sums that come off, less those that it mends."""
    more = 0
    for relation, factor in sums.of_figure[figure]:
        before = attempt.off.get(relation, 0)
        more += bool(before + factor * step) - bool(before)
    return COST_OF_A_SUM * more


def _connected(sums: Sums, figure: int) -> set[int]:
    """Every figure that any chain of sums connects with this one."""
    reached, waiting = {figure}, [figure]
    while waiting:
        for relation, _ in sums.of_figure[waiting.pop()]:
            new = {member for member, _ in sums.relations[relation]} - reached
            reached |= new
            waiting += new
    return reached
