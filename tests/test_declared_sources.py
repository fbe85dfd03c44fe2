"""Which kind of source a URI is of, and what a `[[source]]` entry may say."""

from __future__ import annotations

import json

import pytest

from conftest import run_mtool
from mtool.errors import UsageError
from mtool.sources import SOURCES, find_source
from mtool.sources.declared import declared_sources
from mtool.workspace import open_folder

CLAIMED = {
    "-": "stdin",
    "report.pdf": "files",
    "reports/**/*.csv": "files",
    "C:\\reports\\mali.xlsx": "files",
    "file:///srv/reports/mali.csv": "files",
    "https://example.org/mali.csv": "http",
    "HTTP://example.org/": "http",
    "https://example.org/arcgis/rest/services/a/FeatureServer/0": "arcgis",
    "https://example.org/arcgis/rest/services/a/MapServer/12/query?where=1=1": "arcgis",
    "https://example.org/arcgis/rest/services/a/FeatureServer": "http",
    "s3://bucket/mali.csv": "remote",
    "memory://mali.csv": "remote",
}


@pytest.mark.parametrize(("uri", "kind"), CLAIMED.items())
def test_every_uri_is_claimed_by_one_kind(uri, kind):
    """What the command line names goes to one kind of source and no other."""
    assert find_source(uri).name == kind
    special = [known for known in SOURCES.values() if known.matches(uri) and not known.general]
    assert len(special) <= 1


def declared(workspace, text):
    (workspace / "mtool.toml").write_text(text, encoding="utf-8")
    return declared_sources(open_folder(workspace).config)


def test_an_entry_is_read_with_its_types(workspace):
    """Id, address, licence and the names of variables come out as written."""
    (entry,) = declared(
        workspace,
        '[[source]]\nid = "hazards"\nuri = "https://example.org/h.csv"\nlicence = "CC BY 4.0"\n'
        'required = false\nmax_bytes = 5000\nheaders = { X-Api-Key = "HAZARDS_KEY" }\n',
    )
    assert (entry.id, entry.licence, entry.required, entry.max_bytes) == (
        "hazards",
        "CC BY 4.0",
        False,
        5000,
    )
    assert entry.headers == {"X-Api-Key": "HAZARDS_KEY"}


WRONG = {
    'id = "a"\nuri = "-"': "standard input is for mtool ingest -",
    'id = "a"': "uri is missing",
    'uri = "a.csv"': "id is missing",
    'id = "A b"\nuri = "a.csv"': "expected lower case letters, digits and _",
    'id = "a"\nuri = "a.csv"\nlicense = "x"': "did you mean 'licence'?",
    'id = "a"\nuri = "a.csv"\nkind = "htpp"': "no kind of source 'htpp'; did you mean 'http'?",
    'id = "a"\nuri = "a.csv"\nrequired = "yes"': "expected true or false",
    'id = "a"\nuri = "a.csv"\nmax_bytes = 0': "expected a whole number of bytes",
    'id = "a"\nuri = "a.csv"\nformat = "xslx"': "there are: text, csv, spreadsheet",
    'id = "a"\nuri = "https://u:hunter2@example.org/"': "a password does not belong into a file",
    'id = "a"\nuri = "https://example.org/?token=hunter2"': "looks like a secret",
    'id = "a"\nuri = "https://example.org/"\ntoken = "hunter2!"': "the name of an environment",
}


@pytest.mark.parametrize(("entry", "said"), WRONG.items(), ids=WRONG)
def test_a_wrong_entry_is_one_sentence_with_the_cure(workspace, entry, said):
    """Every mistake names the file, the entry and what was expected, and never shows a secret."""
    with pytest.raises(UsageError) as raised:
        declared(workspace, f"[[source]]\n{entry}\n")
    assert said in str(raised.value)
    assert str(raised.value).startswith(str(workspace / "mtool.toml"))
    assert "hunter2" not in str(raised.value)


def test_two_entries_of_one_id_are_refused(workspace):
    """An id names one source."""
    twice = '[[source]]\nid = "a"\nuri = "a.csv"\n' * 2
    with pytest.raises(UsageError, match="another source has this id"):
        declared(workspace, twice)


def test_a_single_table_instead_of_a_list_is_explained(workspace):
    """[source] with single brackets is a slip that the message puts right."""
    (workspace / "mtool.toml").write_text('[source]\nid = "a"\nuri = "a.csv"\n')
    ran = run_mtool("config", "-w", workspace)
    assert ran.code == 2
    assert "[[source]]" in ran.err


def test_config_lists_the_sources(workspace):
    """Which sources there are, where, and of which kind; a wrong entry is an error here, too."""
    (workspace / "mtool.toml").write_text(
        '[[source]]\nid = "a"\nuri = "https://example.org/a.csv"\n'
    )
    ran = run_mtool("config", "-w", workspace, "--format", "json")
    assert json.loads(ran.out)["sources"] == [
        {"id": "a", "kind": "http", "uri": "https://example.org/a.csv"}
    ]
    assert (
        "https://example.org/a.csv" in run_mtool("config", "-w", workspace, "--format", "csv").out
    )


@pytest.mark.parametrize("number", ["0", "-3", "many", "1.5"])
def test_a_limit_that_is_no_number_is_refused(workspace, number):
    """Settings of the network are whole numbers above zero."""
    ran = run_mtool("config", "-w", workspace, MTOOL_NETWORK_TIMEOUT=number)
    assert ran.code == 2
    assert "expected a whole number above zero" in ran.err
