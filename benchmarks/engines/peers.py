"""The peers' environment: apart from mtool's, pinned, made when it is missing or out of date."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
#: Everything made here; ignored by git, harmless to delete.
WORK = HERE / ".work"
PINS = HERE / "peers.txt"
PYTHON = WORK / "peers" / ("Scripts" if sys.platform == "win32" else "bin") / "python"


def ensure_peers() -> None:
    """Make the environment with uv where there is one, else with venv and pip."""
    wanted = hashlib.sha256(PINS.read_bytes()).hexdigest()
    made = WORK / "peers" / "made_for"
    if made.is_file() and made.read_text() == wanted:
        return
    folder = WORK / "peers"
    uv = shutil.which("uv")
    print(f"making {folder.relative_to(HERE)} from {PINS.name} …", file=sys.stderr)
    if uv:
        _call(uv, "venv", "--quiet", "--clear", "--python", sys.executable, str(folder))
        _call(uv, "pip", "install", "--quiet", "--python", str(PYTHON), "-r", str(PINS))
    else:
        _call(sys.executable, "-m", "venv", "--clear", str(folder))
        _call(str(PYTHON), "-m", "pip", "install", "-qqq", "-r", str(PINS))
    made.write_text(wanted)


def versions() -> dict[str, str]:
    """The versions of the peers that take part."""
    named = ("csvkit", "duckdb", "frictionless", "openpyxl", "pandas", "pandera", "pointblank")
    named += ("polars", "python-calamine", "xlsxwriter")
    pins = dict(line.split("==") for line in PINS.read_text().split())
    return {name: pins[name] for name in named}


def _call(*command: str) -> None:
    subprocess.run(command, check=True)
