"""Claims of rank: `the most affected region`, `the highest since 2018`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from mtool.auditing.claim import Claim
from mtool.auditing.frames import Frame
from mtool.auditing.implied_measures import implied_measure
from mtool.auditing.labels import Label
from mtool.auditing.lexicon import NEGATIONS
from mtool.auditing.scope import NOTHING, Scope, Terms
from mtool.auditing.scopes import plain_scope
from mtool.auditing.spans import years_of
from mtool.auditing.sums import show
from mtool.auditing.ties import Amount, Tie, Ties
from mtool.auditing.total_readings import shared_dimension
from mtool.auditing.verdicts import Reading, show_doubts, with_doubts
from mtool.auditing.wording import word_set
from mtool.model import Verdict

_HIGH = word_set(
    """highest largest greatest worst heaviest biggest deadliest peaked peak pic maximum"""
)
_LOW = word_set("lowest smallest fewest minimum")
_HIGH_AFTER_PLUS = word_set(
    """touchee touche touches touchees affectee affecte affectes affectees eleve elevee eleves
    elevees grand grande fort forte contaminee contamine important importante meurtriere lourd"""
)
_LOW_AFTER_PLUS = word_set("faible faibles bas basse petit petite")
_AFFECTED = word_set("affected impacted contaminated mined dangerous")
_ORDINALS = {
    **dict.fromkeys(("second", "deuxieme", "seconde"), 2),
    **dict.fromkeys(("third", "troisieme"), 3),
    **dict.fromkeys(("fourth", "quatrieme"), 4),
}
_MEMBER_NOUNS = word_set(
    """region regions province provinces district districts area areas zone governorate
    governorates department departement departements departments county state operator operateur
    organisation organization country countries employer category device location municipality
    commune cercle"""
)
_TIME_NOUNS = word_set(
    """year years annee annees ans record ever date jamais niveau enregistre depuis since"""
)
_LISTED = 5
_AHEAD = word_set("followed ahead suivi suivie suivis suivies devant")
_NEXT_TO = word_set("behind derriere after apres")
#: `After Manica, Sofala was the most affected`: first among the others only.
_BEHIND = word_set("after behind apres derriere following outside")


@dataclass(frozen=True, slots=True)
class Superlative:
    """One superlative: tokens `start` to `end`, whether it means the most, and which rank.

    `neighbour` are the terms of the one said to come right after or before (`followed by Gao`).
    """

    start: int
    end: int
    most: bool
    rank: int = 1
    neighbour: Terms = NOTHING
    neighbour_rank: int = 0


def ranking_claims(frame: Frame, ties: Ties, used: set[int]) -> Iterator[Claim]:
    """Every superlative of a sentence, and comparisons of two names."""
    del used
    for found in _superlatives(frame):
        start, end = frame.segment(found.start)
        if _BEHIND & set(frame.words[start : found.start]) and found.rank == 1:
            continue
        if frame.is_modal(start, end) or NEGATIONS & set(
            frame.words[max(0, found.start - 2) : found.start]
        ):
            continue
        yield _claim(frame, ties, _with_neighbour(frame, found))


def _with_neighbour(frame: Frame, found: Superlative) -> Superlative:
    """Read `followed by Gao`, `ahead of Gao`, `suivie de Gao`, `behind Gao` after a superlative."""
    end = frame.segment(found.start)[1]
    for i in range(found.end, end):
        step = 1 if frame.words[i] in _AHEAD else -1 if frame.words[i] in _NEXT_TO else 0
        if step and found.rank + step > 0:
            names = (t.term for t in frame.tokens[i + 1 : end] if t.term in frame.known_names)
            return replace(
                found,
                neighbour=frozenset(t for t in names if t),
                neighbour_rank=found.rank + step,
            )
    return found


def _superlatives(frame: Frame) -> Iterator[Superlative]:
    words = frame.words
    for i, word in enumerate(words):
        if i in frame.covered:
            continue
        rank = _rank(words, i)
        after = words[i + 1] if i + 1 < len(words) else ""
        before = words[i - 1] if i else ""
        if (
            word in ("most", "least")
            and before not in ("at", "almost")
            and _is_superlative_most(frame, i)
        ):
            yield Superlative(i, i + 2, word == "most", rank)
        elif word in _HIGH and not (word in ("peak", "pic") and after in ("season",)):
            yield Superlative(i, i + 1, True, rank)
        elif word in _LOW and before not in ("a", "un", "at"):
            yield Superlative(i, i + 1, False, rank)
        elif (
            word in ("plus", "moins")
            and before in ("le", "la", "les", "au", "du") | _ORDINALS.keys()
        ):
            if after in _HIGH_AFTER_PLUS:
                yield Superlative(i, i + 2, word == "plus", rank)
            elif after in _LOW_AFTER_PLUS:
                yield Superlative(i, i + 2, word == "moins", rank)
            elif after in ("d", "de") and before == "le":
                yield Superlative(i, i + 1, word == "plus", rank)


def _is_superlative_most(frame: Frame, at: int) -> bool:
    after = frame.words[at + 1] if at + 1 < len(frame.words) else ""
    before = frame.words[at - 1] if at else ""
    if after in _AFFECTED or (after == "heavily"):
        return True
    following = frame.tokens[at + 1].term if at + 1 < len(frame.tokens) else None
    later = frame.tokens[at + 2].term if at + 2 < len(frame.tokens) else None
    return (
        before == "the"
        and bool(following or later)
        and after not in ("of", "recent", "recently", "common")
    )


def _rank(words: Sequence[str], at: int) -> int:
    for word in words[max(0, at - 2) : at]:
        if word in _ORDINALS:
            return _ORDINALS[word]
    return 1


def _claim(frame: Frame, ties: Ties, found: Superlative) -> Claim:
    start, end = _statement(frame, found)
    scope = plain_scope(frame, start, end)
    years, shape = _years(frame, start, end)
    readings: list[Reading] = []
    words = set(frame.words[start:end])
    names = scope.preferred
    about_time = bool(words & _TIME_NOUNS) or any(t.shape in ("since", "span") for t in frame.times)
    about_members = bool(words & _MEMBER_NOUNS)
    own = {"its", "their", "son", "sa", "leur"} & set(
        frame.words[max(start, found.start - 2) : found.start]
    )
    scope = replace(scope, required=frozenset(t for t in scope.required if t not in _TIME_NOUNS))
    if names and not own and (about_members or not about_time):
        readings += _among_members(ties, scope, found, (years, shape))
    subject = scope.subject and years is not None and not about_time
    if not readings and (about_time or own or not names) and not subject:
        if not scope.head:
            said = scope.required | scope.preferred | scope.optional
            terms_said = said - _TIME_NOUNS - _HIGH - _LOW
            head = implied_measure(frame, ties, scope, terms_said)
            scope = replace(scope, head=head, required=scope.required | head)
        readings += _among_years(ties, scope, found, _since(frame, start, end), years)
    way = "the most" if found.most else "the least"
    rank = f" (rank {found.rank})" if found.rank > 1 else ""
    return Claim("ranking", frame, start, end, f"it claims {way}{rank}", tuple(readings))


def _statement(frame: Frame, found: Superlative) -> tuple[int, int]:
    start, end = frame.segment(found.start)
    for i in range(found.end, end):
        if found.neighbour and frame.words[i] in _AHEAD | _NEXT_TO:
            return start, i
        following = frame.words[i + 1] if i + 1 < end else ""
        if frame.tokens[i].text == "," and following in (
            "with",
            "followed",
            "and",
            "which",
            "but",
            "avec",
            "suivie",
            "suivi",
            "et",
        ):
            return start, i
    return start, end


def _years(frame: Frame, start: int, end: int) -> tuple[frozenset[int] | None, str]:
    plain = [t for t in frame.times if start <= t.start < end and t.shape in ("year", "span")]
    if len(plain) == 1:
        return years_of(frame, plain[0])
    if plain or any(t.shape == "part" for t in frame.times):
        return None, "part" if not plain else "several"
    elsewhere = [t for t in frame.times if t.shape == "year"]
    return years_of(frame, elsewhere[0] if len(elsewhere) == 1 else None)


def _since(frame: Frame, start: int, end: int) -> int | None:
    since = [t for t in frame.times if t.shape == "since" and start <= t.start < end]
    return since[0].years[0] if since else None


def _among_members(
    ties: Ties, scope: Scope, found: Superlative, time: tuple[frozenset[int] | None, str]
) -> list[Reading]:
    """The named rows against all rows of their table."""
    years, shape = time
    dated = replace(scope, years=years, shape=shape)
    if not dated.head:
        dated = replace(dated, head=_measure_of_names(ties, dated))
    found_ties = [tie for tie in ties.find(dated) if tie.names]
    if not found_ties and not any(t for t in ties.tables_for(dated) if dated.head <= t.context):
        return []
    return [_rank_reading(ties, tie, found) for tie in found_ties or _any_measure(ties, dated)]


def _any_measure(ties: Ties, scope: Scope) -> list[Tie]:
    """`the most contaminated province`: the named row in every measure of its table, to agree."""
    found: list[Tie] = []
    for table in ties.tables_for(scope):
        if not scope.preferred <= table.names:
            continue
        for label in table.column_labels.values():
            for terms in label.alternatives:
                measured = replace(scope, head=scope.head | terms, required=scope.required | terms)
                found += [t for t in ties.find(measured) if t.names and t.evidence is table]
    return list({tie.cells: tie for tie in found}.values())


def _measure_of_names(ties: Ties, scope: Scope) -> frozenset[str]:
    """`Kidal was the most affected region`: the measure of the one table that has Kidal."""
    tables = [e for e in ties.evidence if scope.preferred <= e.names]
    if len(tables) != 1:
        return frozenset()
    return tables[0].context - tables[0].names


def _rank_reading(ties: Ties, tie: Tie, found: Superlative) -> Reading:
    table = tie.evidence
    named_rows = {r for r, _ in tie.cells}
    by_row = any(table.row_labels[r].match(frozenset().union(*tie.names)) for r in named_rows)
    values: dict[str, Amount] = {}
    if by_row:
        columns = {c for _, c in tie.cells}
        for r in table.body_rows:
            values[table.row_labels[r].text] = ties.amount(table, [(r, c) for c in sorted(columns)])
        named = {table.row_labels[r].text for r in named_rows}
    else:
        named_columns = {c for _, c in tie.cells}
        for c in table.body_columns:
            values[table.column_labels[c].text] = ties.amount(
                table, [(r, c) for r in sorted(named_rows)]
            )
        named = {table.column_labels[c].text for c in named_columns}
    verdict = _rank_verdict(values, named, found)
    if not by_row and not _are_alike([table.column_labels[c] for c in table.body_columns]):
        verdict = "unverifiable"
    labels = table.row_labels if by_row else table.column_labels.values()
    others = [o.text for o in labels if found.neighbour and o.match(found.neighbour)]
    if verdict == "supported" and len(others) == 1 and others[0] in values:
        beside = replace(found, rank=found.neighbour_rank)
        if _rank_verdict(values, set(others), beside) == "contradicted":
            verdict = "contradicted"
    says = f"{table_of(tie)}: {_listed(values, most=found.most)}{show_doubts(tie)}"
    return Reading(says, None, with_doubts(tie, verdict))


def _are_alike(labels: Sequence[Label]) -> bool:
    """Areas, operators, sexes: columns that count the same; not mines beside square metres."""
    names = all(label.is_name for label in labels)
    return names or shared_dimension([label.text for label in labels]) is not None


def table_of(tie: Tie) -> str:
    return f"{tie.table_name}{f', {tie.place}' if tie.place else ''}"


def _rank_verdict(values: dict[str, Amount], named: set[str], found: Superlative) -> Verdict:
    """Supported when the named ones are exactly the top; missing figures could change that."""
    if len(values) < 2 or not named <= set(values):
        return "unverifiable"
    known = {name: float(a.value) for name, a in values.items() if not a.missing}
    if not named <= set(known):
        return "unverifiable"
    sign = -1.0 if found.most else 1.0
    worst = max(sign * known[name] for name in named)
    better = sum(1 for name, value in known.items() if name not in named and sign * value < worst)
    equal = sum(1 for name, value in known.items() if name not in named and sign * value == worst)
    missing = len(values) > len(known)
    if found.rank > 1:
        if missing or len(named) > 1:
            return "unverifiable"
        fits = better < found.rank <= better + equal + 1
        return ("unverifiable" if equal else "supported") if fits else "contradicted"
    if better:
        return "contradicted"
    return "unverifiable" if missing or equal else "supported"


def _listed(values: dict[str, Amount], *, most: bool) -> str:
    ordered = sorted(
        ((n, a) for n, a in values.items() if not a.missing),
        key=lambda pair: pair[1].value,
        reverse=most,
    )
    shown = ", ".join(f"{name} {show(amount.value)}" for name, amount in ordered[:_LISTED])
    return shown + (", …" if len(ordered) > _LISTED else "")


def _among_years(
    ties: Ties, scope: Scope, found: Superlative, since: int | None, years: frozenset[int] | None
) -> list[Reading]:
    """One year against the other years of the same row, or of the total."""
    if years is None or not scope.head:
        return []
    target = max(years) if len(years) == 1 else None
    if target is None:
        return []
    readings = []
    for table in ties.tables_for(scope):
        values: dict[str, Amount] = {}
        place = ""
        doubts: Tie | None = None
        for year in sorted(table.all_years):
            if since is not None and year < since:
                continue
            here = [
                t
                for t in ties.find(replace(scope, years=frozenset({year}), shape="year"))
                if t.evidence is table
            ]
            if len(here) == 1:
                values[str(year)] = here[0].amount
                place, doubts = here[0].place, here[0]
        if str(target) in values and len(values) > 1 and doubts is not None:
            verdict = _year_verdict(values, target, found, since)
            where = f"{doubts.table_name} ({place})" if place else doubts.table_name
            says = f"{where}: {_listed(values, most=found.most)}"
            readings.append(Reading(says, None, with_doubts(doubts, verdict)))
    return readings


def _year_verdict(
    values: dict[str, Amount], target: int, found: Superlative, since: int | None
) -> Verdict:
    """`highest since 2018` leaves the year itself open: both readings must agree."""
    if since is None or str(since) not in values or since == target:
        return _rank_verdict(values, {str(target)}, found)
    without = {year: amount for year, amount in values.items() if year != str(since)}
    verdicts = {
        _rank_verdict(some, {str(target)}, found) for some in (values, without) if len(some) > 1
    }
    return verdicts.pop() if len(verdicts) == 1 else "unverifiable"
