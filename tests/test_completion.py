"""What the shell offers after a Tab."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from conftest import ROOT
from mtool.cli import completion


@pytest.mark.parametrize(
    ("offer", "typed", "offered"),
    [
        (completion.datasets, "inc", ["incidents"]),
        (completion.datasets_and_sources, "mali_t", ["mali_treaty_events"]),
        (completion.schemas, "staff", ["staffing"]),
        (completion.regions, "mop", ["Mopti"]),
    ],
)
def test_names_begin_with_what_was_typed(sample, monkeypatch, offer, typed, offered):
    """Whatever the case of the letters."""
    monkeypatch.chdir(sample)
    assert offer(typed) == offered


def test_nothing_is_offered_outside_a_workspace(tmp_path, monkeypatch):
    """A shell has nowhere to show an error."""
    monkeypatch.chdir(tmp_path)
    assert completion.datasets("") == []


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish", "powershell"])
def test_every_shell_asks_the_program(sample, shell):
    """The completion of each shell answers with the dataset, and loads no pandas for it."""
    code = (
        "import sys, atexit\n"
        "atexit.register(lambda: print('HEAVY') if 'pandas' in sys.modules else None)\n"
        "sys.argv = ['mtool']\n"
        "from mtool.__main__ import main\n"
        "main()\n"
    )
    asked = {
        "_MTOOL_COMPLETE": f"complete_{shell}",
        "COMP_WORDS": "mtool summarize inc",
        "COMP_CWORD": "2",
        "_TYPER_COMPLETE_ARGS": "mtool summarize inc",
        "_TYPER_COMPLETE_WORD_TO_COMPLETE": "inc",
        "_TYPER_COMPLETE_FISH_ACTION": "get-args",
        "PYTHONPATH": str(ROOT / "src"),
    }
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=sample,
        env=os.environ | asked,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert "incidents" in done.stdout, done.stderr
    assert "HEAVY" not in done.stdout
