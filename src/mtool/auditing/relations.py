"""Which of a record's labels are parts of which other: read from words alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from mtool.auditing.dimensions import UNKNOWN, categories, must_partition
from mtool.auditing.terms import is_category, terms
from mtool.auditing.total_labels import TotalLabel, total_label
from mtool.auditing.wording import words

#: Nouns for people counted, under which sexes, ages and outcomes are parts.
_PEOPLE = frozenset({"staff", "casualty", "beneficiary", "survivor", "assisted", "employee"})
_SUBSETS = (("of", "which"), ("of", "whom"), ("including",), ("dont",), ("incl",), ("y", "compris"))
_HURT = frozenset({"casualty", "survivor"})
_DIMENSION_WORDS = frozenset(
    {"status", "sex", "age", "gender", "outcome", "unknown", "security", "force", "armed", "sexe"}
    | {"unspecified", "undefined", "statut", "genre", "inconnu", "inconnue"}
)
_EARLIER = frozenset(
    {"previous", "prev", "precedent", "precedente", "cumulative", "since", "depuis"}
)
_KNOWN = frozenset({"known", "connu", "connue", "connus", "connues"})
#: Dimensions whose categories exclude one another.
_DISJOINT = ("outcome", "people", "age", "status", "role", "origin")
_GENDERED = frozenset({"female", "females", "male", "males", "feminin", "masculin"})


@dataclass(frozen=True, slots=True)
class Part:
    """What one label says: its categories, what else restricts it, and whether it is a subset."""

    text: str
    categories: tuple[tuple[str, str], ...]
    measure: frozenset[str]
    subset: bool
    known: bool
    context: tuple[str, ...]

    @property
    def dimensions(self) -> frozenset[str]:
        return frozenset(d for d, _ in self.categories)


@dataclass(frozen=True, slots=True)
class Relation:
    """Parts of a whole, as places in the record. `must` when the words leave nothing out.

    A single part is only bounded by its whole. `dimension` is empty for `of which`. `instead` are
    parts that make up the whole where it is not printed (killed and injured); a whole of -1 is
    never printed.
    """

    whole: int
    parts: tuple[int, ...]
    dimension: str
    must: bool
    instead: tuple[int, ...] = ()


def read_part(text: str, context: tuple[str, ...] = (), group: str = "") -> Part:
    """Read one label. `context` is what it shares with its like; `group` the label over it."""
    found = {**categories(group), **categories(text)}
    found.pop("year", None)
    said = words(text)
    if found.get("people") in ("boys", "girls"):
        found["age"] = "children"
    known = bool(_KNOWN & set(said)) and UNKNOWN not in found
    measure = frozenset(t for t in terms(text) if not is_category(t) and t not in _KNOWN) - _PEOPLE
    measure |= _EARLIER & {*said, *words(group)}
    measure -= _DIMENSION_WORDS
    subset = any(said[: len(start)] == start for start in _SUBSETS)
    return Part(text, tuple(sorted(found.items())), measure, subset, known, context)


def find_relations(parts: Sequence[Part]) -> list[Relation]:
    """Every relation between the labels of one record."""
    parts = _with_ages(parts)
    found = [*_subsets(parts), *_single_parts(parts), *_partitions(parts), *_known_parts(parts)]
    return found + _unprinted(parts)


def _with_ages(parts: Sequence[Part]) -> list[Part]:
    """Beside `Adults` and `Children`, men are adults, and an unknown belongs to those before it."""
    wholes = {dict(p.categories)["age"] for p in parts if p.dimensions == {"age"}}
    found: list[Part] = []
    for part in parts:
        categories_ = dict(part.categories)
        if categories_.get("people") in ("men", "women") and "adults" in wholes:
            categories_.setdefault("age", "adults")
        before = dict(found[-1].categories) if found else {}
        if part.dimensions == {"unknown"} and "people" in before and before.get("age") in wholes:
            categories_["age"] = before["age"]
        found.append(replace(part, categories=tuple(sorted(categories_.items()))))
    return found


def _unprinted(parts: Sequence[Part]) -> list[Relation]:
    """Breakdowns of a whole that only killed and injured together give."""
    plain = [i for i, p in enumerate(parts) if p.dimensions == {"outcome"} and not p.subset]
    pure = [i for i in plain if not parts[i].measure and parts[i].context == ()]
    outcomes = {dict(parts[i].categories)["outcome"]: i for i in pure}
    if len(pure) != 2 or set(outcomes) != {"killed", "injured"}:
        return []
    pair = (outcomes["killed"], outcomes["injured"])
    whole = Part("(killed and injured)", (), frozenset(), False, False, ())
    extended = [*parts, whole]
    last = len(parts)
    return [
        Relation(-1, r.parts, r.dimension, must=False, instead=pair)
        for r in _partitions(extended, (last,))
        if r.dimension != "outcome" and last not in r.parts
    ]


def _subsets(parts: Sequence[Part]) -> list[Relation]:
    """`of which women` after `Staff`: bounded by the label before it that is no subset."""
    found = []
    for i, part in enumerate(parts):
        before = [j for j in range(i) if not parts[j].subset and parts[j].context == part.context]
        if part.subset and before:
            found.append(Relation(before[-1], (i,), "", must=False))
    return found


def _single_parts(parts: Sequence[Part]) -> list[Relation]:
    """`Women in managerial positions` cannot exceed `Total staff in managerial positions`."""
    found = []
    for i, part in enumerate(parts):
        for j, whole in enumerate(parts):
            if i == j or part.subset or not _speaks_of(parts, i, whole):
                continue
            if _is_within(part, whole):
                found.append(Relation(j, (i,), "", must=False))
    return found


def _speaks_of(parts: Sequence[Part], at: int, whole: Part) -> bool:
    """May part `at` be of this whole: are casualties not set against staff?

    A part without a noun is of the last label that has one; killed and injured are casualties.
    """
    meant = terms(whole.text) & _PEOPLE
    own = terms(parts[at].text) & _PEOPLE
    if not own and "outcome" in parts[at].dimensions:
        own = _HURT
    if not own:
        nouns = [terms(p.text) & _PEOPLE for p in (*reversed(parts[:at]), *parts[at:])]
        own = next(filter(None, nouns), frozenset())
    return not meant or not own or bool(meant & own) or bool(meant <= _HURT and own <= _HURT)


def _is_within(part: Part, whole: Part) -> bool:
    """Every category of the whole is one of the part, which has more of them."""
    if part.context != whole.context or part.measure != whole.measure or whole.known:
        return False
    if UNKNOWN in dict(part.categories).values() or not _is_whole(whole):
        return False
    return set(whole.categories) < set(part.categories) and (
        bool(part.dimensions - whole.dimensions)
        and part.dimensions - whole.dimensions <= set(_DISJOINT)
    )


def _is_whole(part: Part) -> bool:
    """A bare total, a noun for people, or a category of them; not any word without a category."""
    if part.categories:
        return True
    kind = total_label(part.text)
    return kind in (TotalLabel.BARE, TotalLabel.GRAND) or bool(terms(part.text) & _PEOPLE)


def _partitions(parts: Sequence[Part], wholes: Sequence[int] | None = None) -> list[Relation]:
    """Different categories of one dimension under one whole: disjoint, so never more than it."""
    found = []
    for j, whole in enumerate(parts):
        if wholes is not None and j not in wholes:
            continue
        if (wholes is None and not _is_whole(whole)) or whole.subset or whole.known:
            continue
        for dimension in _DISJOINT:
            members = _members(parts, j, dimension)
            names = [m for m in members.values() if m != UNKNOWN]
            if len(set(members.values())) != len(members) or len(names) < 2:
                continue
            if dimension == "people" and _overlap(parts, members):
                continue
            must = _must(parts, whole, dimension, members)
            found.append(Relation(j, tuple(members), dimension, must))
    return found


def _members(parts: Sequence[Part], whole_at: int, dimension: str) -> dict[int, str]:
    """The parts that add exactly this dimension to the whole, and `unknown` beside them."""
    whole = parts[whole_at]
    members: dict[int, str] = {}
    unknown: dict[int, str] = {}
    for i, part in enumerate(parts):
        if (
            i == whole_at
            or part.context != whole.context
            or part.measure != whole.measure
            or part.subset
        ):
            continue
        if part.known or dimension in whole.dimensions or not _speaks_of(parts, i, whole):
            continue
        extra = {c for c in part.categories if c not in whole.categories}
        if not set(whole.categories) <= set(part.categories):
            continue
        dimensions = {d for d, _ in extra}
        if dimension == "people" and "people" in dimensions:
            dimensions -= {"age"}
        if dimensions == {dimension}:
            members[i] = dict(extra)[dimension]
        elif dimensions == {"unknown"} and _unknown_of(parts, i) == dimension:
            unknown[i] = UNKNOWN
        elif dimension == "people" and dimensions == {"age"} and dict(extra)["age"] == "children":
            members[i] = "children"
    if "children" in members.values() and {"boys", "girls"} & set(members.values()):
        members = {i: m for i, m in members.items() if m != "children"}
    return members | unknown if len(unknown) == 1 and members else members


def _unknown_of(parts: Sequence[Part], at: int) -> str:
    """The dimension of an `unknown`: the one it names, or that of the label right before it."""
    own = [d for d in _DISJOINT if d in words(parts[at].text)]
    if own:
        return own[0]
    for part in reversed(parts[:at]):
        if UNKNOWN not in dict(part.categories).values():
            found = part.dimensions
            return "people" if "people" in found else next(iter(sorted(found)), "")
    return ""


def _overlap(parts: Sequence[Part], members: dict[int, str]) -> bool:
    """`Female` includes girls; beside `girls` or `children` nothing can be summed."""
    gendered = any(_GENDERED & set(words(parts[i].text)) for i in members)
    return gendered and bool({"boys", "girls", "children"} & set(members.values()))


def _must(parts: Sequence[Part], whole: Part, dimension: str, members: dict[int, str]) -> bool:
    """Do the words say that nobody is left out?"""
    found = set(members.values())
    if not must_partition(dimension, found):
        return False
    if UNKNOWN in found or dimension == "outcome":
        return True
    if dimension == "people":
        said = frozenset().union(terms(whole.text), *(terms(p.text) for p in parts))
        by_age = dict(whole.categories).get("age")
        adults = found == {"men", "women"} and by_age == "adults"
        children = found == {"boys", "girls"} and by_age == "children"
        return adults or children or bool(said & {"staff", "beneficiary"})
    return dimension == "origin"


def _known_parts(parts: Sequence[Part]) -> list[Relation]:
    """`Status known` is the sum of the known statuses; known and unknown make the total."""
    found = []
    for j, whole in enumerate(parts):
        if not whole.known:
            continue
        for dimension in _DISJOINT:
            if dimension not in words(whole.text) and dimension not in words(
                " ".join(whole.context)
            ):
                continue
            members = tuple(
                i
                for i, p in enumerate(parts)
                if p.dimensions == {dimension} and p.context == whole.context
            )
            if len(members) > 1:
                found.append(Relation(j, members, dimension, must=True))
    return found
