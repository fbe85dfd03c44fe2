"""The same inputs give the same bytes, whatever the process was started with."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from conftest import ROOT

#: Derives the sample anew and writes it in every format, in one process.
EVERYTHING = """
import sys
from mtool.__main__ import main
from mtool.writers import WRITERS

def mtool(*words):
    sys.argv = ["mtool", *words]
    try:
        main()
    except SystemExit as ended:
        assert ended.code == 0, (words, ended.code)

mtool("run", "--force", "-q")
for name, writer in WRITERS.items():
    out = f"out/{name}" if not writer.one_file else f"out/mali{writer.suffix}"
    mtool("export", name, "-o", out)
"""
HERE = {"TZ": "UTC", "LC_ALL": "C", "PYTHONHASHSEED": "0"}
ELSEWHERE = [
    ({"TZ": "Asia/Kathmandu", "LC_ALL": "fr_FR.UTF-8", "PYTHONHASHSEED": "42"}, 0o077),
    ({"TZ": "Pacific/Apia", "LC_ALL": "tr_TR.UTF-8", "PYTHONHASHSEED": "7"}, 0o002),
    ({"TZ": "America/St_Johns", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "random"}, 0o027),
]


def everything(folder, variables, umask):
    """Every file of data/clean and of every export, derived under these circumstances."""
    (folder / "out").mkdir(exist_ok=True)
    environment = {k: v for k, v in os.environ.items() if not k.startswith("MTOOL_")}
    environment["MTOOL_LANG"] = "en"  # Workbooks and pages are written in the language in use.
    before = os.umask(umask)
    try:
        done = subprocess.run(
            [sys.executable, "-c", EVERYTHING],
            cwd=folder,
            env=environment | {"PYTHONPATH": str(ROOT / "src")} | variables,
            capture_output=True,
            text=True,
            timeout=300,
        )
    finally:
        os.umask(before)
    assert done.returncode == 0, done.stderr
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for part in ("data", "out")
        for path in sorted((folder / part).rglob("*"))
        if path.is_file()
    }


def check(sample, others):
    here = everything(sample, HERE, 0o022)
    assert {"data/clean/manifest.json", "out/mali.xlsx"} <= set(here)
    for variables, umask in others:
        there = everything(sample, variables, umask)
        assert there.keys() == here.keys()
        changed = {name for name in here if here[name] != there[name]}
        assert changed <= {"out/mali.duckdb"}, "only DuckDB gives each file an identifier"


def test_time_zone_locale_hash_seed_and_umask_change_no_byte(sample):
    """data/clean and every export are byte for byte the same."""
    check(sample, ELSEWHERE[:1])


@pytest.mark.prove
def test_nor_do_others(sample):
    """Turkish letters, zones beyond the date line, a random seed."""
    check(sample, ELSEWHERE[1:])
