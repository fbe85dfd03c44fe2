"""One source → tidy, checked rows of every schema it feeds, its control totals, its findings."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from mtool.auditing.totals import find_control_totals, reconcile
from mtool.checks import RULES
from mtool.form_mark import form_findings
from mtool.layouts import layout_findings
from mtool.model import Checked, ControlTotal, Document, Finding, Locator, RawTable, Report
from mtool.passport import Acknowledgement, Passport, TableRecipe, is_tidy
from mtool.schemas import load_schema
from mtool.tidy import tidy_table
from mtool.validate import Validated, nothing_to_validate, validate_rows

if TYPE_CHECKING:
    import pandas as pd

    from mtool.tidy.reading import Places

#: Totals are looked for in tables as reports print them, not in feeds.
LARGEST_TABLE_WITH_TOTALS = 5_000


@dataclass(frozen=True)
class Derived:
    """What one source gives: typed frames by schema, control totals, and the report on them.

    `unsound` are, per schema, the rows that a structure finding speaks of.
    """

    passport: Passport
    frames: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    unsound: dict[str, frozenset[int]] = field(default_factory=dict)
    control_totals: tuple[ControlTotal, ...] = ()
    report: Report = Report()

    @property
    def trusted(self) -> bool:
        """True when no structure error stands unacknowledged."""
        return not any(
            f.class_ == "structure" and f.severity == "error" and not f.acknowledged
            for f in self.report
        )


def derive_source(
    document: Document, passport: Passport, folders: tuple[Path, ...] = ()
) -> Derived:
    """Tidy and check every table that the passport wants from a document."""
    tables = {table.id: table for table in document.tables}
    parts: dict[str, list[Validated]] = {}
    findings: list[Finding] = list(_about_wanted_sheets(document, passport))
    totals: list[ControlTotal] = []
    checked = Checked()
    for recipe in passport.tables:
        if recipe.ignore:
            continue
        table = find_table(recipe, tables)
        if table is None:
            findings.append(_lost(document, recipe))
            continue
        found = _derive_table(table, recipe, passport, folders)
        findings += found.report.findings
        checked += found.report.checked
        if recipe.schema:
            parts.setdefault(recipe.schema, []).append(found)
        if is_report_table(table) and not is_tidy(recipe):
            totals += find_control_totals(table)
    findings += _unlisted(document, passport)
    frames = Frames(parts)
    report = Report(tuple(acknowledged(findings, passport, document.source.path)), checked)
    return Derived(passport, frames, frames.unsound(), tuple(totals), report)


def _about_wanted_sheets(document: Document, passport: Passport) -> Iterator[Finding]:
    """The reader's findings, without those on sheets of which the passport ignores every table."""
    ignored = {recipe.id for recipe in passport.tables if recipe.ignore}
    sheets = {table.locator.sheet for table in document.tables if table.id in ignored}
    wanted = {table.locator.sheet for table in document.tables if table.id not in ignored}
    for finding in document.findings:
        if finding.locator.sheet is None or finding.locator.sheet not in sheets - wanted:
            yield finding


def find_table(recipe: TableRecipe, tables: dict[str, RawTable]) -> RawTable | None:
    """The table that a recipe speaks of: by header where that is unique, else by its id."""
    from mtool.recipes import header_fingerprint

    alike = [
        t for t in tables.values() if header_fingerprint(t.header) == recipe.header_fingerprint
    ]
    same_id = tables.get(recipe.id)
    if same_id is not None and (same_id in alike or not alike):
        return same_id
    return replace(alike[0], id=recipe.id) if len(alike) == 1 else same_id


def _derive_table(
    table: RawTable, recipe: TableRecipe, passport: Passport, folders: tuple[Path, ...]
) -> Validated:
    totals = reconcile(table) if is_report_table(table) and not is_tidy(recipe) else []
    counted = Checked(control_totals=sum(f.rule.startswith("control_total") for f in totals))
    if not any(True for _ in table.body):
        nothing = Report((_no_rows(table),), Checked(tables=1))
        return nothing_to_validate(nothing)
    if not recipe.schema:
        undecided = Report((*totals, _undecided(table, recipe)), Checked(tables=1) + counted)
        return nothing_to_validate(undecided)
    schema = load_schema(recipe.schema, folders)
    tidied = tidy_table(table, recipe, schema, passport, folders)
    path = table.locator.path or ""
    if not tidied.columns.length:
        explained = any(f.severity == "error" for f in tidied.findings)
        none = [] if explained else [_no_rows(table)]
        empty = Report((*tidied.findings, *none, *totals), Checked(tables=1) + counted)
        return nothing_to_validate(empty)
    assert tidied.places is not None
    validated = validate_rows(tidied.columns, schema, _placed(tidied.places, path))
    findings = without_echoes(tidied.findings, validated.report.findings)
    said = (
        *tidied.findings,
        *layout_findings(table, recipe.layout),
        *form_findings(table, schema),
    )
    report = Report((*said, *findings, *totals), validated.report.checked + counted)
    return replace(validated, report=report, unsound=validated.unsound | tidied.unsound)


def _placed(places: Places, path: str) -> Callable[[int, str], Locator]:
    """Places named by the path the user knows."""
    return lambda at, column: replace(places.locate(at, column), path=path or None)


def is_report_table(table: RawTable) -> bool:
    """True for tables of the size that people print; feeds are not searched for totals."""
    return (
        sum(1 for _ in zip(table.body, range(LARGEST_TABLE_WITH_TOTALS + 1), strict=False))
        <= LARGEST_TABLE_WITH_TOTALS
    )


#: Rules that leave a null behind → the columns in which they do.
NULLS_AFTER = {
    "unknown_area": ("location_code", "admin1", "admin2", "provider_admin"),
    "country_unknown": ("location_code",),
    "not_a_date": ("reference_period", "event_date"),
    "date_order_unknown": ("reference_period", "event_date"),
    "period_unknown": ("reference_period",),
}
#: Rules that leave a figure null in the row that they speak of.
FIGURE_LOST = ("not_a_number", "type", "not_whole")


def without_echoes(said: Iterable[Finding], found: Iterable[Finding]) -> list[Finding]:
    """Leave out failures of a null that an earlier finding explains, by its column or its row."""
    explained = {f.rule: NULLS_AFTER[f.rule] for f in said if f.rule in NULLS_AFTER}
    nulled = tuple(begin for begins in explained.values() for begin in begins)
    lost = {_row_of(f) for f in said if f.rule in FIGURE_LOST}
    absent = {str(f.message.split("'")[1]) for f in said if f.rule == "missing_column"}

    def is_echo(finding: Finding) -> bool:
        column = finding.message.partition(":")[0]
        if finding.rule == "not_null":
            return column.startswith(nulled) or column in absent
        return finding.rule == "missing_says_why" and _row_of(finding) in lost

    return [finding for finding in found if not is_echo(finding)]


def _row_of(finding: Finding) -> tuple[int | None, ...]:
    at = finding.locator
    return at.page, at.line, at.row


def _no_rows(table: RawTable) -> Finding:
    return Finding(
        "no_rows",
        "structure",
        "error",
        "the table gave no rows: nothing was checked",
        replace(table.locator, table=table.id),
        suggestion="type below the header and the example row of the form"
        if table.form
        else "look at it with mtool tables; correct its columns in the passport, or ignore it",
    )


def _undecided(table: RawTable, recipe: TableRecipe) -> Finding:
    names = " or ".join(recipe.candidates)
    return Finding(
        "schema_undecided",
        "structure",
        "error",
        f"table {table.id} waits: "
        + (f"it could be {names}" if names else "no schema fits what it holds"),
        replace(table.locator, table=table.id),
        suggestion="say --schema NAME, or set `schema:` and `columns:` of the table in the passport, "
        "or `ignore: reason`",
    )


def _lost(document: Document, recipe: TableRecipe) -> Finding:
    return Finding(
        "table_lost",
        "structure",
        "error",
        f"the passport has a table {recipe.id}, and the file has none like it",
        Locator(path=document.source.path, table=recipe.id),
        suggestion="look at the file with mtool tables; correct or remove the entry",
    )


def _unlisted(document: Document, passport: Passport) -> list[Finding]:
    """A table that the passport does not speak of is reported, never dropped in silence."""
    from mtool.recipes import header_fingerprint

    known = {r.id for r in passport.tables} | {r.header_fingerprint for r in passport.tables}
    return [
        Finding(
            "table_unlisted",
            "structure",
            "error",
            f"table {table.id} ({', '.join(table.header[:4])} …) is not in the passport",
            replace(table.locator, table=table.id),
            suggestion="add it to the passport, with `ignore: reason` if nobody wants it",
        )
        for table in document.tables
        if table.id not in known and header_fingerprint(table.header) not in known
    ]


class Frames(Mapping[str, "pd.DataFrame"]):
    """The rows of each schema, all tables together, as frames made when they are asked for."""

    def __init__(self, parts: Mapping[str, Sequence[Validated]]) -> None:
        self._parts = {name: kept for name, tables in parts.items() if (kept := _with_rows(tables))}
        self._made: dict[str, pd.DataFrame] = {}

    def __getitem__(self, name: str) -> pd.DataFrame:
        if name not in self._made:
            import pandas as pd

            frames = [part.frame for part in self._parts[name]]
            self._made[name] = pd.concat(frames, ignore_index=True)
        return self._made[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._parts)

    def __len__(self) -> int:
        return len(self._parts)

    def unsound(self) -> dict[str, frozenset[int]]:
        """The rows of each frame that a structure finding speaks of."""
        found = {}
        for name, parts in self._parts.items():
            starts = itertools.accumulate((part.rows for part in parts), initial=0)
            pairs = zip(starts, parts, strict=False)
            found[name] = frozenset(start + row for start, part in pairs for row in part.unsound)
        return found


def _with_rows(tables: Sequence[Validated]) -> list[Validated]:
    return [part for part in tables if part.rows]


def acknowledged(findings: Iterable[Finding], passport: Passport, path: str) -> list[Finding]:
    """Mark the findings that a person has acknowledged; an acknowledgement of nothing is reported."""
    waiting = {(a.rule, a.where): a for a in passport.acknowledged}
    used: set[tuple[str, str]] = set()
    marked = []
    for finding in findings:
        key = (finding.rule, finding.locator.in_source())
        known = waiting.get(key)
        if known and _same_figures(known, finding):
            used.add(key)
            marked.append(replace(finding, acknowledged=True))
        else:
            marked.append(finding)
    lapsed = [a for key, a in waiting.items() if key not in used and not is_of_audit(a.rule)]
    return marked + [_lapsed(known, path) for known in lapsed]


def is_of_audit(rule: str) -> bool:
    """True for rules that only `mtool audit` looks at."""
    return rule.startswith(("claim_", "duty_", "date_", "part", "percentage", "series_")) and (
        rule not in RULES and rule != "date_order_unknown"
    )


def _same_figures(known: Acknowledgement, finding: Finding) -> bool:
    def as_text(number: object) -> str:
        return "" if number is None else f"{number:g}" if isinstance(number, float) else str(number)

    return (known.stated in ("", as_text(finding.stated))) and (
        known.computed in ("", as_text(finding.computed))
    )


def _lapsed(known: Acknowledgement, path: str) -> Finding:
    return Finding(
        "acknowledgement_lapsed",
        "note",
        "warning",
        f"the acknowledged finding {known.rule} at {known.where} is not found any more, or its "
        "figures changed",
        Locator(path=path or None),
        suggestion="look again; take the entry out of the passport if the source was mended",
    )
