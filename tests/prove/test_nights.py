"""Every night there could be: killed at each event and at random, every disk error, many at once."""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path

import pytest

pytestmark = [
    pytest.mark.prove,
    pytest.mark.skipif(sys.platform != "linux", reason="audit hooks and signals of Linux"),
]

if sys.platform == "linux":
    from faults import (
        CODES,
        Fault,
        failures_of_verify,
        make_workspace,
        moments,
        published_workspace,
        run_with,
        standing_state,
        strays,
        tree,
        write_input,
    )

#: How many random moments, publications and runs; smaller numbers for a quick look.
KILLS = int(os.environ.get("MTOOL_KILLS", "300"))
INPUTS = int(os.environ.get("MTOOL_INPUTS", "200"))
PUBLICATIONS = int(os.environ.get("MTOOL_PUBLICATIONS", "500"))
RUNS = int(os.environ.get("MTOOL_RUNS", "1000"))


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    """A workspace of three reports, published."""
    return published_workspace(tmp_path_factory.mktemp("nights"), 3)


def test_killed_at_each_event(published, tmp_path, record_property):
    """SIGKILL at each write, fsync, rename and removal of a run."""
    out, ended = tmp_path / "said.json", Counter()
    for at in range(1, published.events + 1):
        root = published.changed(tmp_path / "workspace")
        if run_with(root, Fault("kill", at), out):
            ended["not reached"] += 1
        found = tree(root / "data" / "clean")
        ended["new" if found == published.new else "old"] += 1
        published.check(root, out)
    record_property("events", dict(ended))
    assert ended["old"] and ended["new"]
    assert ended["not reached"] <= 2


def test_killed_at_each_event_without_exchange(published, tmp_path, record_property):
    """The same by two renames: data/clean may be away, and the next run brings it back."""
    out, ended = tmp_path / "said.json", Counter()
    for at in range(1, published.events + 9):
        root = published.changed(tmp_path / "workspace")
        run_with(root, Fault("kill", at, without_exchange=True), out)
        clean = root / "data" / "clean"
        ended["away" if not clean.exists() else "there"] += 1
        assert not clean.exists() or tree(clean) in (published.old, published.new)
        published.check_next_run(root, out)
    record_property("events", dict(ended))
    assert ended["away"]


def test_killed_at_random_moments(tmp_path, record_property):
    """SIGKILL from outside at random moments of runs on many inputs; verify says which state stands."""
    root, out = make_workspace(tmp_path / "workspace", INPUTS), tmp_path / "said.json"
    assert run_with(root, Fault(), out)["code"] == 0
    began = time.monotonic()
    write_input(root, 0, 1000)
    run_with(root, Fault(), out)
    longest = time.monotonic() - began
    ended: Counter[str] = Counter()
    for number, moment in enumerate(moments(1, KILLS, longest)):
        old = tree(root / "data" / "clean")
        write_input(root, number % INPUTS, 2000 + number)
        done = run_with(root, Fault(seconds=moment), out)
        found, said = tree(root / "data" / "clean"), standing_state(root)
        assert not failures_of_verify(root)
        assert run_with(root, Fault(), out)["code"] == 0
        new = tree(root / "data" / "clean")
        assert found in (old, new)
        assert said == ("good" if found == new else "old")
        assert not strays(root)
        ended["finished" if done else "killed, new" if found == new else "killed, old"] += 1
    record_property("moments", dict(ended))
    assert ended["killed, old"]


@pytest.mark.parametrize(
    ("kind", "without_exchange"),
    [*((kind, False) for kind in CODES), ("EIO", True), ("EACCES", True)],
)
def test_each_disk_error_at_each_event(
    published, tmp_path, kind, without_exchange, record_property
):
    """One sentence and its code, or the error did not matter; never a bug, never a mixture."""
    out, ended = tmp_path / "said.json", Counter()
    for at in range(1, published.events + 1):
        root = published.changed(tmp_path / "workspace")
        said = run_with(root, Fault(kind, at, without_exchange=without_exchange), out)
        assert said["code"] in (0, CODES[kind]), (at, said)
        ended[said["code"]] += 1
        published.check(root, out)
    record_property("codes", dict(ended))
    assert ended[CODES[kind]]


@pytest.mark.parametrize("most_bytes", [100, 1_000, 3_000, 10_000, 100_000])
def test_a_quota(published, tmp_path, most_bytes):
    """RLIMIT_FSIZE stops a file in the middle of a write: 75 or done, never a mixture."""
    root, out = published.changed(tmp_path / "workspace"), tmp_path / "said.json"
    said = run_with(root, Fault(most_bytes=most_bytes), out)
    assert said["code"] in (0, 75), said
    published.check(root, out)


@pytest.mark.parametrize("kilobytes", [1, 40, 100, 200])
def test_a_full_disk(published, tmp_path, kilobytes):
    """A small tmpfs that fills up during a run; freed, the next run goes through."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", disk], capture_output=True
    )
    if mounted.returncode:
        pytest.skip("only root may mount a file system")
    try:
        root, out = published.changed(disk / "workspace"), tmp_path / "said.json"
        free = os.statvfs(disk).f_bavail * os.statvfs(disk).f_frsize
        filler = disk / "filler"
        filler.write_bytes(b"x" * max(free - kilobytes * 1024, 0))
        said = run_with(root, Fault(), out)
        assert said["code"] in (0, 75), said
        assert tree(root / "data" / "clean") in (published.old, published.new)
        filler.unlink()
        published.check(root, out)
    finally:
        subprocess.run(["umount", disk], check=True)


@pytest.mark.parametrize("number", [2, 5, 20])
def test_many_runs_at_once(published, tmp_path, number):
    """Exactly one publishes; who comes while it is at work gets 75 at once."""
    root = published.changed(tmp_path / "workspace")
    runs = [
        subprocess.Popen(
            [sys.executable, "-m", "mtool", "run", "-w", root, "--format", "json"],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(number)
    ]
    ended = [(run.communicate(timeout=600), run.returncode) for run in runs]
    published_by = [out for (out, _), code in ended if code == 0 and '"changed": true' in out]
    assert len(published_by) == 1
    assert {code for _, code in ended} <= {0, 75}
    assert all("another mtool is at work" in err for (_, err), code in ended if code == 75)
    published.check(root, tmp_path / "said.json")


def test_a_reader_during_many_publications(tmp_path, record_property):
    """A reader that reads all the time sees one publication each time, whole."""
    from mtool.pipeline.publishing import publish
    from mtool.workspace import open_folder
    from test_publishing import read_generation, write_generation

    workspace = open_folder(tmp_path)
    publish(workspace, write_generation(0), lambda _: None)
    seen: list[int] = []
    done = threading.Event()

    def read() -> None:
        while not done.is_set():
            seen.append(read_generation(workspace))

    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    for number in range(1, PUBLICATIONS + 1):
        publish(workspace, write_generation(number), lambda _: None)
    done.set()
    for reader in readers:
        reader.join()
    record_property("reads", len(seen))
    record_property("publications_seen", len(set(seen)))
    assert -1 not in seen
    assert len(set(seen)) > PUBLICATIONS // 10


def resident_kilobytes() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() // 1024


def test_a_thousand_runs(tmp_path, record_property):
    """Memory, files, log and state do not grow; how long a run takes is recorded."""
    from mtool.pipeline.run import RunRequest
    from mtool.pipeline.run_plan import read_plan
    from mtool.pipeline.telling import Told, run_and_tell
    from mtool.workspace import open_folder

    root = make_workspace(tmp_path / "workspace", 2)
    samples = []
    for number in range(RUNS):
        write_input(root, number % 2, number)
        began = time.perf_counter()
        workspace = open_folder(root)
        run_and_tell(workspace, RunRequest(read_plan(workspace)), Told(), print)
        took = time.perf_counter() - began
        files = [p for p in root.rglob("*") if p.is_file()]
        size = sum(p.stat().st_size for p in files)
        samples.append((took, resident_kilobytes(), len(files), size))
    tenth = max(RUNS // 10, 1)
    early, late = samples[tenth : 2 * tenth], samples[-tenth:]

    def middle(part: list[tuple[float, ...]], at: int) -> float:
        return sorted(sample[at] for sample in part)[len(part) // 2]

    for at, name in enumerate(("seconds", "resident_kb", "files", "bytes")):
        record_property(f"{name}_early_late", (middle(early, at), middle(late, at)))
    assert middle(late, 1) < middle(early, 1) * 1.1 + 20_000
    assert max(sample[2] for sample in late) <= max(sample[2] for sample in early) + 3
    assert not strays(root)
    shutil.rmtree(root)


def test_the_clock_goes_backwards(published, tmp_path):
    """Order comes from a count, not from the clock: rollback and pruning know the newest state."""
    from mtool.pipeline.states import kept_states
    from mtool.workspace import open_folder

    root, out = published.changed(tmp_path / "workspace"), tmp_path / "said.json"
    runs = root / ".mtool" / "runs.jsonl"
    runs.write_text(runs.read_text().replace('"time": "20', '"time": "21'))
    assert run_with(root, Fault(), out)["changed"] is True
    states = kept_states(open_folder(root))
    assert states[-1].files.keys() == published.new.keys()
    assert states[-1].order > states[-2].order
    published.check(root, out)
