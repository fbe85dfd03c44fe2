"""What several test files need: where things are, and a workspace to work in."""

from __future__ import annotations

import contextlib
import io
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

import pytest

from mtool.language import use_language

ROOT = Path(__file__).parent.parent
SHARED = Path(os.environ.get("MTOOL_SHARED", ROOT.parent / "shared"))
CHROMIUM = Path(os.environ.get("MTOOL_CHROMIUM", "/usr/bin/chromium"))
FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run "
    "--disable-background-networking --disable-component-update --disable-sync"
).split()


@pytest.fixture
def shared() -> Path:
    """The folder of real reports and reference facts beside the project."""
    if not SHARED.is_dir():
        pytest.skip(f"{SHARED} is not here: real reports cannot be read")
    return SHARED


@pytest.fixture
def seed(shared: Path) -> Path:
    """A real report of the field with two tables."""
    return shared / "seeds" / "mali_clearing_the_mines_2023.txt"


@dataclass(frozen=True)
class Ran:
    """How a command ended and what it printed."""

    code: int
    out: str
    err: str


#: `python -c` of it runs mtool and prints last how much memory its own process held at most, in kB.
TELLING_MEMORY = (
    "import runpy, sys\n"
    "try:\n    runpy.run_module('mtool', run_name='__main__')\n"
    "finally:\n    own = open('/proc/self/status').read()\n"
    "    print(own.partition('VmHWM:')[2].split()[0])"
)
#: Read by the interpreter when it starts: a command that depends on them needs its own process.
OF_THE_PROCESS = {"TZ", "LC_ALL", "PYTHONHASHSEED", "SOURCE_DATE_EPOCH"}


def run_mtool(*arguments: str | Path, cwd: Path | None = None, **environment: str) -> Ran:
    """Run `mtool` as a user would: in this process, or in its own where the environment matters."""
    variables = {k: v for k, v in os.environ.items() if not k.startswith("MTOOL_")}
    variables |= {"PYTHONPATH": str(ROOT / "src"), "COLUMNS": "100", "PYTHONIOENCODING": "utf-8"}
    variables |= environment
    words = [str(argument) for argument in arguments]
    if OF_THE_PROCESS & set(environment):
        return run_in_own_process(words, cwd, variables)
    out, err = io.StringIO(), io.StringIO()
    with (
        mock.patch.dict(os.environ, variables, clear=True),
        mock.patch.object(sys, "argv", ["mtool", *words]),
        contextlib.chdir(cwd or Path.cwd()),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        code = _exit_code_of_main()
    # The language is that of the process, which goes on with other tests.
    use_language("en")
    assert "Traceback" not in err.getvalue(), err.getvalue()
    return Ran(code, out.getvalue(), err.getvalue())


def _exit_code_of_main() -> int:
    from mtool.__main__ import main

    try:
        main()
    except SystemExit as ended:
        return int(ended.code or 0)


def run_in_own_process(words: list[str], cwd: Path | None, variables: dict[str, str]) -> Ran:
    """Run `mtool` in a process of its own, with an environment of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "mtool", *words],
        cwd=cwd,
        env=variables,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
    )
    assert "Traceback" not in done.stderr, done.stderr
    return Ran(done.returncode, done.stdout, done.stderr)


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """An empty workspace."""
    folder = tmp_path / "workspace"
    (folder / "data" / "raw").mkdir(parents=True)
    return folder


@pytest.fixture
def sample(tmp_path: Path) -> Path:
    """A copy of the repository's own small workspace."""
    folder = tmp_path / "sample"
    shutil.copytree(ROOT / "data", folder / "data")
    return folder


@pytest.fixture(scope="session")
def browser():
    """A real Chromium, started once."""
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    if not CHROMIUM.is_file():
        pytest.skip(f"{CHROMIUM} is not here: pages cannot be looked at")
    with playwright.sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        yield started
        started.close()


@pytest.fixture(scope="session")
def screenshots() -> Path:
    """Where pictures stay after the tests, to be looked at by a person; never committed."""
    folder = ROOT / "out" / "screenshots"
    folder.mkdir(parents=True, exist_ok=True)
    return folder
