"""Plain text, Markdown, reStructuredText, LaTeX → the tables inside it, and its prose."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from mtool.model import Document, Finding, Source
from mtool.readers import ReadOptions
from mtool.readers.encoding import decode
from mtool.readers.text import tabbed
from mtool.readers.text.block import Block
from mtool.readers.text.captions import Title, title_above, title_below
from mtool.readers.text.footnotes import find_footnotes
from mtool.readers.text.lines import Line, read_lines
from mtool.readers.text.prose import read_prose
from mtool.readers.text.tables import Surroundings, make_table, ragged_rows

Finder = Callable[[Sequence[Line], int, int], Iterator[Block]]

#: The surest syntax first: a line belongs to the first finder that claims it.
FINDERS: tuple[Finder, ...] = (tabbed.find,)


def read(path: Path, source: Source, options: ReadOptions) -> Document:
    """Return the tables and the prose of a text file, each with its physical lines.

    Raises `UnreadableInput` for what is empty, binary or not text.
    """
    text, findings = decode(path.read_bytes(), path, options)
    lines = read_lines(text)
    blocks = find_blocks(lines)
    taken = [0] * len(lines)
    for number, block in enumerate(blocks, 1):
        taken[block.start : block.stop] = [number] * (block.stop - block.start)
    titles = _titles(lines, blocks)
    footnotes = find_footnotes(lines, taken, [block.stop for block in blocks])
    around = Surroundings(str(path), lines, footnotes)
    tables = []
    more: list[Finding] = []
    for number, (block, title) in enumerate(zip(blocks, titles, strict=True), 1):
        tables.append(make_table(number, block, title, around))
        more += ragged_rows(block, tables[-1], lines)
    captions = [title for title in titles if title is not None and title.caption]
    paragraphs = read_prose(around, taken, captions)
    return Document(source, "text/plain", tuple(tables), paragraphs, findings + tuple(more))


def find_blocks(lines: Sequence[Line]) -> list[Block]:
    """Return the blocks of lines that are tables, in reading order."""
    blocks: list[Block] = []
    for find in FINDERS:
        for start, stop in _free(blocks, len(lines)):
            blocks += find(lines, start, stop)
        blocks.sort(key=lambda block: block.start)
    return blocks


def _free(blocks: Sequence[Block], end: int) -> list[tuple[int, int]]:
    """The stretches of lines that no block has claimed."""
    edges = [0, *(edge for block in blocks for edge in (block.start, block.stop)), end]
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
