"""Characters as they are set → the text of a cell or a sentence, and the note marks beside it.

A raised `5` after a figure is a mark, in `km²` a unit, in `10⁶` a power, in `1er` an ordinal.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from mtool.printed_numbers import LONGEST, fold_blanks, read_number
from mtool.readers.marks import split_marks

#: A run of its own where a line ends inside a cell or a paragraph.
LINE_END = "\n"

SetAs = Literal["line", "raised", "lowered", "small", "reference"]

#: Soft hyphens, blanks of no width, and marks of writing direction.
_INVISIBLE = dict.fromkeys(
    map(ord, "\u00ad\u200b\u200e\u200f\u2060\ufeff\u202a\u202b\u202c\u202d\u202e")
)
#: A line end that would read as a blank between thousands.
_FIGURES_ON_LINES = re.compile(r"(?<=\d) ?\n ?(?=\d{3}(?!\d))")
_OPENING_SYMBOLS = ("*", "†", "‡")
_BEFORE_FIGURE = re.compile(r"([*†‡]{1,4}) ?(?=[\d(−-])")
_RAISED = str.maketrans("0123456789+-−n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻ⁿ")
_MARK = re.compile(r"\d+|[A-Za-z]|[ivx]{1,5}|[*†‡§¶#]{1,4}")
_RANGE = re.compile(r"(\d{1,3}) ?[-–] ?(\d{1,3})")
_BETWEEN_MARKS = re.compile(r"[\s,;]*")
_POWER = re.compile(r"[+\-−]?\d{1,3}|n")
_BEFORE_POWER = re.compile(r"(?:^|[\s\d(/×.,])(?:(?:[kK]|c|m|d|h|da)?m|KM|ft|yd|mi|miles?)$")
_TIMES_TEN = re.compile(r"[×x·*] ?10$")
_ORDINAL_LETTERS = frozenset("eoº")
_NUMERO = re.compile(r"(?:^|[^\w])[Nn]$")
_ORDINAL_ENDINGS = frozenset(
    ("st", "nd", "rd", "th", "er", "re", "ère", "e", "ème", "eme", "me", "nde", "os", "as", "ers")
)
_LONGEST_MARK = 24
_LONGEST_LETTERS = 3


@dataclass(frozen=True, slots=True)
class Run:
    """Characters set alike. `reference` is what a format itself calls a reference to a note.

    `key` names the note that the run leads to, where the format says.
    """

    text: str
    set_as: SetAs = "line"
    key: str = ""


@dataclass(frozen=True, slots=True)
class Mark:
    """A reference to a note: what is printed, and the note's name where the format gives one."""

    text: str
    key: str = ""


@dataclass(frozen=True, slots=True)
class MarkedText:
    """Text without its marks. `leads` is true when a mark opens it, as it does in a note."""

    text: str
    marks: tuple[Mark, ...] = ()
    leads: bool = False


def read_runs(runs: Sequence[Run]) -> MarkedText:
    """Join runs to one text and take the note marks out of it.

    Text that is raised as a whole is text: there is nothing on the line that it could mark.
    """
    text, marks, leads = _assembled(runs)
    text = folded(text)
    return MarkedText(text, marks, leads and bool(text))


def read_cell(runs: Sequence[Run]) -> MarkedText:
    """Read a cell: as `read_runs`, and marks that stand in the characters (`85[3]`) as well.

    A raised `2` alone marks an empty cell. Figures on lines of their own stay apart: 12 above 345
    is not 12 345.
    """
    text, marks, leads = _assembled(runs)
    if LINE_END in text:
        text = _FIGURES_ON_LINES.sub("; ", text)
    text = folded(text)
    if text and not marks and all(run.set_as == "raised" or not run.text.strip() for run in runs):
        alone = mark_texts(text) if len(text) <= 2 else ()
        return MarkedText("", tuple(map(Mark, alone))) if alone else MarkedText(text)
    read = MarkedText(text, marks, leads and bool(text))
    return _with_printed_marks(read) if may_hold_marks(text) else read


def _with_printed_marks(read: MarkedText) -> MarkedText:
    text, printed = split_marks(read.text)
    before = _BEFORE_FIGURE.match(text)
    if before and read_number(text[before.end() :]) is not None:
        text, printed = text[before.end() :], (before[1], *printed)
    return MarkedText(text, (*map(Mark, printed), *read.marks), read.leads)


def _assembled(runs: Sequence[Run]) -> tuple[str, tuple[Mark, ...], bool]:
    """The characters on the line, the marks beside them, and whether a mark opens the text."""
    if all(run.set_as == "line" for run in runs):
        return "".join([run.text for run in runs]), (), False
    said: list[str] = []
    marks: list[Mark] = []
    leads = False
    has_line = any(run.set_as == "line" and run.text.strip() for run in runs)
    for number, run in enumerate(runs):
        before = "".join(said[-8:])[-40:]
        after = runs[number + 1].text[:4] if number + 1 < len(runs) else ""
        found = _marks_of(run, before, after) if has_line or run.set_as == "reference" else ()
        if found:
            leads = leads or not "".join(said).strip()
            marks += found
        elif not _is_separator(runs, number, found_before=bool(marks)):
            said.append(_plain(run, before))
    return "".join(said), tuple(marks), leads


def may_hold_marks(text: str) -> bool:
    """False where the characters alone, `85` or `Gao`, can hold no mark at either end."""
    last = text[-1:]
    plain = last.isascii() and last.isalnum() and text[:1] not in _OPENING_SYMBOLS
    return 0 < len(text) <= LONGEST and not plain


def folded(text: str) -> str:
    """Every run of blanks as one, and what is not visible at all taken out."""
    return fold_blanks(text if text.isascii() else text.translate(_INVISIBLE))


def read_lines(runs: Sequence[Run]) -> list[MarkedText]:
    """Read each line of a cell or a paragraph apart; lines end at runs that are a line end."""
    lines: list[list[Run]] = [[]]
    for run in runs:
        if run.text == LINE_END:
            lines.append([])
        else:
            lines[-1].append(run)
    read = (read_cell(line) for line in lines)
    return [line for line in read if line.text or line.marks]


def mark_texts(text: str) -> tuple[str, ...]:
    """Split what is set as a mark: `[3]` → `3`; `1, 2` → `1` and `2`; `4–6` → `4`, `5`, `6`.

    Empty when `text` can be no mark.
    """
    clean = fold_blanks(text[: _LONGEST_MARK + 1])
    if len(clean) > _LONGEST_MARK:
        return ()
    marks: list[str] = []
    for part in re.split(r"[,; ]+", clean.strip(",; ")):
        bare = part.strip("[]()/.:")
        between = _RANGE.fullmatch(bare)
        if between and 0 < int(between[2]) - int(between[1]) < 20:
            marks += map(str, range(int(between[1]), int(between[2]) + 1))
        elif _MARK.fullmatch(bare):
            marks.append(bare)
        else:
            return ()
    return tuple(marks)


def _marks_of(run: Run, before: str, after: str) -> tuple[Mark, ...]:
    if run.set_as == "line" or not run.text.strip():
        return ()
    if run.set_as == "reference":
        return (Mark(run.text.strip(), run.key),)
    if not _sets_a_mark(run, before, after):
        return ()
    texts = mark_texts(run.text) or _letters_beside_a_figure(run.text.strip(), before, after)
    return tuple(Mark(text, run.key) for text in texts)


def _letters_beside_a_figure(text: str, before: str, after: str) -> tuple[str, ...]:
    """`19ab` with `ab` raised: a mark, unless it makes an ordinal (`30th`) or a word goes on."""
    if len(text) > _LONGEST_LETTERS or not text.isalnum() or text in _ORDINAL_ENDINGS:
        return ()
    return (text,) if _ends_in_figure(before) and not after.strip() else ()


def _sets_a_mark(run: Run, before: str, after: str) -> bool:
    text = run.text.strip()
    if after.lstrip()[:1] in ("/", "⁄") or before.rstrip()[-1:] in ("/", "⁄"):
        return False
    if run.set_as in ("small", "lowered"):
        return len(text) <= 2 and _ends_in_figure(before)
    if _is_power(text, before):
        return False
    return not (text in _ORDINAL_LETTERS and _reads_as_ordinal(before, after))


def _is_power(text: str, before: str) -> bool:
    if not _POWER.fullmatch(text):
        return False
    if text[0] in "+-−n":
        return True
    unit = text in ("2", "3") and _BEFORE_POWER.search(before.rstrip())
    return bool(unit or _TIMES_TEN.search(before))


def _reads_as_ordinal(before: str, after: str) -> bool:
    """`N` before `o`, or a figure before and a word after: `2e trimestre`."""
    if before[-1:].isdecimal():
        return after[:1] == " " and after[1:2].isalpha()
    return _NUMERO.search(before) is not None


def _ends_in_figure(before: str) -> bool:
    last = before.split(" ")[-1]
    return last[-1:].isdecimal() and read_number(last) is not None


def _plain(run: Run, before: str) -> str:
    """The characters of a run that is no mark; figures never grow by what is raised beside them."""
    text = run.text
    if run.set_as in ("line", "reference"):
        return text
    if run.set_as == "raised" and _is_power(text.strip(), before):
        return text.strip().translate(_RAISED)
    glued = before[-1:].isdecimal() and text[:1].isdecimal()
    return f" {text}" if glued else text


def _is_separator(runs: Sequence[Run], number: int, *, found_before: bool) -> bool:
    """True for the comma between two raised marks."""
    if not found_before or number + 1 >= len(runs) or len(runs[number].text) > _LONGEST_MARK:
        return False
    text, following = runs[number].text, runs[number + 1]
    return (
        bool(text.strip())
        and _BETWEEN_MARKS.fullmatch(text) is not None
        and runs[number - 1].set_as in ("raised", "reference")
        and following.set_as in ("raised", "reference")
        and bool(mark_texts(following.text))
    )
