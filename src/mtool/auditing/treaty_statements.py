"""Dated statements about a state and a treaty: `ratified on 30 June 2010`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from mtool.areas import countries_in, find_country
from mtool.auditing.date_mentions import DateMention, find_dates
from mtool.auditing.sentences import Sentence
from mtool.auditing.treaties import Treaty, load_treaties
from mtool.auditing.wording import word_set
from mtool.model import Document

_SIGNED = word_set("signed signature signatory signe signa signataire")


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


_LINKS = word_set("on in the le la en du au")
_TREATY_WORDS = word_set("article art convention treaty traite apmbc ccm")
_ARTICLE = {"article", "art", "articles"}


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


def read_statements(document: Document, sentences: Sequence[Sentence]) -> Iterator[Statement]:
    if not any(_TREATY_WORDS & set(s.words) for s in sentences):
        return
    own_state = main_state(document, sentences) or ""
    mentioned = [_treaties_in(s) for s in sentences]
    frequent = Counter(t.id for found in mentioned for _, t in found).most_common(1)
    treaties = {t.id: t for t in load_treaties()}
    current = treaties[frequent[0][0]] if frequent else None
    for sentence, found in zip(sentences, mentioned, strict=True):
        states = list(dict.fromkeys(countries_in(sentence.text)))
        states = states or list(dict.fromkeys(countries_in(sentence.heading)))
        state: str | None = states[0] if len(states) == 1 else None
        if len(states) != 1 and (not states or own_state in states):
            state = own_state
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
    """What the words right before a date say happened then; nothing may come in between."""
    start, _ = _span(sentence, mention)
    words = [w for w in sentence.words[start : mention.start] if w]
    whole = [w for w in sentence.words[: mention.start] if w]
    if opens_as_of(words):
        return None
    near = _unbroken(sentence, start, mention.start)
    article = _article(whole)
    if _says(near, ("into", "force")) or _says(near, ("en", "vigueur")):
        return "entry_into_force", ""
    if article in ("3", "4", "5") and _DEADLINE & set(near) and not _REPORT & set(words):
        return f"article_{article}_due", article
    if _REPORT & set(whole) and _DUE & set(near[-6:]) and not _RATIFIED & set(near):
        return "article_7_due", "7"
    if _RATIFIED & set(near) and not _SIGNED & set(_after_last(near, _RATIFIED)):
        return "ratified", ""
    return ("signed", "") if _SIGNED & set(near) else None


def _unbroken(sentence: Sentence, start: int, end: int) -> list[str]:
    """The words before a date back to a comma, an `and` or a colon that begins something new."""
    words: list[str] = []
    for i in range(end - 1, start - 1, -1):
        token = sentence.tokens[i]
        before = sentence.words[i - 1] if i > start else ""
        follows = before in _RATIFIED | _SIGNED | {"force", "vigueur"} and set(words) <= _LINKS
        if token.word in ("and", "et") or (token.text in ",;(" and not follows):
            break
        if token.word:
            words.insert(0, token.word)
    return words


def _after_last(words: Sequence[str], marks: frozenset[str]) -> Sequence[str]:
    spots = [i for i, w in enumerate(words) if w in marks]
    return words[spots[-1] + 1 :] if spots else words


def opens_as_of(words: Sequence[str]) -> bool:
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
