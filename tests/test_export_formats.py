"""What `mtool export` writes: typed, described, the same bytes always, and read back unchanged."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conftest import ROOT, run_mtool
from mtool import read_tables
from mtool.clean import SOURCE_FIELDS
from mtool.schemas import load_schema
from mtool.writers import WRITERS, Export
from mtool.writers.csv import read_csv
from mtool.writers.hxl import tag_of

ROUND_TRIPS = ("csv", "xlsx", "parquet", "sqlite", "duckdb", "datapackage", "hxl")
DATASETS = ("incidents", "staffing", "treaty_events")


def export(to: str, workspace: Path, out: Path, *more: str) -> list[Path]:
    """Export and return the files to take in again."""
    done = run_mtool("export", to, *more, "-o", out, "-w", workspace)
    assert done.code == 0, done.err
    return sorted(out.iterdir()) if out.is_dir() else [out]


def out_for(to: str, folder: Path) -> Path:
    writer = WRITERS[to]
    return folder / (f"mtool{writer.suffix}" if writer.one_file else "exported")


@pytest.mark.parametrize("to", ROUND_TRIPS)
def test_what_export_wrote_ingest_reads_back(to, sample, workspace, tmp_path):
    """Byte for byte the same datasets, without a passport that waits for a person."""
    files = export(to, sample, out_for(to, tmp_path))
    done = run_mtool("ingest", *files, "-w", workspace)
    assert "needs_review" not in done.out
    for name in DATASETS:
        mine = sample / "data" / "clean" / f"{name}.csv"
        theirs = workspace / "data" / "clean" / f"{name}.csv"
        assert theirs.read_bytes() == mine.read_bytes()


@pytest.mark.parametrize("to", [to for to in WRITERS if to != "duckdb"])
def test_the_same_bytes_on_every_run(to, sample, tmp_path):
    """DuckDB alone gives each database a random identifier."""
    runs = []
    for number in (1, 2):
        folder = tmp_path / str(number)
        folder.mkdir()
        files = export(to, sample, out_for(to, folder), "incidents", "staffing")
        runs.append({file.name: file.read_bytes() for file in files})
    assert runs[0] == runs[1]
    assert not list(tmp_path.rglob(".*"))


NASTY = st.text(
    st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from("=+-@'\"|,;#\n"), max_size=12
)
#: What CSV readers and tidying fold: blanks around a text, and blanks of other kinds.
CELL = NASTY.map(lambda text: " ".join(text.split())).filter(bool)


def treaty_events(texts: list[str], codes: list[str]) -> pd.DataFrame:
    """Rows with nasty text in free columns and in the key."""
    schema = load_schema("treaty_events")
    rows = len(texts)
    frame = pd.DataFrame(
        {name: pd.Series(None, range(rows), dtype="str") for name in schema.columns}
    )
    return frame.assign(
        location_code="MLI",
        event_date=[f"2001-01-{at + 1:02}" for at in range(rows)],
        date_precision="day",
        instrument="CCM",
        event=pd.Series(texts, dtype="str"),
        kind="status",
        note=pd.Series([code or None for code in codes], dtype="str"),
        source_id="nasty",
        edition="2023",
        source_ref="nasty[t1]",
        source_cell=[f"line {at}" for at in range(rows)],
    )


def read_back(to: str, frame: pd.DataFrame, schema_name: str) -> pd.DataFrame:
    """Write a frame in a format, take it into a new workspace, return what is published."""
    schema = load_schema(schema_name)
    source = dict.fromkeys(SOURCE_FIELDS, "") | {"id": "nasty", "edition": "2023"}
    source |= {"path": "data/raw/nasty.csv", "sha256": "0" * 64, "status": "reviewed"}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        out = folder / f"written{WRITERS[to].suffix}"
        WRITERS[to].write(Export({schema_name: frame}, {schema_name: schema}, (source,), ()), out)
        (folder / "w" / "data" / "raw").mkdir(parents=True)
        done = run_mtool("ingest", out, "-w", folder / "w")
        clean = folder / "w" / "data" / "clean" / f"{schema_name}.csv"
        assert clean.is_file(), done.out + done.err
        return read_csv(clean, schema)


@pytest.mark.parametrize("to", ["parquet", "sqlite", "duckdb", "datapackage"])
@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    texts=st.lists(CELL, min_size=2, max_size=4), code=st.sampled_from(["", "0501", "'=1", "NA"])
)
def test_nasty_text_comes_back(to, texts, code):
    """Formulas, apostrophes, quotes, codes with leading zeros, words that look like nulls."""
    frame = treaty_events(texts, [code] * len(texts))
    back = read_back(to, frame, "treaty_events")
    assert back["event"].tolist() == texts
    assert back["note"].fillna("").tolist() == [code] * len(texts)


NASTY_CASES = [
    "=1+1",
    "'quoted",
    "''twice",
    "@home",
    "-5",
    "Ménaka – 東京 🎗",
    '"q", x',
    "NULL",
    "007",
]


@pytest.mark.parametrize("to", ROUND_TRIPS)
def test_known_nasty_text_comes_back_from_every_format(to):
    """The cases that have bitten others."""
    back = read_back(to, treaty_events(NASTY_CASES, ["0501"] * len(NASTY_CASES)), "treaty_events")
    assert back["event"].tolist() == NASTY_CASES
    assert back["note"].tolist() == ["0501"] * len(NASTY_CASES)


@pytest.mark.parametrize("to", ROUND_TRIPS)
def test_missing_and_large_figures_come_back(to, sample, workspace, tmp_path):
    """A null with its reason, a zero, and a number beyond what 32 bits hold."""
    path = sample / "data" / "clean" / "incidents.csv"
    frame = read_csv(path, load_schema("incidents"))
    frame.loc[0, "incidents"] = 4_503_599_627_370_497
    frame.loc[1, "incidents"] = pd.NA
    frame.loc[1, "value_status"] = "suppressed"
    back = read_back(to, frame, "incidents")
    pd.testing.assert_frame_equal(back, frame, check_dtype=False)


def test_parquet_says_what_it_is(sample, tmp_path):
    """Typed columns with descriptions; schema, sources and licence in the metadata."""
    (path,) = export("parquet", sample, tmp_path / "i.parquet", "incidents")
    schema = pq.read_schema(path)
    assert str(schema.field("reference_period_start").type) == "date32[day]"
    assert str(schema.field("incidents").type) == "int64"
    assert b"Number of incidents" in schema.field("incidents").metadata[b"description"]
    said = json.loads(schema.metadata[b"mtool"])
    assert said["sources"][0]["licence"].startswith("CC0-1.0")
    assert said["key"][0] == "source_id"


def test_sqlite_has_types_keys_and_what_stands_beside(sample, tmp_path):
    """A database that tells on its own where a figure comes from and what a code means."""
    (path,) = export("sqlite", sample, tmp_path / "m.sqlite")
    with sqlite3.connect(path) as database:
        columns = {row[1]: row for row in database.execute("PRAGMA table_info(incidents)")}
        assert columns["incidents"][2] == "INTEGER"
        assert columns["reference_period_start"][2] == "DATE"
        assert columns["source_id"][5] == 1
        made = database.execute("SELECT sql FROM sqlite_schema WHERE name = 'incidents'").fetchone()
        assert "-- Incidents: Number of incidents." in made[0]
        joined = database.execute(
            "SELECT sum(i.incidents), min(s.title) FROM incidents i JOIN sources s "
            "ON s.id = i.source_id JOIN vocabularies v ON v.code = i.device_type "
            "AND v.vocabulary = 'device_type'"
        ).fetchone()
        assert joined == (637, "Improvised mines in Mali: what the figures say")
        assert database.execute("SELECT count(*) FROM control_totals").fetchone() == (6,)
        assert database.execute("SELECT count(*) FROM findings").fetchone() == (7,)


def test_duckdb_has_types_keys_and_comments(sample, tmp_path):
    """Comments are the system's own."""
    duckdb = pytest.importorskip("duckdb")
    (path,) = export("duckdb", sample, tmp_path / "m.duckdb")
    with duckdb.connect(str(path), read_only=True) as database:
        comment, kind = database.execute(
            "SELECT comment, data_type FROM duckdb_columns() "
            "WHERE table_name = 'incidents' AND column_name = 'incidents'"
        ).fetchone()
        assert (kind, comment.startswith("Incidents: Number")) == ("BIGINT", True)
        keys = database.execute(
            "SELECT count(*) FROM duckdb_constraints() WHERE constraint_type = 'PRIMARY KEY'"
        ).fetchone()
        assert keys[0] >= 3


def test_a_failed_write_leaves_the_old_file(sample, tmp_path, monkeypatch):
    """Staged, then renamed: half a database is never seen."""
    out = tmp_path / "m.sqlite"
    export("sqlite", sample, out)
    before = out.read_bytes()

    def broken(database, table):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("mtool.writers.sqlite._write_table", broken)
    done = run_mtool("export", "sqlite", "-o", out, "-w", sample)
    assert (done.code, "cannot be written: No space left" in done.err) == (75, True)
    assert out.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_upsert_is_for_databases(sample, tmp_path):
    """A file is replaced as a whole; saying so is better than doing so."""
    done = run_mtool("export", "csv", "--upsert", "-o", tmp_path / "x", "-w", sample)
    assert (done.code, "--upsert is for databases" in done.err) == (2, True)


def test_an_unknown_format_names_a_near_one(sample):
    """And all there are, where none is near."""
    assert "did you mean 'parquet'" in run_mtool("export", "parket", "-w", sample).err
    assert "postgres" in run_mtool("export", "shapefile", "-w", sample).err


# Data Package -------------------------------------------------------------------------------


@pytest.fixture
def package(sample, tmp_path) -> Path:
    """The sample as a data package in a folder."""
    out = tmp_path / "mali"
    done = run_mtool("export", "datapackage", "-o", out, "-w", sample)
    assert done.code == 0, done.err
    return out


def test_the_descriptor_fits_the_json_schemas_of_version_2(package, shared):
    """Package, resources and table schemas."""
    jsonschema = pytest.importorskip("jsonschema")
    folder = shared / "reference" / "datapackage"

    def check(tree, name):
        schema = json.loads((folder / f"{name}-2.0.json").read_text(encoding="utf-8"))
        jsonschema.Draft7Validator(schema).validate(tree)

    descriptor = json.loads((package / "datapackage.json").read_text(encoding="utf-8"))
    check(descriptor, "datapackage")
    assert len(descriptor["resources"]) == 7
    for resource in descriptor["resources"]:
        check(resource, "dataresource")
        check(resource["schema"], "tableschema")


def test_frictionless_finds_the_package_valid(package):
    """Types, constraints, keys, hashes and bytes of every row."""
    code = (
        "import sys, frictionless as f; report = f.validate(sys.argv[1]);"
        "print(report.stats, report.flatten(['rowNumber', 'fieldName', 'type', 'note']));"
        "sys.exit(0 if report.valid and report.stats['tasks'] == 7 else 1)"
    )
    pytest.importorskip("frictionless")
    done = subprocess.run(
        [sys.executable, "-c", code, "datapackage.json"],
        cwd=package,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_package_folder_is_taken_in_as_one_file(package, workspace):
    """The folder, and its `datapackage.json`, are copied with the files they name."""
    run_mtool("ingest", package, "-w", workspace)
    done = run_mtool("ingest", package / "datapackage.json", "-w", workspace)
    raw = [path.name for path in (workspace / "data" / "raw").glob("*.zip")]
    assert raw == ["mali.zip"], done.err
    assert "incidents 48 rows" in done.err + done.out


def test_the_same_figures_in_two_files_are_never_added(package, sample, workspace):
    """An export taken in twice, in two formats or beside its source, is published once."""
    database = workspace / "mali.sqlite"
    run_mtool("export", "sqlite", "incidents", "-o", database, "-w", sample)
    run_mtool("ingest", package, "-w", workspace)
    clean = workspace / "data" / "clean"
    before = {path.name: path.read_bytes() for path in clean.glob("*s.csv")}
    done = run_mtool("ingest", database, "-w", workspace)
    assert (done.code, "same_rows_twice" in done.out) == (1, True)
    assert "incidents: 48 rows with the source, edition and key of rows of" in done.out
    for name in ("incidents.csv", "treaty_events.csv"):
        assert (clean / name).read_bytes() == before[name]
    assert run_mtool("validate", "-w", workspace).code == 1


def test_a_package_never_takes_the_place_of_other_files(sample, tmp_path):
    """A folder that holds anything else stays as it is."""
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "chapter1.tex").write_text("x")
    done = run_mtool("export", "datapackage", "-o", tmp_path / "thesis", "-w", sample)
    assert (done.code, "holds other files" in done.err) == (2, True)
    assert (tmp_path / "thesis" / "chapter1.tex").is_file()


# HXL ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("dataset", DATASETS)
def test_libhxl_reads_the_tags(dataset, sample, tmp_path):
    """A tag for every column, and as many rows as the dataset has."""
    hxl = pytest.importorskip("hxl")
    (path,) = export("hxl", sample, tmp_path / "x.csv", dataset)
    with hxl.data(str(path), hxl.InputOptions(allow_local=True)) as source:
        columns = [column.display_tag for column in source.columns]
        rows = len(list(source))
    header = path.read_text(encoding="utf-8").splitlines()[0].split(",")
    assert columns == [tag_of(name) for name in header]
    published = (sample / "data" / "clean" / f"{dataset}.csv").read_text(encoding="utf-8")
    assert rows == len(published.splitlines()) - 1


def test_every_column_of_every_schema_has_a_tag_of_its_own():
    """Two columns with one tag could not be told apart."""
    hxl = pytest.importorskip("hxl")
    for path in sorted((ROOT / "schemas").glob("*.yaml")):
        if path.stem == "treaties":
            continue
        tags = [tag_of(name) for name in load_schema(path.stem).columns]
        parsed = [hxl.model.Column.parse(tag) for tag in tags]
        assert all(parsed)
        assert len({(c.tag, frozenset(c.attributes)) for c in parsed}) == len(tags), path.stem


# Readers --------------------------------------------------------------------------------------


def test_a_damaged_database_is_one_sentence(tmp_path):
    """Exit 3 for each kind."""
    for name, head in (("x.sqlite", b"SQLite format 3\0"), ("x.duckdb", b"12345678DUCK")):
        path = tmp_path / name
        path.write_bytes(head + b"not a database" * 50)
        done = run_mtool("tables", path)
        assert (done.code, "not a readable" in done.err) == (3, True), done.err


def test_a_package_is_refused_where_it_leads_out_of_itself(tmp_path):
    """So is one without a descriptor, and one whose file is missing."""

    def zipped(descriptor: object) -> Path:
        path = tmp_path / "p.zip"
        with zipfile.ZipFile(path, "w") as package:
            package.writestr("datapackage.json", json.dumps(descriptor))
        return path

    outside = {"resources": [{"name": "x", "path": "../../etc/passwd", "format": "csv"}]}
    missing = {"resources": [{"name": "x", "path": "data/x.csv"}]}
    for descriptor, said in (
        (outside, "leads out of the package"),
        (missing, "cannot be read"),
        ({"name": "x"}, "not a Data Package descriptor"),
        ([1, 2], "not a Data Package descriptor"),
    ):
        done = run_mtool("tables", zipped(descriptor))
        assert (done.code, said in done.err) == (3, True), done.err


def test_what_a_package_has_besides_csv_is_named(tmp_path):
    """A resource on the web is never fetched."""
    path = tmp_path / "p.zip"
    tree = {
        "resources": [
            {"name": "x", "path": "x.csv"},
            {"name": "web", "path": "https://example.org/x.csv"},
        ]
    }
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("datapackage.json", json.dumps(tree))
        package.writestr("x.csv", "Region;2022\nMopti;3\n".replace(";", ","))
    assert [table.rows for table in read_tables(path)] == [[["Mopti", "3"]]]
    done = run_mtool("tables", path, "--format", "json")
    assert "resource_unread" in done.out


GOLDEN = ROOT / "tests" / "golden" / "readers"


@pytest.mark.parametrize("case", ["sqlite-two-tables", "datapackage-semicolons"])
def test_golden_tables(case):
    """The tables expected lie beside the input."""
    expected = json.loads((GOLDEN / case / "expected.json").read_text(encoding="utf-8"))
    (path,) = (p for p in (GOLDEN / case).iterdir() if p.name.startswith("input"))
    found = [
        {"title": t.title, "header": list(t.header), "rows": t.rows} for t in read_tables(path)
    ]
    assert found == expected


def test_a_duckdb_file_is_read_without_what_lies_outside(tmp_path):
    """Tables as text; a view on another file is not opened."""
    duckdb = pytest.importorskip("duckdb")
    path = tmp_path / "x.duckdb"
    (tmp_path / "secret.csv").write_text("a\n1\n")
    with duckdb.connect(str(path)) as database:
        database.execute("CREATE TABLE t (n integer, d date, ok boolean, x text)")
        database.execute(
            "INSERT INTO t VALUES (1, '2022-08-12', true, 'a'), (NULL, NULL, NULL, NULL)"
        )
        database.execute(f"CREATE VIEW v AS SELECT * FROM read_csv('{tmp_path}/secret.csv')")
    (table,) = read_tables(path)
    assert (table.title, table.header) == ("t", ("n", "d", "ok", "x"))
    assert table.rows == [["1", "2022-08-12", "true", "a"], ["", "", "", ""]]


def test_a_missing_extra_is_named(sample, tmp_path, monkeypatch):
    """Without the library: what to install."""
    for name, to in (("duckdb", "duckdb"), ("psycopg", "postgres")):
        monkeypatch.setitem(sys.modules, name, None)
        done = run_mtool(
            "export", to, *(["-o", tmp_path / "x.duckdb"] if to == "duckdb" else []), "-w", sample
        )
        assert (done.code, f'pip install "mtool[{to}]"' in done.err) == (2, True), done.err
