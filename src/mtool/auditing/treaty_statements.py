"""Dated statements about a state and a treaty: `ratified on 30 June 2010`."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from mtool.areas import countries_in, find_country
from mtool.auditing.date_mentions import DateMention, find_dates
from mtool.auditing.sentences import Sentence
from mtool.auditing.treaties import Treaty, load_treaties
from mtool.auditing.treaty_events import CLEARING, STOCKS, read_event, words_around
from mtool.auditing.wording import word_set
from mtool.model import Document

_INITIAL = word_set(
    "initial first initiale premier originally initially initialement ten dix eight huit"
)
_EXTENDED = word_set(
    """extension extensions extended extend prolongation prolongations prolonge prolongee report
    reporte reportee new revised current second third further requested request asked sought
    nouveau nouvelle actuel actuelle deuxieme troisieme demande demandait obtenu interim"""
)
_POSSESSIVE = re.compile(r"['’]s\b")
_ELIDED = re.compile(r"\b[dlDL]['’]")
_READ_FOR_STATES = 400
#: Articles with a deadline in one treaty only.
_OWN_ARTICLES = ("3", "5")
_TREATY_WORDS = word_set("article art convention treaty traite apmbc ccm")
Named = Literal["treaty", "article", ""]


@dataclass(frozen=True, slots=True)
class Statement:
    """One dated statement about a state and a treaty: `event` is `ratified`, `article_5_due` …

    `initial` and `extended` say which deadline is meant; `named` what ties it to a treaty: its
    name (or an article that it alone has), the number of an article, or nothing in the sentence.
    """

    state: str
    treaty: Treaty
    event: str
    mention: DateMention
    sentence: Sentence
    initial: bool = False
    extended: bool = False
    named: Named = "treaty"

    @property
    def quote(self) -> str:
        return _clause(self.sentence, self.mention)


def read_statements(document: Document, sentences: Sequence[Sentence]) -> Iterator[Statement]:
    if not any(_TREATY_WORDS & set(s.words) for s in sentences):
        return
    own_state = _only_state(document, sentences)
    mentioned = [_treaties_in(s) for s in sentences]
    several = len({t.id for found in mentioned for _, t in found}) > 1
    frequent = Counter(t.id for found in mentioned for _, t in found).most_common(1)
    treaties = {t.id: t for t in load_treaties()}
    current = treaties[frequent[0][0]] if frequent else None
    for sentence, found in zip(sentences, mentioned, strict=True):
        states = states_in(sentence.text) or states_in(sentence.heading)
        state = states[0] if len(states) == 1 else None if states else own_state
        if len(found) == 1:
            current = found[0][1]
        if state is None:
            continue
        for mention in find_dates(sentence.tokens):
            event = read_event(sentence, mention)
            if event is None:
                continue
            name, article = event
            treaty = _treaty_for(found, mention, article, current, treaties)
            if treaty is None:
                continue
            if name == "due":
                article, name = article or _article_of(treaty, sentence, mention), ""
                if not article:
                    continue
            name = name or f"article_{article}_due"
            named: Named = "treaty" if found or not several else "article" if event[1] else ""
            if event[1] in _OWN_ARTICLES:
                named = "treaty"
            yield replace(_statement(state, treaty, name, mention, sentence), named=named)


def states_in(text: str) -> list[str]:
    """The states a text names, each once: also in `Peru's` and `l'Angola`."""
    plain = _POSSESSIVE.sub("", text)
    found = [*countries_in(plain), *countries_in(_ELIDED.sub(" ", plain))]
    return list(dict.fromkeys(found))


def _only_state(document: Document, sentences: Sequence[Sentence]) -> str | None:
    """The state that a sentence without a name is about: the title's, or the document's only one.

    Empty where no state is known by name, null where several are.
    """
    for text in (document.source.title, *(p.text for p in document.paragraphs[:2])):
        code = find_country(text.strip()) if text and len(text) < 60 else None
        found = states_in(text[:200]) if text else []
        if code or len(found) == 1:
            return code or found[0]
        if found:
            return None
    named = {code for s in sentences[:_READ_FOR_STATES] for code in states_in(s.text)}
    if not named:
        return ""
    return named.pop() if len(named) == 1 else None


def _article_of(treaty: Treaty, sentence: Sentence, mention: DateMention) -> str:
    """The article by its purpose: `stockpile destruction deadline`, said of this date at best."""
    said = set(sentence.words[words_around(sentence, mention)[0] : mention.start])
    said = said if said & (STOCKS | CLEARING) else set(sentence.words)
    stocks, clearing = bool(said & STOCKS), bool(said & CLEARING)
    if stocks == clearing:
        return ""
    title = "stockpile destruction" if stocks else "clearance"
    return next((d.article for d in treaty.duties if d.title == title), "")


def _statement(
    state: str, treaty: Treaty, name: str, mention: DateMention, sentence: Sentence
) -> Statement:
    start, end = words_around(sentence, mention)
    said = set(sentence.words[start:end])
    initial = bool(_INITIAL & said)
    extended = bool(_EXTENDED & (said - ({"report"} if name == "article_7_due" else set())))
    return Statement(state, treaty, name, mention, sentence, initial, extended)


def main_state(document: Document, sentences: Sequence[Sentence]) -> str | None:
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
    if article in _OWN_ARTICLES:
        named = [t for _, t in found if any(d.article == article for d in t.duties)]
        only = treaties.get("APMBC" if article == "5" else "CCM")
        return only if named or not found else None
    if found:
        before = [t for at, t in found if at <= mention.start]
        return before[-1] if before else found[0][1]
    return current


def _clause(sentence: Sentence, mention: DateMention) -> str:
    """The shortest clause: from the last comma before the date that leaves something said."""
    start, _ = words_around(sentence, mention)
    for i in range(mention.start - 3, start, -1):
        if sentence.tokens[i].text in ",;(:":
            start = i + 1
            break
    while start < mention.start and (
        sentence.tokens[start].is_sign or sentence.words[start] in ("and", "et")
    ):
        start += 1
    return sentence.quote(start, mention.end)
