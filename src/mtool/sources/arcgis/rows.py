"""Features of a layer as rows of a canonical CSV: labels for codes, ISO dates, WGS 84."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from mtool.model import Finding, Locator
from mtool.sources.arcgis.shapes import Transform, point_and_text

#: Kinds of fields that hold no value of a table.
_NO_VALUES = ("esriFieldTypeGeometry", "esriFieldTypeBlob", "esriFieldTypeRaster")
_POINTS = "esriGeometryPoint"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
Labels = Mapping[Any, str]


@dataclass
class Layer:
    """What a layer says of itself, and how its features become rows.

    Columns are the layer's fields in their order, `<field>_code` behind each that has labels, then
    `longitude`, `latitude` and, for shapes that are no points, `geometry` (WKT). Null is empty.
    """

    said: Mapping[str, Any]
    where: str
    chosen: tuple[str, ...] = ()
    unlabelled: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        wanted = {*self.chosen, self.id_field, self.edit_field, self.type_field}
        self.fields = [
            f
            for f in self.said.get("fields") or ()
            if f["type"] not in _NO_VALUES and (not self.chosen or f["name"] in wanted)
        ]
        self._labels = {f["name"]: _coded_values(f.get("domain")) for f in self.fields}
        types = self.said.get("types") or ()
        if self.type_field and types:
            self._labels[self.type_field] = {t["id"]: str(t["name"]) for t in types}
        self._of_type = {t["id"]: t.get("domains") or {} for t in types}
        for domains in self._of_type.values():
            for name, domain in domains.items():
                if _coded_values(domain) and not self._labels.get(name):
                    self._labels[name] = {None: ""}
        self._dates = {f["name"] for f in self.fields if f["type"] == "esriFieldTypeDate"}
        self._zone = _zone(self.said)
        self.header = self._header()

    @property
    def name(self) -> str:
        return str(self.said.get("name") or "layer")

    @property
    def id_field(self) -> str:
        """The field whose values tell features apart."""
        named = self.said.get("objectIdField")
        fields = self.said.get("fields") or ()
        typed = (f["name"] for f in fields if f["type"] == "esriFieldTypeOID")
        return str(named or next(typed, "OBJECTID"))

    @property
    def edit_field(self) -> str:
        """The field that says when a feature was last edited; empty where none is kept."""
        return str((self.said.get("editFieldsInfo") or {}).get("editDateField") or "")

    @property
    def type_field(self) -> str:
        return str(self.said.get("typeIdField") or "")

    @property
    def last_edit(self) -> str:
        """When anything in the layer was last edited, epoch milliseconds; empty where unknown."""
        info = self.said.get("editingInfo") or {}
        return str(info.get("dataLastEditDate") or info.get("lastEditDate") or "")

    @property
    def has_geometry(self) -> bool:
        return bool(self.said.get("geometryType"))

    def _header(self) -> list[str]:
        names = [f["name"] for f in self.fields]
        taken = {name.lower() for name in names}
        header = []
        for name in names:
            header.append(name)
            if self._labels.get(name):
                header.append(_free(f"{name}_code", taken))
        if self.has_geometry:
            header += [_free("longitude", taken), _free("latitude", taken)]
            if self.said["geometryType"] != _POINTS:
                header.append(_free("geometry", taken))
        return header

    def rows(
        self, features: Iterable[Mapping[str, Any]], to_wgs84: Transform
    ) -> Iterator[tuple[int, list[str]]]:
        """Each feature's id with its cells."""
        for feature in features:
            attributes = feature.get("attributes") or {}
            cells = []
            for one in self.fields:
                name = one["name"]
                value = attributes.get(name)
                if self._labels.get(name):
                    cells += [self._label(name, value, attributes), _text(value)]
                else:
                    cells.append(self._date(value) if name in self._dates else _text(value))
            if self.has_geometry:
                shape = point_and_text(feature.get("geometry"), to_wgs84)
                cells += shape[:2] if self.said["geometryType"] == _POINTS else shape
            yield int(attributes[self.id_field]), cells

    def _label(self, name: str, value: Any, attributes: Mapping[str, Any]) -> str:
        """What a code stands for; the code itself, counted, where the layer does not say."""
        if value is None:
            return ""
        of_type = self._of_type.get(attributes.get(self.type_field), {})
        labels = _coded_values(of_type.get(name)) or self._labels[name]
        if value in labels:
            return labels[value]
        self.unlabelled[name] += 1
        return _text(value)

    def _date(self, value: Any) -> str:
        """Epoch milliseconds as ISO 8601, in the zone that the layer prefers, UTC without one."""
        if value is None:
            return ""
        moment = (_EPOCH + timedelta(milliseconds=value)).astimezone(self._zone)
        spec = "milliseconds" if value % 1000 else "seconds"
        return moment.isoformat(timespec=spec).replace("+00:00", "Z")

    def findings(self) -> tuple[Finding, ...]:
        """What the labels left open."""
        return tuple(
            Finding(
                "code_without_label",
                "note",
                "warning",
                f"{name}: {count} values are codes that the layer has no label for; they were kept "
                "as they are",
                Locator(path=self.where),
            )
            for name, count in sorted(self.unlabelled.items())
        )


def _coded_values(domain: Mapping[str, Any] | None) -> Labels:
    values = (domain or {}).get("codedValues") or ()
    return {value["code"]: str(value["name"]) for value in values}


def _free(name: str, taken: set[str]) -> str:
    """A name for a column that no field has."""
    while name.lower() in taken:
        name = f"{name}_mtool"
    taken.add(name.lower())
    return name


def _zone(said: Mapping[str, Any]) -> tzinfo:
    named = (said.get("preferredTimeReference") or {}).get("timeZoneIANA")
    try:
        return ZoneInfo(named) if named else UTC
    except (ZoneInfoNotFoundError, ValueError):
        return UTC


def _text(value: Any) -> str:
    """A value as text: null empty, whole numbers without a point."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value)
