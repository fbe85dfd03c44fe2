"""Events counted into incidents where a passport asks for it."""

from __future__ import annotations

import csv

import pytest

from conftest import run_mtool

HEADER = "event_id,event_date,admin1,admin2,device_type,killed\n"
EVENTS = HEADER + (
    "A1,2023-01-03,Mopti,Bandiagara,improvised_mine,1\n"
    "A2,2023-01-20,Mopti,,improvised_mine,0\n"
    "A3,2023-01-21,Mopti,Bandiagara,ied,0\n"
    "A4,2023-02-01,Ségou,,ied,\n"
    "A5,2023-02-11,Segou,,ied,3\n"
)


@pytest.fixture
def counting(workspace):
    """Write events and what their passport says of counting; run, and give the rows counted."""

    def run(events: str, count: str, as_of: str = ""):
        (workspace / "mtool.toml").write_text('country = "MLI"\n')
        raw = workspace / "data" / "raw" / "ev.csv"
        raw.write_text(events, encoding="utf-8")
        passport = raw.with_name("ev.csv.passport.yaml")
        passport.unlink(missing_ok=True)
        run_mtool("run", "-w", workspace)
        told = passport.read_text(encoding="utf-8")
        told = told.replace("    schema: events\n", f"    schema: events\n    count: {count}\n")
        if as_of:
            told = told.replace("source:\n", f"source:\n  as_of: '{as_of}'\n")
        passport.write_text(told, encoding="utf-8")
        done = run_mtool("run", "-w", workspace)
        counted = workspace / "data" / "clean" / "incidents.csv"
        rows = []
        if counted.is_file():
            with counted.open(encoding="utf-8", newline="") as file:
                rows = list(csv.DictReader(file))
        return done, rows

    return run


def said(rows, *names):
    return [tuple(row[name] for name in names) for row in rows]


def test_events_are_counted_by_area_month_and_device(counting):
    """Two spellings of a region are one; the device goes along; the first event's line is named."""
    done, rows = counting(EVENTS, "{by: month}")
    assert done.code == 0
    assert done.err.startswith("published data/clean: events 5 rows, incidents 3 rows;")
    names = ("admin1_code", "provider_admin1_name", "reference_period_start", "device_type")
    assert said(rows, *names, "incidents", "source_cell") == [
        ("ML05", "Mopti", "2023-01-01", "ied", "1", "line 4"),
        ("ML05", "Mopti", "2023-01-01", "improvised_mine", "2", "line 2"),
        ("ML04", "Ségou", "2023-02-01", "ied", "2", "line 5"),
    ]
    assert {row["reference_period_end"] for row in rows} == {"2023-01-31", "2023-02-28"}


def test_events_without_device_day_or_area_are_named_not_counted(counting):
    """Each is counted once among those left out, and no country row appears for them."""
    lacking = "B1,2023-01-03,Mopti,,,1\nB2,,Mopti,,ied,1\nB3,2023-01-03,,,ied,1\nB4,,,,,1\n"
    done, rows = counting(EVENTS + lacking, "{into: incidents, by: year}")
    assert (
        "5 of 9 events counted into incidents by admin1 and year; "
        "not counted: 2 without a device; 1 without a day; 1 without an area"
    ) in done.err + done.out
    assert sum(int(row["incidents"]) for row in rows) == 5
    assert all(row["admin1_name"] for row in rows)


def test_a_period_that_goes_on_after_the_source_ends_with_it(counting):
    """A year of which the source saw half is a partial year: it ends with what the source knew."""
    _, rows = counting(EVENTS, "{by: year}", as_of="2023-06-30")
    assert {row["reference_period_end"] for row in rows} == {"2023-06-30"}


def test_second_level_areas_are_counted_where_they_are_given(counting):
    """Events that name no second-level area are named, not counted for the region."""
    done, rows = counting(EVENTS, "{by: quarter, areas: admin2}")
    assert "2 of 5 events counted" in done.err + done.out
    assert said(rows, "provider_admin2_name", "device_type", "incidents") == [
        ("Bandiagara", "ied", "1"),
        ("Bandiagara", "improvised_mine", "1"),
    ]


def test_only_events_are_counted_and_only_into_incidents(counting):
    """A wrong word is one sentence that names the passport, the table and what is expected."""
    for count, expected in (
        ("{by: week}", "by: expected one of month, quarter, year"),
        ("{into: casualties}", "casualties holds no incidents by period"),
        ("{bi: month}", "unknown key 'bi' in count"),
    ):
        done, rows = counting(EVENTS, count)
        assert done.code == 2
        assert expected in done.err + done.out
        assert "Traceback" not in done.err
        assert rows == []


def test_a_count_is_traced_to_the_events_it_counts(counting, workspace):
    """`trace` says that no cell prints the figure, and where the first event stands."""
    counting(EVENTS, "{by: month}")
    done = run_mtool("trace", "incidents", "--region", "Segou", "-w", workspace)
    assert done.code == 0
    assert "counted from events of ev[t1]; the first stands on line 5" in " ".join(done.out.split())
