"""Glyphs → words → lines of text, with raised marks kept apart and dot leaders taken out."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from statistics import median

from mtool.readers.pdf.geometry import Box
from mtool.readers.pdf.glyph_lines import RAISED, SMALLER, baselines
from mtool.readers.pdf.ink import Glyph, Ink

#: Gaps in units of the font size.
WORD_GAP = 0.17
SEGMENT_GAP = 0.85

_MARK = re.compile(
    r"\(?(?:\d{1,2}|[a-z]|[*†‡§¶#]{1,4}|[ivx]{2,4})\)?(?:[,;/ ](?:\d{1,2}|[a-z*†‡]))*\)?"
)
_ORDINAL = re.compile(r"(?:st|nd|rd|th|er|re|e|ère|ème|ième|nde?|o|os|a|ter|bis)\.?")
_UNIT = re.compile(r"(?:^|[\s\d(/.])(?:k|c|m|d|h|μ|µ)?m$")
_LEADER = re.compile(r"[.…·_]{4,}|(?:[.…·] ){3,}[.…·]?")
_SUPERSCRIPT = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


@dataclass(frozen=True, slots=True)
class Word:
    """A run of glyphs without a blank. `marks` are raised marks that stood at its end.

    `leader` is true where a row of dots led from this word to the next; `lead_marks` stood raised
    before its first letter, as a footnote's own number does.
    """

    text: str
    x0: float
    x1: float
    base: float
    size: float
    bold: bool = False
    marks: tuple[str, ...] = ()
    lead_marks: tuple[str, ...] = ()
    leader: bool = False
    angle: int = 0
    mapped: bool = True
    top_: float | None = None
    bottom_: float | None = None

    @property
    def top(self) -> float:
        return self.base - 0.75 * self.size if self.top_ is None else self.top_

    @property
    def bottom(self) -> float:
        return self.base + 0.22 * self.size if self.bottom_ is None else self.bottom_

    @property
    def middle(self) -> float:
        return (self.x0 + self.x1) / 2


@dataclass(frozen=True, slots=True)
class Line:
    """Words on one baseline, from left to right; anything from a whole line to a cell's part."""

    words: tuple[Word, ...]
    x0: float = field(init=False)
    x1: float = field(init=False)
    base: float = field(init=False)
    size: float = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "x0", min(word.x0 for word in self.words))
        object.__setattr__(self, "x1", max(word.x1 for word in self.words))
        object.__setattr__(self, "base", median(word.base for word in self.words))
        object.__setattr__(self, "size", median(word.size for word in self.words))

    @property
    def text(self) -> str:
        return " ".join(word.text for word in self.words)

    @property
    def marks(self) -> tuple[str, ...]:
        return tuple(mark for word in self.words for mark in word.marks)

    @property
    def top(self) -> float:
        return min(word.top for word in self.words)

    @property
    def bottom(self) -> float:
        return max(word.bottom for word in self.words)

    @property
    def bold(self) -> bool:
        return sum(w.bold for w in self.words) * 2 > len(self.words)

    @property
    def box(self) -> Box:
        return Box(self.x0, self.top, self.x1, self.bottom)


def read_words(ink: Ink) -> list[Word]:
    """Every word of a page; those written at another angle come last, each line of them as one."""
    on_page = [
        g
        for g in ink.glyphs
        if -2 <= g.x0 <= ink.width + 2 and -2 <= g.base <= ink.height + 12 and g.size > 0.5
    ]
    level = [g for g in on_page if g.angle == 0]
    words: list[Word] = []
    for run in baselines(level):
        words.extend(_words_of(run))
    words.extend(_turned_words(ink, [g for g in on_page if g.angle]))
    return words


def _words_of(run: Sequence[Glyph]) -> list[Word]:
    """Split one line's glyphs at blanks and gaps; raised ones become marks of their neighbour."""
    letters = [g for g in run if g.text != " "]
    if not letters:
        return []
    base = _main_base(letters)
    words: list[list[Glyph]] = []
    blank = False
    last: Glyph | None = None
    for glyph in run:
        if glyph.text == " ":
            blank = True
            continue
        if last is not None and _is_repeat(glyph, last):
            continue
        if last is not None and words and _is_same_ligature(glyph, last):
            words[-1].append(glyph)
            last = replace(glyph, x1=max(glyph.x1, last.x1))
            continue
        gap = glyph.x0 - last.x1 if last else 0.0
        size = max(glyph.size, last.size) if last else glyph.size
        spaced = last is None or gap > WORD_GAP * size or (blank and gap > 0.02 * size)
        if spaced or gap < -0.3 * size or _is_raised(glyph, base) != _is_raised(last, base):
            words.append([glyph])
        else:
            words[-1].append(glyph)
        last, blank = glyph, False
    return _attach_marks([_word(group) for group in words], base)


def _is_same_ligature(glyph: Glyph, last: Glyph) -> bool:
    """The next letter of a ligature: drawn in one with the last, in the same place."""
    return glyph.order == last.order + 1 and abs(glyph.x0 - last.x0) < 0.05


def _is_repeat(glyph: Glyph, last: Glyph) -> bool:
    """The same letter drawn again a hair aside, as cheap bold type is made."""
    close = glyph.text == last.text and abs(glyph.x0 - last.x0) < 0.12 * glyph.size
    return close and abs(glyph.order - last.order) > 1


def _main_base(letters: Sequence[Glyph]) -> tuple[float, float]:
    """Baseline and size of the largest common size on the line."""
    sizes = Counter(round(g.size, 1) for g in letters)
    common = max(size for size, count in sizes.items() if count * 8 >= len(letters))
    return median(g.base for g in letters if round(g.size, 1) == common), common


def _is_raised(glyph: Glyph | None, base: tuple[float, float]) -> bool:
    if glyph is None:
        return False
    return glyph.size <= SMALLER * base[1] and base[0] - glyph.base >= RAISED * base[1]


def _word(group: list[Glyph]) -> Word:
    return Word(
        text="".join(g.text for g in group),
        x0=group[0].x0,
        x1=max(g.x1 for g in group),
        base=median(g.base for g in group),
        size=max(g.size for g in group),
        bold=sum(g.bold for g in group) * 2 > len(group),
        mapped=all(g.mapped for g in group),
    )


def _attach_marks(words: list[Word], base: tuple[float, float]) -> list[Word]:
    """Hang raised words on their neighbours: as marks, `²` of a unit, or an ordinal's ending."""
    kept: list[Word] = []
    waiting: list[str] = []
    for index, word in enumerate(words):
        raised = word.size <= SMALLER * base[1] and base[0] - word.base >= RAISED * base[1]
        if not raised:
            kept.append(replace(word, lead_marks=tuple(waiting)) if waiting else word)
            waiting = []
            continue
        gap = word.x0 - kept[-1].x1 if kept else 99.0
        gap_after = words[index + 1].x0 - word.x1 if index + 1 < len(words) else 99.0
        leads = gap > 0.12 * base[1] and (gap_after < 0.5 * gap or _opens_note(words, index))
        close = gap < 0.75 * base[1] and not waiting and not leads
        if close:
            kept[-1] = _with_raised(kept[-1], word)
        elif _MARK.fullmatch(word.text):
            waiting.append(word.text.strip("()"))
        else:
            kept.append(replace(word, base=base[0]))
    if waiting:
        text = " ".join(waiting)
        last = words[-1]
        kept.append(replace(last, text=text))
    return _drop_leaders(kept)


def _opens_note(words: Sequence[Word], index: int) -> bool:
    """A raised mark between the end of one sentence and the beginning of the next."""
    if not 0 < index < len(words) - 1:
        return False
    ended = words[index - 1].text.endswith((".", ";"))
    return ended and words[index + 1].text[:1].isupper()


def _with_raised(word: Word, raised: Word) -> Word:
    wide = replace(word, x1=max(word.x1, raised.x1))
    text = raised.text
    if _UNIT.search(word.text) and text in ("2", "3") and not word.marks:
        return replace(wide, text=word.text + text.translate(_SUPERSCRIPT))
    if _ORDINAL.fullmatch(text) and word.text[-1:].isalnum() and len(text) > 1:
        return replace(wide, text=word.text + text)
    if _MARK.fullmatch(text) or len(text) <= 3:
        mark = text.strip("() ,")
        return replace(wide, marks=(*word.marks, *filter(None, re.split(r"[,;/ ]", mark))))
    return replace(wide, text=word.text + text)


def _drop_leaders(words: list[Word]) -> list[Word]:
    """Take rows of dots out of a line; the word they follow keeps the memory of them."""
    kept: list[Word] = []
    run: list[Word] = []
    for word in words:
        dots = word.text.strip(".…·_") == ""
        if run and (not dots or word.x0 - run[-1].x1 > 0.9 * word.size):
            _settle(kept, run)
            run = []
        if dots:
            run.append(word)
        else:
            kept.append(_without_own_leader(word))
    _settle(kept, run)
    return kept


def _settle(kept: list[Word], run: list[Word]) -> None:
    """Decide on a run of dots: a leader when long enough, with the dot glued to the word before."""
    if not run:
        return
    dots = sum(len(word.text) for word in run)
    near = bool(kept) and run[0].x0 - kept[-1].x1 < 1.5 * run[0].size
    glued = near and kept[-1].text.endswith(".") and not kept[-1].marks
    if dots + glued < 3 or not (near or dots >= 12):
        kept.extend(run)
    elif kept:
        bare = kept[-1].text.rstrip(".") if glued else kept[-1].text
        bare = kept[-1].text if bare.casefold() == "etc" else bare
        kept[-1] = replace(kept[-1], text=bare or kept[-1].text, leader=True)


def _without_own_leader(word: Word) -> Word:
    """`Total......` → `Total`, narrowed to its letters."""
    bare = word.text.rstrip(".…·_")
    dots = len(word.text) - len(bare)
    if dots < 4:
        return word
    width = (word.x1 - word.x0) * len(bare) / (len(bare) + 0.5 * dots)
    return replace(word, text=bare, x1=word.x0 + width, leader=True)


def _turned_words(ink: Ink, glyphs: Sequence[Glyph]) -> list[Word]:
    """Sideways text, one word for each of its lines, with the box it fills on the page."""
    words: list[Word] = []
    for angle in (90, 270):
        lines: dict[int, list[Glyph]] = {}
        for glyph in glyphs:
            if glyph.angle == angle:
                lines.setdefault(round(glyph.x1 if angle == 90 else glyph.x0), []).append(glyph)
        for lane in _merge_lanes(lines):
            words.extend(_turned_runs(lane, angle))
    return words


def _merge_lanes(lines: dict[int, list[Glyph]]) -> list[list[Glyph]]:
    lanes: list[tuple[int, list[Glyph]]] = []
    for x in sorted(lines):
        if lanes and x - lanes[-1][0] <= 1:
            lanes[-1][1].extend(lines[x])
        else:
            lanes.append((x, list(lines[x])))
    return [lane for _, lane in lanes]


def _turned_runs(lane: list[Glyph], angle: int) -> Iterable[Word]:
    lane.sort(key=lambda g: -g.base if angle == 90 else g.base)
    run: list[Glyph] = []
    for glyph in lane:
        if run and abs(glyph.base - run[-1].base) > 2.2 * max(g.size for g in run):
            yield _turned_word(run, angle)
            run = []
        run.append(glyph)
    if run:
        yield _turned_word(run, angle)


def _turned_word(run: list[Glyph], angle: int) -> Word:
    """Box of a sideways run: `base` is its glyphs' lower end, `size` their height on the page."""
    text = re.sub(r" +", " ", "".join(g.text for g in run)).strip()
    top = min(g.base - g.size for g in run)
    bottom = max(g.base for g in run)
    return Word(
        text=text or " ",
        x0=min(g.x0 for g in run),
        x1=max(g.x1 for g in run),
        base=bottom,
        size=max(g.x1 - g.x0 for g in run),
        angle=angle,
        top_=top,
        bottom_=bottom,
    )


def group_lines(words: Iterable[Word]) -> list[Line]:
    """Words on common baselines, from the top down; each line from left to right."""
    rows: list[list[Word]] = []
    for word in sorted(words, key=lambda w: w.base):
        if rows and word.base - _base_of(rows[-1]) <= 0.33 * min(word.size, rows[-1][-1].size):
            rows[-1].append(word)
        else:
            rows.append([word])
    return [Line(tuple(sorted(row, key=lambda w: w.x0))) for row in rows]


def _base_of(row: Sequence[Word]) -> float:
    return sum(word.base for word in row) / len(row)


def split_segments(line: Line, gap: float = SEGMENT_GAP) -> list[Line]:
    """Cut a line where the blank is wider than any between the words of a sentence."""
    parts: list[list[Word]] = [[line.words[0]]]
    for before, word in zip(line.words, line.words[1:], strict=False):
        size = max(before.size, word.size)
        if word.x0 - before.x1 > gap * size or before.leader:
            parts.append([word])
        else:
            parts[-1].append(word)
    return [Line(tuple(part)) for part in parts]
