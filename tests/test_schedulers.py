"""The examples for other schedulers: they parse, and the commands in them run."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import types

import pytest
import yaml

from conftest import ROOT

EXAMPLES = ROOT / "docs" / "how-to" / "pipelines"
pytestmark = pytest.mark.skipif(os.name == "nt", reason="the examples are for Unix shells")


@pytest.fixture
def environment(tmp_path):
    """A PATH on which `mtool` is this checkout."""
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "mtool").write_text(f'#!/bin/sh\nexec {sys.executable} -m mtool "$@"\n')
    (programs / "mtool").chmod(0o755)
    path = f"{programs}:{os.environ['PATH']}"
    return os.environ | {"PATH": path, "PYTHONPATH": str(ROOT / "src")}


def run(words, folder, environment):
    return subprocess.run(
        words, cwd=folder, env=environment, capture_output=True, text=True, timeout=300
    )


def break_total(sample):
    """A total that does not add up: exit code 1."""
    raw = sample / "data" / "raw" / "mali_improvised_mines.txt"
    text = raw.read_text(encoding="utf-8")
    raw.write_text(text.replace("18", "19", 1), encoding="utf-8")


@pytest.mark.skipif(not shutil.which("make"), reason="no make here")
def test_make(sample, environment):
    """Findings do not stop it; an unknown setting does."""
    shutil.copy(EXAMPLES / "Makefile", sample)
    break_total(sample)
    done = run(["make"], sample, environment)
    assert done.returncode == 0, done.stderr
    assert (sample / "out" / "incidents.csv").read_bytes().count(b"\n") == 49
    (sample / "mtool.toml").write_text("cuntry = 3\n")
    assert run(["make"], sample, environment).returncode != 0


def steps():
    tree = yaml.safe_load((EXAMPLES / "github-actions.yml").read_text(encoding="utf-8"))
    assert tree[True]["schedule"] == [{"cron": "0 3 * * *"}]
    return {step.get("name"): step for step in tree["jobs"]["run"]["steps"]}


@pytest.mark.parametrize(("broken", "code"), [(False, 0), (True, 1)])
def test_github_actions(sample, environment, tmp_path, broken, code):
    """The steps, as the runner's `bash -e` runs them, pass the exit code on."""
    if broken:
        break_total(sample)
    told = tmp_path / "output"
    environment = environment | {"GITHUB_OUTPUT": str(told)}
    done = run(["bash", "-e", "-c", steps()["Run"]["run"]], sample, environment)
    assert done.returncode == 0, done.stderr
    assert told.read_text() == f"code={code}\n"
    last = steps()["Somebody should look"]
    assert last["if"] == "steps.run.outputs.code == '1'"
    assert run(["bash", "-e", "-c", last["run"]], sample, environment).returncode == 1


def test_github_actions_stops_where_a_person_is_needed(sample, environment, tmp_path):
    """A wrong setting is 2, and the step fails."""
    (sample / "mtool.toml").write_text("cuntry = 3\n")
    environment = environment | {"GITHUB_OUTPUT": str(tmp_path / "output")}
    done = run(["bash", "-e", "-c", steps()["Run"]["run"]], sample, environment)
    assert done.returncode != 0
    assert (tmp_path / "output").read_text() == "code=2\n"


@pytest.fixture
def airflow(monkeypatch):
    """The little of Airflow that the DAG touches: decorators that call, exceptions, an order."""

    class Ran:
        def __rshift__(self, other):
            return other

    def task(function):
        def call():
            function()
            return Ran()

        return call

    exceptions = types.ModuleType("airflow.exceptions")
    exceptions.AirflowException = type("AirflowException", (Exception,), {})
    exceptions.AirflowFailException = type("AirflowFailException", (Exception,), {})
    sdk = types.ModuleType("airflow.sdk")
    sdk.dag, sdk.task = (lambda **_: lambda function: function), task
    for name, module in {"airflow.exceptions": exceptions, "airflow.sdk": sdk}.items():
        monkeypatch.setitem(sys.modules, name, module)
    monkeypatch.setitem(sys.modules, "airflow", types.ModuleType("airflow"))
    return exceptions


def load_dag():
    code = compile((EXAMPLES / "airflow_dag.py").read_text(encoding="utf-8"), "dag.py", "exec")
    exec(code, {"__name__": "dag"})


def test_airflow(sample, environment, airflow, monkeypatch):
    """The DAG's own tasks run and export; what needs a person is not tried again."""
    for name in ("PATH", "PYTHONPATH"):
        monkeypatch.setenv(name, environment[name])
    monkeypatch.setenv("MTOOL_WORKSPACE", str(sample))
    load_dag()
    assert (sample / "mali.xlsx").stat().st_size > 5000
    (sample / "mtool.toml").write_text("cuntry = 3\n")
    with pytest.raises(airflow.AirflowFailException, match="ended with 2"):
        load_dag()


def test_airflow_tries_again_while_another_run_is_at_work(
    sample, environment, airflow, monkeypatch
):
    """75 is the exception that Airflow retries."""
    from mtool.pipeline.locks import only_run
    from mtool.workspace import open_folder

    for name in ("PATH", "PYTHONPATH"):
        monkeypatch.setenv(name, environment[name])
    monkeypatch.setenv("MTOOL_WORKSPACE", str(sample))
    text = (EXAMPLES / "airflow_dag.py").read_text(encoding="utf-8")
    code = compile(text.replace('"600"', '"0"'), "dag.py", "exec")
    with only_run(open_folder(sample)), pytest.raises(airflow.AirflowException, match="stood in"):
        exec(code, {"__name__": "dag"})


@pytest.mark.skipif(not shutil.which("snakemake"), reason="no snakemake here")
def test_snakemake(sample, environment):
    """The rule runs by exit code, and data/clean is not taken away by it."""
    shutil.copy(EXAMPLES / "Snakefile", sample)
    break_total(sample)
    done = run(["snakemake", "--cores", "1"], sample, environment)
    assert done.returncode == 0, done.stderr
    assert (sample / "out" / "incidents.csv").read_bytes().count(b"\n") == 49
    assert (sample / "data" / "clean" / "manifest.json").is_file()
    (sample / "mtool.toml").write_text("cuntry = 3\n")
    assert run(["snakemake", "--cores", "1"], sample, environment).returncode != 0
