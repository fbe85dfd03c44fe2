"""Every engine gives the findings that pandera itself gives: rule, cell, value."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mtool.engines import local as local_engine
from mtool.engines import run_engine
from mtool.engines.keys import Keys
from mtool.engines.plan import compile_plan, plan_from_json
from mtool.engines.tidy_file import tidy_request
from mtool.errors import UsageError
from mtool.readers import ReadOptions
from mtool.schemas import load_schema
from mtool.validate import validate_frame

FEED = Path(__file__).parent / "golden" / "engines" / "event_feed.yaml"


def written(folder: Path, columns: dict, rows: list[list[str]], key=(), checks=None) -> tuple:
    """A schema and a CSV file of its columns."""
    tree = {"schema_type": "dataframe", "name": "own", "columns": columns}
    tree |= ({"unique": list(key)} if key else {}) | ({"checks": checks} if checks else {})
    number = len(list(folder.iterdir()))
    schema = folder / f"own{number}.yaml"
    schema.write_text(json.dumps(tree))
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows([list(columns), *rows])
    path = folder / f"own{number}.csv"
    path.write_bytes(text.getvalue().encode())
    return path, schema


def found_by(engine: str, path: Path, schema: Path):
    """What an engine says of a file; `rows` and `arrow` are the two sides of the local one."""
    request = tidy_request(path, "own.csv", str(schema), (), ReadOptions())
    assert request is not None
    if engine == "reference":
        return run_engine(engine, request)
    small = local_engine.SMALL_BYTES
    local_engine.SMALL_BYTES = small if engine == "rows" else 0
    try:
        return run_engine("local", request)
    finally:
        local_engine.SMALL_BYTES = small


def agree(path: Path, schema: Path):
    """Assert that all engines find the same, and return it."""
    expected = found_by("reference", path, schema)
    for engine in ("rows", "arrow"):
        assert list(found_by(engine, path, schema)) == list(expected), engine
        assert found_by(engine, path, schema).checked == expected.checked
    return list(expected)


def said(findings) -> list[tuple]:
    return [(f.rule, f.locator.line, f.locator.column, f.value) for f in findings]


NUMBERS = st.sampled_from(
    [
        *[
            "0",
            "-1",
            "5",
            "007",
            "1.5",
            "-0.0",
            "1e3",
            "1E-5",
            "12.345",
            "1,246",
            "9007199254740993",
        ],
        *["9223372036854775807", "9223372036854775808", "1" * 130, "1e999", "0x10", "nan", "inf"],
        *["N/A", "5.", ".5", "+3", "(52)", "−7", "٣", "at least 4", "1 000", "4O0", " 8 ", "1.0"],
    ]
)
DAYS = st.sampled_from(
    [
        *[
            "2020-01-31",
            "2020-02-29",
            "2021-02-29",
            "2020-2-1",
            "31/12/2020",
            "1677-12-31",
            "9999-12-31",
        ],
        *["2020-04-31", "1700-01-01", "2261-12-31", "20200101", "2020-01-01T00:00", " 2020-01-01"],
    ]
)
FLAGS = st.sampled_from(["true", "FALSE", "1", "0", "yes", "True "])
TEXTS = st.one_of(
    st.sampled_from(["AB1", "ab", "A\n", "NA", "null", "x" * 300, "é", "e\u0301", "\u2003", "'=1"]),
    st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=4),
)
CHECKS = {
    "str": [
        {"isin": ["AB1", "ab", "é"]},
        {"notin": ["NA", "ab"]},
        {"equal_to": "ab"},
        {"not_equal_to": "ab"},
        {"str_matches": "^[A-Z]{2}[0-9]$"},
        {"str_matches": "a|NA"},
        {"str_matches": r"\w+$"},
        {"str_matches": r"\bab"},
        {"str_matches": r"[A-Z]+\d*$|NA"},
        {"str_contains": r"[^a-z]"},
        {"str_contains": "a|^A"},
        {"str_contains": "é|x{3}"},
        {"str_startswith": "A"},
        {"str_endswith": "b"},
        {"str_length": {"min_value": 2, "max_value": 3}},
        {"str_length": {"exact_value": 2}},
        {"greater_than": "N"},
        {"known_country": {}},
        {"partial_date": {}},
        {"known_qualifier": {}},
        {"in_vocabulary": "device_type"},
    ],
    "Int64": [
        {"in_range": {"min_value": 0, "max_value": 5}},
        {"in_range": {"min_value": -1, "max_value": 5, "include_min": False}},
        {"greater_than": 0},
        {"less_than_or_equal_to": 4.5},
        {"isin": [0, 5, 7]},
        {"notin": [5]},
        {"not_equal_to": 7},
    ],
    "Float64": [
        {"in_range": {"min_value": -90, "max_value": 90}},
        {"less_than": 1.5},
        {"greater_than_or_equal_to": 0},
        {"isin": [1.5, 5]},
        {"equal_to": 1000},
    ],
    "boolean": [{"equal_to": True}, {"isin": [False]}],
    "datetime64[ns]": [
        {"greater_than": "2020-01-31"},
        {"in_range": {"min_value": "1700-01-01", "max_value": "2020-12-31"}},
        {"not_equal_to": "2020-02-29"},
    ],
}
CELLS = {
    "str": TEXTS,
    "Int64": NUMBERS,
    "Float64": NUMBERS,
    "boolean": FLAGS,
    "datetime64[ns]": DAYS,
}


@st.composite
def tables(draw):
    """Columns of a random schema, rows that break it, and perhaps a key."""
    columns, cells = {}, []
    for at in range(draw(st.integers(1, 3))):
        dtype = draw(st.sampled_from(list(CHECKS)))
        checks = {}
        for check in draw(st.lists(st.sampled_from(CHECKS[dtype]), max_size=2)):
            checks |= check
        columns[f"c{at}"] = {
            "dtype": dtype,
            "nullable": draw(st.booleans()),
            "unique": draw(st.booleans()),
            **({"checks": checks} if checks else {}),
        }
        cells.append(st.one_of(st.sampled_from(["", " "]), CELLS[dtype], CELLS[dtype]))
    rows = draw(st.lists(st.tuples(*cells).map(list), min_size=1, max_size=8))
    rows += draw(st.lists(st.sampled_from(rows), max_size=3))
    key = draw(st.sampled_from([(), tuple(columns), ("c0",)]))
    return columns, rows, key


@settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(tables())
def test_random_tables_of_random_schemas(tmp_path, table):
    """Nulls, wrong types, duplicates, odd letters, huge and tiny numbers, newlines in quotes."""
    columns, rows, key = table
    agree(*written(tmp_path, columns, rows, key))


@pytest.mark.prove
@settings(
    max_examples=3_000,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(tables())
def test_thousands_of_random_tables(tmp_path, table):
    """As above, for as long as it takes to be sure."""
    columns, rows, key = table
    agree(*written(tmp_path, columns, rows, key))


def test_the_event_feed_of_thirty_columns(tmp_path):
    """Five kinds of injected errors are found at their cells, and nothing else."""
    names = list(load_schema(str(FEED)).columns)
    good = dict.fromkeys(names, "x") | {
        "event_date": "2022-03-01",
        "event_type": "Riots",
        "latitude": "12.5",
        "longitude": "-3.1",
    }
    whole = "year time_precision inter1 inter2 interaction iso geo_precision fatalities timestamp"
    good |= dict(zip(whole.split(), "2022 1 1 2 12 466 1 0 170".split(), strict=True))
    rows = [good | {"event_id_cnty": f"MLI{at}"} for at in range(6)]
    rows[1]["event_date"] = "31/12/2020"
    rows[2]["fatalities"] = "-1"
    rows[3]["latitude"] = "95.5"
    rows[4]["event_type"] = "Riot"
    rows[5]["event_id_cnty"] = "MLI0"
    rows[5]["notes"] = "two\nlines"
    path = tmp_path / "feed.csv"
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, names)
        writer.writeheader()
        writer.writerows(rows)
    assert said(agree(path, FEED)) == [
        ("type", 3, 2, "31/12/2020"),
        ("duplicate", 2, 1, "MLI0"),
        ("duplicate", 7, 1, "MLI0"),
        ("greater_than_or_equal_to", 4, 29, "-1"),
        ("in_range", 5, 23, "95.5"),
        ("isin", 6, 6, "Riot"),
    ]


def test_one_text_among_figures_hides_nothing(tmp_path):
    """Pandera's range check stops at a text; here every negative value is one finding."""
    columns = {"n": {"dtype": "Int64", "checks": {"greater_than": 0}}}
    path, schema = written(tmp_path, columns, [["many"], *([["-4"]] * 48), ["3"]])
    found = agree(path, schema)
    assert said(found)[0] == ("type", 2, 1, "many")
    assert sum(f.rule == "greater_than" for f in found) == 48


def test_a_key_across_batches_names_the_other_row(tmp_path):
    """Null equals null, as in pandas; a key that is null throughout is no key."""
    columns = {"a": {"dtype": "str", "nullable": True}, "b": {"dtype": "Int64", "nullable": True}}
    rows = [["x", "1"], ["", "7"], ["", ""], ["é\n", "1"], ["", "7"], ["x", "01"], ["", ""]]
    found = agree(*written(tmp_path, columns, rows, ("a", "b")))
    assert [(f.rule, f.locator.line) for f in found] == [("duplicate_key", n) for n in (2, 3, 7, 8)]
    assert "the same key as line 8" in found[0].message
    assert "the same key as line 3" in found[2].message


@pytest.mark.parametrize(
    ("pattern", "failing"),
    [
        (r"[A-Z]\w+$", ["a\n", "A\n\n", "Ab\n\n"]),
        (r"[A-Z]\w+$", ["é", "A"]),
        (r"\d{1,2}", ["x", "²"]),
        ("^[A-Z]$", ["AB", "é"]),
    ],
)
def test_expressions_mean_what_they_mean_in_python(tmp_path, pattern, failing):
    """Found by comparing with pandera: `$` stands before a last newline, `\\w` takes any letter."""
    columns = {"a": {"dtype": "str", "checks": {"str_matches": pattern}}}
    import re

    fitting = [t for t in ("Éa", "Abc\n", "A", "A\n", "12", "٣") if re.match(pattern, t)]
    found = agree(*written(tmp_path, columns, [[t] for t in (*failing, *fitting)]))
    assert [f.value for f in found] == [t for t in failing if not re.match(pattern, t)]
    assert found


def test_nulls_of_a_unique_column_are_no_duplicates(tmp_path):
    """Found by comparing with pandera: two empty cells of a unique column are not blamed."""
    columns = {"a": {"dtype": "str", "nullable": True, "unique": True}}
    assert agree(*written(tmp_path, columns, [[""], [""], ["x"]])) == []


@pytest.mark.parametrize("held_bytes", [1, 1 << 30])
def test_keys_are_exact_in_memory_and_on_disk(held_bytes):
    """Duplicates in different batches, spilled or not, are the same."""
    import pyarrow as pa

    keys = Keys(held_bytes)
    for start in range(0, 5_000, 1_000):
        ids = [f"MLI{at % 4_990}" for at in range(start, start + 1_000)]
        keys.add(pa.record_batch({"id": ids, "n": [1.0] * 1_000}))
    twins = keys.duplicates()
    assert [(t.row, t.other) for t in twins] == [
        *((n, n + 4_990) for n in range(10)),
        *((n + 4_990, n) for n in range(10)),
    ]


def test_rows_whose_hashes_meet_are_compared(monkeypatch):
    """Uniqueness is exact even where every hash is the same."""
    import numpy as np
    import pyarrow as pa

    monkeypatch.setattr(
        "mtool.engines.keys.hashes", lambda columns: np.zeros(columns.num_rows, np.uint64)
    )
    keys = Keys()
    keys.add(pa.record_batch({"id": ["a", "b"]}))
    keys.add(pa.record_batch({"id": ["c", "b"]}))
    assert [(t.row, t.other) for t in keys.duplicates()] == [(1, 3), (3, 1)]


FIGURES = st.one_of(st.none(), st.integers(-3, 9))


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["MLI", "AFG", "XXX"]),
            st.sampled_from(["2020-01-01", "2021-06-30", "", "x"]),
            st.sampled_from(["2020-12-31", "2019-12-31", ""]),
            st.sampled_from(["2019", "2021-06", "2023-11-30", "2019-13", ""]),
            st.sampled_from(["12.5", "95", "-12.5", ""]),
            FIGURES,
            FIGURES,
            FIGURES,
            st.sampled_from(["", "not_reported"]),
        ),
        min_size=1,
        max_size=6,
    )
)
def test_rules_between_columns(tmp_path, rows):
    """Row rules of small files, frame rules of batches and pandera's agree."""
    text = {"dtype": "str", "nullable": True}
    count = {"dtype": "Int64", "nullable": True}
    names = "location_code reference_period_start reference_period_end edition latitude"
    kinds = [text, {"dtype": "datetime64[ns]", "nullable": True}]
    columns = dict(zip(names.split(), [text, kinds[1], kinds[1], text, text], strict=True))
    columns["latitude"] = {"dtype": "Float64", "nullable": True}
    columns |= {"killed": count, "injured": count, "casualties": count, "value_status": text}
    columns |= {"longitude": columns["latitude"], "as_of": text, "admin1_name": text}
    columns |= {"event_date": kinds[1]}
    rules = "period_in_order period_before_publication event_before_publication missing_says_why"
    rules += " casualties_are_killed_and_injured inside_country"
    filled = [
        [*("" if cell is None else str(cell) for cell in row), "-3", "", "Mopti", row[1]]
        for row in rows
    ]
    agree(*written(tmp_path, columns, filled, (), {rule: {} for rule in rules.split()}))


@pytest.mark.parametrize("labelled", [True, False])
def test_rules_between_columns_say_their_numbers_and_whose_they_are(tmp_path, labelled):
    """By rows, by batches and by pandera: rows, values, both numbers, and a name where there is one."""
    text = {"dtype": "str", "nullable": True}
    count = {"dtype": "Int64", "nullable": True}
    columns = {"note": {"dtype": "str"}, "killed": count, "injured": count, "casualties": count}
    columns |= {"value_status": text}
    rows = [
        ["a", "3", "4", "8", ""],
        ["b", "3", "4", "7", ""],
        ["c", "", "4", "9", ""],
        ["d", "", "", "", ""],
        ["e", "1000", "500", "1400", ""],
        ["f", "", "", "", "not_reported"],
    ]
    names = [("MAG", "Mopti"), ("", "Gao"), ("", ""), ("", ""), ("", "Kayes"), ("", "")]
    if labelled:
        columns |= {"operator": text, "admin1_name": text}
        rows = [[*row, *name] for row, name in zip(rows, names, strict=True)]
    rules = {"missing_says_why": {}, "casualties_are_killed_and_injured": {}}
    found = agree(*written(tmp_path, columns, rows, (), rules))
    assert [(f.rule, f.locator.line, f.value, f.stated, f.computed) for f in found] == [
        ("casualties_are_killed_and_injured", 2, "8", 8, 7),
        ("casualties_are_killed_and_injured", 6, "1400", 1400, 1500),
        ("missing_says_why", 5, None, None, None),
    ]
    words = "1,400 casualties, 1,500 killed and injured together"
    assert found[1].message.startswith(f"Kayes: {words}; expected" if labelled else words)
    assert found[0].message.startswith("MAG: 8 casualties" if labelled else "8 casualties")


def test_a_row_of_another_width_is_found_at_its_line(tmp_path):
    """Too short and too long; the rows around it are checked, and stand where they stand."""
    columns = {"a": {"dtype": "Int64", "checks": {"less_than": 5}}, "b": {"dtype": "Int64"}}
    path, schema = written(tmp_path, columns, [["1", "2"], ["3"], ["9", "2"], ["1", "2", "3"]])
    found = agree(path, schema)
    assert [(f.rule, f.locator.line) for f in found if f.rule != "less_than"] == [
        ("row_too_short", 3),
        ("row_too_long", 5),
    ]
    assert [(f.locator.line, f.value) for f in found if f.rule == "less_than"] == [(4, "9")]


def test_a_rule_blames_a_column_that_is_not_in_the_file(tmp_path):
    """A row without figures that has no status at all."""
    count = {"dtype": "Int64", "nullable": True}
    status = {"dtype": "str", "nullable": True, "required": False}
    columns = {"note": {"dtype": "str"}, "killed": count, "value_status": status}
    path, schema = written(tmp_path, columns, [], (), {"missing_says_why": {}})
    path.write_text("note,killed\na,\nb,1\n")
    assert said(agree(path, schema)) == [("missing_says_why", 2, None, None)]


@pytest.mark.parametrize("name", ["incidents", "casualties", "staffing", "land_release"])
def test_frames_of_shipped_schemas(name):
    """A frame that breaks rules of every kind gives the same findings by both engines."""
    import pandas as pd

    schema = load_schema(name)
    frame = pd.DataFrame({c: [None] * 6 for c in schema.columns}, dtype="str")
    frame["location_code"] = ["MLI", "MLI", "XX", None, "AFG", "AFG"]
    frame["source_cell"] = [f"B{n}" for n in range(6)]
    frame["source_ref"] = "a[t1]"
    for column in schema.columns.values():
        if column.dtype in ("Int64", "Float64"):
            frame[column.name] = ["3", "-4", "x", None, "9", "9"]
    for at, column in enumerate(("sex", "role", "operator")):
        if column in frame:
            frame[column] = [["all", "female"][at % 2], "all", "female", "all", "female", "all"]
    found = [list(validate_frame(frame, schema, engine=e).report) for e in ("local", "reference")]
    assert found[0] == found[1]
    assert {"type", "not_null"} <= {f.rule for f in found[0]}


def test_a_bad_cell_is_not_called_empty(tmp_path):
    """One wrong cell of a column without nulls is one finding."""
    found = agree(*written(tmp_path, {"n": {"dtype": "Int64"}}, [["many"], ["1"], [""]]))
    assert said(found) == [("type", 2, 1, "many"), ("not_null", 4, 1, None)]


@pytest.mark.parametrize(
    ("column", "words"),
    [
        ({"dtype": "str", "checks": {"isin": [1]}}, "1 is not of the column's type, str"),
        ({"dtype": "Int64", "checks": {"greater_than": "a"}}, "'a' is not of the column's type"),
        ({"dtype": "Int64", "checks": {"str_matches": "a"}}, "is for text"),
        ({"dtype": "str", "checks": {"str_matches": "["}}, "is no regular expression"),
        ({"dtype": "Int64", "checks": {"in_range": {"least": 1}}}, "pandera does not take"),
        ({"dtype": "str", "checks": {"period_in_order": {}}}, "a rule between columns"),
    ],
)
def test_a_check_that_can_never_be_met_is_the_schemas_error(tmp_path, column, words):
    """The sentence names the file, the column and the check."""
    _, schema = written(tmp_path, {"n": column}, [])
    with pytest.raises(UsageError, match=words):
        compile_plan(load_schema(str(schema)))


def test_a_plan_is_plain_data():
    """It goes through JSON and back unchanged."""
    plan = compile_plan(load_schema(str(FEED)))
    assert plan_from_json(json.loads(json.dumps(plan.as_json())), plan.path) == plan


@pytest.fixture
def cache(tmp_path, monkeypatch):
    monkeypatch.setattr("platformdirs.user_cache_dir", lambda *_, **__: str(tmp_path / "cache"))
    return tmp_path / "cache"


def test_a_damaged_or_closed_cache_is_done_without(tmp_path, cache, monkeypatch):
    """A plan that cannot be read is compiled again; a folder that cannot be made is no error."""
    path, schema = written(tmp_path, {"n": {"dtype": "Int64"}}, [["1"], ["x"]])
    first = list(found_by("rows", path, schema))
    (plan,) = (cache / "plans").iterdir()
    for damage in (b"{", b"[]", b'{"columns": 3}', b"\xff"):
        plan.write_bytes(damage)
        assert list(found_by("rows", path, schema)) == first
    plan.unlink()
    (cache / "plans").rmdir()
    (cache / "plans").write_text("in the way")
    assert list(found_by("rows", path, schema)) == first


def test_a_changed_schema_is_another_plan(tmp_path, cache):
    """What is cached is named by the bytes of the schema."""
    from mtool.engines.plan_cache import plan_of

    schema = tmp_path / "own.yaml"
    for dtype in ("str", "Int64"):
        schema.write_text(f"columns: {{n: {{dtype: {dtype}}}}}")
        load_schema.__globals__["_read"].cache_clear()
        load_schema.__globals__["_contract"].cache_clear()
        assert plan_of(str(schema)).by_name["n"].dtype == dtype
    assert len(list((cache / "plans").iterdir())) == 2


def run(*arguments: str, **options):
    from conftest import ROOT

    code = (
        "import sys; sys.argv = ['mtool', *sys.argv[1:]]; from mtool.__main__ import main; main()"
    )
    environment = os.environ | {"PYTHONPATH": str(ROOT / "src")}
    command = [sys.executable, "-c", code, "validate", *arguments]
    return subprocess.run(command, capture_output=True, env=environment, **options)


def test_a_file_in_another_encoding_and_delimiter_is_said_to_be_so(tmp_path):
    """Windows-1252 with semicolons is read, with a warning; UTF-16 needs no --encoding."""
    schema = tmp_path / "own.yaml"
    schema.write_text("columns: {team: {dtype: str}, n: {dtype: Int64, checks: {greater_than: 0}}}")
    for encoding in ("cp1252", "utf-16"):
        path = tmp_path / f"{encoding}.csv"
        path.write_bytes("team;n\nÉquipe;-1\n".encode(encoding))
        done = run(str(path), "--schema", str(schema), "-f", "json")
        found = json.loads(done.stdout)["findings"]
        assert done.returncode == 1
        (bad,) = [f for f in found if f["rule"] == "greater_than"]
        assert (bad["locator"]["line"], bad["locator"]["column"]) == (2, 2)
        assert ("encoding_assumed" in [f["rule"] for f in found]) == (encoding == "cp1252")


def test_a_tidy_file_from_standard_input(tmp_path):
    """`-` is checked as the file would be, row too short included."""
    schema = tmp_path / "own.yaml"
    schema.write_text("columns: {team: {dtype: str}, n: {dtype: Int64}}")
    done = run("-", "--schema", str(schema), "-f", "csv", input=b"team,n\na,1\nb\nc,x\n")
    lines = done.stdout.decode().splitlines()
    assert [line.split(",")[0] for line in lines] == ["rule", "row_too_short", "type"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--engine", "local"], "--engine needs --schema"),
        (["--engine", "local", "--schema", "incidents"], "not tidy by the schema incidents"),
    ],
)
def test_an_engine_is_never_passed_over_in_silence(tmp_path, arguments, words):
    """A file that no engine can check is refused when one was asked for."""
    path = tmp_path / "a.csv"
    path.write_text("Region,2022\nMopti,3\n")
    done = run(str(path), *arguments)
    assert done.returncode == 2
    assert words in done.stderr.decode()


def test_verbose_says_how_checks_are_run(tmp_path):
    """A check without a form of mtool's own is named; so is what waits for all rows."""
    schema = tmp_path / "own.yaml"
    schema.write_text("columns: {a: {dtype: str, unique: true, checks: {greater_than: B}}}")
    (tmp_path / "a.csv").write_text("a\nC\nD\n")
    said = run(str(tmp_path / "a.csv"), "--schema", str(schema), "-v").stderr.decode()
    assert "through pandera, batch by batch: a: greater_than B" in said
    assert "across all batches: a" in said


STAFF = st.lists(
    st.fixed_dictionaries(
        {
            "operator": st.sampled_from(["MAG", "DCA", None]),
            "role": st.sampled_from(["all", "deminer", "manager", None]),
            "sex": st.sampled_from(["all", "female", "male", None]),
            "staff": st.one_of(st.none(), st.integers(0, 9)),
        }
    ),
    min_size=1,
    max_size=12,
)


@settings(deadline=None, max_examples=60)
@given(STAFF)
def test_rules_of_groups_are_the_same_on_rows_and_on_frames(people):
    """Staff and roles: plain columns give the failures, figures and labels that frames give."""
    import pandas as pd

    from mtool.checks import RULES, STAFF_GROUP
    from mtool.engines.frame_rules import rule_failures
    from mtool.engines.group_rules import GROUP_RULES
    from mtool.engines.plan import FrameStep
    from mtool.engines.rows import _of_groups

    columns = {name: [None] * len(people) for name in STAFF_GROUP}
    columns |= {name: [person[name] for person in people] for name in people[0]}
    frame = pd.DataFrame({n: pd.Series(c, dtype="str") for n, c in columns.items() if n != "staff"})
    frame["staff"] = pd.Series(columns["staff"], dtype="Int64")
    for rule in GROUP_RULES:
        step = FrameStep(rule, RULES[rule].needs, grouped=True)
        assert _of_groups(step, columns) == rule_failures(RULES[rule], frame)
    assert set(GROUP_RULES) == {name for name, rule in RULES.items() if rule.grouped}


def test_minus_zero_is_zero(tmp_path):
    """The two zeros are one value, and every engine names it alike."""
    column = {"c1": {"dtype": "Float64", "nullable": False, "unique": True}}
    found = agree(*written(tmp_path, column, [["0"], ["-0.0"], ["1"]]))
    assert [f.value for f in found if f.rule == "duplicate"] == ["0.0", "0.0"]
