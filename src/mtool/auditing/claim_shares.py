"""Claims of a share: `more than half of the incidents`, `60 % of casualties were civilians`."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import isinf

from mtool.auditing.change_words import ALL_CHANGES
from mtool.auditing.claim import Claim
from mtool.auditing.frames import Frame
from mtool.auditing.lexicon import ARTICLES, AUXILIARIES, PREPOSITIONS, REPORTING
from mtool.auditing.phrases import Phrase, is_witness, noun_phrase
from mtool.auditing.quantities import Quantity
from mtool.auditing.scope import ANY_UNIT, NOTHING, Scope, Terms
from mtool.auditing.scopes import referred_names
from mtool.auditing.spans import heads, span_of, time_of, years_of
from mtool.auditing.sums import show, tidy_number
from mtool.auditing.terms import is_category, known
from mtool.auditing.ties import Tie, Ties
from mtool.auditing.verdicts import Reading, judge_share, percent_text, show_doubts, with_doubts
from mtool.auditing.wording import word_set, words

_OF = {"of", "de", "des", "du", "d"}
_ACCOUNTING = word_set(
    """account accounts accounted accounting represent represents represented representing
    constitute constituted constitutes made make makes making comprised comprise comprises
    formed form contributed contributes hosted hosts concentrated concentrates saw bore with
    represente representent representaient representait representant constitue constituent
    constituaient compte comptent comptait comptaient concentre concentrent concentrait abrite
    totalise totalisent totalisait totalisaient soit fournit"""
)
_ITS = word_set("its their his her son sa ses leur leurs")
_THEM = word_set("them these those whom which eux elles celles ceux")
_AGAINST = word_set("against contre versus vs compared")
_MOST_READINGS = 8
#: The base is not everybody: those whose sex is known.
_CONDITION = word_set(
    """known connu connue connus connues specified disaggregated renseigne renseignee
    renseignes determine"""
)
#: `50 % more than in 2021` compares with something; it is no share of a whole.
_COMPARATIVES = word_set("more less fewer higher lower larger smaller greater")
_PLUS_OR_MINUS = {("de", "plus"), ("de", "moins")}
_EACH = word_set("each every chacun chacune chaque respectively respectivement")


@dataclass(frozen=True, slots=True)
class Parts:
    """The words of a share: what is the whole, and what makes the part of it."""

    base: Phrase
    base_head: Terms
    part: Phrase
    end: int


def share_claims(frame: Frame, ties: Ties, used: set[int]) -> Iterator[Claim]:
    """Every percentage or fraction that no change has used."""
    found_heads = heads(frame)
    for i, quantity in enumerate(frame.quantities):
        if quantity.kind not in ("percent", "fraction") or i in used:
            continue
        start, end = frame.segment(quantity.start)
        if frame.is_modal(start, end):
            continue
        used.add(i)
        yield _claim(frame, ties, i, found_heads)


def _claim(frame: Frame, ties: Ties, index: int, found_heads: dict[int, Terms]) -> Claim:
    quantity = frame.quantities[index]
    stated = quantity.value if quantity.kind == "percent" else quantity.value * 100
    parts = _continued(frame, index, found_heads) or _read_parts(frame, index, found_heads)
    readings = _counted(frame, index) or (_readings(frame, ties, index, parts) if parts else [])
    if _is_comparative(frame, quantity):
        readings = []
    start, end = _clause(frame, index)
    rounded = tidy_number(round(stated, 4))
    says = f"it says {quantity.word or percent_text(stated / 100)}"
    return Claim("share", frame, start, end, says, tuple(readings[:_MOST_READINGS]), rounded)


def _is_comparative(frame: Frame, quantity: Quantity) -> bool:
    after = frame.words[quantity.end : quantity.end + 2]
    return bool(_COMPARATIVES & set(after[:1])) or after in _PLUS_OR_MINUS


def _read_parts(frame: Frame, index: int, found_heads: dict[int, Terms]) -> Parts | None:
    """Split the statement: the whole stands after `of`, the part before or behind it."""
    quantity = frame.quantities[index]
    start, end = frame.segment(quantity.start)
    end = _statement_end(frame, index, end)
    compared = _is_compared(frame, quantity)
    at = quantity.end
    of = at < len(frame.words) and frame.words[at] in _OF
    if of:
        at += 1
    refers = any(w in _THEM for w in frame.words[at : at + 2]) and (
        of or frame.words[at : at + 1] == ("d",)
    )
    head, after = noun_phrase(frame, at)
    verb = _verb(frame, after, end)
    base = frame.phrase(after, verb)
    lead = _lead(frame, index, start)
    if compared:
        return _compared_parts(frame, index, found_heads, end)
    accounted = _accounts(frame, lead, quantity)
    if not head and not refers:
        inside = (t.term for t in frame.tokens[quantity.start : quantity.end])
        head = frozenset(t for t in inside if t and known(t))
    if not head or (refers and frame.words[at] not in ("those", "ceux", "celles")):
        head = _earlier_head(frame, index, found_heads)
        if not head:
            return None
    if accounted:
        part = frame.phrase(*lead)
        tail = frame.phrase(verb, end)
        base = base | tail
    else:
        part = frame.phrase(verb, end) if verb < end else Phrase()
        if not _says_anything(part, frame):
            part = frame.phrase(*lead)
        else:
            base = base | frame.phrase(*lead)
    return Parts(base, head, part, max(after, verb if not accounted else after))


def _continued(frame: Frame, index: int, found_heads: dict[int, Terms]) -> Parts | None:
    """`71 % of them in 2020, then 67 % in 2021`: the same part of the same whole, another year."""
    quantity = frame.quantities[index]
    start, end = frame.segment(quantity.start)
    before = [q for q in frame.quantities[:index] if q.start >= start]
    after = [q.start for q in frame.quantities[index + 1 :] if q.start < end]
    if not before or before[-1].kind != quantity.kind:
        return None
    own = [t for t in frame.times if quantity.end <= t.start < min([end, *after])]
    theirs = [t for t in frame.times if before[-1].end <= t.start < quantity.start]
    alone = not any(_words_between(frame, at) for at in _gaps(frame, quantity, before[-1], after))
    if len(own) != 1 or len(theirs) != 1 or not alone:
        return None
    first = frame.quantities.index(before[-1])
    earlier = _continued(frame, first, found_heads)
    return earlier or _read_parts(frame, first, found_heads)


def _gaps(
    frame: Frame, quantity: Quantity, before: Quantity, after: list[int]
) -> Iterator[tuple[int, int]]:
    """The words from the period of the share before to this one, and those after it."""
    theirs = [t.end for t in frame.times if before.end <= t.start < quantity.start]
    yield (theirs[-1] if theirs else before.end), quantity.start
    yield quantity.end, min([frame.segment(quantity.start)[1], *after])


def _words_between(frame: Frame, at: tuple[int, int]) -> bool:
    return any(frame.tokens[i].term for i in range(*at) if i not in frame.covered)


def _is_compared(frame: Frame, quantity: Quantity) -> bool:
    """`half in Gao, against 12 % in Kidal`: what is compared has the part, not the place."""
    return bool(_AGAINST & set(frame.words[max(0, quantity.start - 2) : quantity.start]))


def _compared_parts(
    frame: Frame, index: int, found_heads: dict[int, Terms], end: int
) -> Parts | None:
    """The parts of a share compared: those of the share before, in the place said after it."""
    start = frame.segment(frame.quantities[index].start)[0]
    tail = frame.phrase(frame.quantities[index].end, end)
    names = frame.known_names
    shares = [
        i
        for i, q in enumerate(frame.quantities[:index])
        if q.kind in ("percent", "fraction") and q.start >= start
    ]
    earlier = _read_parts(frame, shares[-1], found_heads) if shares else None
    if earlier is None or not (tail.loose | tail.required) & names:
        return None
    part = Phrase(earlier.part.required - names, earlier.part.loose - names)
    return Parts(tail, earlier.base_head - names, part, end)


def _statement_end(frame: Frame, index: int, end: int) -> int:
    """A further quantity, or a clause after a comma, is another statement."""
    quantity = frame.quantities[index]
    for i in range(quantity.end, end):
        if any(q.start == i for q in frame.quantities):
            return max(quantity.end, i - 1)
        if frame.tokens[i].text == "," and not any(t.start <= i <= t.end for t in frame.times):
            following = frame.words[i + 1] if i + 1 < end else ""
            if following in (
                "which",
                "with",
                "while",
                "and",
                "but",
                "followed",
                "qui",
                "avec",
                "suivi",
                "suivie",
            ):
                return i
    return end


def _verb(frame: Frame, start: int, end: int) -> int:
    """The token at which the statement says something of its subject; `end` where none does."""
    found = _known_verb(frame, start, end)
    return found if found < end else _other_verb(frame, start, end)


def _other_verb(frame: Frame, start: int, end: int) -> int:
    """A verb no list has: a plain word after the noun phrase that follows no preposition."""
    for i in range(max(start, 1), end):
        token, before = frame.tokens[i], frame.words[i - 1]
        free = before not in PREPOSITIONS | ARTICLES | _OF and i not in frame.covered
        if (
            free
            and token.term
            and token.text.islower()
            and not (known(token.term) or is_category(token.term))
        ):
            return i
    return end


def _known_verb(frame: Frame, start: int, end: int) -> int:
    for i in range(start, end):
        word = frame.words[i]
        if i in frame.covered:
            continue
        if word in AUXILIARIES and word not in ("a", "y", "en", "s"):
            return i
        if word.endswith(("aient", "erent")):
            return i
        if (
            word in REPORTING
            and i > start - 1
            and frame.words[i - 1] not in ("the", "les")
            and not _participle(frame, i)
        ):
            return i
    return end


def _participle(frame: Frame, at: int) -> bool:
    """`the incidents recorded by UNMAS` qualifies; `incidents occurred in Gao` says."""
    word = frame.words[at]
    after = frame.words[at + 1] if at + 1 < len(frame.words) else ""
    if after in ("by", "par"):
        return True
    if word not in _PARTICIPLES:
        return False
    rest = range(at + 1, len(frame.words))
    if any(
        (frame.words[i] in AUXILIARIES and frame.words[i] not in ("a", "y", "en"))
        or frame.words[i].endswith(("aient", "erent"))
        for i in rest
    ):
        return True
    return _other_verb(frame, at + 1, len(frame.words)) < len(frame.words)


_PARTICIPLES = word_set(
    """recorded reported registered documented identified recenses recensees enregistres
    enregistrees signales signalees documentes documentees confirmed verified counted employed"""
)


def _lead(frame: Frame, index: int, start: int) -> tuple[int, int]:
    before = [q.end for q in frame.quantities[:index] if q.start >= start and q.kind != "count"]
    return max([start, *before]), frame.quantities[index].start


def _accounts(frame: Frame, lead: tuple[int, int], quantity: Quantity) -> bool:
    words = [w for w in frame.words[max(lead[0], quantity.start - 6) : quantity.start] if w]
    return bool(set(words) & _ACCOUNTING)


def _says_anything(part: Phrase, frame: Frame) -> bool:
    return bool((part.loose & frame.known_names) or part.required)


def _earlier_head(frame: Frame, index: int, found_heads: dict[int, Terms]) -> Terms:
    for i in range(index - 1, -1, -1):
        if found_heads.get(i):
            return found_heads[i]
    start, _ = frame.segment(frame.quantities[index].start)
    lead = frame.phrase(start, frame.quantities[index].start)
    own = frozenset(t for t in lead.loose | lead.required if known(t) and not is_category(t))
    return own or frame.before.head


def _counted(frame: Frame, index: int) -> list[Reading]:
    """`56 of the 94 incidents (60 %)`: both counts stand in the sentence."""
    quantity = frame.quantities[index]
    before = frame.quantities[:index]
    opening = frame.tokens[quantity.start - 1].text if quantity.start else ""
    if opening not in "(,–—" or not before or before[-1].kind != "count":
        return []
    part = before[-1]
    gap = frame.words[part.end : quantity.start]
    if len(gap) > 8:
        return []
    if len(before) > 1 and before[-2].kind == "count":
        whole, middle = part, before[-2]
        between = frame.words[middle.end : whole.start]
        if (
            set(between) <= {"of", "the", "out", "sur", "des", "les", "total", ""}
            and between
            and {"of", "sur", "des"} & set(between)
        ):
            return [_internal(quantity, middle.value, whole.value)]
    return []


def _internal(quantity: Quantity, part: float, whole: float) -> Reading:
    if whole <= 0:
        return Reading("the whole is zero", None, "unverifiable")
    share = part / whole
    says = f"{show(tidy_number(part))} / {show(tidy_number(whole))} = {percent_text(share)}"
    return Reading(says, tidy_number(round(share * 100, 4)), judge_share(quantity, share, share))


def _readings(frame: Frame, ties: Ties, index: int, parts: Parts) -> list[Reading]:
    whole, part = _scopes(frame, ties, index, parts)
    if not whole.head or (part.required == whole.required and part.preferred == whole.preferred):
        return []
    each = bool(_EACH & set(frame.words[slice(*frame.segment(frame.quantities[index].start))]))
    wholes, found = ties.find(whole), []
    numerators = ties.find(part, apart=each) or _subsets(ties, whole, part)
    if each and numerators:
        fewest = min(len(tie.names) for tie in numerators)
        numerators = [tie for tie in numerators if len(tie.names) == fewest]
    for numerator in numerators:
        for denominator in wholes:
            if numerator.evidence is denominator.evidence and numerator.cells != denominator.cells:
                found.append(_reading(frame.quantities[index], numerator, denominator))
    return found


def _subsets(ties: Ties, whole: Scope, part: Scope) -> list[Tie]:
    """`A fifth of the deminers were women`, where the table says `Deminers`, `of whom women`."""
    own = frozenset(t for t in part.required - whole.required if is_category(t))
    if not own:
        return []
    counted = whole.head - ties.names
    narrowed = replace(part, head=own, required=part.required - counted, optional=NOTHING)
    return [
        tie
        for tie in ties.find(narrowed)
        if all(_is_subset(tie.evidence.column_labels[c].text) for _, c in tie.cells)
        and _follows_whole(tie, counted)
    ]


def _is_subset(text: str) -> bool:
    return words(text)[:1] == ("dont",) or words(text)[:2] in (("of", "which"), ("of", "whom"))


def _follows_whole(tie: Tie, head: Terms) -> bool:
    """Is the label before `of whom …` the whole the share is of?"""
    labels = tie.evidence.column_labels
    first = min(c for _, c in tie.cells)
    before = [c for c in labels if c < first and not _is_subset(labels[c].text)]
    return bool(before) and labels[max(before)].match(head) is not None


def _scopes(frame: Frame, ties: Ties, index: int, parts: Parts) -> tuple[Scope, Scope]:
    quantity = frame.quantities[index]
    span = span_of(frame, index)
    years, shape = years_of(frame, time_of(frame, span))
    start, end = frame.segment(quantity.start)
    tables = ties.tables_for(
        Scope(head=parts.base_head, required=NOTHING, tables=frame.tables, at=frame.at)
    )
    names = frozenset().union(*(table.names for table in tables))
    base_names = (parts.base.loose | parts.base.required) & names
    part_names = (parts.part.loose | parts.part.required) & names
    if not base_names and _ITS & set(frame.words[quantity.end : end]):
        base_names = part_names
    if not base_names and not part_names:
        part_names = referred_names(frame, start, end, names)
    base_required = parts.base_head | (parts.base.required - frame.known_names)
    part_terms = (
        parts.part.required | frozenset(t for t in parts.part.loose if known(t))
    ) - frame.known_names
    part_terms -= ALL_CHANGES | ({"staff"} - parts.part.required)
    acting = parts.part.names if _accounts(frame, (start, quantity.start), quantity) else ()
    whole = Scope(
        head=parts.base_head,
        required=base_required | base_names,
        preferred=base_names,
        optional=parts.base_head,
        witness=True,
        years=years,
        shape=shape,
        unit=ANY_UNIT,
        tables=frame.tables,
        at=frame.at,
        doubts=(*frame.exceptions(start, end), *_conditions(frame, start, end)),
    )
    part = replace(
        whole,
        required=base_required | part_terms | base_names | part_names,
        preferred=base_names | part_names,
        subject=acting,
        witness=is_witness(frame, start, quantity.start, acting),
    )
    return whole, part


def _conditions(frame: Frame, start: int, end: int) -> tuple[str, ...]:
    """Words that narrow the base (`where the sex was known`), or turn the statement round."""
    words = frame.words[start:end]
    if _CONDITION & set(words):
        return ("the share may be of a part only",)
    only = any(
        w in ("only", "seulement", "uniquement")
        and following in ("in", "en", "a", "au", "dans", "among", "parmi", "for", "pour")
        for w, following in itertools.pairwise(words)
    )
    return ("the words speak of one place among others",) if only else ()


def _reading(quantity: Quantity, part: Tie, whole: Tie) -> Reading:
    if (
        part.amount.missing
        or whole.amount.missing
        or whole.amount.low <= 0
        or isinf(whole.amount.high)
    ):
        says = f"{part.table_name} has missing figures for it"
        return Reading(says, None, "unverifiable")
    low, high = part.amount.low / whole.amount.high, part.amount.high / whole.amount.low
    share = part.amount.value / whole.amount.value
    verdict = with_doubts(whole, with_doubts(part, judge_share(quantity, low, high)))
    if share > 1:
        verdict = "unverifiable"
    says = (
        f"{part.table_name}: {part.place} {_bracket(part)} of {whole.place} {_bracket(whole)} "
        f"= {percent_text(share)}{show_doubts(part) or show_doubts(whole)}"
    )
    return Reading(says, tidy_number(round(share * 100, 4)), verdict)


def _bracket(tie: Tie) -> str:
    return f"({tie.amount.shown})"


def _clause(frame: Frame, index: int) -> tuple[int, int]:
    start, end = frame.segment(frame.quantities[index].start)
    end = _statement_end(frame, index, end)
    quantity = frame.quantities[index]
    for i in range(quantity.start - 1, start - 1, -1):
        if (
            frame.tokens[i].text in ",("
            and i + 1 < quantity.start
            and _says_anything(frame.phrase(i + 1, quantity.start), frame)
        ):
            start = i + 1
            break
    return start, max(end, quantity.end)


__all__ = ["NOTHING", "share_claims"]
