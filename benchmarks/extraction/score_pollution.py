"""Pollock's measure of a polluted file: ten numbers from 0 to 1, added up.

Success, and precision, recall and F1 of header, records and cells (Vitagliano et al., VLDB 2023).
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Callable, Sequence

from truth import Expected, Grid


def points(truth: Expected, loaded: Grid | None) -> float:
    """0 to 10 for what a reader wrote of a file, its header first; 0 when the reader failed."""
    if loaded is None:
        return 0.0
    loaded = _as_rfc4180(loaded)
    header = loaded[0] if loaded else []
    records, found = ["".join(r) for r in truth.rows], ["".join(r) for r in loaded[1:]]
    cells = [c for row in [truth.header, *truth.rows] for c in row]
    total = 1.0 + _three(truth.header, header, str.casefold)
    total += _three(records, found, str.casefold)
    return total + _three(cells, [c for row in loaded for c in row], str)


def _three(wanted: Sequence[str], got: Sequence[str], form: Callable[[str], str]) -> float:
    if not wanted:
        return 3.0
    shared = (Counter(map(form, wanted)) & Counter(map(form, got))).total()
    if not shared:
        return 0.0
    precision, recall = shared / len(wanted), shared / len(got)
    return precision + recall + 2 * precision * recall / (precision + recall)


def _as_rfc4180(rows: Grid) -> Grid:
    """What is left of rows after being written as RFC 4180 and read again."""
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return list(csv.reader(io.StringIO(out.getvalue(), newline="")))
