"""Rows that were printed on several lines because a cell was too long for its column."""

from __future__ import annotations

from collections.abc import Sequence

from mtool.readers.text.block import PrintedRow
from mtool.readers.text.headers import is_figure

_OPEN_ENDS = (",", "-", "–", "/", "&", "(")
_OPEN_WORDS = frozenset(
    [
        "and",
        "of",
        "the",
        "in",
        "for",
        "to",
        "or",
        "with",
        "et",
        "de",
        "du",
        "des",
        "la",
        "le",
        "les",
    ]
)


def fold_wrapped(rows: Sequence[PrintedRow], figures: Sequence[int]) -> list[PrintedRow]:
    """Join the lines of wrapped cells; a line with figures is always a row of its own.

    A line goes on with the row before it when it has no figure and no label, or when its label
    plainly continues one: an open bracket, a lower-case word, a hyphen. Anything else (a heading
    of a section) stays a row.
    """
    folded: list[PrintedRow] = []
    for row in rows:
        before = folded[-1] if folded else None
        if before is not None and _continues(before, row, figures):
            folded[-1] = PrintedRow(before.line, _joined(before.cells, row.cells))
        else:
            folded.append(row)
    return folded


def joined_levels(rows: Sequence[tuple[PrintedRow, bool]]) -> list[PrintedRow]:
    """Join the lines of a wrapped header; a line with a cell over several columns is a level."""
    levels: list[PrintedRow] = []
    before_spans = False
    for row, spans in rows:
        if levels and not (spans or before_spans):
            levels[-1] = PrintedRow(levels[-1].line, _joined(levels[-1].cells, row.cells))
        else:
            levels.append(row)
        before_spans = spans
    return levels


def _continues(before: PrintedRow, row: PrintedRow, figures: Sequence[int]) -> bool:
    has_figures = any(is_figure(row.cells[column]) for column in figures)
    had_figures = any(is_figure(before.cells[column]) for column in figures)
    if has_figures:
        return not had_figures and not any(before.cells[1:]) and _label_goes_on(before, row)
    if not row.cells[0]:
        return True
    label_only = not any(row.cells[1:])
    below_words = had_figures and all(
        a or not b for a, b in zip(before.cells, row.cells, strict=True)
    )
    return (label_only or below_words) and _label_goes_on(before, row)


def _label_goes_on(before: PrintedRow, row: PrintedRow) -> bool:
    label, more = before.cells[0], row.cells[0]
    if not label or not more:
        return False
    if label.count("(") > label.count(")") or more.startswith("("):
        return True
    last = label.rsplit(None, 1)[-1].casefold()
    return more[0].islower() or label.endswith(_OPEN_ENDS) or last in _OPEN_WORDS


def _joined(above: tuple[str, ...], below: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(
        f"{a} {b}".strip() if not a.endswith("\u00ad") else a[:-1] + b
        for a, b in zip(above, below, strict=True)
    )
