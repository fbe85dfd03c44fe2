"""On a terminal of eighty columns every command fits, however long names are."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest
import typer
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import ROOT, run_mtool
from mtool.cli import app_of
from mtool.cli.lines import fitted
from mtool.cli.options import Format
from mtool.cli.render import write_rows

WIDTH = 80
#: Sixty letters each.
REGION = "Région administrative spéciale des Grandes Plaines du Nord-Est"[:60]
OTHER = "Zone intermédiaire de la Rive gauche et des Îles du Fleuve Bl"[:60]
DATASET = "incidents_reported_by_all_partners_of_the_national_mine_author"[:60]
SOURCE = "rapport_annuel_de_la_direction_nationale_de_l_action_contre_les_mines"[:60]
FILE = f"data/raw/{SOURCE}.csv"
#: Each command, in the ways that print most. What is to be copied into a file stays whole: not here.
WAYS = {
    "ingest": [[FILE], ["nowhere.csv"]],
    "validate": [[], ["-v"], [FILE], ["bad.csv", "--schema", DATASET]],
    "summarize": [
        [],
        ["--region", REGION, "--trend"],
        ["--by", "region"],
        ["--by", "source_id"],
        ["--region", REGION, "--plot"],
    ],
    "audit": [[], ["-v"]],
    "export": [["csv", "-o", f"{DATASET}_{SOURCE}.csv"]],
    "run": [[], ["--dry-run"], ["--force"]],
    "plot": [[], ["--region", REGION, "--region", OTHER], ["--by", "region", "--kind", "bars"]],
    "tables": [[FILE], [FILE, "-v"], [FILE, "--grid"]],
    "trace": [["--region", REGION], ["--limit", "9"]],
    "compare": [[f"{SOURCE}@2022", f"{SOURCE}@2023"]],
    "query": [[f"SELECT admin1_name, sum(incidents) FROM {DATASET} GROUP BY 1"]],
    "cite": [[]],
    "status": [[]],
    "init": [["fresh"]],
    "review": [[]],
    "template": [[DATASET, "-o", f"{DATASET}.xlsx"]],
    "forget": [["nobody"], [f"{SOURCE}_2022.csv"]],
    "schedule": [["nobody"]],
    "config": [[]],
    "history": [[]],
    "rollback": [["nothing"]],
    "verify": [[]],
    "doctor": [[]],
    "schema list": [[]],
    "schema show": [[DATASET], ["incidnts"]],
    "schema infer": [["nowhere.csv"]],
    "areas find": [["Grandes Plaines"], [REGION]],
    "areas list": [["--country", "TCD"]],
}


def names(group, before=()):
    """Every command of the program, from the program."""
    for name, command in group.commands.items():
        if getattr(command, "commands", None):
            yield from names(command, (*before, name))
        else:
            yield " ".join((*before, name))


COMMANDS = list(names(typer.main.get_command(app_of())))


class Terminal(io.StringIO):
    """What is written to a terminal, kept."""

    def isatty(self):
        return True


@pytest.fixture(scope="module")
def long_names(tmp_path_factory):
    """A workspace where the dataset, the files and the regions have names of sixty letters."""
    folder = tmp_path_factory.mktemp("w")
    raw, areas = folder / "data" / "raw", folder / "schemas" / "areas"
    raw.mkdir(parents=True)
    areas.mkdir(parents=True)
    (folder / "mtool.toml").write_text('country = "TCD"\n', encoding="utf-8")
    schema = (ROOT / "schemas" / "incidents.yaml").read_text(encoding="utf-8")
    schema = schema.replace("name: incidents\n", f"name: {DATASET}\n", 1)
    (folder / "schemas" / f"{DATASET}.yaml").write_text(schema, encoding="utf-8")
    (areas / "TCD.csv").write_text(
        "code,name,level,parent,members,aliases,valid_from,valid_to,source\n"
        f"TCD,Tchad,0,,,,,,ISO 3166-1\nTD01,{REGION},1,TCD,,,,,a list\nTD02,{OTHER},1,TCD,,,,,a list\n",
        encoding="utf-8",
    )
    for edition, first in (("2022", 1181), ("2023", 1234)):
        name = SOURCE if edition == "2023" else f"{SOURCE}_2022"
        (raw / f"{name}.csv").write_text(
            f"Region,2019,2020,2021,2022\n{REGION},{first},4,,9\n{OTHER},7,8,9,12\nTotals,99,12,9,21\n",
            encoding="utf-8",
        )
        (raw / f"{name}.csv.passport.yaml").write_text(
            f"version: 1\nsource: {{id: {SOURCE}, publisher: {OTHER}, title: {REGION}, edition: {edition}}}\n"
            "status: reviewed\ntables:\n  - id: t1\n    locator: {line: 1}\n"
            f"    schema: {DATASET}\n"
            "    columns: {Region: area, '2019..2022': {wide: year, measure: incidents}}\n"
            "    control_totals: {row: Totals}\n    missing: {'': not_reported}\n"
            "    constants: {location_code: TCD, device_type: ap_mine_including_improvised}\n",
            encoding="utf-8",
        )
    header = "location_code,admin1_name,provider_admin1_name,reference_period_start,"
    header += "reference_period_end,device_type,incidents,source_id,edition,source_ref,source_cell"
    (folder / "bad.csv").write_text(
        f"{header}\nTCD,{REGION},{REGION},2022-13-01,2022-12-31,{DATASET},-1234567,a,2022,a[t1],B2\n",
        encoding="utf-8",
    )
    ran = run_mtool("run", cwd=folder)
    assert (folder / "data" / "clean" / f"{DATASET}.csv").is_file(), ran.err
    return folder


def shown(folder: Path, *words: str) -> str:
    """Everything a command writes on a terminal of eighty columns."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(io, "StringIO", Terminal)
        ran = run_mtool(*words, cwd=folder, COLUMNS=str(WIDTH), TERM="dumb", NO_COLOR="1")
    return ran.out + ran.err


def too_wide(text: str) -> list[str]:
    """Lines wider than the terminal, but for a path or a command that stands alone on its line."""
    wide = [line for line in text.splitlines() if len(line) > WIDTH]
    return [
        line
        for line in wide
        if " " in line.strip(" -→(`") and not line.strip(" -→(`").startswith(("mtool ", "'"))
    ]


def test_every_command_is_here():
    """A new command has to fit, too."""
    assert sorted(WAYS) == sorted(COMMANDS)


@pytest.mark.parametrize(
    ("command", "words"),
    [(command, words) for command, ways in WAYS.items() for words in ways],
    ids=lambda given: given if isinstance(given, str) else " ".join(given)[:40],
)
@pytest.mark.parametrize("language", ["en", "fr"])
def test_nothing_is_wider_than_the_terminal(command, words, language, long_names):
    """Lines break between words; paths and commands to copy stay whole."""
    said = shown(long_names, "--lang", language, *command.split(), *words)
    assert said.strip()
    assert not too_wide(said), "\n".join(too_wide(said))


@pytest.mark.parametrize("command", ["", *COMMANDS])
@pytest.mark.parametrize("language", ["en", "fr"])
def test_help_is_not_wider_than_the_terminal(command, language, tmp_path):
    """Nor is what -h says."""
    said = shown(tmp_path, "--lang", language, *command.split(), "-h")
    assert not [line for line in said.splitlines() if len(line) > WIDTH]


@given(
    st.lists(
        st.lists(
            st.integers(0, 10**9).map("{:,}".format)
            | st.sampled_from([REGION, DATASET, SOURCE, "2.56 (1.45–4.68)", "–", ""]),
            min_size=7,
            max_size=7,
        ),
        min_size=1,
        max_size=4,
    ),
    st.integers(1, 7),
)
@settings(max_examples=60, deadline=None)
def test_no_figure_is_cut_by_a_narrow_table(rows, count):
    """As a table or, where its columns do not fit, as records, every figure stands on one line."""
    header = [REGION, "value", "total", "rate ratio (95 %)", DATASET, "change %", "a"][:count]
    out = Terminal()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COLUMNS", str(WIDTH))
        patch.setenv("TERM", "dumb")
        patch.setattr(sys, "stdout", out)
        write_rows(Format.table, header, [row[:count] for row in rows], foreign=True)
    said = out.getvalue()
    assert not too_wide(said)
    for figure in (word for row in rows for cell in row[:count] for word in cell.split()):
        assert figure in said or not figure[:1].isdigit()


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("word " * 20, 2),
        ("derive data/clean again, because it was changed by hand, with: mtool run --force now", 2),
        (
            "d'une année à l'autre l'écart qu'on observe n'est pas celui qu'il faudrait attendre ici",
            2,
        ),
        ("x" * 100, 1),
    ],
)
def test_lines_break_between_words(text, lines, monkeypatch):
    """A command stays in one piece; apostrophes of French are no quotes; long words stay whole."""
    monkeypatch.setenv("COLUMNS", str(WIDTH))
    found = fitted(text, Terminal()).split("\n")
    assert len(found) == lines
    assert " ".join(" ".join(found).split()) == text.strip()
    assert [line for line in found if "mtool" in line] in ([], ["  mtool run --force now"])


def test_pipes_get_whole_lines():
    """A sentence is one line for grep and for cron's mail."""
    assert fitted("word " * 40, io.StringIO()) == "word " * 40
