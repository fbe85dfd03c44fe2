"""The regions asked for, and which rows they cover: a composite is taken whole or not at all."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from mtool.areas import Area, Areas, load_areas
from mtool.errors import UsageError

if TYPE_CHECKING:
    import pandas as pd

PLACE = ["location_code", "admin1_code", "admin1_name", "admin2_code", "admin2_name"]


@dataclass(frozen=True)
class Regions:
    """What was asked for: names, and the keys of the undivided areas; empty for everything."""

    names: tuple[str, ...]
    parts: frozenset[str]
    countries: tuple[Areas, ...]

    def mark(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Add `_covered`, and `_composite`: the composite that touches them but is not covered."""
        if not self.names:
            return frame.assign(_covered=True, _composite=None)
        places = frame[PLACE].astype(object).where(frame[PLACE].notna(), None)
        keys = places.apply(tuple, axis=1)
        verdicts = {key: self._verdict(key) for key in keys.unique()}
        return frame.assign(
            _covered=keys.map({k: v[0] for k, v in verdicts.items()}),
            _composite=keys.map({k: v[1] for k, v in verdicts.items()}),
        )

    def _verdict(self, place: tuple[str | None, ...]) -> tuple[bool, str | None]:
        areas = next(a for a in self.countries if a.location_code == place[0])
        area = _area_at(areas, place)
        if area is None:
            return False, None
        if self._covers(areas, area):
            return True, None
        return False, area.name if area.parts & self.parts else None

    def _covers(self, areas: Areas, area: Area) -> bool:
        if areas.location_code in self.parts:
            return True
        outer = {area.parent} if area.level == 2 else set()
        return bool(outer & self.parts) or area.parts <= self.parts


def _area_at(areas: Areas, place: tuple[str | None, ...]) -> Area | None:
    _, code1, name1, code2, name2 = place
    if code2 or code1:
        return areas.by_code(code2 or code1 or "")
    name = name2 or name1
    return areas.find_one(name) if name else None


def find_regions(frame: pd.DataFrame, names: tuple[str, ...], folders: tuple[Path, ...]) -> Regions:
    """Find the regions by any alias; `UsageError` with the candidates for an unknown name."""
    if not names:
        return Regions((), frozenset(), ())
    if "admin1_name" not in frame:
        raise UsageError("this dataset has no areas: --region does not apply to it")
    codes = sorted(frame["location_code"].dropna().unique())
    countries = tuple(load_areas(code, folders) for code in codes)
    known = sorted(set(frame["admin1_name"].dropna()))
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
