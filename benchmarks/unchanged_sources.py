"""How long a run takes when all, one or none of many sources have to be derived."""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

from mtool.pipeline.run import derive_workspace
from mtool.workspace import open_folder

SOURCES = 200


def report(root: Path, number: int, figure: int) -> None:
    """One small report whose total fits."""
    text = f"region;2021;2022\nKayes;{figure};0\nMopti;3;35\nTotal;{figure + 3};35\n"
    (root / "data" / "raw" / f"mali_incidents_{number:03}.csv").write_text(text)


def seconds(root: Path) -> float:
    """How long one run takes."""
    began = time.perf_counter()
    derive_workspace(open_folder(root))
    return time.perf_counter() - began


def main() -> None:
    """Print a line for each."""
    with tempfile.TemporaryDirectory(prefix="mtool-") as folder:
        root = Path(folder)
        (root / "data" / "raw").mkdir(parents=True)
        (root / "mtool.toml").write_text('country = "MLI"\n')
        for number in range(SOURCES):
            report(root, number, number)
        print(f"all {SOURCES} derived: {seconds(root):.1f} s")
        print(f"none changed: {seconds(root):.2f} s")
        report(root, 0, 1000)
        print(f"one changed: {seconds(root):.2f} s")


if __name__ == "__main__":
    sys.exit(main())
