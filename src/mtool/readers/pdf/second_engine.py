"""Doubtful tables are looked at by a second engine, where it is installed (extra `pdf-extra`).

Camelot's hybrid parser reads the same pages; a table that it reads alike is doubted less. It never
changes a cell: what mtool read stands.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from mtool.model import RawTable

#: Tables of this confidence need no second opinion.
SURE = 0.9
#: The share of our rows that the other engine must have read alike.
ALIKE = 0.8
REASON = "engines agree"


def with_second_opinion(tables: Sequence[RawTable], path: Path) -> tuple[RawTable, ...]:
    """The tables, those that the second engine reads alike raised halfway to certainty.

    Without the engine, or when it fails on the file, they are returned as they are.
    """
    doubtful = [table for table in tables if table.confidence < SURE and table.printed]
    pages = sorted({cell.page for table in doubtful for cell in table.printed if cell.page})
    others = _read_pages(path, pages) if pages else []
    if not others:
        return tuple(tables)
    return tuple(_raised(t) if t in doubtful and _agrees(t, others) else t for t in tables)


def _read_pages(path: Path, pages: Sequence[int]) -> list[set[str]]:
    """The rows of each table that Camelot finds on the pages, every row as one text."""
    try:
        import camelot
    except ImportError:
        return []
    wanted = ",".join(map(str, pages))
    try:
        found: Any = camelot.read_pdf(str(path), pages=wanted, flavor="hybrid")
    except Exception:  # any failure of the other engine is no opinion, not an error of ours
        return []
    return [_row_texts(table.data) for table in found]


def _row_texts(rows: Iterable[Iterable[str]]) -> set[str]:
    """Rows as texts without blanks, cells told apart; empty cells and rows left out."""
    texts = ("|".join("".join(cell.split()) for cell in row if cell.strip()) for row in rows)
    return {text for text in texts if text}


def _agrees(table: RawTable, others: Sequence[set[str]]) -> bool:
    mine = _row_texts(table.rows)
    return bool(mine) and any(len(mine & other) >= ALIKE * len(mine) for other in others)


def _raised(table: RawTable) -> RawTable:
    confidence = table.confidence + (1 - table.confidence) / 2
    return replace(table, confidence=confidence, reasons=(*table.reasons, REASON))
