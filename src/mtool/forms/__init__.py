"""Data-entry workbooks made from a schema, which `mtool ingest` knows again and reads back."""

from __future__ import annotations

from pathlib import Path

from mtool.config import load_config
from mtool.errors import UsageError
from mtool.forms.layout import lay_out
from mtool.schemas import load_schema
from mtool.whole_files import staged
from mtool.workspace import find_workspace_if_any

#: The rows of a sheet that may be filled in, below the title, the header and the example.
MOST_ROWS = 1_048_000


def make_form(
    schema: str, out: Path, *, country: str = "", rows: int = 1000, workspace: Path | None = None
) -> Path:
    """Write the form of a schema, in the language in use; the same bytes for the same inputs.

    `country` is ISO 3166-1 alpha-3; without one the workspace's setting holds, and without that
    the form asks for the country in each row. `rows` is how many rows have drop-downs and checks.
    Raises `UsageError` for an unknown schema or country; a sentence where it cannot be written.
    """
    from mtool.forms.workbook import write_form

    if not 1 <= rows <= MOST_ROWS:
        raise UsageError(f"--rows {rows}: a number from 1 to {MOST_ROWS:,} expected")
    if out.suffix.lower() != ".xlsx":
        raise UsageError(f"{out}: a form is an Excel workbook; name it FORM.xlsx")
    opened = find_workspace_if_any(workspace)
    config = opened.config if opened else load_config(Path.cwd())
    folders = opened.schema_folders if opened else ()
    form = lay_out(load_schema(schema, folders), (country or config["country"]).upper(), folders)
    with staged(out) as new:
        write_form(form, new, rows)
    return out
