"""Publishing: one unit, modes and links, and readers that never see a mixture."""

from __future__ import annotations

import hashlib
import json
import os
import stat
import sys
import threading

import pytest

from mtool import whole_files
from mtool.errors import LockHeld, UsageError
from mtool.one_publication import of_one_publication
from mtool.pipeline import publishing
from mtool.pipeline.locks import only_run
from mtool.pipeline.publishing import publish, recover
from mtool.whole_files import write_whole
from mtool.workspace import open_folder


def write_generation(number):
    """A small `data/clean` in which every file carries the number."""

    def write(folder):
        datasets = {}
        for name in ("deaths", "incidents"):
            path = folder / f"{name}.csv"
            path.write_text(f"generation\n{number}\n")
            digest = hashlib.sha256(path.read_bytes()).hexdigest()
            datasets[name] = {"path": path.name, "rows": 1, "sha256": digest}
        (folder / "manifest.json").write_text(json.dumps({"n": number, "datasets": datasets}))

    return write


@of_one_publication
def read_generation(workspace):
    """The number that every file agrees on; -1 for a mixture."""
    manifest = json.loads((workspace.clean / "manifest.json").read_text())
    found = {manifest["n"]}
    for dataset in manifest["datasets"].values():
        found.add(int((workspace.clean / dataset["path"]).read_text().split()[1]))
    return found.pop() if len(found) == 1 else -1


def put(workspace, number):
    return publish(workspace, write_generation(number), lambda _: None)


def written_mark(path):
    """The file itself and when it was last written; reading it changes neither."""
    found = path.stat()
    return found.st_ino, found.st_mtime_ns, found.st_ctime_ns


@pytest.fixture
def opened(workspace):
    return open_folder(workspace)


def test_the_same_bytes_are_not_published_again(opened):
    """Nothing is touched when nothing changed."""
    assert put(opened, 1).changed
    before = written_mark(opened.clean / "manifest.json")
    assert not put(opened, 1).changed
    assert written_mark(opened.clean / "manifest.json") == before


def test_a_reader_between_two_publications_starts_anew(opened):
    """Swapped after the manifest was read: the reader reads again, all of the new one."""
    put(opened, 1)
    calls = []

    @of_one_publication
    def read(workspace):
        calls.append(1)
        first = (workspace.clean / "manifest.json").read_text()
        if len(calls) == 1:
            put(workspace, 2)
        return json.loads(first)["n"], (workspace.clean / "incidents.csv").read_text()

    assert read(opened) == (2, "generation\n2\n")
    assert len(calls) == 2


def test_a_reader_whose_folder_goes_away_starts_anew(opened):
    """A file that vanished with its publication is no error."""
    put(opened, 1)
    gone = []

    @of_one_publication
    def read(workspace):
        if not gone:
            gone.append(1)
            put(workspace, 2)
            raise FileNotFoundError("it was of the old publication")
        return read_generation(workspace)

    assert read(opened) == 2


def test_a_missing_file_of_the_standing_publication_is_an_error(opened):
    """Damage is told, not waited for."""
    put(opened, 1)
    (opened.clean / "incidents.csv").unlink()
    with pytest.raises(FileNotFoundError):
        read_generation(opened)


@pytest.mark.parametrize("in_one_step", [True, False])
def test_readers_never_see_a_mixture(opened, monkeypatch, in_one_step):
    """Read all the time during sixty publications, by one exchange or by two renames."""
    if not in_one_step:
        monkeypatch.setattr(publishing, "exchange", lambda one, other: False)
    put(opened, 0)
    seen, done = [], threading.Event()

    def read():
        while not done.is_set():
            seen.append(read_generation(opened))

    reader = threading.Thread(target=read)
    reader.start()
    for number in range(1, 61):
        put(opened, number)
    done.set()
    reader.join()
    assert seen
    assert -1 not in seen


@pytest.mark.skipif(sys.platform == "win32", reason="open folders are no file descriptors there")
def test_an_open_folder_stays_one_publication(opened):
    """A program that opened the folder reads the old files to the end, or finds them gone."""
    put(opened, 1)
    folder = os.open(opened.clean, os.O_RDONLY)
    first = os.open("incidents.csv", os.O_RDONLY, dir_fd=folder)
    put(opened, 2)
    assert os.read(first, 100) == b"generation\n1\n"
    with pytest.raises(FileNotFoundError):
        os.open("deaths.csv", os.O_RDONLY, dir_fd=folder)
    os.close(first)
    os.close(folder)


@pytest.mark.skipif(os.name == "nt", reason="permissions of Unix")
@pytest.mark.parametrize("mask", [0o022, 0o077, 0o002])
def test_new_files_follow_the_umask_and_old_modes_stay(opened, mask):
    """Never 0600 by accident, and what somebody set is kept."""
    before = os.umask(mask)
    try:
        put(opened, 1)
        assert stat.S_IMODE((opened.clean / "incidents.csv").stat().st_mode) == 0o666 & ~mask
        (opened.clean / "incidents.csv").chmod(0o640)
        opened.clean.chmod(0o2775)
        put(opened, 2)
    finally:
        os.umask(before)
    assert stat.S_IMODE((opened.clean / "incidents.csv").stat().st_mode) == 0o640
    assert stat.S_IMODE(opened.clean.stat().st_mode) == 0o2775


def test_a_link_is_followed(opened, tmp_path):
    """data/clean on another disk: the folder behind the link is replaced, the link stays."""
    elsewhere = tmp_path / "elsewhere" / "published"
    elsewhere.mkdir(parents=True)
    opened.clean.symlink_to(elsewhere)
    put(opened, 1)
    put(opened, 2)
    assert opened.clean.is_symlink()
    assert (elsewhere / "incidents.csv").read_text() == "generation\n2\n"
    assert [p.name for p in elsewhere.parent.iterdir()] == ["published"]


def test_a_link_to_files_of_others_is_refused(opened, tmp_path):
    """A folder that mtool did not write is never replaced through a link."""
    letters = tmp_path / "letters"
    letters.mkdir()
    (letters / "letter.txt").write_text("dear")
    opened.clean.symlink_to(letters)
    with pytest.raises(UsageError, match="did not write"):
        put(opened, 1)
    assert (letters / "letter.txt").read_text() == "dear"


def test_a_link_to_nowhere_is_refused(opened, tmp_path):
    """One sentence, not a folder in an unexpected place."""
    opened.clean.symlink_to(tmp_path / "unmounted")
    with pytest.raises(UsageError, match="no folder"):
        put(opened, 1)


def test_leftovers_of_a_killed_run_go(opened):
    """Half-written folders and files are cleared away; the last good state comes back."""
    put(opened, 1)
    opened.clean.rename(opened.clean.with_name(".clean-before"))
    half = opened.clean.with_name(".clean-next")
    half.mkdir()
    (half / "incidents.csv").write_text("half")
    (opened.raw / ".report.csv.new").write_text("half")
    recover(opened)
    assert read_generation(opened) == 1
    assert [p.name for p in sorted(opened.clean.parent.iterdir())] == ["clean", "raw"]
    assert not list(opened.raw.iterdir())


def test_renames_that_fail_half_way_are_taken_back(opened, monkeypatch):
    """By two renames, too, a failing disk leaves the old state."""
    put(opened, 1)
    monkeypatch.setattr(publishing, "exchange", lambda one, other: False)
    plain = type(opened.clean).rename

    def rename(path, target):
        if path.name == ".clean-next":
            raise OSError(5, "Input/output error")
        return plain(path, target)

    monkeypatch.setattr(type(opened.clean), "rename", rename)
    with pytest.raises(Exception, match="Input/output error"):
        put(opened, 2)
    assert read_generation(opened) == 1


@pytest.mark.skipif(sys.platform != "linux", reason="renameat2")
def test_exchange_swaps_two_folders(tmp_path):
    """And says so; a missing name is false, not an error."""
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    (tmp_path / "one" / "first").touch()
    assert whole_files.exchange(tmp_path / "one", tmp_path / "two")
    assert (tmp_path / "two" / "first").exists()
    assert not whole_files.exchange(tmp_path / "one", tmp_path / "three")


def test_a_file_is_written_whole(tmp_path):
    """The old content stays when writing fails, and nothing lies beside it."""
    path = tmp_path / "runs.jsonl"
    write_whole(path, "old")
    with pytest.raises(TypeError):
        write_whole(path, None)
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_the_lock_is_for_one_and_may_be_taken_again_by_its_holder(opened):
    """Another thread stands for another process: it gets 75; readers are not asked."""
    put(opened, 1)
    refused = []

    def other():
        try:
            with only_run(opened):
                pass
        except LockHeld as error:
            refused.append((int(error.exit_code), str(error)))

    with only_run(opened), only_run(opened):
        thread = threading.Thread(target=other)
        thread.start()
        thread.join()
        assert read_generation(opened) == 1
    assert refused[0][0] == 75
    assert "--wait" in refused[0][1]
    other()
    assert len(refused) == 1


def test_a_file_system_without_locks_is_refused(opened, monkeypatch):
    """Never a lock that is only a file: after a kill it would stay for ever."""
    import errno

    fcntl = pytest.importorskip("fcntl")

    def flock(descriptor, operation):
        raise OSError(errno.ENOSYS, "Function not implemented")

    monkeypatch.setattr(fcntl, "flock", flock)
    with pytest.raises(UsageError, match="has no locks"), only_run(opened):
        pass
