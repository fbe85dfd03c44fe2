"""Feeds read batch by batch give the rows and findings of any table."""

from __future__ import annotations

import csv
from dataclasses import replace

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import mtool.feed
from mtool.datasets import Selection
from mtool.derive import derive_source
from mtool.errors import UsageError
from mtool.export_datasets import ExportRequest, export_datasets
from mtool.feed import derive_opened, open_feed
from mtool.library import open_workspace
from mtool.model import Source
from mtool.passport import Passport, TableRecipe, passport_path, write_passport
from mtool.pipeline.run import RunRequest, derive_workspace
from mtool.recipes import header_fingerprint
from mtool.sources.files import read_document
from mtool.summary import Request

HEADER = [
    "ID",
    "Date",
    "Region",
    "District",
    "Device",
    "Killed",
    "Injured",
    "Lat",
    "Lon",
    "Notes",
    "Actor",
]
COLUMNS = {
    "ID": {"column": "event_id"},
    "Date": {"column": "event_date"},
    "Region": {"column": "area"},
    "District": {"column": "provider_admin2_name"},
    "Device": {"column": "device_type"},
    "Killed": {"measure": "killed"},
    "Injured": {"measure": "injured"},
    "Lat": {"column": "latitude"},
    "Lon": {"column": "longitude"},
}
GOOD = ["E1", "2022-03-01", "Mopti", "", "ied", "1", "0", "14.5", "-4.2", "at a well", "x"]


def recipe_of(header, columns=COLUMNS, **more):
    return TableRecipe(
        "t1",
        header_fingerprint=header_fingerprint(header),
        schema="events",
        columns=columns,
        constants={"location_code": "MLI"},
        **more,
    )


def both_roads(
    folder, rows, header=HEADER, columns=COLUMNS, suffix=".csv", block_bytes=1 << 20, **more
):
    """What the readers' road and the feeds' road derive from the same file."""
    path = folder / f"feed{suffix}"
    if suffix == ".csv":
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([header, *rows])
    else:
        pd.DataFrame(rows, columns=header).to_parquet(path)
    source = Source("feed", published="2023-01", path="data/raw/feed")
    passport = Passport(source, "", tables=(recipe_of(header, columns, **more),))
    by_rows = derive_source(read_document(path, source), passport)
    feed = open_feed(path, source, passport)
    assert feed is not None
    small_blocks = replace(feed, opened=replace(feed.opened, block_bytes=block_bytes))
    by_batches = derive_opened(small_blocks, passport)
    assert by_batches is not None
    return by_rows, by_batches


def assert_alike(by_rows, by_batches):
    def key(finding):
        return (finding.rule, str(finding.locator), finding.message)

    assert sorted(by_batches.report, key=key) == sorted(by_rows.report, key=key)
    assert by_batches.report.checked == by_rows.report.checked
    assert by_batches.unsound == by_rows.unsound
    assert set(by_batches.frames) == set(by_rows.frames)
    for name, expected in by_rows.frames.items():
        found = by_batches.frames[name]
        texts = {n: "str" for n in found if isinstance(found[n].dtype, pd.CategoricalDtype)}
        pd.testing.assert_frame_equal(found.astype(texts), expected)


def test_a_clean_feed(tmp_path):
    """Every typed column, its provenance and the columns not used."""
    rows = [[f"E{at}", *GOOD[1:]] for at in range(12)]
    by_rows, by_batches = both_roads(tmp_path, rows)
    assert_alike(by_rows, by_batches)
    assert by_batches.trusted
    assert by_batches.frames["events"]["source_cell"][0] == (
        "killed=line 2, column 6; injured=line 2, column 7"
    )


MESSY = {
    "an unknown place": {2: "Mopty"},
    "a district that is no area": {3: "Nowhere"},
    "no place": {2: ""},
    "a day that is none": {1: "30 February 2022"},
    "a day in words": {1: "1er mars 2022"},
    "a swappable day": {1: "03/04/2022"},
    "a day that settles the order": {1: "28/04/2022"},
    "no day": {1: ""},
    "a word for a device": {4: "IED"},
    "an unknown device": {4: "trebuchet"},
    "a word for a number": {5: "several"},
    "a limited number": {5: "at least 3"},
    "a range": {6: "3-5"},
    "not known": {5: "unknown"},
    "half a person": {6: "1.5"},
    "a negative number": {5: "-1"},
    "thousands": {6: "1,234"},
    "a latitude of another country": {7: "48.1"},
    "no latitude": {7: "north"},
    "an impossible latitude": {7: "91"},
    "blanks around": {0: " E9 ", 2: " Ségou ", 5: " 2 "},
    "a line end in a cell": {9: "first\nsecond", 10: 'a "quoted" word'},
    "a day after publication": {1: "2024-01-01"},
    "no id": {0: ""},
    "the whole country": {2: "Mali"},
    "a composite": {2: "Gao (includes Menaka)"},
    "white space only": {9: "  ", 5: "  "},
}


@pytest.mark.parametrize("changes", MESSY.values(), ids=MESSY)
def test_a_messy_feed(tmp_path, changes):
    """The same findings at the same cells, and the same rows blamed."""
    rows = [[f"E{at}", *GOOD[1:]] for at in range(7)]
    for at in (2, 4):
        for column, text in changes.items():
            rows[at][column] = text if column else f"{text}{at if text else ''}"
    assert_alike(*both_roads(tmp_path, rows))


def test_the_same_id_twice_far_apart(tmp_path, monkeypatch):
    """Keys are compared over all batches, dates and counts of findings too."""
    monkeypatch.setattr(mtool.feed, "ROWS_AT_ONCE", 3)
    rows = [[f"E{at % 9}", *GOOD[1:]] for at in range(10)]
    rows[1][2] = rows[8][2] = rows[9][2] = "Mopty"
    rows[2][1] = "03/04/2022"
    rows[9][1] = "28/04/2022"
    by_rows, by_batches = both_roads(tmp_path, rows, block_bytes=150)
    assert_alike(by_rows, by_batches)
    assert "(3 rows)" in next(f for f in by_batches.report if f.rule == "unknown_area").message


cells = st.fixed_dictionaries(
    {},
    optional={
        at: st.sampled_from([t for c in MESSY.values() for a, t in c.items() if a == at])
        for at in range(1, 8)
    },
)


@settings(max_examples=15, deadline=None)
@given(st.lists(cells, min_size=1, max_size=9))
def test_any_mix_of_messy_cells(tmp_path_factory, changes):
    """Both roads agree whatever comes together."""
    rows = [[f"E{at}", *GOOD[1:]] for at in range(len(changes))]
    for row, change in zip(rows, changes, strict=True):
        for column, text in change.items():
            row[column] = text
    assert_alike(*both_roads(tmp_path_factory.mktemp("mix"), rows))


def test_a_feed_in_parquet(tmp_path):
    """Places are rows of the file."""
    rows = [[f"E{at}", *GOOD[1:]] for at in range(5)]
    rows[3][2] = "Mopty"
    assert_alike(*both_roads(tmp_path, rows, suffix=".parquet"))


def test_a_feed_without_ids_names_events_by_their_line(tmp_path):
    """And says so once."""
    rows = [GOOD[1:] for _ in range(5)]
    columns = {key: rule for key, rule in COLUMNS.items() if key != "ID"}
    assert_alike(*both_roads(tmp_path, rows, HEADER[1:], columns))


def test_a_table_of_another_shape_is_left_to_the_readers(tmp_path):
    """Years across the page, corrections, a header that is not the passport's, small files."""
    path = tmp_path / "feed.csv"
    path.write_text("Region,2020,2021\nMopti,1,2\n", encoding="utf-8")
    source = Source("feed", path="feed.csv")
    wide = recipe_of(
        ["Region", "2020", "2021"], {"2020..2021": {"wide": "year", "measure": "killed"}}
    )
    for recipe in (wide, recipe_of(HEADER)):
        assert open_feed(path, source, Passport(source, "", tables=(recipe,))) is None
    passport = Passport(source, "", tables=(recipe_of(["Region", "2020", "2021"], {}),))
    assert mtool.feed.derive_feed(path, source, passport) is None


def test_a_large_feed_is_published_summed_and_exported(tmp_path, workspace, monkeypatch):
    """Typed Parquet sorted by area and day; the same bytes again; the last good rows are kept."""
    monkeypatch.setattr(mtool.feed, "LARGE", 0)
    monkeypatch.setattr("mtool.large_datasets.LARGEST_CSV", 5)
    places = ["Mopti", "Gao", "Ségou", "Mopti", "", "Gao", "Mopti", "Kayes"]
    rows = [[f"E{at}", f"2022-0{8 - at}-01", place, *GOOD[3:]] for at, place in enumerate(places)]
    raw = workspace / "data" / "raw" / "feed.csv"
    with raw.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([HEADER, *rows])
    source = Source("feed", published="2023-01")
    write_passport(
        passport_path(raw), Passport(source, "", "reviewed", tables=(recipe_of(HEADER),))
    )
    opened = open_workspace(workspace)
    outcome = derive_workspace(opened.workspace)
    assert outcome.datasets == {"events": 8}
    path = workspace / "data" / "clean" / "events.parquet"
    first = path.read_bytes()
    frame = opened.dataset("events")
    assert frame["admin1_code"].fillna("").tolist() == sorted(frame["admin1_code"].fillna(""))
    assert str(frame["event_date"].dtype).startswith("datetime64")
    summary = opened.summarize("events", request=Request("killed", by="region"))
    assert [(r.period, r.value) for r in summary.rows] == [
        ("(not said)", 1),
        ("Gao", 2),
        ("Kayes", 1),
        ("Mopti", 3),
        ("Ségou", 1),
    ]
    assert "counted: ied; of feed 2023-01" in summary.notes
    months = opened.summarize("events", request=Request("events", ("Mopti",), by="month"))
    assert [(r.period, r.value) for r in months.rows if r.value] == [
        ("2022-02", 1),
        ("2022-05", 1),
        ("2022-08", 1),
    ]
    quarters = opened.summarize("events", request=Request("events", by="quarter")).rows
    assert [(r.period, r.value, r.partial) for r in quarters] == [
        ("2022-Q1", 3, False),
        ("2022-Q2", 3, False),
        ("2022-Q3", 2, False),
    ]
    only = opened.summarize("events", selection=Selection(("admin1_name=Gao",)))
    assert sum(row.value for row in only.rows) == 2
    with pytest.raises(UsageError, match="nothing is 'Goa'; did you mean 'Gao'"):
        opened.summarize("events", selection=Selection(("admin1_name=Goa",)))
    out = tmp_path / "out.csv"
    export_datasets(opened.workspace, ExportRequest("csv", ("events",), str(out)))
    assert len(out.read_text(encoding="utf-8").splitlines()) == 9
    assert not derive_workspace(opened.workspace, RunRequest(force=True)).changed
    raw.write_text(raw.read_text(encoding="utf-8").replace("Kayes", "Kays"), encoding="utf-8")
    held = derive_workspace(opened.workspace)
    assert (held.kept, held.datasets) == (("feed",), {"events": 8})
    assert path.read_bytes() == first


@pytest.mark.parametrize(
    "odd",
    [["one cell"], ["#event", "#date", *["#x"] * 9], [*GOOD[:5], "1,5", "1.5", *GOOD[7:]]],
    ids=["a note below the rows", "HXL tags", "decimal commas and points"],
)
def test_what_only_a_reader_understands_is_left_to_it(tmp_path, odd):
    """Nothing is derived from half an understanding."""
    path = tmp_path / "feed.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([HEADER, odd, GOOD])
    source = Source("feed", path="feed.csv")
    passport = Passport(source, "", tables=(recipe_of(HEADER),))
    feed = open_feed(path, source, passport)
    assert feed is not None
    assert derive_opened(feed, passport) is None
