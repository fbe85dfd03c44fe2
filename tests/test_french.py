"""What a French speaker reads: nothing left in English, and figures as French writes them."""

from __future__ import annotations

import json
import string
import subprocess
import sys
from pathlib import Path

import pytest
import typer
from babel.messages.pofile import read_po

from conftest import ROOT, run_mtool
from mtool.cli import app_of

GOLDEN = Path(__file__).parent / "golden" / "french"
COMMANDS = {
    "help": ("--help",),
    "summarize": ("summarize", "incidents", "--region", "Mopti", "--trend"),
    "validate": ("validate",),
    "audit": ("audit",),
    "run": ("run", "--force"),
}


def _placeholders(text: str) -> list[str]:
    names = [name for _, name, *_ in string.Formatter().parse(text) if name is not None]
    if all(not name or name.isdigit() for name in names):
        return [name or str(at) for at, name in enumerate(names)]
    return sorted(names)


def test_every_text_of_the_code_has_a_translation():
    """`locales/renew.py --check` has nothing to say."""
    done = subprocess.run(
        [sys.executable, "locales/renew.py", "--check"], cwd=ROOT, capture_output=True, text=True
    )
    assert (done.returncode, done.stdout) == (0, "")


def test_every_placeholder_stands_in_the_translation():
    """What a sentence is about is never lost, and none is asked for that is not there."""
    with (ROOT / "locales/fr/LC_MESSAGES/mtool.po").open("rb") as file:
        catalogue = read_po(file, locale="fr")
    for entry in catalogue:
        if entry.id:
            said = sorted(_placeholders(str(entry.id)))
            assert sorted(_placeholders(str(entry.string))) == said, entry.id


@pytest.mark.parametrize("name", COMMANDS)
def test_what_is_shown_is_as_it_was_read_by_a_person(name, sample):
    """The output of each command in French, word for word."""
    ended = run_mtool("--lang", "fr", *COMMANDS[name], cwd=sample)
    said = ended.out + ended.err
    golden = GOLDEN / f"{name}.txt"
    assert said == golden.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "command",
    [
        ("summarize", "incidents", "--format", "csv"),
        ("summarize", "incidents", "--format", "json"),
        ("audit", "--format", "csv"),
        ("audit", "--format", "json"),
        ("validate", "--format", "csv"),
        ("schema", "list", "--format", "csv"),
        ("schema", "show", "incidents", "--format", "csv"),
        ("verify", "--format", "csv"),
        ("status", "--format", "csv"),
        ("areas", "list", "--country", "MLI", "--format", "csv"),
    ],
    ids=" ".join,
)
def test_programs_read_the_same(command, sample):
    """CSV and JSON do not depend on the language."""
    english, french = (run_mtool("--lang", code, *command, cwd=sample) for code in ("en", "fr"))
    assert (english.code, english.out) == (french.code, french.out)


def _rows(folder: Path) -> list[dict[str, object]]:
    said = run_mtool("query", "SELECT * FROM land_release", "--format", "json", cwd=folder)
    content = json.loads(said.out)
    left_out = {"source_id", "source_ref", "source_cell", "source_edition"}
    return [
        {k: v for k, v in zip(content["columns"], row, strict=True) if k not in left_out}
        for row in content["rows"]
    ]


def test_a_csv_for_a_french_excel_reads_back_to_the_same_rows(tmp_path):
    """`;`, decimal comma and a byte order mark read to the very rows that the plain CSV gives."""
    for folder in ("first", "en", "fr"):
        assert run_mtool("init", tmp_path / folder, "--country", "MLI").code == 0
    (tmp_path / "land.csv").write_text(
        "Land release in Mali, 2022\n\nRegion,Cancelled (m2),Reduced (m2),Cleared (m2)\n"
        "Ségou,1250.5,300.25,10.125\nMopti,20.5,0.5,12345.125\nGao,7,2.125,0\n",
        encoding="utf-8",
    )
    first = tmp_path / "first"
    assert run_mtool("ingest", tmp_path / "land.csv", cwd=first).code == 0
    read = {}
    for code in ("en", "fr"):
        out = tmp_path / f"of_{code}" / "land_release.csv"
        out.parent.mkdir()
        words = ("export", "csv", "land_release", "--excel-locale", code, "-o", out)
        assert run_mtool(*words, cwd=first).code == 0
        assert out.read_bytes().startswith(b"\xef\xbb\xbf") == (code == "fr")
        ended = run_mtool("ingest", out, "--schema", "land_release", cwd=tmp_path / code)
        assert ended.code == 0, ended.err
        read[code] = _rows(tmp_path / code)
    written = out.read_text(encoding="utf-8-sig")
    assert ";12345,125;" in written
    assert ";2,1250;" in written
    assert read["fr"] == read["en"] != []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["sumarize"], "Commande 'sumarize' inconnue. Vouliez-vous dire 'summarize' ?"),
        (["expotr"], "Vouliez-vous dire 'export' ou 'plot' ?"),
        (
            ["summarize", "--regoin", "x"],
            "Option inconnue : --regoin (options possibles : --region",
        ),
        (["export"], "Argument manquant : 'FORMAT'."),
        (["summarize", "-f"], "L'option '-f' demande une valeur."),
        (["validate", "-v=3"], "Option inconnue : -="),
        (["summarize", "a", "b"], "Arguments en trop : b"),
        (["plot", "--kind", "lins"], "'lins' ne fait pas partie de 'lines',"),
        (["run", "--wait", "long"], "Valeur incorrecte pour '--wait' : nombre attendu"),
        (["run", "--wait", "-1"], "Valeur incorrecte pour '--wait' : au moins 0 attendu"),
        (["audit", "--as-of", "hier"], "'hier' n'est pas un jour tel que 2023-11-30."),
    ],
    ids=lambda words: " ".join(words) if isinstance(words, list) else "",
)
def test_wrong_use_is_said_in_french(arguments, said, sample):
    """What Typer itself says, too."""
    # In a process of its own: Typer looks its own words up once, when it is loaded.
    ended = run_mtool("--lang", "fr", *arguments, cwd=sample, LC_ALL="C.UTF-8")
    assert ended.code == 2
    assert said in " ".join(ended.err.replace("│", " ").split())
    for english in ("Usage", "Try", "No such", "Missing", "Invalid", "Error"):
        assert english not in ended.err


def test_only_csv_has_an_excel_locale(sample):
    """One sentence for other formats."""
    ended = run_mtool("export", "xlsx", "--excel-locale", "fr", cwd=sample)
    assert ended.code == 2
    assert "--excel-locale is for csv" in ended.err


def test_every_help_text_is_in_french():
    """Commands, arguments and options: what -h shows comes from the catalogue."""
    with (ROOT / "locales/fr/LC_MESSAGES/mtool.po").open("rb") as file:
        known = {str(entry.id).replace("{{", "{").replace("}}", "}") for entry in read_po(file)}
    texts, waiting = [], [typer.main.get_command(app_of())]
    while waiting:
        command = waiting.pop()
        waiting += getattr(command, "commands", {}).values()
        texts += [command.help, *(getattr(one, "help", None) for one in command.params)]
    assert not [text for text in texts if text and text not in known]
