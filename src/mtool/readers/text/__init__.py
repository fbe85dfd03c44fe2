"""Plain text, Markdown, reStructuredText, LaTeX → the tables inside it, and its prose."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from mtool.model import Document, Finding, RawTable, Source
from mtool.readers import ReadOptions
from mtool.readers.encoding import decode
from mtool.readers.text.block import Block
from mtool.readers.text.captions import Title, title_above, title_below
from mtool.readers.text.delimited import delimiter_of
from mtool.readers.text.finders import find_blocks
from mtool.readers.text.footnotes import find_footnotes
from mtool.readers.text.furniture import without_furniture
from mtool.readers.text.joining import join_continued, without_repeats
from mtool.readers.text.latex_prose import is_latex, plain_lines
from mtool.readers.text.lines import Line, read_bytes, read_lines
from mtool.readers.text.prose import read_prose
from mtool.readers.text.tables import (
    Surroundings,
    make_table,
    marks_of,
    nameless_columns,
    ragged_rows,
    unexplained_marks,
)
from mtool.readers.text.unread import captions_without_table, unread_syntax

#: Larger delimited files are streamed by their own reader; larger prose is held in memory.
LARGE = 32_000_000
_HEAD = 1_000_000


def read(path: Path, source: Source, options: ReadOptions) -> Document:
    """Return the tables and the prose of a text file, each with its physical lines.

    A file that is one delimited table throughout, or for which a delimiter is named, is read as
    such. Raises `UnreadableInput` for what is empty, binary, not text, or has no line ends.
    """
    if options.delimiter is not None or _is_large_and_delimited(path):
        return _read_delimited(path, source, options)
    text, findings = decode(read_bytes(path), path, options)
    lines = read_lines(text)
    if delimiter_of(lines) is not None:
        return _read_delimited(path, source, options)
    document = read_text_lines(lines, source, str(path))
    return Document(
        source, "text/plain", document.tables, document.paragraphs, findings + document.findings
    )


def _is_large_and_delimited(path: Path) -> bool:
    """True for a file too large to hold whose first lines are one delimited table."""
    if path.stat().st_size <= LARGE:
        return False
    with path.open("rb") as file:
        head = file.read(_HEAD).decode("utf-8", "replace")
    return delimiter_of(read_lines(head)[:-1]) is not None


def _read_delimited(path: Path, source: Source, options: ReadOptions) -> Document:
    from mtool.readers.csv import read as read_delimited

    document: Document = read_delimited(path, source, options)
    return document


def read_text_lines(printed: list[Line], source: Source, path: str) -> Document:
    """Return what stands in the lines of a text."""
    lines, findings = without_furniture(printed, path)
    found = find_blocks(lines)
    footnotes = find_footnotes(lines, _taken(lines, found), {b.stop: marks_of(b) for b in found})
    whole, joinings = join_continued(lines, found, footnotes, path)
    blocks, repeats = without_repeats(lines, whole, path)
    titles = _titles(lines, blocks)
    around = Surroundings(path, plain_lines(lines) if is_latex(lines) else lines, footnotes)
    tables = tuple(
        make_table(number, block, title, around)
        for number, (block, title) in enumerate(zip(blocks, titles, strict=True), 1)
    )
    captions = [title for title in titles if title is not None and title.caption]
    taken = _taken(lines, whole)
    findings += (*joinings, *repeats, *_doubts(blocks, tables, lines))
    findings += (*captions_without_table(lines, taken, titles, path),)
    findings += (*unread_syntax(lines, taken, path),)
    paragraphs = read_prose(around, taken, captions)
    return Document(source, "text/plain", tables, paragraphs, findings)


def _taken(lines: Sequence[Line], blocks: Sequence[Block]) -> list[bool]:
    """For each line, whether it belongs to a table."""
    taken = [False] * len(lines)
    for block in blocks:
        for index in block.own_lines():
            taken[index] = True
    return taken


def _titles(lines: Sequence[Line], blocks: Sequence[Block]) -> list[Title | None]:
    """The title of each table: a caption above, else a caption below, else a heading above."""
    titles: list[Title | None] = []
    floor = 0
    for index, block in enumerate(blocks):
        ceiling = blocks[index + 1].start if index + 1 < len(blocks) else len(lines)
        title = title_above(lines, block.start, floor)
        if title is None or not title.caption:
            below = title_below(lines, block.stop, ceiling)
            title = below or title
        titles.append(title)
        floor = max(block.stop, title.stop if title else 0)
    return titles


def _doubts(
    blocks: Sequence[Block], tables: Sequence[RawTable], lines: Sequence[Line]
) -> Iterator[Finding]:
    for block, table in zip(blocks, tables, strict=True):
        yield from ragged_rows(block, table, lines)
        yield from nameless_columns(block, table)
        yield from unexplained_marks(table)
