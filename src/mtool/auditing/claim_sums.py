"""Sums inside a sentence: `68 casualties (19 killed; 49 injured)`, `30 staff, 18 of whom …`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from mtool.auditing.claim import Claim
from mtool.auditing.differences import COMPARED, difference_word
from mtool.auditing.dimensions import categories, must_partition
from mtool.auditing.frames import Frame
from mtool.auditing.phrases import noun_phrase
from mtool.auditing.quantities import Quantity
from mtool.auditing.spans import heads
from mtool.auditing.sums import show, tidy_number
from mtool.auditing.verdicts import Reading
from mtool.auditing.wording import phrases, word_set
from mtool.model import Verdict

Bond = Literal["all", "some", "listed"]

_SOME = word_set(
    """including include included includes incl notably among comprenant parmi inclus y"""
)
_ALL = word_set(
    """comprising comprised consisting consisted composed namely soit made compose composee
    composes composees constitue constituee"""
)
_TOTALLING = phrases(
    "a total of|for a total|totalling|totaling|total of|altogether|in total"
    "|un total de|soit un total|total de|au total"
)
_REST = word_set(
    """direct directly own remaining remainder rest others other directement propres propre restant
    restants restantes autres"""
)


@dataclass(frozen=True, slots=True)
class Breakdown:
    """A whole (`index`) and its parts, both as places among the sentence's quantities.

    `bond`: `all` when the words say that the parts are everything, `some` when they say that they
    are not, `listed` when they leave it open. `extra` counts parts named with an article.
    """

    whole: int
    parts: tuple[int, ...]
    bond: Bond
    extra: int = 0
    end: int = 0


def sum_claims(frame: Frame, used: set[int]) -> Iterator[Claim]:
    """Every whole that a sentence itself breaks down."""
    for found in _breakdowns(frame):
        yield _claim(frame, found)
    del used


def _counts(frame: Frame) -> list[tuple[int, Quantity]]:
    return [(i, q) for i, q in enumerate(frame.quantities) if q.kind == "count" and not q.unit]


def _breakdowns(frame: Frame) -> Iterator[Breakdown]:
    counts = _counts(frame)
    position = 0
    while position < len(counts):
        found = _broken_down(frame, counts, position) or _totalled(frame, counts, position)
        if found is None:
            position += 1
            continue
        yield found
        position += len(found.parts) + 1


def _broken_down(
    frame: Frame, counts: Sequence[tuple[int, Quantity]], position: int
) -> Breakdown | None:
    """A whole, then what opens its parts, then the parts."""
    index, whole = counts[position]
    if position + 1 >= len(counts):
        return None
    following = counts[position + 1][1]
    if _is_another_figure(frame, whole, following):
        return None
    if _next_is_of_it(frame, following):
        return Breakdown(index, (counts[position + 1][0],), "some", end=_part_end(frame, following))
    bond = _bond(frame, whole.end, following.start)
    if bond is None or _opens_another_year(frame, whole.end, following.start):
        return None
    parts = _parts(frame, counts, position + 1)
    if len(parts) == 1 and "soit" in frame.words[whole.end : following.start]:
        return None
    extra = _article_parts(frame, counts[position + len(parts)][1].end) if bond != "some" else 0
    end = _part_end(frame, counts[position + len(parts)][1])
    return Breakdown(index, tuple(parts), bond, extra, end)


def _is_another_figure(frame: Frame, whole: Quantity, part: Quantity) -> bool:
    """`77 (2021: 98)`, `62 (against 40)`, `(25), behind Kachin (30)`, `12, six fewer than …`."""
    between = frame.tokens[whole.end : part.start]
    opened = next((i for i in range(part.start - 1, whole.end - 1, -1)
                   if frame.tokens[i].text in "()"), None)  # fmt: skip
    if any(t.text == ")" for t in between) or difference_word(frame, part) is not None:
        return True
    if opened is None:
        return False
    closed = next(
        (i for i in range(part.end, len(frame.tokens)) if frame.tokens[i].text == ")"),
        len(frame.tokens),
    )
    inside = frame.words[opened:closed]
    return bool(COMPARED & set(inside)) or any(opened < t.start < closed for t in frame.times)


def _next_is_of_it(frame: Frame, part: Quantity) -> bool:
    """`18 of whom`, `six of them`, `dont 12`, `of whom 18`."""
    after = frame.words[part.end : part.end + 2]
    before = [w for w in frame.words[max(0, part.start - 2) : part.start] if w]
    if after in (("of", "whom"), ("of", "which"), ("of", "them"), ("of", "these"), ("d", "entre")):
        return True
    return before[-1:] == ["dont"] or before in (
        ["of", "whom"],
        ["of", "which"],
        ["parmi", "lesquels"],
    )


def _opens_another_year(frame: Frame, start: int, end: int) -> bool:
    """`68 (2012: 45)`: the bracket compares with another year."""
    brackets = [i for i in range(start, end) if frame.tokens[i].text == "("]
    return bool(brackets) and any(brackets[-1] < t.start < end for t in frame.times)


def _bond(frame: Frame, start: int, end: int) -> Bond | None:
    """What stands between a whole and its first part: a colon, a bracket, `including`, `namely`."""
    tokens = frame.tokens[start:end]
    signs = [t.text for t in tokens if t.is_sign]
    words = [t.word for t in tokens if t.word]
    last = words[-3:]
    if any(w in _SOME for w in last) and not (words and words[-1] == "y"):
        return "some"
    if any(w in _ALL for w in last) and ("made" not in last or "up" in last):
        return "all"
    if signs[-1:] == [":"] and len(words) <= 8:
        return "all"
    if signs[-1:] == ["("] and tokens and tokens[-1].text == "(" and len(words) <= 8:
        return "listed"
    return None


def _parts(frame: Frame, counts: Sequence[tuple[int, Quantity]], position: int) -> list[int]:
    """The counts of one list: each follows the last by a comma, `;`, `and` or `et`."""
    found = [counts[position][0]]
    for (_, last), (index, quantity) in zip(
        counts[position:], counts[position + 1 :], strict=False
    ):
        between = frame.tokens[last.end : quantity.start]
        joined = between and (between[-1].text in ",;" or between[-1].word in ("and", "et", "plus"))
        closed = any(t.text in ").:" for t in between)
        if not joined or closed or len(between) > 14 or _next_is_of_it(frame, quantity):
            break
        found.append(index)
    return found


def _article_parts(frame: Frame, start: int) -> int:
    """`…, and a cook and watchman`: parts of one each."""
    found = 0
    for i in range(start, len(frame.words)):
        joined = frame.words[i] in ("and", "et") and i + 1 < len(frame.words)
        if frame.tokens[i].text in ".;()" or frame.words[i] in ("who", "which", "qui"):
            break
        if (joined and frame.words[i + 1] in ("a", "an", "un", "une")) or (
            joined and found and frame.tokens[i + 1].term
        ):
            found += 1
    return found


def _totalled(
    frame: Frame, counts: Sequence[tuple[int, Quantity]], position: int
) -> Breakdown | None:
    """`19 killed and 49 injured, a total of 68 casualties`: the parts stand first."""
    parts = _parts(frame, counts, position)
    if len(parts) < 1 or position + len(parts) >= len(counts):
        parts = parts[:-1]
    if len(parts) < 2:
        return None
    index, whole = counts[position + len(parts)]
    last = counts[position + len(parts) - 1][1]
    between = tuple(w for w in frame.words[last.end : whole.start] if w)
    if not any(
        between[-len(phrase) :] == phrase or between[-len(phrase) - 1 : -1] == phrase
        for phrase in _TOTALLING
    ):
        return None
    return Breakdown(index, tuple(parts), "all", end=noun_phrase(frame, whole.end)[1])


def _part_end(frame: Frame, part: Quantity) -> int:
    for i in range(part.end, len(frame.tokens)):
        if frame.tokens[i].text in ",;.)" or frame.words[i] in ("with", "who", "while", "avec"):
            return i
    return len(frame.tokens)


def _claim(frame: Frame, found: Breakdown) -> Claim:
    whole = frame.quantities[found.whole]
    values = [frame.quantities[i].value for i in found.parts] + [1.0] * found.extra
    total = tidy_number(sum(values))
    verdict = _verdict(frame, found, float(total))
    shown = " + ".join(show(tidy_number(v)) for v in values)
    relation = "of" if len(values) == 1 else f"= {show(total)} against"
    reading = Reading(f"{shown} {relation} {show(tidy_number(whole.value))}", total, verdict)
    quantities = [whole, *(frame.quantities[i] for i in found.parts)]
    start = min(q.start for q in quantities)
    end = max(found.end, *(q.end for q in quantities))
    says = f"it says {show(tidy_number(whole.value))} with parts of {shown}"
    if len(values) == 1 or found.bond == "some":
        return Claim("part", frame, start, end, says, (reading,), total)
    return Claim("sum", frame, start, end, says, (reading,), tidy_number(whole.value))


def _verdict(frame: Frame, found: Breakdown, total: float) -> Verdict:
    whole = frame.quantities[found.whole]
    loose = whole.precision != "exact" or any(
        frame.quantities[i].precision != "exact" for i in found.parts
    )
    exceeds = total > whole.value and whole.precision in ("exact", "at_most", "less_than")
    if found.bond == "some":
        largest = max(frame.quantities[i].value for i in found.parts)
        if loose or not exceeds:
            return "unverifiable"
        disjoint = len(found.parts) == 1 or _disjoint(frame, found)
        return "contradicted" if disjoint or largest > whole.value else "unverifiable"
    if total == whole.value:
        return "supported"
    if loose:
        return "unverifiable"
    if _exhaustive(frame, found) or (found.bond == "all" and not _crossing(frame, found)):
        return "contradicted"
    return "contradicted" if exceeds and _disjoint(frame, found) else "unverifiable"


def _labels(frame: Frame, found: Breakdown) -> list[dict[str, str]]:
    nouns = heads(frame)
    return [
        categories(" ".join(sorted(nouns.get(i, frozenset()) | _after(frame, i))))
        for i in found.parts
    ]


def _after(frame: Frame, index: int) -> frozenset[str]:
    quantity = frame.quantities[index]
    return frozenset(w for w in frame.words[quantity.end : quantity.end + 3] if categories(w))


def _exhaustive(frame: Frame, found: Breakdown) -> bool:
    labels = _labels(frame, found)
    for dimension in ("outcome", "people", "hazard", "origin"):
        members = {label.get(dimension, label.get("unknown", "")) for label in labels}
        if "" not in members and must_partition(dimension, members) and len(members) == len(labels):
            return True
    return False


def _disjoint(frame: Frame, found: Breakdown) -> bool:
    """Different categories of one dimension cannot overlap."""
    labels = _labels(frame, found)
    for dimension in ("outcome", "people", "age", "status", "role", "origin", "device"):
        members = [label.get(dimension, "") for label in labels]
        if all(members) and len(set(members)) == len(members):
            return True
    return False


def _crossing(frame: Frame, found: Breakdown) -> bool:
    """Parts of several dimensions (`12 women, 8 managers`) may count somebody twice."""
    dimensions = [set(label) - {"unknown"} for label in _labels(frame, found)]
    said = [d for d in dimensions if d]
    return bool(said) and not set.intersection(*said) and len(said) > 1


@dataclass(frozen=True, slots=True)
class Remainder:
    """What a sentence leaves of a whole: `30 staff, 18 of whom worked elsewhere` → 12."""

    whole: float
    part: float
    paragraph: int


def remainder_of(frame: Frame) -> Remainder | None:
    """The rest that `N …, K of whom` leaves, for the sentences after it."""
    found = [b for b in _breakdowns(frame) if b.bond == "some" and len(b.parts) == 1]
    if len(found) != 1:
        return None
    whole, part = frame.quantities[found[0].whole], frame.quantities[found[0].parts[0]]
    if whole.precision != "exact" or part.precision != "exact" or part.value >= whole.value:
        return None
    return Remainder(whole.value, part.value, frame.sentence.paragraph)


def remainder_claim(frame: Frame, rest: Remainder, used: set[int]) -> Claim | None:
    """A list of those who remain (`its own staff were nine …, six … and a …`) against the rest."""
    if frame.sentence.paragraph != rest.paragraph:
        return None
    counts = _counts(frame)
    if not counts or not _REST & set(frame.words[: counts[0][1].start]):
        return None
    parts = _parts(frame, counts, 0)
    if len(parts) < 2:
        return None
    last = frame.quantities[parts[-1]]
    values = [frame.quantities[i].value for i in parts] + [1.0] * _article_parts(frame, last.end)
    total, left = tidy_number(sum(values)), tidy_number(rest.whole - rest.part)
    shown = " + ".join(show(tidy_number(v)) for v in values)
    opening = set(frame.words[: counts[0][1].start])
    verdict: Verdict = "supported"
    if total > left or (total < left and not opening & _SOME):
        verdict = "contradicted"
    says = (
        f"{show(tidy_number(rest.whole))} − {show(tidy_number(rest.part))} = {show(left)} "
        f"against {shown} = {show(total)}"
    )
    used.update(parts)
    end = len(frame.tokens) - 1
    reading = Reading(says, left, verdict)
    return Claim("sum", frame, 0, end, f"it lists {show(total)}", (reading,), total)
