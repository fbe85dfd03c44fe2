"""Files larger than memory should hold: read in a bounded amount of it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import ROOT

pytestmark = [
    pytest.mark.prove,
    pytest.mark.skipif(sys.platform == "win32", reason="no resource usage on Windows"),
]
MOST_MB = 600
#: Runs a command and prints the largest memory that it or one of its children held, in MB.
MEASURED = """
import json, resource, subprocess, sys
with open(sys.argv[1], "wb") as out:
    code = subprocess.run([sys.executable, "-m", "mtool", *sys.argv[2:]], stdout=out).returncode
peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
print(json.dumps([code, peak / (1024 * 1024 if sys.platform == "darwin" else 1024)]))
"""


def peak_of(out: Path, *arguments: str | Path) -> float:
    """The largest resident memory, in MB, of `mtool` and of the children it waited for."""
    environment = os.environ | {"PYTHONPATH": str(ROOT / "src")}
    command = [sys.executable, "-c", MEASURED, str(out), *map(str, arguments)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=1500)
    assert done.returncode == 0, done.stderr
    code, peak = json.loads(done.stdout.splitlines()[-1])
    assert code == 0, done.stderr
    return peak


def lines_of(path: Path) -> int:
    with path.open("rb") as file:
        return sum(block.count(b"\n") for block in iter(lambda: file.read(1 << 20), b""))


def test_a_csv_of_one_gigabyte(tmp_path, record_property):
    """`mtool tables` writes it out again without holding it."""
    path, out = tmp_path / "incidents.csv", tmp_path / "out.csv"
    rows = "".join(
        f"ML{n % 10:02},Region {n % 10},2022-{n % 12 + 1:02}-11,{n},{n % 7},reported by a patrol\n"
        for n in range(20_000)
    ).encode()
    times = 10**9 // len(rows) + 1
    with path.open("wb") as file:
        file.write(b"code,region,date,number,killed,remarks\n")
        for _ in range(times):
            file.write(rows)
    assert path.stat().st_size > 10**9
    peak = peak_of(out, "tables", path, "--format", "csv")
    record_property("peak_mb", peak)
    assert lines_of(out) == 20_000 * times + 1
    assert peak < MOST_MB


def test_a_workbook_of_two_hundred_thousand_rows(tmp_path, record_property):
    """The rows come back through a spool, not through memory."""
    import xlsxwriter

    path, out = tmp_path / "incidents.xlsx", tmp_path / "out.csv"
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["code", "region", "year", "killed", "injured", "remarks"])
    for n in range(200_000):
        row = [f"ML{n % 10:02}", f"Region {n % 10}", 2000 + n % 24, n % 7, n % 40, f"event {n}"]
        sheet.write_row(n + 1, 0, row)
    book.close()
    peak = peak_of(out, "tables", path, "--format", "csv")
    record_property("peak_mb", peak)
    assert lines_of(out) == 200_001
    assert peak < MOST_MB


def test_a_csv_that_changes_near_its_end(tmp_path, record_property):
    """Row 900,000 is short, row 950,000 has another delimiter: both are said, none is lost."""
    path, out = tmp_path / "incidents.csv", tmp_path / "out.csv"
    lines = [f"ML{n % 10:02},2022-{n % 12 + 1:02}-11,{n},{n % 7},seen\n" for n in range(1_000_000)]
    lines[899_999] = "ML01,2022-01-11,5\n"
    lines[949_999] = "ML01;2022-01-11;5;6;seen\n"
    path.write_text("code,date,number,killed,remarks\n" + "".join(lines))
    peak = peak_of(out, "tables", path, "--format", "csv")
    record_property("peak_mb", peak)
    assert lines_of(out) == 1_000_001
    assert out.read_text().splitlines()[950_000] == "ML01,2022-01-11,5,6,seen"
    assert peak < MOST_MB


#: Writes rows of incidents as a workbook and prints by how many MB memory grew meanwhile.
EXPORTED = """
import resource, sys
from pathlib import Path
import pandas
from mtool.schemas import load_schema
from mtool.writers import Export, find_writer
schema = load_schema("incidents")
frame = pandas.read_parquet(sys.argv[2])
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
find_writer("xlsx").write(Export({"incidents": frame}, {"incidents": schema}, (), ()), Path(sys.argv[1]))
grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
print(grown / (1024 * 1024 if sys.platform == "darwin" else 1024))
"""


def test_a_workbook_of_more_than_a_million_rows(tmp_path, record_property):
    """Every row is written, over two sheets, with little more memory than the rows themselves."""
    from python_calamine import CalamineWorkbook

    from mtool.schemas import load_schema
    from test_large_workbooks import incidents

    out, rows = tmp_path / "incidents.xlsx", 1_100_000
    kept = tmp_path / "incidents.parquet"
    incidents(rows, load_schema("incidents").columns).to_parquet(kept)
    environment = os.environ | {"PYTHONPATH": str(ROOT / "src")}
    command = [sys.executable, "-c", EXPORTED, str(out), str(kept)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=1500)
    assert done.returncode == 0, done.stderr
    assert "incidents (2)" in done.stderr
    grown = float(done.stdout)
    record_property("grown_mb", grown)
    book = CalamineWorkbook.from_path(out)
    heights = [book.get_sheet_by_name(name).height for name in ("incidents", "incidents (2)")]
    assert sum(heights) == rows + 2
    assert grown < MOST_MB
