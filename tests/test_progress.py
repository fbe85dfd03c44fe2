"""Progress is for people at a terminal: it tells, it goes away, and programs never see it."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
import threading
import time
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from conftest import ROOT
from mtool import progress
from mtool.cli import progress as shown
from mtool.model import Source
from mtool.readers import ReadOptions
from mtool.readers.isolation import read_isolated

pty = pytest.importorskip("pty", reason="terminals as Unix has them")


@contextmanager
def terminal():
    """A terminal to write to, and a function that waits for a text on it and gives all of it."""
    ours, theirs = pty.openpty()
    written = bytearray()

    def read():
        with suppress(OSError):
            while part := os.read(ours, 4096):
                written.extend(part)

    def until(text: str) -> str:
        patience = time.monotonic() + 60
        while text.encode() not in written:
            assert time.monotonic() < patience, f"{text!r} is not in {bytes(written)!r}"
            time.sleep(0.01)
        return written.decode(errors="replace")

    reading = threading.Thread(target=read, daemon=True)
    reading.start()
    yield theirs, until
    with suppress(OSError):
        os.close(theirs)
    reading.join(60)
    os.close(ours)


@pytest.fixture
def at_once(monkeypatch):
    """Nobody waits a second in a test."""
    monkeypatch.setattr(shown, "PATIENCE", 0)
    monkeypatch.setattr(shown, "EVERY", 0.01)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "80")


def test_what_is_under_way_is_shown_with_the_time_left(at_once, monkeypatch):
    """Work on several files and the file in hand, a line each; afterwards the lines are gone."""
    with terminal() as (theirs, until), os.fdopen(theirs, "w") as stderr:
        monkeypatch.setattr(sys, "stderr", stderr)
        with shown.progress_shown():
            for name in progress.over(["first.csv", "x" * 90 + ".csv"], lambda n: f"reading {n}"):
                until(f"reading {name[:10]}")
                with progress.step("taking it apart", 300) as step:
                    until("taking it apart")
                    for _ in range(100):
                        step.advance(1)
                        time.sleep(0.01)
                    until("time left")
        stderr.write("the end")
        stderr.flush()
        lines = re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", until("the end")).replace("\r", "\n")
    assert "50%" in lines
    assert max(len(line) for line in lines.splitlines()) <= 80
    assert lines.splitlines()[-1].strip() == "the end"
    assert progress.under_way() == []


@pytest.mark.parametrize("why", ["no terminal", "not wanted", "dumb"])
def test_nothing_is_started_where_nobody_looks(why, at_once, monkeypatch):
    """Logs, pipes, quiet commands and dumb terminals have no progress."""
    stderr = io.StringIO()
    monkeypatch.setattr(stderr, "isatty", lambda: why != "no terminal", raising=False)
    monkeypatch.setattr(sys, "stderr", stderr)
    if why == "dumb":
        monkeypatch.setenv("TERM", "dumb")
    before = threading.active_count()
    with shown.progress_shown(wanted=why != "not wanted"):
        assert threading.active_count() == before
    assert stderr.getvalue() == ""


def test_a_child_process_notes_how_far_it_is(tmp_path, monkeypatch):
    """The parent's step speaks with the words and figures of the child; the note is taken away."""
    notes = tmp_path / "notes"
    with progress.step("reading a.pdf", child=notes):
        assert progress.under_way()[0].what == "reading a.pdf"
        notes.write_text("a.pdf: reading page 3\n40\n2.0", encoding="utf-8")
        (told,) = progress.under_way()
        assert (told.what, told.total, told.done) == ("a.pdf: reading page 3", 40, 2)
        notes.write_text("half", encoding="utf-8")
        assert progress.under_way()[0].done == 2
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    table = tmp_path / "t.csv"
    table.write_text("a,b\n1,2\n", encoding="utf-8")
    assert read_isolated("csv", table, Source("t"), ReadOptions()).tables
    assert not list(tmp_path.glob("mtool-read-*.far"))


def test_a_reader_in_a_child_notes_its_pages(tmp_path, monkeypatch):
    """Each step that advances is written down for the parent."""
    monkeypatch.setattr(progress, "NOTE_EVERY", 0)
    monkeypatch.setattr(progress, "_notebook", None)
    progress.note_into(tmp_path / "notes")
    for _ in progress.over(range(4), lambda at: f"reading page {at + 1}"):
        pass
    assert (tmp_path / "notes").read_text(encoding="utf-8") == "reading page 4\n4\n4"


#: Runs a command whose work waits until a file is there, and tells of a step meanwhile.
WAITING = """
import importlib, os, sys, time
from mtool import progress
from mtool.cli import progress as shown
shown.PATIENCE = 0
module, name, flag, *words = sys.argv[1:]
work = getattr(importlib.import_module(module), name)
def waiting(*given, **named):
    with progress.step("looking closely", 2) as step:
        step.advance(1)
        while not os.path.exists(flag):
            time.sleep(0.01)
    return work(*given, **named)
setattr(sys.modules[module], name, waiting)
sys.argv = ["mtool", *words]
from mtool.__main__ import main
main()
"""


@pytest.mark.parametrize(
    ("work", "words"),
    [
        ("mtool.pipeline.ingest ingest", "ingest data/raw/mali_treaty_events.csv -f json"),
        ("mtool.pipeline.telling run_and_tell", "run -f json"),
        ("mtool.check_sources validate_targets", "validate -f json"),
        ("mtool.audit_sources audit_targets", "audit -f json"),
        ("mtool.export_datasets export_datasets", "export csv incidents -o -"),
        ("mtool.summarize_dataset summarize_dataset", "summarize incidents -f json"),
    ],
)
def test_commands_that_may_take_long_tell_the_person_and_not_the_program(work, words, sample):
    """Progress on the terminal that is standard error; nothing but the result in the pipe."""
    flag = sample / "go_on"
    with terminal() as (theirs, until):
        child = subprocess.Popen(
            [sys.executable, "-c", WAITING, *work.split(), str(flag), *words.split()],
            stdout=subprocess.PIPE,
            stderr=theirs,
            cwd=sample,
            env=os.environ | {"PYTHONPATH": str(ROOT / "src"), "TERM": "xterm", "COLUMNS": "80"},
            text=True,
        )
        assert "looking closely" in until("50%")
        Path(flag).touch()
        out, _ = child.communicate()
    assert "looking" not in out
    if "json" in words:
        assert json.loads(out)["format_version"] == 1
    else:
        assert out.startswith("location_code,")
