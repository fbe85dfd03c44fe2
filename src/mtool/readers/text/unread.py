"""Tables that should be there and were not found: said, never passed over in silence."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from mtool.model import Finding, Locator
from mtool.readers.captions import caption_number, goes_on
from mtool.readers.text.captions import Title, undecorated
from mtool.readers.text.lines import Line

_LONGEST = 300
_SYNTAX = re.compile(
    r"\s{0,40}(?:\\begin\{(?:tabular|longtable|tabularx)[^{}]{0,10}\}|\+(?:[-=]{2,}\+){2,}|<table\b)",
    re.IGNORECASE,
)
_LEADERS = re.compile(r"(?:\.{3,}|…|(?: \.){3,}|\t| {3,})[ .]{0,9}\d{0,4}$")


def captions_without_table(
    lines: Sequence[Line], taken: Sequence[bool], titles: Sequence[Title | None], path: str
) -> Iterator[Finding]:
    """Yield one finding per caption of a table that no table was found for.

    A line of a list of tables (dots, or wide blanks, and a page) is no caption, nor is the second
    mention of one that has its table.
    """
    used = {index for title in titles if title for index in range(title.start, title.stop)}
    known = {caption_number(title.text) for title in titles if title}
    for index, line in enumerate(lines):
        text = line.text.strip()
        if taken[index] or index in used or len(text) > _LONGEST:
            continue
        opens = index == 0 or lines[index - 1].blank or taken[index - 1] or line.edge
        plain = undecorated(text) if opens and _may_be_caption(text) else ""
        number = caption_number(plain) if plain else None
        if number is None or number in known or goes_on(plain) or _LEADERS.search(text):
            continue
        known.add(number)
        yield Finding(
            rule="caption_without_table",
            class_="note",
            severity="warning",
            message=(
                f'no table was found for the caption "{plain}"; it '
                "may be a picture, or its columns cannot be told. Look at it in the source"
            ),
            locator=Locator(path=path, line=line.number, page=line.page),
            quote=plain,
        )


def _may_be_caption(text: str) -> bool:
    return "tab" in text[:60].casefold() and not text.endswith((".", ";", ","))


def unread_syntax(lines: Sequence[Line], taken: Sequence[bool], path: str) -> Iterator[Finding]:
    """Yield one finding per place where the syntax of a table begins and no table was read."""
    for index, line in enumerate(lines):
        found = None if taken[index] else _SYNTAX.match(line.text[:_LONGEST])
        if found is None or (
            index and not taken[index - 1] and _SYNTAX.match(lines[index - 1].text)
        ):
            continue
        yield Finding(
            rule="table_not_read",
            class_="note",
            severity="warning",
            message=(
                f'"{found.group().strip()}" begins a table, but what '
                "follows is not one, or does not end; it was read as prose. Look whether the "
                "file is cut off or its columns were shifted"
            ),
            locator=Locator(path=path, line=line.number, page=line.page),
        )
