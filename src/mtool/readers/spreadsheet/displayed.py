"""A stored value and its number format → the text a reader takes for printed.

Digits are kept at the stored precision; rounding and thousands marks are display only. What a
format adds to the meaning is kept: percent, leading zeros, units, qualifiers, dates.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from math import isfinite

from mtool.printed_numbers import fold_blanks, read_number
from mtool.readers.marks import split_marks

Value = str | bool | int | float | dt.datetime | dt.date | dt.time | dt.timedelta | None

#: The longest format that is looked at; Excel itself allows 255 characters.
LONGEST_FORMAT = 300
#: A figure in this many digits at most is stored as it was typed.
TYPED_DIGITS = 15
#: Excel keeps fifteen digits; shorter texts, with the point, hold no noise of binary fractions.
_SURE_DIGITS = 16

_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"|\\(?P<escaped>.)|_.|\*.|\[(?P<bracket>[^\]]*)\]'
    r"|(?P<general>General|Standard)|(?P<mask>[0#?.,%/@]|E[+-])|(?P<date>[ymdhsYMDHS]+|AM/PM|A/P)"
    r"|(?P<other>.)",
    re.IGNORECASE,
)
_ELAPSED = {"h", "hh", "m", "mm", "s", "ss"}


@dataclass(frozen=True, slots=True)
class NumberFormat:
    """What one section of a number format does to a number besides rounding it.

    `zeros` is the least number of digits before the decimal mark; `grouped` the masks between
    literals (`000-00`); `divided` how often it divides by a thousand; `parts` the letters of a
    date format (`ymd`).
    """

    before: str = ""
    after: str = ""
    zeros: int = 0
    grouped: tuple[str, ...] = ()
    percent: bool = False
    divided: int = 0
    parts: str = ""
    hides: bool = False

    @property
    def is_plain(self) -> bool:
        """True when the number alone says all that the format shows."""
        return self == PLAIN


PLAIN = NumberFormat()


def displayed(value: Value, number_format: str = "General") -> str:
    """The text of a stored value: dates as ISO, `0.225` in a percent format as `22.5%`."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return _displayed_number(value, number_format)
    if isinstance(value, dt.date):
        return _displayed_date(value, number_format)
    if isinstance(value, dt.time):
        return value.replace(microsecond=0).isoformat()
    return "" if value is None else _displayed_duration(value)


def format_warning(number_format: str) -> str | None:
    """What a reader should know of a format whose effect is not in the text; null for most."""
    sections = read_format(number_format)
    if any(section.divided for section in sections):
        shown = 1000 ** max(section.divided for section in sections)
        return f"shows numbers divided by {shown:,}; they were read as stored, undivided"
    if all(section.hides for section in sections):
        return "hides its numbers from view; they were read all the same"
    added = [text for text in (sections[0].before, sections[0].after) if text]
    if added and not sections[0].zeros and displayed(5, number_format) == "5":
        return f"shows {' and '.join(map(repr, added))} beside the number, which was left out"
    return None


@lru_cache(maxsize=4096)
def read_format(number_format: str) -> tuple[NumberFormat, ...]:
    """The sections of a format code (positive; negative; zero), as far as they add meaning."""
    code = number_format[:LONGEST_FORMAT]
    return tuple(_read_section(section) for section in _sections(code)) or (PLAIN,)


def is_plain_format(number_format: str) -> bool:
    """True when a format changes neither the meaning nor the precision of a number or a date."""
    if all(section.is_plain for section in read_format(number_format)):
        return True
    return _date_parts(number_format) in ("ymd", "ymdhs", "ymdh", "hs", "h")


def plain_number(value: int | float) -> str:
    """A number as text: whole floats without a point, fifteen digits at most, never `1e+20`."""
    text = repr(value)
    if text.endswith(".0"):
        return text[:-2] if text != "-0.0" else "0"
    if len(text) <= _SURE_DIGITS and "e" not in text:
        return text
    if isinstance(value, int) or not isfinite(value):
        return text
    text = format(value, ".15g")
    return format(Decimal(text), "f") if "e" in text else text


def _displayed_number(value: int | float, number_format: str) -> str:
    shape = _section_for(value, number_format)
    if shape.is_plain or shape.parts:
        return plain_number(value)
    text = plain_number(abs(value) * 100 if shape.percent else abs(value))
    if shape.grouped:
        text = _in_groups(text, shape.grouped)
    elif shape.zeros > 1:
        whole, point, fraction = text.partition(".")
        text = whole.zfill(shape.zeros) + point + fraction
    sign = "-" if value < 0 else ""
    text = f"{sign}{text}{'%' if shape.percent else ''}"
    if shape.hides or not (shape.before or shape.after):
        return text
    whole_text = fold_blanks(f"{shape.before}{text}{shape.after}")
    is_code = shape.zeros > 1 or bool(shape.grouped)
    is_number = read_number(split_marks(whole_text)[0]) is not None
    return whole_text if is_code or is_number else text


def _section_for(value: int | float, number_format: str) -> NumberFormat:
    sections = read_format(number_format)
    if value < 0 and len(sections) > 1:
        return sections[1]
    if value == 0 and len(sections) > 2:
        # An accountant's dash for zero is still a zero: a dash would read as missing.
        return PLAIN if not sections[2].zeros else sections[2]
    return sections[0]


def _in_groups(digits: str, groups: tuple[str, ...]) -> str:
    """Fill a mask such as `000-00` from the right."""
    if not digits.isdecimal():
        return digits
    width = sum(len(group) for group in groups if group[0] == "0")
    rest = digits.zfill(width)
    parts: list[str] = []
    for group in reversed(groups):
        if group[0] != "0":
            parts.append(group)
            continue
        rest, taken = rest[: -len(group)], rest[-len(group) :]
        parts.append(taken)
    return rest + "".join(reversed(parts))


def _displayed_duration(value: dt.timedelta) -> str:
    seconds = round(value.total_seconds())
    minutes, second = divmod(abs(seconds), 60)
    hour, minute = divmod(minutes, 60)
    return f"{'-' if seconds < 0 else ''}{hour}:{minute:02}:{second:02}"


def _displayed_date(value: dt.datetime | dt.date, number_format: str) -> str:
    """ISO text at the precision shown, unless that would drop a day or a month that is stored."""
    parts = _date_parts(number_format)
    if isinstance(value, dt.datetime):
        if value.microsecond >= 500_000:
            value += dt.timedelta(seconds=1)
        value = value.replace(microsecond=0)
        if (value.hour, value.minute, value.second) != (0, 0, 0):
            return value.isoformat()
        value = value.date()
    if len(parts) > 2 or not parts:
        return value.isoformat()
    if parts == "y" and (value.month, value.day) == (1, 1):
        return f"{value.year:04}"
    if parts == "ym" and value.day == 1:
        return f"{value.year:04}-{value.month:02}"
    return value.isoformat()


def _date_parts(number_format: str) -> str:
    return read_format(number_format)[0].parts


def _sections(code: str) -> list[str]:
    """Split a format code at the semicolons that are not quoted or escaped."""
    sections, start = [], 0
    for token in _TOKEN.finditer(code):
        if token["other"] == ";":
            sections.append(code[start : token.start()])
            start = token.end()
    return [*sections, code[start:]]


def _read_section(section: str) -> NumberFormat:
    literals: list[str] = ["", ""]
    masks: list[str] = []
    dates: set[str] = set()
    for token in _TOKEN.finditer(section):
        kind = token.lastgroup
        text = token[kind] if kind else " "
        if kind == "date":
            dates.update(text.lower() if "/" not in text else "h")
        elif kind == "bracket":
            dates.update("h" if text.lower() in _ELAPSED else "")
            literals[bool(masks)] += _currency_sign(text)
        elif kind in ("mask", "general"):
            masks.append("#" if kind == "general" else text)
        elif masks and kind != "bracket" and text.strip():
            masks.append(f"'{text}")
            literals[1] += text
        else:
            literals[bool(masks)] += text
    if dates and masks[:1] != ["#"]:
        return NumberFormat(parts="".join(part for part in "ymdhs" if part in dates))
    return _numeric_section(section, masks, literals)


def _currency_sign(bracket: str) -> str:
    return bracket[1:].split("-", 1)[0] if bracket.startswith("$") else ""


def _numeric_section(section: str, masks: list[str], literals: list[str]) -> NumberFormat:
    placeholders = "".join(mask for mask in masks if mask[0] != "'")
    if not placeholders:
        return NumberFormat(hides=not section.strip())
    if "@" in placeholders or "/" in placeholders or "E" in placeholders.upper():
        return PLAIN
    digits = placeholders.replace("%", "")
    whole = digits.split(".", 1)[0]
    inside = _mask_groups(masks)
    before, after = literals[0].strip(" ()-+"), literals[1].strip(" ()-+")
    if inside:
        return NumberFormat(before=before, zeros=whole.count("0"), grouped=inside)
    return NumberFormat(
        before=literals[0].lstrip(" (-+") if before else "",
        after=literals[1].rstrip(" )-+") if after else "",
        zeros=whole.count("0") if whole.count("0") > 1 and "," not in whole else 0,
        percent="%" in placeholders,
        divided=len(digits) - len(digits.rstrip(",")) if digits.strip(",") else 0,
    )


def _mask_groups(masks: list[str]) -> tuple[str, ...]:
    """Masks of zeros with literals between them (`000-00`), in order; nothing for other masks."""
    while masks and masks[-1][0] == "'":
        masks = masks[:-1]
    if not any(mask[0] == "'" for mask in masks):
        return ()
    if any(mask[0] not in "'0" for mask in masks):
        return ()
    groups: list[str] = []
    for mask in masks:
        if mask == "0" and groups and groups[-1][0] == "0":
            groups[-1] += "0"
        else:
            groups.append(mask.lstrip("'") if mask != "0" else "0")
    return tuple(groups)
