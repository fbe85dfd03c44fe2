"""What each column of a table is: by its header, by its cells, by what the table is about."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from mtool.areas import find_country, load_areas
from mtool.auditing.totals import total_columns
from mtool.column_words import area_unit, dimension_of, figure_rule, measure_of
from mtool.infer.surroundings import Context
from mtool.layouts.forms import form_of, overlay_form
from mtool.layouts.hxl import contradiction, rule_of_tag, tags_of
from mtool.model import RawTable
from mtool.periods import Order, date_order, named_period, read_period, read_year
from mtool.printed_numbers import read_number
from mtool.recipes import column_keys
from mtool.schemas import load_schema

Rules = dict[str, dict[str, str]]


@dataclass(frozen=True, slots=True)
class Column:
    """One column's name, printed cells (blank ones left out) and share of figures."""

    key: str
    header: str
    texts: tuple[str, ...]
    figures: float

    @property
    def is_figures(self) -> bool:
        """Mostly figures, or nothing at all, or whatever stands below a period."""
        return self.figures >= 0.5 or not self.texts or bool(read_period(self.header))


def profile(table: RawTable, rows: Sequence[tuple[str, ...]]) -> list[Column]:
    """The columns of a table, judged by a sample of its rows."""
    columns = []
    for at, key in enumerate(column_keys(table.header)):
        texts = tuple(row[at] for row in rows if at < len(row) and row[at].strip())
        numeric = sum(read_number(text) is not None for text in texts)
        columns.append(Column(key, table.header[at], texts, numeric / len(texts) if texts else 0.0))
    return columns


@dataclass(frozen=True, slots=True)
class Understood:
    """The rule of each column by its key, why it is so, and what speaks against it."""

    rules: Rules
    why: dict[str, str]
    doubts: tuple[str, ...] = ()


def column_rules(table: RawTable, columns: Sequence[Column], context: Context) -> Understood:
    """What each column is: by its header, the form it comes from, its HXL tag, its cells."""
    form = form_of(table.header)
    if form:
        columns = [replace(c, header=form.question(c.header)) for c in columns]
    subject = _subject(columns, context)
    summed = {columns[at].key for at in total_columns(table)}
    rules: Rules = {}
    why: dict[str, str] = {}
    for column in columns:
        rules[column.key], why[column.key] = _column_rule(column, subject, context)
        if column.key in summed and column.is_figures:
            rules[column.key] = {"column": "control_total"}
            why[column.key] = "because it sums other columns"
    _tell_adults_from_children(rules)
    cells = {column.key: column.texts for column in columns}
    if form:
        before = dict(rules)
        overlay_form(form, table.header, cells, rules)
        why |= {key: f"as {form.server} names it" for key in rules if rules[key] != before[key]}
    doubts = tuple(_lay_tags_over(tags_of(table), columns, rules, why))
    if not any(is_place(rule) for rule in rules.values()):
        _find_area_column(columns, rules, why, context)
    return Understood(rules, why, doubts)


def _lay_tags_over(
    tags: Sequence[str], columns: Sequence[Column], rules: Rules, why: dict[str, str]
) -> Iterator[str]:
    """Rules of HXL tags over those of words; yield where the two contradict each other."""
    for column, tag in zip(columns, tags, strict=False):
        told = rule_of_tag(tag)
        if told is None:
            continue
        said = {"measure": measure_of(column.header) or ""}
        against = contradiction(told, rules[column.key] | said)
        if against:
            yield f"{column.key}: {against}"
        dated = told.get("column") in ("event_date", "period")
        order = date_order_of(column.texts) if dated else None
        rules[column.key] = told | ({"date_order": order} if order else {})
        why[column.key] = f"because of its HXL tag {tag}"


def is_place(rule: dict[str, str]) -> bool:
    """True for a column that says where."""
    return rule.get("column", "") in ("area", "admin2", "country", "admin1_code", "location_code")


def _subject(columns: Sequence[Column], context: Context) -> str | None:
    """The measure that the table is about, for headers that do not name one."""
    if any(measure_of(column.header) == "staff" for column in columns):
        return "staff"
    found = context.first(measure_of)
    if context.schema:
        measures = load_schema(context.schema, context.schema_folders).measures
        return found if found in measures else next(iter(measures), None)
    return found


def _column_rule(
    column: Column, subject: str | None, context: Context
) -> tuple[dict[str, str], str]:
    dimension = dimension_of(column.header)
    if dimension == "event_date" and _are_periods(column.texts):
        dimension = "period"
    if dimension:
        rule = {"column": dimension}
        order = date_order_of(column.texts) if dimension in ("event_date", "period") else None
        if order:
            rule["date_order"] = order
        return rule, "because of its header"
    dated = _with_year(column.header, context)
    if not column.is_figures and not dated:
        return {"column": "ignore"}, "because it holds neither figures nor a known dimension"
    rule = figure_rule(dated or column.header, subject) or {}
    if not rule:
        return {"column": "ignore"}, "because its header names no known measure"
    if dated:
        return rule, "because its header is a part of the year in the title"
    if set(rule) <= {"measure", "period"} and read_period(column.header):
        wide = "year" if read_year(column.header) else "period"
        return {"wide": wide, "measure": rule["measure"]}, "because its header is a period"
    if rule["measure"].endswith("_m2"):
        unit = area_unit(column.header) or context.first(area_unit)
        rule |= {"unit": unit} if unit else {}
    return rule, "because of its header"


def _with_year(header: str, context: Context) -> str:
    """`January` or `Q1` with the one year that the title names; empty for any other header."""
    if read_period(header):
        return ""
    year = context.first(named_period) or ""
    dated = f"{header} {year}"
    return dated if read_year(year) and read_period(dated) else ""


def _are_periods(texts: Sequence[str]) -> bool:
    """True for cells that are all months, quarters or years: such a date is no day."""
    periods = [read_period(text) for text in texts]
    return bool(texts) and all(period and period.start != period.end for period in periods)


def date_order_of(texts: Sequence[str]) -> Order | None:
    """What a column of dates proves: the order of day and month, or serial numbers of Excel."""
    serials = [text for text in texts if text.isdigit() and 20_000 <= int(text) < 80_000]
    if texts and len(serials) == len(texts):
        return "excel"
    return date_order(texts)


def _tell_adults_from_children(rules: Rules) -> None:
    """Men and women beside boys and girls are adults; alone, they are everybody of their sex."""
    if not any(rule.get("age_group") == "child" for rule in rules.values()):
        return
    for rule in rules.values():
        if rule.get("sex") in ("male", "female"):
            rule.setdefault("age_group", "adult")


def _find_area_column(
    columns: Sequence[Column], rules: Rules, why: dict[str, str], context: Context
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
