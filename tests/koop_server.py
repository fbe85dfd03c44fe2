"""Koop, a real FeatureServer: installed once into a cache folder, started on loopback."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from filelock import FileLock

PROJECT = Path(__file__).parent / "koop"


def installed() -> Path:
    """The folder with Koop in it; the test is skipped where node, npm or its packages are missing."""
    if not shutil.which("node") or not shutil.which("npm"):
        pytest.skip("node and npm are not here: Koop, a real FeatureServer, cannot be started")
    lock = (PROJECT / "package-lock.json").read_bytes()
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "mtool-tests"
    folder = cache / f"koop-{hashlib.sha256(lock).hexdigest()[:12]}"
    cache.mkdir(parents=True, exist_ok=True)
    with FileLock(folder.with_suffix(".lock")):
        if not (folder / "complete").is_file():
            shutil.rmtree(folder, ignore_errors=True)
            shutil.copytree(PROJECT, folder)
            done = subprocess.run(
                ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"],
                cwd=folder,
                capture_output=True,
                text=True,
                timeout=300,
            )
            if done.returncode:
                pytest.skip(f"Koop's packages are not to be had: {done.stderr.strip()[-200:]}")
            (folder / "complete").touch()
    shutil.copy(PROJECT / "server.js", folder)
    return folder


@contextmanager
def koop(data: Path) -> Iterator[str]:
    """Serve the GeoJSON files of a folder; gives the address of the services."""
    folder = installed()
    server = subprocess.Popen(
        ["node", "server.js", os.path.relpath(data, folder)],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert server.stdout is not None
        line = next((line for line in server.stdout if "listening on" in line), "")
        assert line, "Koop did not start"
        port = line.rpartition(" ")[2].strip()
        yield f"http://127.0.0.1:{port}/file-geojson/rest/services"
    finally:
        server.terminate()
        server.wait(timeout=10)
