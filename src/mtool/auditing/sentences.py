"""Prose → sentences of tokens; one pass, no backtracking."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from mtool.auditing.terms import DIRECTIONS, is_acronym, term
from mtool.auditing.wording import plain, word_set
from mtool.model import Locator, Paragraph
from mtool.printed_numbers import fold_blanks

_TOKEN = re.compile(
    r"\d{1,3}(?:[ ,.'’]\d{3})+(?!\d)(?:[.,]\d+)?|\d+(?:[.,]\d+)*"
    r"|[^\W\d_]+[²2]?(?![^\W_])|[^\W_]+|[^\w\s]"
)
_ABBREVIATIONS = word_set(
    """mr mrs ms dr st no nos art fig vol pp p ed eds cf al e i g eg ie vs approx incl dept gen lt
    col sgt capt m mm mme mlle env ex etc jan feb mar apr jun jul aug sep sept oct nov dec janv
    fevr avr juil av"""
)
_MONTHS_OR_VERBS = {"may", "march"}
_PEOPLE_REACHED = word_set("people persons individuals were was been beneficiaries participants")
_LONGEST_SENTENCE = 1_200
_ENDS = ".!?"


@dataclass(frozen=True, slots=True)
class Token:
    """A word, a number or a sign; `word` is folded and empty for signs, `term` its meaning."""

    text: str
    word: str
    term: str | None
    start: int
    end: int

    @property
    def is_number(self) -> bool:
        return self.text[:1].isdigit()

    @property
    def is_sign(self) -> bool:
        return not self.word


@dataclass(frozen=True)
class Sentence:
    """One sentence. `paragraph` and `number` say where it stands; `heading` is the last heading.

    `kind` is that of its paragraph: `prose` or `heading`."""

    text: str
    tokens: tuple[Token, ...]
    locator: Locator
    paragraph: int
    number: int
    heading: str = ""
    kind: str = "prose"

    def quote(self, start: int, end: int) -> str:
        """The printed words from token `start` up to, not including, token `end`."""
        if not self.tokens or start >= end:
            return ""
        end = min(end, len(self.tokens))
        said = self.text[self.tokens[start].start : self.tokens[end - 1].end].strip(" ,;:—–-•(")
        return said.rstrip(" ).") if said.count(")") > said.count("(") else said

    @cached_property
    def words(self) -> tuple[str, ...]:
        return tuple(t.word for t in self.tokens)


@lru_cache(maxsize=65_536)
def _fold(text: str) -> str:
    return "".join(
        c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c)
    )


def tokenize(text: str) -> tuple[Token, ...]:
    """Cut a sentence into tokens; hyphens and apostrophes separate, but `anti-personnel` is one."""
    tokens: list[Token] = []
    for match in _TOKEN.finditer(text):
        piece = match.group()
        word = _fold(piece) if piece[0].isalnum() else ""
        if _continues_anti(tokens, word):
            last = tokens.pop() if tokens[-1].word == "anti" else tokens.pop(-2)
            if tokens and tokens[-1].is_sign and tokens[-1].start >= last.end:
                tokens.pop()
            piece, word = text[last.start : match.end()], "anti" + word
            tokens.append(Token(piece, word, term(word), last.start, match.end()))
            continue
        said = _term_of(piece, word)
        if word == "reached" and tokens and tokens[-1].word in _PEOPLE_REACHED:
            said = "beneficiary"
        tokens.append(Token(piece, word, said, match.start(), match.end()))
    return tuple(tokens)


def _term_of(piece: str, word: str) -> str | None:
    if word[:1].isdigit() or (word in _MONTHS_OR_VERBS and piece[:1].islower()):
        return None
    if word in DIRECTIONS and piece[:1].isupper():
        return word
    if is_acronym(piece):
        return piece
    return term(word) if word else None


def _continues_anti(tokens: Sequence[Token], word: str) -> bool:
    """True when `word` follows `anti-`, `anti ` or `anti–`."""
    if not word or not word.isalpha() or not tokens:
        return False
    if tokens[-1].word == "anti":
        return True
    return tokens[-1].is_sign and len(tokens) > 1 and tokens[-2].word == "anti"


def split_sentences(text: str) -> Iterator[str]:
    """Cut prose at full stops that end a sentence, not at those of `e.g.`, `No. 5` or `1.2`."""
    text = fold_blanks(text)
    start = 0
    for at, ch in enumerate(text):
        if ch in _ENDS and _ends_here(text, start, at):
            end = at + 1
            while end < len(text) and text[end] in '"”’»)]':
                end += 1
            yield from _capped(text[start:end].strip())
            start = end
    rest = text[start:].strip()
    if rest:
        yield from _capped(rest)


def _capped(sentence: str) -> Iterator[str]:
    """Very long runs without a full stop are lists; cut them so that work stays linear."""
    while len(sentence) > _LONGEST_SENTENCE:
        cut = sentence.rfind(" ", 0, _LONGEST_SENTENCE)
        cut = cut if cut > 0 else _LONGEST_SENTENCE
        yield sentence[:cut]
        sentence = sentence[cut:].strip()
    if sentence:
        yield sentence


def _ends_here(text: str, start: int, at: int) -> bool:
    after = at + 1
    while after < len(text) and text[after] in '"”’»)]':
        after += 1
    if after < len(text) and text[after] != " ":
        return False
    if text[at] != ".":
        return True
    following = text[after : after + 3].strip()
    if following and following[0].islower():
        return False
    before = text[max(start, at - 12) : at]
    word = re.split(r"[\s(.’']", before)[-1]
    if len(word) == 1 and word.isupper() and word.isalpha():
        return not (following[:1].isupper() and before[-2:-1] in ("", " ", "."))
    return (
        not (plain(word) in _ABBREVIATIONS and (word[:1].isupper() or len(word) < 5))
        or not following
    )


def read_sentences(paragraphs: Sequence[Paragraph]) -> list[Sentence]:
    """Every sentence of prose and headings in reading order; captions and notes are left out."""
    found: list[Sentence] = []
    heading = ""
    for number, paragraph in enumerate(paragraphs):
        if paragraph.kind == "heading":
            heading = paragraph.text
        if paragraph.kind in ("caption", "note"):
            continue
        for text in split_sentences(paragraph.text):
            tokens = tokenize(text)
            found.append(
                Sentence(
                    text, tokens, paragraph.locator, number, len(found), heading, paragraph.kind
                )
            )
    return found
