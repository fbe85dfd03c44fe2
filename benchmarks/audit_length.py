"""Does an audit take time linear in the length of a document? Pages, seconds, seconds per page.

Documents of 10 to 300 pages are written with a table and prose about it on every page; each is
audited in a process of its own, start-up included. Run: python benchmarks/audit_length.py [PAGES …]
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent
REGIONS = ("Mopti", "Segou", "Kidal", "Timbuktu", "Sikasso", "Kayes")
FILLING = (
    "Teams met with the communities before the season began, and surveys went on where roads were "
    "open. Partners shared what they had learned, and training was given to those who asked for it. "
)


def page(number: int, rng: random.Random) -> str:
    """A page: a table of six regions over three years, four claims about it, and other prose."""
    years = (2020, 2021, 2022)
    rows = {region: [rng.randint(2, 90) for _ in years] for region in REGIONS}
    totals = [sum(column) for column in zip(*rows.values(), strict=True)]
    first = rows["Mopti"]
    lines = [f"Table {number}: Incidents by region", "", "Region\t2020\t2021\t2022"]
    lines += ["\t".join([name, *map(str, figures)]) for name, figures in rows.items()]
    lines += ["\t".join(["Total", *map(str, totals)]), ""]
    claims = (
        f"Table {number} shows {totals[2]} incidents in 2022. Mopti recorded {first[1]} incidents in "
        f"2021. Incidents in Mopti doubled from 2020 to 2021. Kidal and Segou together had more than "
        f"half of the incidents in 2022. "
    )
    return "\n".join([*lines, claims, "", FILLING * 6, ""])


def seconds(pages: int, folder: Path) -> float:
    """Wall-clock seconds of one audit, as a user waits for it."""
    rng = random.Random(pages)
    path = folder / f"mali_{pages}.txt"
    path.write_text("\n".join(page(n, rng) for n in range(1, pages + 1)), encoding="utf-8")
    command = [sys.executable, "-m", "mtool", "audit", str(path), "--format", "json"]
    start = time.perf_counter()
    done = subprocess.run(
        command, capture_output=True, env=os.environ | {"PYTHONPATH": str(ROOT / "src")}
    )
    taken = time.perf_counter() - start
    checked = json.loads(done.stdout)["checked"]
    assert checked["tables"] == pages, "the audit did not see every table"
    assert checked["claims"] >= 3 * pages, "the audit did not see the claims"
    return taken


def main() -> None:
    """Print a line per length; linear means that seconds per page do not grow."""
    lengths = [int(word) for word in sys.argv[1:]] or [10, 50, 100, 300]
    with tempfile.TemporaryDirectory() as folder:
        for pages in lengths:
            taken = seconds(pages, Path(folder))
            print(f"{pages:4} pages  {taken:6.2f} s  {1000 * taken / pages:6.1f} ms a page")


if __name__ == "__main__":
    main()
