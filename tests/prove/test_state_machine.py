"""Any order of ingesting, editing, running, rolling back and damage: a model says what must stand."""

from __future__ import annotations

import csv
import itertools
import os
import re
import shutil
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from conftest import Ran, run_mtool
from faults import tree
from mtool.pipeline.history import read_runs
from mtool.pipeline.states import kept_states, object_path, state_of
from mtool.workspace import open_folder

#: Edits of a passport, what becomes of its source, and the exit code that says so.
WRONG = {
    "not YAML": (lambda text: "a: [\n", 2),
    "unknown key": (lambda text: f"{text}colour: red\n", 2),
    "unknown schema": (lambda text: text.replace("schema: incidents", "schema: none"), 2),
    "waits for review": (lambda text: text.replace("status: inferred", "status: needs_review"), 1),
    "another layout": (
        lambda text: text.replace("header_fingerprint: ", "header_fingerprint: 0"),
        1,
    ),
}
DAMAGE = {
    "a byte": lambda content: bytes([content[0] ^ 1]) + content[1:] if content else b"x",
    "cut": lambda content: content[: len(content) // 2],
    "nothing left": lambda content: b"",
    "more": lambda content: content + b"more\n",
}


@dataclass
class Report:
    """A source as a person would know it: its figure, whether its total fits, its passport."""

    path: Path
    figure: int
    fits: bool
    passport: str = ""
    wrong: str = ""
    published: int | None = None

    @property
    def id(self) -> str:
        return self.path.stem

    @property
    def passport_path(self) -> Path:
        return self.path.with_name(f"{self.path.name}.passport.yaml")

    def write(self, folder: Path) -> Path:
        total = self.figure + (3 if self.fits else 5)
        rows = f"region;2021;2022\nKayes;{self.figure};0\nMopti;3;35\nTotal;{total};35\n"
        path = folder / self.path.name
        path.write_text(rows)
        return path


@dataclass
class Expected:
    """What stands: the bytes of each run's state, and whether a rollback holds it."""

    states: dict[str, dict[str, bytes]] = field(default_factory=dict)
    held: dict[str, bytes] | None = None


class Nights(RuleBasedStateMachine):
    """`data/clean` is always a whole state that some run made, unless a step damages it."""

    reports = Bundle("reports")

    def __init__(self) -> None:
        super().__init__()
        self.base = Path(tempfile.mkdtemp(prefix="mtool-nights-"))
        self.root = self.base / "workspace"
        self.clean, self.raw = self.root / "data" / "clean", self.root / "data" / "raw"
        self.raw.mkdir(parents=True)
        (self.root / "mtool.toml").write_text('country = "MLI"\n')
        self.all: list[Report] = []
        self.figures = itertools.count(100)
        self.expected = Expected()
        self.damaged: set[str] = set()

    def teardown(self) -> None:
        shutil.rmtree(self.base)

    def mtool(self, *words: str | Path) -> Ran:
        ran = run_mtool(*words, cwd=self.root)
        assert ran.code in (0, 1, 2, 3, 75), ran
        return ran

    # What people do ------------------------------------------------------------------------

    @initialize(target=reports)
    def first_report(self) -> Report:
        return self.ingest(fits=True)

    @rule(target=reports, fits=st.booleans())
    @precondition(lambda self: len(self.all) < 4 and not self.damaged)
    def another_report(self, fits: bool) -> Report:
        return self.ingest(fits)

    def ingest(self, fits: bool) -> Report:
        path = self.raw / f"mali_incidents_{len(self.all)}.csv"
        report = Report(path, next(self.figures), fits)
        self.all.append(report)
        self.derived(self.mtool("ingest", report.write(self.base)), is_held=False)
        report.passport = report.passport_path.read_text()
        return report

    @rule(report=reports, fits=st.booleans())
    def new_figures(self, report: Report, fits: bool) -> None:
        report.figure, report.fits = next(self.figures), fits
        report.write(self.raw)

    @rule(report=reports, how=st.sampled_from(sorted(WRONG)))
    def break_passport(self, report: Report, how: str) -> None:
        report.wrong = how
        report.passport_path.write_text(WRONG[how][0](report.passport))

    @rule(report=reports)
    def mend_passport(self, report: Report) -> None:
        report.wrong = ""
        report.passport_path.write_text(report.passport)

    @rule(report=reports)
    def name_publisher(self, report: Report) -> None:
        """A right edit of a passport changes where a figure comes from, and no figure."""
        said = f"  publisher: number {next(self.figures)}\nsha256"
        bare = re.sub("  publisher: .*\n", "", report.passport)
        report.passport = bare.replace("sha256", said, 1)
        self.mend_passport(report)

    @rule(force=st.booleans())
    def run(self, force: bool) -> None:
        is_held = self.expected.held == tree(self.raw) and not force
        self.derived(self.mtool("run", *(["--force"] if force else [])), is_held)

    @rule()
    def dry_run(self) -> None:
        before = tree(self.root)
        self.mtool("run", "--dry-run")
        assert tree(self.root) == before

    @rule()
    @precondition(lambda self: not self.damaged)
    def validate(self) -> None:
        before = tree(self.clean)
        assert self.mtool("validate").code in (0, 1, 2)
        assert tree(self.clean) == before

    @rule(number=st.integers(0, 20))
    @precondition(lambda self: self.restorable())
    def rollback(self, number: int) -> None:
        runs = self.restorable()
        run = runs[number % len(runs)]
        ended = self.mtool("rollback", run)
        assert ended.code == 0, ended
        assert tree(self.clean) == self.expected.states[run]
        self.expected.held = tree(self.raw)
        self.damaged -= {name for name in self.damaged if not name.startswith("objects/")}
        self.remember_figures()

    # What happens to disks -------------------------------------------------------------------

    @rule(how=st.sampled_from(sorted(DAMAGE)), number=st.integers(0, 20))
    @precondition(lambda self: not self.damaged)
    def damage_what_is_published(self, how: str, number: int) -> None:
        files = sorted(self.clean.iterdir())
        path = files[number % len(files)]
        self.damage(path, how, path.name)

    @rule(how=st.sampled_from(sorted(DAMAGE)), number=st.integers(0, 20))
    @precondition(lambda self: not self.damaged and len(self.restorable()) > 1)
    def damage_what_is_kept(self, how: str, number: int) -> None:
        """Files that only an old state needs: rolling back to it is refused, and changes nothing."""
        states = kept_states(open_folder(self.root))
        standing = set(states[-1].files.values())
        old = [(s.run, d) for s in states[:-1] for d in s.files.values() if d not in standing]
        if not old:
            return
        run, digest = old[number % len(old)]
        if not self.damage(object_path(open_folder(self.root), digest), how, f"objects/{run}"):
            return
        before = tree(self.clean)
        ended = self.mtool("rollback", run)
        assert (ended.code, tree(self.clean)) == (3, before), ended
        shutil.rmtree(self.root / ".mtool" / "objects" / digest[:2])
        assert self.mtool("verify").code == 1
        for name in (s.run for s in states if digest in s.files.values()):
            (self.root / ".mtool" / "states" / f"{name}.json").unlink()
        self.damaged.clear()

    def damage(self, path: Path, how: str, name: str) -> bool:
        """Damage a file, and see that verify names it; false where that would change nothing."""
        content = path.read_bytes()
        if DAMAGE[how](content) == content:
            return False
        path.write_bytes(DAMAGE[how](content))
        self.damaged.add(name)
        said = self.mtool("verify", "--format", "csv")
        assert said.code == 1
        failures = [line for line in said.out.splitlines() if ",damaged," in line]
        assert any(name.removeprefix("objects/") in line for line in failures), said.out
        return True

    # What must hold -------------------------------------------------------------------------

    def derived(self, ran: Ran, is_held: bool) -> None:
        """After a run: codes, figures of every source, and the state that is kept of it."""
        if is_held:
            assert not self.damaged or ran.code in (0, 1)
            return
        self.expected.held = None
        for report in self.all:
            if not report.wrong:
                report.published = report.figure
        wanted = {r.id: r.published for r in self.all if r.published is not None}
        assert self.figures_published() == wanted
        assert ran.code == self.code_expected(), ran
        self.damaged.clear()
        standing = state_of(open_folder(self.root), self.clean)
        assert standing is not None and not standing.was_put_aside
        self.expected.states[standing.run] = tree(self.clean)

    def code_expected(self) -> int:
        codes = {WRONG[r.wrong][1] for r in self.all if r.wrong}
        codes |= {1 for r in self.all if not r.wrong and not r.fits}
        return max(codes, default=0)

    def figures_published(self) -> dict[str, int]:
        with (self.clean / "incidents.csv").open(newline="") as file:
            rows = list(csv.DictReader(file))
        assert len(rows) == 4 * len({row["source_id"] for row in rows})
        return {
            row["source_id"]: int(row["incidents"])
            for row in rows
            if (row["admin1_name"], row["reference_period_start"]) == ("Kayes", "2021-01-01")
        }

    def remember_figures(self) -> None:
        """What a rollback brought back is the last good state of every source."""
        figures = self.figures_published()
        for report in self.all:
            report.published = figures.get(report.id)

    def restorable(self) -> list[str]:
        kept = {state.run for state in kept_states(open_folder(self.root))}
        return [run for run in self.expected.states if run in kept]

    @invariant()
    def clean_is_a_state_that_a_run_made(self) -> None:
        if self.all and not self.damaged:
            assert tree(self.clean) in self.expected.states.values()
            assert {run.code for run in read_runs(open_folder(self.root))} <= {0, 1, 2, 3, 75}

    @invariant()
    def nothing_strays(self) -> None:
        known = {"raw", "clean"}
        assert {path.name for path in (self.root / "data").iterdir()} <= known
        assert not [path for path in self.raw.iterdir() if path.name.startswith(".")]


def test_some_nights() -> None:
    """A few short stories, the same every time."""
    run_state_machine_as_test(
        Nights,
        settings=settings(
            max_examples=4,
            stateful_step_count=12,
            phases=[Phase.generate],
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.mark.prove
def test_many_nights() -> None:
    """Long stories, other ones every time; `MTOOL_NIGHTS` says how many."""
    run_state_machine_as_test(
        Nights,
        settings=settings(
            max_examples=int(os.environ.get("MTOOL_NIGHTS", "150")),
            stateful_step_count=40,
            deadline=None,
            print_blob=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
