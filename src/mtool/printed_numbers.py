"""Numbers as reports print them → a value, or an honest refusal.

Thousands by comma, point, blank, apostrophe, thin or no-break space; decimal comma; Arabic
digits; `(52)` and U+2212 for negatives; qualifiers (`at least 6,897`), ranges, and remarks in
brackets (`68 (2012: 45)`). A footnote mark never becomes a digit, and `4O0` is no number.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

Decimal = Literal[".", ","]
Qualifier = Literal["at_least", "more_than", "at_most", "less_than", "about", "range"]

#: Longer texts are prose, not figures; a cap keeps every expression below linear in practice.
LONGEST = 120

#: What a source prints where it has no number (reports, IMSMA forms, spreadsheets) → `value_status`.
MISSING_WORDS: dict[str, str] = {
    "": "not_reported",
    "-": "not_reported",
    "–": "not_reported",
    "—": "not_reported",
    "--": "not_reported",
    "..": "not_reported",
    "...": "not_reported",
    "…": "not_reported",
    "na": "not_reported",
    "nan": "not_reported",
    "nr": "not_reported",
    "n/r": "not_reported",
    "n.r.": "not_reported",
    "nd": "not_reported",
    "n.d.": "not_reported",
    "n/d": "not_reported",
    "null": "not_reported",
    "none reported": "not_reported",
    "no data": "not_reported",
    "not available": "not_reported",
    "not reported": "not_reported",
    "unreported": "not_reported",
    "non rapporté": "not_reported",
    "non communiqué": "not_reported",
    "non disponible": "not_reported",
    "non renseigné": "not_reported",
    "pas de données": "not_reported",
    "n/k": "not_known",
    "nk": "not_known",
    "unknown": "not_known",
    "not known": "not_known",
    "extent unknown": "not_known",
    "inconnu": "not_known",
    "inconnue": "not_known",
    "non connu": "not_known",
    "ne sait pas": "not_known",
    "n/a": "not_applicable",
    "n.a.": "not_applicable",
    "not applicable": "not_applicable",
    "sans objet": "not_applicable",
    "s.o.": "not_applicable",
    "s/o": "not_applicable",
    "suppressed": "suppressed",
    "confidential": "suppressed",
    "confidentiel": "suppressed",
}

QUALIFIER_WORDS: dict[str, Qualifier] = {
    "at least": "at_least",
    "minimum": "at_least",
    "min.": "at_least",
    "au moins": "at_least",
    "≥": "at_least",
    ">=": "at_least",
    "more than": "more_than",
    "over": "more_than",
    "above": "more_than",
    "plus de": "more_than",
    ">": "more_than",
    "at most": "at_most",
    "up to": "at_most",
    "maximum": "at_most",
    "au plus": "at_most",
    "jusqu'à": "at_most",
    "≤": "at_most",
    "<=": "at_most",
    "less than": "less_than",
    "fewer than": "less_than",
    "under": "less_than",
    "moins de": "less_than",
    "<": "less_than",
    "about": "about",
    "approximately": "about",
    "approx.": "about",
    "around": "about",
    "almost": "about",
    "nearly": "about",
    "some": "about",
    "circa": "about",
    "c.": "about",
    "ca.": "about",
    "~": "about",
    "≈": "about",
    "environ": "about",
    "près de": "about",
    "presque": "about",
    "quelque": "about",
}

_BLANKS = re.compile(r"[\s\u00a0\u2000-\u200b\u202f\u205f\u2060\ufeff]+")
_SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹"
_QUALIFIED = re.compile(
    "(?P<word>" + "|".join(sorted(map(re.escape, QUALIFIER_WORDS), key=len, reverse=True)) + ") ?",
    re.IGNORECASE,
)
_GROUPED = re.compile(r"\d{1,3}(?P<sep>[ ,.'’])\d{3}(?:(?P=sep)\d{3})*(?P<fraction>[.,]\d+)?")
_PLAIN = re.compile(r"\d+(?:(?P<mark>[.,])(?P<digits>\d+))?")
_UNIT = re.compile(r" ?(?:%|km2|km²|sq ?km|m2|m²|sqm|ha|hectares?|people|persons)", re.IGNORECASE)
_RANGE = re.compile(r" ?(?:–|—|-| to | à | et | and ) ?")


@dataclass(frozen=True, slots=True)
class PrintedNumber:
    """A number with everything that stood around it.

    `value` is null for missing figures and for ranges (then `low` and `high` are set).
    `status` is the kind of missing figure. `decimals` are the printed ones, for rounding.
    `ambiguous` is true when the one mark could be a thousands or a decimal mark (`1.246`).
    """

    value: int | float | None
    qualifier: Qualifier | None = None
    low: int | float | None = None
    high: int | float | None = None
    status: str | None = None
    unit: str | None = None
    remark: str | None = None
    decimals: int = 0
    ambiguous: bool = False


def fold_blanks(text: str) -> str:
    """Turn every run of blanks, no-break and zero-width ones included, into one space; strip."""
    return _BLANKS.sub(" ", text).strip()


def missing_status(text: str) -> str | None:
    """Return the kind of missing figure that `text` stands for, or null."""
    return MISSING_WORDS.get(fold_blanks(text).casefold())


def read_number(text: str, decimal: Decimal | None = None) -> PrintedNumber | None:
    """Read one printed number; null when `text` is not one, as a whole.

    `decimal` is the decimal mark where the column or the document settles it; without it
    `1,246` and `1.246` are read as thousands and flagged `ambiguous`.
    """
    if len(text) > LONGEST:
        return None
    clean = _western_digits(fold_blanks(text))
    if not clean.endswith("m²"):
        clean = clean.rstrip(_SUPERSCRIPTS)
    status = missing_status(clean)
    if status is not None:
        return PrintedNumber(None, status=status)
    clean, remark = _split_remark(clean)
    ranged = _read_range(clean, decimal)
    number = ranged or _read_single(clean, decimal)
    if number is None or remark is None:
        return number
    return replace(number, remark=remark)


def decimal_mark(texts: Iterable[str]) -> Decimal | None:
    """Return the decimal mark that a column's own cells prove, or null.

    `12,5` proves a comma and `1,246.5` a point; `1,246` alone proves nothing.
    """
    proofs: set[Decimal] = set()
    for text in texts:
        if len(text) > LONGEST:
            continue
        body = _UNIT.sub("", _western_digits(fold_blanks(text))).lstrip("-−(").rstrip(")")
        proof = _proof_of_mark(body)
        if proof:
            proofs.add(proof)
    return proofs.pop() if len(proofs) == 1 else None


def _proof_of_mark(body: str) -> Decimal | None:
    grouped = _GROUPED.fullmatch(body)
    if grouped:
        separator, fraction = grouped["sep"], grouped["fraction"]
        if fraction and fraction[0] != separator:
            return "," if fraction[0] == "," else "."
        if separator in ",." and body.count(separator) > 1:
            return "." if separator == "," else ","
        return None
    plain = _PLAIN.fullmatch(body)
    if plain and plain["mark"]:
        return "," if plain["mark"] == "," else "."
    return None


def _western_digits(text: str) -> str:
    if text.isascii():
        return text
    digits = "".join(
        str(unicodedata.decimal(ch)) if ch.isdecimal() and not ch.isascii() else ch for ch in text
    )
    return digits.translate({0x066B: ".", 0x066C: ",", 0x2019: "'"})


def _split_remark(text: str) -> tuple[str, str | None]:
    """`68 (2012: 45)` → `68` and `2012: 45`; a whole text in brackets is a negative number."""
    if text.endswith(")") and "(" in text and not text.startswith("("):
        before, _, inside = text[:-1].partition("(")
        return before.strip(), inside.strip()
    return text, None


def _read_range(text: str, decimal: Decimal | None) -> PrintedNumber | None:
    words = text.casefold()
    for opening in ("between ", "entre ", "from ", "de "):
        if words.startswith(opening):
            text = text[len(opening) :]
            break
    for match in _RANGE.finditer(text):
        if match.start() == 0:
            continue
        low = _read_single(text[: match.start()], decimal)
        high = _read_single(text[match.end() :], decimal)
        if low and high and low.value is not None and high.value is not None:
            return PrintedNumber(
                None,
                qualifier="range",
                low=low.value,
                high=high.value,
                unit=high.unit or low.unit,
                decimals=max(low.decimals, high.decimals),
                ambiguous=low.ambiguous or high.ambiguous,
            )
    return None


def _read_single(text: str, decimal: Decimal | None) -> PrintedNumber | None:
    qualifier: Qualifier | None = None
    match = _QUALIFIED.match(text)
    if match:
        qualifier = QUALIFIER_WORDS[match["word"].casefold()]
        text = text[match.end() :]
    if text.endswith("+") and qualifier is None:
        qualifier, text = "at_least", text[:-1]
    unit = None
    for found in _UNIT.finditer(text):
        if found.end() == len(text):
            unit, text = found.group().strip(), text[: found.start()]
            break
    text, negative = _split_sign(text)
    read = _read_digits(text, decimal)
    if read is None:
        return None
    value, decimals, ambiguous = read
    return PrintedNumber(
        -value if negative else value,
        qualifier=qualifier,
        unit=unit,
        decimals=decimals,
        ambiguous=ambiguous,
    )


def _split_sign(text: str) -> tuple[str, bool]:
    if text.startswith("(") and text.endswith(")"):
        return text[1:-1].strip(), True
    if text[:1] in ("-", "−", "–"):
        return text[1:].strip(), True
    return text.removeprefix("+"), False


def _read_digits(text: str, decimal: Decimal | None) -> tuple[int | float, int, bool] | None:
    """Digits and their marks → value, printed decimals, whether the mark could be either kind."""
    grouped = _GROUPED.fullmatch(text)
    if grouped and not text.startswith("0"):
        separator, fraction = grouped["sep"], grouped["fraction"] or ""
        if fraction and fraction[0] == separator:
            return None
        contradicts = decimal is not None and (
            separator == decimal or fraction[:1] not in ("", decimal)
        )
        if not contradicts:
            whole = text[: len(text) - len(fraction)].replace(separator, "")
            single = separator in ",." and text.count(separator) == 1 and not fraction
            return _value(whole, fraction[1:]), len(fraction[1:]), single and decimal is None
    plain = _PLAIN.fullmatch(text)
    if plain is None or (plain["mark"] and decimal not in (None, plain["mark"])):
        return None
    digits = plain["digits"] or ""
    whole = text[: plain.start("mark")] if digits else text
    return _value(whole, digits), len(digits), False


def _value(whole: str, fraction: str) -> int | float:
    return float(f"{whole}.{fraction}") if fraction else int(whole)
