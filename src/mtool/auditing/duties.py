"""Dates and duties: do stated deadlines follow from the treaties, and are they past?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from mtool.auditing.date_mentions import DateMention, find_dates
from mtool.auditing.sentences import Sentence
from mtool.auditing.treaties import Duty, Fact, load_facts
from mtool.auditing.treaty_events import opens_as_of
from mtool.auditing.treaty_statements import Statement, read_statements
from mtool.auditing.wording import word_set
from mtool.model import Document, Finding, Verdict

_NOT_SUBMITTED = word_set("not yet yet never outstanding failed pas encore toujours")
_SLACK_DAYS = 1


def audit_duties(
    document: Document,
    sentences: Sequence[Sentence],
    *,
    as_of: date | None,
    document_date: date | None,
) -> tuple[list[Finding], int]:
    """Check stated treaty dates against each other, the treaties' rules, and facts about states.

    What the document itself contradicts is of class source; what only outside facts contradict is
    a note with the fact's source. Deadlines that are past say by how much, as of the document's
    own date and of `as_of`.
    """
    statements = list(read_statements(document, sentences))
    findings: list[Finding] = []
    for statement in statements:
        findings += _check(statement, statements)
    findings += _differing(statements)
    findings += _overdue(statements)
    findings += _past(statements, as_of, document_date)
    return findings, len(statements)


def _fact(state: str, treaty: str, event: str) -> Fact | None:
    return next(
        (f for f in load_facts() if (f.location_code, f.treaty, f.event) == (state, treaty, event)),
        None,
    )


@dataclass(frozen=True, slots=True)
class Ground:
    """A day to reckon from, and whether the document itself says it; `source` is the fact's."""

    day: date
    stated: bool
    shown: str
    source: str = ""


def _entries(statement: Statement, statements: Sequence[Statement]) -> list[Ground]:
    """Days of entry into force: reckoned from a stated ratification, as stated, else a fact.

    Several different days are all given, those that the treaty's rule bears out first.
    """
    treaty = statement.treaty
    found: dict[date, Ground] = {}
    ratified = _ratified(statement, statements)
    if ratified is not None and ratified.stated:
        found[_in_force(statement, ratified).day] = _in_force(statement, ratified)
    for other in statements:
        same = other.state == statement.state and other.treaty is treaty and other.mention.is_day
        if same and other.event == "entry_into_force" and other is not statement:
            day = other.mention.first
            told = Ground(day, True, f"entry into force on {other.mention.text}")
            found[day] = told
    if found:
        return list(found.values())
    if ratified is not None:
        return [_in_force(statement, ratified)]
    fact = _fact(statement.state, treaty.id, "entry_into_force")
    if fact is not None:
        shown = f"entry into force on {_show(fact.first)}"
        return [Ground(fact.first, False, shown, fact.source)]
    return []


def _in_force(statement: Statement, ratified: Ground) -> Ground:
    day = statement.treaty.entry_into_force(ratified.day)
    shown = f"{ratified.shown}, so in force on {_show(day)}"
    return Ground(day, ratified.stated, shown, ratified.source)


def _ratified(statement: Statement, statements: Sequence[Statement]) -> Ground | None:
    for other in statements:
        same = other.state == statement.state and other.treaty is statement.treaty
        if same and other.event == "ratified" and other.mention.is_day:
            return Ground(other.mention.first, True, f"ratified on {other.mention.text}")
    fact = _fact(statement.state, statement.treaty.id, "ratified")
    if fact is not None and fact.first == fact.last:
        return Ground(fact.first, False, f"ratified on {_show(fact.first)}", fact.source)
    return None


def _check(statement: Statement, statements: Sequence[Statement]) -> Iterator[Finding]:
    """Judge one statement by the treaty's rule; else by a fact."""
    event, treaty, mention = statement.event, statement.treaty, statement.mention
    if event == "entry_into_force":
        ratified = _ratified(statement, statements)
        if ratified is not None:
            expected = treaty.entry_into_force(ratified.day)
            shown = (
                f"{ratified.shown}; the first day of the sixth month after that month, "
                f"and not before {_show(treaty.own_entry)}, is {_show(expected)}"
            )
            yield _judged(
                statement, expected, Ground(expected, ratified.stated, shown, ratified.source)
            )
            return
        if mention.last < treaty.own_entry:
            shown = f"{treaty.title} itself entered into force on {_show(treaty.own_entry)}"
            yield _judged(statement, treaty.own_entry, Ground(treaty.own_entry, True, shown))
            return
    if event.endswith("_due"):
        yield from _check_deadline(statement, statements)
        return
    fact = _fact(statement.state, treaty.id, event)
    if fact is not None:
        fits = mention.first <= fact.last and fact.first <= mention.last
        shown = f"{fact.event.replace('_', ' ')} {fact.printed}"
        yield _finding(
            statement, "supported" if fits else "unverifiable", shown, fact.source, outside=not fits
        )


def _check_deadline(statement: Statement, statements: Sequence[Statement]) -> Iterator[Finding]:
    """Judge a deadline by every day of entry into force that the document gives."""
    article = statement.event.split("_")[1]
    duty = statement.treaty.duty(article, initial_report=article == "7")
    entries = _entries(statement, statements)
    if duty is None or not entries:
        return
    slack = _SLACK_DAYS if duty.days else 0
    fitting = [e for e in entries if statement.mention.agrees_with(duty.due(e.day), slack)]
    entry = fitting[0] if fitting else entries[0]
    shown = _reckoned(duty, entry)
    ground = Ground(entry.day, entry.stated, shown, entry.source)
    if fitting and (entry is entries[0] or len(entries) == 1):
        yield _finding(statement, "supported", shown, entry.source)
    elif fitting:
        other = f"{shown}; but {_reckoned(duty, entries[0])}"
        yield _finding(statement, "unverifiable", other, entry.source)
    elif any(_may_differ(statement, duty, duty.due(e.day)) for e in entries):
        why = "; a later deadline may follow from an extension, or from another year's report"
        yield _finding(statement, "unverifiable", shown + why, entry.source)
    elif _may_be_another(statement, statements, slack):
        why = "; the sentence names no treaty, and another's deadline may be meant"
        yield _finding(statement, "unverifiable", shown + why, entry.source)
    else:
        yield _judged(statement, duty.due(entry.day), ground)


def _may_be_another(statement: Statement, statements: Sequence[Statement], slack: int) -> bool:
    """May a sentence that names no treaty speak of the same article of another treaty?"""
    if statement.named == "treaty":
        return False
    if not statement.named:
        return True
    article = statement.event.split("_")[1]
    for treaty in {s.treaty for s in statements if s.state == statement.state}:
        duty = treaty.duty(article, initial_report=article == "7")
        for entry in _entries(replace(statement, treaty=treaty), statements) if duty else ():
            if duty and statement.mention.agrees_with(duty.due(entry.day), slack):
                return True
    return False


def _reckoned(duty: Duty, entry: Ground) -> str:
    term = f"{duty.days} days" if duty.days else f"{duty.years} years"
    due = _show(duty.due(entry.day))
    return f"{entry.shown}, plus {term} ({duty.title}, Article {duty.article}) is {due}"


def _may_differ(statement: Statement, duty: Duty, expected: date) -> bool:
    """An extension moves a deadline later; reports are due again every year."""
    if duty.days:
        return not statement.initial
    if statement.extended:
        return True
    later = statement.mention.last > expected
    return duty.extendable and later and not statement.initial


def _judged(statement: Statement, expected: date, ground: Ground) -> Finding:
    if statement.mention.agrees_with(expected):
        return _finding(statement, "supported", ground.shown, ground.source)
    if ground.stated:
        return _finding(statement, "contradicted", ground.shown, ground.source)
    return _finding(statement, "unverifiable", ground.shown, ground.source, outside=True)


def _finding(
    statement: Statement, verdict: Verdict, shown: str, source: str, *, outside: bool = False
) -> Finding:
    contradicted = verdict == "contradicted"
    told = f" (according to {source})" if source else ""
    apart = "Only an outside fact says otherwise: " if outside else ""
    return Finding(
        rule="duty_outside_fact" if outside else f"duty_{statement.event}",
        class_="source" if contradicted else "note",
        severity="error" if contradicted else "warning" if outside else "info",
        message=f'"{statement.quote}": {apart}{shown}{told}.',
        locator=statement.sentence.locator,
        verdict=verdict,
        quote=statement.quote,
        value=statement.mention.text,
    )


def _differing(statements: Sequence[Statement]) -> Iterator[Finding]:
    """The same event of the same state on two days."""
    first: dict[tuple[str, str, str], Statement] = {}
    for statement in statements:
        key = (statement.state, statement.treaty.id, statement.event)
        other = first.setdefault(key, statement)
        apart = (
            statement.mention.first > other.mention.last
            or other.mention.first > statement.mention.last
        )
        if apart and _follows_rule(statement, statements):
            continue
        if apart and statement.event in ("signed", "ratified", "entry_into_force"):
            shown = f'elsewhere the document says "{other.quote}"'
            yield _finding(statement, "contradicted", shown, "")


def _follows_rule(statement: Statement, statements: Sequence[Statement]) -> bool:
    """Is this the day that follows from the stated ratification, so that the other is wrong?"""
    ratified = _ratified(statement, statements)
    if statement.event != "entry_into_force" or ratified is None or not ratified.stated:
        return False
    return statement.mention.agrees_with(statement.treaty.entry_into_force(ratified.day))


def _overdue(statements: Sequence[Statement]) -> Iterator[Finding]:
    """`As of 30 May 2016 … had not yet submitted … due 30 May 2011`: by how many days."""
    for statement in statements:
        if statement.event != "article_7_due" or not statement.mention.is_day:
            continue
        sentence = statement.sentence
        as_of = [
            d for d in find_dates(sentence.tokens)
            if d.is_day and opens_as_of(sentence.words[max(0, d.start - 3) : d.start])
        ]  # fmt: skip
        if not as_of or not _NOT_SUBMITTED & set(sentence.words):
            continue
        days = (as_of[0].first - statement.mention.first).days
        if days <= 0:
            continue
        yield Finding(
            rule="duty_overdue",
            class_="note",
            severity="info",
            message=(
                f"The report due on {statement.mention.text} was overdue by {days:,} days "
                f"on {as_of[0].text}."
            ),
            locator=sentence.locator,
            verdict="supported",
            quote=sentence.quote(0, statement.mention.end),
            computed=days,
        )
        yield from _submitted(statement, as_of[0])


def _submitted(statement: Statement, as_of: DateMention) -> Iterator[Finding]:
    """An outside fact that says the report had been submitted by then."""
    fact = _fact(statement.state, statement.treaty.id, "article_7_initial_submitted")
    if fact is not None and fact.last <= as_of.first:
        shown = f"the report was submitted on {_show(fact.first)}, before {as_of.text}"
        yield _finding(statement, "unverifiable", shown, fact.source, outside=True)


def _past(
    statements: Sequence[Statement], as_of: date | None, document_date: date | None
) -> Iterator[Finding]:
    """Clearance and stockpile deadlines that had passed, and by how much."""
    seen: set[tuple[str, str, str, date]] = set()
    for s in statements:
        key = (s.state, s.treaty.id, s.event, s.mention.last)
        if not s.event.startswith("article_") or key in seen:
            continue
        seen.add(key)
        told = []
        for day, name in ((document_date, "the document's own date"), (as_of, "today's reckoning")):
            if day is not None and day > s.mention.last:
                told.append(f"by {(day - s.mention.last).days:,} days as of {_show(day)} ({name})")
        if told:
            yield Finding(
                rule="duty_past",
                class_="note",
                severity="info",
                message=f'The deadline in "{s.quote}" is past {" and ".join(told)}.',
                locator=s.sentence.locator,
                quote=s.quote,
                value=s.mention.text,
            )


def _show(day: date) -> str:
    return f"{day.day} {day:%B} {day.year}"
