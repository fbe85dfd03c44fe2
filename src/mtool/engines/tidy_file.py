"""Is a file tidy already: does its header hold a schema's own columns? Then an engine reads it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from mtool.engines.blocks import NotUtf8, read_header
from mtool.engines.plan import Plan
from mtool.engines.plan_cache import plan_of
from mtool.engines.request import Request
from mtool.model import Finding, Locator
from mtool.readers import ReadOptions

#: The columns that no schema has and that an export of mtool writes all the same.
WRITTEN_BESIDES = {"counted_in_summary"}
DELIMITERS = (",", ";", "\t", "|")
SUFFIXES = {".csv", ".tsv", ".parquet"}


def tidy_request(
    file: Path, path: str, schema: str, folders: tuple[Path, ...], options: ReadOptions
) -> Request | None:
    """What an engine is to do with a file, or null where it is not tidy by the schema.

    Tidy is a CSV or Parquet file whose header has every column the schema requires, and one of its
    measures where it has any, under its own name and once.
    """
    if Path(path).suffix.lower() not in SUFFIXES or options.fix_mojibake:
        return None
    plan = plan_of(schema, folders)
    if Path(path).suffix.lower() == ".parquet":
        from mtool.engines.scan import scan

        header = scan(file, ()).header
        return _request(Request(file, path, plan, header, is_parquet=True))
    if options.encoding:
        request = with_encoding(Request(file, path, plan, ()), options)
        if request is None:
            return None
    else:
        request = Request(file, path, plan, ())
    named = {"\\t": "\t", "tab": "\t"}.get(options.delimiter or "", options.delimiter)
    for delimiter in (named,) if named else DELIMITERS:
        layout = replace(request.layout, delimiter=delimiter)
        try:
            header = read_header(file, layout)
        except NotUtf8:
            return None
        if found := _request(replace(request, header=header, layout=layout)):
            return found
    return None


def with_encoding(request: Request, options: ReadOptions) -> Request | None:
    """The same request for a file whose encoding had to be found or was named.

    Null for one of several encodings. Raises as `find_encoding` does.
    """
    from mtool.readers.long_text import find_encoding

    found = find_encoding(request.file, options)
    if found.errors != "strict":
        return None
    layout = replace(request.layout, encoding=found.codec)
    return replace(request, layout=layout, findings=(*found.findings, *request.findings))


def _request(request: Request) -> Request | None:
    plan, header = request.plan, request.header
    required = {c.name for c in plan.columns if c.required and not c.nullable}
    measured = not plan.measures or bool(set(plan.measures) & set(header))
    known = [name for name in header if name in plan.by_name]
    if not known or not required <= set(header) or not measured or len(known) != len(set(known)):
        return None
    return replace(request, findings=(*request.findings, *_of_header(request, plan)))


def _of_header(request: Request, plan: Plan) -> list[Finding]:
    """One finding for each column that a strict schema lacks; a note on those of any other."""
    extra = [n for n in request.header if n not in plan.by_name and n not in WRITTEN_BESIDES]
    where = Locator(path=request.path, table="t1", line=None if request.is_parquet else 1)
    if not extra:
        return []
    if not plan.strict:
        message = f"columns not used: {', '.join(extra)}"
        cure = "add them to the schema if they matter"
        return [Finding("columns_ignored", "note", "info", message, where, suggestion=cure)]
    return [
        Finding(
            "unknown_column",
            "structure",
            "error",
            f"the schema {plan.schema} has no column {name!r}",
            where,
            suggestion="rename the column, or take it out",
        )
        for name in extra
    ]
