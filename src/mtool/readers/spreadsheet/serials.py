"""Excel's day numbers → dates, times and durations, in both of its calendars."""

from __future__ import annotations

import datetime as dt

from mtool.readers.spreadsheet.displayed import Value, read_format

_EPOCH_1900 = dt.datetime(1899, 12, 30)
_EPOCH_1904 = dt.datetime(1904, 1, 1)
#: Excel counts a 29 February 1900, which was not.
_NO_SUCH_DAY = 60
_LAST_DAY = 2_958_466


def is_date_format(number_format: str) -> bool:
    """True when a format shows a number as a date, a time or a duration."""
    return bool(read_format(number_format)[0].parts)


def dated(serial: int | float, number_format: str, *, is_1904: bool) -> Value:
    """The date, time or duration that a number shows in a date format; null when it shows none.

    Excel shows no date for negative numbers, for day 0 and for days after the year 9999.
    """
    parts = read_format(number_format)[0].parts
    if "[" in number_format and not set(parts) & set("yd") and _is_elapsed(number_format):
        return dt.timedelta(seconds=round(serial * 86_400))
    if not 0 <= serial < _LAST_DAY:
        return None
    if serial < 1 and not is_1904:
        return _time_of_day(serial) if not set(parts) & set("yd") else None
    if not is_1904 and int(serial) == _NO_SUCH_DAY:
        return None
    epoch = _EPOCH_1904 if is_1904 else _EPOCH_1900
    early = not is_1904 and serial < _NO_SUCH_DAY
    whole, seconds = int(serial), round((serial - int(serial)) * 86_400)
    return epoch + dt.timedelta(days=whole + early, seconds=seconds)


def _is_elapsed(number_format: str) -> bool:
    lower = number_format.lower()
    return any(f"[{part}]" in lower for part in ("h", "hh", "m", "mm", "s", "ss"))


def _time_of_day(fraction: float) -> dt.time:
    seconds = min(round(fraction * 86_400), 86_399)
    return dt.time(seconds // 3600, seconds // 60 % 60, seconds % 60)
