"""Left alone at night: whatever goes wrong, data/clean is the old state or the new one.

A few moments of each kind; `tests/prove/test_nights.py` goes through all of them.
"""

from __future__ import annotations

import sys

import pytest

if sys.platform != "linux":
    pytest.skip("audit hooks and signals of Linux", allow_module_level=True)

from faults import CODES, Fault, published_workspace, run_with, tree


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    """A workspace of three reports, published."""
    return published_workspace(tmp_path_factory.mktemp("reliability"), 3)


@pytest.mark.parametrize("share", [0.3, 0.6, 0.95])
def test_killed_at_a_write_an_fsync_or_a_rename(published, tmp_path, share):
    """SIGKILL leaves the old state or the new one, and nothing to repair."""
    root = published.changed(tmp_path / "workspace")
    at = int(published.events * share)
    assert run_with(root, Fault("kill", at), tmp_path / "said.json") == {}
    published.check(root, tmp_path / "said.json")


@pytest.mark.parametrize(
    ("kind", "share"),
    [("EIO", 0.5), ("ENOSPC", 0.7), ("EDQUOT", 0.98), ("EROFS", 0.1), ("EACCES", 0.4)],
)
def test_a_disk_that_fails(published, tmp_path, kind, share):
    """One sentence, never a traceback; the next run needs no help."""
    root = published.changed(tmp_path / "workspace")
    at = int(published.events * share)
    said = run_with(root, Fault(kind, at), tmp_path / "said.json")
    assert said["code"] in (0, CODES[kind]), said
    published.check(root, tmp_path / "said.json")


def test_a_quota_that_no_file_fits(published, tmp_path):
    """Too large a file is told as a full disk: 75, and the old state."""
    root = published.changed(tmp_path / "workspace")
    said = run_with(root, Fault(most_bytes=200), tmp_path / "said.json")
    assert said["code"] == 75, said
    assert "free some space" in said["message"]
    assert tree(root / "data" / "clean") == published.old
    published.check(root, tmp_path / "said.json")


def test_a_file_system_without_exchange(published, tmp_path):
    """Two renames publish as well, and a note says that the guarantee is weaker."""
    root = published.changed(tmp_path / "workspace")
    said = run_with(root, Fault(without_exchange=True), tmp_path / "said.json")
    assert (said["code"], said["changed"]) == (0, True)
    assert "cannot swap two folders in one step" in " ".join(said["notes"])
    published.check(root, tmp_path / "said.json")
