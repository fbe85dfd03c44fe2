"""From a published workspace to a summary: dataset, measure, rows, editions, and what is said."""

from __future__ import annotations

import csv
import json

import pytest

from mtool.clean import write_findings
from mtool.datasets import Selection
from mtool.errors import UsageError
from mtool.model import Finding
from mtool.schemas import load_schema
from mtool.summarize_dataset import summarize_dataset
from mtool.summary import Request
from mtool.workspace import open_folder

EVENT = {
    "location_code": "MLI",
    "admin1_name": "Mopti",
    "event_date": "2022-03-05",
    "device_type": "ied",
    "source_id": "acled",
    "edition": "2023-01",
    "source_ref": "acled[t1]",
}
FIGURE = {
    "location_code": "MLI",
    "admin1_name": "Mopti",
    "reference_period_start": "2022-01-01",
    "reference_period_end": "2022-12-31",
    "source_id": "a",
    "edition": "2023",
    "source_ref": "a[t1]",
}


def manifest_of(datasets) -> str:
    """A manifest that names datasets."""
    named = {name: {} for name in datasets}
    return json.dumps({"mtool": "0.1.0", "inputs": [], "datasets": named, "checked": {}})


@pytest.fixture
def publish(tmp_path):
    """A workspace whose `data/clean` holds the rows given, by dataset."""

    def write(findings=(), **datasets):
        clean = tmp_path / "data" / "clean"
        clean.mkdir(parents=True, exist_ok=True)
        for name, rows in datasets.items():
            with (clean / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
                writer = csv.DictWriter(file, list(load_schema(name).columns))
                writer.writeheader()
                writer.writerows(rows)
        told = [Finding(rule, "note", "info", rule) for rule in findings]
        write_findings(clean / "findings.csv", told)
        (clean / "manifest.json").write_text(manifest_of(datasets), encoding="utf-8")
        return open_folder(tmp_path)

    return write


def summed(workspace, dataset=None, measure="", regions=(), selection=None, **request):
    wanted = Request(measure, regions, **request)
    return summarize_dataset(workspace, dataset, wanted, selection or Selection())


def values(summary):
    return {row.period: row.value for row in summary.rows}


def refusal(*arguments, **request):
    with pytest.raises(UsageError) as refused:
        summed(*arguments, **request)
    return str(refused.value)


def events(*more):
    return [{**EVENT, "event_id": str(at), **row} for at, row in enumerate(more)]


# Events


def test_events_are_counted_by_month_with_what_was_counted(publish):
    """Rows, not people; devices and sources with their editions are named in order."""
    workspace = publish(
        events=events(
            {"killed": "2"},
            {"event_date": "2022-03-31", "injured": "1"},
            {"event_date": "2022-04-01", "device_type": "", "source_id": "unmas", "edition": ""},
        )
    )
    summary = summed(workspace)
    assert (summary.dataset, summary.measure, summary.by) == ("events", "events", "period")
    assert values(summary) == {"2022-03": 2, "2022-04": 1}
    assert summary.notes == (
        "measure events; there are also killed, injured (--measure)",
        "counted: device not said + ied; of acled 2023-01 and unmas",
    )


@pytest.mark.parametrize(
    ("by", "periods"),
    [
        ("month", {"2022-02": 1, "2022-03": 1, "2022-07": 1}),
        ("quarter", {"2022-Q1": 2, "2022-Q3": 1}),
        ("year", {"2022": 3}),
        ("day", {"2022-02-28": 1, "2022-03-01": 1, "2022-07-01": 1}),
        ("event_date", {"2022-02-28": 1, "2022-03-01": 1, "2022-07-01": 1}),
        ("region", {"Gao": 1, "Mopti": 2}),
        ("device_type", {"ied": 3}),
    ],
)
def test_events_by_a_unit_of_time_or_a_column(publish, by, periods):
    """By day as by the column of days; months by default."""
    workspace = publish(
        events=events(
            {"event_date": "2022-02-28"},
            {"event_date": "2022-03-01", "admin1_name": "Gao"},
            {"event_date": "2022-07-01"},
        )
    )
    assert values(summed(workspace, by=by)) == periods


def test_events_without_a_date_are_left_out_and_counted(publish):
    """They cannot be given to a period; those after them can."""
    workspace = publish(
        events=events({"event_date": ""}, {"event_date": "", "device_type": "uxo"}, {})
    )
    summary = summed(workspace)
    assert summary.countries == ("MLI",)
    assert values(summary) == {"2022-03": 1}
    assert summary.notes[0] == "left out: 2 events without a date"


def test_a_month_that_goes_on_after_publication_is_partial(publish):
    """Counted to `as_of`, else to the edition."""
    row = {"event_date": "2022-03-05", "edition": "2022-03-20"}
    workspace = publish(events=events(row, {**row, "event_date": "2022-02-05"}))
    assert [r.partial for r in summed(workspace).rows] == [False, True]
    workspace = publish(events=events({**row, "as_of": "2022-04-30"}))
    assert [r.partial for r in summed(workspace).rows] == [False]


def test_people_of_events_are_summed_by_their_measure(publish):
    """With missing figures told; the count of events is not asked for."""
    workspace = publish(
        events=events({"killed": "2"}, {"killed": "", "value_status": "killed=not_known"})
    )
    (row,) = summed(workspace, measure="killed").rows
    assert (row.value, row.n_missing) == (2, 1)
    assert summed(workspace, measure="killed").notes == ("counted: ied; of acled 2023-01",)


def test_conditions_are_part_of_what_was_counted(publish):
    """The source is named already."""
    workspace = publish(
        events=events({}, {"device_type": "uxo"}, {"source_id": "unmas", "device_type": "uxo"})
    )
    where = Selection(where=("device_type=uxo", "location_code = MLI"), source="acled")
    summary = summed(workspace, selection=where)
    assert values(summary) == {"2022-03": 1}
    assert summary.notes == (
        "counted: uxo; of acled 2023-01; where device_type=uxo and location_code=MLI",
    )


def test_accidents_that_two_sources_may_both_report_are_said(publish):
    """With how many; not where one source is asked for, nor where none is found."""
    rows = events({}, {"source_id": "unmas", "source_ref": "unmas[t1]"})
    workspace = publish(events=rows, findings=["reported_twice", "other", "reported_twice"])
    assert summed(workspace).notes[-1] == (
        "two sources report events of one place and day: 2 may be counted twice (finding "
        "reported_twice); choose one with --source"
    )
    one = summed(workspace, selection=Selection(source="unmas"))
    assert one.notes == ("counted: ied; of unmas 2023-01",)
    workspace = publish(events=rows, findings=["other"])
    assert summed(workspace).notes == ("counted: ied; of acled 2023-01 and unmas 2023-01",)


def test_the_newest_edition_stands_unless_one_is_asked_for(publish):
    """And the older ones are said to be left aside, before anything else is said of it."""
    workspace = publish(events=events({"edition": "2022-12"}, {"edition": "2023-01"}, {}))
    summary = summed(workspace)
    assert values(summary) == {"2022-03": 2}
    assert summary.notes == (
        "acled: older editions left aside: 2022-12",
        "counted: ied; of acled 2023-01",
    )
    older = summed(workspace, selection=Selection(edition="2022-12"))
    assert values(older) == {"2022-03": 1}
    assert "left aside" not in " ".join(older.notes)


def test_regions_of_events_are_found(publish):
    """By area, which is read only when somebody asks for one."""
    workspace = publish(events=events({}, {"admin1_name": "Gao", "admin1_code": "ML07"}))
    assert values(summed(workspace, regions=("Gao",))) == {"2022-03": 1}
    assert values(summed(workspace, regions=("Mopti", "Gao"))) == {"2022-03": 2}


def test_events_are_never_said_to_be_limited(publish):
    """They are counted, whatever their figures of people are."""
    (row,) = summed(publish(events=events({"killed": "2", "qualifier": "at_least"}))).rows
    assert (row.qualified, row.n_missing) == (False, 0)
    workspace = publish(events=events({"killed": "2", "qualifier": "at_least"}))
    assert summed(workspace, measure="killed").rows[0].qualified


# Figures by period


def test_figures_are_summed_under_the_first_measure_that_has_any(publish):
    """The others that have some are named."""
    row = {**FIGURE, "killed": "1", "injured": "3", "device_type": "any"}
    workspace = publish(casualties=[row])
    summary = summed(workspace)
    assert (summary.measure, values(summary)) == ("killed", {"2022": 1})
    assert summary.notes == ("measure killed; there are also injured (--measure)",)
    assert values(summed(workspace, measure="injured")) == {"2022": 3}
    assert summed(workspace, measure="injured").notes == ()


def test_a_single_measure_with_figures_needs_no_word(publish):
    """Nor does one where none has any: the first, with its gaps."""
    workspace = publish(casualties=[{**FIGURE, "injured": "3"}])
    assert (summed(workspace).measure, summed(workspace).notes) == ("injured", ())
    workspace = publish(casualties=[{**FIGURE, "value_status": "not_reported"}])
    assert (summed(workspace).measure, summed(workspace).notes) == ("casualties", ())
    assert summed(workspace).rows[0].n_missing == 1


def test_several_datasets_are_told_apart_by_what_is_asked(publish):
    """A name, a measure, or regions; else the choices are named."""
    staffing = {**FIGURE, "operator": "MAG", "role": "all", "sex": "all", "staff": "7"}
    del staffing["admin1_name"]
    workspace = publish(incidents=[{**FIGURE, "incidents": "4"}], staffing=[staffing])
    assert summed(workspace, "staffing").dataset == "staffing"
    assert summed(workspace, measure="staff").dataset == "staffing"
    assert summed(workspace, regions=("Mopti",)).dataset == "incidents"
    assert summed(workspace, by="region").dataset == "incidents"
    assert refusal(workspace) == "which dataset? There are: incidents, staffing"
    assert "did you mean 'staffing'" in refusal(workspace, "stafing")


def test_the_only_dataset_of_figures_is_taken(publish):
    """Facts without figures are none; events beside figures must be asked for."""
    fact = {"location_code": "MLI", "event_date": "2022-01-01", "event": "x", "source_id": "a"}
    workspace = publish(incidents=[{**FIGURE, "incidents": "4"}], treaty_events=[fact])
    assert summed(workspace).dataset == "incidents"
    said = "treaty_events has no figures by period to sum"
    assert refusal(workspace, "treaty_events") == said
    workspace = publish(incidents=[{**FIGURE, "incidents": "4"}], events=events({}))
    assert summed(workspace).dataset == "incidents"
    assert summed(workspace, "events").dataset == "events"


def test_a_measure_nobody_has_is_named_with_the_nearest_or_all(publish):
    """Those of the dataset; events can be counted too."""
    workspace = publish(casualties=[{**FIGURE, "killed": "1"}])
    said = "casualties has no measure 'kiled'; did you mean 'killed'?"
    assert refusal(workspace, "casualties", measure="kiled") == said
    said = "casualties has no measure 'xyzzy'; there are: casualties, killed, injured"
    assert refusal(workspace, "casualties", measure="xyzzy") == said
    workspace = publish(events=events({}))
    said = "events has no measure 'xyzzy'; there are: events, killed, injured"
    assert refusal(workspace, "events", measure="xyzzy") == said


def test_a_grouping_nobody_has_is_named_with_what_there_is(publish):
    """Units of time, areas, or a column."""
    workspace = publish(incidents=[{**FIGURE, "incidents": "4"}])
    assert refusal(workspace, by="operator").startswith(
        "--by operator: no period, area or column of incidents; there are: period, year, quarter, "
        "month, day, region, admin1, admin2, location_code,"
    )
    assert values(summed(workspace, by="source_id")) == {"a": 4}


def test_the_first_condition_that_nothing_fulfils_is_named(publish):
    """Each in the light of those before it, with what there is."""
    rows = [
        {**FIGURE, "incidents": "4", "device_type": "ied"},
        {**FIGURE, "incidents": "4", "device_type": "uxo", "admin1_name": "Gao"},
    ]
    workspace = publish(incidents=rows)
    where = Selection(where=("admin1_name=Gao", "device_type=ied"))
    assert refusal(workspace, selection=where) == ("device_type: nothing is 'ied'; there are: uxo")
    where = Selection(where=("admin1_name=Kayes", "device_type=ied"))
    assert refusal(workspace, selection=where) == (
        "admin1_name: nothing is 'Kayes'; there are: Gao, Mopti"
    )


def test_an_empty_dataset_is_said_to_have_no_figures(publish):
    """There is no condition to blame."""
    workspace = publish(incidents=[])
    assert "no figures" in refusal(workspace, measure="incidents")


def test_years_of_figures_are_kept_apart_and_compared(publish):
    """Notes of the choice come before notes of the sums."""
    rows = [
        {**FIGURE, "incidents": "4", "edition": "2022"},
        {**FIGURE, "incidents": "5"},
        {**FIGURE, "incidents": "9", "admin1_name": ""},
    ]
    summary = summed(publish(incidents=rows))
    assert values(summary) == {"2022": 5}
    assert summary.notes == (
        "a: older editions left aside: 2022",
        "not added, being totals over others: 1 row",
    )


def test_large_datasets_are_summed_from_parquet(publish):
    """The same figures, whichever file they stand in."""
    from mtool.large_datasets import write_parquet
    from mtool.writers.csv import read_csv

    workspace = publish(incidents=[{**FIGURE, "incidents": "4"}])
    schema = load_schema("incidents")
    path = workspace.clean / "incidents.csv"
    write_parquet(read_csv(path, schema), schema, path.with_suffix(".parquet"))
    path.unlink()
    assert values(summed(workspace)) == {"2022": 4}


def test_a_workspaces_own_schema_and_areas_are_used(publish, tmp_path):
    """A dataset that mtool does not ship, and a name that only this workspace knows."""
    workspace = publish(incidents=[{**FIGURE, "incidents": "4", "admin1_name": "Sector 7"}])
    own = tmp_path / "schemas"
    (own / "areas").mkdir(parents=True)
    (own / "areas" / "MLI.csv").write_text(
        "code,name,level,parent,members,aliases,valid_from,valid_to,source\n"
        "S7,Sector 7,1,MLI,,The seventh,,,own\n",
        encoding="utf-8",
    )
    shipped = load_schema("incidents").path.read_text(encoding="utf-8")
    (own / "blasts.yaml").write_text(shipped.replace("name: incidents\n", "name: blasts\n", 1))
    clean = workspace.clean
    (clean / "incidents.csv").rename(clean / "blasts.csv")
    (clean / "manifest.json").write_text(manifest_of(["blasts"]), encoding="utf-8")
    assert values(summed(workspace, regions=("the seventh",))) == {"2022": 4}


def test_sums_on_a_cluster_where_the_settings_say_so(publish, tmp_path, monkeypatch):
    """The same question goes to the address of the settings."""
    from mtool.engines.sums import sum_lines

    asked = []

    def on_cluster(path, question, address):
        asked.append((path.name, address))
        return sum_lines(path, question)

    monkeypatch.setattr("mtool.engines.cluster_sums.sum_on_cluster", on_cluster)
    (tmp_path / "mtool.toml").write_text('engine = "cluster"\ncluster = "tcp://there:1"\n')
    workspace = publish(incidents=[{**FIGURE, "incidents": "4"}])
    assert values(summed(workspace)) == {"2022": 4}
    assert asked == [("incidents.csv", "tcp://there:1")]
