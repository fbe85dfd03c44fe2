"""One workspace with a source of each kind, all on loopback, run as cron would run it."""

from __future__ import annotations

import json

import pytest
import stamina

from arcgis_stub import EDITED, Stub, feature
from conftest import run_mtool
from loopback import CSV, declare, page, serving


@pytest.fixture(autouse=True)
def _no_pauses():
    with stamina.set_testing(True, attempts=2, cap=True):
        yield


def run(workspace):
    ran = run_mtool("run", "-w", workspace, "--accept", "--format", "json", MTOOL_COUNTRY="MLI")
    return ran, json.loads(ran.out)


def clean(workspace):
    return {p.name: p.read_bytes() for p in (workspace / "data" / "clean").iterdir()}


def accident(number, killed):
    dated = EDITED + number * 86_400_000
    return feature(number, dated, killed=killed, injured=0, event_date=dated)


@pytest.fixture
def world(workspace, tmp_path):
    """A layer, a sheet by CSV link, a zip of reports on the web, and a folder; one optional source."""
    layer = Stub([accident(1, 1), accident(2, 2)])
    layer.more = {
        "editingInfo": {"lastEditDate": EDITED},
        "fields": [
            {"name": "OBJECTID", "type": "esriFieldTypeOID"},
            {"name": "event_date", "type": "esriFieldTypeDate"},
            {"name": "region", "type": "esriFieldTypeString"},
            {"name": "killed", "type": "esriFieldTypeInteger"},
            {"name": "injured", "type": "esriFieldTypeInteger"},
        ],
    }
    folder = tmp_path / "reports"
    folder.mkdir()
    (folder / "mali_2010.csv").write_bytes(CSV.replace(b"2021", b"2010").replace(b"2022", b"2011"))
    with serving(**{"sheet/export": page(CSV)}) as site:
        declare(
            workspace,
            f'id = "accidents"\nuri = "{layer.on(site)}"\nschema = "events"',
            f'id = "sheet"\nuri = "{site.url}/sheet/export?format=csv"\nschema = "incidents"',
            f'id = "reports"\nuri = "{folder}"\nschema = "incidents"',
        )
        yield site, layer, folder


def test_a_second_run_fetches_nothing_and_changes_nothing(workspace, world):
    """First all is new and published; then every source says unchanged, and no byte is rewritten."""
    first, said = run(workspace)
    assert first.code == 0, first.out
    assert set(said["fetched"].values()) == {"new"} and set(said["fetched"]) == {
        "accidents",
        "sheet",
        "reports",
    }
    assert said["datasets"] == {"events": 2, "incidents": 8}
    before = clean(workspace)
    second, said = run(workspace)
    assert second.code == 0
    assert set(said["fetched"].values()) == {"unchanged"}
    assert clean(workspace) == before


def test_a_changed_row_updates_only_its_source(workspace, world):
    """One feature edited: that source is fetched and published, the others are as they were."""
    _, layer, _ = world
    run(workspace)
    raw = workspace / "data" / "raw"
    before = {p: p.stat().st_mtime_ns for p in raw.rglob("*") if p.is_file()}
    incidents = clean(workspace)["incidents.csv"]
    layer.features[1] = accident(2, 7)
    layer.more["editingInfo"] = {"lastEditDate": EDITED + 1}
    ran, said = run(workspace)
    assert ran.code == 0
    assert said["fetched"] == {"accidents": "changed", "sheet": "unchanged", "reports": "unchanged"}
    touched = [p.name for p, at in before.items() if p.stat().st_mtime_ns != at]
    assert sorted(touched) == [".accidents.csv.layer.json", "accidents.csv"]
    assert clean(workspace)["incidents.csv"] == incidents
    assert b",7,0," in clean(workspace)["events.csv"]


def test_a_source_that_is_down_leaves_its_last_good_data(workspace, world):
    """75 when nothing else is wrong; a source that contradicts itself comes first."""
    site, _, folder = world
    run(workspace)
    before = clean(workspace)
    site.pages["/sheet/export"] = lambda handler: handler.answer(b"", 503)
    ran, said = run(workspace)
    assert ran.code == 75
    assert said["fetched"]["sheet"] == "failed"
    assert [f["rule"] for f in said["findings"] if f["rule"] == "source_not_fetched"]
    assert clean(workspace) == before
    (folder / "wrong.csv").write_bytes(b"Region,2015\nMopti,3\nGao,4\nTotal,8\n")
    ran, _ = run(workspace)
    assert ran.code == 1
