"""From a published figure back to the printed cell, what was checked, and who says otherwise."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Any

from mtool.clean import read_findings, read_sources
from mtool.datasets import Selection, choose_dataset, dataset_names, load_dataset, select
from mtool.derive import find_table, is_report_table
from mtool.errors import MtoolError, UsageError, nearest
from mtool.model import Document, Finding, Report, Source, parse_place
from mtool.one_publication import of_one_publication
from mtool.passport import Passport, passport_path, read_passport
from mtool.periods import period_label
from mtool.printed_place import PrintedPlace, Quote, find_place, quotes_of, totals_of
from mtool.schemas import Schema
from mtool.workspace import Workspace, sha256_of

if TYPE_CHECKING:
    import pandas as pd

REFERENCE = re.compile(r"(?P<source>[^\[\]!]+)\[(?P<table>[^\[\]]+)\]!(?P<cell>.+)")
PROVENANCE = ("source_ref", "source_cell")


@dataclass(frozen=True, slots=True)
class TraceRequest:
    """Which figures to trace: rows by column, region, period and cell; at most `limit` of them.

    `cell` is `source_ref!source_cell`, as any output carries them.
    """

    selection: Selection = field(default_factory=Selection)
    regions: tuple[str, ...] = ()
    period: str | None = None
    measure: str | None = None
    cell: str | None = None
    limit: int = 5


@dataclass(frozen=True, slots=True)
class Trace:
    """One figure and all that stands behind it; `value` is null where the source gives none.

    `unread` says why the printed cell cannot be shown, and is empty where it is. `others` are the
    figures of other sources or editions for the same place and period. Findings are those of the
    cell, its row and its control totals.
    """

    dataset: str
    measure: str
    value: int | float | None
    row: Mapping[str, Any]
    cell: str
    source: Mapping[str, str]
    printed: PrintedPlace | None = None
    unread: str = ""
    quotes: tuple[Quote, ...] = ()
    totals: tuple[Mapping[str, Any], ...] = ()
    corrections: tuple[Mapping[str, str], ...] = ()
    passed: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    reasons: tuple[str, ...] = ()
    others: tuple[Mapping[str, Any], ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The stable JSON form."""
        plain = {name: getattr(self, name) for name in self.__slots__}
        plain["printed"] = (
            asdict(self.printed) | {"cell": self.printed.cell} if self.printed else None
        )
        plain["quotes"] = [asdict(quote) for quote in self.quotes]
        plain["findings"] = [finding.as_json() for finding in self.findings]
        return plain


@dataclass(frozen=True)
class _Read:
    """A raw file read again: its document, its passport and its audit, or why there is none."""

    document: Document | None = None
    passport: Passport | None = None
    report: Report = field(default_factory=Report)
    why: str = ""


@of_one_publication
def trace(
    workspace: Workspace, dataset: str | None, request: TraceRequest
) -> tuple[list[Trace], int, int]:
    """Trace figures of a dataset; return the first ones, how many rows fit, and how many figures.

    Raises `UsageError` for a dataset, column, region, period or cell that is not there.
    """
    import pandas as pd

    name = _dataset_of(workspace, dataset, request)
    frame, schema = load_dataset(workspace, name)
    chosen = _chosen(workspace, frame, request)
    measures = _measures(schema, request)
    figures = [
        (row, measure)
        for row in chosen.head(max(request.limit, 1)).to_dict("records")
        for measure in measures
        if len(measures) == 1 or not pd.isna(row[measure])
    ]
    read: dict[str, _Read] = {}
    findings = read_findings(workspace.clean / "findings.csv")
    traced = [
        _traced(workspace, (schema, frame), (row, measure), (read, findings))
        for row, measure in figures[: request.limit]
    ]
    several = [name for name in measures if name] if len(measures) > 1 else []
    given = int(chosen[several].notna().sum().sum()) if several else len(chosen)
    return traced, len(chosen), given


def _dataset_of(workspace: Workspace, dataset: str | None, request: TraceRequest) -> str:
    """The dataset named; else the one that has the cell."""
    if dataset or not request.cell:
        return choose_dataset(workspace, dataset, request.measure or "")
    reference, _ = _reference(request.cell)
    for name in dataset_names(workspace):
        if (load_dataset(workspace, name)[0]["source_ref"] == reference).any():
            return name
    raise UsageError(f"--cell: no dataset has rows of {reference!r}")


def _reference(cell: str) -> tuple[str, str]:
    found = REFERENCE.fullmatch(cell.strip())
    if not found:
        raise UsageError(
            f"--cell {cell!r}: expected source_ref!source_cell, such as "
            "'mali_2023[t1]!line 96, column 2'"
        )
    return f"{found['source']}[{found['table']}]", found["cell"]


def _chosen(workspace: Workspace, frame: pd.DataFrame, request: TraceRequest) -> pd.DataFrame:
    chosen = select(frame, request.selection)
    if request.cell:
        reference, where = _reference(request.cell)
        places = chosen["source_cell"].str.split(r"; |=", regex=True)
        here = places.map(lambda parts: where in parts) | (chosen["source_cell"] == where)
        chosen = chosen[(chosen["source_ref"] == reference) & here]
        if chosen.empty:
            raise UsageError(f"--cell: no figure of {reference} was read from {where!r}")
    if request.period:
        chosen = chosen[_periods(chosen) == request.period]
        if chosen.empty:
            known = ", ".join(sorted(set(_periods(frame)))[:20])
            raise UsageError(f"no figure for the period {request.period!r}; there are: {known}")
    if request.regions:
        chosen = _in_regions(workspace, chosen, request.regions)
    return chosen


def _periods(frame: pd.DataFrame) -> pd.Series[str]:
    import pandas as pd

    if "reference_period_start" not in frame:
        raise UsageError("this dataset has no periods: choose by --where event_date=…")
    starts = frame["reference_period_start"].astype("str").str[:10]
    ends = frame["reference_period_end"].astype("str").str[:10]
    labels = [period_label(start, end) for start, end in zip(starts, ends, strict=True)]
    return pd.Series(labels, index=frame.index, dtype="str")


def _in_regions(
    workspace: Workspace, frame: pd.DataFrame, regions: tuple[str, ...]
) -> pd.DataFrame:
    """Rows of the regions; a composite that exceeds them is named in the error, never taken."""
    from mtool.engines.sums import Record
    from mtool.summary.regions import PLACE, find_regions

    if "admin1_name" not in frame:
        raise UsageError("this dataset has no areas: --region does not apply to it")
    places = frame.reindex(columns=PLACE)
    texts = places.astype("object").where(places.notna(), None)
    records = [Record(dict(zip(PLACE, row, strict=True)), 1, {}) for row in texts.to_numpy()]
    marked = find_regions(records, regions, workspace.schema_folders).mark(records)
    chosen = frame[[verdict.covered for _, verdict in marked]]
    if chosen.empty:
        wholes = sorted({v.composite for _, v in marked if v.composite})
        hint = f"; it is printed only within {', '.join(wholes)}" if wholes else ""
        raise UsageError(f"no figure for {', '.join(regions)}{hint}")
    return chosen


def _measures(schema: Schema, request: TraceRequest) -> tuple[str, ...]:
    if request.measure and request.measure not in schema.measures:
        raise UsageError(
            f"{schema.name} has no measure {request.measure!r}; "
            f"{nearest(request.measure, schema.measures)}"
        )
    return (request.measure,) if request.measure else schema.measures or ("",)


# One figure -----------------------------------------------------------------------------------


def _traced(
    workspace: Workspace,
    whole: tuple[Schema, pd.DataFrame],
    figure: tuple[dict[str, Any], str],
    known: tuple[dict[str, _Read], list[Finding]],
) -> Trace:
    schema, frame = whole
    row, measure = figure
    read, published = known
    where = _place_of(row["source_cell"], measure)
    source = _source(workspace, row)
    path = source.get("path", "")
    if path not in read:
        read[path] = _read(workspace, source)
    told = Trace(schema.name, measure, _plain(row.get(measure)), _plain_row(row), where, source)
    told = replace(told, others=tuple(_others(workspace, schema, frame, told)))
    return _with_print(told, read[path], schema, published)


def _place_of(source_cell: str, measure: str) -> str:
    """The place of one measure in `killed=B4; injured=C4`; the whole where it is not told apart."""
    parts = dict(part.partition("=")[::2] for part in source_cell.split("; "))
    return parts.get(measure) or source_cell


def _plain(value: Any) -> Any:
    """A value as JSON knows it; null for a missing one."""
    from mtool.summary import as_number

    if value is None or value != value:
        return None
    return value if isinstance(value, str | bool) else as_number(value)


def _plain_row(row: Mapping[str, Any]) -> dict[str, Any]:
    def plain(value: Any) -> Any:
        return value.isoformat()[:10] if hasattr(value, "isoformat") else _plain(value)

    return {name: plain(value) for name, value in row.items()}


def _source(workspace: Workspace, row: Mapping[str, Any]) -> dict[str, str]:
    """The source of a row as `sources.csv` lists it: of its own edition."""
    edition = row["edition"] if row["edition"] == row["edition"] else ""
    return next(
        (
            source
            for source in read_sources(workspace)
            if source["id"] == row["source_id"] and source["edition"] == (edition or "")
        ),
        {"id": str(row["source_id"]), "edition": str(edition or "")},
    )


def _read(workspace: Workspace, source: Mapping[str, str]) -> _Read:
    """Read a raw file again; where that cannot be, say why in one sentence."""
    from mtool.audit_sources import AuditRequest, audit_file
    from mtool.sources.files import read_document

    if not source.get("path"):
        return _Read(why="data/clean does not say which file it came from")
    path = workspace.root / source["path"]
    if not path.is_file():
        return _Read(why=f"{source['path']}: the file is not there any more")
    if source["sha256"] and sha256_of(path) != source["sha256"]:
        return _Read(why=f"{source['path']}: the file has changed since it was published")
    try:
        known = passport_path(path)
        passport = read_passport(known) if known.is_file() else None
        document = read_document(path, Source(source["id"], path=source["path"]))
        if not all(map(is_report_table, document.tables)):
            return _Read(document, passport)
        audited = audit_file(path, AuditRequest(), workspace)
    except MtoolError as error:
        return _Read(why=str(error))
    return _Read(audited.document, passport, audited.report)


def _with_print(told: Trace, read: _Read, schema: Schema, published: list[Finding]) -> Trace:
    """Add what the document prints, and what was found there."""
    if read.document is None:
        return replace(told, unread=read.why)
    table_id = str(told.row["source_ref"]).rpartition("[")[2].rstrip("]")
    passport = read.passport
    recipe = next((r for r in passport.tables if r.id == table_id), None) if passport else None
    if recipe and recipe.count and recipe.schema != schema.name:
        source = told.row["source_ref"]
        said = f"counted from {recipe.schema} of {source}; the first stands on {told.cell}"
        return replace(told, unread=said)
    tables = {table.id: table for table in read.document.tables}
    table = find_table(recipe, tables) if recipe else tables.get(table_id)
    header = _header(recipe.columns, told.measure) if recipe else None
    printed = find_place(table, told.cell, header) if table else None
    if table is None or printed is None:
        return replace(told, unread=f"{told.cell} of {table_id} is not found in the file again")
    findings = list(dict.fromkeys((*published, *read.report)))
    totals = totals_of(table, told.cell) if is_report_table(table) else []
    here = [f for f in findings if _is_here(f, told, table_id)]
    return replace(
        told,
        printed=printed,
        quotes=tuple(quotes_of(read.document, printed, read.report.findings)),
        totals=tuple(_total(label, str(at.in_source()), findings) for label, at in totals),
        corrections=tuple(
            {"from": c.original, "to": c.to, "reason": c.reason}
            for c in (passport.corrections if passport else ())
            if c.where == told.cell
        ),
        passed=tuple(_passed(schema, told.measure, here)),
        findings=tuple(here),
        reasons=tuple(_reasons(passport, here)),
    )


def _header(columns: Mapping[str, Mapping[str, str]], measure: str) -> str | None:
    return next(
        (h for h, rule in columns.items() if measure in (rule.get("measure"), rule.get("column"))),
        None,
    )


def _is_here(finding: Finding, told: Trace, table: str) -> bool:
    """True for a finding of the cell, or of its row as a whole."""
    at, own = finding.locator, parse_place(told.cell)
    if at.path != told.source.get("path") or at.table not in (None, table):
        return False
    if finding.locator.in_source() == told.cell:
        return True
    row = (own.page, own.line, own.row) == (at.page, at.line, at.row)
    return at.cell is None and row and bool(at.line or at.row) and at.column is None


def _total(label: str, where: str, findings: list[Finding]) -> dict[str, Any]:
    """A control total with the audit's verdict on it; null where nobody could settle it."""
    found = next(
        (
            f
            for f in findings
            if f.rule.startswith("control_total") and f.locator.in_source() == where
        ),
        None,
    )
    verdict = found.verdict if found else None
    return {
        "label": label,
        "cell": where,
        "verdict": verdict,
        "message": found.message if found else "",
    }


def _passed(schema: Schema, measure: str, here: list[Finding]) -> Iterator[str]:
    """The schema's checks of a measure that nothing was found against."""
    failed = {f.rule for f in here if f.severity == "error"}
    spec = schema.columns.get(measure)
    if spec is None:
        return
    for name, value in {"type": spec.dtype, **spec.checks}.items():
        if name not in failed:
            yield f"{name} {value}"


def _reasons(passport: Passport | None, here: list[Finding]) -> Iterator[str]:
    """Why findings here were acknowledged, in the words of who did."""
    places = {(f.rule, f.locator.in_source()) for f in here if f.acknowledged}
    for known in passport.acknowledged if passport else ():
        if (known.rule, known.where) in places:
            yield f"{known.rule}: {known.reason} ({', '.join(filter(None, (known.by, known.date)))})"


def _others(
    workspace: Workspace, schema: Schema, frame: pd.DataFrame, told: Trace
) -> Iterator[dict[str, Any]]:
    """What other sources, editions and tables print for the same area, period and group."""
    from mtool.compare import Side, compare

    if not told.measure or "reference_period_start" not in frame:
        return
    mine = frame["source_cell"] == told.row["source_cell"]
    for name in ("source_id", "edition", "source_ref"):
        mine &= frame[name].fillna("") == (told.row[name] or "")
    start = frame.loc[mine, "reference_period_start"].iloc[0]
    series = ["source_id", "edition", "source_ref"]
    rest = frame[~mine & (frame["reference_period_start"] == start)]
    own = Side("this", {schema.name: frame[mine]})
    for key, rows in rest.groupby(series, dropna=False, sort=True):
        other = Side("other", {schema.name: rows})
        for figure in compare(own, other, folders=workspace.schema_folders).figures:
            if figure.measure == told.measure and figure.a_cell and figure.b_cell:
                source, edition = (str(part) if part == part else "" for part in key[:2])
                yield {
                    "source_id": source,
                    "edition": edition,
                    "value": figure.b,
                    "difference": figure.difference,
                    "status": figure.status,
                    "why": figure.why.replace("A says", "this says").replace("B says", "it says"),
                    "cell": figure.b_cell,
                }
