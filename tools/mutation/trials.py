"""Try mutants: each in a forked child that runs the tests which reach it, until one fails.

A function that runs while modules are imported is tried in a child that imports everything anew; any
other is exchanged in a child where the tests are collected. They have run once, so that schemas, areas
and words are read; whatever else functions remember from it is forgotten.
"""

from __future__ import annotations
import __future__

import contextlib
import gc
import importlib
import importlib.abc
import importlib.machinery
import inspect
import json
import os
import resource
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from reach import AT_IMPORT, forget, module_name, repeatable_examples

KILLED, SURVIVED, TIMEOUT, UNREACHED, BROKEN = (
    "killed",
    "survived",
    "timeout",
    "not reached",
    "broken",
)
QUIET = ["-q", "-x", "-p", "no:cacheprovider", "--capture=sys", "--no-header", "--tb=no"]
#: How a child ends: no test failed, one did, or the mutant could not be put in place.
ENDS = {0: SURVIVED, 1: KILLED, 2: BROKEN}
#: Out of processor time, or crashed; whom anything else ended (an alarm, a person) decides nothing.
BY_SIGNAL = dict.fromkeys((signal.SIGXCPU, signal.SIGKILL), TIMEOUT) | dict.fromkeys(
    (signal.SIGSEGV, signal.SIGABRT, signal.SIGBUS, signal.SIGFPE), KILLED
)
#: Seconds of processor time beyond what the tests need, and how many times over that.
GRACE, PATIENCE = 10, 5


@dataclass(frozen=True)
class Mutant:
    """One change of one function, and the tests that run the changed lines, quick ones first."""

    path: str
    function: str
    key: str
    lines: tuple[int, int]
    span: tuple[int, int]
    code: str
    tests: tuple[str, ...] = ()
    at_import: bool = False
    seconds: float = 0

    @property
    def id(self) -> str:
        return f"{self.path}::{self.key}"

    @property
    def module(self) -> str:
        return module_name(self.path)

    def in_class(self) -> str:
        """The function as source that stands alone: of a method, inside its class."""
        owner, dot, _ = self.function.rpartition(".")
        body = "\n".join(f"    {line}" for line in self.code.splitlines())
        return f"class {owner}:\n{body}\n" if dot else self.code

    def source(self) -> str:
        """The whole module with the changed function in it."""
        lines = Path(self.path).read_text("utf-8").splitlines(keepends=True)
        first, last = self.span
        indent = "    " if "." in self.function else ""
        changed = [f"{indent}{line}\n" for line in self.code.splitlines()]
        return "".join([*lines[: first - 1], *changed, *lines[last:]])


def exchange(mutant: Mutant) -> None:
    """Give the function the code of the mutant, wherever it is already known by name."""
    module = importlib.import_module(mutant.module)
    made: dict[str, object] = {}
    flags = __future__.annotations.compiler_flag
    exec(compile(mutant.in_class(), mutant.path, "exec", flags), module.__dict__, made)
    owner, _, name = mutant.function.rpartition(".")
    new = inspect.getattr_static(made[owner], name) if owner else made[name]
    holder = getattr(module, owner) if owner else module
    old = bare(inspect.getattr_static(holder, name))
    old.__code__ = new.__code__
    old.__defaults__, old.__kwdefaults__ = new.__defaults__, new.__kwdefaults__


def bare(found: object):
    """The function inside a property, a static method or a memory."""
    for name in ("fget", "func", "__func__", "__wrapped__"):
        inner = getattr(found, name, None)
        if callable(inner):
            return bare(inner)
    return found


class Changed(importlib.machinery.SourceFileLoader):
    """Loads the module of a mutant from its changed source."""

    def __init__(self, mutant: Mutant) -> None:
        super().__init__(mutant.module, str(Path(mutant.path).resolve()))
        self.changed = mutant.source()

    def get_code(self, fullname):
        return compile(self.changed, self.path, "exec")


class Finder(importlib.abc.MetaPathFinder):
    def __init__(self, mutant: Mutant) -> None:
        self.mutant = mutant

    def find_spec(self, name, path, target=None):
        if name != self.mutant.module:
            return None
        spec = importlib.machinery.PathFinder.find_spec(name, path)
        spec.loader = Changed(self.mutant)
        return spec


def run_anew(mutant: Mutant) -> bool:
    """True where a test fails in a process that imports the changed module."""
    sys.meta_path.insert(0, Finder(mutant))
    return bool(pytest.main([*QUIET, *mutant.tests]))


def run_collected(mutant: Mutant, items: dict[str, pytest.Item]) -> bool:
    """True where a collected test fails with the changed function."""
    exchange(mutant)
    return run([items[test] for test in mutant.tests])


def run(items: list[pytest.Item]) -> bool:
    """Run tests until one fails; true where one did."""
    for item, following in zip(items, [*items[1:], None], strict=True):
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        if item.session.testsfailed:
            return True
    return False


class Pool:
    """Forked children, a few at a time, each with a folder and a limit of its own."""

    def __init__(self, processes: int, told: Callable[[Mutant, str], None]) -> None:
        self.processes, self.told = processes, told
        self.running: dict[int, tuple[Mutant, str]] = {}

    def try_all(self, mutants: Iterable[Mutant], found: Callable[[Mutant], bool]) -> None:
        for mutant in mutants:
            while len(self.running) >= self.processes:
                self.wait()
            folder = tempfile.mkdtemp(prefix="mutant-")
            child = os.fork()
            if not child:
                in_child(mutant, folder, found)
            self.running[child] = (mutant, folder)
        while self.running:
            self.wait()

    def wait(self) -> None:
        child, status = os.wait()
        mutant, folder = self.running.pop(child)
        shutil.rmtree(folder, ignore_errors=True)
        if os.WIFSIGNALED(status):
            self.told(mutant, BY_SIGNAL.get(os.WTERMSIG(status), BROKEN))
        else:
            self.told(mutant, ENDS[os.WEXITSTATUS(status)])


def in_child(mutant: Mutant, folder: str, found: Callable[[Mutant], bool]) -> None:
    code = 2
    try:
        seconds = int(GRACE + PATIENCE * mutant.seconds)
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        # Of time that passes much more: other processes may leave this one hardly any.
        signal.alarm(100 * seconds)
        os.environ["TMPDIR"] = os.environ["PYTEST_DEBUG_TEMPROOT"] = tempfile.tempdir = folder
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 1)
        os.dup2(nowhere, 2)
        code = int(found(mutant))
    finally:
        os._exit(code)


class Collected:
    """A pytest plugin that tries mutants where pytest would run tests."""

    def __init__(self, pool: Pool, mutants: list[Mutant]) -> None:
        self.pool, self.mutants = pool, mutants

    def pytest_runtestloop(self, session) -> bool:
        items = {item.nodeid: item for item in session.items}
        seconds = {}
        for item, following in zip(session.items, [*session.items[1:], None], strict=True):
            started = time.process_time()
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
            seconds[item.nodeid] = time.process_time() - started
        forget()
        gc.freeze()
        must_survive(session.items, self.mutants[0])
        timed = [quick_first(mutant, seconds) for mutant in self.mutants]
        self.pool.try_all(timed, lambda mutant: run_collected(mutant, items))
        return True


def must_survive(items: list[pytest.Item], mutant: Mutant) -> None:
    """A child without any change must pass: else children fail, and no mutant is to blame."""
    ended: list[str] = []
    Pool(1, lambda _, outcome: ended.append(outcome)).try_all([mutant], lambda _: run(items))
    if ended != [SURVIVED]:
        sys.exit(f"the tests fail in a forked process without a mutant: {ended[0]}")


def try_mutants(mutants: list[Mutant], tests: list[str], modules: list[str], pool: Pool) -> None:
    """Try those that need it anew, then the others where the tests are collected."""
    repeatable_examples()
    outside = [name for name in modules if not name.startswith("mtool")]
    import_all(outside)
    pool.try_all([m for m in mutants if m.at_import], run_anew)
    import_all(name for name in modules if name.startswith("mtool"))
    others = [m for m in mutants if not m.at_import]
    if others:
        pytest.main([*QUIET, *tests], plugins=[Collected(pool, others)])


def quick_first(mutant: Mutant, seconds: dict[str, float]) -> Mutant:
    """The mutant with its tests in the order of their seconds."""
    tests = sorted(mutant.tests, key=lambda test: (seconds[test], test))
    return replace(mutant, tests=tuple(tests), seconds=sum(seconds[test] for test in tests))


def import_all(names: Iterable[str]) -> None:
    for name in names:
        with contextlib.suppress(Exception):
            importlib.import_module(name)


def reached(mutant: Mutant, reach: dict[str, dict]) -> Mutant:
    """The mutant with the tests that run one of its lines; all tests where an import runs them."""
    by_line = reach["tests"].get(mutant.path, {})
    first, last = mutant.lines
    tests = {test for line in range(first, last + 1) for test in by_line.get(str(line), ())}
    at_import = AT_IMPORT in tests
    chosen = reach["seconds"] if at_import else tests
    return quick_first(replace(mutant, tests=tuple(chosen), at_import=at_import), reach["seconds"])


def main() -> None:
    work = json.loads(Path(sys.argv[1]).read_text("utf-8"))
    mutants = [Mutant(**one) for one in work["mutants"]]
    with Path(sys.argv[2]).open("a", encoding="utf-8") as out:

        def told(mutant: Mutant, outcome: str) -> None:
            out.write(json.dumps([mutant.id, outcome]) + "\n")
            out.flush()

        for mutant in mutants:
            if not mutant.tests:
                told(mutant, UNREACHED)
        mutants = [mutant for mutant in mutants if mutant.tests]
        try_mutants(mutants, work["tests"], work["modules"], Pool(work["processes"], told))


if __name__ == "__main__":
    main()
