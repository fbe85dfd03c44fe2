"""What a command costs before it does anything: whole processes, interleaved, medians and ratios.

`mtool --help` and `--version` against a one-command Typer program that does nothing, and
`mtool summarize` on the sample against the same program importing pandas, in the same
environment. Run: python benchmarks/startup.py [ROUNDS]
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from timing import Run, interleaved, machine, median_ratio, median_seconds, run

NOTHING = "import typer\n{more}app = typer.Typer()\n@app.command()\ndef main() -> None:\n    pass\napp()\n"
LIMITS = {"help": 1.3, "version": 1.3, "summarize": 1.3}


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
        calls = {
            f"{name} {which}": lambda command=command: _done(command)
            for name, commands in pairs.items()
            for which, command in zip(("mtool", "peer"), commands, strict=True)
        }
        report(interleaved(calls, rounds), rounds)


def _done(command: Sequence[str]) -> Run:
    done = run(command)
    assert done.code == 0, done.errors
    return done


def report(times: dict[str, list[Run]], rounds: int) -> None:
    figures = {}
    for name, limit in LIMITS.items():
        mine, theirs = times[f"{name} mtool"], times[f"{name} peer"]
        ours, peer = median_seconds(mine), median_seconds(theirs)
        ratio = median_ratio(mine, theirs)
        figures[name] = {"mtool_s": ours, "peer_s": peer, "ratio": ratio, "limit": limit}
        print(f"{name:10} {ours:.3f} s  peer {peer:.3f} s  ratio {ratio:.2f} (limit {limit})")
    print(json.dumps({"machine": machine() | {"rounds": rounds}, "figures": figures}))


if __name__ == "__main__":
    main()
