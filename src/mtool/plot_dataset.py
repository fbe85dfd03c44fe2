"""From a workspace and a request to a chart: which series, which words, which outlines."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from mtool.charts import Chart, Kind, Point, Ring, Series, Shape, described
from mtool.clean import read_rows
from mtool.datasets import Selection
from mtool.errors import UsageError
from mtool.language import colon, translated
from mtool.one_publication import of_one_publication
from mtool.outlines import Outline, Outlines
from mtool.schemas import load_schema
from mtool.summarize_dataset import Asked
from mtool.summary import AREA_COLUMNS, Request, Summary, SummaryRow
from mtool.summary.spans import UNITS
from mtool.workspace import Workspace

NOT_SAID = "(not said)"
#: Kinds that show every region where none is chosen.
OF_EVERY_REGION = ("shares", "multiples")
#: What the figures of a kind are, where they are not numbers counted.
UNITS_OF = {
    "shares": "share of the total",
    "change": "rate ratio to the period before, with its 95 % interval",
}
#: What a sum of shares may be off by, being made of fractions.
ROUNDING = 1e-9


@of_one_publication
def plot_dataset(
    workspace: Workspace,
    dataset: str | None,
    request: Request,
    selection: Selection,
    kind: Kind,
) -> Chart:
    """The chart of a dataset, made from the figures that `mtool summarize` gives.

    Raises `UsageError` as `summarize_dataset` does, for kinds that need regions or periods and
    have none, and for a map of areas without outlines.
    """

    ask = Asked(workspace, dataset, selection).summary
    if kind == "map":
        return _map(workspace, ask, request)
    _refuse_groups(request, kind)
    together = ask(replace(request, regions=()) if kind in OF_EVERY_REGION else request)
    series, remarks = _series(ask, request, kind, together)
    title = _title(workspace, together)
    if request.by not in UNITS:
        title += f", {_span(ask(replace(request, by='period')))}"
    said = tuple(map(translated, remarks))
    unit = translated(UNITS_OF.get(kind, "number"))
    return Chart(kind, title, unit, tuple(series), _source(workspace, together), said)


@of_one_publication
def summary_with_lines(
    workspace: Workspace, dataset: str | None, request: Request, selection: Selection
) -> tuple[Summary, tuple[Series, ...]]:
    """A summary, and the figures over periods of each region it is of; one series where of all.

    No series where there are no two periods, or where figures cannot be put on one line: groups
    other than regions, and sources that contradict each other in some period.
    """
    ask = Asked(workspace, dataset, selection).summary
    summary = ask(request)
    try:
        series = _lines(ask, request, summary)
    except UsageError:
        return summary, ()
    return summary, tuple(one for one in series if len(one.points) > 1)


def _lines(
    ask: Callable[[Request], Summary], request: Request, summary: Summary
) -> Sequence[Series]:
    if request.by in UNITS:
        return _series(ask, request, "lines", summary)[0]
    if AREA_COLUMNS.get(request.by) != "admin1_name":
        return ()
    over = replace(request, by="period", regions=())
    names = tuple(row.period for row in summary.rows if row.period != NOT_SAID)
    return _by_region(ask, over, (names, "lines"), ask(over))[0]


def _refuse_groups(request: Request, kind: Kind) -> None:
    if request.by not in UNITS and kind != "bars":
        raise UsageError(f"--kind {kind} is of periods; --by {request.by} is drawn by: --kind bars")
    if kind == "rest" and not request.regions:
        raise UsageError("--kind rest sets regions against the rest; choose them with --region")


def _series(
    ask: Callable[[Request], Summary], request: Request, kind: Kind, together: Summary
) -> tuple[list[Series], tuple[str, ...]]:
    """The series of a kind, each with a point for every label."""
    if kind == "change":
        from mtool.summary.trend import with_trend

        changes = with_trend(together)
        name = ", ".join(together.regions) or translated("All")
        return [Series(name, tuple(map(_change, changes.rows[1:])))], tuple(together.notes)
    if kind == "rest":
        mine = Series(", ".join(together.regions), _points(together))
        rest = tuple(map(_rest, together.rows, mine.points))
        return [mine, Series(translated("The rest"), rest)], tuple(together.notes)
    names = request.regions
    if kind in OF_EVERY_REGION and not names:
        names = tuple(
            r.period for r in ask(replace(request, by="region")).rows if r.period != NOT_SAID
        )
    if not names or request.by not in UNITS:
        name = ", ".join(together.regions) or translated("All")
        return [Series(name, _points(together))], tuple(together.notes)
    return _by_region(ask, request, (names, kind), together)


def _by_region(
    ask: Callable[[Request], Summary],
    request: Request,
    asked: tuple[Sequence[str], Kind],
    together: Summary,
) -> tuple[list[Series], tuple[str, ...]]:
    names, kind = asked
    summaries = [ask(replace(request, regions=(name,))) for name in names]
    labels = [row.period for row in together.rows]
    notes = dict.fromkeys(note for summary in (together, *summaries) for note in summary.notes)
    series = []
    for summary in {s.regions: s for s in summaries}.values():
        points = {p.label: p for p in _points(summary, shares=kind == "shares")}
        name = ", ".join(summary.regions)
        series.append(
            Series(name, tuple(points.get(x) or Point(x, None, absent=True) for x in labels))
        )
    if kind == "shares" and request.regions:
        whole = list(zip(*(one.points for one in series), strict=True))
        once = {p.label: p.value for p in _points(ask(request), shares=True)}
        if any(_share_of(p) > (once.get(p[0].label) or 1) + ROUNDING for p in whole):
            raise UsageError(
                f"--kind shares: {', '.join(names)} overlap; choose regions of which none holds "
                "another"
            )
        rest = tuple(_share_left(points) for points in whole)
        series.append(Series(translated("The rest"), rest))
    return series, tuple(notes)


def _points(summary: Summary, *, shares: bool = False) -> tuple[Point, ...]:
    return tuple(
        Point(
            row.period,
            row.share if shares else row.value,
            absent=row.value is None and not row.n_missing and row.composite is None,
            missing=row.n_missing,
            partial=row.partial,
            breaks=row.period in summary.breaks,
            qualified=row.qualified,
        )
        for row in summary.rows
    )


def _rest(row: SummaryRow, mine: Point) -> Point:
    """What is left of the total; null where either is unknown."""
    if row.total is None or row.value is None:
        return replace(mine, value=None, missing=0, qualified=False)
    missing = row.total_n_missing - row.n_missing
    return replace(mine, value=row.total - row.value, missing=missing, qualified=False)


def _share_of(points: Sequence[Point]) -> float:
    return sum(point.value for point in points if point.value is not None)


def _share_left(points: Sequence[Point]) -> Point:
    complete = all(point.value is not None for point in points)
    left = max(1 - _share_of(points), 0.0) if complete else None
    return replace(points[0], value=left, missing=0, qualified=False)


def _change(row: SummaryRow) -> Point:
    return Point(
        row.period,
        row.rate_ratio,
        partial=row.partial,
        low=row.rate_ratio_low,
        high=row.rate_ratio_high,
    )


def _title(workspace: Workspace, summary: Summary) -> str:
    """What is drawn, where, when: `Incidents, Mopti and Ségou, 2017–2022`."""
    column = load_schema(summary.dataset, workspace.schema_folders).columns.get(summary.measure)
    title = translated(column.title if column else summary.measure)
    parts = [title[:1].upper() + title[1:]]
    if summary.regions:
        *first, last = summary.regions
        both = (", ".join(first), last) if first else (last,)
        parts.append(f" {translated('and')} ".join(both))
    if summary.by in UNITS:
        parts.append(_span(summary))
    return ", ".join(parts)


def _span(summary: Summary) -> str:
    first, last = summary.rows[0].period, summary.rows[-1].period
    return first if first == last else f"{first}–{last}"


def _source(workspace: Workspace, summary: Summary) -> str:
    """The source line: title, edition and publisher of each source."""
    told = {row["id"]: row for row in read_rows(workspace.clean / "sources.csv")}
    lines = []
    for source in summary.sources:
        row = told.get(source, {})
        parts = (row.get("title") or source, row.get("edition"), row.get("publisher"))
        lines.append(", ".join(part for part in parts if part))
    return f"{translated('Source')}{colon()} {'; '.join(lines)}."


def _map(workspace: Workspace, ask: Callable[[Request], Summary], request: Request) -> Chart:
    if request.by not in (*UNITS, *AREA_COLUMNS):
        raise UsageError(f"a map is of regions; --by {request.by} is drawn by: --kind bars")
    by = request.by if request.by in AREA_COLUMNS else "region"
    summary = ask(replace(request, by=by))
    drawn = _drawn(workspace, summary)
    if not drawn.shapes:
        raise UsageError(
            f"{summary.dataset}: no outlines of {', '.join(drawn.without)}; put a GeoJSON file of the "
            "areas into schemas/areas/outlines/, named by the country's code"
        )
    points = _points(summary)
    left = [p for p in points if p.label in drawn.without]
    remarks = list(drawn.remarks)
    if left:
        figures = "; ".join(f"{p.label} {described(p, 'map')}" for p in left)
        remarks.append(translated(f"not on the map, for want of an outline: {figures}"))
    on_map = [p for p in points if p.label not in drawn.without]
    over = ask(replace(request, by="period"))
    title = f"{_title(workspace, summary)}, {_span(over)}"
    others = {shape.label for shape in drawn.shapes} - {p.label for p in on_map}
    empty = [Point(x, None, absent=x not in drawn.overlapping) for x in sorted(others)]
    series = (Series(translated("Areas"), (*on_map, *empty)),)
    notes = (*map(translated, summary.notes), *remarks)
    source = _source(workspace, summary)
    return Chart("map", title, translated("number"), series, source, notes, drawn.shapes)


@dataclass(frozen=True)
class _Drawn:
    """Outlines of areas with and without rows, and what must be said of them.

    `without` are areas with rows that have no outline of their own; `overlapping` the labels of outlines
    that hold one of these, so that the data says something about them.
    """

    shapes: tuple[Shape, ...]
    without: tuple[str, ...]
    overlapping: frozenset[str]
    remarks: tuple[str, ...]


def _drawn(workspace: Workspace, summary: Summary) -> _Drawn:
    from mtool.outlines import load_outlines

    shapes: list[Shape] = []
    remarks: list[str] = []
    overlapping: set[str] = set()
    without = [row.period for row in summary.rows]
    for code in sorted({code for code in summary.countries if code}):
        outlines = load_outlines(code, workspace.schema_folders)
        if outlines is None:
            continue
        taken: list[Outline] = []
        left: set[str] = set()
        for name in list(without):
            area = outlines.areas.find_one(name)
            found = outlines.of(area) if area else []
            if area and not found:
                left |= area.parts
            if not area or not found:
                continue
            without.remove(name)
            taken += found
            shapes.append(Shape(name, _polygons(found, outlines)))
            # A composite's name says already what it holds.
            told = [o.note for o in found if o.note and len(area.parts) == 1]
            remarks += [translated(f"{name} {note}") for note in told]
        for outline in outlines.shapes:
            if outline not in taken:
                shape = Shape(_called(outline, outlines), _polygons([outline], outlines))
                shapes.append(shape)
                overlapping |= {shape.label} if outline.parts & left else set()
        remarks.append(f"{translated('Outlines')}{colon()} {outlines.source}")
    return _Drawn(tuple(shapes), tuple(without), frozenset(overlapping), tuple(remarks))


def _called(outline: Outline, outlines: Outlines) -> str:
    """The name of the area that an outline is, else the outline's own."""
    area = outlines.areas.by_code("+".join(sorted(outline.parts)))
    return area.name if area else outline.name


def _polygons(found: Sequence[Outline], outlines: Outlines) -> tuple[tuple[Ring, ...], ...]:
    return tuple(
        tuple(tuple(outlines.ring(ring)) for ring in polygon)
        for outline in found
        for polygon in outline.polygons
    )


def usual_kind(by: str) -> Kind:
    """Lines for periods, bars for anything else."""
    return "lines" if by in UNITS else "bars"
