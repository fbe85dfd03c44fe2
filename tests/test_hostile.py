"""Input made to harm: one sentence and an exit code, never a traceback, nothing outside the workspace."""

from __future__ import annotations

import csv
import gzip
import io
import subprocess
import sys
import zipfile
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import ROOT, Ran, run_mtool
from mtool import read_tables
from mtool.schemas import load_schema
from mtool.visible_text import visible, visible_line
from mtool.writers import Export, find_writer
from mtool.writers.csv import read_csv

TABLE = "Region,2017,2018\nMopti,1,2\nSegou,3,4\n"
ESCAPE = "\x1b[31m"


def names_in(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*")}


def refused(ran: Ran, code: int, said: str) -> None:
    """One line on standard error that says what is expected of it."""
    assert ran.code == code, ran.err + ran.out
    assert said in ran.err + ran.out
    assert ran.err.count("\n") <= 1, ran.err
    assert ESCAPE not in ran.err + ran.out


@pytest.fixture
def raw(workspace: Path) -> Path:
    path = workspace / "data" / "raw" / "a.csv"
    path.write_text(TABLE)
    return path


NOT_DATA = {
    "a tag that calls": ('!!python/object/apply:os.system ["touch {}"]', "a passport is a mapping"),
    "aliases that swell": (
        "a: &a [x, x]\n" + "".join(f"b{i}: &b{i} [*a, *a]\n" for i in range(9)),
        "unknown key",
    ),
    "a list in itself": ("a: &a [*a]\n", "unknown key"),
    "lists in lists, never closed": ("[" * 5000, "nested deeper"),
    "lists in lists": ("a: " + "[" * 3000 + "]" * 3000, "nested deeper"),
    "lists of one entry": ("- " * 30_000, "nested deeper"),
    "a list": ("- 1\n", "a passport is a mapping"),
    "one word": ("hello", "a passport is a mapping"),
    "nothing": ("", "a passport is a mapping"),
    "a NUL": ("version: 1\0", "not valid YAML"),
    "two documents": ("version: 1\n---\nversion: 1\n", "not valid YAML"),
    "a key twice": ("version: 1\nversion: 1\n", "not valid YAML"),
    "an escape in a key": ('"\\e[31mversion": 1\n', "unknown key"),
    "no base64": ("a: !!binary x\n", "not valid YAML"),
}


@pytest.mark.parametrize("kind", NOT_DATA)
def test_a_passport_that_is_not_data(kind: str, raw: Path, workspace: Path, tmp_path: Path) -> None:
    """It is refused with its path, and does nothing."""
    text, said = NOT_DATA[kind]
    victim = tmp_path / "made"
    raw.with_name("a.csv.passport.yaml").write_text(text.replace("{}", str(victim)))
    ran = run_mtool("run", cwd=workspace)
    assert (ran.code, victim.exists()) == (2, False)
    assert "a.csv.passport.yaml" in ran.out and said in ran.out
    assert ESCAPE not in ran.out


SCHEMAS_NOT_DATA = {
    "a tag that calls": ('!!python/object/apply:os.system ["true"]', "not valid YAML"),
    "a key that is a list": ("? [a]\n: b\n", "a key is a word"),
    "a number of 6,000 digits": ("version: " + "9" * 6000, "not valid YAML"),
    "a day that is none": ("version: 9999-99-99\n", "not valid YAML"),
    "a NUL": ("name: a\0", "not valid YAML"),
    "lists in lists": ("a: " + "[" * 30_000 + "]" * 30_000, "nested deeper"),
    "no columns": ("<<: {version: 1}\n", "a schema without columns"),
}


@pytest.mark.parametrize("kind", SCHEMAS_NOT_DATA)
def test_a_schema_that_is_not_data(kind: str, workspace: Path) -> None:
    """It is refused in one sentence that names the file."""
    text, said = SCHEMAS_NOT_DATA[kind]
    (workspace / "schemas").mkdir()
    (workspace / "schemas" / "evil.yaml").write_text(text)
    refused(run_mtool("schema", "show", "evil", cwd=workspace), 2, said)


SETTINGS = {
    "lists in lists": ("a = " + "[" * 3000, "nested deeper"),
    "a number of 5,000 digits": ("keep_states = " + "9" * 5000, "thousands of digits"),
    "an escape in a key": ('"\\u001b[31m" = 1', "unknown setting"),
    "an escape in a value": ('lang = "\\u001b[31m"', "expected one of"),
    "a NUL in a value": ('lang = "e\\u0000n"', "expected one of"),
    "a list of runs": ("run = [1]", "expected a table"),
    "a source that climbs": (
        '[[source]]\nid = "../../x"\nuri = "https://example.org/a.csv"',
        "../../x",
    ),
}


@pytest.mark.parametrize("kind", SETTINGS)
def test_hostile_settings(kind: str, raw: Path, workspace: Path) -> None:
    """Wrong settings end with 2 and one sentence."""
    text, said = SETTINGS[kind]
    (workspace / "mtool.toml").write_text(text + "\n")
    refused(run_mtool("run", cwd=workspace), 2, said)


CLIMBING = [
    ("schema", "show", "../areas/MLI"),
    ("areas", "list", "--country", "../x"),
    ("rollback", "../../x"),
    ("forget", "../x"),
    ("summarize", "../../x"),
    ("export", "csv", "../x", "-o", "o.csv"),
    ("validate", "data/raw/a.csv", "--schema", "../../../etc/passwd"),
]


@pytest.mark.parametrize("words", CLIMBING, ids=" ".join)
def test_names_are_no_paths(words: tuple[str, ...], raw: Path, sample: Path) -> None:
    """A name of a dataset, schema, country, run or source that climbs is unknown, that is all."""
    (sample / "data" / "raw" / "a.csv").write_text(TABLE)
    before = names_in(sample.parent)
    refused(run_mtool(*words, cwd=sample), 2, "")
    assert {n for n in names_in(sample.parent) - before if ".mtool" not in n} == set()


@pytest.mark.parametrize(
    "passport",
    [
        "version: 1\nsource: {id: ../../evil}\n",
        "version: 1\nsource: {id: a, path: /etc/passwd}\n",
        "version: 1\nsource: {id: a}\ntables:\n  - {id: ../../evil, locator: {line: 1}, schema: incidents}\n",
        "version: 1\nsource: {id: a}\ntables:\n  - {id: t1, locator: {line: 1}, schema: ../../evil}\n",
        "version: 1\nsource: {id: a}\ntables:\n  - {id: t1, locator: {line: 99999999999999999999}, schema: incidents}\n",
    ],
)
def test_a_passport_that_points_elsewhere(passport: str, raw: Path, workspace: Path) -> None:
    """Nothing is read or written where it points, and the run says what is wrong."""
    raw.with_name("a.csv.passport.yaml").write_text(passport)
    ran = run_mtool("run", cwd=workspace)
    assert ran.code in (1, 2) and ran.out
    assert {p.name for p in workspace.parent.iterdir()} == {workspace.name}
    assert not [name for name in names_in(workspace) if "evil" in name]


def zip_of(members: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return packed.getvalue()


def nested(depth: int) -> bytes:
    inner = zip_of({"a.csv": b"0" * 20_000_000})
    for at in range(depth):
        inner = zip_of({f"{at}.zip": inner})
    return inner


ARCHIVES = {
    "a bomb": ("a.zip", lambda: zip_of({"a.csv": b"0" * 200_000_000}), "as zip bombs do"),
    "zips in zips": ("a.zip", lambda: nested(5), "no table or report"),
    "a member that climbs": ("a.zip", lambda: zip_of({"../../evil.csv": TABLE.encode()}), "leads"),
    "a member from the root": ("a.zip", lambda: zip_of({"/evil.csv": TABLE.encode()}), "leads"),
    "gzip": ("a.csv.gz", lambda: gzip.compress(b"a,b\n" + b"0," * 50_000_000), "NUL byte"),
}


@pytest.mark.parametrize("kind", ARCHIVES)
def test_hostile_archives(kind: str, workspace: Path, tmp_path: Path) -> None:
    """They are refused in one sentence, with little memory, and nothing is unpacked anywhere."""
    name, made, said = ARCHIVES[kind]
    (tmp_path / name).write_bytes(made())
    before = {n for n in names_in(tmp_path) if ".mtool" not in n}
    code = (
        "import runpy, sys\n"
        "try:\n    runpy.run_module('mtool', run_name='__main__')\n"
        "finally:\n    own = open('/proc/self/status').read()\n"
        "    print(own.partition('VmHWM:')[2].split()[0])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, "ingest", tmp_path / name, "-w", workspace],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        timeout=120,
    )
    assert done.returncode == 3 and said in done.stderr, done.stderr
    assert done.stderr.count("\n") == 1
    assert int(done.stdout.split()[-1]) < 400_000
    assert {n for n in names_in(tmp_path) if ".mtool" not in n} == before


def test_a_file_name_that_steers_a_terminal(workspace: Path, tmp_path: Path) -> None:
    """Every command that shows it shows the escape as text, on one line where it is a sentence."""
    evil = tmp_path / f"e{ESCAPE}red\nline.csv"
    evil.write_text(TABLE)
    missing = tmp_path / f"no{ESCAPE}\nx.csv"
    refused(run_mtool("tables", missing, cwd=workspace), 3, r"no\x1b[31m\nx.csv: no such file")
    assert run_mtool("ingest", evil, cwd=workspace).code == 1
    for words in (["tables", evil], ["run"], ["verify"], ["review"], ["audit"], ["forget", "x"]):
        ran = run_mtool(*words, cwd=workspace)
        assert "\x1b" not in ran.out + ran.err, words


def test_cells_that_steer_a_terminal(workspace: Path, tmp_path: Path) -> None:
    """A table is shown with its control characters as escapes; as CSV it stays what it is."""
    path = tmp_path / "a.csv"
    path.write_text(f"Region,2017\n{ESCAPE}Mopti,1\nSe\x07gou,3\n")
    shown = run_mtool("tables", path, cwd=workspace).out
    assert r"\x1b[31mMopti" in shown and r"Se\x07gou" in shown
    as_csv = run_mtool("tables", path, "--format", "csv", cwd=workspace).out
    assert f"{ESCAPE}Mopti" in as_csv


@given(st.text(st.characters(codec=None)))
def test_visible_text_has_nothing_that_steers(text: str) -> None:
    """What is shown can be encoded, holds no control but line ends and tabs, and is the same twice."""
    shown = visible(text)
    shown.encode()
    assert not {c for c in shown if c < " " or "\x7f" <= c <= "\x9f"} - {"\n", "\t"}
    assert visible(shown) == shown
    assert "\n" not in visible_line(text)


FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "\nx", "'=1", "''", '=cmd|"/c calc"!A1']


@pytest.fixture(scope="module")
def formulas() -> Export:
    """Two text columns of a dataset full of formulas, beside a number below zero."""
    schema = load_schema("treaty_events", ())
    frame = pd.DataFrame(
        {
            name: pd.Series(FORMULAS, dtype="str")
            for name, column in schema.columns.items()
            if column.dtype == "str"
        }
    )
    frame["figure"] = pd.Series(range(-1, -1 - len(FORMULAS), -1), dtype="Int64")
    source = dict.fromkeys(
        "id path sha256 title publisher published retrieved url licence edition language".split(),
        "=1+1",
    )
    return Export({"treaty_events": frame}, {"treaty_events": schema}, (source,), ())


def cells_of_csv(text: str) -> list[str]:
    return [cell for row in csv.reader(io.StringIO(text, newline="")) for cell in row]


@pytest.mark.parametrize("name", ["csv", "hxl", "datapackage"])
def test_no_text_of_a_csv_export_is_a_formula(name: str, formulas: Export, tmp_path: Path) -> None:
    """Every text field is guarded in every file of the export; a number below zero is not."""
    out = tmp_path / f"out{find_writer(name).suffix}"
    find_writer(name).write(formulas, out)
    if name == "datapackage":
        with zipfile.ZipFile(out) as package:
            texts = [package.read(n).decode() for n in package.namelist() if n.endswith(".csv")]
    else:
        texts = [out.read_bytes().decode()]
    cells = [cell for text in texts for cell in cells_of_csv(text)]
    numbers = {str(n) for n in range(-1, -1 - len(FORMULAS), -1)}
    live = [c for c in cells if c.startswith(tuple("=+-@\t\r\n")) and c not in numbers]
    assert (live, "-3" in cells, "'=1+1" in cells) == ([], True, True)


def test_guarded_text_is_read_back_as_it_was(formulas: Export, tmp_path: Path) -> None:
    """Column for column, whatever the cells begin with."""
    find_writer("csv").write(formulas, tmp_path / "out.csv")
    back = read_csv(tmp_path / "out.csv", formulas.schemas["treaty_events"])
    assert sorted(back["event"]) == sorted(FORMULAS)


def test_no_text_of_a_workbook_is_a_formula(formulas: Export, tmp_path: Path) -> None:
    """Formulas of the source are text in every sheet; those of mtool's own summary may live."""
    find_writer("xlsx").write(formulas, tmp_path / "out.xlsx")
    book = openpyxl.load_workbook(tmp_path / "out.xlsx")
    cells = [c for sheet in book for row in sheet for c in row]
    said = [c for c in cells if c.value in FORMULAS]
    assert len(said) > len(FORMULAS)
    assert {c.data_type for c in said} == {"s"}


def test_a_bare_carriage_return_inside_a_row() -> None:
    """It belongs to its cell, and every row keeps its cells."""
    (table,) = read_tables(ROOT / "tests" / "nasty" / "csv-carriage-return-inside-a-row.csv")
    assert [tuple(row) for row in table.rows] == [
        ("Gao", "1", "two"),
        ("lines\rJKidal", "2", "one"),
        ("Mopti", "3", "one"),
    ]


def test_a_cell_of_nothing_but_marks() -> None:
    """Each of hundreds of marks is split once, not once for each that follows it."""
    code = (
        f"import mtool; mtool.read_tables({str(ROOT / 'tests/nasty/csv-marks-without-end.csv')!r})"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


#: Text on which a careless pattern takes time that grows with its square or worse.
BOMBS = {
    "blanks": "Region,2017\nMopti" + " " * 20_000 + "x,1\n",
    "digits": "9" * 20_000,
    "thousands": "1," * 3 + "111," * 5_000,
    "commas": ",1" * 5_000,
    "dashes": "-" * 20_000 + "\n",
    "pipes": "|" * 5_000 + "\n",
    "brackets": "(" * 20_000,
    "tags": "<" * 20_000,
    "open rows": "<table>" + "<tr><td>" * 2_000,
    "percentages": "of 5 % " * 2_000,
    "numbers in words": "one and " * 3_000,
    "full stops": "." * 20_000,
}


@pytest.mark.parametrize("ending", ["csv", "txt", "html", "md"])
def test_cells_that_are_bombs_for_patterns(ending: str, tmp_path: Path) -> None:
    """All of them are read or refused in a process that has two minutes for what takes seconds."""
    paths = []
    for at, (name, text) in enumerate(BOMBS.items()):
        paths.append(tmp_path / f"{at} {name}.{ending}")
        paths[-1].write_text(text)
    code = (
        "import sys, mtool\nfrom mtool.errors import MtoolError\n"
        "for path in sys.argv[1:]:\n"
        "    try:\n        mtool.read_tables(path)\n"
        "    except MtoolError as error:\n        assert path in str(error)\n"
    )
    subprocess.run(
        [sys.executable, "-c", code, *paths], check=True, timeout=120, cwd=ROOT, capture_output=True
    )
