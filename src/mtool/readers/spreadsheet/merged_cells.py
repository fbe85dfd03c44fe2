"""Merged cells: their text stands in every place they cover."""

from __future__ import annotations

from mtool.errors import UnreadableInput
from mtool.readers.spreadsheet.sheets import Sheet

#: Filling more places than this with merged texts is not worth the memory.
MOST_MERGED = 5_000_000


def fill_merged(sheet: Sheet) -> frozenset[int]:
    """Let the text of every merged cell stand in each place it covers, down to the last row.

    Returns the rows that print nothing of their own but are covered: the lower part of a taller
    row, neither blank nor a row of the table.
    """
    rows = sheet.rows
    changed: dict[int, dict[int, str]] = {}
    covered: set[int] = set()
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
        for index in within:
            cells = changed.setdefault(index, rows.cells(index))
            cells.update(dict.fromkeys(range(box.left, box.right + 1), text))
        covered.update(range(box.top, min(box.bottom, rows.numbers[-1]) + 1))
    for index, cells in changed.items():
        rows.replace(index, cells)
    return frozenset(covered.difference(rows.numbers))
