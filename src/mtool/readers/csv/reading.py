"""The reader itself: lines → dialect → records → stretches → tables with title and notes."""

from __future__ import annotations

from pathlib import Path

from mtool import progress
from mtool.model import Document, Finding, Locator, Source
from mtool.readers import ReadOptions
from mtool.readers.csv.dialects import find_dialect
from mtool.readers.csv.findings import Collected
from mtool.readers.csv.lines import TextLines
from mtool.readers.csv.opening import open_lines, sample_of
from mtool.readers.csv.records import Record, read_runs
from mtool.readers.csv.regular import Block, counted_block
from mtool.readers.csv.review import Sheet
from mtool.readers.csv.stretches import find_stretches
from mtool.readers.csv.tables import assemble

MEDIA_TYPE = "text/csv"


def read(path: Path, source: Source, options: ReadOptions) -> Document:
    """Read a delimited file.

    Out: one table for each table of the file, titles and notes with it and as paragraphs too;
    cells verbatim, footnote marks of numbers aside; `place` is the line a record begins on.
    Findings name rows that do not fit, quotes that do not close, names that are missing.
    Raises UnreadableInput for a file that is empty, binary or not text in any one encoding.
    """
    lines, findings = open_lines(path, options)
    return _document(lines, source, options, findings)


def read_text_table(text: str, path: Path, source: Source, options: ReadOptions) -> Document:
    """Read the tables of a delimited text that is decoded already; as `read` does."""
    return _document(TextLines(path, text), source, options, ())


def _document(
    lines: TextLines, source: Source, options: ReadOptions, known: tuple[Finding, ...]
) -> Document:
    sample = sample_of(lines)
    choice = find_dialect(sample, _named(options.delimiter))
    lines = lines.ending(choice.record_end)
    collected = Collected(str(lines.path))
    runs = read_runs(lines, choice.dialect, choice.widths, as_block=counted_block)
    what, total = f"reading {lines.path.name}", progress.file_size(lines.path)
    stretches = find_stretches(progress.through(runs, what, total, _letters))
    tables, paragraphs = assemble(Sheet(lines, choice, collected), stretches)
    if not tables:
        at = Locator(path=collected.path)
        collected.add("no_rows", ("structure", "error"), "no line of the file holds a record", at)
    return Document(source, MEDIA_TYPE, tables, paragraphs, known + collected.all())


def _letters(run: Block | Record) -> int:
    return sum(map(len, run.lines if isinstance(run, Block) else run.cells))


def _named(delimiter: str | None) -> str | None:
    """A delimiter as people type it in a shell: `\\t` and `tab` are the tab."""
    return "\t" if delimiter in ("\\t", "tab") else delimiter
