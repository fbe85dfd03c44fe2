"""The ways of setting a table in text, the surest first."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from mtool.readers.text import (
    aligned,
    flattened,
    grids,
    html_remains,
    labelled,
    latex,
    pipes,
    ruled,
    separated,
    tabbed,
)
from mtool.readers.text.block import Block
from mtool.readers.text.lines import Line

Finder = Callable[[Sequence[Line], int, int], Iterator[Block]]

#: A line belongs to the first finder that claims it: explicit syntax, then separators, then shape.
FINDERS: tuple[Finder, ...] = (
    html_remains.find,
    latex.find,
    grids.find,
    pipes.find,
    tabbed.find,
    ruled.find,
    separated.find,
    aligned.find,
    flattened.find,
    labelled.find,
)


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
    claimed = [(block.start, block.stop) for block in blocks]
    inside = {i for start, stop in claimed for i in range(start + 1, stop)} if breaks else set()
    cuts = sorted([*claimed, *((i, i) for i in breaks if i not in inside)])
    edges = [0, *(edge for pair in cuts for edge in pair), end]
    return [(a, b) for a, b in zip(edges[::2], edges[1::2], strict=True) if a < b]
