"""Footnote marks in cells: raised runs, cells raised as a whole, marks in plain characters."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mtool.readers.marks import split_marks
from mtool.readers.runs import LINE_END, Run, mark_texts, read_lines

#: The last characters of texts that may end with a footnote mark.
MARK_ENDS = frozenset("⁰¹²³⁴⁵⁶⁷⁸⁹]*†‡§¶# ")
#: A longer figure that is raised as a whole is a figure.
_LONGEST_MARK = 3


def read_text(runs: Sequence[Run]) -> tuple[str, tuple[str, ...]]:
    """The text of a cell, its lines kept, without its footnote marks; and the marks in order."""
    if len(runs) == 1 and runs[0].set_as == "line":
        return split_if_marked(runs[0].text)
    lines = read_lines(list(_by_line(runs)))
    marks = tuple(mark.text for line in lines for mark in line.marks)
    return "\n".join(line.text for line in lines), marks


def split_if_marked(text: str) -> tuple[str, tuple[str, ...]]:
    """Split marks off a text that ends as marked figures do; the quick way for all others."""
    if text and text[-1] in MARK_ENDS:
        return split_marks(text)
    return text, ()


def marks_of_raised(text: str) -> tuple[str, ...]:
    """The marks that a cell raised as a whole stands for; nothing when it is a figure or a word."""
    marks = mark_texts(text)
    return marks if all(len(mark) <= _LONGEST_MARK for mark in marks) else ()


def _by_line(runs: Sequence[Run]) -> Iterator[Run]:
    for run in runs:
        for number, line in enumerate(run.text.split("\n")):
            if number:
                yield Run(LINE_END)
            if line:
                yield Run(line, run.set_as)
