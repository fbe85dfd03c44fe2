"""Folders, globs, zip archives, standard input, and storage behind fsspec."""

from __future__ import annotations

import io
import os
import stat
import subprocess
import sys
import zipfile

import pytest

from conftest import run_mtool
from loopback import CSV, declare, page, serving

ZEROS = bytes(1 << 20)


def ingest(workspace, *sources, cwd=None):
    words = ("ingest", *sources, "--schema", "incidents", "-w", workspace)
    return run_mtool(*words, cwd=cwd, MTOOL_COUNTRY="MLI")


def run(workspace):
    return run_mtool("run", "-w", workspace, MTOOL_COUNTRY="MLI")


def raw(workspace):
    folder = workspace / "data" / "raw"
    files = (p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())
    return sorted(name for name in files if not name.endswith(".passport.yaml"))


def figures(number):
    return CSV.replace(b"2021", str(number).encode()).replace(b"2022", str(number + 1).encode())


def folder_of_reports(tmp_path):
    folder = tmp_path / "reports"
    (folder / "2010").mkdir(parents=True)
    (folder / "2010" / "north.csv").write_bytes(figures(2010))
    (folder / "south.csv").write_bytes(figures(2013))
    (folder / ".hidden.csv").write_bytes(b"secret")
    (folder / "photo.jpg").write_bytes(b"\xff\xd8\xff")
    return folder


def archive(tmp_path, members, name="reports.zip"):
    path = tmp_path / name
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for member, body in members.items():
            packed.writestr(member, body)
    return path


# Folders and globs ----------------------------------------------------------------------------


def test_a_folder_comes_in_with_its_folders(workspace, tmp_path):
    """Nested names are kept, hidden files are no sources, and what was passed over is named."""
    ran = ingest(workspace, folder_of_reports(tmp_path))
    assert ran.code == 0, ran.out + ran.err
    assert raw(workspace) == ["reports/2010/north.csv", "reports/south.csv"]
    assert "left out, as no table or report by name: photo.jpg" in ran.out


def test_a_glob_that_mtool_expands(workspace, tmp_path):
    """A quoted pattern brings what matches; one that matches nothing is a sentence."""
    folder_of_reports(tmp_path)
    assert ingest(workspace, "reports/**/*.csv", cwd=tmp_path).code == 0
    assert raw(workspace) == ["reports/2010/north.csv", "reports/south.csv"]
    none = ingest(workspace, "reports/*.xlsx", cwd=tmp_path)
    assert none.code == 3 and "no file matches" in none.err


def test_a_name_with_brackets_is_a_file_first(workspace, tmp_path):
    """`report[1].csv` means the file of that name where there is one."""
    (tmp_path / "report[1].csv").write_bytes(CSV)
    assert ingest(workspace, tmp_path / "report[1].csv").code == 0
    assert raw(workspace) == ["report[1].csv"]


def test_a_folder_without_reports_is_a_sentence(workspace, tmp_path):
    """An empty folder is no success."""
    (tmp_path / "empty").mkdir()
    ran = ingest(workspace, tmp_path / "empty")
    assert ran.code == 3 and "no table or report in this folder" in ran.err


def test_a_workspace_never_takes_its_own_results_for_sources(workspace, tmp_path):
    """`mtool ingest .` in a workspace with results is refused."""
    assert ingest(workspace, folder_of_reports(tmp_path)).code == 0
    ran = ingest(workspace, ".", cwd=workspace)
    assert ran.code == 2 and "holds data/clean" in ran.err


def test_nothing_is_written_when_one_of_several_cannot_be_read(workspace, tmp_path):
    """All files are read before any is taken in."""
    folder = folder_of_reports(tmp_path)
    (folder / "z.pdf").write_bytes(b"%PDF-1.7 broken")
    assert ingest(workspace, folder).code == 3
    assert not raw(workspace)


def test_a_declared_folder_keeps_up_with_its_files(workspace, tmp_path):
    """New and changed files come in, unchanged ones stay, one that is gone is kept and reported."""
    folder = folder_of_reports(tmp_path)
    declare(workspace, f'id = "reports"\nuri = "{folder}"\nschema = "incidents"', settings="")
    assert run(workspace).code == 0
    again = run(workspace)
    assert "fetched, unchanged: reports" in again.err and "nothing changed" in again.err
    (folder / "west.csv").write_bytes(figures(2016))
    (folder / "south.csv").rename(tmp_path / "elsewhere.csv")
    changed = figures(2010).replace(b"33", b"34").replace(b"45", b"46")
    (folder / "2010" / "north.csv").write_bytes(changed)
    ran = run(workspace)
    assert ran.code == 0, ran.out
    assert raw(workspace) == ["reports/2010/north.csv", "reports/south.csv", "reports/west.csv"]
    assert (workspace / "data/raw/reports/2010/north.csv").read_bytes() == changed
    assert "source_file_gone" in ran.out and "reports/south.csv" in ran.out


def test_a_relative_address_starts_from_the_workspace(workspace, tmp_path):
    """A declared path means the same wherever mtool is started."""
    (workspace / "inbox").mkdir()
    (workspace / "inbox" / "mali.csv").write_bytes(CSV)
    declare(workspace, 'id = "mali"\nuri = "inbox/mali.csv"\nschema = "incidents"', settings="")
    ran = run_mtool("run", "-w", workspace, cwd=tmp_path, MTOOL_COUNTRY="MLI")
    assert ran.code == 0, ran.out + ran.err
    assert raw(workspace) == ["mali.csv"]


# Archives -------------------------------------------------------------------------------------


def test_an_archive_comes_in_member_by_member(workspace, tmp_path):
    """Nested names are kept; what a Mac adds is not taken for a report."""
    path = archive(
        tmp_path,
        {"2010/north.csv": figures(2010), "south.csv": figures(2013), "__MACOSX/._south.csv": b"x"},
    )
    ran = ingest(workspace, path)
    assert ran.code == 0, ran.out + ran.err
    assert raw(workspace) == ["reports/2010/north.csv", "reports/south.csv"]


def test_an_archive_from_the_web_is_opened_and_asked_for_again(workspace, tmp_path):
    """One ETag stands for all its members."""
    body = archive(tmp_path, {"north.csv": figures(2010), "south.csv": figures(2013)}).read_bytes()
    with serving(**{"all.zip": page(body, content_type="application/zip")}) as site:
        declare(workspace, f'id = "all"\nuri = "{site.url}/all.zip"\nschema = "incidents"')
        assert run(workspace).code == 0
        assert "fetched, unchanged: all" in run(workspace).err
        assert "if-none-match" in site.asked("/all.zip")[1]
    assert raw(workspace) == ["all/north.csv", "all/south.csv"]


@pytest.mark.parametrize(
    "name",
    [
        "../evil.csv",
        "/etc/evil.csv",
        "a/../../evil.csv",
        "C:\\evil.csv",
        "..\\evil.csv",
        "C:evil.csv",
    ],
)
def test_a_member_that_leads_outside_refuses_the_archive(workspace, tmp_path, name):
    """Nothing of such an archive is unpacked, anywhere."""
    path = archive(tmp_path, {"good.csv": CSV, name: CSV})
    ran = ingest(workspace, path)
    assert ran.code == 3 and "leads outside" in ran.err
    assert not raw(workspace)
    assert not list(tmp_path.rglob("evil.csv"))


def test_a_link_in_an_archive_is_refused(workspace, tmp_path):
    """A symbolic link could lead anywhere."""
    path = tmp_path / "links.zip"
    with zipfile.ZipFile(path, "w") as packed:
        link = zipfile.ZipInfo("passwd.csv")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        packed.writestr(link, "/etc/passwd")
    ran = ingest(workspace, path)
    assert ran.code == 3 and "leads outside" in ran.err


def test_a_zip_bomb_is_stopped(workspace, tmp_path):
    """What really comes out is counted, whatever the archive says of itself."""
    path = archive(tmp_path, {"bomb.csv": ZEROS * 100})
    assert path.stat().st_size < 200_000
    ran = ingest(workspace, path)
    assert ran.code == 3 and "as zip bombs do" in ran.err


def test_an_archive_over_the_cap_is_refused(workspace, tmp_path):
    """The cap holds for all members together."""
    path = archive(tmp_path, {f"{n}.csv": os.urandom(40_000).hex() for n in range(5)})
    declare(workspace, f'id = "big"\nuri = "{path}"\nmax_bytes = 200_000', settings="")
    ran = run(workspace)
    assert ran.code == 3 and "larger than" in ran.err


def test_a_name_twice_and_a_damaged_archive_are_sentences(workspace, tmp_path):
    """Names that differ in case only would overwrite each other on some machines."""
    twice = archive(tmp_path, {"a.csv": CSV, "A.CSV": CSV})
    assert "is in the archive twice" in ingest(workspace, twice).err
    cut = tmp_path / "cut.zip"
    cut.write_bytes(archive(tmp_path, {"a.csv": CSV * 50}).read_bytes()[:-30])
    assert "the zip archive is damaged" in ingest(workspace, cut).err
    empty = archive(tmp_path, {"readme.exe": b"MZ"})
    assert "no table or report in the archive" in ingest(workspace, empty).err
    assert not raw(workspace)


# Standard input and storage -------------------------------------------------------------------


def piped(workspace, body):
    return subprocess.run(
        [sys.executable, "-m", "mtool", "ingest", "-", "--schema", "incidents", "-w", workspace],
        input=body,
        capture_output=True,
        env=os.environ | {"MTOOL_COUNTRY": "MLI"},
        timeout=60,
    )


def test_standard_input_is_kept(workspace):
    """What is piped in becomes a raw file; nothing piped in is a sentence."""
    assert piped(workspace, CSV.replace(b",", b"\t")).returncode == 0
    assert raw(workspace) == ["standard_input.txt"]
    nothing = piped(workspace, b"")
    assert nothing.returncode == 3 and b"standard input: nothing came" in nothing.stderr


@pytest.fixture
def memory():
    """fsspec's storage in memory, emptied afterwards."""
    fsspec = pytest.importorskip("fsspec")
    system = fsspec.filesystem("memory")
    system.pipe("/reports/2010/north.csv", figures(2010))
    system.pipe("/reports/south.csv", figures(2013))
    system.pipe("/reports/photo.jpg", b"\xff\xd8")
    yield system
    system.rm("/", recursive=True)


@pytest.mark.parametrize("uri", ["memory://reports", "memory://reports/"])
def test_storage_behind_fsspec_comes_in_and_is_asked_for_again(workspace, memory, uri):
    """A folder of objects; unchanged ones are not copied again, changed ones are."""
    declare(workspace, f'id = "bucket"\nuri = "{uri}"\nschema = "incidents"', settings="")
    ran = run(workspace)
    assert ran.code == 0, ran.out + ran.err
    assert raw(workspace) == ["bucket/2010/north.csv", "bucket/south.csv"]
    assert "photo.jpg" in ran.out
    assert "fetched, unchanged: bucket" in run(workspace).err
    memory.pipe("/reports/south.csv", figures(2014))
    assert "fetched, changed: bucket" in run(workspace).err
    assert (workspace / "data/raw/bucket/south.csv").read_bytes() == figures(2014)


def test_one_object_and_a_glob(workspace, memory):
    """An object by its name on the command line; a glob brings what matches."""
    assert ingest(workspace, "memory://reports/south.csv").code == 0
    assert raw(workspace) == ["south.csv"]
    assert ingest(workspace, "memory://reports/*/n*.csv").code == 0
    assert [name for name in raw(workspace) if name.endswith("north.csv")]


@pytest.mark.parametrize(
    ("uri", "code", "said"),
    [
        ("memory://nowhere/x.csv", 3, "nothing is there"),
        ("nosuch://bucket/x.csv", 2, "Protocol not known: nosuch"),
        ("simplecache::memory://reports/south.csv", 2, "write the plain one"),
        ("local:///etc/passwd", 2, "write the plain one"),
        ("s3://bucket/x.csv", 2, "s3fs"),
        ("ftp://127.0.0.1/x.csv", 2, "private_hosts"),
    ],
)
def test_storage_that_cannot_be_had_is_a_sentence(workspace, memory, uri, code, said):
    """Missing objects, unknown protocols, missing libraries."""
    ran = ingest(workspace, uri)
    assert (ran.code, said in ran.err) == (code, True), ran.err


def test_storage_options_are_names_of_variables(workspace, memory, monkeypatch):
    """Text in storage_options is looked up in the environment, and asked for when it is not there."""
    entry = 'id = "b"\nuri = "memory://reports/south.csv"\nstorage_options = { key = "BUCKET_KEY" }'
    declare(workspace, entry, settings="")
    ran = run(workspace)
    assert ran.code == 2 and "the environment variable BUCKET_KEY, which is not set" in ran.err


def test_the_archive_of_a_workbook_is_a_workbook(workspace, tmp_path):
    """An .xlsx is a zip file, and never taken apart."""
    from openpyxl import Workbook

    book = Workbook()
    for row in (["Region", 2021, 2022], ["Mopti", 33, 35], ["Segou", 12, 21]):
        book.active.append(row)
    body = io.BytesIO()
    book.save(body)
    with serving(figures=page(body.getvalue(), content_type="application/octet-stream")) as site:
        declare(workspace, f'id = "book"\nuri = "{site.url}/figures"\nschema = "incidents"')
        run(workspace)
    assert raw(workspace) == ["book.xlsx"]
