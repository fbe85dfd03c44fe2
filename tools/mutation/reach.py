"""Which test runs which line: what a mutant must be tried with, and nothing more.

    python tools/mutation/reach.py OUT.json --files src/mtool/validate.py -- tests/test_validate.py

Memory of functions (`functools.cache`) is emptied before each test, else only the first of many tests
would be seen to run a line. What a fixture of a module or session runs belongs to all tests that use it.
"""

from __future__ import annotations

import functools
import importlib
import json
import sys
import time
from collections import defaultdict
from pathlib import Path

import pytest

#: coverage.py comes from the environment of the tools, behind that of the tests.
sys.path += map(str, Path(".venv-mutants").glob("lib/*/site-packages"))
AT_IMPORT = "import"
#: Where modules of the project lie.
OURS = (str(Path("src").resolve()), str(Path("tests").resolve()))
#: Modules that no mutated module has a hand in: what their functions remember stays.
WARM = {f"mtool.{name}" for name in ("areas", "checks", "column_words", "language", "schemas")}
FIXTURE = "fixture "


def module_name(path: str) -> str:
    return ".".join(Path(path).with_suffix("").parts[1:]).removesuffix(".__init__")


def repeatable_examples() -> None:
    """Hypothesis tries the same examples each time, and does not look for smaller ones."""
    from hypothesis import HealthCheck, Phase, settings

    settings.register_profile(
        "mutation",
        derandomize=True,
        deadline=None,
        database=None,
        phases=(Phase.explicit, Phase.generate),
        suppress_health_check=list(HealthCheck),
    )
    settings.load_profile("mutation")


def forget() -> None:
    """Empty the memory of every function of mtool and its tests, but of those that stay warm."""
    for module in list(sys.modules.values()):
        file = getattr(module, "__file__", None) or ""
        for found in vars(module).values() if file.startswith(OURS) else ():
            if isinstance(found, functools._lru_cache_wrapper) and found.__module__ not in WARM:
                found.cache_clear()


class Reach:
    """A pytest plugin that has coverage.py say what runs each line of `files`, and seconds by test."""

    def __init__(self, files: list[str]) -> None:
        from coverage import Coverage

        self.files = {str(Path(file).resolve()): file for file in files}
        self.coverage = Coverage(data_file=None, config_file=False, include=list(self.files))
        self.seconds: dict[str, float] = {}
        self.fixtures: dict[str, list[str]] = {}
        self.coverage.start()
        self.enter(AT_IMPORT)

    def enter(self, context: str) -> None:
        """What runs from here on is run by this."""
        self.now = context
        self.coverage.switch_context(context)

    def pytest_collection_finish(self, session):
        for file in self.files.values():
            importlib.import_module(module_name(file))
        for item in session.items:
            self.fixtures[item.nodeid] = list(item.fixturenames)

    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtest_protocol(self, item):
        forget()
        self.enter(item.nodeid)
        started = time.process_time()
        yield
        self.seconds[item.nodeid] = time.process_time() - started

    @pytest.hookimpl(hookwrapper=True)
    def pytest_fixture_setup(self, fixturedef):
        before = self.now
        if fixturedef.scope != "function":
            self.enter(FIXTURE + fixturedef.argname)
        yield
        self.enter(before)

    def result(self) -> dict[str, object]:
        """Tests by file and line, with `import` for what runs when modules are loaded."""
        users = defaultdict(list)
        for test, names in self.fixtures.items():
            for name in names:
                users[FIXTURE + name].append(test)
        data = self.coverage.get_data()
        by_line: dict[str, dict[int, list[str]]] = defaultdict(dict)
        for path, file in self.files.items():
            for line, contexts in data.contexts_by_lineno(path).items():
                found = {test for context in contexts for test in users.get(context, [context])}
                by_line[file][line] = sorted(found)
        modules = sorted(name for name in sys.modules if not name.startswith(("test_", "_pytest")))
        return {"tests": by_line, "seconds": self.seconds, "modules": modules}


def main() -> None:
    out, _, *rest = sys.argv[1:]
    at = rest.index("--")
    reach = Reach(rest[:at])
    repeatable_examples()
    code = pytest.main(["-q", "-p", "no:cacheprovider", *rest[at + 1 :]], plugins=[reach])
    reach.coverage.stop()
    if code:
        sys.exit(f"the tests fail without a mutant: pytest ends with {int(code)}")
    Path(out).write_text(json.dumps(reach.result()), "utf-8")


if __name__ == "__main__":
    main()
