"""The one month or quarter that a statement is about: `in April 2023`, `au troisième trimestre`."""

from __future__ import annotations

from mtool.auditing.dimensions import categories
from mtool.auditing.frames import Frame
from mtool.auditing.wording import word_set

_IN = word_set("in en during for pour")
_QUARTER = word_set("quarter trimestre")
_THE = word_set("the le du au l")
_ORDINALS = {
    **dict.fromkeys(word_set("first premier 1er 1st"), "q1"),
    **dict.fromkeys(word_set("second deuxieme 2e 2nd"), "q2"),
    **dict.fromkeys(word_set("third troisieme 3e 3rd"), "q3"),
    **dict.fromkeys(word_set("fourth last quatrieme dernier 4e 4th"), "q4"),
}
#: Their terms say nothing more once the quarter is known.
ORDER_OF_QUARTERS = frozenset(_ORDINALS)


def part_of_year(frame: Frame, start: int, end: int) -> tuple[str, int] | None:
    """The category of the month or quarter and its token; null for none, several, or a day."""
    found = [p for i in range(max(start, 1), end) if (p := _at(frame, i)) is not None]
    months = [i for i in range(start, end) if {"month", "quarter"} & set(_dated(frame, i))]
    if len(found) != 1 or len(months) > 1:
        return None
    return found[0]


def _dated(frame: Frame, at: int) -> dict[str, str]:
    token = frame.tokens[at]
    if token.word in ("may", "march") and token.text.islower():
        return {}
    return categories(token.word)


def _at(frame: Frame, at: int) -> tuple[str, int] | None:
    said = _dated(frame, at)
    before = frame.words[at - 1]
    if "month" in said and before in _IN:
        return said["month"], at
    if "quarter" in said and before in _IN | _THE:
        return said["quarter"], at
    if frame.words[at] in _QUARTER and before in _ORDINALS and at > 1:
        return (_ORDINALS[before], at) if frame.words[at - 2] in _THE else None
    return None
