"""Which names, years and words of a sentence belong to one count among several."""

from __future__ import annotations

from dataclasses import replace

from mtool.auditing.frames import Frame
from mtool.auditing.lexicon import AUXILIARIES
from mtool.auditing.parts_of_year import ORDER_OF_QUARTERS, part_of_year
from mtool.auditing.scope import NOTHING, Scope, Terms
from mtool.auditing.scopes import same_dimension
from mtool.auditing.spans import from_to_pairs, span_of
from mtool.auditing.terms import ACTIONS, is_category, known

#: `the fourth quarter of 2022`: so many tokens from the quarter to the end of its year.
_FARTHEST_YEAR = 4


def in_part_of_year(frame: Frame, index: int, scope: Scope) -> Scope:
    """A month or quarter restricts a count as any other name of a row or column does."""
    if scope.shape != "part":
        return scope
    start, end = frame.segment(frame.quantities[index].start)
    found = part_of_year(frame, start, end)
    times = [t for t in frame.times if start <= t.start < end]
    if found is None or len(times) > 1:
        return scope
    if times and not (0 <= times[0].end - found[1] <= _FARTHEST_YEAR):
        return scope
    years = frozenset(times[0].years) if times else None
    required = (scope.required - ORDER_OF_QUARTERS) | {found[0]}
    return replace(scope, required=required, years=years, shape="month")


def takes_up_one_of_several(frame: Frame, index: int, found: dict[int, Terms]) -> bool:
    """`A destroyed 210 mines and 900 items, B 90`: of which is left to the reader."""
    start, _ = frame.segment(frame.quantities[index].start)
    said = [h for i, h in found.items() if i < index and frame.quantities[i].start >= start]
    return len({h & frozenset(t for t in h if known(t)) for h in said if h} - {NOTHING}) > 1


def of_bracket(frame: Frame, index: int, scope: Scope, before: Scope) -> Scope:
    """`62 mines in Afar (against 40 in 2021)`: a bracket without names is of the names before."""
    at = frame.quantities[index].start
    opened = next((i for i in range(at - 1, -1, -1) if frame.tokens[i].text in "()"), None)
    if opened is None or frame.tokens[opened].text == ")" or _names(frame, scope):
        return scope
    last = frame.quantities[index - 1]
    if not last.end <= opened or any(t.text in ",;" for t in frame.tokens[last.end : opened]):
        return scope
    names = _names(frame, before)
    if not names:
        return scope
    optional = scope.optional - (frame.known_names - names)
    return replace(scope, preferred=names, optional=optional)


def _names(frame: Frame, scope: Scope) -> Terms:
    return (scope.preferred | scope.required) & frame.known_names


def dealt_out(frame: Frame, index: int, scope: Scope) -> Scope | None:
    """Deal years and names out to the counts they belong to; null where that cannot be told.

    `from 155 to 94 between 2021 and 2022`; `Derna and Sirte recorded three and 12 respectively`.
    """
    for pair in from_to_pairs(frame):
        if index in pair:
            return _with_year_of_pair(frame, pair, index, scope)
    start, end = frame.segment(frame.quantities[index].start)
    if _compares_names(frame, index, scope):
        against = _against_pair(frame, index)
        if against is None:
            return None
        names = [t for t in frame.names if t in {w.term for w in frame.tokens[start:end]}]
        return _of_name(scope, names, against.index(index)) if len(names) == 2 else None
    if not is_respective(frame):
        return scope
    counts = [
        i for i, q in enumerate(frame.quantities) if q.kind == "count" and start <= q.start < end
    ]
    said = (t.term for t in frame.tokens[start:end] if t.term in frame.known_names)
    names = [t for t in dict.fromkeys(said) if t]
    if len(names) != len(counts):
        return None
    return _of_name(scope, names, counts.index(index))


def is_respective(frame: Frame) -> bool:
    return bool({"respectively", "respectivement", "respective"} & set(frame.words))


def _of_name(scope: Scope, names: list[str], place: int) -> Scope:
    """The scope of the one name among several that a count belongs to."""
    others = frozenset(names) - {names[place]}
    return replace(
        scope,
        required=scope.required - others,
        preferred=frozenset({names[place]}),
        optional=scope.optional - others,
    )


def _compares_names(frame: Frame, index: int, scope: Scope) -> bool:
    """`A cleared more than B (505 against 480)`: two names set against each other, not summed."""
    start, end = frame.segment(frame.quantities[index].start)
    if len(_names(frame, scope) or frozenset(frame.names) & scope.optional) < 2:
        return False
    for i in range(start, end):
        if frame.words[i] not in ("than", "que", "qu"):
            continue
        sides = [{t.term for t in frame.tokens[a:b]} for a, b in ((start, i), (i, end))]
        earlier = {"more", "fewer", "less", "plus", "moins", "higher", "larger"}
        if all(side & set(frame.names) for side in sides):
            return bool(earlier & set(frame.words[start:i]))
    return False


def _against_pair(frame: Frame, index: int) -> tuple[int, int] | None:
    """`505 hectares against 480`, `cinq contre quatre`: the places of the two counts."""
    for a, b in ((index, index + 1), (index - 1, index)):
        if a < 0 or b >= len(frame.quantities):
            continue
        between = frame.words[frame.quantities[a].end : frame.quantities[b].start]
        if len(between) <= 2 and {"against", "contre", "versus", "vs", "to"} & set(between):
            return a, b
    return None


def _with_year_of_pair(
    frame: Frame, pair: tuple[int, int], index: int, scope: Scope
) -> Scope | None:
    own = [frame.time_in(*span_of(frame, i).own) for i in pair]
    if any(own):
        return scope if own[pair.index(index)] else None
    years = sorted({y for t in frame.times if t.shape in ("year", "span") for y in t.years})
    if len(years) != 2:
        return None
    return replace(scope, years=frozenset({years[pair.index(index)]}), shape="year")


def continues(frame: Frame, index: int, scope: Scope, before: Scope) -> bool:
    """`… 12 in 2022 (with 19 incidents in 2014)`: the same thing counted, in the same statement."""
    start, _ = frame.segment(frame.quantities[index].start)
    same_statement = any(q.start >= start for q in frame.quantities[:index])
    return same_statement and bool(scope.head & before.head)


def same_action(frame: Frame, index: int, before: Scope) -> Terms:
    """`destroyed 60 mines and 75 items of UXO`: one verb for both."""
    start, _ = frame.segment(frame.quantities[index].start)
    first, second = frame.quantities[index - 1 : index + 1]
    between = {w for w in frame.words[first.end : second.start] if w}
    joined = bool({"and", "et"} & between) or any(
        t.text == "," for t in frame.tokens[first.end : second.start]
    )
    if first.start < start or not joined or between & (AUXILIARIES - {"a"}):
        return frozenset()
    return before.required & ACTIONS


def carried(frame: Frame, scope: Scope, before: Scope) -> Terms:
    """What restricted the count before restricts this one too, but for names and categories."""
    acts = bool(scope.required & ACTIONS)
    return frozenset(
        t
        for t in before.required
        if t not in frame.known_names
        and not is_category(t)
        and not (t in ACTIONS and acts)
        and not same_dimension(t, scope.head - {t})
        and (t in ACTIONS or not known(t) or t not in before.head)
    )
