"""What stands between the characters of a text and its words: tags, emphasis, links, note marks."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass

from mtool.printed_numbers import fold_blanks
from mtool.readers.marks import SUPERSCRIPT_DIGITS

_TAGS = (
    "a|abbr|b|big|blockquote|center|cite|code|del|div|em|font|h[1-6]|i|ins|kbd|li|mark|p|q|s|"
    "small|span|strike|strong|sub|tt|u"
)
_TAG = re.compile(rf"</?(?:{_TAGS})(?:\s[^<>]{{0,300}})?/?>", re.IGNORECASE)
_BREAK = re.compile(r"<br\s?/?>", re.IGNORECASE)
_RAISED_TAG = re.compile(r" ?<sup\b[^<>]{0,100}>([^\n]{0,200}?)</sup\s?>", re.IGNORECASE)
_RAISED_OTHER = re.compile(
    r"\[\^(?P<markdown>[\w*†‡§-]{1,20})\](?!:)"
    r"|\^(?P<pandoc>\d{1,3}|[a-z])\^"
    r"| ?\[(?P<rest>\d{1,3}|#[\w-]{0,20}|\*)\]_"
    r"|\\textsuperscript\{(?P<latex>[^{}]{1,20})\}"
    r"|\\tnote\{(?P<tnote>[^{}]{1,20})\}"
)
_RAISED_DIGITS = re.compile(r"[⁰¹²³⁴⁵⁶⁷⁸⁹]+(?:[,⁾⁻˒ ]{1,2}[⁰¹²³⁴⁵⁶⁷⁸⁹]+)*")
_BRACKETED = re.compile(r"(?<=[^\s\[(]) ?\[(\d{1,3})\](?![(\w])")
_ORDINALS = {"st", "nd", "rd", "th", "e", "er", "re", "ère", "ème", "eme", "o", "º"}
_UNIT = re.compile(r"(?:^|[\s\d(])(?:k|c|m|d)?m$")
_LINK = re.compile(
    r"!?\[([^\[\]]{1,1000})\]\(<?[^()<>\s]{1,2000}(?:\([^()\s]{0,200}\)[^()\s]{0,200})?>?\)"
)
_REFERENCE = re.compile(r"\[([^\[\]]{0,500}[^\W\d_][^\[\]]{0,500})\]\[[\w .-]{0,60}\]")
_AUTOLINK = re.compile(r"<((?:https?://|mailto:|www\.)[^<>\s]{1,2000})>")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z]{2,31}\d{0,2});")
_STRONG = re.compile(r"(?<!\\)\*\*(?=[^\s*])([^*]+)(?<=[^\s*\\])\*\*")
_STRONG_UNDER = re.compile(r"(?<![\w\\])__(?=[^\s_])([^_]+)(?<=[^\s_\\])__(?!\w)")
_EMPHASIS = re.compile(r"(?<![\w*\\])\*(?=[^\s*])([^*]+)(?<=[^\s*\\])\*(?![\w*])")
_EMPHASIS_UNDER = re.compile(r"(?<![\w\\])_(?=[^\s_])([^_]+)(?<=[^\s_\\])_(?!\w)")
_CODE = re.compile(r"``?([^`]+)``?")
_ESCAPED = re.compile(r"\\([\\`*_{}\[\]()#+.!|<>~$%&-])")
_SEPARATORS = re.compile(r"[,;\s⁾⁻˒]+")


@dataclass(frozen=True, slots=True)
class Plain:
    """Words without markup, and the note marks that stood in them, in order."""

    text: str
    marks: tuple[str, ...] = ()


def strip_markup(text: str, brackets: bool = True) -> Plain:
    """Take tags, emphasis, links and note marks out of `text`, and fold its blanks.

    `brackets` takes `[3]` after a word for a mark, as prose sets it. Units keep their exponent
    (`km<sup>2</sup>` → `km²`) and ordinals their letters.
    """
    marks: list[str] = []
    if "<" in text:
        text = _RAISED_TAG.sub(lambda found: _raised(found, marks), text)
        text = _BREAK.sub(" ", text)
        text = _TAG.sub("", text)
        text = _AUTOLINK.sub(r"\1", text)
    if "&" in text:
        text = _ENTITY.sub(lambda found: html.unescape(found.group()), text)
    if "]" in text or "^" in text or "\\t" in text:
        text = _REFERENCE.sub(r"\1", _LINK.sub(r"\1", text))
        text = _RAISED_OTHER.sub(lambda found: _noted(found, marks), text)
    if brackets and "]" in text:
        text = _BRACKETED.sub(lambda found: _noted(found, marks), text)
    if not text.isascii():
        text = _RAISED_DIGITS.sub(lambda found: _superscript(found, marks), text)
    return Plain(fold_blanks(_without_emphasis(text)), tuple(marks))


def _without_emphasis(text: str) -> str:
    if "*" in text:
        text = _EMPHASIS.sub(r"\1", _STRONG.sub(r"\1", text))
    if "_" in text:
        text = _EMPHASIS_UNDER.sub(r"\1", _STRONG_UNDER.sub(r"\1", text))
    if "`" in text:
        text = _CODE.sub(r"\1", text)
    return _ESCAPED.sub(r"\1", text) if "\\" in text else text


def _raised(found: re.Match[str], marks: list[str]) -> str:
    inside = _TAG.sub("", found[1]).strip()
    before = found.string[max(0, found.start() - 4) : found.start()]
    if inside in ("2", "3") and _UNIT.search(before):
        return "²" if inside == "2" else "³"
    if inside.casefold() in _ORDINALS and before[-1:].isalnum():
        return inside
    marks.extend(split_mark_list(inside))
    return ""


def _noted(found: re.Match[str], marks: list[str]) -> str:
    marks.extend(split_mark_list(next(group for group in found.groups() if group is not None)))
    return ""


def _superscript(found: re.Match[str], marks: list[str]) -> str:
    before = found.string[max(0, found.start() - 4) : found.start()]
    if not before or _UNIT.search(before):
        return found.group()
    marks.extend(split_mark_list(found.group().translate(SUPERSCRIPT_DIGITS)))
    return ""


def split_mark_list(text: str) -> list[str]:
    """`5, 6` → `5` and `6`; brackets around a mark are not part of it."""
    return [part for part in _SEPARATORS.split(text.strip("[]() ")) if part]
