"""Which other figures must go with the small ones, so that no sum gives a small one back.

A hidden figure is safe when another set of whole figures, none negative, fits every sum that is
still published and differs in it. Such a set is sought for each small figure, hiding as little
else as can be found; it then protects every figure that it changes. What is hidden later never
makes it invalid, so one pass is enough, and each step is a proof.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import count

#: How many figures of one sum are tried, cheapest first, and how many attempts are made in all.
WIDTH = 6
ATTEMPTS = 3_000


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
    of_figure: list[list[int]] = field(default_factory=list)

    def add_figure(self, value: int, *, free: bool = False) -> int:
        """A new figure; returns its number."""
        self.values.append(value)
        self.costs.append(10.0 if value else 30.0)
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
        self.costs[whole] += 1_000
        relation = ((whole, -1), *((part, 1) for part in members))
        self.relations.append(relation)
        for figure, _ in relation:
            self.of_figure[figure].append(len(self.relations) - 1)


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


def _another_solution(sums: Sums, figure: int, hidden: set[int]) -> dict[int, int] | None:
    """Changes that keep every sum and no figure negative, at the least cost; null if none is found."""
    order = count()
    waiting: list[tuple[float, int, int, dict[int, int]]] = []
    for step in (1, -1):
        if sums.values[figure] + step >= 0:
            heapq.heappush(waiting, (0.0, 1, next(order), {figure: step}))
    seen: set[frozenset[tuple[int, int]]] = set()
    for _ in range(ATTEMPTS):
        if not waiting:
            return None
        cost, _, _, changes = heapq.heappop(waiting)
        broken = _broken_sum(sums, changes)
        if broken is None:
            return changes
        for more, figure_changed, step in _mendings(sums, changes, broken, hidden):
            mended = {**changes, figure_changed: step}
            state = frozenset(mended.items())
            if state not in seen:
                seen.add(state)
                heapq.heappush(waiting, (cost + more, len(mended), next(order), mended))
    return None


def _broken_sum(sums: Sums, changes: dict[int, int]) -> tuple[int, int] | None:
    """The first sum that the changes break, and by how much."""
    touched = sorted({relation for figure in changes for relation in sums.of_figure[figure]})
    for relation in touched:
        off = sum(factor * changes.get(f, 0) for f, factor in sums.relations[relation])
        if off:
            return relation, off
    return None


def _mendings(
    sums: Sums, changes: dict[int, int], broken: tuple[int, int], hidden: set[int]
) -> list[tuple[float, int, int]]:
    """(cost, figure, step) of what can be changed to bring a broken sum nearer to its value."""
    relation, off = broken
    found = []
    for figure, factor in sums.relations[relation]:
        step = -factor if off > 0 else factor
        if figure not in changes and sums.values[figure] + step >= 0:
            known = figure in hidden or figure in sums.free
            found.append((0.0 if known else sums.costs[figure], figure, step))
    return sorted(found)[:WIDTH]


def _connected(sums: Sums, figure: int) -> set[int]:
    """Every figure that any chain of sums connects with this one."""
    reached, waiting = {figure}, [figure]
    while waiting:
        for relation in sums.of_figure[waiting.pop()]:
            new = {member for member, _ in sums.relations[relation]} - reached
            reached |= new
            waiting += new
    return reached
