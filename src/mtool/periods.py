"""Dates and reference periods as printed, in English and French → ISO days.

Month names come from Babel's CLDR data, with and without accents. A day and a month that could be
swapped are never guessed: `read_date` needs an `order`, which `date_order` proves from a column.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Literal

from mtool.areas import fold_name
from mtool.printed_numbers import fold_blanks

Order = Literal["dmy", "mdy", "excel", "excel1904"]

YEAR = r"(?:19|20)\d{2}"
_YEAR = re.compile(YEAR)
_ISO = re.compile(
    rf"({YEAR})-(\d{{1,2}})(?:-(\d{{1,2}}))?(?:[T ]\d{{2}}:\d{{2}}(?::\d{{2}}(?:\.\d+)?)?(?:Z|[+-]\d{{2}}:?\d{{2}})?)?"
)
_SLASHED = re.compile(rf"(\d{{1,2}})[/.\-](\d{{1,2}})[/.\-]({YEAR})")
_MONTH_SLASH_YEAR = re.compile(rf"(\d{{1,2}})[/.\-]({YEAR})")
_DAY_MONTH_YEAR = re.compile(rf"(\d{{1,2}})(?:st|nd|rd|th|er)? (?:of )?([^\W\d_]+)\.?,? ({YEAR})")
_MONTH_DAY_YEAR = re.compile(rf"([^\W\d_]+)\.? (\d{{1,2}})(?:st|nd|rd|th)?,? ({YEAR})")
_MONTH_YEAR = re.compile(rf"([^\W\d_]+)\.?[ \-/,]{{1,2}}({YEAR})")
_MONTHS_YEAR = re.compile(rf"([^\W\d_]+)\.? ?(?:-|–|to|à|au) ?([^\W\d_]+)\.?,? ({YEAR})")
_SHORT_MONTH_YEAR = re.compile(r"([^\W\d_]{3,4})\.?[ \-']{1,2}(\d{2})")
_PART = re.compile(rf"([qtsh])([1-4])[ \-/]?({YEAR})|({YEAR})[ \-/]?([qtsh])([1-4])", re.IGNORECASE)
_YEARS = re.compile(rf"({YEAR}) ?(?:-|–|—|/|to|à) ?({YEAR}|\d{{2}})")
_UNTIL = re.compile(
    rf"({YEAR}) ?\(?(?:to|until|up to|through|jan\w*\.? ?(?:-|–|to|à)|jusqu'(?:à|en|au)|à fin|au) "
    r"?(?:(\d{1,2}) )?([^\W\d_]+)\.?\)?",
    re.IGNORECASE,
)
EXCEL_EPOCH = date(1899, 12, 30)
EXCEL_EPOCH_1904 = date(1904, 1, 1)


@dataclass(frozen=True, slots=True)
class Period:
    """A reference period by its first and last day, inclusive, both ISO.

    `partial` is true when the source says that the year was not over (`2023 (to June)`).
    """

    start: str
    end: str
    partial: bool = False


@cache
def _months() -> dict[str, int]:
    from babel import Locale

    names: dict[str, int] = {}
    for language in ("en", "fr"):
        for context in ("format", "stand-alone"):
            for width in ("wide", "abbreviated"):
                for number, name in Locale(language).months[context][width].items():
                    names[fold_name(name).rstrip(".")] = number
    return names | {"sept": 9, "aout": 8, "fev": 2, "dec": 12}


def month_number(name: str) -> int | None:
    """1–12 for an English or French month name or its abbreviation; else null."""
    return _months().get(fold_name(name).rstrip("."))


def _day(year: int, month: int, day: int) -> str | None:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None


def _month_end(year: int, month: int) -> str:
    return date(year, month, calendar.monthrange(year, month)[1]).isoformat()


def read_date(text: str, order: Order | None = None) -> str | None:
    """Read one day as ISO `YYYY-MM-DD`; null when it is none, or when day and month could swap.

    `order` settles `12/08/2022`; `excel` reads a serial number of a spreadsheet.
    """
    clean = fold_blanks(text)[:60]
    iso = _ISO.fullmatch(clean)
    if iso and iso[3]:
        return _day(int(iso[1]), int(iso[2]), int(iso[3]))
    slashed = _SLASHED.fullmatch(clean)
    if slashed:
        return _swappable(int(slashed[1]), int(slashed[2]), int(slashed[3]), order)
    for pattern, day, month in ((_DAY_MONTH_YEAR, 1, 2), (_MONTH_DAY_YEAR, 2, 1)):
        worded = pattern.fullmatch(clean)
        number = month_number(worded[month]) if worded else None
        if worded and number:
            return _day(int(worded[3]), number, int(worded[day]))
    if order in ("excel", "excel1904") and clean.isdigit() and 1 <= int(clean) < 80_000:
        epoch = EXCEL_EPOCH if order == "excel" else EXCEL_EPOCH_1904
        return (epoch + timedelta(days=int(clean))).isoformat()
    return None


def _swappable(first: int, second: int, year: int, order: Order | None) -> str | None:
    if first == second or first > 12 or second > 12:
        day, month = (second, first) if second > 12 else (first, second)
        return _day(year, month, day)
    if order == "mdy":
        return _day(year, first, second)
    return _day(year, second, first) if order == "dmy" else None


def date_order(texts: Iterable[str]) -> Order | None:
    """What a column's own dates prove: `dmy`, `mdy`, or null when nothing or both are proved."""
    proofs: set[Order] = set()
    for text in texts:
        slashed = _SLASHED.fullmatch(fold_blanks(text)[:60])
        if slashed and int(slashed[1]) > 12:
            proofs.add("dmy")
        elif slashed and int(slashed[2]) > 12:
            proofs.add("mdy")
    return proofs.pop() if len(proofs) == 1 else None


def is_swappable(text: str) -> bool:
    """True for `12/08/2022`: a date whose day and month could change places."""
    slashed = _SLASHED.fullmatch(fold_blanks(text)[:60])
    if not slashed:
        return False
    first, second = int(slashed[1]), int(slashed[2])
    return first <= 12 and second <= 12 and first != second


def read_year(text: str) -> int | None:
    """A calendar year from 1900 to 2099 and nothing else; else null."""
    clean = fold_blanks(text)
    return int(clean) if _YEAR.fullmatch(clean) else None


def read_period(text: str, order: Order | None = None) -> Period | None:
    """Read a year, years, half-year, quarter, month, months or day; null when it is none."""
    clean = fold_blanks(text)[:60]
    year = read_year(clean)
    if year:
        return Period(f"{year}-01-01", f"{year}-12-31")
    return _read_months(clean) or _read_years(clean) or _read_part(clean) or _read_day(clean, order)


def week_from(period: Period) -> Period | None:
    """The seven days that begin on a day; null for any longer period."""
    if period.start != period.end:
        return None
    last = date.fromisoformat(period.start) + timedelta(days=6)
    return Period(period.start, last.isoformat())


def named_period(text: str) -> str:
    """The one period that a title or header names, as printed; empty for none, and for several."""
    words = text.replace("(", " ").replace(")", " ").replace(",", " ").split()
    found = []
    at = 0
    while at < len(words):
        for size in (4, 3, 2, 1):
            phrase = " ".join(words[at : at + size]).strip(".:;")
            if read_period(phrase):
                found.append(phrase)
                at += size - 1
                break
        at += 1
    return found[0] if len(set(found)) == 1 else ""


def _read_day(clean: str, order: Order | None) -> Period | None:
    day = read_date(clean, order)
    return Period(day, day) if day else None


def _read_months(clean: str) -> Period | None:
    iso = _ISO.fullmatch(clean)
    if iso and not iso[3]:
        return _month_period(int(iso[1]), int(iso[2]))
    slashed = _MONTH_SLASH_YEAR.fullmatch(clean)
    if slashed:
        return _month_period(int(slashed[2]), int(slashed[1]))
    months = _MONTHS_YEAR.fullmatch(clean)
    if months and month_number(months[1]) and month_number(months[2]):
        first, last = month_number(months[1]), month_number(months[2])
        assert first and last
        if first > last:
            return None
        return Period(f"{months[3]}-{first:02d}-01", _month_end(int(months[3]), last))
    named = _MONTH_YEAR.fullmatch(clean)
    if named and month_number(named[1]):
        return _month_period(int(named[2]), month_number(named[1]) or 0)
    short = _SHORT_MONTH_YEAR.fullmatch(clean)
    if short and month_number(short[1]):
        return _month_period(2000 + int(short[2]), month_number(short[1]) or 0)
    return None


def _month_period(year: int, month: int) -> Period | None:
    if not 1 <= month <= 12:
        return None
    return Period(f"{year}-{month:02d}-01", _month_end(year, month))


def _read_years(clean: str) -> Period | None:
    years = _YEARS.fullmatch(clean)
    if years:
        last = years[2] if len(years[2]) == 4 else years[1][:2] + years[2]
        if int(last) > int(years[1]):
            return Period(f"{years[1]}-01-01", f"{last}-12-31")
        return None
    until = _UNTIL.fullmatch(clean)
    month = month_number(until[3]) if until else None
    if until and month:
        year = int(until[1])
        end = _day(year, month, int(until[2])) if until[2] else _month_end(year, month)
        return Period(f"{year}-01-01", end, partial=True) if end else None
    return None


def _read_part(clean: str) -> Period | None:
    """Quarters (Q1 2022, T1 2022) and halves (H1, S1)."""
    part = _PART.fullmatch(clean)
    if not part:
        return None
    letter, number, year = (part[1], part[2], part[3]) if part[1] else (part[5], part[6], part[4])
    months = 3 if letter.lower() in "qt" else 6
    last = months * int(number)
    if last > 12:
        return None
    return Period(f"{year}-{last - months + 1:02d}-01", _month_end(int(year), last))


def period_label(start: str, end: str) -> str:
    """The shortest name of a period: `2022`, `2022-Q1`, `2022-03`, `2022-03-05`, or `start..end`."""
    year = start[:4]
    if start == end:
        return start
    if start[4:] == "-01-01" and end == f"{year}-12-31":
        return year
    if start[8:] == "01" and end == _month_end(int(end[:4]), int(end[5:7])):
        months = (int(end[:4]) - int(year)) * 12 + int(end[5:7]) - int(start[5:7]) + 1
        if months == 1:
            return start[:7]
        if months == 3 and int(start[5:7]) % 3 == 1:
            return f"{year}-Q{(int(start[5:7]) + 2) // 3}"
        if start[4:] == "-01-01" and end[4:] == "-12-31":
            return f"{year}..{end[:4]}"
    return f"{start}..{end}"
