"""Whole processes against each other: seconds as a user waits, peak memory, taken in turns."""

from __future__ import annotations

import os
import platform
import statistics
import subprocess
import tempfile
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

ROOT = Path(__file__).parent.parent
SAMPLE_EVERY_S = 0.05
#: Below this, a sample would take a share of what it measures.
FIRST_SAMPLE_S = 0.5


@dataclass(frozen=True)
class Run:
    """One process from start to end. `peak_mb` is resident memory, its children's included.

    `cpu_seconds` is what all cores worked for it, which a busy machine changes less than `seconds`.
    """

    seconds: float
    cpu_seconds: float
    peak_mb: float
    code: int
    output: str
    errors: str


def run(command: Sequence[str], cwd: Path = ROOT, timeout_s: float = 900) -> Run:
    """Run a command to its end, with mtool's source importable; what it wrote is kept."""
    environment = os.environ | {"PYTHONPATH": str(ROOT / "src"), "NO_COLOR": "1"}
    # Compiled files are written on the first run and used after, as on a user's machine.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        start = perf_counter()
        process = subprocess.Popen(command, cwd=cwd, env=environment, stdout=out, stderr=err)
        stop, family = threading.Event(), [0.0]
        watcher = threading.Thread(target=_watch, args=(process.pid, stop, family), daemon=True)
        killer = threading.Timer(timeout_s, process.kill)
        watcher.start()
        killer.start()
        _, status, usage = os.wait4(process.pid, 0)
        seconds = perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        killer.cancel()
        stop.set()
        watcher.join()
        written = []
        for stream in (out, err):
            stream.seek(0)
            written.append(stream.read().decode("utf-8", "replace"))
    peak = max(usage.ru_maxrss / (1024 if platform.system() == "Linux" else 1024**2), family[0])
    return Run(seconds, usage.ru_utime + usage.ru_stime, peak, process.returncode, *written)


def _watch(pid: int, stop: threading.Event, peak: list[float]) -> None:
    """Keep the largest sum of resident memory of a process that has children."""
    if stop.wait(FIRST_SAMPLE_S):
        return
    import psutil

    while not stop.wait(SAMPLE_EVERY_S):
        try:
            children = psutil.Process(pid).children(recursive=True)
            if children:
                family = [psutil.Process(pid), *children]
                peak[0] = max(peak[0], sum(p.memory_info().rss for p in family) / 1024**2)
        except psutil.Error:
            continue


def interleaved(
    calls: Mapping[str, Callable[[], Run]], rounds: int, warm_up: bool = True
) -> dict[str, list[Run]]:
    """Every call in turn, round after round; a first round warms the caches and is not kept."""
    kept: dict[str, list[Run]] = {name: [] for name in calls}
    for turn in range(rounds + warm_up):
        for name, call in calls.items():
            done = call()
            if turn >= warm_up:
                kept[name].append(done)
    return kept


def median_ratio(mine: Sequence[Run], theirs: Sequence[Run]) -> float:
    """The median over the rounds of mine / theirs, so that a busy moment weighs on both."""
    return statistics.median(a.seconds / b.seconds for a, b in zip(mine, theirs, strict=True))


def median_seconds(runs: Sequence[Run]) -> float:
    """The middle of the seconds of several runs."""
    return statistics.median(done.seconds for done in runs)


def machine() -> dict[str, object]:
    """What was measured on, without names."""
    cpu = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.is_file():
        models = [line for line in info.read_text().splitlines() if line.startswith("model name")]
        cpu = models[0].partition(":")[2].strip() if models else cpu
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1024**3
    return {
        "system": f"{platform.system()} {platform.release().split('-')[0]}",
        "python": platform.python_version(),
        "cpu": cpu,
        "cpus": os.cpu_count(),
        "memory_gb": round(memory),
        "load_at_start": round(os.getloadavg()[0], 2),
    }
