"""Plain text, Markdown, reStructuredText, LaTeX → the tables inside it, and its prose."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from mtool.model import Document, Finding, RawTable, Source
from mtool.readers import ReadOptions
from mtool.readers.encoding import decode
from mtool.readers.text import aligned, grids, latex, pipes, ruled, tabbed
from mtool.readers.text.block import Block
from mtool.readers.text.captions import Title, title_above, title_below
from mtool.readers.text.footnotes import find_footnotes
from mtool.readers.text.furniture import without_furniture
from mtool.readers.text.joining import join_continued, without_repeats
from mtool.readers.text.lines import Line, read_lines
from mtool.readers.text.prose import read_prose
from mtool.readers.text.tables import (
    Surroundings,
    make_table,
    marks_of,
    ragged_rows,
    unexplained_marks,
)

Finder = Callable[[Sequence[Line], int, int], Iterator[Block]]

#: The surest syntax first: a line belongs to the first finder that claims it.
FINDERS: tuple[Finder, ...] = (latex.find, grids.find, pipes.find, tabbed.find, ruled.find, aligned.find)


def read(path: Path, source: Source, options: ReadOptions) -> Document:
    """Return the tables and the prose of a text file, each with its physical lines.

    Raises `UnreadableInput` for what is empty, binary or not text.
    """
    text, findings = decode(path.read_bytes(), path, options)
    lines, more = without_furniture(read_lines(text), str(path))
    found = find_blocks(lines)
    footnotes = find_footnotes(lines, _taken(lines, found), {b.stop: marks_of(b) for b in found})
    whole, joinings = join_continued(lines, found, footnotes, str(path))
    blocks, repeats = without_repeats(lines, whole, str(path))
    titles = _titles(lines, blocks)
    around = Surroundings(str(path), lines, footnotes)
    tables = [
        make_table(number, block, title, around)
        for number, (block, title) in enumerate(zip(blocks, titles, strict=True), 1)
    ]
    findings += (*more, *joinings, *repeats, *_doubts(blocks, tables, lines))
    captions = [title for title in titles if title is not None and title.caption]
    paragraphs = read_prose(around, _taken(lines, whole), captions)
    return Document(source, "text/plain", tuple(tables), paragraphs, findings)


def _taken(lines: Sequence[Line], blocks: Sequence[Block]) -> list[bool]:
    """For each line, whether it belongs to a table."""
    taken = [False] * len(lines)
    for block in blocks:
        for index in block.own_lines():
            taken[index] = True
    return taken


def _doubts(
    blocks: Sequence[Block], tables: Sequence[RawTable], lines: Sequence[Line]
) -> Iterator[Finding]:
    for block, table in zip(blocks, tables, strict=True):
        yield from ragged_rows(block, table, lines)
        yield from unexplained_marks(table)


def find_blocks(lines: Sequence[Line]) -> list[Block]:
    """Return the blocks of lines that are tables, in reading order."""
    blocks: list[Block] = []
    breaks = [index for index, line in enumerate(lines) if line.edge]
    for find in FINDERS:
        free = _free(blocks, len(lines), breaks)
        blocks += [block for start, stop in free for block in find(lines, start, stop)]
        blocks.sort(key=lambda block: block.start)
    return blocks


def _free(blocks: Sequence[Block], end: int, breaks: Sequence[int]) -> list[tuple[int, int]]:
    """The stretches of lines, each on one page, that no block has claimed."""
    inside = {i for block in blocks for i in breaks if block.start < i < block.stop}
    cuts = [(i, i) for i in breaks if i not in inside]
    claimed = sorted([(block.start, block.stop) for block in blocks] + cuts)
    edges = [0, *(edge for pair in claimed for edge in pair), end]
    return [(a, b) for a, b in zip(edges[::2], edges[1::2], strict=True) if a < b]


def _titles(lines: Sequence[Line], blocks: Sequence[Block]) -> list[Title | None]:
    titles: list[Title | None] = []
    for index, block in enumerate(blocks):
        floor = blocks[index - 1].stop if index else 0
        ceiling = blocks[index + 1].start if index + 1 < len(blocks) else len(lines)
        title = title_above(lines, block.start, floor)
        if title is None or not title.caption:
            title = title_below(lines, block.stop, ceiling) or title
        titles.append(title)
    return titles
