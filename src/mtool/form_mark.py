"""The mark by which a data-entry form is known again, and the version of the schema in it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, replace

from mtool.areas import fold_name
from mtool.model import Finding, FormMark, RawTable
from mtool.schemas import Schema

#: The hidden sheet whose first cell is the mark, and what the document properties begin with.
FORM_SHEET = "mtool_form"
FORMAT = 1
#: The longest text of a document property that Excel reads.
LONGEST_PROPERTY = 255
#: Columns that mtool fills from the passport and the areas file: nobody types them.
NOT_TYPED = (
    *("source_id", "edition", "as_of", "source_ref", "source_cell"),
    *("admin1_code", "admin1_name", "admin2_code", "admin2_name"),
)


def typed_columns(schema: Schema, country: str) -> list[str]:
    """The columns of a schema that people type, in its order; the country only where not known."""
    left_out = {*NOT_TYPED, *(["location_code"] if country else [])}
    return [name for name in schema.columns if name not in left_out]


def schema_version(schema: Schema) -> str:
    """A short hash of what a schema asks for; titles and descriptions do not change it."""
    asked = {
        "columns": {
            c.name: [c.dtype, c.nullable, c.required, c.unique, dict(c.checks)]
            for c in schema.columns.values()
        },
        "key": schema.key,
        "measures": schema.measures,
        "checks": dict(schema.checks),
    }
    text = json.dumps(asked, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def mark_text(mark: FormMark) -> str:
    """The mark as one line of JSON; the same for the same mark."""
    return json.dumps({"mtool_form": FORMAT, **asdict(mark)}, ensure_ascii=False)


def mark_from(text: str) -> FormMark | None:
    """The mark that a text is; null for any other text."""
    try:
        tree = json.loads(text)
        if tree.pop("mtool_form") != FORMAT:
            return None
        return FormMark(**tree)
    except (ValueError, TypeError, KeyError, AttributeError):
        return None


def properties_of(text: str) -> dict[str, str]:
    """A text in pieces that fit into document properties, by the name of each."""
    size = LONGEST_PROPERTY // 2
    pieces = [text[at : at + size] for at in range(0, len(text), size)]
    return {f"{FORM_SHEET}_{number:03}": piece for number, piece in enumerate(pieces, start=1)}


def text_of_properties(properties: Mapping[str, str]) -> str:
    """The text that `properties_of` took apart, other properties left out."""
    names = sorted(name for name in properties if name.startswith(f"{FORM_SHEET}_"))
    return "".join(properties[name] for name in names)


def folded_header(text: str) -> str:
    """A header as it is compared: letters and digits alone, no case and no accents."""
    return "".join(filter(str.isalnum, fold_name(text)))


def columns_typed(mark: FormMark, header: tuple[str, ...]) -> dict[int, str]:
    """Place in the printed header → column of the form's own schema; added columns left out."""
    known = {folded_header(printed): name for printed, name in mark.columns.items()}
    found = {at: known.get(folded_header(printed)) for at, printed in enumerate(header)}
    return {at: name for at, name in found.items() if name}


def form_findings(table: RawTable, schema: Schema) -> Iterator[Finding]:
    """What a form lacks that it was made with, and how its schema has changed since."""
    if table.form is None:
        return
    mark, where = table.form, replace(table.locator, table=table.id)
    there = set(columns_typed(mark, table.header).values())
    lost = [printed for printed, name in mark.columns.items() if name not in there]
    if lost:
        yield Finding(
            "form_columns",
            "note",
            "warning",
            f"the form was made with columns that are not there: {', '.join(lost)}",
            where,
            suggestion="give them their headers back, or fill in a new form: mtool template "
            f"{mark.schema} -o FORM.xlsx",
        )
    version = schema_version(schema)
    if mark.version != version:
        yield Finding(
            "form_version",
            "note",
            "warning",
            f"the form is of version {mark.version} of the schema {mark.schema}, which is now "
            f"{version}{_changes(mark, schema)}; read by the form's own columns and labels",
            where,
            value=mark.version,
            suggestion=f"hand out a new form: mtool template {mark.schema} -o FORM.xlsx",
        )


def _changes(mark: FormMark, schema: Schema) -> str:
    old = set(mark.columns.values())
    new = [name for name in typed_columns(schema, mark.country) if name not in old]
    gone = sorted(old - set(schema.columns))
    said = f" ({', '.join(new)} new)" if new else ""
    return said + (f" ({', '.join(gone)} gone and not used)" if gone else "")
