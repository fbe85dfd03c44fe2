"""Two editions or two sources of the same figures, matched on area, period, device and measure.

Unlike definitions are shown side by side and labelled; a composite is compared with the sum of its
members; a figure that one side lacks is never taken for zero.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mtool.areas import Area, fold_name, load_areas
from mtool.errors import UsageError
from mtool.model import Finding
from mtool.periods import period_label
from mtool.schemas import load_schema

if TYPE_CHECKING:
    import pandas as pd

Figure = int | float | None
#: Columns that tell rows of one area and period apart, besides the device.
GROUPS = ("operator", "role", "sex", "age_group", "civilian_status")


@dataclass(frozen=True)
class Side:
    """One side of a comparison: its name, its tidy rows by schema, and the findings about it."""

    name: str
    frames: Mapping[str, pd.DataFrame]
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class ComparedFigure:
    """One figure on both sides. `ratio` is b / a; null where either is null or a is zero.

    `status` is equal, different, only_a or only_b; `why` says what may explain a difference.
    """

    dataset: str
    measure: str
    area: str
    period: str
    group: str
    a: Figure
    b: Figure
    difference: Figure
    ratio: float | None
    status: str
    why: str
    a_cell: str
    b_cell: str


@dataclass(frozen=True)
class Comparison:
    """Every figure of two sides, sums by area and year, and the verdicts that changed."""

    a: str
    b: str
    figures: tuple[ComparedFigure, ...]
    totals: tuple[dict[str, Any], ...] = ()
    flips: tuple[dict[str, Any], ...] = ()

    @property
    def equal(self) -> bool:
        """True when every figure stands on both sides with the same value, and no verdict changed."""
        return not self.flips and all(figure.status == "equal" for figure in self.figures)

    def as_json(self) -> dict[str, Any]:
        """The stable JSON form."""
        counts: dict[str, int] = defaultdict(int)
        for figure in self.figures:
            counts[figure.status] += 1
        return {
            "a": self.a,
            "b": self.b,
            "equal": self.equal,
            "counts": dict(sorted(counts.items())),
            "figures": [asdict(figure) for figure in self.figures],
            "totals": list(self.totals),
            "flips": list(self.flips),
        }


def compare(a: Side, b: Side, tolerance: float = 0.0, folders: tuple[Path, ...] = ()) -> Comparison:
    """Compare every schema that both sides have.

    `tolerance` is the largest difference that counts as equal, in the figure's own unit. Raises
    `UsageError` when the two sides have no schema in common.
    """
    common = sorted(set(a.frames) & set(b.frames))
    if not common:
        raise UsageError(f"{a.name} has {_names(a)}, {b.name} has {_names(b)}: nothing to compare")
    figures: list[ComparedFigure] = []
    for name in common:
        for measure in load_schema(name, folders).measures:
            left = _read(a.frames[name], measure, folders)
            right = _read(b.frames[name], measure, folders)
            if left or right:
                figures += _matched(left, right, (name, measure, tolerance))
    return Comparison(a.name, b.name, tuple(figures), tuple(_totals(figures)), tuple(_flips(a, b)))


def _names(side: Side) -> str:
    return ", ".join(sorted(side.frames)) or "no dataset"


# Reading a side -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Printed:
    """One figure of one side, with what could explain a difference."""

    value: Figure
    area: Area | None
    name: str
    parts: frozenset[str]
    device: str
    status: str
    stopped: str
    edition: str
    cell: str


@dataclass(frozen=True, slots=True, order=True)
class _Where:
    """What a figure must share with another to be the same figure, but for its area and device."""

    start: str
    end: str
    location: str
    group: str


def _read(
    frame: pd.DataFrame, measure: str, folders: tuple[Path, ...]
) -> dict[_Where, list[_Printed]]:
    """The figures of a measure by where they belong; nothing when it has no figure at all."""
    from mtool.summary import as_number

    read: dict[_Where, list[_Printed]] = defaultdict(list)
    if measure not in frame or frame[measure].isna().all():
        return read
    for row in frame.to_dict("records"):
        if "reference_period_start" not in row:
            continue
        group = ", ".join(str(row[name]) for name in GROUPS if _given(row.get(name)) != "")
        where = _Where(_day(row, "start"), _day(row, "end"), row["location_code"], group)
        area = _area(row, folders)
        name = area.name if area else _given(row.get("provider_admin1_name"))
        read[where].append(
            _Printed(
                value=as_number(row[measure]),
                area=area,
                name=name or ("" if "admin1_name" not in row else row["location_code"]),
                parts=area.parts if area else frozenset({fold_name(name)} if name else ()),
                device=_given(row.get("device_type")),
                status=_given(row.get("value_status")),
                stopped=_given(row.get("as_of")),
                edition=_given(row.get("edition")),
                cell=f"{row['source_ref']} {row['source_cell']}",
            )
        )
    return read


def _given(value: Any) -> str:
    return "" if value is None or value != value or value == "all" else str(value)


def _day(row: Mapping[str, Any], which: str) -> str:
    return str(row[f"reference_period_{which}"])[:10]


def _area(row: Mapping[str, Any], folders: tuple[Path, ...]) -> Area | None:
    codes = [_given(row.get(name)) for name in ("admin2_code", "admin1_code")]
    names = [_given(row.get(name)) for name in ("admin2_name", "admin1_name")]
    location = _given(row.get("location_code"))
    if not location or not any((*codes, *names)):
        return None
    areas = load_areas(location, folders)
    for code, name in zip(codes, names, strict=True):
        found = areas.by_code(code) if code else areas.find_one(name) if name else None
        if found:
            return found
    return None


# Matching -------------------------------------------------------------------------------------


def _matched(
    left: Mapping[_Where, list[_Printed]],
    right: Mapping[_Where, list[_Printed]],
    what: tuple[str, str, float],
) -> Iterator[ComparedFigure]:
    for where in sorted(set(left) | set(right)):
        mine, theirs = list(left.get(where, ())), list(right.get(where, ()))
        for a, b in _pairs(mine, theirs):
            yield _compared(where, a, b, what)


def _pairs(
    mine: list[_Printed], theirs: list[_Printed]
) -> Iterator[tuple[list[_Printed], list[_Printed]]]:
    """Pair figures of the same areas: same device first, then any device, then sums of members."""
    for same_device in (True, False):
        for a in list(mine):
            twin = next((b for b in theirs if _same(a, b, device=same_device)), None)
            if twin:
                mine.remove(a)
                theirs.remove(twin)
                yield [a], [twin]
    for whole, parts, swapped in ((mine, theirs, False), (theirs, mine, True)):
        for one in list(whole):
            members = _members(one, parts)
            if members:
                whole.remove(one)
                for member in members:
                    parts.remove(member)
                yield (members, [one]) if swapped else ([one], members)
    yield from (([a], []) for a in mine)
    yield from (([], [b]) for b in theirs)


def _same(a: _Printed, b: _Printed, *, device: bool) -> bool:
    return a.parts == b.parts and (a.device == b.device or not device)


def _members(whole: _Printed, candidates: Iterable[_Printed]) -> list[_Printed]:
    """Figures whose areas together are exactly the areas of `whole`; empty when they are not.

    Of one device type: the same one where that can be had, else another, which is then labelled.
    """
    inside = [c for c in candidates if c.parts < whole.parts]
    devices = sorted({c.device for c in inside}, key=lambda device: device != whole.device)
    for device in devices:
        members = [c for c in inside if c.device == device]
        if sorted(part for c in members for part in c.parts) == sorted(whole.parts):
            return members
    return []


def _compared(
    where: _Where, mine: list[_Printed], theirs: list[_Printed], what: tuple[str, str, float]
) -> ComparedFigure:
    dataset, measure, tolerance = what
    a, b = _sum(mine), _sum(theirs)
    difference = None if a is None or b is None else b - a
    if not mine or not theirs:
        status = "only_b" if not mine else "only_a"
    elif difference is not None:
        status = "equal" if abs(difference) <= tolerance else "different"
    else:
        status = "equal" if a is None and b is None else "only_a" if b is None else "only_b"
    first = (mine or theirs)[0]
    return ComparedFigure(
        dataset=dataset,
        measure=measure,
        area=" + ".join(p.name for p in (mine or theirs)) if len(mine) != 1 else first.name,
        period=period_label(where.start, where.end),
        group=where.group,
        a=a,
        b=b,
        difference=difference,
        ratio=None if difference is None or not a or b is None else b / a,
        status=status,
        why="; ".join(_why(where, mine, theirs)) if status != "equal" else "",
        a_cell=" + ".join(p.cell for p in mine),
        b_cell=" + ".join(p.cell for p in theirs),
    )


def _sum(printed: list[_Printed]) -> Figure:
    values = [p.value for p in printed]
    return None if not values or None in values else sum(v for v in values if v is not None)


def _why(where: _Where, mine: list[_Printed], theirs: list[_Printed]) -> Iterator[str]:
    """What may explain that two figures differ; nothing is claimed beyond what the rows say."""
    for name, side in (("A", mine), ("B", theirs)):
        status = next((p.status for p in side if p.status), "")
        if status:
            yield f"{name} says {status}"
        if any(p.stopped and p.stopped < where.end[: len(p.stopped)] for p in side):
            yield f"{name} stops on {side[0].stopped}: a partial period"
    if not mine or not theirs:
        return
    if mine[0].device != theirs[0].device:
        named = (mine[0].device or "not said", theirs[0].device or "not said")
        yield f"unlike definitions: {named[0]} against {named[1]}"
    if len(mine) != len(theirs):
        yield "an area divided on one side: its members are summed"
    if mine[0].edition != theirs[0].edition:
        yield f"edition {mine[0].edition or '(none)'} against {theirs[0].edition or '(none)'}"


# Summaries ------------------------------------------------------------------------------------


def _totals(figures: Iterable[ComparedFigure]) -> Iterator[dict[str, Any]]:
    """Sums over the figures that both sides have, per dataset, measure and period."""
    grouped: dict[tuple[str, str, str], list[ComparedFigure]] = defaultdict(list)
    for figure in figures:
        if figure.difference is not None:
            grouped[(figure.dataset, figure.measure, figure.period)].append(figure)
    for (dataset, measure, period), both in sorted(grouped.items()):
        a = sum(f.a for f in both if f.a is not None)
        b = sum(f.b for f in both if f.b is not None)
        yield {
            "dataset": dataset,
            "measure": measure,
            "period": period,
            "figures": len(both),
            "a": a,
            "b": b,
            "difference": b - a,
            "different": sum(f.status == "different" for f in both),
        }


def _flips(a: Side, b: Side) -> Iterator[dict[str, Any]]:
    """Control totals and claims whose verdict is another one on the other side."""
    mine, theirs = _verdicts(a.findings), _verdicts(b.findings)
    for key in mine:
        if key in theirs and mine[key].verdict != theirs[key].verdict:
            yield {
                "rule": key[0],
                "what": key[1],
                "a": mine[key].verdict,
                "b": theirs[key].verdict,
                "a_says": mine[key].message,
                "b_says": theirs[key].message,
            }


def _verdicts(findings: Iterable[Finding]) -> dict[tuple[str, str], Finding]:
    """Findings with a verdict by rule and what they are about: the quote, or the words before `:`."""
    return {
        (f.rule, fold_name(f.quote or f.message.partition(":")[0])): f
        for f in findings
        if f.verdict
    }
