"""Which block is the title of a table: its caption, a heading before it, or a caption below."""

from __future__ import annotations

from collections.abc import Sequence

from mtool.readers.blocks import Block, TableBlock, TextBlock
from mtool.readers.captions import caption_number, is_picture_caption
from mtool.readers.note_lines import is_note_line

_SHORT = 160
_REMARKS_BETWEEN = 2


def title_blocks(blocks: Sequence[Block]) -> dict[int, list[int]]:
    """Return for each table, by place among the blocks, the places of the blocks of its title.

    In order: a caption before it (`Table 3`, with its words on the next line); a caption below,
    where the document sets them below; a heading, or a short line all in bold, right before it.
    A table that brings a caption of its own is left out. No block serves two tables.
    """
    titles: dict[int, list[int]] = {}
    below = _captions_stand_below(blocks)
    taken: set[int] = set()
    for number, block in enumerate(blocks):
        if not isinstance(block, TableBlock) or block.caption is not None:
            continue
        found = (_caption_below if below else _caption_before)(blocks, number)
        found = found or _heading_before(blocks, number)
        if found and not taken.intersection(found):
            titles[number] = found
            taken.update(found)
    return titles


def _captions_stand_below(blocks: Sequence[Block]) -> bool:
    """True when more tables have a caption right below them than have one before them."""
    tables = [n for n, block in enumerate(blocks) if isinstance(block, TableBlock)]
    before = sum(bool(_caption_before(blocks, number)) for number in tables)
    return sum(bool(_caption_below(blocks, number)) for number in tables) > before


def _caption_before(blocks: Sequence[Block], number: int) -> list[int]:
    between: list[int] = []
    for place in range(number - 1, max(-1, number - 2 - _REMARKS_BETWEEN), -1):
        block = blocks[place]
        if not isinstance(block, TextBlock):
            return []
        if _is_caption(block):
            return [place, *reversed(between)] if _is_bare(block) else [place]
        if not _may_stand_between(block):
            return []
        between.append(place)
    return []


def _caption_below(blocks: Sequence[Block], number: int) -> list[int]:
    """The caption right below a table; notes may stand between."""
    for place in range(number + 1, min(len(blocks), number + 2 + _REMARKS_BETWEEN)):
        block = blocks[place]
        if not isinstance(block, TextBlock):
            return []
        if _is_caption(block):
            return [place]
        if not is_note_line(block.text):
            return []
    return []


def _heading_before(blocks: Sequence[Block], number: int) -> list[int]:
    before = blocks[number - 1] if number else None
    if not isinstance(before, TextBlock) or len(before.text) > _SHORT:
        return []
    is_title = before.kind == "heading" or before.bold or _is_caption(before)
    return [number - 1] if is_title and not is_note_line(before.text) else []


def _is_caption(block: TextBlock) -> bool:
    if caption_number(block.text) is not None:
        return block.kind != "note"
    return block.kind == "caption" and not is_picture_caption(block.text)


def _is_bare(block: TextBlock) -> bool:
    """True for `Table 3` alone, whose words stand on the next line."""
    return caption_number(block.text) is not None and len(block.text.split()) <= 3


def _may_stand_between(block: TextBlock) -> bool:
    """A unit in brackets or the words of a bare caption, not a paragraph of prose."""
    return block.kind != "heading" and len(block.text) <= _SHORT and block.text[-1:] not in ".:;"
