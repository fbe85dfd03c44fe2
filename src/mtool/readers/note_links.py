"""Which notes belong to a table: those below it, and those its marks lead to at the page's foot."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Collection, Iterable, Sequence

from mtool.model import Note
from mtool.readers.blocks import Block, TableBlock, TextBlock
from mtool.readers.note_lines import is_note_line, read_note
from mtool.readers.runs import Mark

_ALWAYS_NEAR = "*†‡§¶#"

PlacedNote = tuple[int, Note]


def notes_below(blocks: Sequence[Block], position: int, marks: Collection[str]) -> list[PlacedNote]:
    """Return the notes right below the table at `position`, each with its place among the blocks.

    Footnotes of the prose that only happen to stand there are passed over.
    """
    found: list[PlacedNote] = []
    for number in range(position + 1, len(blocks)):
        block = blocks[number]
        if not isinstance(block, TextBlock) or not _reads_as_note(block, marks):
            break
        note = _note_of(block, marks)
        if not note.mark or note.mark in marks or note.mark[0] in _ALWAYS_NEAR:
            found.append((number, note))
    return found


class NoteIndex:
    """The notes of a document, found by name or by mark."""

    def __init__(self, blocks: Sequence[Block]) -> None:
        self._by_key: dict[str, PlacedNote] = {}
        self._by_mark: dict[str, list[PlacedNote]] = {}
        #: Notes in a run of notes, `5 Email …` and `6 Ibid.`, whatever refers to them.
        self.running: dict[int, Note] = {}
        self._owners = _owners(blocks)
        self._marks_of_tables = {
            number: frozenset(block.keys)
            for number, block in enumerate(blocks)
            if isinstance(block, TableBlock)
        }
        opening = [_opening(block) for block in blocks]
        for number, block in enumerate(blocks):
            if not isinstance(block, TextBlock):
                continue
            note = _note_of(block, (opening[number],))
            for key in block.keys:
                self._by_key.setdefault(key, (number, note))
            if note.mark and (_is_certain(block, note) or _has_neighbour(opening, number)):
                self._by_mark.setdefault(note.mark, []).append((number, note))
                if _runs_on(block, note) and _has_neighbour(opening, number):
                    self.running[number] = note

    @property
    def marks(self) -> frozenset[str]:
        """Every mark that some note of the document explains."""
        return frozenset(self._by_mark)

    def linked(self, position: int, mark: Mark) -> PlacedNote | None:
        """Return the note that a mark of the table at `position` leads to.

        By name where the format gives one; else the nearest note of that mark after the table,
        or, where none follows, before it: numbers start anew on a new page. A note right below
        another table that has the mark itself is that table's own.
        """
        if mark.key in self._by_key:
            number, note = self._by_key[mark.key]
            return number, Note(mark.text, note.text)
        candidates = [
            (number, note)
            for number, note in self._by_mark.get(mark.text, ())
            if not self._is_of_another(number, position, mark.text)
        ]
        if not candidates:
            return None
        after = bisect([number for number, _ in candidates], position)
        return candidates[min(after, len(candidates) - 1)]

    def _is_of_another(self, number: int, position: int, mark: str) -> bool:
        owner = self._owners.get(number, position)
        return owner != position and mark in self._marks_of_tables[owner]


def _owners(blocks: Sequence[Block]) -> dict[int, int]:
    """For each note in the notes right below a table, the place of that table."""
    owners: dict[int, int] = {}
    table: int | None = None
    for number, block in enumerate(blocks):
        if isinstance(block, TableBlock):
            table = number
        elif table is not None and _reads_as_note(block, (_opening(block),)):
            owners[number] = table
        else:
            table = None
    return owners


def _note_of(block: TextBlock, marks: Collection[str]) -> Note:
    if block.note_mark:
        return Note(block.note_mark, block.text)
    return read_note(block.text, marks)


def _reads_as_note(block: TextBlock, marks: Collection[str]) -> bool:
    if block.kind in ("heading", "caption"):
        return False
    return block.kind == "note" or bool(block.note_mark) or is_note_line(block.text, marks)


def _opening(block: Block) -> str:
    """The number or letter that opens a block, which may be its mark."""
    if not isinstance(block, TextBlock) or block.kind in ("heading", "caption"):
        return ""
    return block.note_mark or block.text[:8].split(" ")[0].strip("[]().:")


def _is_certain(block: TextBlock, note: Note) -> bool:
    """True where the typography marks a note, or a bare `5 Email …` opens a sentence."""
    if block.kind in ("heading", "caption") or not note.text:
        return False
    typeset = bool(block.note_mark or read_note(block.text).mark or block.kind == "note")
    return typeset or note.text[0].isupper()


def _runs_on(block: TextBlock, note: Note) -> bool:
    """True for a bare number before a sentence; `5.` may as well number a list."""
    return block.text.startswith(f"{note.mark} ") and note.text[:1].isupper()


def _has_neighbour(opening: Sequence[str], number: int) -> bool:
    """True where the block before opens with the number before, or the next with the next."""
    if not opening[number].isdecimal():
        return False
    value = int(opening[number])
    before = opening[number - 1] if number else ""
    after = opening[number + 1] if number + 1 < len(opening) else ""
    return before == str(value - 1) or after == str(value + 1)


def distinct_marks(marks: Iterable[Mark]) -> list[Mark]:
    """Each mark once, in order, with the first name given for it."""
    by_text: dict[str, Mark] = {}
    for mark in marks:
        if mark.text not in by_text or (mark.key and not by_text[mark.text].key):
            by_text[mark.text] = mark
    return list(by_text.values())
