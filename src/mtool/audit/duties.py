"""Dates and duties: do stated deadlines follow from the treaties, and are they past?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from mtool.areas import countries_in, find_country
from mtool.audit.date_mentions import DateMention, find_dates
from mtool.audit.sentences import Sentence
from mtool.audit.treaties import Duty, Fact, Treaty, load_facts, load_treaties
from mtool.audit.wording import word_set
from mtool.model import Document, Finding, Verdict

_SIGNED = word_set("signed signature signatory signe signa signataire malisigned")
_RATIFIED = word_set(
    """ratified ratification ratify acceded accession acceding deposited deposit ratifie ratifia
    adhere adhesion adhera depose depot"""
)
_DEADLINE = word_set(
    """deadline deadlines echeance echeances limite delai later tard due required tenu tenue
    expires expired expire"""
)
_REPORT = word_set("report reports rapport rapports")
_DUE = word_set("due deadline originally echeance du due devait attendu limite")
_INITIAL = word_set("initial first initiale premier originally")
_NOT_SUBMITTED = word_set("not yet yet never outstanding failed pas encore toujours")
_ARTICLE = {"article", "art", "articles"}
_SLACK_DAYS = 1


@dataclass(frozen=True, slots=True)
class Statement:
    """One dated statement about a state and a treaty: `event` is `ratified`, `article_5_due` …"""

    state: str
    treaty: Treaty
    event: str
    mention: DateMention
    sentence: Sentence
    initial: bool = False

    @property
    def quote(self) -> str:
        return _clause(self.sentence, self.mention)


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
    statements = list(_statements(document, sentences))
    findings: list[Finding] = []
    for statement in statements:
        findings += _check(statement, statements)
    findings += _differing(statements)
    findings += _overdue(document, sentences, statements)
    findings += _past(statements, as_of, document_date)
    return findings, len(statements)


def _statements(document: Document, sentences: Sequence[Sentence]) -> Iterator[Statement]:
    main_state = _main_state(document, sentences) or ""
    mentioned = [_treaties_in(s) for s in sentences]
    frequent = Counter(t.id for found in mentioned for _, t in found).most_common(1)
    treaties = {t.id: t for t in load_treaties()}
    current = treaties[frequent[0][0]] if frequent else None
    for sentence, found in zip(sentences, mentioned, strict=True):
        states = list(dict.fromkeys(countries_in(sentence.text)))
        state = (
            states[0]
            if len(states) == 1
            else main_state
            if not states or main_state in states
            else None
        )
        if len(found) == 1:
            current = found[0][1]
        if state is None:
            continue
        for mention in find_dates(sentence.tokens):
            event = _event(sentence, mention)
            if event is None:
                continue
            name, article = event
            treaty = _treaty_for(found, mention, article, current, treaties)
            if treaty is None:
                continue
            yield _statement(state, treaty, name, mention, sentence)


def _statement(
    state: str, treaty: Treaty, name: str, mention: DateMention, sentence: Sentence
) -> Statement:
    start, end = _span(sentence, mention)
    initial = bool(_INITIAL & set(sentence.words[start:end]))
    return Statement(state, treaty, name, mention, sentence, initial)


def _main_state(document: Document, sentences: Sequence[Sentence]) -> str | None:
    """The state a document is about: named by its title or first heading, else most often."""
    for text in (document.source.title, *(p.text for p in document.paragraphs[:2])):
        found = list(dict.fromkeys(countries_in(text[:200]))) if text else []
        code = find_country(text.strip()) if text and len(text) < 60 else None
        if code or len(found) == 1:
            return code or found[0]
    counted = Counter(code for s in sentences[:400] for code in countries_in(s.text))
    return counted.most_common(1)[0][0] if counted else None


def _treaties_in(sentence: Sentence) -> list[tuple[int, Treaty]]:
    """Treaties a sentence names, with the token each name begins at."""
    said = [(i, w) for i, w in enumerate(sentence.words) if w]
    plain = [w for _, w in said]
    found: dict[str, tuple[int, Treaty]] = {}
    for treaty in load_treaties():
        for name in treaty.names:
            for spot in range(len(plain) - len(name) + 1):
                if plain[spot] == name[0] and tuple(plain[spot : spot + len(name)]) == name:
                    found.setdefault(treaty.id, (said[spot][0], treaty))
                    break
    return sorted(found.values(), key=lambda pair: pair[0])


def _treaty_for(
    found: Sequence[tuple[int, Treaty]], mention: DateMention, article: str,
    current: Treaty | None, treaties: dict[str, Treaty],
) -> Treaty | None:  # fmt: skip
    if article == "5":
        return treaties.get("APMBC")
    if found:
        before = [t for at, t in found if at <= mention.start]
        return before[-1] if before else found[0][1]
    return current


def _span(sentence: Sentence, mention: DateMention) -> tuple[int, int]:
    """The words around a date, up to the dates beside it."""
    dates = find_dates(sentence.tokens)
    before = [d.end for d in dates if d.end <= mention.start]
    after = [d.start for d in dates if d.start >= mention.end]
    return (before[-1] if before else 0), (after[0] if after else len(sentence.tokens))


def _event(sentence: Sentence, mention: DateMention) -> tuple[str, str] | None:
    """What the words before a date (or, failing that, right after it) say happened then."""
    start, _ = _span(sentence, mention)
    words = [w for w in sentence.words[start : mention.start] if w]
    whole = [w for w in sentence.words[: mention.start] if w]
    if _opens_as_of(words):
        return None
    if _says(words, ("into", "force")) or _says(words, ("en", "vigueur")):
        return "entry_into_force", ""
    article = _article(whole)
    if article in ("3", "4", "5") and _DEADLINE & set(words[-24:]) and not _REPORT & set(words):
        return f"article_{article}_due", article
    if _REPORT & set(whole) and _DUE & set(words[-6:]) and not _RATIFIED & set(words):
        return "article_7_due", "7"
    near = words[-16:]
    if _RATIFIED & set(near) and not _SIGNED & set(_after_last(near, _RATIFIED)):
        return "ratified", ""
    if _SIGNED & set(near):
        return "signed", ""
    return None


def _after_last(words: Sequence[str], marks: frozenset[str]) -> Sequence[str]:
    spots = [i for i, w in enumerate(words) if w in marks]
    return words[spots[-1] + 1 :] if spots else words


def _opens_as_of(words: Sequence[str]) -> bool:
    said = [w for w in words if w]
    return said[-2:] in (["as", "of"], ["as", "at"]) or said[-1:] in (["au"], ["since"], ["depuis"])


def _says(words: Sequence[str], phrase: tuple[str, str]) -> bool:
    return any(tuple(words[i : i + 2]) == phrase for i in range(len(words) - 1))


def _article(words: Sequence[str]) -> str:
    """The last article named: `Article 5` → 5."""
    for i in range(len(words) - 2, -1, -1):
        if words[i] in _ARTICLE and words[i + 1].isdigit():
            return words[i + 1]
    return ""


def _clause(sentence: Sentence, mention: DateMention) -> str:
    """The shortest clause: from the last comma before the date that leaves something said."""
    start, _ = _span(sentence, mention)
    for i in range(mention.start - 3, start, -1):
        if sentence.tokens[i].text in ",;(:":
            start = i + 1
            break
    while start < mention.start and (
        sentence.tokens[start].is_sign or sentence.words[start] in ("and", "et")
    ):
        start += 1
    return sentence.quote(start, mention.end)


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


def _entry(statement: Statement, statements: Sequence[Statement]) -> Ground | None:
    """Entry into force for the state: as stated, reckoned from a stated ratification, or a fact."""
    treaty = statement.treaty
    for other in statements:
        same = other.state == statement.state and other.treaty is treaty and other.mention.is_day
        if same and other.event == "entry_into_force" and other is not statement:
            return Ground(other.mention.first, True, f"entry into force on {other.mention.text}")
    ratified = _ratified(statement, statements)
    if ratified is not None:
        day = treaty.entry_into_force(ratified.day)
        return Ground(
            day, ratified.stated, f"{ratified.shown}, so in force on {_show(day)}", ratified.source
        )
    fact = _fact(statement.state, treaty.id, "entry_into_force")
    if fact is not None:
        return Ground(fact.first, False, f"entry into force on {_show(fact.first)}", fact.source)
    return None


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
                f"{ratified.shown}; the first day of the sixth month after that month, and not before "
                f"{_show(treaty.own_entry)}, is {_show(expected)}"
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
    article = statement.event.split("_")[1]
    duty = statement.treaty.duty(article, initial_report=article == "7")
    entry = _entry(statement, statements)
    if duty is None or entry is None:
        return
    expected = duty.due(entry.day)
    term = f"{duty.days} days" if duty.days else f"{duty.years} years"
    shown = (
        f"{entry.shown}, plus {term} ({duty.title}, Article {duty.article}) is {_show(expected)}"
    )
    if statement.mention.agrees_with(expected, _SLACK_DAYS if duty.days else 0):
        yield _finding(statement, "supported", shown, entry.source)
    elif _may_differ(statement, duty, expected):
        why = "; a later deadline may follow from an extension, or from another year's report"
        yield _finding(statement, "unverifiable", shown + why, entry.source)
    else:
        yield _judged(statement, expected, Ground(entry.day, entry.stated, shown, entry.source))


def _may_differ(statement: Statement, duty: Duty, expected: date) -> bool:
    """An extension moves a deadline later; reports are due again every year."""
    if duty.days:
        return not statement.initial
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
        if apart and statement.event in ("signed", "ratified", "entry_into_force"):
            shown = f'elsewhere the document says "{other.quote}"'
            yield _finding(statement, "contradicted", shown, "")


def _overdue(
    document: Document, sentences: Sequence[Sentence], statements: Sequence[Statement]
) -> Iterator[Finding]:
    """`As of 30 May 2016 … had not yet submitted … due 30 May 2011`: by how many days."""
    del document
    for statement in statements:
        if statement.event != "article_7_due" or not statement.mention.is_day:
            continue
        sentence = statement.sentence
        as_of = [
            d for d in find_dates(sentence.tokens)
            if d.is_day and _opens_as_of(sentence.words[max(0, d.start - 3) : d.start])
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
            message=f"The report due on {statement.mention.text} was overdue by {days:,} days on {as_of[0].text}.",
            locator=sentence.locator,
            verdict="supported",
            quote=sentence.quote(0, statement.mention.end),
            computed=days,
        )
        yield from _submitted(statement, as_of[0])
    del sentences


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
