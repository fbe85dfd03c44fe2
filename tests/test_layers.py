"""The architecture: dependencies point one way, and heavy libraries wait until they are needed."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import ROOT

PACKAGE = ROOT / "src" / "mtool"
#: Lower layers first; a module may import its own layer and those below it.
LAYERS = [
    {"__init__", "errors", "model", "printed_numbers"},
    {
        "shipped",
        "language",
        "progress",
        "web_page",
        "areas",
        "periods",
        "config",
        "credentials",
        "workspace",
        "whole_files",
        "recipes",
        "column_words",
        "guarded_text",
        "plain_csv",
        "fixed_zip",
        "visible_text",
        "nesting",
        "schema_trees",
    },
    {"schemas", "checks", "passport", "workspace_sources", "form_mark"},
    {
        "readers",
        "sources",
        "engines",
        "auditing",
        "tidy",
        "validate",
        "infer",
        "layouts",
        "summary",
        "charts",
        "derive",
        "counted_events",
        "feed",
        "feed_sample",
    },
    {
        "one_publication",
        "clean",
        "datasets",
        "large_datasets",
        "twice",
        "same_rows",
        "writers",
        "citing",
        "compare",
        "sharing",
        "outlines",
    },
    {
        "pipeline",
        "doctor",
        "annotate",
        "audit_sources",
        "printed_place",
        "tracing",
        "compare_sources",
        "check_sources",
        "review",
        "summarize_dataset",
        "plot_dataset",
        "page_content",
        "export_datasets",
        "query",
        "forms",
        "place_lookup",
        "schema_listing",
        "new_workspace",
    },
    {"library"},
    {"cli", "__main__"},
]
ONLY_IN = {
    "typer": {"cli"},
    "rich": {"cli"},
    "pandera": {"schemas", "checks", "validate", "engines"},
}
#: What may be imported when a module is loaded, besides the standard library and mtool itself.
AT_IMPORT_TIME = {"typer"}


def modules() -> list[tuple[Path, str]]:
    paths = sorted(PACKAGE.rglob("*.py"))
    return [(path, path.relative_to(PACKAGE).parts[0].removesuffix(".py")) for path in paths]


def imports(path: Path, *, top: bool = False):
    """Names imported by a file; with `top`, only those imported when it is loaded."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    skipped = set()
    if top:
        for node in ast.walk(tree):
            lazy = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
            typing = isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
            if lazy or typing:
                skipped |= {id(inner) for inner in ast.walk(node)}
    for node in ast.walk(tree):
        if id(node) in skipped:
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            if node.module == "mtool":
                yield from (f"mtool.{alias.name}" for alias in node.names)
            else:
                yield node.module


def layer(part: str) -> int:
    return next(at for at, names in enumerate(LAYERS) if part in names)


@pytest.mark.parametrize(
    ("path", "part"), modules(), ids=lambda v: v.name if isinstance(v, Path) else v
)
def test_dependencies_point_one_way(path, part):
    """No lower layer knows a higher one, and typer, rich and pandera stay where they belong."""
    for name in imports(path):
        if name.startswith("mtool.library") and part == "__init__":
            continue
        top, _, rest = name.partition(".")
        if top == "mtool":
            target = rest.split(".")[0] or "__init__"
            target = "__init__" if target == "__version__" else target
            assert layer(target) <= layer(part), f"{path.name} imports {name}"
        assert part in ONLY_IN.get(top, {part}), f"{path.name} imports {name}"


@pytest.mark.parametrize(
    ("path", "part"), modules(), ids=lambda v: v.name if isinstance(v, Path) else v
)
def test_nothing_heavy_is_imported_to_load_a_module(path, part):
    """pandas, lxml, openpyxl and their like are imported by the function that needs them."""
    allowed = set(sys.stdlib_module_names) | {"mtool"} | AT_IMPORT_TIME
    if part == "readers" and path.parent.name != "readers":
        return
    heavy = {name.partition(".")[0] for name in imports(path, top=True)} - allowed
    assert not heavy, f"{path} imports {heavy} when it is loaded"


def loaded_by(*arguments: str) -> set[str]:
    code = (
        "import sys, runpy\nsys.argv = ['mtool', *sys.argv[1:]]\n"
        "try:\n    runpy.run_module('mtool', run_name='__main__')\n"
        "except SystemExit:\n    pass\n"
        "print('LOADED', *sorted({m.partition('.')[0] for m in sys.modules}), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONPATH": str(ROOT / "src")},
        cwd=ROOT,
        timeout=60,
    )
    loaded = set(done.stderr.rpartition("LOADED")[2].split())
    assert "mtool" in loaded, done.stderr
    return loaded


#: The schema of an event feed; its plan is cached by whoever validates with it first.
FEED = ["--schema", "tests/golden/engines/event_feed.yaml"]
HEAVY = {
    "pandas",
    "numpy",
    "pandera",
    "openpyxl",
    "xlsxwriter",
    "lxml",
    "scipy",
    "pycountry",
    "ruamel",
    "pyarrow",
    "python_calamine",
    "pdfplumber",
    "docx",
    "rich",
    "yaml",
    "babel",
    "duckdb",
    "polars",
}


def test_only_the_command_asked_for_is_loaded():
    """Other commands are neither imported nor registered; a wrong name is answered with all."""
    from mtool.cli import COMMANDS, app_of

    assert [command.name for command in app_of("validate").registered_commands] == ["validate"]
    assert [group.name for group in app_of("areas").registered_groups] == ["areas"]
    every = {name for names in COMMANDS.values() for name in names}
    assert {command.name for command in app_of("vaidate").registered_commands} == every


@pytest.mark.parametrize(
    ("arguments", "allowed"),
    [
        (["--help"], {"rich"}),
        (["--version"], set()),
        (["summarize", "--help"], {"rich"}),
        (["config"], {"rich"}),
        (["tables", "data/raw/mali_improvised_mines.txt"], {"rich"}),
        (["areas", "list", "--country", "MLI"], {"pycountry", "babel", "rich"}),
        (["validate", "tests/golden/engines/nine_rows.csv", *FEED], set()),
        (["summarize"], set()),
        (["summarize", "--region", "Mopti", "--by", "year"], set()),
        (["summarize", "incidents", "--where", "admin1_code=ML05", "--format", "json"], set()),
        (["export", "csv", "incidents", "-o", os.devnull], {"pandas", "numpy", "pyarrow"}),
    ],
)
def test_a_command_pays_only_for_what_it_uses(arguments, allowed):
    """--help never pays for pandas; a small tidy file whose plan is cached needs none of them.

    A schema that was read before needs no YAML, a small table for a pipe no rich.
    """
    if arguments[0] in ("validate", "summarize"):
        loaded_by(*arguments)
    assert loaded_by(*arguments) & HEAVY <= allowed
