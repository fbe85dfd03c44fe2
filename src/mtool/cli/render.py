"""Results on standard output, everything else on standard error."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

import typer

from mtool import __version__
from mtool.cli.lines import fitted
from mtool.cli.options import Format
from mtool.cli.plain_table import drawn
from mtool.language import colon, figure, translated
from mtool.model import Finding, Locator, Report
from mtool.visible_text import visible, visible_line

if TYPE_CHECKING:
    from mtool.charts import Chart

Row = Mapping[str, Any]
#: Blanks from a column of a table to the next.
GAP = 3
#: Words up to the first many letters are cut only for want of room, up to the second never.
LONGEST_WHOLE, SHORTEST_CUT = 24, 8


def say(text: str) -> None:
    """Tell the person at the terminal; never part of a result."""
    typer.echo(fitted(visible(translated(text)), sys.stderr), err=True)


def show(text: str) -> None:
    """Write a line of a result that people read, in their language."""
    show_line(translated(text))


def show_line(text: str) -> None:
    """Write a line of a result as it is, in no language but its own."""
    typer.echo(fitted(visible(text), sys.stdout))


def show_chart(chart: Chart) -> None:
    """Draw a chart of plain characters."""
    from mtool.charts.text import text_of

    typer.echo(visible(text_of(chart)), nl=False)


def envelope(command: str, content: Mapping[str, Any]) -> dict[str, Any]:
    """The head that every JSON document begins with."""
    return {"format_version": 1, "mtool": __version__, "command": command, **content}


def write_json(document: Mapping[str, Any] | Sequence[Any]) -> None:
    """One JSON document, a line for each part and for each item of a list; text is not escaped."""
    if not isinstance(document, Mapping):
        typer.echo(_part(document))
        return
    parts = (f"  {_json(name)}: {_part(value)}" for name, value in document.items())
    typer.echo("{\n" + ",\n".join(parts) + "\n}")


def _part(value: Any) -> str:
    if not isinstance(value, list | tuple) or not value:
        return _json(value)
    return "[\n" + ",\n".join(f"    {_json(item)}" for item in value) + "\n  ]"


def write_json_lines(rows: Iterable[Any]) -> None:
    """One JSON document per line."""
    for row in rows:
        typer.echo(_json(row))


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def write_csv_rows(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """RFC 4180 with LF, UTF-8, as every program reads it; null is empty."""
    from itertools import chain

    from mtool.plain_csv import write_plain_csv

    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(encoding="utf-8", newline="")
    write_plain_csv(sys.stdout, chain([header], rows))


def write_rows(
    output: Format,
    header: Sequence[str],
    rows: Sequence[Sequence[Any]],
    title: str = "",
    *,
    foreign: bool = False,
) -> None:
    """Rows for people (`table`, `md`) or as CSV; a `foreign` header is a source's own words."""
    if output is Format.csv:
        write_csv_rows(header, rows)
        return
    shown = list(header) if foreign else [translated(name) for name in header]
    if output is Format.md:
        _write_markdown(shown, rows)
    else:
        _write_table(shown, rows, title)


def _cell_text(cell: Any) -> str:
    """A cell as people read it: null is blank, a number as the language writes it."""
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return figure(cell, "")
    return "" if cell is None else str(cell)


def _write_markdown(header: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    def line(cells: Iterable[Any]) -> str:
        texts = (_cell_text(cell).replace("|", "\\|").replace("\n", " ") for cell in cells)
        return "| " + " | ".join(map(visible_line, texts)) + " |"

    typer.echo(line(header))
    typer.echo("|" + "|".join(" --- " for _ in header) + "|")
    for row in rows:
        typer.echo(line(row))


def _write_table(header: Sequence[str], rows: Sequence[Sequence[Any]], title: str) -> None:
    """A table as wide as the terminal at most; a list of records where its columns do not fit."""
    if title:
        show(title)
    cells = [[visible(_cell_text(cell)) for cell in row] for row in rows]
    columns = list(zip(map(visible, header), *cells, strict=True))
    numeric = [bool(rows) and all(map(_looks_numeric, texts)) for _, *texts in columns]
    plain = drawn(columns, numeric)
    if plain is not None:
        typer.echo(plain)
        return
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console(highlight=False)
    widths = _widths(columns, console.width)
    if widths is None:
        _write_records(header, cells)
        return
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for (name, *_), is_right, width in zip(columns, numeric, widths, strict=True):
        side: Literal["left", "right"] = "right" if is_right else "left"
        table.add_column(Text(name), justify=side, overflow="fold", width=width)
    for row in cells:
        table.add_row(*map(Text, row))
    console.print(table)


def _widths(columns: Sequence[Sequence[str]], width: int) -> list[int] | None:
    """How wide each column is in a table of a width; null where they do not fit.

    The widest give way first, and long words are cut before short ones; a figure is never cut.
    """
    room = width - GAP * len(columns) + 1
    whole = [max(len(line) for text in column for line in text.split("\n")) for column in columns]
    for longest in range(LONGEST_WHOLE, SHORTEST_CUT, -1):
        least = [max(_longest_word(text, longest) for text in column) for column in columns]
        if sum(least) > room:
            continue
        for most in range(min(max(whole, default=0), room), 0, -1):
            found = [max(low, min(high, most)) for low, high in zip(least, whole, strict=True)]
            if sum(found) <= room:
                return found
    return None


def _longest_word(text: str, longest: int) -> int:
    if _looks_numeric(text):
        return len(text)
    figures = (len(word) for word in text.split() if word.lstrip("(+-")[:1].isdigit())
    words = (min(len(word), longest) for word in text.split())
    return max((*words, *(min(length, LONGEST_WHOLE) for length in figures)), default=0)


def _write_records(header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """A line per cell, a blank line after each row."""
    for row in rows:
        for name, text in zip(header, row, strict=True):
            show_line(f"  {name}{colon()} {text}".rstrip())
        show_line("")


def _looks_numeric(cell: Any) -> bool:
    text = (
        str(cell if cell is not None else "").strip("»« ").rstrip("%*†‡ \N{NARROW NO-BREAK SPACE}")
    )
    return not text or re.sub("[.,\N{NARROW NO-BREAK SPACE}]", "", text.lstrip("+-−")).isdigit()


SEVERITY_ORDER = {"error": 0, "warning": 1, "info": 2}


def write_findings(report: Report, output: Format, limit: int, *, everything: bool = False) -> None:
    """Findings for people: one block per rule and column with its count and first examples."""
    if output is Format.jsonl:
        write_json_lines(finding.as_json() for finding in report)
        return
    if output is Format.csv:
        write_findings_csv(report)
        return
    shown = [f for f in report if everything or f.severity != "info" or f.acknowledged]
    groups: dict[tuple[str, str, str, bool], list[Finding]] = {}
    for finding in sorted(shown, key=lambda f: (f.acknowledged, SEVERITY_ORDER[f.severity])):
        head = finding.message.partition(":")[0]
        column = head if head.isidentifier() else ""
        key = (finding.severity, finding.rule, column, finding.acknowledged)
        groups.setdefault(key, []).append(finding)
    for (severity, rule, _, known), findings in groups.items():
        lines = _group_lines("acknowledged" if known else severity, rule, findings, limit)
        for at, line in enumerate(lines):
            show_line(f"{'  ' * bool(at)}- {line.strip()}" if output is Format.md else line)


def write_findings_csv(findings: Iterable[Finding]) -> None:
    """Every finding on a line, as `data/clean/findings.csv` has them."""
    from mtool.clean import FINDING_FIELDS, finding_row

    rows = map(finding_row, findings)
    write_csv_rows(FINDING_FIELDS, ([row[n] for n in FINDING_FIELDS] for row in rows))


def _group_lines(severity: str, rule: str, findings: Sequence[Finding], limit: int) -> list[str]:
    """A rule with its count, its first examples with their places, and the cure."""
    count = f" ({len(findings)})" if len(findings) > 1 else ""
    lines = [f"{translated(severity)}{colon()} {rule}{count}"]
    for finding in findings[:limit]:
        place = visible_line(place_of(finding.locator))
        message = visible_line(translated(finding.message))
        lines.append(f"  {place}{colon()} {message}" if place else f"  {message}")
    if len(findings) > limit:
        more = len(findings) - limit
        said = translated(f"… and {more} more (--limit {len(findings)} shows all)")
        lines.append(f"  {said}")
    cure = findings[0].suggestion
    return [*lines, f"  → {visible_line(translated(cure))}"] if cure else lines


def place_of(locator: Locator) -> str:
    """A place in a source, its words (`line`, `sheet`) in the language in use."""
    return place_in(str(locator))


def place_in(words: str) -> str:
    """A place in words, as a figure's `source_cell` has it, in the language in use."""
    return ", ".join(translated(word) for word in words.split(", ")) if words else ""
