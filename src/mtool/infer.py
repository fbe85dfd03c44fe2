"""RawTable → recipe: what each column is, which schema fits, and why.

Done once; the passport then decides. Doubt is written down (`candidates`, `reasons`), never
settled silently.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from mtool.areas import countries_in, find_country, load_areas
from mtool.audit.totals import reconcile, total_columns, total_rows
from mtool.column_words import (
    area_unit,
    device_of,
    dimension_of,
    figure_rule,
    measure_of,
)
from mtool.model import Document, Locator, RawTable
from mtool.passport import TableRecipe
from mtool.periods import Order, date_order, read_period, read_year
from mtool.printed_numbers import missing_status, read_number
from mtool.recipes import collapse_years, column_keys, header_fingerprint
from mtool.schemas import Schema, load_schema, schema_names

SAMPLE_ROWS = 2_000
#: Columns that say where a row comes from, or a whole that is not told apart: not needed in a file.
WRITTEN_BY_MTOOL = {
    *("source_id", "edition", "as_of", "source_ref", "source_cell"),
    *("sex", "role", "age_group", "civilian_status"),
}
NEEDED_BY_EVENTS = ("event_id", "latitude", "event_type")


@dataclass(frozen=True, slots=True)
class Context:
    """What is known besides the table itself.

    `about` are words on what the figures are of, from the nearest to the farthest: the title, the
    sheet's name, the heading above, the document's title, the file's name. `schema` is one that a person asked for.
    """

    country: str = ""
    schema_folders: tuple[Path, ...] = ()
    schema: str = ""
    about: tuple[str, ...] = ()

    def first(self, find: Callable[[str], str | None]) -> str | None:
        """What `find` finds in the nearest words that say anything."""
        return next((found for text in self.about if (found := find(text))), None)


def context_of(
    document: Document,
    table: RawTable,
    default_country: str = "",
    schema_folders: tuple[Path, ...] = (),
    schema: str = "",
) -> Context:
    """Everything around a table that helps to understand it."""
    country = infer_country(document, table, default_country)
    stem = Path(document.source.path).stem.replace("_", " ")
    heading = nearest_heading(document, table)
    about = (table.title, table.locator.sheet or "", heading, document.source.title, stem)
    return Context(country, schema_folders, schema, tuple(filter(None, about)))


def nearest_heading(document: Document, table: RawTable) -> str:
    """The last heading that stands before a table on its page or above it; empty without one."""

    def position(at: Locator) -> tuple[int, int]:
        return (at.page or 0, at.line or at.row or 0)

    before = [
        paragraph.text
        for paragraph in document.paragraphs
        if paragraph.kind == "heading" and position(paragraph.locator) <= position(table.locator)
    ]
    return before[-1] if before else ""


@dataclass(frozen=True, slots=True)
class Column:
    """One column's name, printed cells (blank ones left out) and share of figures."""

    key: str
    header: str
    texts: tuple[str, ...]
    figures: float

    @property
    def is_figures(self) -> bool:
        """Mostly figures, or nothing at all below a header that is a period."""
        return self.figures >= 0.5 or not self.texts or bool(read_period(self.header))


def infer_recipe(table: RawTable, context: Context) -> TableRecipe:
    """Work out how a table becomes tidy rows; an undecided schema is empty, with candidates."""
    rows = [row.cells for row in islice(table.body, SAMPLE_ROWS)]
    columns = _profile(table, rows)
    tidy = _already_tidy(columns, context)
    if tidy:
        return _recipe_of_tidy(table, columns, tidy)
    rules, why = _column_rules(table, columns, context)
    schemas = _fitting_schemas(rules, context)
    schema = schemas[0] if len(schemas) == 1 else ""
    if schema:
        _ignore_other_measures(rules, why, load_schema(schema, context.schema_folders))
    collapsed = collapse_years(rules)
    reasons = [f"{k}: {_said(rule)}, {why[k.split('..')[0]]}" for k, rule in collapsed.items()]
    reasons += _schema_reasons(rules, schemas)
    return TableRecipe(
        id=table.id,
        title=table.title,
        locator=_locator(table),
        header_fingerprint=header_fingerprint(table.header),
        schema=schema,
        candidates=() if schema else tuple(schemas or _possible_schemas(columns, context)),
        columns=collapsed,
        control_totals=_control_totals(table, columns),
        constants=_constants(table, rules, context),
        missing=_missing_words(columns, rules),
        confidence=_confidence(table),
        reasons=tuple(reasons),
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


def _profile(table: RawTable, rows: Sequence[tuple[str, ...]]) -> list[Column]:
    columns = []
    for at, key in enumerate(column_keys(table.header)):
        texts = tuple(row[at] for row in rows if at < len(row) and row[at].strip())
        numeric = sum(read_number(text) is not None for text in texts)
        share = numeric / len(texts) if texts else 0.0
        columns.append(Column(key, table.header[at], texts, share))
    return columns


def _already_tidy(columns: Sequence[Column], context: Context) -> Schema | None:
    """The schema whose required columns are all there under their own names, if just one is."""
    names = {column.header for column in columns}
    fitting = []
    for name in schema_names(context.schema_folders):
        schema = load_schema(name, context.schema_folders)
        required = {c.name for c in schema.columns.values() if not c.nullable and c.required}
        measured = not schema.measures or names & set(schema.measures)
        if required - WRITTEN_BY_MTOOL <= names and measured and context.schema in ("", name):
            fitting.append(schema)
    return fitting[0] if len(fitting) == 1 else None


def _recipe_of_tidy(table: RawTable, columns: Sequence[Column], schema: Schema) -> TableRecipe:
    columns_of_schema = schema.columns

    def rule(name: str) -> dict[str, str]:
        if name in schema.measures:
            return {"measure": name, "decimal": "."}
        return {"column": name if name in columns_of_schema else "ignore"}

    return TableRecipe(
        id=table.id,
        title=table.title,
        locator=_locator(table),
        header_fingerprint=header_fingerprint(table.header),
        schema=schema.name,
        columns={c.key: rule(c.header) for c in columns},
        reasons=(f"the columns are those of the schema {schema.name}",),
    )


def _column_rules(
    table: RawTable, columns: Sequence[Column], context: Context
) -> tuple[dict[str, dict[str, str]], dict[str, str]]:
    """What each column is, and why."""
    subject = context.first(measure_of)
    summed = {columns[at].key for at in total_columns(table)}
    rules: dict[str, dict[str, str]] = {}
    why: dict[str, str] = {}
    for column in columns:
        rules[column.key], why[column.key] = _column_rule(column, subject)
        if column.key in summed and rules[column.key].get("measure"):
            rules[column.key] = {"column": "control_total"}
            why[column.key] = "because it sums other columns"
    if not any(_is_place(rule) for rule in rules.values()):
        _find_area_column(columns, rules, why, context)
    return rules, why


def _ignore_other_measures(
    rules: dict[str, dict[str, str]], why: dict[str, str], schema: Schema
) -> None:
    """Figures that the schema has no column for are ignored by name, not dropped in silence."""
    for key, rule in rules.items():
        if rule.get("measure") and rule["measure"] not in schema.columns:
            why[key] = f"because {schema.name} has no measure {rule['measure']}"
            rules[key] = {"column": "ignore"}


def _said(rule: dict[str, str]) -> str:
    return rule.get("column") or ", ".join(f"{k} {v}" for k, v in rule.items() if v)


def _is_place(rule: dict[str, str]) -> bool:
    return rule.get("column", "") in ("area", "admin2", "country", "admin1_code", "location_code")


def _column_rule(column: Column, subject: str | None) -> tuple[dict[str, str], str]:
    dimension = dimension_of(column.header)
    if dimension:
        rule = {"column": dimension}
        order = _order(column.texts) if dimension in ("event_date", "period") else None
        if order:
            rule["date_order"] = order
        return rule, "because of its header"
    if not column.is_figures:
        return {"column": "ignore"}, "because it holds neither figures nor a known dimension"
    rule = figure_rule(column.header, subject) or {}
    if not rule:
        return {"column": "ignore"}, "because its header names no known measure"
    if set(rule) <= {"measure", "period"} and "period" in rule and " / " not in column.header:
        wide = "year" if read_year(column.header) else "period"
        return {"wide": wide, "measure": rule["measure"]}, "because its header is a period"
    if rule["measure"].endswith("_m2"):
        rule |= _unit(column, subject)
    return rule, "because of its header"


def _order(texts: Sequence[str]) -> Order | None:
    """What a column of dates proves: the order of day and month, or serial numbers of Excel."""
    serials = [text for text in texts if text.isdigit() and 20_000 <= int(text) < 80_000]
    if texts and len(serials) == len(texts):
        return "excel"
    return date_order(texts)


def _unit(column: Column, title: str | None) -> dict[str, str]:
    unit = area_unit(column.header) or area_unit(title or "")
    return {"unit": unit} if unit else {}


def _find_area_column(
    columns: Sequence[Column],
    rules: dict[str, dict[str, str]],
    why: dict[str, str],
    context: Context,
) -> None:
    """The first column of text whose cells are mostly names of areas or countries."""
    areas = load_areas(context.country, context.schema_folders) if context.country else None
    for column in columns:
        if column.is_figures or not column.texts or rules[column.key] != {"column": "ignore"}:
            continue
        matched = sum(bool(areas and areas.find(text)) for text in column.texts)
        states = sum(find_country(text) is not None for text in column.texts)
        for role, count in (("area", matched), ("country", states)):
            if count * 2 > len(column.texts):
                rules[column.key] = {"column": role}
                why[column.key] = f"because {count} of its {len(column.texts)} cells name one"
                return


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
    placed = any(_is_place(rule) for rule in rules.values()) or bool(context.country)
    fitting = []
    for schema, known in MEASURES_OF.items():
        dimension = "operator" in dimensions if schema == "staffing" else placed
        if measures & known and dimension:
            fitting.append(schema)
    return fitting


def _possible_schemas(columns: Sequence[Column], context: Context) -> list[str]:
    """Schemas a person may choose from when nothing in the table decides."""
    if not any(column.is_figures for column in columns):
        return []
    known = schema_names(context.schema_folders)
    operators = any(dimension_of(column.header) == "operator" for column in columns)
    return [name for name in MEASURES_OF if name in known and (name == "staffing") == operators]


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
        constants["period"] = context.first(title_period) or ""
    return {name: value for name, value in constants.items() if value}


def title_period(title: str) -> str:
    """The one period that a title names, as printed; empty when there is none or several."""
    words = title.replace("(", " ").replace(")", " ").replace(",", " ").split()
    found = []
    at = 0
    while at < len(words):
        for size in (4, 3, 2, 1):
            phrase = " ".join(words[at : at + size]).strip(".:;")
            if read_period(phrase):
                found.append(phrase)
                at += size - 1
                break
        at += 1
    return found[0] if len(set(found)) == 1 else ""


def _missing_words(columns: Sequence[Column], rules: dict[str, dict[str, str]]) -> dict[str, str]:
    words = {}
    for column in columns:
        if "measure" in rules[column.key]:
            for text in column.texts:
                status = missing_status(text)
                if status:
                    words[text] = status
    return dict(sorted(words.items()))


def infer_country(document: Document, table: RawTable, default: str = "") -> str:
    """The country a table is about: its title, else the document's or file's name, else the
    workspace's, else the titles of the other tables, else the country that is named most.

    Empty where nothing is named, or where two are named equally often.
    """
    heading = nearest_heading(document, table)
    for text in (table.title, heading, document.source.title, Path(document.source.path).stem):
        named = list(dict.fromkeys(countries_in(text)))
        if len(named) == 1:
            return named[0]
    if default:
        return default
    others = {code for other in document.tables for code in countries_in(other.title)}
    if len(others) == 1:
        return others.pop()
    headings = [p.text for p in document.paragraphs if p.kind in ("heading", "caption")]
    for texts in (headings, [p.text for p in document.paragraphs]):
        most = Counter(countries_in(" ".join(texts)[:500_000])).most_common(2)
        if len(most) == 1 or (most and most[0][1] > most[1][1] * 2):
            return most[0][0]
    return ""
