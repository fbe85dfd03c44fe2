"""A document as its format gives it: blocks of text and grids of cells, in reading order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from mtool.model import Cell, Finding
from mtool.readers.note_lines import is_note_line
from mtool.readers.runs import Mark, MarkedText, Run, read_lines, read_runs

Kind = Literal["heading", "prose", "note", "caption"]


@dataclass(frozen=True, slots=True)
class TextBlock:
    """A paragraph, heading, caption or note, without its marks.

    `note_mark` is the mark that a note explains, `keys` are names by which it may be referred to.
    `bold` is true when all of it is set bold, `item` in a list. `line` counts from 1; null where
    there are no lines.
    """

    text: str
    kind: Kind = "prose"
    marks: tuple[Mark, ...] = ()
    note_mark: str = ""
    keys: tuple[str, ...] = ()
    bold: bool = False
    item: bool = False
    line: int | None = None


@dataclass(frozen=True, slots=True)
class TableBlock:
    """The cells of one table, rows and columns from 0, and what its format says of them.

    `flagged` counts the leading rows called header; `headless` means that there is none.
    `keys` lead from a mark to the name of its note. `lines` are the lines of cells that stand
    alone in their row, by row: they may be titles or notes.
    """

    cells: tuple[Cell, ...]
    flagged: int = 0
    headless: bool = False
    keys: Mapping[str, str] = field(default_factory=dict)
    lines: Mapping[int, tuple[MarkedText, ...]] = field(default_factory=dict)
    caption: TextBlock | None = None
    findings: tuple[Finding, ...] = ()
    line: int | None = None


Block = TextBlock | TableBlock


def text_blocks(runs: Sequence[Run], like: TextBlock) -> list[TextBlock]:
    """Read a paragraph's runs; notes on lines of their own become blocks of their own.

    `like` gives kind, keys, boldness and line of the paragraph.
    """
    if not any(run.text.strip() for run in runs):
        return []
    lines = read_lines(runs)
    notes = [line for line in lines if line.leads or is_note_line(line.text)]
    if len(lines) > 1 and len(notes) > 1 and notes[0] is lines[0]:
        return [_text_block(line, like) for line in _gathered(lines, notes)]
    return [_text_block(read_runs(runs), like)]


def _gathered(lines: list[MarkedText], notes: list[MarkedText]) -> list[MarkedText]:
    """Put lines that open no note behind the note they go on."""
    gathered: list[MarkedText] = []
    for line in lines:
        if gathered and line not in notes:
            before = gathered.pop()
            text = f"{before.text} {line.text}".strip()
            line = MarkedText(text, before.marks + line.marks, before.leads)
        gathered.append(line)
    return gathered


def _text_block(read: MarkedText, like: TextBlock) -> TextBlock:
    leads = read.leads and like.kind in ("prose", "note")
    return replace(
        like,
        text=read.text,
        kind="note" if leads else like.kind,
        marks=read.marks[1:] if leads else read.marks,
        note_mark=like.note_mark or (read.marks[0].text if leads else ""),
    )
