"""Events dated after the document, and days that could be months."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from mtool.auditing.date_mentions import DateMention, find_dates
from mtool.auditing.lexicon import MODAL
from mtool.auditing.sentences import Sentence, tokenize
from mtool.auditing.treaties import bounds
from mtool.auditing.wording import word_set
from mtool.model import Document, Finding, Paragraph

_PAST = word_set(
    """was were had did occurred happened recorded reported submitted killed injured destroyed
    cleared signed ratified took began started ended visited conducted held opened closed
    launched etait etaient avait avaient eut furent ont"""
)
_OPEN = word_set(
    """by until deadline deadlines due valid through end expected scheduled upcoming extension
    extended next future before jusqu echeance avant prevue prevu prochaine limite until expire
    expires expiry"""
)
_UPDATED = (
    ("last", "updated"),
    ("updated",),
    ("published",),
    ("publie",),
    ("mis", "a", "jour"),
    ("mise", "a", "jour"),
)
_HEAD = 12


def document_date(document: Document) -> tuple[date, date] | None:
    """The document's own date as bounds: its passport's, or a line such as `Last updated: …`."""
    published = document.source.published.strip()
    if published:
        try:
            return bounds(published)
        except ValueError:
            pass
    for paragraph in document.paragraphs[:_HEAD]:
        if len(paragraph.text) > 120:
            continue
        tokens = tokenize(paragraph.text)
        said = tuple(t.word for t in tokens if t.word)
        dates = find_dates(tokens)
        if len(dates) == 1 and any(said[: len(start)] == start for start in _UPDATED):
            return dates[0].first, dates[0].last
    return None


def later_events(sentences: Sequence[Sentence], own: tuple[date, date] | None) -> Iterator[Finding]:
    """Past events on days after the document's own date."""
    if own is None:
        return
    for sentence in sentences:
        said = {t.word for t in sentence.tokens if t.text != "May"}
        if not said & _PAST or said & (MODAL | _OPEN):
            continue
        for mention in find_dates(sentence.tokens):
            months = (mention.last - mention.first).days < 40
            if (
                months
                and mention.first > own[1]
                and (mention.swapped is None or mention.swapped > own[1])
            ):
                yield Finding(
                    rule="date_after_document",
                    class_="source",
                    severity="error",
                    message=(
                        f"The text tells of {mention.text} as past, but the document is of "
                        f"{own[1].isoformat()}."
                    ),
                    locator=sentence.locator,
                    verdict="contradicted",
                    quote=_around(sentence, mention),
                    value=mention.text,
                )


def _around(sentence: Sentence, mention: DateMention) -> str:
    return sentence.quote(max(0, mention.start - 8), mention.end)


def swappable_dates(paragraphs: Sequence[Paragraph]) -> Iterator[Finding]:
    """Dates such as 03/04/2022, and what in the document settles their order.

    Evidence: another numeric date that can be read one way only, or the same day in words.
    """
    numeric: list[tuple[DateMention, Paragraph]] = []
    in_words: set[date] = set()
    for paragraph in paragraphs:
        if not any(ch.isdigit() for ch in paragraph.text):
            continue
        for mention in find_dates(tokenize(paragraph.text)):
            if mention.numeric:
                numeric.append((mention, paragraph))
            elif mention.is_day:
                in_words.add(mention.first)
    open_ones = [(m, p) for m, p in numeric if m.swapped is not None]
    if not open_ones:
        return
    proofs = {p for m, _ in numeric if (p := _proof(m, in_words))}
    for mention, paragraph in open_ones:
        yield _swappable(mention, paragraph, proofs)


def _proof(mention: DateMention, in_words: set[date]) -> str:
    """`dmy` or `mdy` where a date can be read one way only, or one reading stands in words."""
    if mention.swapped is None:
        first, second = (
            int(p) for p in mention.text.replace(".", "/").replace("-", "/").split("/")[:2]
        )
        return "dmy" if first > 12 else "mdy" if second > 12 else ""
    if (mention.first in in_words) == (mention.swapped in in_words):
        return ""
    return "dmy" if mention.first in in_words else "mdy"


def _swappable(mention: DateMention, paragraph: Paragraph, proofs: set[str]) -> Finding:
    settled = len(proofs) == 1
    day = mention.first if proofs == {"dmy"} else mention.swapped if proofs == {"mdy"} else None
    if settled and day is not None:
        says = f"{mention.text} is {day.isoformat()}: other dates of the document settle the order"
    elif proofs:
        says = (
            f"{mention.text}: the document's other dates disagree about the order of day and month"
        )
    else:
        says = f"{mention.text} may be {mention.first} or {mention.swapped}; nothing settles which"
    return Finding(
        rule="date_swappable",
        class_="note",
        severity="info" if settled else "warning",
        message=f"{says}.",
        locator=paragraph.locator,
        verdict=None if settled else "unverifiable",
        quote=mention.text,
        value=mention.text,
        suggestion=day.isoformat() if day is not None else None,
    )
