"""Tables of known truth → Markdown: pipe tables of several hands, and grid tables."""

from __future__ import annotations

import random
import textwrap
from collections.abc import Sequence

from truth import Expected, TrueTable, paragraph

MANNERS = ("padded", "compact", "open", "grid")
RAISED = str.maketrans("123", "¹²³")


def render_page(tables: Sequence[TrueTable], rng: random.Random, manner: str) -> str:
    """A page with prose around each table; `manner` is one of MANNERS."""
    parts = ["# Report", paragraph(rng, 2)]
    for table in tables:
        parts += [f"**{table.title}**", _table(table.expected(), rng, manner)]
        parts += [*table.notes, paragraph(rng, 2)]
    return "\n\n".join(parts) + "\n"


def _table(truth: Expected, rng: random.Random, manner: str) -> str:
    rows = [
        [text + _mark(truth.marks.get((r, c), ""), rng) for c, text in enumerate(row)]
        for r, row in enumerate(truth.rows)
    ]
    if manner == "grid":
        return _grid([truth.header, *rows])
    printed = [[text.replace("|", r"\|") for text in row] for row in [truth.header, *rows]]
    widths = [max(map(len, column)) for column in zip(*printed, strict=True)]
    if manner == "padded":
        printed = [[t.ljust(w) for t, w in zip(row, widths, strict=True)] for row in printed]
    rule = [":---" if c == 0 else "---:" for c in range(len(widths))]
    lines = [" | ".join(row) for row in (printed[0], rule, *printed[1:])]
    if manner == "open":
        # Without outer pipes a line that begins with a blank cell would lose it.
        return "\n".join(f"| {line}" if line.startswith(" |") else line for line in lines)
    return "\n".join(f"| {line} |" for line in lines)


def _mark(note: str, rng: random.Random) -> str:
    if not note:
        return ""
    manners = [f"<sup>{note}</sup>", f"[^{note}]"]
    if note.isdecimal():
        manners += [f"^{note}^", note.translate(RAISED)]
    return rng.choice(manners)


def _grid(rows: Sequence[Sequence[str]]) -> str:
    """A grid table whose long cells are wrapped."""
    cells = [
        [textwrap.wrap(text, 28, break_on_hyphens=False) or [""] for text in row] for row in rows
    ]
    widths = [
        max(len(line) for lines in column for line in lines) for column in zip(*cells, strict=True)
    ]
    made = [_rule(widths, "-")]
    for number, row in enumerate(cells):
        for line in range(max(map(len, row))):
            texts = [lines[line] if line < len(lines) else "" for lines in row]
            padded = [f" {text.ljust(w)} " for text, w in zip(texts, widths, strict=True)]
            made.append(f"|{'|'.join(padded)}|")
        made.append(_rule(widths, "-" if number else "="))
    return "\n".join(made)


def _rule(widths: Sequence[int], mark: str) -> str:
    return f"+{'+'.join(mark * (width + 2) for width in widths)}+"
