"""Numbers in words, English and French: `twenty-one`, `quatre-vingt-dix-sept`, `deux cents`."""

from __future__ import annotations

from collections.abc import Sequence

from mtool.auditing.sentences import Token
from mtool.auditing.wording import phrases

_UNITS: dict[str, int] = {}
for _number, _names in enumerate(
    phrases(
        "zero|one|two deux|three trois|four quatre|five cinq|six|seven sept|eight huit|nine neuf"
        "|ten dix|eleven onze|twelve douze|thirteen treize|fourteen quatorze|fifteen quinze"
        "|sixteen seize|seventeen|eighteen|nineteen"
    )
):
    _UNITS.update(dict.fromkeys(_names, _number))
_TENS: dict[str, int] = {}
for _number, _names in enumerate(
    phrases(
        "twenty vingt vingts|thirty trente|forty quarante|fifty cinquante|sixty soixante"
        "|seventy septante|eighty huitante octante|ninety nonante"
    ),
    start=2,
):
    _TENS.update(dict.fromkeys(_names, _number * 10))
_HUNDREDS = {"hundred", "hundreds", "cent", "cents"}
MAGNITUDES = {
    "thousand": 1_000, "mille": 1_000, "million": 1_000_000, "millions": 1_000_000,
    "milliard": 1_000_000_000, "milliards": 1_000_000_000, "billion": 1_000_000_000,
}  # fmt: skip


def read_number_words(tokens: Sequence[Token], start: int) -> tuple[int, int] | None:
    """Read a number in words that begins at `start`; give its value and the token after it.

    French `un` and `une` alone are articles, English `one` alone is a number.
    """
    total = current = 0
    at = start
    seen = False
    while at < len(tokens):
        word = tokens[at].word
        if not word:
            if seen and tokens[at].text == "-" and _is_number_word(tokens, at + 1):
                at += 1
                continue
            break
        if word in ("et", "and"):
            if not (
                seen and _is_number_word(tokens, at + 1) and _joins(tokens, at, current, total)
            ):
                break
            at += 1
            continue
        step = _add(word, current, total, joined=seen)
        if step is None:
            break
        current, total = step
        seen = True
        at += 1
    if not seen:
        return None
    return total + current, at


def _add(word: str, current: int, total: int, *, joined: bool) -> tuple[int, int] | None:
    """The new (current, total) after one more word, or null where the word does not continue it."""
    if word in ("un", "une"):
        fits = joined and current % 10 == 0 and (current >= 20 or (current == 0 and total > 0))
        return (current + 1, total) if fits else None
    if word in _UNITS:
        value = _UNITS[word]
        room = current == 0 or (current % 100 == 0) or (current % 10 == 0 and value < 10)
        teens = current % 100 in (60, 80) and 10 <= value < 20
        room = room or teens or (current % 100 in (70, 90, 10) and value < 10 and current >= 10)
        return (
            (current + value, total)
            if room and not (joined and current == 0 and not total)
            else None
        )
    if word in ("vingt", "vingts") and current % 100 == 4:
        return current - 4 + 80, total
    if word in _TENS:
        return (current + _TENS[word], total) if current % 100 == 0 else None
    if word in _HUNDREDS:
        return (
            (max(current, 1) * 100, total) if current < 100 and (joined or word == "cent") else None
        )
    if word in MAGNITUDES and (joined or word == "mille"):
        return 0, total + max(current, 1) * MAGNITUDES[word]
    return None


def _joins(tokens: Sequence[Token], at: int, current: int, total: int) -> bool:
    """`soixante et onze`, `two hundred and five`; not `six and seven`."""
    if tokens[at].word == "et":
        return current % 10 == 0 and current >= 20 and tokens[at + 1].word in ("un", "une", "onze")
    return (current >= 100 and current % 100 == 0) or (current == 0 and total > 0)


def _is_number_word(tokens: Sequence[Token], at: int) -> bool:
    if at >= len(tokens):
        return False
    word = tokens[at].word
    return (
        word in _UNITS
        or word in _TENS
        or word in _HUNDREDS
        or word in MAGNITUDES
        or word in ("un", "une")
    )
