"""A PostgreSQL server of the tests' own: made, started and stopped in a temporary folder."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


def binaries() -> Path:
    """Where the newest server is installed; skips the test where there is none."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    on_path = shutil.which("initdb")
    if not found and not on_path:
        pytest.skip("PostgreSQL is not installed")
    return found[-1].parent if found else Path(str(on_path)).parent


def _command(*words: str | Path) -> list[str]:
    """PostgreSQL refuses to run as root: there, as the user that its package makes."""
    if os.geteuid() != 0:
        return [str(word) for word in words]
    return ["runuser", "-u", "postgres", "--", *(str(word) for word in words)]


@contextmanager
def postgres_server() -> Iterator[dict[str, str]]:
    """A running server; yields the `PG*` variables that lead to it."""
    programs = binaries()
    if os.geteuid() == 0 and subprocess.run(["id", "postgres"], capture_output=True).returncode:
        pytest.skip("PostgreSQL cannot run as root, and there is no user postgres")
    folder = Path(tempfile.mkdtemp(prefix="mtool-pg-", dir="/tmp"))
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
    folder.chmod(0o755)
    data = folder / "data"
    quiet = {"check": True, "capture_output": True, "cwd": folder}
    subprocess.run(
        _command(
            programs / "initdb",
            "-D",
            data,
            "-U",
            "mtool",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
        ),
        **quiet,
    )
    options = f"-k {folder} -c listen_addresses='' -c fsync=off"
    subprocess.run(
        _command(
            programs / "pg_ctl", "-D", data, "-w", "-o", options, "-l", folder / "log", "start"
        ),
        **quiet,
    )
    try:
        yield {"PGHOST": str(folder), "PGUSER": "mtool", "PGDATABASE": "postgres"}
    finally:
        subprocess.run(
            _command(programs / "pg_ctl", "-D", data, "-m", "immediate", "stop"), **quiet
        )
        shutil.rmtree(folder)
