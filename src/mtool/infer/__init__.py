"""RawTable → recipe: what each column is, which schema fits, and why.

Done once; the passport then decides. Doubt is written down (`candidates`, `reasons`), never
settled silently.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import islice

from mtool.areas import fold_name
from mtool.auditing.totals import reconcile, total_columns, total_rows
from mtool.column_words import device_of, dimension_of
from mtool.infer.columns import Column, column_rules, is_place, profile
from mtool.infer.form import recipe_of_form
from mtool.infer.layout import recipe_of_layout
from mtool.infer.surroundings import Context, context_of, infer_country
from mtool.layouts import recognise
from mtool.layouts.forms import form_of
from mtool.model import RawTable
from mtool.passport import TIDY_REASON, TableRecipe
from mtool.periods import named_period
from mtool.printed_numbers import decimal_mark, missing_status
from mtool.recipes import collapse_years, header_fingerprint
from mtool.schemas import Schema, load_schema, schema_names

__all__ = ["Context", "context_of", "infer_country", "infer_recipe"]

SAMPLE_ROWS = 2_000
#: Columns that say where a row comes from, or a whole that is not told apart: not needed in a file.
WRITTEN_BY_MTOOL = {
    *("source_id", "edition", "as_of", "source_ref", "source_cell"),
    *("sex", "role", "age_group", "civilian_status"),
}
#: What files of facts call the columns of a schema, besides their names and titles.
OTHER_NAMES = {
    "treaty_events": {"date": "event_date", "precision": "date_precision", "source": "authority"},
}
#: What tells a part of the people from all of them.
PARTS = {"sex", "age_group", "civilian_status", "role"}
REPEAT_REASON = (
    "no schema fits: each row is one entry of a repeat within a submission, such as one person; "
    "`ignore` the table, or let the form count"
)
#: A column that only the workbooks of `mtool export xlsx` have.
COUNTED_COLUMN = "counted_in_summary"
NEEDED_BY_EVENTS = ("event_id", "latitude", "event_type")


def infer_recipe(table: RawTable, context: Context) -> TableRecipe:
    """Work out how a table becomes tidy rows; an undecided schema is empty, with candidates."""
    if table.form and context.schema in ("", table.form.schema):
        of_form = load_schema(table.form.schema, context.schema_folders)
        placed = replace(_recipe_of_place(table), reasons=(TIDY_REASON.format(of_form.name),))
        return recipe_of_form(placed, table, table.form, of_form)
    rows = [row.cells for row in islice(table.body, SAMPLE_ROWS)]
    columns = profile(table, rows)
    tidy = _already_tidy(columns, context)
    if tidy and not _leaves_places(columns, tidy, context):
        return _recipe_of_tidy(table, columns, tidy, context)
    layout = recognise(table, rows)
    if layout and context.schema in ("", layout.schema):
        placed = replace(_recipe_of_place(table), confidence=_confidence(table))
        return recipe_of_layout(placed, layout, table, columns, context)
    understood = column_rules(table, columns, context)
    rules, why, doubts = understood.rules, understood.why, understood.doubts
    form = form_of(table.header)
    schemas = [] if form and form.repeat else _fitting_schemas(rules, context)
    schema = schemas[0] if len(schemas) == 1 else ""
    if schema:
        _ignore_other_measures(rules, why, load_schema(schema, context.schema_folders))
    if schema == "events":
        parts = _ignore_parts(rules)
        doubts += (f"no column counts {', '.join(parts)} of all people",) if parts else ()
    collapsed = collapse_years(rules)
    reasons = [
        f"{k}: {_said(rule)}, {why[k.split('..')[0]]}"
        for k, rule in collapsed.items()
        if "reason" not in rule
    ]
    reasons += [REPEAT_REASON] if form and form.repeat else _schema_reasons(rules, schemas)
    return replace(
        _recipe_of_place(table),
        schema=schema,
        candidates=() if schema else tuple(schemas or _possible_schemas(columns, rules, context)),
        columns=collapsed,
        control_totals=_control_totals(table, columns),
        constants=_constants(table, rules, context),
        missing=_missing_words(columns, rules),
        confidence=f"0.5 ({'; '.join(doubts)})" if doubts else _confidence(table),
        reasons=tuple(reasons),
    )


def _recipe_of_place(table: RawTable) -> TableRecipe:
    """What every recipe says: which table it is, and where."""
    return TableRecipe(
        id=table.id,
        title=table.title,
        locator=_locator(table),
        header_fingerprint=header_fingerprint(table.header),
    )


def _confidence(table: RawTable) -> str:
    """The reader's confidence, raised where the table's own totals reconcile; empty for certainty."""
    if table.confidence >= 1:
        return ""
    verdicts = {f.verdict for f in reconcile(table) if f.rule.startswith("control_total")}
    proved = "supported" in verdicts and "contradicted" not in verdicts
    raised = table.confidence + (1 - table.confidence) / 2 if proved else table.confidence
    return f"{raised:.2f}" + (" (control totals reconcile)" if proved else "")


def _locator(table: RawTable) -> dict[str, str]:
    at = table.locator
    names = ("line", "page", "sheet", "cell", "row", "column")
    return {n: str(getattr(at, n)) for n in names if getattr(at, n) is not None}


def _already_tidy(columns: Sequence[Column], context: Context) -> Schema | None:
    """The schema whose columns are all there under their own names, if just one is.

    A schema asked for that mtool does not know how to fill otherwise is matched by name alone.
    """
    if context.schema:
        schema = load_schema(context.schema, context.schema_folders)
        known = schema.name in (*MEASURES_OF, "events")
        return schema if not known or _has_required(columns, schema, context) else None
    schemas = (
        load_schema(name, context.schema_folders) for name in schema_names(context.schema_folders)
    )
    fitting = [schema for schema in schemas if _has_required(columns, schema, context)]
    return fitting[0] if len(fitting) == 1 else None


def _has_required(columns: Sequence[Column], schema: Schema, context: Context) -> bool:
    named = set(_by_name(columns, schema).values())
    required = {c.name for c in schema.columns.values() if not c.nullable and c.required}
    measured = not schema.measures or bool(named & set(schema.measures))
    told = {"location_code"} if context.country else set()
    return measured and required - WRITTEN_BY_MTOOL - told <= named


def _leaves_places(columns: Sequence[Column], schema: Schema, context: Context) -> bool:
    """True where a column of places bears no name of the schema: only a reading would keep it."""
    named = _by_name(columns, schema)
    return not context.schema and any(
        c.key not in named and dimension_of(c.header) in ("area", "country") for c in columns
    )


def _by_name(columns: Sequence[Column], schema: Schema) -> dict[str, str]:
    """Printed columns that bear the name or the title of a schema's column."""
    names = {fold_name(alias): name for alias, name in OTHER_NAMES.get(schema.name, {}).items()}
    for column in schema.columns.values():
        names |= {fold_name(column.title): column.name}
    for column in schema.columns.values():
        names |= {fold_name(column.name): column.name}
        names |= {fold_name(column.name.replace("_", " ")): column.name}
    return {c.key: names[fold_name(c.header)] for c in columns if fold_name(c.header) in names}


def _recipe_of_tidy(
    table: RawTable, columns: Sequence[Column], schema: Schema, context: Context
) -> TableRecipe:
    named = _by_name(columns, schema)
    places = _area_columns(columns, schema, named)
    strict = context.schema and schema.tree.get("strict")
    measured = (c for c in columns if named.get(c.key) in schema.measures)
    mark = decimal_mark(text for column in measured for text in column.texts) or "."

    def rule(column: Column) -> dict[str, str]:
        name = named.get(column.key)
        if column.key in places:
            return {"column": places[column.key]}
        if name is None:
            mine = column.header == COUNTED_COLUMN
            return {"column": "unknown" if strict and not mine else "ignore"}
        if name not in schema.measures:
            return {"column": name}
        unit = {"unit": "m2"} if name.endswith("_m2") else {}
        return {"measure": name, "decimal": mark, **unit}

    lacks_country = "location_code" in schema.columns and "location_code" not in named.values()
    return replace(
        _recipe_of_place(table),
        schema=context.schema or schema.name,
        columns={column.key: rule(column) for column in columns},
        constants={"location_code": context.country} if lacks_country and context.country else {},
        reasons=(TIDY_REASON.format(schema.name),),
    )


def _area_columns(
    columns: Sequence[Column], schema: Schema, named: Mapping[str, str]
) -> dict[str, str]:
    """Columns called `region` or `cercle`, where no column of the schema takes their place."""
    found: dict[str, str] = {}
    for role, level in (("area", "admin1"), ("admin2", "admin2")):
        taken = {f"{level}_name", f"provider_{level}_name", f"{level}_code"} & set(named.values())
        alike = [c.key for c in columns if c.key not in named and dimension_of(c.header) == role]
        if f"provider_{level}_name" in schema.columns and not taken and len(alike) == 1:
            found[alike[0]] = role
    return found


def _ignore_other_measures(
    rules: dict[str, dict[str, str]], why: dict[str, str], schema: Schema
) -> None:
    """Figures that the schema has no column for are ignored by name, not dropped in silence."""
    for key, rule in rules.items():
        if rule.get("measure") and rule["measure"] not in schema.columns:
            why[key] = f"because {schema.name} has no measure {rule['measure']}"
            rules[key] = {"column": "ignore"}


def _ignore_parts(rules: dict[str, dict[str, str]]) -> list[str]:
    """An event counts all people: figures by sex, age or status are parts of it, and left.

    Return the measures of which there are only parts.
    """
    measured = {key: rule for key, rule in rules.items() if "measure" in rule}
    parts = {key: rule for key, rule in measured.items() if set(rule) & PARTS}
    wholes = {rule["measure"] for key, rule in measured.items() if key not in parts}
    for key, rule in parts.items():
        reason = f"a part of {rule['measure']}; events counts all people of an event together"
        rules[key] = {"column": "ignore", "reason": reason}
    return sorted({rule["measure"] for rule in parts.values()} - wholes)


def _said(rule: dict[str, str]) -> str:
    return rule.get("column") or ", ".join(f"{k} {v}" for k, v in rule.items() if v)


MEASURES_OF = {
    "incidents": {"incidents"},
    "casualties": {"killed", "injured", "casualties"},
    "staffing": {"staff"},
    "land_release": {
        "area_cleared_m2",
        "area_reduced_m2",
        "area_cancelled_m2",
        "area_released_m2",
        "devices_destroyed",
    },
    "contamination": {"sha_area_m2", "cha_area_m2", "contaminated_area_m2"},
}


def _fitting_schemas(rules: dict[str, dict[str, str]], context: Context) -> list[str]:
    if context.schema:
        return [context.schema]
    dimensions = {rule.get("column") for rule in rules.values()}
    measures = {rule["measure"] for rule in rules.values() if rule.get("measure")}
    if "event_date" in dimensions and dimensions & set(NEEDED_BY_EVENTS):
        return ["events"]
    placed = any(is_place(rule) for rule in rules.values()) or bool(context.country)
    fitting = []
    for schema, known in MEASURES_OF.items():
        dimension = "operator" in dimensions if schema == "staffing" else placed
        if measures & known and dimension:
            fitting.append(schema)
    return fitting


def _possible_schemas(
    columns: Sequence[Column], rules: dict[str, dict[str, str]], context: Context
) -> list[str]:
    """Schemas a person may choose from when nothing in the table decides.

    Figures that are left for a reason are of another field.
    """
    if not any(c.is_figures and _is_open(rules[c.key]) for c in columns):
        return []
    known = schema_names(context.schema_folders)
    operators = any(dimension_of(column.header) == "operator" for column in columns)
    return [name for name in MEASURES_OF if name in known and (name == "staffing") == operators]


def _is_open(rule: dict[str, str]) -> bool:
    """True for a column that may be a figure: neither left for a reason nor a total nor a time."""
    return "measure" in rule or (rule.get("column") == "ignore" and "reason" not in rule)


def _schema_reasons(rules: dict[str, dict[str, str]], schemas: list[str]) -> list[str]:
    measures = sorted({rule["measure"] for rule in rules.values() if rule.get("measure")})
    if len(schemas) == 1:
        return [f"schema {schemas[0]}, because of {', '.join(measures) or 'its columns'}"]
    if schemas:
        return [f"schemas {' and '.join(schemas)} both fit, because of {', '.join(measures)}"]
    return ["no schema fits: neither the title nor a header names a measure that mtool knows"]


def _control_totals(table: RawTable, columns: Sequence[Column]) -> dict[str, str]:
    totals = {}
    body = list(islice(table.body, SAMPLE_ROWS))
    labels = [next((c for c in body[at].cells if c.strip()), "") for at in total_rows(table)]
    if labels:
        totals["row"] = " | ".join(dict.fromkeys(labels))
    summed = [columns[at].key for at in total_columns(table)]
    if summed:
        totals["column"] = " | ".join(summed)
    return totals


def _constants(
    table: RawTable, rules: dict[str, dict[str, str]], context: Context
) -> dict[str, str]:
    dimensions = {rule.get("column") for rule in rules.values()}
    constants = {}
    if not dimensions & {"country", "location_code"}:
        constants["location_code"] = context.country
    has_device = "device_type" in dimensions or any("device_type" in r for r in rules.values())
    if not has_device:
        constants["device_type"] = context.first(device_of) or ""
    has_period = dimensions & {"year", "month", "period", "event_date"} or any(
        "wide" in rule or "period" in rule for rule in rules.values()
    )
    if not has_period:
        constants["period"] = context.first(named_period) or ""
    return {name: value for name, value in constants.items() if value}


def _missing_words(columns: Sequence[Column], rules: dict[str, dict[str, str]]) -> dict[str, str]:
    words = {}
    for column in columns:
        if "measure" in rules[column.key]:
            for text in column.texts:
                status = missing_status(text)
                if status:
                    words[text] = status
    return dict(sorted(words.items()))
