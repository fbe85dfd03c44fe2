"""Blocks of text and grids of cells → tables with titles and notes, and the prose around them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace

from mtool.model import Finding, Locator, Note, Paragraph, RawTable
from mtool.printed_numbers import fold_blanks
from mtool.readers.blocks import Block, TableBlock, TextBlock
from mtool.readers.continued import Draft, joined
from mtool.readers.note_lines import read_note
from mtool.readers.note_links import NoteIndex, distinct_marks, notes_below
from mtool.readers.printed_grid import PrintedGrid, read_grid
from mtool.readers.proven_marks import without_proven_marks
from mtool.readers.runs import Mark, MarkedText
from mtool.readers.text.sentences import is_ended
from mtool.readers.titles import title_blocks
from mtool.readers.whole_sentences import made_whole

_LONGEST_HEADING = 100
_BULLET = re.compile(r"[-–•▪●◦·] (?=\S)")
_IN_PROSE = re.compile(r" ?\[(\d{1,3}|[a-z*†‡])\]")


@dataclass(frozen=True, slots=True)
class Assembled:
    """What a document's blocks come to."""

    tables: tuple[RawTable, ...]
    paragraphs: tuple[Paragraph, ...]
    findings: tuple[Finding, ...]


def assemble(blocks: Sequence[Block], path: str) -> Assembled:
    """Give each table its title and notes, join tables that go on, and keep the prose in order.

    Tables are numbered `t1`, `t2` … in reading order after joining. Their rows are placed by
    number in the printed table, from 1.
    """
    assembly = _Assembly(blocks, NoteIndex(blocks), title_blocks(blocks))
    drafts = [
        draft
        for number, block in enumerate(blocks)
        if isinstance(block, TableBlock) and (draft := assembly.draft(number, block))
    ]
    tables: list[RawTable] = []
    findings: list[Finding] = []
    for number, draft in enumerate(joined(drafts), start=1):
        at = Locator(path=path, table=f"t{number}")
        tables.append(replace(draft.table, id=f"t{number}", locator=at))
        findings += [_placed(finding, at) for finding in draft.findings]
    return Assembled(tuple(tables), made_whole(assembly.paragraphs(path)), tuple(findings))


def _placed(finding: Finding, at: Locator) -> Finding:
    return replace(finding, locator=replace(at, row=finding.locator.row))


@dataclass(slots=True)
class _Assembly:
    """The blocks, and which of them turned out to be captions and notes of tables."""

    blocks: Sequence[Block]
    index: NoteIndex
    titles: dict[int, list[int]]
    notes: dict[int, Note] = field(default_factory=dict)
    grids: dict[int, PrintedGrid] = field(default_factory=dict)

    def draft(self, number: int, block: TableBlock) -> Draft | None:
        grid = read_grid(block)
        if grid is None:
            return None
        self.grids[number] = grid
        title, remarks = _title(self._caption(number, block), grid.titles)
        printed = [Mark(mark, block.keys.get(mark, "")) for mark in _grid_marks(grid)]
        marks = distinct_marks((*title.marks, *printed))
        notes, missing = self._notes(number, grid, marks)
        table = RawTable(
            id="",
            header=grid.header,
            body=grid.rows,
            title=title.text,
            notes=(*remarks, *notes),
            columns=grid.columns,
            header_marks=grid.header_marks,
            printed=grid.printed,
            confidence=1.0 if grid.certain else 0.9,
            reasons=_reasons(grid, title.text),
        )
        after_table = number > 0 and isinstance(self.blocks[number - 1], TableBlock)
        findings = (*block.findings, *grid.findings, *_about(grid, missing))
        return Draft(without_proven_marks(table), findings, after_table)

    def _caption(self, number: int, block: TableBlock) -> MarkedText:
        parts = [self.blocks[place] for place in self.titles.get(number, [])]
        captions = [block.caption] if block.caption else parts
        texts = [caption for caption in captions if isinstance(caption, TextBlock)]
        marks = tuple(mark for caption in texts for mark in caption.marks)
        return MarkedText(fold_blanks(" ".join(caption.text for caption in texts)), marks)

    def _notes(
        self, number: int, grid: PrintedGrid, marks: Sequence[Mark]
    ) -> tuple[list[Note], list[Mark]]:
        """The notes in the grid, right below it, and at the foot; and the marks without a note."""
        texts = {mark.text for mark in marks}
        notes = [_read_line(line, texts) for line in grid.notes]
        for place, note in notes_below(self.blocks, number, texts):
            self.notes[place] = note
            notes.append(note)
        explained = {note.mark for note in notes}
        missing: list[Mark] = []
        for mark in marks:
            linked = None if mark.text in explained else self.index.linked(number, mark)
            if linked is not None:
                self.notes[linked[0]] = linked[1]
                notes.append(linked[1])
            elif mark.text not in explained:
                missing.append(mark)
        return notes, missing

    def paragraphs(self, path: str) -> Iterator[tuple[Paragraph, bool]]:
        """The text blocks in order, each with whether it is an item of a list.

        References such as `[3]` to known notes are taken out.
        """
        captions = {place for places in self.titles.values() for place in places}
        for number, block in enumerate(self.blocks):
            if isinstance(block, TableBlock):
                around = self._around(number, block, Locator(path=path, line=block.line))
                yield from ((paragraph, False) for paragraph in around)
                continue
            bullet = _BULLET.match(block.text)
            kind, text = block.kind, block.text[bullet.end() :] if bullet else block.text
            note = self.notes.get(number) or self.index.running.get(number)
            if number in captions:
                kind = "caption"
            elif note is not None:
                kind, text = "note", note.text
            elif bullet is None and _heads(block):
                kind = "heading"
            said = _without_references(text, self.index.marks)
            is_item = block.item or bullet is not None
            yield Paragraph(said, Locator(path=path, line=block.line), kind), is_item

    def _around(self, number: int, block: TableBlock, at: Locator) -> Iterator[Paragraph]:
        """What a table's own markup holds besides header and body."""
        if block.caption is not None:
            yield Paragraph(block.caption.text, replace(at, line=block.caption.line), "caption")
        grid = self.grids.get(number)
        if grid is not None:
            yield from (Paragraph(line.text, at, "caption") for line in grid.titles)
            notes = (_read_line(line, self.index.marks).text for line in grid.notes)
            yield from (Paragraph(text, at, "note") for text in notes)


def _heads(block: TextBlock) -> bool:
    """True for a short line all in bold or in capitals, which heads what follows."""
    short = block.kind == "prose" and len(block.text) <= _LONGEST_HEADING and not block.item
    in_capitals = block.text.isupper() and " " in block.text
    return short and (block.bold or in_capitals) and not is_ended(block.text)


def _title(caption: MarkedText, lines: Sequence[MarkedText]) -> tuple[MarkedText, list[Note]]:
    """The title, and what the grid says above its header besides: a remark, as on units."""
    if not caption.text and lines:
        marks = tuple(mark for line in lines for mark in line.marks)
        return MarkedText(" ".join(line.text for line in lines), marks), []
    return caption, [Note("", line.text) for line in lines if line.text != caption.text]


def _grid_marks(grid: PrintedGrid) -> list[str]:
    marks = [mark for _, mark in grid.header_marks]
    marks += [mark for row in grid.rows for _, mark in row.marks]
    return list(dict.fromkeys(marks))


def _read_line(line: MarkedText, marks: Collection[str]) -> Note:
    if line.leads:
        return Note(line.marks[0].text, line.text)
    return read_note(line.text, marks)


def _reasons(grid: PrintedGrid, title: str) -> tuple[str, ...]:
    header = "header by markup" if grid.certain else "header by contents"
    return ("cells by markup", header, *(("title",) if title else ()))


def _about(grid: PrintedGrid, missing: Sequence[Mark]) -> Iterator[Finding]:
    if not grid.rows:
        yield Finding(
            rule="no_rows",
            class_="structure",
            severity="warning",
            message="the table has a header and no rows; its rows may be loaded by a script",
            suggestion="save the page from a browser after it has loaded, or fetch the data itself",
        )
    if missing:
        marks = ", ".join(mark.text for mark in missing)
        yield Finding(
            rule="mark_without_note",
            class_="note",
            severity="info",
            message=f"no note was found for the footnote mark {marks}",
            value=marks,
        )


def _without_references(text: str, known: Collection[str]) -> str:
    if "[" not in text:
        return text
    return _IN_PROSE.sub(lambda found: "" if found[1] in known else found[0], text)
