"""Years, quarters and months as column labels: enough to tell a header from figures."""

from __future__ import annotations

import re
from functools import lru_cache

from mtool.printed_numbers import fold_blanks

#: Longer texts are no label of a period.
LONGEST = 40

_MONTHS = (
    "jan(?:uary|vier|v)?|feb(?:ruary)?|f[ée]v(?:rier|r)?|mar(?:ch|s)?|apr(?:il)?|avr(?:il)?|may|mai|"
    "june?|juin|july?|juil(?:let)?|aug(?:ust)?|ao[uû]t|sep(?:t(?:embre|ember)?)?|"
    "oct(?:obre|ober)?|nov(?:embre|ember)?|d[ée]c(?:embre|ember)?"
)
_YEAR = re.compile(r"(?:19|20)\d\d(?: ?[-–—/] ?(?:(?:19|20)\d\d|\d\d))?(?: ?\([^()]{1,24}\))?")
_PERIOD = re.compile(
    rf"(?:[qt][1-4]|[hs][12]|(?:{_MONTHS})\.?)(?:[ \-–/'’]{{1,2}}(?:(?:19|20)?\d\d))?"
    r"|(?:19|20)\d\d[ \-]?(?:[qt][1-4]|[hs][12]|m?[01]\d)",
    re.IGNORECASE,
)


def is_year(text: str) -> bool:
    """True for `2022`, `2017–22`, `2021/22` and `2023 (Jan–Jun)`, and nothing else."""
    return _is_year(text[: LONGEST + 1])


@lru_cache(maxsize=4096)
def _is_year(text: str) -> bool:
    clean = fold_blanks(text)
    return len(clean) <= LONGEST and _YEAR.fullmatch(clean) is not None


def is_period(text: str) -> bool:
    """True for a year, quarter, half-year or month as a column label, in English or French."""
    clean = fold_blanks(text[: LONGEST + 1])
    return is_year(clean) or (len(clean) <= LONGEST and _PERIOD.fullmatch(clean) is not None)
