"""Runs in child processes that are killed, or whose disk fails, at a chosen moment."""

from __future__ import annotations

import errno
import json
import multiprocessing
import os
import random
import resource
import shutil
import signal
import sys
import traceback
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from mtool.workspace import open_folder

#: Children are forked from a process that has imported everything, so that each costs little.
FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(
    ["faults", "mtool.pipeline.telling", "mtool.pipeline.verify", "pandera.pandas"]
)
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
EVENTS = {"os.rename", "os.remove", "os.rmdir", "os.mkdir", "os.chmod", "os.link", "os.truncate"}

#: Disk errors, and the code that a run ends with when one of them matters.
CODES = {"EIO": 75, "ENOSPC": 75, "EDQUOT": 75, "EROFS": 2, "EACCES": 2}


@dataclass(frozen=True)
class Fault:
    """What happens at the `at`-th write, fsync, rename or removal (from 1), or after `seconds`.

    `kind` is kill, none, or the name of an error number such as EIO; `most_bytes` is a quota.
    """

    kind: str = "none"
    at: int = 0
    seconds: float = 0.0
    most_bytes: int = 0
    without_exchange: bool = False


class _Disk:
    """Counts what happens to the disk below a folder, and lets the chosen event fail."""

    def __init__(self, root: Path, fault: Fault) -> None:
        self.root, self.fault, self.count = str(root), fault, 0

    def happens(self) -> None:
        self.count += 1
        if self.count != self.fault.at:
            return
        if self.fault.kind == "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        if self.fault.kind != "none":
            number = getattr(errno, self.fault.kind)
            raise OSError(number, os.strerror(number))

    def hear(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open":
            path, _, flags = arguments
            writes = isinstance(flags, int) and flags & WRITING
        else:
            path, writes = (arguments or (None,))[0], event in EVENTS
        if writes and isinstance(path, str | os.PathLike) and os.fspath(path).startswith(self.root):
            self.happens()


def _inject(root: Path, fault: Fault) -> _Disk:
    import mtool.pipeline.publishing as publishing

    disk = _Disk(root, fault)
    plain_fsync, plain_exchange = os.fsync, publishing.exchange

    def fsync(number: int) -> None:
        disk.happens()
        plain_fsync(number)
        disk.happens()

    def exchange(one: Path, other: Path) -> bool:
        disk.happens()
        done = False if fault.without_exchange else plain_exchange(one, other)
        disk.happens()
        return done

    os.fsync, publishing.exchange = fsync, exchange
    sys.addaudithook(disk.hear)
    if fault.most_bytes:
        resource.setrlimit(resource.RLIMIT_FSIZE, (fault.most_bytes, resource.RLIM_INFINITY))
    return disk


def _child(root: Path, fault: Fault, out: Path) -> None:
    from mtool.errors import MtoolError
    from mtool.pipeline.run import RunRequest
    from mtool.pipeline.run_plan import read_plan
    from mtool.pipeline.telling import Told, run_and_tell

    said: dict[str, Any] = {}
    disk = _inject(root, fault)
    try:
        workspace = open_folder(root)
        outcome = run_and_tell(workspace, RunRequest(read_plan(workspace)), Told(), print)
        said = {"code": int(outcome.exit_code("source")), "changed": outcome.changed}
        said["notes"] = list(outcome.notes)
    except MtoolError as error:
        said = {"code": int(error.exit_code), "message": str(error)}
    except BaseException:
        said = {"code": 70, "message": traceback.format_exc()}
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    out.write_text(json.dumps(said | {"events": disk.count}))
    os._exit(0)


def run_with(root: Path, fault: Fault, out: Path) -> dict[str, Any]:
    """Run a workspace's pipeline in a child; what it said, or nothing when it was killed."""
    out.unlink(missing_ok=True)
    child = FORKS.Process(target=_child, args=(root, fault, out))
    child.start()
    child.join(fault.seconds or 300)
    if child.exitcode is None and fault.seconds:
        child.kill()
        child.join()
    assert child.exitcode in (0, -signal.SIGKILL), child.exitcode
    return json.loads(out.read_text()) if child.exitcode == 0 else {}


def make_workspace(root: Path, inputs: int) -> Path:
    """A workspace of so many small reports, published once."""
    (root / "data" / "raw").mkdir(parents=True)
    (root / "mtool.toml").write_text(
        'country = "MLI"\n[run]\nexports = [{to = "csv", out = "out/i.csv"}]\n'
    )
    for number in range(inputs):
        write_input(root, number, number)
    return root


def write_input(root: Path, number: int, figure: int) -> None:
    """A report whose total fits; another figure makes another publication."""
    path = root / "data" / "raw" / f"mali_incidents_{number:03}.csv"
    rows = f"region;2021;2022\nKayes;{figure};0\nMopti;3;35\nTotal;{figure + 3};35\n"
    staged = path.with_name(path.name + ".part")
    staged.write_text(rows)
    staged.replace(path)


def tree(folder: Path) -> dict[str, bytes]:
    """Path → bytes of every file below a folder."""
    return {
        str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()
    }


def strays(root: Path) -> list[str]:
    """What a run left behind that is neither a result nor known state."""
    known = {".gitignore", "lock", "runs.jsonl", "log.jsonl", "exports.json"}
    known |= {"objects", "states", "derived"}
    found = [
        p
        for p in root.rglob("*")
        if p.name.startswith(".") and p.name not in (".mtool", ".gitignore")
    ]
    found += [p for p in (root / ".mtool").iterdir() if p.name not in known]
    found += [p for p in (root / "data").iterdir() if p.name not in ("raw", "clean")]
    return sorted(str(p.relative_to(root)) for p in found)


def failures_of_verify(root: Path) -> list[str]:
    """What `mtool verify` calls damaged or missing."""
    from mtool.pipeline.verify import verify

    return [
        f"{v.what} {v.path} {v.state} {v.detail}" for v in verify(open_folder(root)) if v.failed
    ]


def standing_state(root: Path) -> str:
    """What `mtool verify` says of data/clean as a whole: good (new) or old."""
    from mtool.pipeline.verify import verify

    return next(v.state for v in verify(open_folder(root)) if v.what == "clean")


def moments(seed: int, number: int, longest: float) -> list[float]:
    """So many moments within a run, the same for the same seed."""
    chosen = random.Random(seed)
    return [chosen.uniform(0.001, longest) for _ in range(number)]


@dataclass(frozen=True)
class Published:
    """A published workspace, its state, the state after a change, and the events of that run."""

    root: Path
    old: dict[str, bytes]
    new: dict[str, bytes]
    events: int

    def changed(self, root: Path) -> Path:
        """A copy whose next run publishes the new state."""
        shutil.copytree(self.root, root)
        write_input(root, 0, 40)
        return root

    def check(self, root: Path, out: Path) -> None:
        """Old or new byte for byte, verify says which, the next run mends all, nothing strays."""
        found = tree(root / "data" / "clean")
        assert found in (self.old, self.new)
        assert not failures_of_verify(root)
        assert standing_state(root) == ("good" if found == self.new else "old")
        self.check_next_run(root, out)

    def check_next_run(self, root: Path, out: Path) -> None:
        """It publishes the new state, its export with it, and leaves nothing lying about."""
        assert run_with(root, Fault(), out)["code"] == 0
        assert tree(root / "data" / "clean") == self.new
        assert (root / "out" / "i.csv").read_bytes().count(b"\n") == 1 + 4 * self.inputs
        assert not strays(root)
        assert not failures_of_verify(root)
        shutil.rmtree(root)

    @property
    def inputs(self) -> int:
        return len(list((self.root / "data" / "raw").glob("*.csv")))


def published_workspace(base: Path, inputs: int) -> Published:
    """Publish a workspace of so many reports, and see what a change to one would give."""
    root, out = make_workspace(base / "workspace", inputs), base / "said.json"
    assert run_with(root, Fault(), out)["code"] == 0
    before = Published(root, tree(root / "data" / "clean"), {}, 0)
    done = run_with(before.changed(base / "new"), Fault(), out)
    assert (done["code"], done["changed"]) == (0, True)
    return replace(before, new=tree(base / "new" / "data" / "clean"), events=done["events"])
