"""Mutation testing: which share of small wrong changes of the rules do the tests notice?

    make mutants
    python tools/mutation [PART…] [--survivors] [--seed N] [--list]

Parts, their modules and tests stand in `pyproject.toml` under `[tool.mutation]`. Of a part with
`sample`, so many mutants are drawn with the seed. `--survivors` tries again those that survived or
were not reached last time; `--list` prints them; `--quick` leaves Hypothesis out. A mutant that changes nothing anybody can see stands
in `equivalent.toml` with the reason. Mutants are made by mutmut, which `make mutants` installs apart.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import tomllib
from collections import Counter, defaultdict
from dataclasses import asdict
from pathlib import Path

from trials import BROKEN, KILLED, SURVIVED, TIMEOUT, UNREACHED, Mutant, reached

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
RESULTS = ROOT / ".mutation"
MAKER = ROOT / ".venv-mutants" / "bin" / "python"
EQUIVALENT = "equivalent"
COLUMNS = (KILLED, TIMEOUT, SURVIVED, UNREACHED, EQUIVALENT, BROKEN)


def made(modules: list[str], seed: int, most: int) -> list[Mutant]:
    """The mutants of the modules, or so many of them drawn with a seed; 0 is all."""
    command = [MAKER, HERE / "make.py", str(seed), str(most), *modules]
    lines = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    return [Mutant(**json.loads(line)) for line in lines.splitlines()]


def reach_of(modules: list[str], tests: list[str]) -> dict[str, dict]:
    """Which test runs which line of the files; the tests must pass."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "reach.json"
        command = [sys.executable, HERE / "reach.py", out, "--files", *modules, "--", *tests]
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True)
        if done.returncode:
            sys.exit(done.stdout[-2000:])
        return json.loads(out.read_text("utf-8"))


def files(patterns: list[str]) -> list[str]:
    return sorted(str(path) for pattern in patterns for path in Path().glob(pattern))


def measure(part: dict, asked: argparse.Namespace, kept: Path) -> None:
    """Try the mutants of a part, and add each outcome to the file of outcomes as it comes."""
    modules, tests = files(part["modules"]), files(part["tests"])
    tests += [f"--deselect={test}" for test in part.get("without", ())]
    tests += ["-m", "not prove and not hypothesis"] if asked.quick else []
    mutants = made(modules, asked.seed, part.get("sample", 0))
    if asked.survivors:
        known = outcomes(kept)
        mutants = [m for m in mutants if known.get(m.id) in (SURVIVED, UNREACHED)]
    else:
        kept.unlink(missing_ok=True)
    reach = reach_of(modules, tests)
    ready = [reached(mutant, reach) for mutant in mutants]
    # In no order, so that those tried are a sample of all, should it be stopped.
    random.Random(asked.seed).shuffle(ready)
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder) / "work.json"
        plain = {"mutants": [asdict(m) for m in ready], "tests": tests}
        plain |= {"modules": reach["modules"], "processes": asked.processes}
        work.write_text(json.dumps(plain), "utf-8")
        # A process of its own, where nothing of mtool is imported yet.
        subprocess.run([sys.executable, HERE / "trials.py", work, kept], check=True)


def outcomes(kept: Path) -> dict[str, str]:
    """What became of each mutant, the last time it was tried."""
    if not kept.exists():
        return {}
    return dict(json.loads(line) for line in kept.read_text("utf-8").splitlines())


def equivalents() -> dict[str, str]:
    """Mutants that change nothing anybody can see, each with the reason."""
    listed = tomllib.loads((HERE / "equivalent.toml").read_text("utf-8"))
    return {key: one["why"] for one in listed.get("equivalent", []) for key in one["mutants"]}


def survivors(known: dict[str, str]) -> list[str]:
    """What no test noticed, but for what is listed as equivalent."""
    alike = equivalents()
    left = (key for key, outcome in known.items() if outcome in (SURVIVED, UNREACHED))
    return sorted(key for key in left if key not in alike)


def counted(known: dict[str, str]) -> dict[str, Counter[str]]:
    """Outcomes by file; a survivor that is listed as equivalent counts as that."""
    alike = equivalents()
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for key, outcome in known.items():
        same = outcome == SURVIVED and key in alike
        counts[key.partition("::")[0]][EQUIVALENT if same else outcome] += 1
    return counts


def share(count: Counter[str], *, without_equivalents: bool = False) -> str:
    tried = count.total() - (count[EQUIVALENT] if without_equivalents else 0)
    return f"{100 * (count[KILLED] + count[TIMEOUT]) / tried:.1f} %" if tried else "–"


def print_shares(name: str, counts: dict[str, Counter[str]]) -> None:
    """A table with one row per module and one for the part; shares with and without equivalents."""
    print(f"\n| {name} | tried | {' | '.join(COLUMNS)} | share | without equivalent |")
    print("|---" * (len(COLUMNS) + 4) + "|")
    whole = sum(counts.values(), Counter())
    for file, count in [*sorted(counts.items()), ("together", whole)]:
        figures = " | ".join(str(count[column]) for column in COLUMNS)
        shares = f"{share(count)} | {share(count, without_equivalents=True)}"
        print(f"| {file.removeprefix('src/mtool/')} | {count.total()} | {figures} | {shares} |")


def main() -> None:
    os.chdir(ROOT)
    settings = tomllib.loads(Path("pyproject.toml").read_text("utf-8"))["tool"]["mutation"]
    parser = argparse.ArgumentParser(prog="python tools/mutation")
    parser.add_argument("parts", nargs="*", help=f"{', '.join(settings['parts'])}; all by default")
    parser.add_argument("--survivors", action="store_true")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--seed", type=int, default=settings["seed"])
    parser.add_argument("--processes", type=int, default=os.cpu_count())
    parser.add_argument("--list", action="store_true")
    asked = parser.parse_args()
    RESULTS.mkdir(exist_ok=True)
    for name in asked.parts or settings["parts"]:
        kept = RESULTS / f"{name}.jsonl"
        if not asked.list:
            measure(settings["parts"][name], asked, kept)
        known = outcomes(kept)
        for key in survivors(known) if asked.list else ():
            print(f"{known[key]}: {key}")
        print_shares(name, counted(known))


if __name__ == "__main__":
    main()
