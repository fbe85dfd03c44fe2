"""Merged cells: their text stands in every place they cover."""

from __future__ import annotations

from dataclasses import dataclass

from mtool.errors import UnreadableInput
from mtool.readers.spreadsheet.sheets import Box, Sheet, SheetRows

#: Filling more places than this with merged texts is not worth the memory.
MOST_MERGED = 5_000_000


@dataclass(frozen=True, slots=True)
class Filling:
    """What filling the merged cells of a sheet came to.

    `covered` are rows that print nothing of their own: the lower part of a taller row, neither
    blank nor a row of the table. `hiding` are merged cells under which other texts are stored.
    """

    covered: frozenset[int]
    hiding: tuple[Box, ...]


def fill_merged(sheet: Sheet) -> Filling:
    """Let the text of every merged cell stand in each place it covers, down to the last row."""
    rows = sheet.rows
    changed: dict[int, dict[int, str]] = {}
    covered: set[int] = set()
    hiding: list[Box] = []
    places = 0
    for box in sheet.merged:
        at = rows.index(box.top)
        if at == len(rows) or rows.numbers[at] != box.top:
            continue
        text = (changed.get(at) or rows.cells(at)).get(box.left, "")
        if not text:
            continue
        within = range(at, rows.index(box.bottom + 1))
        places += len(within) * (box.right - box.left + 1)
        if places > MOST_MERGED:
            raise UnreadableInput(
                f"sheet {sheet.name}: merged cells cover more than {MOST_MERGED:,} places; "
                "unmerge them and save the file again"
            )
        if _fill(rows, changed, within, box, text):
            hiding.append(box)
        covered.update(range(box.top, min(box.bottom, rows.numbers[-1]) + 1))
    for index, cells in changed.items():
        rows.replace(index, cells)
    return Filling(frozenset(covered.difference(rows.numbers)), tuple(hiding))


def _fill(
    rows: SheetRows, changed: dict[int, dict[int, str]], within: range, box: Box, text: str
) -> bool:
    """Fill one merged cell; true when it hides other texts, as the program on the screen does."""
    hides = False
    for index in within:
        cells = changed.setdefault(index, rows.cells(index))
        hides = hides or any(
            box.left <= column <= box.right and own != text for column, own in cells.items()
        )
        cells.update(dict.fromkeys(range(box.left, box.right + 1), text))
    return hides
