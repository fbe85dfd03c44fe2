"""A sentence made ready for claims: its quantities, periods and statements."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from mtool.auditing.denials import is_denied
from mtool.auditing.lexicon import EXCEPTIONS, KINDS_OF_AREA, MODAL, OTHERS
from mtool.auditing.phrases import Phrase, read_phrase
from mtool.auditing.quantities import Quantity, find_quantities
from mtool.auditing.scope import NOTHING, Scope, Terms
from mtool.auditing.sentences import Sentence, Token
from mtool.auditing.time_words import TimeMention, find_times
from mtool.auditing.wording import word_set

_BREAKS = word_set(
    """while whereas but although though however tandis mais alors cependant toutefois whilst"""
)
_POINTING = {"these", "those", "the", "ces", "les"}


@dataclass(frozen=True)
class Frame:
    """One sentence with its quantities, periods, and the context that earlier sentences leave."""

    sentence: Sentence
    quantities: tuple[Quantity, ...]
    times: tuple[TimeMention, ...]
    known_names: Terms
    before: Context
    at: int = 0

    @property
    def tokens(self) -> tuple[Token, ...]:
        return self.sentence.tokens

    @cached_property
    def words(self) -> tuple[str, ...]:
        return self.sentence.words

    @cached_property
    def covered(self) -> frozenset[int]:
        """Tokens that are part of a quantity or a period."""
        spans = [
            *((q.start, q.end) for q in self.quantities),
            *((t.start, t.end) for t in self.times),
        ]
        return frozenset(i for start, end in spans for i in range(start, end))

    @cached_property
    def breaks(self) -> tuple[int, ...]:
        """Tokens at which a new statement begins."""
        found = [0]
        for i, token in enumerate(self.tokens):
            if token.text in (";", "—") or token.word in _BREAKS:
                found.append(i + 1)
        return (*found, len(self.tokens))

    def segment(self, at: int) -> tuple[int, int]:
        """The statement that token `at` stands in."""
        at = max(0, at)
        starts = [b for b in self.breaks if b <= at]
        ends = [b for b in self.breaks if b > at]
        return starts[-1], ends[0] if ends else len(self.tokens)

    def is_modal(self, start: int, end: int) -> bool:
        """True where the words plan, doubt, require or deny."""
        return self._denied or any(
            w in MODAL and not (w == "may" and self.tokens[i].text == "May")
            for i, w in enumerate(self.words[start:end], start)
        )

    @cached_property
    def _denied(self) -> bool:
        return is_denied(self.words)

    def exceptions(self, start: int, end: int) -> tuple[str, ...]:
        """Why a statement may leave rows out: `except Gaza`, `in the other provinces`."""
        for i in range(start, end):
            word = self.words[i]
            following = self.words[i + 1] if i + 1 < end else ""
            if word in EXCEPTIONS or (word in OTHERS and following in KINDS_OF_AREA):
                return (f'"{self.tokens[i].text}" leaves something out',)
            if (word in ("not", "non") and following.endswith("ing")) or (
                word == "pas" and i and self.words[i - 1].endswith("ant")
            ):
                return ("the words say what is not meant",)
        return ()

    @cached_property
    def tables(self) -> frozenset[str]:
        """Numbers of the tables the sentence points to: `(see Table 1)`."""
        found = set()
        for i, word in enumerate(self.words[:-1]):
            if word in ("table", "tableau") and self.tokens[i + 1].is_number:
                found.add(self.tokens[i + 1].text)
        return frozenset(found)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Names of the tables' rows that the sentence says, in order, without repeats."""
        said = (t.term for t in self.tokens if t.term in self.known_names)
        return tuple(dict.fromkeys(t for t in said if t))

    def phrase(self, start: int, end: int) -> Phrase:
        """Read the terms between two tokens: what restricts, what stands by, which names act."""
        return read_phrase(self, start, end)

    def time_in(self, start: int, end: int) -> TimeMention | None:
        """The one period between two tokens; null for none or several."""
        found = [t for t in self.times if start <= t.start < end]
        return found[0] if len(found) == 1 else None


@dataclass(frozen=True, slots=True)
class Context:
    """What the sentences before left: names, years, and the heading above."""

    names: tuple[str, ...] = ()
    years: tuple[int, ...] = ()
    head: Terms = NOTHING
    heading_years: tuple[int, ...] = ()
    paragraph: int = -1
    previous_year: int | None = field(default=None)


def read_frame(sentence: Sentence, known_names: Terms, before: Context, at: int = 0) -> Frame:
    """Find the quantities and periods of a sentence."""
    tokens = sentence.tokens
    times = tuple(find_times(tokens))
    taken = {i for t in times for i in range(t.start, t.end)}
    quantities = tuple(
        q for q in find_quantities(tokens) if not any(i in taken for i in range(q.start, q.end))
    )
    stating = [q for q in _without_ranges(tokens, quantities) if not _only_refers(tokens, q)]
    return Frame(sentence, tuple(stating), times, known_names, before, at)


def _only_refers(tokens: Sequence[Token], quantity: Quantity) -> bool:
    """`these two regions` points back; it counts nothing."""
    before = tokens[quantity.start - 1].word if quantity.start else ""
    after = tokens[quantity.end].word if quantity.end < len(tokens) else ""
    return quantity.kind == "count" and before in _POINTING and after in KINDS_OF_AREA


def _without_ranges(
    tokens: Sequence[Token], quantities: Sequence[Quantity]
) -> tuple[Quantity, ...]:
    """`60,000–88,000` states no single figure; neither end is a claim of its own."""
    dashed: set[int] = set()
    for i, (a, b) in enumerate(itertools.pairwise(quantities)):
        between = tokens[a.end : b.start]
        if len(between) == 1 and between[0].text in "-–—/":
            dashed |= {i, i + 1}
    return tuple(q for i, q in enumerate(quantities) if i not in dashed)


def context_after(frame: Frame, head: Terms) -> Context:
    """The context for the next sentence."""
    sentence, before = frame.sentence, frame.before
    same = before.paragraph == sentence.paragraph
    years = tuple(
        dict.fromkeys(y for t in frame.times if t.shape in ("year", "span") for y in t.years)
    )
    if frame.times and frame.times[0].shape == "year" and frame.times[0].start <= 1:
        years = frame.times[0].years
    return Context(
        names=frame.names or (before.names if same else ()),
        years=years or (before.years if same else ()),
        head=head or (before.head if same else NOTHING),
        paragraph=sentence.paragraph,
    )


def with_years(scope: Scope, years: Iterable[int] | None) -> Scope:
    return replace(scope, years=None if years is None else frozenset(years))
