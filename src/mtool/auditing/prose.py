"""Prose → claims: every sentence once, in order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from mtool.auditing.claim import Claim
from mtool.auditing.claim_changes import change_claims
from mtool.auditing.claim_differences import difference_claims
from mtool.auditing.claim_occurrences import occurrence_claims
from mtool.auditing.claim_rankings import ranking_claims
from mtool.auditing.claim_ratios import average_claims, ratio_claims
from mtool.auditing.claim_shares import share_claims
from mtool.auditing.claim_sums import Remainder, remainder_claim, remainder_of, sum_claims
from mtool.auditing.claim_values import value_claims
from mtool.auditing.frames import Context, Frame, context_after, read_frame
from mtool.auditing.sentences import Sentence, tokenize
from mtool.auditing.spans import heads
from mtool.auditing.ties import Ties
from mtool.auditing.time_words import find_times


def read_claims(sentences: Sequence[Sentence], ties: Ties) -> Iterator[Claim]:
    """Every claim of the prose, with those that tie to no table (they have no readings)."""
    context, rest = Context(), None
    heading: str = ""
    heading_years: tuple[int, ...] = ()
    for sentence in sentences:
        if sentence.heading != heading:
            heading = sentence.heading
            mentions = find_times(tokenize(heading))
            heading_years = tuple({y for t in mentions if t.shape == "year" for y in t.years})
        before = replace(context, heading_years=heading_years)
        frame = read_frame(sentence, ties.names, before, ties.position(sentence.locator))
        yield from claims_of(frame, ties, rest)
        rest = remainder_of(frame)
        said = [h for h in heads(frame).values() if h]
        context = context_after(frame, said[0] if said else frozenset())


def claims_of(frame: Frame, ties: Ties, rest: Remainder | None = None) -> Iterator[Claim]:
    """The claims of one sentence; a quantity states one claim only, but may also be a part."""
    used: set[int] = set()
    yield from change_claims(frame, ties, used)
    yield from difference_claims(frame, ties, used)
    yield from ratio_claims(frame, ties, used)
    yield from average_claims(frame, ties, used)
    yield from share_claims(frame, ties, used)
    yield from occurrence_claims(frame, ties, used)
    yield from ranking_claims(frame, ties, used)
    yield from sum_claims(frame, used)
    if rest is not None and (claim := remainder_claim(frame, rest, used)):
        yield claim
    yield from value_claims(frame, ties, used)
