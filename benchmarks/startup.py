"""What a command costs before it does anything: whole processes, interleaved, medians and ratios.

`mtool --help` and `--version` against a one-command Typer program that does nothing, and
`mtool summarize` on the sample against the same program importing pandas, in the same
environment. Run: python benchmarks/startup.py [ROUNDS]
"""

from __future__ import annotations

import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent
NOTHING = "import typer\n{more}app = typer.Typer()\n@app.command()\ndef main() -> None:\n    pass\napp()\n"
LIMITS = {"help": 1.3, "version": 1.3, "summarize": 1.3}


def seconds(command: list[str]) -> float:
    """Wall-clock seconds of one whole process."""
    environment = os.environ | {"PYTHONPATH": str(ROOT / "src")}
    start = time.perf_counter()
    subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True)
    return time.perf_counter() - start


def main() -> None:
    """Time every pair in turn and print medians and ratios; the figures are JSON as well."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 15
    with tempfile.TemporaryDirectory() as folder:
        plain, with_pandas = Path(folder, "plain.py"), Path(folder, "with_pandas.py")
        plain.write_text(NOTHING.format(more=""), encoding="utf-8")
        with_pandas.write_text(NOTHING.format(more="import pandas\n"), encoding="utf-8")
        mtool = [sys.executable, "-m", "mtool"]
        pairs = {
            "help": ([*mtool, "--help"], [sys.executable, str(plain), "--help"]),
            "version": ([*mtool, "--version"], [sys.executable, str(plain), "--help"]),
            "summarize": (
                [*mtool, "summarize", "--region", "Mopti", "--region", "Segou"],
                [sys.executable, str(with_pandas)],
            ),
        }
        times: dict[str, tuple[list[float], list[float]]] = {name: ([], []) for name in pairs}
        for turn in range(rounds + 1):
            for name, commands in pairs.items():
                for kept, command in zip(times[name], commands, strict=True):
                    taken = seconds(command)
                    if turn:
                        kept.append(taken)
    report(times, rounds)


def report(times: dict[str, tuple[list[float], list[float]]], rounds: int) -> None:
    figures = {}
    for name, (mine, theirs) in times.items():
        ours, peer = statistics.median(mine), statistics.median(theirs)
        ratio = statistics.median(a / b for a, b in zip(mine, theirs, strict=True))
        figures[name] = {"mtool_s": ours, "peer_s": peer, "ratio": ratio, "limit": LIMITS[name]}
        print(
            f"{name:10} {ours:.3f} s  peer {peer:.3f} s  ratio {ratio:.2f} (limit {LIMITS[name]})"
        )
    machine = {"python": platform.python_version(), "cpus": os.cpu_count(), "rounds": rounds}
    print(json.dumps({"machine": machine, "figures": figures}))


if __name__ == "__main__":
    main()
