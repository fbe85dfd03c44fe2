"""A layer of an ArcGIS FeatureServer, such as IMSMA Core's, as a canonical CSV.

Documented in Esri's "Query (Feature Service/Layer)" and "Layer (Feature Service)". Every feature
that the layer lists is in the CSV, or the fetch fails: the ids are compared at the end.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from mtool.errors import TryAgainLater, UnreadableInput
from mtool.model import Finding, Locator
from mtool.sources import Fetched, Fetching, Wanted
from mtool.sources.arcgis.asking import Service
from mtool.sources.arcgis.rows import Layer
from mtool.sources.arcgis.shapes import WGS_84, transform_from
from mtool.sources.content import file_name
from mtool.sources.unpacking import too_large
from mtool.sources.web import open_web

Rows = Iterator[tuple[int, list[str]]]
#: Features per page where the layer does not say.
_USUAL_PAGE = 1000
#: Ids in one question, for servers that cannot page.
_IDS_AT_ONCE = 200
_EVERYTHING = "1=1"


def fetch(wanted: Wanted, fetching: Fetching) -> Iterator[Fetched]:
    """The layer as `<name>.csv`, its description beside it; nothing when it says it is unchanged.

    Where the layer keeps the time of each edit, only features edited since are asked for. Raises
    `UnreadableInput` for answers that are not of the documented form.
    """
    try:
        yield from _fetched(wanted, fetching)
    except (KeyError, TypeError, ValueError, AttributeError, IndexError, ArithmeticError) as error:
        said = f"{type(error).__name__}: {error}"
        raise UnreadableInput(
            f"{wanted.called}: the service answers in a form that is not the documented one ({said})"
        ) from error


def _fetched(wanted: Wanted, fetching: Fetching) -> Iterator[Fetched]:
    with open_web(wanted, fetching, bearer=False) as web:
        service = Service(web, wanted)
        layer = _layer(service, wanted)
        name = f"{file_name(layer.name)}.csv"
        before = fetching.before.get(name)
        if before and layer.last_edit and before.validator.get("last_edit") == layer.last_edit:
            yield Fetched(name, None)
            return
        target = fetching.staging / "layer.csv"
        query = Query(service, layer, wanted)
        known = _known_rows(fetching.raw.get(name), layer) if before else None
        since = (before.validator.get("newest_edit") if before else "") or ""
        deleted = _write(query, target, (known, since), fetching.most_bytes(wanted))
    beside = fetching.staging / "layer.json"
    text = json.dumps(layer.said, indent=1, ensure_ascii=False, sort_keys=True) + "\n"
    beside.write_text(text, encoding="utf-8", newline="\n")
    yield Fetched(
        name,
        target,
        title=layer.name,
        published=_day(layer.last_edit),
        decimal=".",
        validator={"last_edit": layer.last_edit, "newest_edit": query.newest_edit or since},
        beside={".layer.json": beside},
        findings=(*layer.findings(), *_deleted(wanted, deleted)),
    )


def _layer(service: Service, wanted: Wanted) -> Layer:
    said = service.ask()
    if not said.get("fields"):
        raise UnreadableInput(
            f"{service.layer}: no layer with fields; the address of a layer ends in "
            "/FeatureServer/NUMBER"
        )
    chosen = tuple(str(name) for name in wanted.options.get("fields") or ())
    layer = Layer(said, wanted.called, chosen)
    names = {f["name"] for f in said["fields"]}
    for name in chosen:
        if name not in names:
            raise UnreadableInput(
                f"{wanted.called}: the layer has no field {name!r}; it has: {', '.join(sorted(names))}"
            )
    return layer


class Query:
    """Questions about the features of one layer."""

    def __init__(self, service: Service, layer: Layer, wanted: Wanted) -> None:
        self._service = service
        self.layer = layer
        self._where = str(wanted.options.get("where") or _EVERYTHING)
        most = int(layer.said.get("maxRecordCount") or _USUAL_PAGE)
        self._page = min(int(wanted.options.get("page_size") or most), most)
        self.newest_edit = ""

    def ids(self) -> set[int]:
        """The ids of all features that the source wants, however many."""
        answer = self._service.ask("/query", where=self._where, returnIdsOnly="true")
        return {int(one) for one in answer.get("objectIds") or ()}

    def rows(self, since: str = "") -> Rows:
        """The rows of all features, or of those edited at or after an instant (epoch milliseconds)."""
        where = self._where
        if since:
            instant = datetime.fromtimestamp(int(since) // 1000, UTC)
            where = (
                f"({where}) AND {self.layer.edit_field} >= TIMESTAMP '{instant:%Y-%m-%d %H:%M:%S}'"
            )
        capable = self.layer.said.get("advancedQueryCapabilities") or {}
        pages = capable.get("supportsPagination", self.layer.said.get("supportsPagination", False))
        for answer in self._by_offset(where) if pages else self._by_ids(where):
            yield from self._rows_of(answer)

    def _asked(self, where: str) -> dict[str, Any]:
        return {
            "where": where,
            "outFields": ",".join(f["name"] for f in self.layer.fields),
            "returnGeometry": "true" if self.layer.has_geometry else "false",
            "outSR": WGS_84,
        }

    def _by_offset(self, where: str) -> Iterator[Mapping[str, Any]]:
        asked = self._asked(where) | {
            "orderByFields": self.layer.id_field,
            "resultRecordCount": self._page,
        }
        offset = 0
        while True:
            answer = self._service.ask("/query", **asked, resultOffset=offset)
            count = len(answer.get("features") or ())
            yield answer
            if not answer.get("exceededTransferLimit"):
                return
            if not count:
                raise UnreadableInput(
                    f"{self._service.layer}: says that there are more features, and gives none"
                )
            offset += count

    def _by_ids(self, where: str) -> Iterator[Mapping[str, Any]]:
        """For servers that cannot page: the ids first, then features by id."""
        answer = self._service.ask("/query", where=where, returnIdsOnly="true")
        ids = sorted(answer.get("objectIds") or ())
        step = min(self._page, _IDS_AT_ONCE)
        for start in range(0, len(ids), step):
            some = ",".join(map(str, ids[start : start + step]))
            yield self._service.ask("/query", **self._asked(_EVERYTHING), objectIds=some)

    def _rows_of(self, answer: Mapping[str, Any]) -> Rows:
        features = answer.get("features") or ()
        if self.layer.has_geometry and features:
            to_wgs84 = transform_from(answer.get("spatialReference") or {}, self._service.layer)
        else:
            to_wgs84 = _unmoved
        edits = [f["attributes"].get(self.layer.edit_field) for f in features]
        newest = max((int(e) for e in edits if e is not None), default=0)
        self.newest_edit = str(max(newest, int(self.newest_edit or 0)) or "")
        yield from self.layer.rows(features, to_wgs84)


def _unmoved(x: float, y: float) -> tuple[float, float]:
    return x, y


# Writing --------------------------------------------------------------------------------------


def _write(
    query: Query, target: Path, known: tuple[dict[int, list[str]] | None, str], most: int
) -> int:
    """Write the CSV, features in the order of their ids; return how many known ones are gone."""
    before, since = known
    if before is not None and since and query.layer.edit_field:
        rows = before | dict(query.rows(since))
        ids = query.ids()
        if ids <= set(rows):
            _write_rows(target, query.layer, ((i, rows[i]) for i in sorted(ids)), most)
            return len(set(before) - ids)
    for _ in range(2):
        written = _write_rows(target, query.layer, query.rows(), most)
        ids = query.ids()
        if written == ids:
            return len(set(before or ()) - ids)
    raise TryAgainLater(
        f"{query.layer.where}: the layer lists {len(ids):,} features and gave {len(written):,}; it "
        "may be edited at this moment: try again later"
    )


def _write_rows(
    target: Path, layer: Layer, rows: Iterable[tuple[int, list[str]]], most: int
) -> set[int]:
    """Write rows as UTF-8 CSV with LF; return their ids, each once."""
    written: set[int] = set()
    with target.open("w", encoding="utf-8", newline="") as file:
        out: Callable[[list[str]], Any] = csv.writer(file, lineterminator="\n").writerow
        out(layer.header)
        for number, cells in rows:
            if number in written:
                continue
            written.add(number)
            out(cells)
            if file.tell() > most:
                raise too_large(layer.where, most)
    return written


def _known_rows(raw: Path | None, layer: Layer) -> dict[int, list[str]] | None:
    """The rows fetched before, by id; null where they have other columns than the layer has now."""
    if raw is None:
        return None
    with raw.open(encoding="utf-8", newline="") as file:
        rows = csv.reader(file)
        if next(rows, None) != layer.header or layer.id_field not in layer.header:
            return None
        at = layer.header.index(layer.id_field)
        return {int(row[at]): row for row in rows}


def _day(milliseconds: str) -> str:
    if not milliseconds:
        return ""
    return datetime.fromtimestamp(int(milliseconds) // 1000, UTC).date().isoformat()


def _deleted(wanted: Wanted, count: int) -> tuple[Finding, ...]:
    if not count:
        return ()
    return (
        Finding(
            "features_deleted",
            "note",
            "warning",
            f"{count} features that the layer had before are gone; the file before is kept under "
            ".mtool/replaced",
            Locator(path=wanted.called),
        ),
    )
