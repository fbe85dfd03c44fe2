"""Words that make a count a part of a figure, the size of something, or what is left out."""

from __future__ import annotations

from mtool.auditing.evidence import Evidence
from mtool.auditing.frames import Frame
from mtool.auditing.lexicon import AUXILIARIES
from mtool.auditing.measures import DEVICES
from mtool.auditing.phrases import noun_phrase
from mtool.auditing.quantities import Quantity
from mtool.auditing.spans import in_bracket
from mtool.auditing.terms import DIRECTIONS, is_category, known
from mtool.auditing.wording import word_set, words

_ONE = word_set("a an one un une single same seul seule meme unique")
_SINGLE = word_set("single same seul seule meme unique")
#: Singular nouns: what happened in one of them is a part of what happened in all.
_ONE_PLACE = word_set(
    """village site community school location town place minefield field task city camp road hospital
    communaute ecole localite ville champ route hopital chantier
    incident accident blast explosion attack event evenement attaque deflagration
    family household famille foyer week month day night weekend hour quarter semaine mois jour nuit
    journee heure trimestre area zone parcelle plot terrain polygon polygone"""
)
_WITHIN = word_set(
    """town city district locality municipality camp airport road highway border ville aeroport route
    frontiere localite commune cercle near outside pres"""
)
_EVENTS = frozenset({"incident", "attack"})
_HARMED = word_set(
    """killed injured wounded claimed caused left involved tue blesse fait cause provoque implique"""
)
_OPENING = word_set("of among amongst parmi sur entre")
_BUT = word_set("but sauf save minus")
_ORDERED = word_set("first last latest premiers premieres derniers dernieres")
_GROUPS = word_set(
    """team teams group groups unit units batch batches class classes lot lots pair pairs squad
    squads section sections equipe equipes groupe groupes unite unites classe classes famille
    familles"""
)
_NOT = word_set("not never pas jamais")


def speaks_of_part(frame: Frame, quantity: Quantity, table: Evidence) -> bool:
    """`45,000 m² in one village`, `of the area cleared, 90,000 m² was farmland`, `a single blast`.

    Such a count may well be smaller than the figure of the whole; it contradicts nothing.
    """
    start, end = frame.segment(quantity.start)
    return (
        _in_one_place(frame, start, end)
        or _opens_with_whole(frame, start, quantity.start)
        or _has_unknown_predicate(frame, quantity.end, end)
        or bool(_NOT & set(frame.words[start:end]))
        or _part_of_fraction(frame, quantity, start)
        or _within_area(frame, (start, end), table)
        or _of_one_device(frame, (start, end), table)
        or _some_events(frame, quantity, end)
    )


def _within_area(frame: Frame, segment: tuple[int, int], table: Evidence) -> bool:
    """`in northern Kassala`, `Kassala town`: less than the area that a row stands for."""
    headers = {w for c in table.figures.label_columns for w in words(table.figures.header(c))}
    for i in range(*segment):
        if frame.tokens[i].term not in frame.known_names:
            continue
        before, after = frame.words[max(segment[0], i - 2) : i], frame.words[i + 1 : i + 2]
        if (DIRECTIONS - frame.known_names) & set(before) or (_WITHIN - headers) & {
            *before,
            *after,
        }:
            return True
    return False


def _of_one_device(frame: Frame, segment: tuple[int, int], table: Evidence) -> bool:
    """`IEDs killed 12 people` beside a table of all casualties."""
    said = {t.term for t in frame.tokens[slice(*segment)] if t.term}
    return bool(said & DEVICES - table.vocabulary)


def _some_events(frame: Frame, quantity: Quantity, end: int) -> bool:
    """`Two incidents in Sennar injured nine people`: two of them may have."""
    said, after = noun_phrase(frame, quantity.end)
    if not said & _EVENTS:
        return False
    return any(
        frame.words[i] in _HARMED and frame.words[i - 1] not in ("were", "was", "ete")
        for i in range(after, end)
    )


def _in_one_place(frame: Frame, start: int, end: int) -> bool:
    numbers = {q.start for q in frame.quantities if q.value == 1 and q.kind == "count"}
    for i in range(start, end):
        word = frame.words[i]
        if word in _SINGLE:
            return True
        if (word in _ONE or i in numbers) and _ONE_PLACE & set(_next_words(frame, i, end)):
            return True
    return False


def _next_words(frame: Frame, at: int, end: int) -> list[str]:
    """The words after an article up to the noun, over a size: `a 12,000 m² area`."""
    found: list[str] = []
    for i in range(at + 1, min(end, at + 6)):
        if frame.tokens[i].text in ",;:()" or frame.words[i] in ("of", "de", "in", "dans"):
            break
        if i in frame.covered:
            continue
        found.append(frame.words[i])
        if len(found) == 2:
            break
    return found


def _opens_with_whole(frame: Frame, start: int, at: int) -> bool:
    """`Of the area cleared in Kassala, …` without a count of the whole that could be compared."""
    opening = next((w for w in frame.words[start:at] if w), "")
    if opening not in _OPENING:
        return False
    whole = any(start <= q.start < at for q in frame.quantities)
    return not whole and not any(is_category(t.term) for t in frame.tokens[at:] if t.term)


def _has_unknown_predicate(frame: Frame, start: int, end: int) -> bool:
    """`40 étaient artisanales`: a word that no table of the field knows tells them apart."""
    at = noun_phrase(frame, start)[1]
    acts = False
    for i in range(at, min(end, at + 7)):
        token = frame.tokens[i]
        if token.text in ",;:()":
            return False
        if token.term and acts:
            unknown = not known(token.term) and not is_category(token.term)
            return unknown and token.term not in frame.known_names
        acts = acts or token.word in AUXILIARIES - {"a"}
    return False


def _part_of_fraction(frame: Frame, quantity: Quantity, start: int) -> bool:
    """`Half of the 110 mines were PMN, 20 of them in Afar`: of whom is not told."""
    after = frame.words[quantity.end : quantity.end + 2]
    if after[:1] != ("of",) or after[1:] not in (("them",), ("which",), ("whom",), ("these",)):
        return False
    return any(
        q.kind in ("fraction", "percent") and start <= q.start < quantity.start
        for q in frame.quantities
    )


def is_size_or_rest(frame: Frame, quantity: Quantity) -> bool:
    """`teams of ten`, `10-person teams`, `all but one`, `65 % (64,800)`."""
    at = quantity.start
    before = frame.words[at - 1] if at else ""
    after = frame.words[quantity.end] if quantity.end < len(frame.words) else ""
    if before in _ORDERED or after in _ORDERED:
        return True
    earlier = frame.words[at - 2] if at > 1 else ""
    if before in _BUT or (before in ("of", "de", "d") and earlier in _GROUPS):
        return True
    if before in ("of", "des", "the") and {"premier", "first", "dernier", "last", "one"} & {
        *frame.words[max(0, at - 3) : at]
    }:
        return True
    if _is_compound(frame, quantity):
        return True
    return in_bracket(frame, at) and _restates_share(frame, quantity)


def _is_compound(frame: Frame, quantity: Quantity) -> bool:
    """`10-person`, `five-year`: the number belongs to the word."""
    i = quantity.end
    if i + 1 >= len(frame.tokens) or frame.tokens[i].text != "-":
        return False
    glued = frame.tokens[i].start == frame.tokens[i - 1].end
    return glued and frame.tokens[i + 1].start == frame.tokens[i].end and bool(frame.words[i + 1])


def _restates_share(frame: Frame, quantity: Quantity) -> bool:
    """`65 % of beneficiaries (64,800)`: the count of a share, which the share's claim is about."""
    index = frame.quantities.index(quantity)
    return index > 0 and frame.quantities[index - 1].kind in ("fraction", "percent")
