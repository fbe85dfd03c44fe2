"""The documentation is what the program does."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys

import pytest

from conftest import ROOT
from mtool.checks import RULES
from mtool.config import SETTINGS
from mtool.errors import ExitCode
from mtool.schemas import BUILT_IN_CHECKS

REFERENCE = ROOT / "docs" / "reference"
COMMAND = re.compile(r"```console\n\$ (.+?)\n(.*?)```", re.DOTALL)


def blocks(name: str) -> list[tuple[str, str]]:
    return COMMAND.findall((ROOT / name).read_text(encoding="utf-8"))


@pytest.mark.parametrize(("command", "printed"), blocks("README.md"))
def test_readme_shows_what_the_program_prints(command, printed, sample):
    """Every console block is run on the sample and compared."""
    mtool = f"{sys.executable} -m mtool"
    done = subprocess.run(
        ["bash", "-c", f"set -o pipefail; {{ {re.sub(r'^mtool', mtool, command)}; }} 2>&1 || true"],
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


def test_the_command_reference_is_generated():
    """docs/reference/commands.md is what --help says now; make docs-reference writes it anew."""
    done = subprocess.run(
        [sys.executable, ROOT / "docs" / "write_reference.py", "--check"],
        capture_output=True,
        text=True,
        timeout=120,
        env=os.environ | {"PYTHONPATH": str(ROOT / "src")},
    )
    assert done.returncode == 0, done.stdout + done.stderr


def rules_in_the_code() -> set[str]:
    """Every rule id that a `Finding` is made with, where it is written as a literal."""
    found = set(RULES) | set(BUILT_IN_CHECKS)
    for path in (ROOT / "src").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Finding":
                given = [k.value for k in node.keywords if k.arg == "rule"] or node.args[:1]
                found |= {n.value for n in given if isinstance(n, ast.Constant)}
    return found


def test_every_rule_is_documented():
    """A finding's rule can be looked up."""
    text = (REFERENCE / "rules.md").read_text(encoding="utf-8")
    documented = set(re.findall(r"^\| `([a-z_]+)` \|", text, re.MULTILINE))
    assert rules_in_the_code() <= documented


def test_every_exit_code_and_setting_is_documented():
    """With its number, its name, its variable."""
    codes = (REFERENCE / "exit-codes.md").read_text(encoding="utf-8")
    for code in ExitCode:
        assert f"| {int(code)} | {code.name} |" in codes
    settings = (REFERENCE / "settings.md").read_text(encoding="utf-8")
    for name in SETTINGS:
        assert f"| {name} | MTOOL_{name.upper()} |" in settings
