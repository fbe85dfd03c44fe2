"""`mtool query`: SQL over the published datasets."""

from __future__ import annotations

from typing import Annotated

import typer

from mtool.cli.options import Format, FormatOption, WorkspaceOption
from mtool.cli.render import envelope, write_json, write_json_lines, write_rows


def command(
    sql: Annotated[str, typer.Argument(metavar="SQL", help="One SELECT.")],
    workspace: WorkspaceOption = None,
    output: FormatOption = Format.table,
) -> None:
    """Ask the published datasets in SQL (DuckDB); read-only, and nothing outside is opened.

    Example: mtool query "SELECT admin1_name, sum(incidents) FROM incidents GROUP BY 1 ORDER BY 2"
    """
    from mtool.query import query
    from mtool.workspace import find_workspace

    answer = query(find_workspace(workspace), sql)
    rows = answer.as_text()
    if output is Format.json:
        write_json(envelope("query", {"columns": list(answer.columns), "rows": rows}))
    elif output is Format.jsonl:
        write_json_lines(dict(zip(answer.columns, row, strict=True)) for row in rows)
    else:
        write_rows(output, answer.columns, rows, foreign=True)
