"""What is held back for an audience, and that nothing exported gives it back."""

from __future__ import annotations

import itertools
import re
from dataclasses import replace

import numpy as np
import openpyxl
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conftest import run_mtool
from mtool.errors import UsageError
from mtool.passport import read_passport
from mtool.schemas import load_schema
from mtool.sharing.small_counts import without_small_counts
from mtool.writers import Export

REGIONS = {"ML05": "Mopti", "ML06": "Tombouctou", "ML08": "Kidal", "ML01": "Kayes"}
MEASURES = ("killed", "injured", "casualties")


def casualties(counts: np.ndarray, *, national: bool, groups: tuple[str, ...]) -> pd.DataFrame:
    """Consistent rows of `casualties`: counts by region, year, sex and (killed, injured).

    With the sums over sexes, and with `national` the sums over regions, in rows of their own.
    """
    regions, years, _, _ = counts.shape
    places = [[at] for at in range(regions)] + ([list(range(regions))] if national else [])
    rows = []
    for place, year in itertools.product(places, range(years)):
        code = list(REGIONS)[place[0]] if len(place) == 1 else None
        for sex in ("all", *groups):
            chosen = counts[place, year].sum(axis=0)
            killed, injured = chosen.sum(axis=0) if sex == "all" else chosen[groups.index(sex)]
            rows.append(
                {
                    "location_code": "MLI",
                    "admin1_code": code,
                    "admin1_name": REGIONS.get(code or ""),
                    "provider_admin1_name": REGIONS.get(code or ""),
                    "reference_period_start": pd.Timestamp(2020 + year, 1, 1),
                    "reference_period_end": pd.Timestamp(2020 + year, 12, 31),
                    "sex": sex,
                    "age_group": "all",
                    "civilian_status": "all",
                    "killed": killed,
                    "injured": injured,
                    "casualties": killed + injured,
                    "source_id": "mali",
                    "edition": "2023",
                    "source_ref": "mali[t1]",
                    "source_cell": f"killed=C{len(rows) + 2}; injured=D{len(rows) + 2}; "
                    f"casualties=E{len(rows) + 2}",
                }
            )
    frame = pd.DataFrame(rows)
    schema = load_schema("casualties")
    for name, column in schema.columns.items():
        if name not in frame:
            frame[name] = pd.Series(None, index=frame.index, dtype="str")
        elif column.dtype == "Int64":
            frame[name] = frame[name].astype("Int64")
        elif column.dtype == "str":
            frame[name] = frame[name].astype("str")
    return frame[list(schema.columns)]


def exported(frame: pd.DataFrame, totals: tuple[dict[str, str], ...] = ()) -> Export:
    schema = load_schema("casualties")
    return Export({"casualties": frame}, {"casualties": schema}, (), (), totals=totals)


def equations(frame: pd.DataFrame) -> list[tuple[list[tuple[int, str]], tuple[int, str]]]:
    """What anybody knows: (parts, whole) as cells, written without the code that is tested."""
    found = []
    for at in range(len(frame)):
        found.append(([(at, "killed"), (at, "injured")], (at, "casualties")))
    for measure in MEASURES:
        for _, group in frame.groupby(["reference_period_start", "admin1_name"], dropna=False):
            parts = group.index[group["sex"] != "all"]
            if len(parts):
                (whole,) = group.index[group["sex"] == "all"]
                found.append(([(at, measure) for at in parts], (whole, measure)))
        for _, group in frame.groupby(["reference_period_start", "sex"]):
            for whole in group.index[group["admin1_name"].isna()]:
                parts = group.index[group["admin1_name"].notna()]
                found.append(([(at, measure) for at in parts], (whole, measure)))
    return found


def exact_bounds(
    shared: pd.DataFrame, known: list[tuple[list[tuple[int, str]], float | tuple[int, str]]]
) -> list[tuple[tuple[int, str], float, float]]:
    """The least and the most that each suppressed cell can be, by linear programming."""
    optimize = pytest.importorskip("scipy.optimize")
    hidden = [(at, m) for m in MEASURES for at in shared.index if pd.isna(shared.at[at, m])]
    column = {cell: number for number, cell in enumerate(hidden)}
    matrix, right = [], []
    for parts, whole in known:
        row, constant = np.zeros(len(hidden)), 0.0
        for cell, factor in [*((part, 1) for part in parts), (whole, -1)]:
            if cell in column:
                row[column[cell]] += factor
            else:
                value = cell if isinstance(cell, float) else float(shared.at[cell[0], cell[1]])
                constant -= factor * value
        if row.any():
            matrix.append(row)
            right.append(constant)
    bounds = []
    for cell, number in column.items():
        ends = []
        for sign in (1, -1):
            aim = np.zeros(len(hidden))
            aim[number] = sign
            solved = optimize.linprog(
                aim, A_eq=np.array(matrix) if matrix else None, b_eq=right or None
            )
            ends.append(sign * solved.fun if solved.status == 0 else np.inf)
        bounds.append((cell, ends[0], ends[1]))
    return bounds


counts = st.tuples(st.integers(2, 4), st.integers(1, 2), st.integers(1, 3)).flatmap(
    lambda shape: st.lists(
        st.one_of(st.integers(0, 6), st.integers(0, 40)),
        min_size=int(np.prod(shape)) * 2,
        max_size=int(np.prod(shape)) * 2,
    ).map(lambda values: np.array(values).reshape(*shape, 2))
)


def attack(values: np.ndarray, *, national: bool, with_totals: bool) -> None:
    """Suppress, then compute with all that is exported; no suppressed figure may come out."""
    groups = ("female", "male", "unknown")[: values.shape[2]]
    frame = casualties(values, national=national, groups=groups)
    totals = tuple(printed_totals(frame)) if with_totals else ()
    export, _ = without_small_counts(exported(frame, totals), 5)
    shared = export.frames["casualties"]
    true = frame[list(MEASURES)].to_numpy(dtype="float")
    shown = shared[list(MEASURES)].to_numpy(dtype="float", na_value=np.nan)
    assert np.isnan(shown[(true > 0) & (true < 5)]).all()
    assert (shown == true)[~np.isnan(shown)].all()
    known: list = list(equations(frame))
    for total in export.totals:
        column = dict(zip("CDE", MEASURES, strict=True))[total["source_cell"][0]]
        known.append(([(at, column) for at in frame.index], float(total["stated"])))
    for cell, low, high in exact_bounds(shared, known):
        assert high - low > 0.99, f"{cell} is {low} to {high}; it was {frame.at[cell[0], cell[1]]}"


def printed_totals(frame: pd.DataFrame) -> list[dict[str, str]]:
    """A totals row below the table: the sum of each column, as a source may print it."""
    return [
        {
            "source_ref": "mali[t1]",
            "label": "Totals",
            "column": measure,
            "stated": str(frame[measure].sum()),
            "addends": str(len(frame)),
            "missing": "0",
            "source_cell": f"{letter}{len(frame) + 2}",
        }
        for letter, measure in zip("CDE", MEASURES, strict=True)
    ]


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(counts, st.booleans(), st.booleans())
def test_no_suppressed_figure_can_be_computed(values, national, with_totals):
    """Whatever the counts: sexes, regions, killed and injured, and totals give nothing back."""
    attack(values, national=national, with_totals=with_totals)


@pytest.mark.prove
@settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
@given(counts, st.booleans(), st.booleans())
def test_no_suppressed_figure_can_be_computed_in_many_trials(values, national, with_totals):
    """The same, for longer."""
    attack(values, national=national, with_totals=with_totals)


def test_one_small_figure_takes_a_second_along_and_the_total_stays():
    """3 of 63 can be had back from the other regions; so the next smallest goes too."""
    values = np.array([[[[3, 0]]], [[[20, 0]]], [[[40, 0]]]])
    frame = casualties(values, national=True, groups=())
    export, said = without_small_counts(exported(frame), 5)
    shared = export.frames["casualties"]
    assert shared["killed"].isna().sum() == 2
    assert shared.loc[shared["admin1_name"].isna(), "killed"].tolist() == [63]
    assert shared["value_status"].dropna().str.contains("killed=suppressed").all()
    assert said[0].startswith("suppressed: ")


def test_in_a_larger_table_the_national_totals_stay():
    """A few small figures cost a few others of their size, not the sums that everybody asks for."""
    drawn = np.random.default_rng(0)
    values = drawn.poisson(30 * drawn.random((4, 6, 2, 2)))
    frame = casualties(values, national=True, groups=("female", "male"))
    shared = without_small_counts(exported(frame), 5)[0].frames["casualties"]
    totals = shared[shared["admin1_name"].isna() & (shared["sex"] == "all")]
    assert totals[list(MEASURES)].notna().all(axis=None)
    assert 0 < shared[list(MEASURES)].isna().to_numpy().mean() < 0.5


def test_a_printed_zero_stays_a_zero():
    """It counts nobody; only people can be found out."""
    frame = casualties(np.array([[[[0, 0]]], [[[50, 9]]]]), national=False, groups=())
    shared = without_small_counts(exported(frame), 5)[0].frames["casualties"]
    assert shared["killed"].tolist() == [0, 50]


def test_the_same_figure_in_another_edition_is_suppressed_too():
    """An older edition that still shows it would give it away."""
    frame = casualties(np.array([[[[3, 0]]], [[[20, 0]]]]), national=True, groups=())
    older = frame.assign(edition="2022", source_ref="old[t1]")
    both = pd.concat([frame, older], ignore_index=True)
    shared = without_small_counts(exported(both), 5)[0].frames["casualties"]
    first, second = shared.iloc[: len(frame)], shared.iloc[len(frame) :]
    assert first["killed"].isna().tolist() == second["killed"].isna().tolist()


def test_a_total_that_ties_to_no_figures_is_held_back():
    """Where the addends cannot be told, the total might be of the suppressed ones."""
    frame = casualties(np.array([[[[3, 9]]], [[[20, 9]]]]), national=False, groups=())
    totals = tuple({**total, "addends": "7"} for total in printed_totals(frame))
    export, said = without_small_counts(exported(frame, totals), 5)
    assert not export.totals
    assert "held back: 3 control totals that would give one back" in said


def test_a_range_that_begins_below_the_threshold_is_suppressed():
    """`2..4` says as much as 3."""
    frame = casualties(np.array([[[[30, 9]]], [[[20, 9]]]]), national=False, groups=())
    frame.loc[0, "killed"] = pd.NA
    frame.loc[0, ["value_status", "qualifier"]] = ["killed=range", "killed=2.0..4.0"]
    shared = without_small_counts(exported(frame), 5)[0].frames["casualties"]
    assert shared.loc[0, "value_status"] == "killed=suppressed"
    assert pd.isna(shared.loc[0, "qualifier"])


# Through the command ------------------------------------------------------------------------

EVENTS = """event_id,event_date,event_type,admin1_name,latitude,longitude,killed,injured
0001,2022-01-04,Explosion,Mopti,14.4843,-4.1827,3,1
0002,2022-01-20,Explosion,Mopti,14.5011,-4.2001,0,2
0003,2022-02-01,Explosion,Kidal,18.4411,1.4078,12,
"""


@pytest.fixture
def feed(workspace, tmp_path):
    """A workspace with one feed of events whose passport can be given a level."""
    (tmp_path / "feed.csv").write_text(EVENTS)
    done = run_mtool("ingest", tmp_path / "feed.csv", "-w", workspace, MTOOL_COUNTRY="MLI")
    assert done.code == 0, done.out + done.err

    def declare(level: str) -> None:
        passport = workspace / "data" / "raw" / "feed.csv.passport.yaml"
        text = passport.read_text().replace(
            "  id: feed\n",
            f"  id: feed\n  licence: Terms of use\n  url: https://example.org/terms\n  sharing: {level}\n",
        )
        passport.write_text(text)
        assert run_mtool("run", "-w", workspace).code == 0

    return declare


def test_events_of_a_restricted_source_become_counts_by_month(feed, workspace, tmp_path):
    """Never row by row, whoever asks; the terms are named with their link."""
    feed("restricted")
    out = tmp_path / "out.csv"
    done = run_mtool("export", "csv", "events", "-o", out, "-w", workspace)
    assert done.code == 0, done.err
    assert "https://example.org/terms" in done.err
    counted = pd.read_csv(out)
    assert counted["events"].tolist() == [1, 2]
    assert counted["killed"].tolist() == [12, 3]
    assert not {"event_id", "event_date", "latitude"} & set(counted)
    assert "not_reported" in counted["value_status"].dropna().iloc[0]


def test_restricted_rows_are_given_on_request_with_their_terms(feed, workspace, tmp_path):
    """`--include-restricted` says what to mind."""
    feed("restricted")
    out = tmp_path / "out.csv"
    done = run_mtool("export", "csv", "-o", out, "-w", workspace, "--include-restricted")
    assert "mind its terms: feed: Terms of use, https://example.org/terms" in done.err
    assert pd.read_csv(out, dtype=str)["event_id"].tolist() == ["0001", "0002", "0003"]


def test_a_passport_that_became_stricter_since_the_last_run_counts(feed, workspace, tmp_path):
    """A level is obeyed from the moment it is written, not from the next run."""
    passport = workspace / "data" / "raw" / "feed.csv.passport.yaml"
    text = passport.read_text().replace("  id: feed\n", "  id: feed\n  sharing: restricted\n")
    passport.write_text(text)
    out = tmp_path / "out.csv"
    run_mtool("export", "csv", "-o", out, "-w", workspace)
    assert "event_id" not in out.read_text()


def test_a_source_for_partners_is_not_for_the_public(feed, workspace, tmp_path):
    """Where nothing is left there is no file, and one sentence."""
    feed("partners")
    out = tmp_path / "out.csv"
    done = run_mtool("export", "csv", "-o", out, "-w", workspace, "--share", "public")
    assert done.code == 2
    assert "which is for partners use" in done.err
    assert not out.exists()
    assert run_mtool("export", "csv", "-o", out, "-w", workspace, "--share", "partners").code == 0


def test_the_public_gets_rounded_places_and_no_small_counts(feed, workspace, tmp_path):
    """Coordinates to the setting's decimals; suppressed is a word, not a zero and not a blank."""
    out = tmp_path / "out.csv"
    done = run_mtool("export", "csv", "-o", out, "-w", workspace, "--share", "public")
    assert done.code == 0, done.err
    shared = pd.read_csv(out)
    assert shared["latitude"].tolist() == [14.5, 14.5, 18.4]
    assert shared["killed"].isna().tolist() == [True, False, False]
    assert shared["value_status"].tolist()[:2] == [
        "killed=suppressed; injured=suppressed",
        "injured=suppressed",
    ]
    assert "rounded: latitude of events to 1 decimals" in done.err
    assert "suppressed: 3 figures of events" in done.err


def test_the_threshold_and_the_rounding_are_settings(feed, workspace, tmp_path):
    """And a setting that is no number is refused by name."""
    out = tmp_path / "out.csv"
    arguments = ("export", "csv", "-o", out, "-w", workspace, "--share", "public")
    run_mtool(*arguments, MTOOL_SUPPRESS_BELOW="13", MTOOL_ROUND_COORDINATES="0")
    shared = pd.read_csv(out)
    assert shared["killed"].isna().tolist() == [True, False, True]
    assert shared["latitude"].tolist() == [14, 15, 18]
    done = run_mtool(*arguments, MTOOL_SUPPRESS_BELOW="few")
    assert (done.code, "suppress_below = 'few'" in done.err) == (2, True)


def test_every_format_says_what_was_held_back(sample, tmp_path):
    """On the error stream, and where the format has room for it."""
    for to, name in (("xlsx", "o.xlsx"), ("sqlite", "o.sqlite"), ("datapackage", "o.zip")):
        out = tmp_path / name
        done = run_mtool("export", to, "staffing", "-o", out, "-w", sample, "--share", "public")
        assert "suppressed: " in done.err
    cells = [
        str(cell.value)
        for row in openpyxl.load_workbook(tmp_path / "o.xlsx")["README"]
        for cell in row
    ]
    assert any(re.search(r"suppressed: \d+ figures of staffing", cell) for cell in cells)


def test_findings_that_quote_a_suppressed_figure_are_left_out(sample, tmp_path):
    """The message of a finding holds the figures it is about."""
    out = tmp_path / "o.sqlite"
    run_mtool("export", "sqlite", "staffing", "-o", out, "-w", sample, "--share", "public")
    assert b"9 women in single roles" not in out.read_bytes()


def test_a_schema_says_who_may_see_a_column(sample, tmp_path):
    """A workspace's own schema marks a column as internal; others do not get it."""
    own = sample / "schemas"
    own.mkdir()
    shipped = load_schema("staffing").path.read_text()
    (own / "staffing.yaml").write_text(
        shipped.replace(
            "  people: [staff]\n", "  people: [staff]\n  sharing: {operator: internal}\n"
        )
    )
    out = tmp_path / "o.csv"
    done = run_mtool("export", "csv", "staffing", "-o", out, "-w", sample, "--share", "partners")
    assert "held back: column operator of staffing" in done.err
    assert "operator" not in out.read_text().splitlines()[0]
    assert "DCA" not in out.read_text()


def test_a_schema_with_an_unknown_level_is_refused(tmp_path):
    """With the levels there are; and a column that the schema does not have."""
    shipped = load_schema("staffing").path.read_text()
    for said, wrong in (("{staff: x}", "expected one of public"), ("{x: public}", "not a column")):
        path = tmp_path / f"{len(said)}.yaml"
        path.write_text(
            shipped.replace("people: [staff]\n", f"people: [staff]\n  sharing: {said}\n")
        )
        with pytest.raises(UsageError, match=wrong):
            load_schema(str(path))


def test_a_passport_with_an_unknown_level_is_refused(tmp_path):
    """With the levels there are."""
    path = tmp_path / "x.passport.yaml"
    path.write_text("version: 1\nsource:\n  id: x\n  sharing: secret\n")
    with pytest.raises(UsageError, match="expected one of public, partners, internal, restricted"):
        read_passport(path)


def test_an_unknown_level_of_sharing_never_reaches_the_writers(sample):
    """`--share` takes three words."""
    assert run_mtool("export", "csv", "-w", sample, "--share", "friends").code == 2


def test_suppression_does_not_change_what_it_was_given():
    """The frames of the workspace stay as they are."""
    frame = casualties(np.array([[[[3, 1]]]]), national=False, groups=())
    export = exported(frame)
    before = frame.copy()
    without_small_counts(replace(export), 5)
    pd.testing.assert_frame_equal(export.frames["casualties"], before)
