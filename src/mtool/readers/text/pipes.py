"""Tables whose cells are separated by `|`: Markdown with or without outer pipes, org, psql."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from mtool.readers.text.block import Block, PrintedRow
from mtool.readers.text.headers import count_header_rows, figure_columns, is_figure, repeat_spans
from mtool.readers.text.lines import LONGEST_TABLE_LINE, Line

_PIPE = re.compile(r"(?<!\\)\|")
_RULE = re.compile(r"\s*(?=[^\n]{0,200}[-=])[|:=+\- \t]{3,}\s*")


def find(lines: Sequence[Line], start: int, stop: int) -> Iterator[Block]:
    """Yield the tables set with pipes between `start` and `stop`."""
    index = start
    while index < stop:
        if not _has_pipe(lines[index]):
            index += 1
            continue
        end = _end_of_run(lines, index, stop)
        yield from _tables(lines, index, end)
        index = end


def _has_pipe(line: Line) -> bool:
    return (
        "|" in line.text and len(line.text) <= LONGEST_TABLE_LINE and bool(_PIPE.search(line.text))
    )


def _is_rule(text: str) -> bool:
    return "|" in text + "|" and _RULE.fullmatch(_unquoted(text)) is not None


def _unquoted(text: str) -> str:
    stripped = text.strip()
    return stripped[1:].lstrip() if stripped.startswith(">") else stripped


def _end_of_run(lines: Sequence[Line], start: int, stop: int) -> int:
    """The end of the piped lines from `start` on; one blank line may part rows with outer pipes."""
    end = start
    while end < stop:
        rule = end > start and _is_plain_rule(lines[end].text)
        if not (rule or _has_pipe(lines[end]) or _row_goes_on(lines, end, stop)):
            break
        end += 1
    return end


def _is_plain_rule(text: str) -> bool:
    """True for the rule under a psql header: `--------+-----`."""
    return "+" in text and _is_rule(text)


def _row_goes_on(lines: Sequence[Line], blank: int, stop: int) -> bool:
    """True when rows with outer pipes go on after a blank line, and no new table begins there."""
    after = blank + 1
    if not lines[blank].blank or blank == 0 or after >= stop or not _has_pipe(lines[after]):
        return False
    before, text = _unquoted(lines[blank - 1].text), _unquoted(lines[after].text)
    new_table = after + 1 < stop and _is_rule(lines[after + 1].text)
    return text.startswith("|") and before.startswith("|") and not new_table


def _cells(text: str) -> list[str]:
    text = _unquoted(text)
    parts = [part.strip() for part in _PIPE.split(text)]
    if text.startswith("|"):
        parts = parts[1:]
    if parts and not parts[-1] and text.endswith("|") and not text.endswith("\\|"):
        parts = parts[:-1]
    return parts


def _tables(lines: Sequence[Line], start: int, end: int) -> Iterator[Block]:
    """Yield the table of one run, or two where a second header follows without a blank line."""
    filled = [index for index in range(start, end) if not lines[index].blank]
    rules = [index for index in filled if _is_rule(lines[index].text)]
    ruled = set(rules)
    split = {index: _cells(lines[index].text) for index in filled if index not in ruled}
    block = _read(lines, (start, end), split, rules)
    if block is not None:
        yield block


def _read(
    lines: Sequence[Line], span: tuple[int, int], split: dict[int, list[str]], rules: list[int]
) -> Block | None:
    width = _width(split, rules)
    if width < 2 or len(split) < 2:
        return None
    printed = [_unquoted(lines[index].text) for index in split]
    outer = all(text.startswith("|") and text.endswith("|") for text in printed)
    inner_rules = [index for index in rules if min(split) < index < max(split)]
    rows = [PrintedRow(index, _fit(cells, width)) for index, cells in split.items()]
    if not inner_rules and not _is_certain(
        [row.cells for row in rows], list(split.values()), outer
    ):
        return None
    rows = [row for row in rows if any(row.cells)]
    declared = sum(row.line < inner_rules[0] for row in rows) if inner_rules else 0
    levels = declared
    if not declared or not all(rows[declared - 1].cells[1:]):
        levels = max(declared, count_header_rows([row.cells for row in rows]))
    return Block(
        *span,
        repeat_spans(rows[:levels]),
        tuple(rows[levels:]),
        reasons=("pipes", "rule below the header") if declared else ("pipes",),
        ragged=tuple(index for index, cells in split.items() if len(cells) > width),
    )


def _width(split: dict[int, list[str]], rules: list[int]) -> int:
    """The number of columns: the header's where a rule follows it, else what most rows share."""
    above = [len(cells) for index, cells in split.items() if rules and index < rules[-1]]
    if above:
        return max(above)
    counts = Counter(len(cells) for cells in split.values())
    return counts.most_common(1)[0][0] if counts else 0


def _fit(cells: list[str], width: int) -> tuple[str, ...]:
    if len(cells) > width:
        cells = [*cells[: width - 1], " | ".join(cells[width - 1 :])]
    return tuple(cells) + ("",) * (width - len(cells))


def _is_certain(rows: list[tuple[str, ...]], split: list[list[str]], outer: bool) -> bool:
    """True for rows without a rule below the header that can be nothing but a table."""
    if len({len(cells) for cells in split}) > 1:
        return False
    if outer:
        return True
    return len(rows) > 2 and bool(figure_columns(rows[1:])) and not is_figure(rows[0][0])
