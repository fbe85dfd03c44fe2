"""Schema → the columns of a form: what is typed in each, what may be, and what to say about it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from mtool.areas import Area, Areas, fold_name, load_areas
from mtool.form_mark import folded_header, schema_version, typed_columns
from mtool.language import language_in_use, quoted, translated, typed_day
from mtool.model import FormMark
from mtool.schemas import ColumnSpec, Schema, load_vocabulary
from mtool.tidy import WHOLE_GROUPS

Kind = Literal["text", "list", "area", "area_within", "date", "whole", "decimal"]
KINDS: Mapping[str, Kind] = {"datetime64[ns]": "date", "Int64": "whole", "Float64": "decimal"}
#: Names of areas are typed as the source prints them; in a form, that is the name chosen.
NAMED_AFTER = {"provider_admin1_name": "admin1_name", "provider_admin2_name": "admin2_name"}
UNITS = {"latitude": "degrees", "longitude": "degrees"}
#: Typed where a figure is missing or limited: nothing to show in an example.
SELDOM = ("value_status", "qualifier", "note")


@dataclass(frozen=True, slots=True)
class FormColumn:
    """One column of a form.

    `choices` are the texts of its drop-down; `least` and `most` bound a figure, null for no bound;
    `not_before` names the column whose date this one may not precede.
    """

    name: str
    header: str
    note: str
    kind: Kind
    required: bool
    choices: tuple[str, ...] = ()
    least: float | None = None
    most: float | None = None
    not_before: str = ""
    example: str = ""


@dataclass(frozen=True, slots=True)
class Form:
    """A form to be written: its columns, and the areas of the second level by those of the first."""

    title: str
    columns: tuple[FormColumn, ...]
    mark: FormMark
    within: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def lay_out(schema: Schema, country: str, folders: tuple[Path, ...] = ()) -> Form:
    """Work out the form of a schema for a country, or for any where `country` is empty.

    Raises `UsageError` for a code that is no country.
    """
    areas = load_areas(country, folders) if country else None
    within = _within(areas) if areas else {}
    codes: dict[str, dict[str, str]] = {}
    columns = []
    for name in typed_columns(schema, country):
        column = schema.columns[name]
        if column.vocabulary:
            codes[name] = _labels(column.vocabulary)
        columns.append(_column(schema, column, tuple(codes.get(name, ())), within))
    columns = _told_apart(columns)
    title = translated(schema.title)
    if areas:
        title += f" — {_country_name(areas)}"
    mark = FormMark(
        schema=schema.name,
        version=schema_version(schema),
        country=country,
        language=language_in_use(),
        guide=translated("How to fill in this form"),
        example=f"{translated('e.g.')} ",
        columns={column.header: column.name for column in columns},
        codes=codes,
    )
    return Form(title, tuple(columns), mark, within)


def _told_apart(columns: list[FormColumn]) -> list[FormColumn]:
    """Columns that have the same header in a language bear their name beside it."""
    count = Counter(folded_header(column.header) for column in columns)
    return [
        replace(column, header=f"{column.header} [{column.name}]")
        if count[folded_header(column.header)] > 1
        else column
        for column in columns
    ]


def _country_name(areas: Areas) -> str:
    return next((area.name for area in areas.areas if area.level == 0), areas.location_code)


def _within(areas: Areas) -> dict[str, tuple[str, ...]]:
    """Areas of the first level and composites → the names of those within, as people sort them."""
    first = [area for area in areas.areas if area.level == 1]
    names = dict.fromkeys(
        area.name for area in sorted(first, key=lambda a: (fold_name(a.name), a.code))
    )
    by_name = {area.name: area for area in first}
    return {name: _names_within(areas, by_name[name]) for name in names}


def _names_within(areas: Areas, outer: Area) -> tuple[str, ...]:
    if not outer.code:
        return ()
    found = (a.name for a in areas.areas if a.level == 2 and a.parent in (outer.code, *outer.parts))
    return tuple(sorted(dict.fromkeys(found), key=fold_name))


def _labels(vocabulary: str) -> dict[str, str]:
    """The label of each code in the language in use → the code."""
    terms = load_vocabulary(vocabulary)
    labels: dict[str, str] = {}
    for code, term in terms.items():
        label = (term.label_fr if language_in_use() == "fr" else term.label_en) or code
        labels[label if label not in labels else f"{label} ({code})"] = code
    return labels


def _column(
    schema: Schema,
    column: ColumnSpec,
    labels: tuple[str, ...],
    within: Mapping[str, tuple[str, ...]],
) -> FormColumn:
    kind, choices = _kind(column, labels, within)
    required = not column.nullable and column.name not in WHOLE_GROUPS
    least, most = _bounds(column)
    ends = column.name == "reference_period_end" and "period_in_order" in schema.checks
    described = schema.columns.get(NAMED_AFTER.get(column.name, ""), column)
    return FormColumn(
        name=column.name,
        header=_header(described, required=required),
        note=_in_form_words(translated(described.description), schema, column),
        kind=kind,
        required=required,
        choices=choices,
        least=least,
        most=most,
        not_before="reference_period_start" if ends else "",
        example=_example(column, kind, choices, within),
    )


def _in_form_words(note: str, schema: Schema, column: ColumnSpec) -> str:
    """A note that calls columns by their titles, and codes by the labels that are offered."""
    called = {
        name: quoted(translated(spec.title))
        for name, spec in schema.columns.items()
        if "_" in name or name == "qualifier"
    }
    if column.vocabulary:
        called |= {code: label for label, code in _labels(column.vocabulary).items()}
    return re.sub(r"\b[a-z][a-z0-9_]*\b", lambda word: called.get(word[0], word[0]), note)


def _header(column: ColumnSpec, *, required: bool) -> str:
    unit = UNITS.get(column.name)
    header = translated(column.title) + (f" ({translated(unit)})" if unit else "")
    return f"{header} ({translated('required')})" if required else header


def _kind(
    column: ColumnSpec, labels: tuple[str, ...], within: Mapping[str, tuple[str, ...]]
) -> tuple[Kind, tuple[str, ...]]:
    if column.name == "provider_admin1_name" and within:
        return "area", tuple(within)
    if column.name == "provider_admin2_name" and any(within.values()):
        return "area_within", ()
    if column.name == "location_code":
        return "list", _country_codes()
    choices = labels or tuple(map(str, column.checks.get("isin") or ()))
    if column.dtype == "boolean":
        choices = ("true", "false")
    return ("list", choices) if choices else (KINDS.get(column.dtype, "text"), ())


def _country_codes() -> tuple[str, ...]:
    import pycountry

    return tuple(sorted(country.alpha_3 for country in pycountry.countries))


def _bounds(column: ColumnSpec) -> tuple[float | None, float | None]:
    between = column.checks.get("in_range") or {}
    least = column.checks.get("greater_than_or_equal_to", between.get("min_value"))
    return least, column.checks.get("less_than_or_equal_to", between.get("max_value"))


def _example(
    column: ColumnSpec,
    kind: Kind,
    choices: tuple[str, ...],
    within: Mapping[str, tuple[str, ...]],
) -> str:
    """What the example row shows: an area that has several within, a month, a small count."""
    if column.name in SELDOM:
        return ""
    shown = next((n for n, inner in within.items() if len(inner) > 1), next(iter(within), ""))
    of_kind = {
        "area": shown,
        "area_within": next(iter(within.get(shown, ())), ""),
        "list": next(iter(choices), ""),
        "date": typed_day("2024-01-31" if column.name.endswith("_end") else "2024-01-01"),
        "whole": "3",
        "decimal": "12.5",
    }
    text = "2024-01-31" if "partial_date" in column.checks else "" if column.nullable else "ABC-001"
    return of_kind.get(kind, text)
