"""The blocks of all pages → tables with titles and notes, paragraphs, findings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from mtool.model import Finding, Locator, Note, Paragraph, RawTable
from mtool.printed_numbers import fold_blanks
from mtool.readers.blocks import Block, TableBlock, TextBlock
from mtool.readers.captions import caption_number, without_continued
from mtool.readers.note_links import NoteIndex, distinct_marks, notes_below
from mtool.readers.pdf.assemble import Found, raw_table
from mtool.readers.pdf.continued import Chain, chain_parts, joined_findings
from mtool.readers.pdf.flow import Placed
from mtool.readers.pdf.grid import Grid
from mtool.readers.proven_marks import without_proven_marks
from mtool.readers.runs import Mark
from mtool.readers.text.sentences import Hyphens, is_ended, is_unfinished
from mtool.readers.titles import title_blocks


@dataclass(frozen=True, slots=True)
class Whole:
    """What the pages of a document come to."""

    tables: tuple[RawTable, ...]
    paragraphs: tuple[Paragraph, ...]
    findings: tuple[Finding, ...]


def make_whole(placed: Sequence[Placed], path: str, hyphens: Hyphens) -> Whole:
    """Give each table its title and notes, join what pages break, keep the prose in order."""
    work = _Work(placed, path)
    tables, findings = work.tables()
    return Whole(tuple(tables), tuple(work.paragraphs(hyphens)), tuple(findings))


@dataclass(slots=True)
class _Work:
    """The blocks as the shared rules for titles and notes see them, and what was used up."""

    placed: Sequence[Placed]
    path: str
    known: frozenset[str] = frozenset()
    blocks: list[Block] = field(default_factory=list)
    captions: set[int] = field(default_factory=set)
    notes: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.blocks = [
            TableBlock(()) if isinstance(one.block, Grid) else one.block for one in self.placed
        ]
        texts = (block.text for block in self.blocks if isinstance(block, TextBlock))
        words = (
            word.strip(".,;:()[]\"'“”‘’").casefold() for text in texts for word in text.split()
        )
        self.known = frozenset(word for word in words if word.isalpha())

    def tables(self) -> tuple[list[RawTable], list[Finding]]:
        index = NoteIndex(self.blocks)
        places = title_blocks(self.blocks)
        self._settle_captions_abreast(places)
        self._look_over_headnotes(places)
        titles = {place: self._text(found) for place, found in places.items()}
        tables: list[RawTable] = []
        findings: list[Finding] = []
        for number, chain in enumerate(chain_parts(self.placed, titles), start=1):
            for place in chain.places:
                self.captions.update(places.get(place, ()))
            said = [
                b
                for p in places.get(chain.places[0], ())
                if isinstance(b := self.blocks[p], TextBlock)
            ]
            title_marks = [mark for block in said for mark in block.marks]
            table, missing = self._table(number, chain, titles, title_marks, index)
            tables.append(table)
            findings += joined_findings(chain, number, self.path)
            findings += _about(table, missing, self.path)
        return tables, findings

    def _settle_captions_abreast(self, places: dict[int, list[int]]) -> None:
        """Of captions on one line, each belongs to the table it stands over."""
        captions = [
            n
            for n, block in enumerate(self.blocks)
            if isinstance(block, TextBlock) and caption_number(block.text) is not None
        ]
        abreast = {
            n
            for n in captions
            for m in captions
            if n != m
            and self.placed[n].page == self.placed[m].page
            and abs(self.placed[n].box.top - self.placed[m].box.top) < 2
        }
        for number, block in enumerate(self.blocks):
            if not isinstance(block, TableBlock) or not abreast:
                continue
            over = [n for n in abreast if _stands_over(self.placed[n], self.placed[number])]
            if over:
                places[number] = [max(over, key=lambda n: self.placed[n].box.top)]
            elif abreast.intersection(places.get(number, ())):
                del places[number]

    def _look_over_headnotes(self, places: dict[int, list[int]]) -> None:
        """Find captions that a remark in brackets parts from their table."""
        used = {place for found in places.values() for place in found}
        for number, block in enumerate(self.blocks):
            if not isinstance(block, TableBlock) or number in places:
                continue
            for place in range(number - 1, max(-1, number - 4), -1):
                above = self.blocks[place]
                if not isinstance(above, TextBlock) or place in used:
                    break
                if caption_number(above.text) is not None:
                    places[number] = [place]
                    break
                if not above.text.startswith(("[", "(")):
                    break

    def _text(self, places: Sequence[int]) -> str:
        texts = [b.text for b in (self.blocks[p] for p in places) if isinstance(b, TextBlock)]
        return fold_blanks(" ".join(texts))

    def _table(
        self,
        number: int,
        chain: Chain,
        titles: dict[int, str],
        title_marks: Sequence[Mark],
        index: NoteIndex,
    ) -> tuple[RawTable, list[str]]:
        title = without_continued(titles.get(chain.places[0], ""))
        first = chain.parts[0].grid
        captioned = (*first.reasons, "caption") if title else first.reasons
        confidence = min(0.98, first.confidence + (0.08 if title else 0.0))
        found = Found(chain.parts, title, (), captioned, round(confidence, 2))
        table = raw_table(found, number, self.path, self.known)
        notes, missing = self._notes(chain, (*title_marks, *_marks(table)), index)
        return without_proven_marks(replace(table, notes=tuple(notes))), missing

    def _notes(
        self, chain: Chain, printed: Sequence[Mark], index: NoteIndex
    ) -> tuple[list[Note], list[str]]:
        """Notes right below each part, and those that its marks lead to; marks without any."""
        marks = distinct_marks(printed)
        texts = {mark.text for mark in marks}
        notes: list[Note] = []
        for place in chain.places:
            for at, note in notes_below(self.blocks, place, texts):
                self.notes.add(at)
                notes.append(note)
        explained = {note.mark for note in notes}
        missing = []
        for mark in marks:
            linked = None if mark.text in explained else index.linked(chain.places[-1], mark)
            if linked is not None:
                self.notes.add(linked[0])
                notes.append(linked[1])
            elif mark.text not in explained:
                missing.append(mark.text)
        return list(dict.fromkeys(notes)), missing

    def paragraphs(self, hyphens: Hyphens) -> list[Paragraph]:
        """Text blocks in order; a sentence that a page or column broke is one paragraph."""
        made: list[Paragraph] = []
        open_at: int | None = None
        for number, one in enumerate(self.placed):
            block = one.block
            if isinstance(block, Grid):
                continue
            kind = "caption" if number in self.captions else block.kind
            kind = "note" if number in self.notes else kind
            if kind == "prose" and open_at is not None and _goes_on(made[open_at].text, block.text):
                text = hyphens.join((made[open_at].text, block.text))
                made[open_at] = replace(made[open_at], text=text)
                continue
            made.append(Paragraph(block.text, Locator(path=self.path, page=one.page), kind))
            if kind == "prose":
                open_at = len(made) - 1
            elif kind == "heading":
                open_at = None
        return made


def _stands_over(caption: Placed, table: Placed) -> bool:
    """On the same page, right above the table, and within its width."""
    near = 0 <= table.box.top - caption.box.bottom < 40
    inside = table.box.x0 - 20 < caption.box.x0 < table.box.x1
    return caption.page == table.page and near and inside


def _marks(table: RawTable) -> list[Mark]:
    return [Mark(mark) for cell in table.printed for mark in cell.marks]


def _goes_on(first: str, text: str) -> bool:
    if is_ended(first) or not text:
        return False
    return is_unfinished(first) or (text[0].islower() and len(first) >= 30)


def _about(table: RawTable, missing: Sequence[str], path: str) -> list[Finding]:
    if not missing:
        return []
    marks = ", ".join(missing)
    return [
        Finding(
            rule="mark_without_note",
            class_="note",
            severity="info",
            message=f"no note was found for the footnote mark {marks}",
            locator=Locator(path=path, table=table.id, page=table.locator.page),
            value=marks,
        )
    ]
