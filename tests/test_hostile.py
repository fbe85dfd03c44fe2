"""Input made to harm: one sentence and an exit code, never a traceback, nothing outside the workspace."""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import ROOT, TELLING_MEMORY, Ran, run_mtool
from mtool import read_tables
from mtool.compare import ComparedFigure, Comparison
from mtool.errors import UsageError
from mtool.model import Finding, Locator
from mtool.schemas import load_schema
from mtool.visible_text import visible, visible_line
from mtool.writers import Export, find_writer
from mtool.writers.comparison import write_comparison
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
    "a NUL in a value": ('lang = "e\\u0000n"', "a NUL character"),
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
    done = subprocess.run(
        [sys.executable, "-c", TELLING_MEMORY, "ingest", tmp_path / name, "-w", workspace],
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


NO_NAMES = {
    "climbing": "..",
    "a device": "con",
    "a device with a number": "com1",
    "a dot at its end": "a.",
    "letters of two sizes": "Incidents",
    "what Excel refuses": "a[b]*?",
    "a drive": "c:a",
    "too long": "x" * 61,
    "nothing": "",
    "a file of mtool": "findings",
    "rows put aside": "rejected_incidents",
    "a formula": "=1+1",
    "an escape": f"a{ESCAPE}",
}


@pytest.mark.parametrize("kind", NO_NAMES)
def test_a_name_that_no_schema_can_have(kind: str, workspace: Path) -> None:
    """It would become a file, a table and a sheet: refused wherever schemas are asked for."""
    (workspace / "schemas").mkdir()
    schema = (ROOT / "schemas" / "treaty_events.yaml").read_text()
    (workspace / "schemas" / f"{NO_NAMES[kind]}.yaml").write_text(schema)
    before = names_in(workspace.parent)
    for words in (("schema", "list"), ("template", "incidents", "-o", "f.xlsx")):
        refused(run_mtool(*words, cwd=workspace), 2, ".yaml: ")
    assert names_in(workspace.parent) == before


def test_a_name_inside_a_schema_is_not_its_name(workspace: Path) -> None:
    """A schema is called after its file, so that `name` cannot lead anywhere."""
    (workspace / "schemas").mkdir()
    schema = (ROOT / "schemas" / "incidents.yaml").read_text()
    evil = schema.replace("name: incidents", "name: ../../evil", 1)
    (workspace / "schemas" / "incidents.yaml").write_text(evil)
    (workspace / "data" / "raw" / "mali_incidents.csv").write_text(TABLE)
    (workspace / "mtool.toml").write_text('country = "MLI"\n')
    assert run_mtool("run", cwd=workspace).code == 0
    assert (workspace / "data" / "clean" / "incidents.csv").is_file()
    assert not [name for name in names_in(workspace.parent) if "evil" in name]


def of_names(formulas: Export, *names: str) -> Export:
    """The same dataset under several names."""
    frame, schema = formulas.frames["treaty_events"], formulas.schemas["treaty_events"]
    return replace(
        formulas, frames=dict.fromkeys(names, frame), schemas=dict.fromkeys(names, schema)
    )


def test_names_that_excel_refuses_or_takes_for_one(formulas: Export, tmp_path: Path) -> None:
    """Too long, mtool's own, Excel's own, those of cells: each dataset has a sheet with its rows."""
    long = "x" * 40
    names = ["summary", "history", "readme", "inc2023", "r1c1", f"{long}_a", f"{long}_b", "sources"]
    find_writer("xlsx").write(of_names(formulas, *names), tmp_path / "out.xlsx")
    book = openpyxl.load_workbook(tmp_path / "out.xlsx")
    tables = [table for sheet in book for table in sheet.tables.values()]
    assert len({name.lower() for name in book.sheetnames}) == len(book.sheetnames)
    assert max(map(len, book.sheetnames)) == 31
    assert not {"history"} & {name.lower() for name in book.sheetnames}
    assert len({table.displayName for table in tables}) >= len(names)
    assert not [t.displayName for t in tables if re.fullmatch("[A-Za-z]{1,3}[0-9]+", t.displayName)]
    full = [
        s
        for s in book
        if [c.value for c in s["A"]][1:] == [c.value for c in book.worksheets[2]["A"]][1:]
    ]
    assert len(full) == len(names)


@pytest.mark.parametrize(
    "title", ["a/b:c*?[x]\\y", "History", "'quoted'", "x" * 60, "=1+1", "lists", "  ", "a\x07b"]
)
def test_a_form_with_a_title_that_excel_refuses(title: str, workspace: Path) -> None:
    """The form is made, opens, and says the whole title where a cell can hold it."""
    (workspace / "schemas").mkdir()
    schema = (ROOT / "schemas" / "incidents.yaml").read_text()
    first = next(line for line in schema.splitlines() if line.startswith("title: "))
    (workspace / "schemas" / "incidents.yaml").write_text(
        schema.replace(first, f"title: {json.dumps(title)}", 1)
    )
    ended = run_mtool("template", "incidents", "-o", "f.xlsx", cwd=workspace)
    assert ended.code == 0, ended
    sheet = openpyxl.load_workbook(workspace / "f.xlsx").worksheets[0]
    assert len(sheet.title) <= 31 and sheet.title.lower() != "history"
    assert not set(sheet.title) & set("[]:*?/\\")
    assert sheet["A1"].data_type != "f"


def test_more_than_a_sheet_holds(formulas: Export, tmp_path: Path, monkeypatch) -> None:
    """Columns, letters of a cell, rows beside the datasets: an error with another way, nothing cut."""
    frame = formulas.frames["treaty_events"]
    wide = pd.concat(
        [frame, pd.DataFrame(1, frame.index, [f"c{n}" for n in range(16_384)])], axis=1
    )
    long = Finding("r", "note", "info", "x" * 32_768, Locator())
    too_much = {
        "16398 columns": replace(formulas, frames={"treaty_events": wide}),
        "32768 characters": replace(formulas, findings=(long,)),
    }
    for said, export in too_much.items():
        with pytest.raises(UsageError, match=f"{said}; an Excel .* use: mtool export"):
            find_writer("xlsx").write(export, tmp_path / "out.xlsx")
    monkeypatch.setattr("mtool.writers.xlsx.MOST_ROWS", 3)
    many = replace(formulas, findings=(replace(long, message=""),) * 4)
    with pytest.raises(UsageError, match="Findings: 4 rows; an Excel sheet holds 4"):
        find_writer("xlsx").write(many, tmp_path / "out.xlsx")
    assert not list(tmp_path.iterdir())


def test_days_before_1900(formulas: Export, tmp_path: Path) -> None:
    """Excel has none: they are written as text, and read back as the days they are."""
    days = pd.to_datetime(["1899-12-31", "1900-01-01", "1900-02-28", "1900-03-01", "1678-01-01"])
    frame = formulas.frames["treaty_events"].head(5).assign(day=days.astype("datetime64[ns]"))
    find_writer("xlsx").write(
        replace(formulas, frames={"treaty_events": frame}), tmp_path / "o.xlsx"
    )
    tables = [t for t in read_tables(tmp_path / "o.xlsx") if "day" in t.header]
    found = {row[tables[0].header.index("day")] for row in tables[0].rows}
    assert found == {day.date().isoformat() for day in days}


ENTITIES = {
    "billion laughs": "<!DOCTYPE x [<!ENTITY a 'ha'>"
    + "".join(f"<!ENTITY a{n} '{f'&a{n - 1 or str()};' * 10}'>" for n in range(1, 9))
    + "]>",
    "an external entity": '<!DOCTYPE x [<!ENTITY a8 SYSTEM "file:///etc/passwd">]>',
    "an external subset": '<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">',
}


@pytest.mark.parametrize("member", ["content.xml", "META-INF/manifest.xml"])
@pytest.mark.parametrize("kind", ENTITIES)
def test_a_spreadsheet_with_entities(kind: str, member: str, workspace: Path) -> None:
    """OpenDocument with entities of its own is refused, or read without them."""
    content = (
        '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
        'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body>'
        '<office:spreadsheet><table:table table:name="a"><table:table-row>'
        "<table:table-cell><text:p>Region</text:p></table:table-cell>"
        "<table:table-cell><text:p>2017</text:p></table:table-cell></table:table-row>"
        "<table:table-row><table:table-cell><text:p>{}</text:p></table:table-cell>"
        "<table:table-cell><text:p>1</text:p></table:table-cell></table:table-row>"
        "</table:table></office:spreadsheet></office:body></office:document-content>"
    )
    used = "&a8;" if member == "content.xml" and "subset" not in kind else "Mopti"
    members = {
        "mimetype": b"application/vnd.oasis.opendocument.spreadsheet",
        "content.xml": content.format(used).encode(),
        "META-INF/manifest.xml": b"<manifest/>",
    }
    head = f'<?xml version="1.0" encoding="UTF-8"?>{ENTITIES[kind]}'
    members[member] = head.encode() + members[member]
    (workspace / "a.ods").write_bytes(zip_of(members))
    ran = run_mtool("tables", "a.ods", cwd=workspace)
    assert ran.code in (0, 3), ran
    assert "root:" not in ran.out + ran.err and "hahaha" not in ran.out
    assert ran.code == 0 or ran.err.count("\n") == 1


def test_csv_on_standard_output_keeps_its_rows(workspace: Path, tmp_path: Path) -> None:
    """A carriage return inside a cell is in quotes, so that every reader finds the same rows."""
    path = tmp_path / "a.csv"
    path.write_bytes(b'Region,2017\n"Mo\rpti",1\n"Se\r\ngou",3\n"Ka\nyes",4\n')
    shown = run_mtool("tables", path, "--format", "csv", cwd=workspace).out
    rows = list(csv.reader(io.StringIO(shown, newline=""), strict=True))
    assert [len(row) for row in rows] == [2, 2, 2, 2]
    assert rows[1] == ["Mo\rpti", "1"]


def test_a_carriage_return_in_what_is_published(workspace: Path) -> None:
    """Findings and sources that quote one are read back, run after run."""
    (workspace / "mtool.toml").write_text('country = "MLI"\n')
    raw = workspace / "data" / "raw" / "mali_incidents.csv"
    raw.write_bytes(b'region;2021\n"No\rwhere";1\nMopti;3\nTotal;9\n')
    assert run_mtool("run", cwd=workspace).code == 1
    assert b"\r" in (workspace / "data" / "clean" / "findings.csv").read_bytes()
    assert run_mtool("run", cwd=workspace).code == 1
    assert run_mtool("verify", cwd=workspace).code == 0


@pytest.mark.parametrize("out", ["a\\u0000b", "x" * 300])
@pytest.mark.parametrize("setting", ["metrics", "exports"])
def test_paths_in_settings_that_no_file_can_have(setting: str, out: str, workspace: Path) -> None:
    """The figures are published, and a sentence says what could not be written."""
    text = {"metrics": f'metrics = "{out}"\n', "exports": ""}[setting]
    text += 'country = "MLI"\n'
    if setting == "exports":
        text += f'[run]\nexports = [{{to = "csv", out = "{out}"}}]\n'
    (workspace / "mtool.toml").write_text(text)
    (workspace / "data" / "raw" / "mali_incidents.csv").write_text(TABLE)
    ran = run_mtool("run", cwd=workspace)
    assert ran.code in (0, 2), ran
    assert "bug" not in ran.err
    assert (out[:20] in ran.err) or "NUL" in ran.err or "\\x00" in ran.err


@pytest.mark.parametrize("ending", ["xlsx", "html"])
def test_no_text_of_a_comparison_is_a_formula_or_markup(ending: str, tmp_path: Path) -> None:
    """Names of areas and groups, titles of both sides and reasons are text in cells and on pages."""
    evil = [*FORMULAS, "<script>alert(1)</script>", "x\x0by"]
    figures = tuple(
        ComparedFigure("d", t, t, t, t, -1, 2, 3, -2.0, "different", t, t, t) for t in evil
    )
    out = tmp_path / f"c.{ending}"
    write_comparison(Comparison("=1+1", "<script>alert(2)</script>", figures), out)
    if ending == "html":
        page = out.read_text()
        assert "alert(" in page and "<script>alert" not in page
        return
    cells = [c for sheet in openpyxl.load_workbook(out) for row in sheet for c in row]
    assert {c.data_type for c in cells if c.value in FORMULAS} == {"s"}
    assert not [c for c in cells if c.data_type == "f"]
    assert -1 in {c.value for c in cells}


def test_a_comparison_of_more_than_a_sheet_holds(tmp_path: Path, monkeypatch) -> None:
    """An error that names the page and CSV, and no workbook."""
    monkeypatch.setattr("mtool.writers.xlsx.MOST_ROWS", 5)
    figure = ComparedFigure("d", "m", "", "", "", 1, 1, 0, 1.0, "equal", "", "", "")
    with pytest.raises(UsageError, match=r"3 figures; .* or use: mtool compare --format csv"):
        write_comparison(Comparison("a", "b", (figure,) * 3), tmp_path / "c.xlsx")
    assert not list(tmp_path.iterdir())
