"""A Word document in reading order: paragraphs, headings, tables, text boxes, then its notes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from mtool.model import Finding
from mtool.printed_numbers import fold_blanks
from mtool.readers.blocks import Block, TableBlock, TextBlock, text_blocks
from mtool.readers.cells import CellReading, left_out, uneven_rows
from mtool.readers.docx.package import WordFile, attribute, child, local_name, value_of
from mtool.readers.docx.rows import FoundRows, find_rows
from mtool.readers.docx.story import DELETED, Story
from mtool.readers.layout import Inside, lays_out
from mtool.readers.places import TooLarge, too_large
from mtool.readers.runs import LINE_END, Run

_LOOKED_INTO = {"customXml", "ins", "moveTo", "smartTag", "sdtContent"}


@dataclass(slots=True)
class Walker:
    """Walks a document once; `blocks` are in reading order."""

    story: Story
    blocks: list[Block] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    left_out: list[tuple[str, str]] = field(default_factory=list)
    layout_tables: int = 0
    numbered_lines: int = 0

    def walk(self, container: Any) -> None:
        """Walk the paragraphs and tables of the body, a cell or a text box."""
        for part in self._parts(container):
            if local_name(part) == "p":
                self._paragraph(part)
            else:
                self._table(part)

    def notes(self, word: WordFile) -> None:
        """Add the footnotes and endnotes that the text refers to, in that order."""
        by_key: dict[str, Any] = {}
        for kind, root in word.notes.items():
            for note in root:
                by_key[f"{kind.removesuffix('s')}:{attribute(note, 'id')}"] = note
        for key, mark in list(self.story.numbers.marks.items()):
            if key in by_key:
                runs = list(self._lines(self._parts(by_key[key]), []))
                like = TextBlock("", "note", note_mark=mark, keys=(key,))
                self.blocks += text_blocks(runs, like)[:1]

    def _parts(self, container: Any) -> Iterator[Any]:
        """The paragraphs and tables in a container, through controls and tracked changes."""
        for element in container:
            name = local_name(element)
            if name in ("p", "tbl"):
                yield element
            elif name == "sdt":
                content = child(element, "sdtContent")
                yield from self._parts(content) if content is not None else ()
            elif name == "AlternateContent":
                yield from self._parts(self.story.chosen(element))
            elif name in DELETED:
                self.story.delete(element)
            elif name in _LOOKED_INTO:
                yield from self._parts(element)

    def _paragraph(self, paragraph: Any) -> None:
        styles = self.story.styles
        style = value_of(paragraph, "pPr", "pStyle")
        runs = self.story.runs(paragraph)
        self.left_out += self._taken()
        if not styles.is_contents(style):
            kind = styles.kind(style) or "prose"
            if child(paragraph, "pPr", "outlineLvl") is not None:
                kind = "heading"
            listed = child(paragraph, "pPr", "numPr") is not None
            like = TextBlock("", kind, bold=self.story.is_bold(paragraph), item=listed)
            self.blocks += text_blocks(runs, like)
        self._boxes()

    def _boxes(self) -> None:
        boxes, self.story.text_boxes = self.story.text_boxes, []
        for box in boxes:
            self.walk(box)

    def _taken(self) -> list[tuple[str, str]]:
        taken, self.story.left_out = self.story.left_out, []
        return taken

    def _table(self, table: Any) -> None:
        try:
            found = find_rows(table)
        except TooLarge:
            self.findings.append(too_large(""))
            return
        self.story.changes += found.changes
        reading = CellReading()
        nested: list[Any] = []
        cells = tuple(
            reading.read(
                placed, self._cell_runs(placed.element, nested), header=placed.row < found.flagged
            )
            for placed in found.placed
        )
        pieces = [*_not_shown(found), *self._taken()]
        for element in (*found.hidden, *found.covered, *found.gone):
            self.story.pass_over(element)
        if lays_out(cells, Inside(bool(nested), self._has_headings(found), found.flagged > 0)):
            self._lay_out(found)
            return
        block = TableBlock(
            cells=cells,
            flagged=found.flagged,
            keys=reading.keys,
            lines=reading.lone_lines(cells),
            findings=(*left_out(pieces), *reading.findings(), *uneven_rows(cells)),
        )
        self.blocks.append(block)
        for inner in nested:
            self._table(inner)
        self._boxes()

    def _lay_out(self, found: FoundRows) -> None:
        """Walk through the cells of a table that only lays out the page."""
        self.story.text_boxes = []
        self.layout_tables += 1
        for placed in found.placed:
            self.walk(placed.element)

    def _cell_runs(self, cell: Any, nested: list[Any]) -> list[Run]:
        return list(self._lines(self._parts(cell), nested))

    def _lines(self, parts: Iterator[Any], nested: list[Any]) -> Iterator[Run]:
        """The runs of several paragraphs, each ending its line; tables are kept for later."""
        for part in parts:
            if local_name(part) == "tbl":
                nested.append(part)
            else:
                self.numbered_lines += child(part, "pPr", "numPr") is not None
                yield from self.story.runs(part)
                yield Run(LINE_END)

    def _has_headings(self, found: FoundRows) -> bool:
        return any(
            self.story.styles.kind(value_of(part, "pPr", "pStyle")) == "heading"
            for placed in found.placed
            for part in placed.element
            if local_name(part) == "p"
        )


def _not_shown(found: FoundRows) -> Iterator[tuple[str, str]]:
    for element in found.hidden:
        yield "hidden", _text(element)
    for element in found.covered:
        yield "hidden under a merged cell", _text(element)


def _text(element: Any) -> str:
    return fold_blanks(" ".join(e.text or "" for e in element.iter() if local_name(e) == "t"))
