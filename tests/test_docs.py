"""The documentation is what the program does."""

from __future__ import annotations

import ast
import itertools
import os
import re
import shutil
import subprocess
import sys
import typing
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
import typer

from conftest import ROOT
from mtool.auditing.report import audit_document
from mtool.check_sources import inferred
from mtool.checks import RULES
from mtool.cli import app_of
from mtool.config import SETTINGS
from mtool.derive import derive_source
from mtool.engines.reference import PANDERA_NAMES
from mtool.errors import ExitCode, UnreadableInput
from mtool.model import Finding, FindingClass, Severity, Source
from mtool.readers import ReadOptions, find_reader
from mtool.schemas import BUILT_IN_CHECKS

REFERENCE = ROOT / "docs" / "reference"
CLASSES = "|".join(typing.get_args(FindingClass))
SEVERITIES = "|".join(typing.get_args(Severity))
#: A line of three million cells.
TOO_SLOW = {"csv-wide.csv"}
COMMAND = re.compile(r"```console\n\$ (.+?)\n(.*?)```", re.DOTALL)


PAGES = [
    "README.md",
    *sorted(p.relative_to(ROOT).as_posix() for p in ROOT.glob("docs/**/*.md")),
]


def blocks() -> list[typing.Any]:
    """Every console block of the README and the documentation: its command and what it prints."""
    return [
        pytest.param(command, printed, id=f"{name}:{number}")
        for name in PAGES
        for number, (command, printed) in enumerate(
            COMMAND.findall((ROOT / name).read_text(encoding="utf-8")), 1
        )
    ]


@pytest.mark.parametrize(("command", "printed"), blocks())
def test_pages_show_what_the_program_prints(command, printed, sample):
    """Every console block is run on a fresh copy of the sample and compared."""
    mtool = f'mtool() {{ {sys.executable} -m mtool "$@"; }}'
    done = subprocess.run(
        ["bash", "-c", f"set -o pipefail; {mtool}; {{ {command}; }} 2>&1 || true"],
        capture_output=True,
        text=True,
        cwd=sample,
        timeout=60,
        encoding="utf-8",
        env=os.environ
        | {"PYTHONPATH": str(ROOT / "src"), "COLUMNS": "100", "PYTHONIOENCODING": "utf-8"},
    )
    lines = sorted(line.rstrip() for line in done.stdout.splitlines())
    assert lines == sorted(line.rstrip() for line in printed.splitlines())


def test_links_between_pages_lead_somewhere():
    """Every relative link of the documentation names a file that is there."""
    pages = [ROOT / "README.md", *ROOT.glob("docs/**/*.md")]
    broken = [
        f"{page.relative_to(ROOT)}: {target}"
        for page in pages
        for target in re.findall(r"\]\(([^)#:\s]+)\)", page.read_text(encoding="utf-8"))
        if not (page.parent / target).exists()
    ]
    assert not broken


@pytest.mark.parametrize("script", ["write_reference.py", "write_man.py"])
def test_the_command_reference_is_generated(script):
    """The page of commands and the manual page are what the program says now."""
    done = subprocess.run(
        [sys.executable, ROOT / "docs" / script, "--check"],
        capture_output=True,
        text=True,
        timeout=120,
        env=os.environ | {"PYTHONPATH": str(ROOT / "src")},
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    "formatter",
    [
        ["man", "--warnings=w", "-l"],
        ["groff", "-man", "-ww", "-Tutf8"],
        ["mandoc", "-W", "warning"],
    ],
    ids=lambda words: words[0],
)
def test_the_manual_page_is_shown_without_a_warning(formatter):
    """By man-db, groff and mandoc, with every command and at most eighty columns; it has no date."""
    if not shutil.which(formatter[0]):
        pytest.skip(f"{formatter[0]} is not installed")
    done = subprocess.run(
        [*formatter, ROOT / "docs" / "man" / "mtool.1"],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env=os.environ | {"MANWIDTH": "80", "LC_ALL": "C.UTF-8"},
    )
    undated = ("missing date", "mandoc: see above")
    assert not [line for line in done.stderr.splitlines() if not any(u in line for u in undated)]
    plain = re.sub("\x1b\\[[0-9;]*m|.\x08", "", done.stdout)
    assert max(map(len, plain.splitlines())) <= 80
    for word in ("mtool schema infer", "mtool summarize", "--region", "MTOOL_LANG", "141"):
        assert word in plain


Function = ast.FunctionDef | ast.AsyncFunctionDef
#: Findings whose rule is copied from another finding or named by a schema: no rule of their own.
COPIES = {
    ("clean.py", "row['rule']"),
    ("findings.py", "finding.rule"),
    ("plan.py", "r['rule']"),
    ("plan.py", "str(check.name)"),
    ("reference.py", "rule"),
    ("local.py", "rule"),
    ("rows.py", "step.rule"),
    ("rows.py", "f.rule"),
    ("arrow_steps.py", "step.rule"),
    ("arrow_steps.py", "f.rule"),
}
#: What `statement.event` can be: `treaty_statements` reads them out of sentences.
EVENTS = (
    *("signed", "ratified", "entry_into_force"),
    *("article_3_due", "article_4_due", "article_5_due", "article_7_due"),
)


class RuleFlow:
    """Follows the first argument of `Finding` back to the literals it can be.

    A function that passes a parameter on as the rule makes findings, too. What cannot be followed
    is kept in `unknown` as (file name, expression), so that no rule slips through.
    """

    def __init__(self) -> None:
        paths = sorted((ROOT / "src").rglob("*.py"))
        self.trees = {path: ast.parse(path.read_text(encoding="utf-8")) for path in paths}
        self.classes = {
            node.name: node for t in self.trees.values() for node in ast.walk(t) if is_class(node)
        }
        self.functions = [
            (path, n) for path, t in self.trees.items() for n in ast.walk(t) if is_function(n)
        ]
        self.defined = {(path, function.name) for path, function in self.functions}
        self.calls: dict[str, list[tuple[Path, Function, ast.Call]]] = {}
        for path, function in self.functions:
            for call in (n for n in ast.walk(function) if isinstance(n, ast.Call)):
                called = getattr(call.func, "id", getattr(call.func, "attr", ""))
                self.calls.setdefault(called, []).append((path, function, call))
        self.unknown: set[tuple[str, str]] = set()
        self._seen: set[tuple[str, int, Path]] = set()
        self.found = self._all_given(self.calls["Finding"], 0)

    def _all_given(self, calls: Iterable[tuple[Path, Function, ast.Call]], at: int) -> set[str]:
        given = [(self._given(call, at), function, path) for path, function, call in calls]
        return set().union(*(self._values(g, f, p) for g, f, p in given if g is not None))

    @staticmethod
    def _given(call: ast.Call, at: int) -> ast.expr | None:
        named = [k.value for k in call.keywords if k.arg == "rule"]
        return named[0] if named else call.args[at] if len(call.args) > at else None

    def _values(self, given: ast.expr, function: Function, path: Path) -> set[str]:
        match given:
            case ast.Constant(value=str(text)):
                return {text}
            case ast.IfExp():
                parts = (given.body, given.orelse)
                return set().union(*(self._values(part, function, path) for part in parts))
            case ast.Tuple():
                return self._values(given.elts[0], function, path)
            case ast.JoinedStr():
                filled = [self._values(part, function, path) for part in given.values]
                return {"".join(parts) for parts in itertools.product(*filled)}
            case ast.FormattedValue():
                return self._values(given.value, function, path)
            case ast.Name():
                return self._named(given.id, function, path)
            case ast.Call(func=ast.Name(id=called)):
                own = [n for n in self.trees[path].body if is_function(n)]
                maker = next((f for f in own if f.name == called), None)
                if maker is not None:
                    told = [n.value for n in ast.walk(maker) if isinstance(n, ast.Return)]
                    return set().union(*(self._values(v, maker, path) for v in told if v))
            case ast.Attribute(value=ast.Name(id=owner), attr=attribute):
                if (owner, attribute) == ("statement", "event"):
                    return set(EVENTS)
                return self._field(owner, attribute, function, path)
        return self._give_up(given, path)

    def _named(self, name: str, function: Function, path: Path) -> set[str]:
        """A local name: what is assigned to it; a parameter: what the callers give."""
        if name.isupper():
            constants = [n for n in self.trees[path].body if isinstance(n, ast.Assign)]
            return {n.value.value for n in constants if _first_name(n.targets[0]) == name}
        arguments = [a.arg for a in function.args.args if a.arg not in ("self", "cls")]
        if name in arguments:
            at = arguments.index(name)
            if (function.name, at, path) in self._seen:
                return set()
            self._seen.add((function.name, at, path))
            least = len(arguments) - len(function.args.defaults)
            calls = [
                (where, around, call)
                for where, around, call in self.calls.get(function.name, ())
                if (where == path or (where, function.name) not in self.defined)
                and len(call.args) + len(call.keywords) >= least
            ]
            return self._all_given(calls, at)
        assigned = [
            node.value
            for node in ast.walk(function)
            if isinstance(node, ast.Assign) and _first_name(node.targets[0]) == name
        ]
        if not assigned:
            return self._give_up(ast.Name(name), path)
        return set().union(*(self._values(value, function, path) for value in assigned))

    def _field(self, owner: str, attribute: str, function: Function, path: Path) -> set[str]:
        """A field of a dataclass: its Literal, else what the class is made with."""
        notes = [a.annotation for a in function.args.args if a.arg == owner and a.annotation]
        class_name = ast.unparse(notes[0]) if notes else self._class_around(function, path)
        fields = [n for n in getattr(self.classes.get(class_name), "body", ()) if is_field(n)]
        for at, field in enumerate(fields):
            if field.target.id != attribute:
                continue
            literal = self._literal(field.annotation)
            if literal:
                return literal
            return self._all_given(self.calls[class_name], at)
        return self._give_up(ast.Attribute(ast.Name(owner), attribute), path)

    def _class_around(self, function: Function, path: Path) -> str:
        inside = (c for c in ast.walk(self.trees[path]) if is_class(c) and function in c.body)
        return next((c.name for c in inside), "")

    def _literal(self, annotation: ast.expr) -> set[str]:
        if isinstance(annotation, ast.Name):
            aliases = [
                node.value
                for tree in self.trees.values()
                for node in tree.body
                if isinstance(node, ast.Assign) and _first_name(node.targets[0]) == annotation.id
            ]
            return set().union(*(self._literal(alias) for alias in aliases))
        if isinstance(annotation, ast.Subscript) and ast.unparse(annotation.value) == "Literal":
            return {n.value for n in ast.walk(annotation.slice) if isinstance(n, ast.Constant)}
        return set()

    def _give_up(self, given: ast.expr, path: Path) -> set[str]:
        self.unknown.add((path.name, ast.unparse(given)))
        return set()


def is_function(node: ast.AST) -> bool:
    return isinstance(node, Function)


def is_class(node: ast.AST) -> bool:
    return isinstance(node, ast.ClassDef)


def is_field(node: ast.AST) -> bool:
    return isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name)


def _first_name(target: ast.expr) -> str:
    first = target.elts[0] if isinstance(target, ast.Tuple) else target
    return getattr(first, "id", "")


def rules_in_the_code() -> set[str]:
    """Every rule id that a finding can carry; fails where that cannot be told from the code."""
    flow = RuleFlow()
    assert flow.unknown <= COPIES, f"rules that cannot be followed: {flow.unknown - COPIES}"
    return flow.found | set(RULES) | set(BUILT_IN_CHECKS) | set(PANDERA_NAMES.values())


def documented_rules() -> dict[str, tuple[set[str], set[str]]]:
    """Rule id → the classes and the severities that the reference gives it."""
    text = (REFERENCE / "rules.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([a-z0-9_]+)` \| ([^|]+) \| ([^|]+) \|", text, re.MULTILINE)
    assert len(rows) == len({rule for rule, _, _ in rows}), "a rule is documented twice"
    return {
        rule: (set(re.findall(CLASSES, classes)), set(re.findall(SEVERITIES, severities)))
        for rule, classes, severities in rows
    }


def test_every_rule_is_documented_and_no_other():
    """A finding's rule can be looked up, and nothing that no code produces is promised."""
    assert set(documented_rules()) == rules_in_the_code()


def findings_that_occur() -> Iterator[Finding]:
    """What readers, tidying, checks and audit say of golden files, nasty texts and the sample."""
    paths = [
        *(ROOT / "data" / "raw").glob("*.[ct][sx][vt]"),
        *(ROOT / "tests" / "golden" / "readers").glob("*/input.*"),
        *(ROOT / "tests" / "golden" / "readers").glob("*/page.html"),
        *(p for p in (ROOT / "tests" / "nasty").glob("[ct]*-*.*") if p.name not in TOO_SLOW),
    ]
    for path in sorted(paths):
        try:
            document = find_reader(path, path.read_bytes()[:4096]).read(
                path, Source("x", path=path.name), ReadOptions()
            )
        except UnreadableInput:
            continue
        yield from derive_source(document, inferred(document, None, None)).report
        yield from audit_document(document)


def test_findings_have_the_class_and_severity_that_is_documented():
    """The reference says what really occurs."""
    documented = documented_rules()
    for finding in findings_that_occur():
        classes, severities = documented[finding.rule]
        assert finding.class_ in classes, finding
        assert finding.severity in severities, finding


def test_every_exit_code_and_setting_is_documented():
    """With its number, its name, its variable."""
    codes = (REFERENCE / "exit-codes.md").read_text(encoding="utf-8")
    for code in ExitCode:
        assert f"| {int(code)} | {code.name} |" in codes
    settings = (REFERENCE / "settings.md").read_text(encoding="utf-8")
    for name in SETTINGS:
        assert f"| {name} | MTOOL_{name.upper()} |" in settings


def test_help_shows_every_bracket():
    """What stands in brackets in a help text is no markup: `mali_2023[t1]` is shown whole."""
    texts, waiting = [], [typer.main.get_command(app_of())]
    while waiting:
        command = waiting.pop()
        waiting += getattr(command, "commands", {}).values()
        texts += [command.help, *(getattr(one, "help", None) for one in command.params)]
    assert not [text for text in texts if re.search(r"(?<!\\)\[[a-z#/@]", text or "")]
    commands = (REFERENCE / "commands.md").read_text(encoding="utf-8")
    assert "'mali_2023[t1]!line 96, column 2'" in commands
    assert "described as [run.NAME] in" in commands
