"""Word documents: tables with merged cells and marks, their titles and notes, and the prose."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from mtool.errors import UnreadableInput
from mtool.model import Document, Finding, Locator, Source
from mtool.readers import ReadOptions
from mtool.readers.assembly import assemble
from mtool.readers.cells import left_out, sample
from mtool.readers.docx.numbering import read_numbering
from mtool.readers.docx.package import WordFile, open_word
from mtool.readers.docx.story import Story
from mtool.readers.docx.styles import Styles
from mtool.readers.docx.walk import Walker
from mtool.readers.packages import carried_along

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

_OTHERS = {
    "comments": "comments in the margin",
    "chart": "charts",
    "aFChunk": "parts in another format",
    "subDocument": "documents linked in",
}


def read(path: Path, source: Source, options: ReadOptions) -> Document:
    """Read the tables and the prose of a Word document, tracked changes accepted.

    Footnotes and endnotes are linked to the marks in cells. Hidden and struck-out text is left
    out with a finding; macros, links and embedded files are never followed.
    Raises UnreadableInput where python-docx is missing, and for damaged or hostile files.
    """
    word = open_word(path)
    walker = Walker(Story(Styles(word.styles), read_numbering(word.settings, word.body)))
    try:
        walker.walk(word.body)
        walker.notes(word)
    except RecursionError:
        raise UnreadableInput(
            f"{path}: its tables and text boxes are nested too deep; copy its tables into a "
            "document of their own"
        ) from None
    assembled = assemble(walker.blocks, str(path))
    at = Locator(path=str(path))
    about = (replace(finding, locator=at) for finding in _about(walker, word))
    findings = (*carried_along(path), *about, *assembled.findings)
    return Document(source, MEDIA_TYPE, assembled.tables, assembled.paragraphs, findings)


def _about(walker: Walker, word: WordFile) -> Iterator[Finding]:
    story = walker.story
    yield from walker.findings
    yield from left_out(walker.left_out)
    if story.changes:
        message = (
            f"the document has tracked changes ({story.changes}): what was inserted was read, "
            "what was deleted was not"
        )
        yield Finding(
            "tracked_changes",
            "note",
            "warning",
            message,
            suggestion="accept or reject the changes in a word processor and save the document",
        )
    if walker.layout_tables:
        message = f"tables that only lay out the page were read as text ({walker.layout_tables})"
        yield Finding("layout_tables", "note", "info", message)
    if story.unknown_symbols:
        message = f"signs of a symbol font have no known meaning ({story.unknown_symbols})"
        yield Finding("unknown_symbols", "structure", "warning", message)
    unread = story.unread(word.body)
    if unread:
        message = f"text stands where Word prints none and was not read ({len(unread)}): "
        yield Finding("text_not_read", "structure", "warning", message + sample(" ".join(unread)))
    if story.numbers.restarts and story.numbers.marks:
        message = "footnote numbers start anew on each page or section; they are numbered through"
        yield Finding("notes_renumbered", "note", "info", message)
    if walker.numbered_lines:
        message = (
            f"numbers or bullets that Word sets before lines in cells ({walker.numbered_lines}) "
            "are not in the file and were not read"
        )
        yield Finding("list_numbers", "note", "info", message)
    others = {_OTHERS[kind]: count for kind, count in word.others.items()}
    if story.objects:
        others["embedded objects"] = story.objects
    for what, count in others.items():
        yield Finding("not_read", "note", "info", f"{what} were not read ({count})")
