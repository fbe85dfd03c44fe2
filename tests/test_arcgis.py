"""Layers of ArcGIS: from Koop, a real FeatureServer, and from a stub for what Koop cannot show."""

from __future__ import annotations

import csv
import json

import pytest
import stamina

from arcgis_stub import EDITED, Stub, feature
from conftest import run_mtool
from koop_server import koop
from loopback import declare, serving

DAY = 86_400_000


@pytest.fixture(autouse=True)
def _no_pauses():
    """Repetitions come at once."""
    with stamina.set_testing(True, attempts=3, cap=True):
        yield


def entry(url, **more):
    lines = {"id": "hazards", "uri": url} | more
    return "\n".join(f"{key} = {json.dumps(value)}" for key, value in lines.items())


def run(workspace, **environment):
    return run_mtool("run", "-w", workspace, "--accept", MTOOL_COUNTRY="MLI", **environment)


def rows(workspace):
    with (workspace / "data/raw/hazards.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def stub(workspace):
    """A layer of five features behind a declared source."""
    layer = Stub([feature(n) for n in range(1, 6)])
    with serving() as site:
        layer.url = layer.on(site)
        declare(workspace, entry(layer.url))
        yield layer


# Koop ----------------------------------------------------------------------------------------

MANY = 5_250
OUTCOMES = [{"code": 1, "name": "Killed"}, {"code": 2, "name": "Injured"}]


def write_layer(folder, count=MANY, changed=None):
    """A GeoJSON file that Koop serves in pages of 2,000."""
    folder.mkdir(exist_ok=True)
    features = [
        {
            "type": "Feature",
            "properties": {
                "OBJECTID": number,
                "accident": f"ACC-{number:05d}",
                "region": "Gao" if number == changed else "Mopti",
                "outcome": 1 + number % 2,
                "event_date": f"2023-0{1 + number % 9}-15T00:00:00.000Z",
                "killed": number % 3,
                "injured": 1,
            },
            "geometry": {"type": "Point", "coordinates": [-4 + number / 10_000, 14.5]},
        }
        for number in range(1, count + 1)
    ]
    names = {"OBJECTID": "Integer", "accident": "String", "region": "String", "outcome": "Integer"}
    names |= {"event_date": "Date", "killed": "Integer", "injured": "Integer"}
    fields = [{"name": name, "type": kind} for name, kind in names.items()]
    fields[3]["domain"] = {"type": "codedValue", "name": "outcome", "codedValues": OUTCOMES}
    metadata = {
        "name": "accidents",
        "idField": "OBJECTID",
        "maxRecordCount": 2000,
        "fields": fields,
    }
    document = {"type": "FeatureCollection", "metadata": metadata, "features": features}
    (folder / "accidents.geojson").write_text(json.dumps(document))


def test_a_real_server_is_read_page_by_page_to_the_last_feature(workspace, tmp_path):
    """5,250 features over three pages come out once each, with labels, ISO dates and places."""
    write_layer(tmp_path / "layers")
    with koop(tmp_path / "layers") as services:
        declare(workspace, entry(f"{services}/accidents/FeatureServer/0"))
        ran = run(workspace)
    assert ran.code == 0, ran.out + ran.err
    found = rows(workspace)
    assert [int(row["OBJECTID"]) for row in found] == list(range(1, MANY + 1))
    assert found[0] == {
        "OBJECTID": "1",
        "accident": "ACC-00001",
        "region": "Mopti",
        "outcome": "Injured",
        "outcome_code": "2",
        "event_date": "2023-02-15T00:00:00Z",
        "killed": "1",
        "injured": "1",
        "longitude": "-3.9999000",
        "latitude": "14.5000000",
    }
    events = (workspace / "data/clean/events.csv").read_text().splitlines()
    assert len(events) == MANY + 1


def test_a_real_server_unchanged_and_changed(workspace, tmp_path):
    """The same features change nothing; one changed feature is published, the old file kept."""
    write_layer(tmp_path / "layers", 2_500)
    with koop(tmp_path / "layers") as services:
        declare(workspace, entry(f"{services}/accidents/FeatureServer/0"))
        assert run(workspace).code == 0
        before = (workspace / "data/clean/events.csv").read_bytes()
        again = run(workspace)
        assert "fetched, unchanged: hazards" in again.err
        assert (workspace / "data/clean/events.csv").read_bytes() == before
        write_layer(tmp_path / "layers", 2_499, changed=7)
        ran = run(workspace)
    assert "fetched, changed: hazards" in ran.err
    assert len(rows(workspace)) == 2_499 and rows(workspace)[6]["region"] == "Gao"
    assert "features_deleted" in ran.out and "1 features" in ran.out
    assert len(list((workspace / ".mtool/replaced").glob("*.csv"))) == 1


def test_a_real_servers_error_with_status_200_is_a_sentence(workspace, tmp_path):
    """A wrong `where` comes back with status 200 and an error inside."""
    write_layer(tmp_path / "layers", 3)
    with koop(tmp_path / "layers") as services:
        declare(workspace, entry(f"{services}/accidents/FeatureServer/0", where="bad(("))
        ran = run(workspace)
    assert ran.code == 3
    assert "the service answered error 400" in ran.err and "where" in ran.err


# The stub: what Koop cannot show -------------------------------------------------------------


def test_pages_follow_the_transfer_limit(stub, workspace):
    """Offsets go by what came, until nothing exceeds the limit; the order is asked for."""
    run(workspace)
    assert [q["resultOffset"] for q in stub.queries(resultRecordCount="2")] == ["0", "2", "4"]
    assert all(q["orderByFields"] == "OBJECTID" for q in stub.queries(resultRecordCount="2"))
    assert len(rows(workspace)) == 5


def test_a_layer_that_cannot_page_is_read_by_ids(stub, workspace):
    """Servers without paging are asked for some ids at a time."""
    stub.pages = False
    run(workspace)
    assert len(rows(workspace)) == 5
    assert len([q for q in stub.asked if "objectIds" in q]) == 3


def test_labels_stand_beside_their_codes(stub, workspace):
    """A code that the layer has no label for is kept as it is, counted and reported."""
    stub.features[1]["attributes"]["status"] = 2
    stub.features[2]["attributes"]["status"] = 9
    stub.features[3]["attributes"]["status"] = None
    ran = run(workspace)
    assert [(r["status"], r["status_code"]) for r in rows(workspace)][:4] == [
        ("Open", "1"),
        ("Cleared", "2"),
        ("9", "9"),
        ("", ""),
    ]
    assert "code_without_label" in ran.out and "status: 1 values" in ran.out


def test_subtypes_have_labels_of_their_own(stub, workspace):
    """A type names itself and may label another field in its own way."""
    other = {"type": "codedValue", "codedValues": [{"code": "Mopti", "name": "Mopti region"}]}
    stub.more = {
        "typeIdField": "status",
        "types": [
            {"id": 1, "name": "Hazard", "domains": {"region": other}},
            {"id": 2, "name": "Task", "domains": {"region": {"type": "inherited"}}},
        ],
    }
    run(workspace)
    assert rows(workspace)[0]["status"] == "Hazard"
    assert (rows(workspace)[0]["region"], rows(workspace)[0]["region_code"]) == (
        "Mopti region",
        "Mopti",
    )


def test_dates_stand_in_the_zone_that_the_layer_prefers(stub, workspace):
    """Epoch milliseconds become ISO 8601 with the offset; dates before 1970 too."""
    stub.more = {"preferredTimeReference": {"timeZoneIANA": "Africa/Lusaka"}}
    stub.features[1]["attributes"]["edited"] = -1_500
    run(workspace)
    assert [r["edited"] for r in rows(workspace)][:2] == [
        "2023-11-15T00:13:20+02:00",
        "1970-01-01T01:59:58.500+02:00",
    ]


def test_other_coordinates_than_asked_become_wgs84(stub, workspace):
    """A server that ignores outSR and answers in Web Mercator is understood."""
    pytest.importorskip("pyproj")
    stub.reference = {"wkid": 102100, "latestWkid": 3857}
    stub.features[0]["geometry"] = {"x": -500937.7085, "y": 1_602_914.0982}
    run(workspace)
    first = rows(workspace)[0]
    assert float(first["longitude"]) == pytest.approx(-4.5, abs=1e-6)
    assert float(first["latitude"]) == pytest.approx(14.25, abs=1e-6)


SQUARE = [[0, 0], [0, 2], [2, 2], [2, 0], [0, 0]]
HOLE = [[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]


def test_a_polygon_is_its_centroid_and_wkt(stub, workspace):
    """Holes are taken out of the area and stand in their own polygon; islands make several."""
    island = [[x + 10, y] for x, y in SQUARE]
    stub.geometry_type = "esriGeometryPolygon"
    stub.features[0]["geometry"] = {"rings": [SQUARE, HOLE]}
    stub.features[1]["geometry"] = {"rings": [SQUARE, island]}
    stub.features[2]["geometry"] = None
    for one in stub.features[3:]:
        tiny = [[x * 1e-6 - 4.5, y * 1e-6 + 14.25] for x, y in SQUARE]
        one["geometry"] = {"rings": [tiny]}
    run(workspace)
    found = rows(workspace)
    assert (found[0]["longitude"], found[0]["latitude"]) == ("1.1666667", "1.1666667")
    assert found[0]["geometry"] == "POLYGON((0 0, 0 2, 2 2, 2 0, 0 0), (0 0, 1 0, 1 1, 0 1, 0 0))"
    assert found[1]["longitude"] == "6.0000000"
    assert found[1]["geometry"].startswith("MULTIPOLYGON(((0 0, 0 2")
    assert (found[2]["longitude"], found[2]["geometry"]) == ("", "")
    assert (found[3]["longitude"], found[3]["latitude"]) == ("-4.4999990", "14.2500010")


def test_an_edit_time_that_did_not_change_asks_for_no_feature(stub, workspace):
    """The layer's own time of the last edit stands for all its features."""
    stub.more = {"editingInfo": {"lastEditDate": EDITED}}
    run(workspace)
    stub.asked.clear()
    ran = run(workspace)
    assert "fetched, unchanged: hazards" in ran.err
    assert len(stub.asked) == 1


def test_only_edited_features_are_asked_for_and_deletions_are_noticed(stub, workspace):
    """One edited, one new, one gone: two features and the ids cross the wire."""
    tracked = {"editFieldsInfo": {"editDateField": "edited"}}
    stub.more = tracked | {"editingInfo": {"lastEditDate": EDITED}}
    run(workspace)
    stub.more = tracked | {"editingInfo": {"lastEditDate": EDITED + DAY}}
    stub.features = [
        *stub.features[:1],
        feature(2, EDITED + DAY, region="Gao"),
        *stub.features[3:],
        feature(6, EDITED + DAY),
    ]
    stub.asked.clear()
    stub.page = 10
    ran = run(workspace)
    assert [(r["OBJECTID"], r["region"]) for r in rows(workspace)] == [
        ("1", "Mopti"),
        ("2", "Gao"),
        ("4", "Mopti"),
        ("5", "Mopti"),
        ("6", "Mopti"),
    ]
    assert "features_deleted" in ran.out and "1 features" in ran.out
    (query,) = [q for q in stub.asked if "resultOffset" in q]
    assert query["where"] == "(1=1) AND edited >= TIMESTAMP '2023-11-14 22:13:20'"


def test_an_edit_without_a_date_is_not_lost(stub, workspace):
    """Ids that no edit date explains make mtool read the whole layer again."""
    tracked = {"editFieldsInfo": {"editDateField": "edited"}}
    stub.more = tracked | {"editingInfo": {"lastEditDate": EDITED}}
    run(workspace)
    stub.more = tracked | {"editingInfo": {"lastEditDate": EDITED + DAY}}
    stub.features.append(feature(6, edited=None))
    run(workspace)
    assert [r["OBJECTID"] for r in rows(workspace)] == ["1", "2", "3", "4", "5", "6"]


def test_a_layer_that_gives_less_than_it_lists_is_not_taken(stub, workspace):
    """What is listed and what came must agree, or the last good data stays."""
    original = stub._query
    stub._query = lambda asked: (
        {"objectIds": [1, 2]} if "returnIdsOnly" in asked else original(asked)
    )
    with serving() as site:
        declare(workspace, entry(stub.on(site)))
        ran = run(workspace)
    assert ran.code == 75
    assert "may be edited at this moment" in ran.err


def test_a_busy_service_with_status_200_is_asked_again(stub, workspace):
    """An error 503 in the body passes; the run is fine."""
    stub.errors = [{"error": {"code": 503, "message": "busy"}}] * 2
    run(workspace)
    assert len(rows(workspace)) == 5


def test_a_service_that_stays_busy_is_network_trouble(stub, workspace):
    """75, the message of the service, and nothing half-written."""
    stub.errors = [{"error": {"code": 500, "message": "out of instances"}}] * 9
    ran = run(workspace)
    assert ran.code == 75
    assert "out of instances" in ran.err
    assert not (workspace / "data/raw/hazards.csv").exists()


def test_a_token_travels_in_the_body_only(stub, workspace):
    """A token of the environment is posted; no address ever holds it."""
    stub.token = "tok-4f9a8b7c6d"
    with serving() as site:
        declare(workspace, entry(stub.on(site), token="IMSMA_TOKEN"))
        refused = run(workspace, IMSMA_TOKEN="wrong-token")
        assert refused.code == 3
        assert "access refused (Invalid Token)" in refused.err
        run(workspace, IMSMA_TOKEN="tok-4f9a8b7c6d")
        assert not any("tok" in path for _, path, _, _ in site.requests)
    assert len(rows(workspace)) == 5


def test_a_token_is_had_for_a_user_name_and_renewed_when_it_runs_out(stub, workspace):
    """generateToken is asked where the server says; an expired token is replaced once."""
    stub.token = "tok-first-1111"
    with serving() as site:
        url = stub.on(site)
        declare(workspace, entry(url, username="IMSMA_USER", password="IMSMA_PASSWORD"))
        first = stub._query

        def expiring(asked):
            stub._query = first
            stub.token = "tok-second-2222"
            return {"error": {"code": 498, "message": "Invalid Token"}}

        stub._query = expiring
        stub.on(site)
        site.pages[f"{url.removeprefix(site.url)}/query"] = stub._page(
            lambda asked: stub._query(asked)
        )
        ran = run(workspace, IMSMA_USER="amina", IMSMA_PASSWORD="s3cret-pass")
        asked = [path for _, path, _, _ in site.requests]
    assert len(rows(workspace)) == 5, ran.err
    assert asked.count("/server/tokens/generateToken") == 2


def test_a_password_goes_to_no_other_host(stub, workspace):
    """A server that names another host for tokens is not trusted with the password."""
    stub.token = "tok-first-1111"
    with serving() as site:
        url = stub.on(site)
        site.pages["/server/rest/info"] = stub._plain(
            lambda _: {"authInfo": {"tokenServicesUrl": "http://elsewhere.example/tokens"}}
        )
        declare(workspace, entry(url, username="IMSMA_USER", password="IMSMA_PASSWORD"))
        ran = run(workspace, IMSMA_USER="amina", IMSMA_PASSWORD="s3cret-pass")
    assert ran.code == 3
    assert "another host" in ran.err and "token_url" in ran.err


ODD = {
    "no id": lambda f: f["attributes"].pop("OBJECTID"),
    "a date past all calendars": lambda f: f["attributes"].update(edited=10**30),
    "a date in words": lambda f: f["attributes"].update(edited="yesterday"),
    "letters for coordinates": lambda f: f.update(geometry={"x": "a", "y": "b"}),
    "no attributes": lambda f: f.update(attributes=None),
}


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD)
def test_an_answer_of_another_form_is_a_sentence(stub, workspace, odd):
    """What the documentation rules out is refused; it is no bug of mtool."""
    for one in stub.features:
        odd(one)
    ran = run(workspace)
    assert ran.code == 3, ran.err
    assert "not the documented one" in ran.err


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"fields": ["regionn"]}, "the layer has no field 'regionn'; it has: OBJECTID, edited"),
        ({"page_size": 0}, "expected a whole number"),
        ({"feilds": ["region"]}, "did you mean 'fields'?"),
    ],
)
def test_a_wrong_option_is_one_sentence(stub, workspace, more, said):
    """Options of the kind are checked like every other key."""
    declare(workspace, entry(stub.url, **more))
    ran = run(workspace)
    assert ran.code in (2, 3)
    assert said in ran.err


def test_chosen_fields_come_with_the_id(stub, workspace):
    """Only the fields named are asked for, with those that tell features apart."""
    declare(workspace, entry(stub.url, fields=["region"]))
    run(workspace)
    assert list(rows(workspace)[0]) == ["OBJECTID", "region", "longitude", "latitude"]


def test_the_description_of_the_layer_stands_beside_hidden(stub, workspace):
    """Aliases, domains and units stay with the bytes; no reader takes them for a source."""
    run(workspace)
    beside = workspace / "data/raw/.hazards.csv.layer.json"
    assert json.loads(beside.read_text())["name"] == "hazards"


def test_an_address_without_a_layer_is_explained(workspace):
    """What answers with JSON and has no fields is no layer."""
    with serving(**{"x/FeatureServer/0": lambda h: h.answer(b"{}")}) as site:
        declare(workspace, entry(f"{site.url}/x/FeatureServer/0"))
        ran = run(workspace)
    assert ran.code == 3
    assert "ends in /FeatureServer/NUMBER" in ran.err
