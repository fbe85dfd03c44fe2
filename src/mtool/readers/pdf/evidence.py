"""Is it a table? What speaks for a reading, what against, and how sure that makes us."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import replace
from statistics import median

from mtool.readers.pdf.figures import is_figure, is_figure_cell
from mtool.readers.pdf.geometry import Box
from mtool.readers.pdf.grid import Grid, GridCell
from mtool.readers.pdf.ink import Ink
from mtool.readers.pdf.layout import is_caption, is_picture_caption
from mtool.readers.pdf.stream import Block
from mtool.readers.pdf.words import Line, Word, group_lines, split_segments

_SECTION = re.compile(r"(?:\d{1,2}|[A-Z]|[IVX]{1,5})(?:\.\d{1,2}){0,3}\.?")


def judge(grid: Grid, ink: Ink, block: Block, captions: Sequence[Line] = ()) -> Grid | None:
    """Give a grid its confidence and reasons; null where it is no table.

    A table of words without rulings is one only right below one of the `captions`.
    """
    filled = [cell for cell in grid.cells if cell.words]
    body = [cell for cell in filled if cell.row >= grid.header_rows]
    rows = grid.rows - grid.header_rows
    if grid.columns < 2 or rows < 1 or grid.rows < 2 or len(filled) < 4:
        return None
    beside = [cell for cell in body if cell.column]
    figures = sum(is_figure_cell(cell.text) for cell in beside)
    share = figures / max(len(beside), 1)
    closed = len(block.down) >= 2 and block.ruled
    ruled = block.ruled or _ruled_lines(block) >= 2
    if _is_contents(grid, block) or _is_list(grid, body) or _is_chart(grid, ink, share):
        return None
    filling = len(filled) / (grid.rows * grid.columns)
    if filling < 0.34 and not (block.ruled and len(filled) > 20):
        return None
    if not closed and (_written_on_rules(block) or (filling < 0.55 and not grid.header_rows)):
        return None
    if ruled:
        if not _ruled_is_table(grid, filled, share) or (closed and _written_over(block)):
            return None
        drawn = sum(s.length > 0.5 * block.box.width for s in ink.across if s in block.across)
        if not closed and drawn < 2 and share < 0.3 and (rows < 3 or filling < 0.7):
            return None
        rules = "horizontal rules" if drawn > 1 else "shaded rows"
        return _with(grid, 0.95 if closed else 0.85, "ruled" if closed else rules)
    if share < 0.45 and _is_captioned(grid, captions):
        return _judge_words(grid, body, filling)
    return _judge_bare(grid, body, share, rows)


def _is_captioned(grid: Grid, captions: Sequence[Line]) -> bool:
    """A caption, no picture's, ends within two lines above the grid."""
    return any(
        -2 < grid.box.top - line.base < 3 * line.size
        and line.x0 < grid.box.x1
        and line.x1 > grid.box.x0
        and not is_picture_caption(line.text)
        for line in captions
    )


def _judge_words(grid: Grid, body: Sequence[GridCell], filling: float) -> Grid | None:
    """Short words in full rows, flush in three columns or more."""
    longest = max(len(cell.text) for cell in body)
    if grid.columns < 3 or grid.rows < 3 or filling < 0.8 or longest > 120:
        return None
    return _with(grid, 0.6, "borderless") if _aligned_share(grid, body) >= 0.9 else None


def _with(grid: Grid, confidence: float, *reasons: str) -> Grid:
    return replace(grid, confidence=confidence, reasons=tuple(reasons))


def _ruled_lines(block: Block) -> int:
    width = block.box.width
    return sum(s.length > 0.8 * width for s in block.across)


def _ruled_is_table(grid: Grid, filled: Sequence[GridCell], share: float) -> bool:
    """Frames around text, charts and forms have few filled cells or a single long one."""
    lengths = sorted(len(cell.text) for cell in filled)
    if len(filled) < 0.25 * grid.rows * grid.columns and share < 0.5:
        return False
    if lengths[-1] > 300 and lengths[-1] > 0.6 * sum(lengths):
        return False
    if share >= 0.3:
        return True
    return len({cell.column for cell in filled}) >= 2


def _written_on_rules(block: Block) -> bool:
    """Most horizontal rulings point at the middle of a line of text, as an axis's grid lines do."""
    width = block.box.width
    rules = [s for s in block.across if s.length > 0.5 * width]
    pointing = sum(
        any(
            line.base - 0.55 * line.size < s.at < line.base - 0.1 * line.size
            for line in block.lines
        )
        for s in rules
    )
    return len(rules) >= 3 and pointing > 0.5 * len(rules)


def _written_over(block: Block) -> bool:
    """Many lines of text run across the vertical rulings: these are no walls of cells."""
    crossing = 0
    for line in block.lines:
        crossing += any(
            w.text[:1].isalpha()
            and s.low < line.base < s.high
            and w.x0 < s.at - 2 < s.at + 2 < w.x1
            for s in block.down
            for w in line.words
        )
    return crossing > 0.15 * len(block.lines) and crossing > 1


def _judge_bare(grid: Grid, body: Sequence[GridCell], share: float, rows: int) -> Grid | None:
    """Without rulings, only figures in aligned columns make a table."""
    if rows < 2 or share < 0.45:
        return None
    aligned = _aligned_share(grid, body)
    if aligned < 0.6:
        return None
    if grid.columns == 2 and (rows < 3 or share < 0.7 or aligned < 0.8):
        return None
    confidence = 0.45 + 0.2 * min(rows, 10) / 10 + 0.2 * aligned * share
    confidence += 0.1 * (grid.header_rows > 0)
    return _with(grid, round(min(confidence, 0.9), 2), "borderless")


def is_drawn_over(box: Box, ink: Ink) -> bool:
    """Several strokes inside the box run neither across nor down."""
    inside = (s for s in ink.slants if box.holds(s.x0, s.top) and box.holds(s.x1, s.bottom))
    return sum(1 for _ in inside) > 3


def _is_chart(grid: Grid, ink: Ink, share: float) -> bool:
    """Curves, bars or broken lines are drawn over it, and it is not full of figures."""
    filled = sum(1 for _ in grid.filled()) / (grid.rows * grid.columns)
    if is_drawn_over(grid.box, ink) and (filled < 0.6 or share < 0.5):
        return True
    return _has_bars(grid, ink)


def _has_bars(grid: Grid, ink: Ink) -> bool:
    """Filled boxes that stand on one line with different tops, or hang from one side: a chart."""
    inside = [
        f
        for f in ink.fills
        if grid.box.holds((f.x0 + f.x1) / 2, (f.top + f.bottom) / 2)
        and f.width < 0.5 * grid.box.width
    ]
    feet: dict[int, set[int]] = {}
    sides: dict[int, set[int]] = {}
    for box in inside:
        feet.setdefault(round(box.bottom), set()).add(round(box.top))
        sides.setdefault(round(box.x0), set()).add(round(box.x1))
    longest = max([len(tops) for tops in (*feet.values(), *sides.values())], default=0)
    return longest >= 4


def _aligned_share(grid: Grid, body: Sequence[GridCell]) -> float:
    """Share of body cells whose left, right or middle is that of most of their column."""
    good = total = 0
    for column in range(grid.columns):
        cells = [c for c in body if c.column == column and c.colspan == 1]
        if len(cells) < 2:
            continue
        best = 0
        left = [min(w.x0 for w in c.words) for c in cells]
        right = [max(w.x1 for w in c.words) for c in cells]
        middle = [(a + b) / 2 for a, b in zip(left, right, strict=True)]
        for places in (left, right, middle):
            usual = median(places)
            slack = 0.45 * cells[0].words[0].size
            best = max(best, sum(abs(p - usual) <= slack for p in places))
        good += best
        total += len(cells)
    return good / total if total else 0.0


def _is_contents(grid: Grid, block: Block) -> bool:
    """Titles with leaders or blanks to one page number each: contents or an index."""
    pages = [number for line in block.lines for number in _pages_led_to(line)]
    leaders = sum(word.leader for line in block.lines for word in line.words)
    if leaders >= max(3, 0.5 * len(block.lines)) and len(pages) >= 0.7 * leaders:
        growing = sum(b >= a for a, b in itertools.pairwise(pages))
        if grid.header_rows == 0 or growing >= 0.9 * (len(pages) - 1):
            return True
    last = [line.words[-1].text for line in block.lines if len(line.words) > 1]
    numbers = [int(text) for text in last if text.isdigit() and len(text) <= 4]
    numbered = grid.columns == 3 and not grid.header_rows and _is_numbered(block)
    if grid.columns != 2 and not numbered:
        return False
    if len(numbers) < 3 or len(numbers) < 0.5 * len(block.lines):
        return False
    return all(b >= a for a, b in itertools.pairwise(numbers)) and numbers[-1] > 3


def _is_numbered(block: Block) -> bool:
    """Every line begins with the number of a section: `1`, `1.2`, `A.1`, `IV.`."""
    firsts = [line.words[0].text for line in block.lines]
    return all(_SECTION.fullmatch(text) for text in firsts) and len(set(firsts)) == len(firsts)


def _pages_led_to(line: Line) -> list[int]:
    """Page numbers that stand alone behind a leader: the line ends there, or a new title begins."""
    found = []
    for index, word in enumerate(line.words):
        after = line.words[index + 1 : index + 3]
        if not word.leader or not after:
            continue
        number = after[0].text.rstrip(",")
        alone = len(after) == 1 or after[0].text.endswith(",") or not is_figure(after[1].text)
        if number.isdigit() and len(number) <= 4 and alone:
            found.append(int(number))
    return found


def _is_list(grid: Grid, body: Sequence[GridCell]) -> bool:
    """The first column holds nothing but bullets or item numbers, the second sentences."""
    if grid.columns != 2:
        return False
    first = [c.text for c in body if c.column == 0]
    if not first:
        return False
    marks = sum(
        t.strip("().") == ""
        or t in "•–-—▪●○■□➢"
        or (t.rstrip(".)").isdigit() and len(t) <= 4 and t[-1] in ".)")
        or (len(t) <= 3 and t[-1:] in ".)")
        for t in first
    )
    return marks >= 0.7 * len(first)


#: As far below its caption a picture may reach.
_PICTURE_HEIGHT = 300.0


def caption_lines(words: Sequence[Word]) -> list[Line]:
    """Captions on a page, those of pictures too."""
    lines = group_lines(word for word in words if not word.angle)
    pieces = [piece for line in lines for piece in split_segments(line)]
    return [piece for piece in pieces if is_caption(piece.text)]


def in_picture(grid: Grid, captions: Sequence[Line]) -> bool:
    """The last caption above is a picture's, and the grid has no header and full rows."""
    above = [
        line
        for line in captions
        if line.base < grid.box.top + 2 and line.x0 < grid.box.x1 and line.x1 > grid.box.x0
    ]
    if not above or not is_picture_caption(above[-1].text):
        return False
    filled = sum(1 for _ in grid.filled()) / (grid.rows * grid.columns)
    near = grid.box.top - above[-1].base < _PICTURE_HEIGHT
    return near and not (grid.header_rows and filled > 0.75 and grid.columns > 2)
