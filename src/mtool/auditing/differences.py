"""Counts that are a difference: `57 incidents more than`, `six de moins qu'en 2021`."""

from __future__ import annotations

from mtool.auditing.frames import Frame
from mtool.auditing.phrases import noun_phrase
from mtool.auditing.quantities import Quantity
from mtool.auditing.wording import word_set

#: Words that set a figure beside another one.
COMPARED = word_set(
    """against contre compared versus vs behind ahead derriere devant comparison comparaison rapport
    from previously auparavant precedemment"""
)
_MORE = {"more": 1, "additional": 1, "extra": 1, "fewer": -1, "less": -1, "plus": 1, "moins": -1}
_ADDED = word_set("additional extra further supplementaire supplementaires")
#: A difference is said within so many words of its count.
_LONGEST = 6


def difference_word(frame: Frame, quantity: Quantity) -> tuple[int, int] | None:
    """The word that makes a count a difference, with 1 for more and -1 for less; null for none."""
    if quantity.kind != "count":
        return None
    if frame.words[quantity.end : quantity.end + 1] in (("or",), ("ou",)):
        return None
    starts = {q.start for q in frame.quantities}
    phrase_end = noun_phrase(frame, quantity.end)[1]
    for i in range(quantity.end, min(len(frame.words), quantity.end + _LONGEST)):
        word = frame.words[i]
        if frame.tokens[i].text in ",;:()" or i in starts:
            return None
        if word in _MORE and _is_difference(frame, i, quantity.end, phrase_end):
            return i, _MORE[word]
        if word in _ADDED:
            return i, 1
    return None


def _is_difference(frame: Frame, at: int, start: int, phrase_end: int) -> bool:
    """`five more`, `30 casualties more than`, `six de moins`; no `five, more than ever`."""
    word = frame.words[at]
    before = frame.words[at - 1]
    if word in ("plus", "moins"):
        return before in ("de", "en")
    following = frame.words[at + 1] if at + 1 < len(frame.words) else ""
    return at == start or at <= phrase_end or following == "than"
