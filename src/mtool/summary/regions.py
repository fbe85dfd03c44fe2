"""The regions asked for, and which rows they cover: a composite is taken whole or not at all."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from mtool.areas import Area, Areas, load_areas
from mtool.engines.sums import Record
from mtool.errors import UsageError

PLACE = ["location_code", "admin1_code", "admin1_name", "admin2_code", "admin2_name"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a row is of the regions asked for, or the composite that touches but exceeds them."""

    covered: bool
    composite: str | None = None


@dataclass(frozen=True)
class Regions:
    """What was asked for: names, and the keys of the undivided areas; empty for everything."""

    names: tuple[str, ...]
    parts: frozenset[str]
    countries: tuple[Areas, ...]

    def mark(self, records: Iterable[Record]) -> list[tuple[Record, Verdict]]:
        """Each record with its verdict."""
        if not self.names:
            return [(record, Verdict(covered=True)) for record in records]
        verdict = cache(self._verdict)
        return [(r, verdict(tuple(r.subject[name] for name in PLACE))) for r in records]

    def _verdict(self, place: tuple[str | None, ...]) -> Verdict:
        areas = next(a for a in self.countries if a.location_code == place[0])
        area = _area_at(areas, place)
        if area is None:
            return Verdict(covered=False)
        if self._covers(areas, area):
            return Verdict(covered=True)
        return Verdict(covered=False, composite=area.name if area.parts & self.parts else None)

    def _covers(self, areas: Areas, area: Area) -> bool:
        outer = {areas.location_code, area.parent}
        return bool(outer & self.parts) or area.parts <= self.parts


def _area_at(areas: Areas, place: tuple[str | None, ...]) -> Area | None:
    _, code1, name1, code2, name2 = place
    code, name = code2 or code1, name2 or name1
    if code:
        return areas.by_code(code)
    return areas.find_one(name) if name else None


def find_regions(
    records: Sequence[Record], names: tuple[str, ...], folders: tuple[Path, ...]
) -> Regions:
    """Find the regions by any alias; `UsageError` with the candidates for an unknown name."""
    if not names:
        return Regions((), frozenset(), ())
    if "admin1_name" not in records[0].subject:
        raise UsageError("this dataset has no areas: --region does not apply to it")
    codes = sorted({code for r in records if (code := r.subject["location_code"])})
    countries = tuple(load_areas(code, folders) for code in codes)
    known = sorted({name for r in records if (name := r.subject["admin1_name"])})
    found = [_find(name, countries, known) for name in names]
    parts = frozenset(part for area in found for part in area.parts)
    return Regions(tuple(dict.fromkeys(a.name for a in found)), parts, countries)


def _find(name: str, countries: tuple[Areas, ...], known: list[str]) -> Area:
    for areas in countries:
        area = areas.find_one(name)
        if area:
            return area
    near = list(dict.fromkeys(c for areas in countries for c in areas.candidates(name)))
    hint = f"did you mean {' or '.join(near)}?" if near else f"there are: {', '.join(known[:25])}"
    where = " or ".join(areas.location_code for areas in countries)
    raise UsageError(f"no region {name!r} in {where}; {hint}")
