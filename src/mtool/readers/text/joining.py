"""Tables that a page break cut in two, and tables printed twice."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from mtool.model import Finding, Locator
from mtool.readers.captions import goes_on
from mtool.readers.text.block import Block, PrintedRow
from mtool.readers.text.captions import is_caption, title_above, undecorated
from mtool.readers.text.footnotes import Footnote
from mtool.readers.text.headers import figure_columns, is_figure, is_year_label
from mtool.readers.text.lines import Line
from mtool.readers.text.markup import strip_markup
from mtool.readers.text.tables import words_of_cell

_CONTINUED_ALONE = re.compile(
    r"\(?(?:table )?(?:continued|cont['’]?d\.?|suite)(?: (?:on|from|overleaf).{0,40})?\)?",
    re.IGNORECASE,
)
_NUMBERED = re.compile(
    r"^\s*\w{3,9}\.? ?[A-Z]?\d{0,3}(?:[.-]\d{1,3}){0,3} ?[:.–—-] ?", re.IGNORECASE
)


def join_continued(
    lines: Sequence[Line], blocks: Sequence[Block], footnotes: Sequence[Footnote], path: str
) -> tuple[list[Block], list[Finding]]:
    """Return the blocks with the parts of a table that goes on over a page made one.

    A repeated header is dropped. Each joining is a finding.
    """
    notes = {index for note in footnotes for index in range(note.start, note.stop)}
    joined: list[Block] = []
    findings: list[Finding] = []
    for block in blocks:
        whole = _joined(lines, joined[-1], block, notes) if joined else None
        if whole is None:
            joined.append(block)
            continue
        findings.append(_joined_finding(lines, joined[-1], block, path))
        joined[-1] = whole
    return [block for block in joined if not block.fragment], findings


def _joined(lines: Sequence[Line], first: Block, second: Block, notes: set[int]) -> Block | None:
    if first.width != second.width or not _goes_on(lines, first.stop, second.start, notes):
        return None
    if _words(second.header) == _words(first.header):
        body = second.body
    elif _is_body(first, second.header):
        body = (*second.header, *second.body)
    else:
        return None
    return replace(
        first,
        stop=second.stop,
        body=(*first.body, *body),
        ragged=first.ragged + second.ragged,
        fragment=first.fragment and second.fragment,
        gaps=(*first.gaps, (first.stop, second.start), *second.gaps),
    )


def _goes_on(lines: Sequence[Line], start: int, stop: int, notes: set[int]) -> bool:
    """True when a page break or a caption `(continued)`, and no prose, stands between."""
    is_continued = False
    for index in range(start, stop):
        text = lines[index].text.strip()
        if not text or index in notes:
            continue
        if not (is_continuation(text)):
            return False
        is_continued = True
    return is_continued or any(line.edge for line in lines[start : stop + 1])


def is_continuation(text: str) -> bool:
    """True for `Table 1 (continued)`, `(suite)` and the like."""
    plain = undecorated(text)
    if len(plain) > 300:
        return False
    if _CONTINUED_ALONE.fullmatch(plain):
        return True
    return is_caption(text) and goes_on(plain)


def _words(rows: Sequence[PrintedRow]) -> list[tuple[str, ...]]:
    return [tuple(words_of_cell(cell).casefold() for cell in row.cells) for row in rows]


def _is_body(first: Block, header: Sequence[PrintedRow]) -> bool:
    """True when the rows that look like a header have figures where the first part has them."""
    figures = figure_columns([row.cells for row in first.body])
    if not figures:
        return False
    return all(
        sum(is_figure(row.cells[c]) and not is_year_label(row.cells[c]) for c in figures) * 2
        > len(figures)
        for row in header
    )


def _joined_finding(lines: Sequence[Line], first: Block, second: Block, path: str) -> Finding:
    repeated = _words(second.header) == _words(first.header) and second.header
    dropped = (
        "its header is repeated there, and was dropped"
        if repeated
        else "no header is repeated there"
    )
    first_line = lines[(first.header or first.body)[0].line].number
    line = lines[(second.header or second.body)[0].line]
    return Finding(
        rule="tables_joined",
        class_="note",
        severity="info",
        message=(
            f"the table of line {first_line} goes on here; {dropped}, and the parts were joined"
        ),
        locator=Locator(path=path, line=line.number, page=line.page),
    )


def without_repeats(
    lines: Sequence[Line], blocks: Sequence[Block], path: str
) -> tuple[list[Block], list[Finding]]:
    """Return each table once: one printed again cell for cell is left out, with a finding.

    Tables of the same cells under different titles are different tables, and a finding says so.
    """
    kept: dict[tuple[tuple[str, ...], ...], Block] = {}
    unique: list[Block] = []
    findings: list[Finding] = []
    for block in blocks:
        cells = (*_words(block.header), *_words(block.body))
        earlier = kept.setdefault(tuple(cells), block)
        if earlier is block:
            unique.append(block)
            continue
        is_same = _same_title(_title(lines, earlier), _title(lines, block))
        findings.append(_repeat_finding(lines, (earlier, block), path, is_same))
        if not is_same:
            unique.append(block)
    return unique, findings


def _title(lines: Sequence[Line], block: Block) -> str:
    title = title_above(lines, block.start)
    text = title.text if title is not None and title.caption else strip_markup(block.caption).text
    return _NUMBERED.sub("", text).casefold()


def _same_title(first: str, second: str) -> bool:
    return first == second or not first or not second


def _repeat_finding(
    lines: Sequence[Line], pair: tuple[Block, Block], path: str, is_same: bool
) -> Finding:
    first, second = (lines[(block.header or block.body)[0].line] for block in pair)
    what = "it was taken once" if is_same else "their titles differ, and both were kept"
    return Finding(
        rule="table_twice",
        class_="note",
        severity="warning",
        message=(f"this table repeats the one of line {first.number} cell for cell; {what}"),
        locator=Locator(path=path, line=second.number, page=second.page),
    )
