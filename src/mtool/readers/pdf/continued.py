"""Tables that go on over a page break: which parts are one table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from mtool.model import Finding, Locator
from mtool.printed_numbers import fold_blanks
from mtool.readers.captions import goes_on
from mtool.readers.pdf.assemble import Part
from mtool.readers.pdf.flow import Placed
from mtool.readers.pdf.grid import Grid


@dataclass(frozen=True, slots=True)
class Chain:
    """The parts of one table by their places among the blocks, the first part first."""

    places: tuple[int, ...]
    parts: tuple[Part, ...]


def chain_parts(blocks: Sequence[Placed], titles: dict[int, str]) -> list[Chain]:
    """Join each table that ends a page to one that opens the next and has its columns.

    `titles` are the titles found so far, by place. A repeated header is dropped.
    """
    chains: list[Chain] = []
    tables = [n for n, placed in enumerate(blocks) if isinstance(placed.block, Grid)]
    for place in tables:
        grid = _grid(blocks, place)
        repeated = None
        if chains:
            last = chains[-1]
            repeated = _repeated_rows(blocks, last, place, titles)
            if repeated is not None:
                part = Part(grid, repeated)
                chains[-1] = Chain((*last.places, place), (*last.parts, part))
        if repeated is None:
            chains.append(Chain((place,), (Part(grid),)))
    return chains


def _grid(blocks: Sequence[Placed], place: int) -> Grid:
    block = blocks[place].block
    assert isinstance(block, Grid)
    return block


def _repeated_rows(
    blocks: Sequence[Placed], chain: Chain, place: int, titles: dict[int, str]
) -> int | None:
    """Rows of the next part that repeat the header; null where it is another table."""
    before, grid = chain.parts[-1].grid, _grid(blocks, place)
    if grid.page != before.page + 1 or grid.columns != chain.parts[0].grid.columns:
        return None
    title = titles.get(place, "")
    says_so = goes_on(title)
    if (title and not says_so) or not _nothing_between(blocks, chain.places[-1], place, says_so):
        return None
    head = _head(chain.parts[0].grid)
    own = _head(grid)
    if head and own == head:
        return grid.header_rows
    if not own or (says_so and own != head) or len(own) == 1 or not head:
        return 0 if _same_columns(chain.parts[0].grid, grid) else None
    return None


def _nothing_between(blocks: Sequence[Placed], above: int, place: int, says_so: bool) -> bool:
    """Only notes, and the caption that says it goes on, stand between the two parts."""
    for placed in blocks[above + 1 : place]:
        block = placed.block
        if isinstance(block, Grid) or (
            block.kind != "note" and not (says_so and goes_on(block.text))
        ):
            return False
    return True


def _head(grid: Grid) -> list[tuple[int, int, str]]:
    return [
        (cell.row, cell.column, fold_blanks(cell.text).casefold())
        for cell in sorted(grid.filled(), key=lambda c: (c.row, c.column))
        if cell.row < grid.header_rows
    ]


def _same_columns(one: Grid, other: Grid) -> bool:
    """The columns begin and end at the same places, within a tenth of the width."""
    if len(one.cuts) != len(other.cuts):
        return False
    width = max(one.box.width, 1.0)
    return all(abs(a - b) < 0.06 * width for a, b in zip(one.cuts, other.cuts, strict=True))


def joined_findings(chain: Chain, number: int, path: str) -> list[Finding]:
    """Say of each part after the first that it was joined, and what became of its header."""
    findings = []
    for before, part in pairwise(chain.parts):
        said = (
            "its header is repeated there, and was dropped"
            if part.repeated
            else "no header is repeated there"
        )
        findings.append(
            Finding(
                rule="tables_joined",
                class_="note",
                severity="info",
                message=f"{path}, page {part.grid.page}: the table of page {before.grid.page} goes "
                f"on here; {said}, and the parts were joined",
                locator=Locator(path=path, table=f"t{number}", page=part.grid.page),
            )
        )
    return findings
