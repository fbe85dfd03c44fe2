"""docs/performance.md from the figures kept: nothing in it is written by hand but the words."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

DOCUMENT = Path(__file__).parents[2] / "docs" / "performance.md"
TITLES = {
    "validate_csv": "Validate a CSV feed",
    "summarize_csv": "Sums by admin1 and year, out of CSV",
    "summarize_parquet": "Sums by admin1 and year, out of Parquet",
    "nine_rows": "A table of nine rows",
    "xlsx_read": "Read a workbook",
    "xlsx_export": "Write a workbook",
    "cluster": "Two workers against one",
}
HEAD = """# How fast, and how much memory

Written from measured figures by `python benchmarks/engines/run.py --write-docs`; see
[benchmarks/engines](../benchmarks/engines/README.md) for what each contestant does. Whole processes,
start-up included, taken in turns; medians, with the least and the most; memory is the peak of
resident memory, of all processes of a contestant. A contestant whose answer is not the true one gets
no time. The feed has 30 columns, about 813 bytes a row, invented words and errors of five kinds.
"""


def write_document(kept: dict[str, Any]) -> None:
    """Write the tables of every task that has figures."""
    parts = [HEAD]
    for task, title in TITLES.items():
        cases = kept.get("cases", {}).get(task, {})
        if cases:
            parts.append(f"## {title}\n\n" + _tables(cases))
    if "cluster_costs" in kept:
        parts.append(_estimate(kept["cluster_costs"]))
    versions = ", ".join(f"{name} {version}" for name, version in kept["versions"].items())
    parts.append(f"## Measured with\n\nPeers: {versions}.\n")
    DOCUMENT.write_text("\n".join(parts), encoding="utf-8")


def _tables(cases: dict[str, Any]) -> str:
    ordered = sorted(cases.items(), key=lambda item: int(item[0]))
    blocks = [_table(int(rows), case) for rows, case in ordered]
    exponent = growth(cases)
    if exponent is not None:
        blocks.append(
            f"From 100,000 to 10,000,000 rows mtool's time grows as rows^{exponent:.2f}.\n"
        )
    return "\n".join(blocks)


def growth(cases: dict[str, Any]) -> float | None:
    """The exponent of mtool's time between 100,000 and 10,000,000 rows; null when not measured."""
    ends = [cases.get(rows, {}).get("figures", {}).get("mtool") for rows in ("100000", "10000000")]
    if not all(ends):
        return None
    return math.log(ends[1]["seconds"] / ends[0]["seconds"]) / math.log(100)


def _table(rows: int, case: dict[str, Any]) -> str:
    machine = case["machine"]
    head = (
        f"{rows:,} rows, {case['rounds']} rounds; {machine['cpus']} cores ({machine['cpu']}), "
        f"{machine['memory_gb']} GB, Python {machine['python']}, load {machine['load_at_start']} "
        "at the start:\n"
    )
    mine = [name for name in case["figures"] if name.startswith("mtool")]
    lines = [head, "| | seconds | least–most | CPU s | MB | mtool takes of it | limit |"]
    lines.append("|---|---:|---|---:|---:|---:|---:|")
    for name, at in case["figures"].items():
        ratios = [case["figures"][me]["ratio_to"].get(name) for me in mine]
        beside = " / ".join(f"{ratio:.2f}" for ratio in ratios if ratio)
        limit = case["limits"].get(name)
        limit_text = f"{limit:.2f}" if limit and beside else ""
        spread = f"{at['least']:.3f}–{at['most']:.3f}"
        cells = (
            name,
            f"{at['seconds']:.3f}",
            spread,
            f"{at['cpu_seconds']:.2f}",
            at["peak_mb"],
            beside,
            limit_text,
        )
        lines.append("| " + " | ".join(map(str, cells)) + " |")
    lines += [f"\n{name} was not timed: {why}" for name, why in case["refused"].items()]
    return "\n".join(lines) + "\n"


ROWS, WORKERS = 1_000_000_000, 50
#: What is assumed of the cluster, not measured: bytes a second of a worker's disk and network, and
#: seconds of the scheduler for a task.
DISK, NETWORK, PER_TASK = 500e6, 125e6, 0.001
TASKS_PER_PART = 7


def _estimate(costs: dict[str, Any]) -> str:
    """A billion rows on 50 workers, from measured costs, with the arithmetic."""
    scale = ROWS / costs["rows"]
    size, met = costs["bytes"] * scale, costs["shuffle_bytes"] * scale
    count, check, meet = (costs[f"{n}_cpu_s"] * scale / WORKERS for n in ("count", "check", "meet"))
    read = 2 * size / WORKERS / DISK
    sent = met / WORKERS * (WORKERS - 1) / WORKERS / NETWORK
    tasks = size / (64 << 20) * TASKS_PER_PART
    work = count + check + meet
    total = max(work, read) + sent
    machine = costs["machine"]
    return f"""## An estimate: a billion rows on 50 workers

Not measured, but reckoned from what `python benchmarks/engines/run.py --only none --costs` measured
by CPU time in one thread on {costs["rows"]:,} rows ({machine["cpu"]}): counting line ends and quotes
{costs["count_cpu_s"]:.2f} s, checking and making keys {costs["check_cpu_s"]:.2f} s, comparing keys
{costs["meet_cpu_s"]:.2f} s, and {costs["shuffle_bytes"] / costs["rows"]:.0f} bytes of keys a row to be
shuffled. Each worker is one such core; a disk of 500 MB/s, a network of 1 Gbit/s and a millisecond of
the scheduler a task are assumed.

| | arithmetic | |
|---|---|---:|
| text | {ROWS:,} rows × {costs["bytes"] / costs["rows"]:.0f} bytes | {size / 1e9:,.0f} GB |
| parts | {size / 1e9:,.0f} GB ÷ 64 MiB | {size / (64 << 20):,.0f} |
| count | {costs["count_cpu_s"]:.2f} s × {scale:,.0f} ÷ {WORKERS} | {count:,.0f} s |
| check, make keys | {costs["check_cpu_s"]:.2f} s × {scale:,.0f} ÷ {WORKERS} | {check:,.0f} s |
| compare keys | {costs["meet_cpu_s"]:.2f} s × {scale:,.0f} ÷ {WORKERS} | {meet:,.0f} s |
| read twice from disk, beside the work | 2 × {size / 1e9:,.0f} GB ÷ {WORKERS} ÷ 500 MB/s | {read:,.0f} s |
| keys shuffled | {ROWS:,} × {costs["shuffle_bytes"] / costs["rows"]:.0f} bytes | {met / 1e9:,.0f} GB |
| keys sent by each worker | {met / 1e9:,.0f} GB ÷ {WORKERS} × {WORKERS - 1}/{WORKERS} ÷ 125 MB/s | {sent:,.0f} s |
| scheduler, beside the work | {size / (64 << 20):,.0f} × {TASKS_PER_PART} tasks × 1 ms | {tasks * PER_TASK:,.0f} s |
| **together** | the larger of work and reading, then sending | **{total / 60:,.1f} min** |

What would break it: findings are gathered in the command's own process, about a kilobyte each, so a
million failing rows are a gigabyte there; files that come over the network at 1 Gbit/s instead of from
a disk take {2 * size / WORKERS / NETWORK / 60:,.0f} minutes to read twice; a straggler costs up to a
part more, a worker lost its parts and the shuffle again.
"""
