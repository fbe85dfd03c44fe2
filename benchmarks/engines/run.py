"""mtool beside the tools people use for large tables: whole processes, the same answers, in turns.

    python benchmarks/engines/run.py [--rows 10k,100k,1M,10M] [--rounds 5] [--only TASK,TASK]
                                     [--json results.json] [--costs] [--write-docs]
                                     [--strict]

A contestant whose answer is not the true one gets no time. Prints a table per task and size, and
keeps the figures in the JSON file, where an older figure of the same task and size is replaced.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
from pathlib import Path
from typing import Any

import peers
from document import write_document
from tasks import MILLION, TASKS, Case, Contestant, cluster_costs
from timing import Run, interleaved, machine, median_ratio, median_seconds

RESULTS = peers.HERE / "results.json"
SUFFIXES = {"k": 1_000, "M": 1_000_000}


def measure(case: Case, rounds: int) -> dict[str, Any]:
    """Medians, spread, peak memory and ratios of everyone whose answer is right."""
    right, wrong = [], {}
    for contestant in case.contestants:
        fault = _fault(contestant, case.truth)
        if fault:
            wrong[contestant.name] = fault
        else:
            right.append(contestant)
    runs = interleaved({c.name: c.call for c in right}, rounds, warm_up=False)
    figures = {name: _figures(done) for name, done in runs.items()}
    mine = [name for name in runs if name.startswith("mtool")]
    for name in mine:
        ratios = {peer: median_ratio(runs[name], runs[peer]) for peer in runs if peer != name}
        figures[name]["ratio_to"] = {peer: round(ratio, 3) for peer, ratio in ratios.items()}
    return {
        "machine": machine(),
        "rounds": rounds,
        "figures": figures,
        "refused": wrong,
        "limits": case.limits,
        "memory_limit_mb": case.memory_limit_mb,
    }


def _fault(contestant: Contestant, truth: Any) -> str:
    """Why the contestant may not be timed, or nothing; this run warms the caches."""
    done = contestant.call()
    try:
        answer = contestant.answer(done)
    except (ValueError, KeyError, AssertionError):
        last = (done.errors.strip() or done.output.strip() or "no output").splitlines()[-1]
        return f"failed with exit code {done.code}: {last[:200]}"
    return "" if answer == truth else f"a wrong answer: {_difference(answer, truth)}"


def _difference(answer: Any, truth: Any) -> str:
    if not isinstance(answer, dict):
        return f"{answer}, true is {truth}"
    keys = sorted(k for k in {*answer, *truth} if answer.get(k) != truth.get(k))
    said = [f"{key} {answer.get(key)}, true is {truth.get(key)}" for key in keys[:5]]
    return "; ".join(said) + f"; and {len(keys) - 5} more" * (len(keys) > 5)


def _figures(runs: list[Run]) -> dict[str, Any]:
    seconds = [done.seconds for done in runs]
    return {
        "seconds": round(median_seconds(runs), 4),
        "least": round(min(seconds), 4),
        "most": round(max(seconds), 4),
        "cpu_seconds": round(statistics.median(done.cpu_seconds for done in runs), 4),
        "peak_mb": round(statistics.median(done.peak_mb for done in runs)),
    }


def show(case: Case, result: dict[str, Any]) -> list[str]:
    """Print the table of one case; give back what mtool did not reach."""
    print(f"\n{case.task}, {case.rows:,} rows, {result['rounds']} rounds")
    figures = result["figures"]
    mine = next((name for name in figures if name.startswith("mtool")), None)
    for name, at in figures.items():
        ratio = figures[mine]["ratio_to"].get(name) if mine else None
        limit = case.limits.get(name)
        beside = f"mtool takes {ratio:.2f} of it" if ratio else ""
        beside += f" (limit {limit:.2f})" if ratio and limit else ""
        spread = f"({at['least']:.3f}–{at['most']:.3f})"
        cpu = f"{at['cpu_seconds']:.2f} s of CPU"
        print(
            f"  {name:18} {at['seconds']:9.3f} s {spread:18} {cpu:16} {at['peak_mb']:6} MB  {beside}"
        )
    for name, why in result["refused"].items():
        print(f"  {name:18} not timed: {why}")
    return misses(f"{case.task}, {case.rows:,} rows", result)


def misses(label: str, result: dict[str, Any]) -> list[str]:
    """What mtool did not reach in one case."""
    said = [f"{label}: {n} was refused" for n in result["refused"] if n.startswith("mtool")]
    for name, at in result["figures"].items():
        for peer, limit in result["limits"].items():
            ratio = at.get("ratio_to", {}).get(peer)
            if ratio and ratio > limit:
                said.append(f"{label}: {name} takes {ratio:.2f} of {peer}, limit {limit:.2f}")
        most = result["memory_limit_mb"]
        if name == "mtool" and most and at["peak_mb"] > most:
            said.append(f"{label}: {at['peak_mb']} MB, limit {most:.0f} MB")
    return said


def sizes(text: str) -> set[int]:
    """`10k,1M` as numbers of rows."""
    return {
        int(float(word.rstrip("kM")) * SUFFIXES.get(word[-1], 1))
        for word in text.split(",")
        if word
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=sizes, default=sizes("10k,100k,1M,10M"))
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", default=",".join(TASKS), help=f"of {', '.join(TASKS)}")
    parser.add_argument("--json", type=Path, default=RESULTS, help="where figures are kept")
    parser.add_argument("--write-docs", action="store_true", help="write docs/performance.md")
    parser.add_argument("--costs", action="store_true", help="measure what a cluster's work costs")
    parser.add_argument("--strict", action="store_true", help="exit 1 when a limit is missed")
    given = parser.parse_args()
    unknown = set(given.only.split(",")) - {*TASKS, "none"}
    if unknown:
        parser.error(f"no task named {', '.join(sorted(unknown))}; there are {', '.join(TASKS)}")
    peers.ensure_peers()
    kept = json.loads(given.json.read_text("utf-8")) if given.json.is_file() else {}
    kept["versions"] = peers.versions()
    missed = []
    for name in given.only.split(","):
        build, of_interest = TASKS.get(name, (None, ()))
        for rows in of_interest:
            if build and (rows in given.rows or rows < min(SUFFIXES.values())):
                case = build(rows)
                result = measure(case, given.rounds)
                kept.setdefault("cases", {}).setdefault(name, {})[str(rows)] = result
                missed += show(case, result)
                text = json.dumps(kept, indent=1, ensure_ascii=False) + "\n"
                given.json.write_text(text, encoding="utf-8")
    if given.costs:
        kept["cluster_costs"] = cluster_costs(MILLION) | {"machine": machine()}
        given.json.write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n", "utf-8")
    for line in missed:
        print(f"missed: {line}")
    if given.write_docs:
        write_document(kept)
    sys.exit(1 if given.strict and missed else 0)


if __name__ == "__main__":
    main()
