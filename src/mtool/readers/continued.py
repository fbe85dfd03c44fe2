"""Tables that go on in a next part, and tables printed twice: one table each, and it is said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from mtool.model import Cell, Finding, RawTable, Row
from mtool.printed_numbers import fold_blanks
from mtool.readers.captions import caption_number, goes_on, without_continued


@dataclass(frozen=True, slots=True)
class Draft:
    """A table on its way, with what was found in it.

    `adjacent` is true when nothing is printed between it and the table before.
    """

    table: RawTable
    findings: tuple[Finding, ...] = ()
    adjacent: bool = False


def joined(drafts: Sequence[Draft]) -> list[Draft]:
    """Join parts of one table, and leave out a table that is printed a second time.

    A part is joined when its title says that it goes on (`Table 3 (continued)`, `suite`) or when
    it follows at once under the same header. Every joining and leaving out is a finding of the
    table that stays.
    """
    kept: list[Draft] = []
    contents: dict[int, list[int]] = {}
    for draft in drafts:
        alike = contents.setdefault(_content(draft.table), [])
        copy = next((k for k in alike if _same(kept[k].table, draft.table)), None)
        part_of = None if copy is not None else _part_of(kept, draft)
        if copy is not None:
            kept[copy] = _with(kept[copy], _twice(draft.table))
        elif part_of is not None:
            kept[part_of] = _joined(kept[part_of], draft)
        else:
            alike.append(len(kept))
            lost = goes_on(draft.table.title)
            kept.append(_with(draft, _not_joined(draft.table)) if lost else draft)
    return kept


def _content(table: RawTable) -> int:
    return hash((table.header, tuple(row.cells for row in table.body)))


def _same(one: RawTable, other: RawTable) -> bool:
    """True for equal header and rows, where the titles do not speak against it."""
    if one.header != other.header:
        return False
    titled = one.title and other.title and _words(one.title) != _words(other.title)
    return not titled and one.rows == other.rows and bool(one.rows)


def _part_of(kept: Sequence[Draft], draft: Draft) -> int | None:
    for number in range(len(kept) - 1, -1, -1):
        before = kept[number].table
        if goes_on(draft.table.title):
            if _fits(before, draft.table) and _continues_title(before, draft.table):
                return number
        elif draft.adjacent and number == len(kept) - 1 and not draft.table.title:
            return number if _same_header(before, draft.table) else None
    return None


def _fits(before: RawTable, part: RawTable) -> bool:
    """True for the same header, or none at all (its first row is then a body row) and one width."""
    headless = not any(part.header) and len(part.header) == len(before.header)
    return headless or _same_header(before, part)


def _same_header(before: RawTable, part: RawTable) -> bool:
    return any(before.header) and tuple(map(_words, before.header)) == tuple(
        map(_words, part.header)
    )


def _continues_title(before: RawTable, part: RawTable) -> bool:
    """True when number and words agree as far as both titles give them."""
    own, other = without_continued(part.title), without_continued(before.title)
    numbers = caption_number(own), caption_number(other)
    if numbers[0] and numbers[1]:
        return numbers[0] == numbers[1]
    return not own or not other or _words(own) == _words(other)


def _words(text: str) -> str:
    return fold_blanks(text).casefold()


def _joined(draft: Draft, part: Draft) -> Draft:
    before, after = draft.table, part.table
    body: list[Row] = list(before.body)
    last = body[-1].place if body else 0
    body += [replace(row, place=row.place + last) for row in after.body]
    said = f"titled {after.title!r}" if after.title else "under the same header"
    finding = Finding(
        rule="tables_joined",
        class_="note",
        severity="info",
        message=f"a next part of {len(after.rows)} rows, {said}, was joined to this table "
        f"behind its row {last}",
    )
    table = replace(
        before,
        title=before.title or without_continued(after.title),
        body=tuple(body),
        notes=tuple(dict.fromkeys((*before.notes, *after.notes))),
        printed=_stacked(before.printed, after.printed),
        confidence=min(before.confidence, after.confidence),
    )
    return Draft(table, (*draft.findings, *part.findings, finding), draft.adjacent)


def _stacked(before: Sequence[Cell], after: Sequence[Cell]) -> tuple[Cell, ...]:
    """The cells of both parts, the header of the second left out."""
    height = max((cell.row + cell.rowspan for cell in before), default=0)
    header = max((cell.row + cell.rowspan for cell in after if cell.header), default=0)
    moved = (replace(cell, row=cell.row + height - header) for cell in after if not cell.header)
    return (*before, *moved)


def _with(draft: Draft, finding: Finding) -> Draft:
    return replace(draft, findings=(*draft.findings, finding))


def _twice(copy: RawTable) -> Finding:
    said = f", there titled {copy.title!r}" if copy.title else ""
    return Finding(
        rule="table_twice",
        class_="note",
        severity="info",
        message=f"the same header and rows are printed once more{said}; the copy was left out",
    )


def _not_joined(part: RawTable) -> Finding:
    return Finding(
        rule="continued_alone",
        class_="structure",
        severity="warning",
        message=f"the title {part.title!r} says that this table goes on from another, but no "
        "table before it has its number and header; it was read on its own",
        suggestion="look whether an earlier part is missing, and whether its columns are the same",
    )
