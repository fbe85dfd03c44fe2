"""Which words and which period belong to a quantity."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

from mtool.auditing.frames import Frame
from mtool.auditing.phrases import noun_phrase
from mtool.auditing.scope import Terms
from mtool.auditing.terms import ACTIONS
from mtool.auditing.time_words import TimeMention, year_end
from mtool.auditing.wording import word_set

_BEFORE_A_YEAR = word_set("in en the year to with a l annee de par of celui aux au")


_COMPARED = word_set("compared than against versus vs rapport contre comparison comparativement")


_JOINTS = {"and", "et", "or", "ou"}


_ANOTHER = word_set("another others several many autre autres plusieurs")


_COMPARING = word_set(
    """compared than against versus vs par rapport comparatively contre comparison from de up down"""
)


#: Spans of time that name no year.
_VAGUE_TIMES = word_set(
    """years period decade decades months month weeks week quarter quarters semester days date ans
    annees periode decennie mois semaine semaines trimestre trimestres semestre jours january
    february april june july august september october november december janvier fevrier avril
    mai juin juillet aout septembre octobre novembre decembre"""
)


@dataclass(frozen=True, slots=True)
class Span:
    """The words that belong to one quantity: `lead` before it, `own` from its end."""

    lead: tuple[int, int]
    own: tuple[int, int]


def span_of(frame: Frame, index: int) -> Span:
    """Which tokens speak of quantity `index`: up to the joint before the next one."""
    quantity = frame.quantities[index]
    start, end = frame.segment(quantity.start)
    before = [q for q in frame.quantities[:index] if q.start >= start]
    after = [q for q in frame.quantities[index + 1 :] if q.start < end]
    opens = quantity.start - in_bracket(frame, quantity.start)
    lead_start = _joint(frame, before[-1].end, opens) if before else start
    own_end = _joint(frame, quantity.end, after[0].start) if after else end
    own_end = _before_another(frame, quantity.end, own_end)
    return Span((lead_start, quantity.start), (quantity.end, own_end))


def in_bracket(frame: Frame, at: int) -> bool:
    """True where token `at` is the first one in a bracket: `behind Kachin (30)`."""
    return at > 0 and frame.tokens[at - 1].text == "("


def own_words(frame: Frame, index: int) -> tuple[int, int]:
    """The words after a count that speak of it; those after its closing bracket do not."""
    start, end = span_of(frame, index).own
    if in_bracket(frame, frame.quantities[index].start):
        end = next((i for i in range(start, end) if frame.tokens[i].text == ")"), end)
    return start, end


def _before_another(frame: Frame, start: int, end: int) -> int:
    """`killed one person and injured another`: the second verb has a count of its own."""
    for i in range(start, end - 2):
        if frame.words[i] in _JOINTS and _ANOTHER & set(frame.words[i + 2 : i + 5]):
            return i
    return end


def _joint(frame: Frame, start: int, end: int) -> int:
    """The token between two quantities at which the second one's words begin."""
    for i in range(end - 1, start - 1, -1):
        if frame.words[i] in _JOINTS or frame.tokens[i].text in ",(":
            return i
    spot = end
    while spot > start and frame.words[spot - 1] in _COMPARING | {
        "to",
        "a",
        "with",
        "in",
        "en",
        "for",
    }:
        spot -= 1
    verb = frame.tokens[spot - 1].term if spot > start else None
    if spot == end and verb in ACTIONS:
        spot -= 1
    return spot


def time_of(frame: Frame, span: Span) -> TimeMention | None:
    """The period a quantity belongs to: said after it, before it, in its statement, or alone."""
    for start, end in (span.own, span.lead, frame.segment(span.own[0] - 1), (0, len(frame.tokens))):
        times = [t for t in frame.times if start <= t.start < end and not _is_compared(frame, t)]
        if len(times) == 1:
            return times[0]
        if len(times) > 1:
            return times[0] if (start, end) == span.own else None
    return None


def _is_compared(frame: Frame, time: TimeMention) -> bool:
    at = time.start - 1
    while at >= 0 and frame.words[at] in _BEFORE_A_YEAR:
        at -= 1
    return at >= 0 and frame.words[at] in _COMPARED


def years_of(frame: Frame, time: TimeMention | None) -> tuple[frozenset[int] | None, str]:
    """The years a period covers and its shape; null where the sentence states none."""
    if time is None:
        if frame.times:
            return None, "several"
        if any(w in _VAGUE_TIMES for i, w in enumerate(frame.words) if i not in frame.covered):
            return None, "part"
        if len(frame.before.years) == 1 and frame.before.paragraph == frame.sentence.paragraph:
            return frozenset(frame.before.years), "year"
        if len(frame.before.heading_years) == 1:
            return frozenset(frame.before.heading_years), "year"
        return None, "none"
    if time.shape == "span":
        return frozenset(range(time.years[0], time.years[-1] + 1)), "span"
    alone = len(frame.quantities) == 1
    if alone and time.shape in ("part", "until") and year_end(frame.tokens, time.end - 1):
        return frozenset(time.years), "end"
    if time.shape in ("part", "since", "until"):
        return frozenset(time.years), "part"
    if time.shape == "previous":
        return _year_before(frame), "year"
    return frozenset(time.years), "year"


def _year_before(frame: Frame) -> frozenset[int] | None:
    """`the previous year`: before the one year that this sentence, or the last, speaks of."""
    said = {y for t in frame.times if t.shape == "year" for y in t.years}
    if not said and frame.before.paragraph == frame.sentence.paragraph:
        said = set(frame.before.years)
    return frozenset({said.pop() - 1}) if len(said) == 1 else None


def from_to_pairs(frame: Frame) -> list[tuple[int, int]]:
    """`from 155 in 2021 to 94 in 2022`, `de 80 à 100`: the places of the two counts."""
    counts = [(i, q) for i, q in enumerate(frame.quantities) if q.kind in ("count", "percent")]
    found = []
    for (i, a), (j, b) in itertools.pairwise(counts):
        opens = a.start > 0 and frame.words[a.start - 1] in ("from", "de", "d")
        closes = b.start > 0 and frame.words[b.start - 1] in ("to", "a")
        if (
            opens
            and closes
            and a.kind == b.kind
            and frame.segment(a.start) == frame.segment(b.start)
        ):
            found.append((i, j))
    return found


def heads(frame: Frame) -> dict[int, Terms]:
    """The noun phrase of each count, taken over from a neighbour where it is left out.

    `32 incidents in Gao, 51 in Kidal`; `32 and 51 incidents`; `incidents rose to 94`.
    """
    found: dict[int, Terms] = {}
    for i, quantity in enumerate(frame.quantities):
        found[i] = noun_phrase(frame, quantity.end)[0]
    order = list(found)
    for i in order:
        if found[i]:
            continue
        following = i + 1
        joined = (
            following in found
            and frame.quantities[following].start - frame.quantities[i].end == 1
            and frame.words[frame.quantities[i].end] in _JOINTS
        )
        if joined and found[following]:
            found[i] = found[following]
    return found
