"""The title of a table: a caption above or below it, or the heading it stands under."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from mtool.readers.text.lines import Line
from mtool.readers.text.markup import strip_markup

_KINDS = (
    "table|tableau|tabelle|tabla|cuadro|tabela|tab\\.|figure|fig\\.|chart|graph|graphique|carte|map|"
    "exhibit"
)
_CAPTION = re.compile(
    rf"(?:annex |annexe |appendix )?(?:{_KINDS}) ?"
    r"(?:n[o°º]\.? ?)?(?P<number>[A-Z]?\d{0,3}(?:[.\-]\d{1,3}){0,3}[a-z]?|[IVX]{1,5})"
    r"(?P<after> ?[:.–—|)-]| (?=[^\sa-z])|$)",
    re.IGNORECASE,
)
#: Decoration before the word (`**<b>`, `## `, `.. table:: `) is shorter than this.
_NEAR = 60
_KIND_NEAR = re.compile(_KINDS, re.IGNORECASE)
_LOWER = re.compile(r" [a-zà-ÿ]")
_DECORATION = re.compile(
    r"^(?:#{1,6}\s+|>\s*|\.\. (?:table|csv-table|list-table)::\s*|#\+CAPTION:\s*)", re.I
)
_CLOSING_HASHES = re.compile(r"\s#{1,6}\s*$")
_TRAILING_SYMBOL = re.compile(r"(?<=[\w)]) ?([*†‡§]{1,3})$")
_RULE = re.compile(r"[-=_*~+ ]{3,}")
_LONGEST_TITLE = 300
_MOST_LINES = 5
_MOST_BLANKS = 3


@dataclass(frozen=True, slots=True)
class Title:
    """A title as printed, its marks apart, and the lines it was taken from."""

    text: str
    marks: tuple[str, ...]
    start: int
    stop: int
    caption: bool


def is_caption(text: str) -> bool:
    """True for `Table 3: …`, `Tableau 3. …`, `Figure 2`; false for `Table 3 shows that …`."""
    if not _KIND_NEAR.search(text[:_NEAR]):
        return False
    plain = undecorated(text)
    found = _CAPTION.match(plain) if len(plain) <= _LONGEST_TITLE * 2 else None
    if found is None or (not found["number"] and ":" not in found["after"]):
        return False
    return found["after"].strip() != "" or not _LOWER.match(plain[found.end() - 1 :])


def undecorated(text: str) -> str:
    """The words of a heading or caption line, without `#`, `**`, tags and note marks."""
    return strip_markup(_CLOSING_HASHES.sub("", _DECORATION.sub("", text.strip()))).text


def has_caption_above(lines: Sequence[Line], start: int) -> bool:
    """True when the paragraph above the line `start` is a caption."""
    title = title_above(lines, start)
    return title is not None and title.caption


def title_above(lines: Sequence[Line], start: int, floor: int = 0) -> Title | None:
    """Return the title in the paragraph above the line `start`, not above `floor`; null if none.

    A caption counts before a heading, and a heading before a sentence that ends in a colon.
    """
    stop = _skip_blanks(lines, start, floor)
    if stop is None:
        return None
    top = stop - 1
    while top > floor and stop - top < _MOST_LINES and not lines[top - 1].blank:
        top -= 1
    for index in range(stop - 1, top - 1, -1):
        if is_caption(lines[index].text):
            return _title(lines, index, stop, caption=True)
    above = _skip_blanks(lines, top, floor) if _is_remark(lines, top, stop) else None
    if above is not None and is_caption(lines[above - 1].text):
        return _title(lines, above - 1, stop, caption=True)
    return _uncaptioned(lines, top, stop)


def title_below(lines: Sequence[Line], stop: int, ceiling: int) -> Title | None:
    """Return the caption in the paragraph below the line before `stop`; null if none."""
    start = stop
    while start < ceiling and lines[start].blank:
        start += 1
    if start >= ceiling or start - stop > _MOST_BLANKS or not is_caption(lines[start].text):
        return None
    end = start + 1
    while end < ceiling and end - start < _MOST_LINES and not lines[end].blank:
        end += 1
    return _title(lines, start, end, caption=True)


def _skip_blanks(lines: Sequence[Line], start: int, floor: int) -> int | None:
    """The end of the paragraph above `start`, over a few blank lines and rules."""
    stop, blanks = start, 0
    while stop > floor and blanks <= _MOST_BLANKS:
        text = lines[stop - 1].text
        if not lines[stop - 1].blank and not _RULE.fullmatch(text.strip()):
            return stop
        blanks += 1
        stop -= 1
    return None


def _is_remark(lines: Sequence[Line], top: int, stop: int) -> bool:
    """True for a line such as `(in km²)` between a caption and its table."""
    text = lines[top].text.strip()
    return stop - top == 1 and text.startswith("(") and text.endswith(")") and len(text) < 100


def _title(lines: Sequence[Line], start: int, stop: int, caption: bool) -> Title | None:
    texts = [line.text for line in lines[start:stop] if not line.blank]
    joined = " ".join(_CLOSING_HASHES.sub("", _DECORATION.sub("", t.strip())) for t in texts)
    if len(joined) > _LONGEST_TITLE * 3:
        return None
    plain = strip_markup(joined.rstrip(": ") if not caption else joined)
    symbol = _TRAILING_SYMBOL.search(plain.text)
    marks = (*plain.marks, symbol[1]) if symbol else plain.marks
    text = plain.text[: symbol.start()] if symbol else plain.text
    return Title(text, marks, start, stop, caption)


def _uncaptioned(lines: Sequence[Line], top: int, stop: int) -> Title | None:
    line = lines[stop - 1].text
    text = undecorated(line)
    decoration = _DECORATION.match(line.strip())
    if decoration:
        declared = decoration.group().startswith(("..", "#+"))
        return _title(lines, stop - 1, stop, caption=declared)
    is_bold = line.strip().startswith(("**", "<b>", "__", "<strong>"))
    if stop - top == 1 and is_heading_like(text, is_bold):
        return _title(lines, top, stop, caption=False)
    return None


def is_heading_like(text: str, is_bold: bool = False) -> bool:
    """True for a short line that is no sentence."""
    if not text or len(text) > 120 or text[0].islower() or "\t" in text:
        return False
    return is_bold or (text[-1] not in ".!?;,…" and text[0] != "(")
