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
