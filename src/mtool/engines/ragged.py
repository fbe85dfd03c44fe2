"""Rows that do not have the cells of their header."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Ragged:
    """A row that has not as many cells as the header; it is in no batch."""

    line: int
    expected: int
    found: int
