"""`mtool tables`: what tables a file holds."""

from __future__ import annotations

from dataclasses import asdict
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mtool.cli.options import (
    EncodingOption,
    Format,
    FormatOption,
    MojibakeOption,
    VerboseOption,
)
from mtool.cli.render import (
    envelope,
    place_of,
    say,
    show,
    write_csv_rows,
    write_json,
    write_json_lines,
    write_rows,
)
from mtool.errors import UsageError
from mtool.language import colon, counted, translated

if TYPE_CHECKING:
    from mtool.model import Document, RawTable


#: Longer tables are shown by their first rows only.
MOST_ROWS_SHOWN = 200
FIRST_ROWS_SHOWN = 30


def command(
    source: Annotated[Path, typer.Argument(help="The file to look at; - for standard input.")],
    table: Annotated[
        str | None, typer.Option("--table", help="Only this table, such as t1.")
    ] = None,
    grid: Annotated[bool, typer.Option("--grid", help="With JSON: every cell as printed.")] = False,
    output: FormatOption = Format.table,
    encoding: EncodingOption = None,
    fix_mojibake: MojibakeOption = False,
    verbose: VerboseOption = False,
) -> None:
    """Show the tables found in a file; change nothing.

    Example: mtool tables report.pdf --table t1
    """
    from mtool.model import Source
    from mtool.readers import ReadOptions
    from mtool.sources.files import local_copy, read_document, source_id_of

    with local_copy(source) as path:
        named = Source(source_id_of(source), path=str(source))
        document = read_document(path, named, ReadOptions(encoding, fix_mojibake))
        chosen = _chosen(document, table)
        _show(document, chosen, output, grid=grid, verbose=verbose)


def _chosen(document: Document, wanted: str | None) -> list[RawTable]:
    if wanted is None:
        return list(document.tables)
    chosen = [table for table in document.tables if table.id == wanted]
    if not chosen:
        known = ", ".join(table.id for table in document.tables) or "none"
        raise UsageError(f"no table {wanted!r} in {document.source.path}; there are: {known}")
    return chosen


def _show(
    document: Document, tables: list[RawTable], output: Format, *, grid: bool, verbose: bool
) -> None:
    if output is Format.json:
        write_json(envelope("tables", _as_json(document, tables, grid=grid)))
    elif output is Format.jsonl:
        write_json_lines(_table_json(table, None, grid=grid) for table in tables)
    elif output is Format.csv:
        largest = _largest(tables)
        if largest:
            write_csv_rows(largest.header, largest.cells())
        if largest and len(tables) > 1:
            say(f"written: {largest.id}, the largest of {len(tables)} tables; --table chooses")
    else:
        for table in tables:
            _show_table(table, output, verbose=verbose)
    for finding in document.findings:
        severity, place = translated(finding.severity), place_of(finding.locator)
        say(f"{severity}{colon()} {place}{colon()} {translated(finding.message)}")
    if not tables:
        say(f"{document.source.path}: no tables found")


def _largest(tables: list[RawTable]) -> RawTable | None:
    """The table with most cells, the first of equals; one table alone is not counted."""
    if len(tables) < 2:
        return tables[0] if tables else None
    return max(tables, key=lambda t: t.row_count * len(t.header))


def _first_rows(table: RawTable) -> tuple[list[tuple[str, ...]], int]:
    """The rows to show, and how many there are: a long table is never held in memory."""
    count = table.row_count
    shown = count if count <= MOST_ROWS_SHOWN else FIRST_ROWS_SHOWN
    return [tuple(cells) for cells in islice(table.cells(), shown)], count


def _show_table(table: RawTable, output: Format, *, verbose: bool) -> None:
    rows, count = _first_rows(table)
    sizes = (counted(count, "row"), counted(len(table.header), "column"))
    named = f"{table.id}{colon()} {table.title}" if table.title else table.id
    title = f"{named}\n({' × '.join(map(translated, sizes))}, {place_of(table.locator)})"
    write_rows(output, table.header, rows, title, foreign=True)
    if count > len(rows):
        show(f"  … and {counted(count - len(rows), 'more row')} (--format csv writes all)")
    for note in table.notes:
        show(f"  note {note}")
    if verbose:
        reasons = ", ".join(map(translated, table.reasons or ("plain",)))
        show(f"  confidence {table.confidence:.2f}: {reasons}")


def _as_json(document: Document, tables: list[RawTable], *, grid: bool) -> dict[str, Any]:
    from mtool.infer import context_of, infer_recipe
    from mtool.workspace import sha256_of

    path = Path(document.source.path)
    source = {
        "id": document.source.id,
        "path": document.source.path,
        "sha256": sha256_of(path) if path.is_file() else document.source.sha256,
        "media_type": document.media_type,
    }
    schemas = {t.id: infer_recipe(t, context_of(document, t)).schema or None for t in tables}
    return {
        "source": source,
        "tables": [_table_json(table, schemas[table.id], grid=grid) for table in tables],
        "findings": [finding.as_json() for finding in document.findings],
    }


def _table_json(table: RawTable, schema: str | None, *, grid: bool) -> dict[str, Any]:
    plain: dict[str, Any] = {
        "id": table.id,
        "title": table.title,
        "locator": asdict(table.locator),
        "header": list(table.header),
        "rows": table.rows,
        "notes": [str(note) for note in table.notes],
        "schema": schema,
        "confidence": table.confidence,
        "reasons": list(table.reasons),
    }
    if grid:
        plain["cells"] = [asdict(cell) for cell in table.grid]
    return plain
