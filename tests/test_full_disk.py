"""A disk that is full, whatever is written to it: one sentence, 75, and nothing half-written."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from conftest import run_mtool
from mtool.writers import WRITERS

MALI = "data/raw/mali_improvised_mines.txt"
WRITING = [
    *(("export", name, "-o", f"DISK/x.{name}") for name in WRITERS),
    ("template", "incidents", "-o", "DISK/form.xlsx"),
    ("plot", "incidents", "-o", "DISK/plot.svg"),
    ("audit", MALI, "--annotate", "DISK/audit.html"),
    ("compare", "mali_improvised_mines", "mali_improvised_mines", "-o", "DISK/c.xlsx"),
    ("compare", "mali_improvised_mines", "mali_improvised_mines", "-o", "DISK/c.html"),
]


@pytest.fixture(scope="module")
def disk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A file system of 2 MB in memory, full to the last block."""
    folder = tmp_path_factory.mktemp("disk")
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", folder], capture_output=True
    )
    if mounted.returncode:
        pytest.skip("a file system of its own cannot be mounted here")
    try:
        with (folder / "filler").open("wb", buffering=0) as filler:
            while filler.write(b"x" * 4096) == 4096:
                pass
    except OSError:
        pass
    yield folder
    subprocess.run(["umount", folder], check=True)


@pytest.mark.parametrize("words", WRITING, ids=" ".join)
def test_a_full_disk(words: tuple[str, ...], disk: Path, sample: Path) -> None:
    """The sentence names the file and the cure, and the disk holds what it held before."""
    # In its own process, where nobody listens to files that cannot be closed.
    done = run_mtool(*(w.replace("DISK", str(disk)) for w in words), cwd=sample, TZ="UTC")
    assert done.code == 75, done.err
    assert done.err.count("\n") == 1
    assert f"mtool: {disk}/" in done.err
    assert done.err.endswith(
        "cannot be written: No space left on device; free some space, then run it again\n"
    )
    assert [path.name for path in disk.iterdir()] == ["filler"]


def test_a_run_whose_export_finds_the_disk_full(disk: Path, sample: Path) -> None:
    """`data/clean` is published, the export is not, and 75 says that it is worth another try."""
    (sample / "mtool.toml").write_text(f'[run]\nexports = [{{to = "csv", out = "{disk}/out"}}]\n')
    done = run_mtool("run", cwd=sample)
    assert done.code == 75, done.err + done.out
    assert "No space left on device; free some space, then run it again" in done.out + done.err
    assert [path.name for path in disk.iterdir()] == ["filler"]
    assert run_mtool("verify", cwd=sample).code == 0


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
@pytest.mark.parametrize(
    "words",
    [
        ("--version",),
        ("tables", MALI, "--format", "csv"),
        ("summarize", "incidents", "--format", "json"),
        ("export", "csv", "incidents", "-o", "-"),
    ],
    ids=" ".join,
)
def test_standard_output_on_a_full_disk(words: tuple[str, ...], sample: Path) -> None:
    """A redirection that cannot take what is printed is told of, too."""
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "mtool", *words],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            cwd=sample,
        )
    assert done.returncode == 75
    assert done.stderr == (
        "mtool: the disk: No space left on device; free some space, then run it again\n"
    )


@pytest.mark.parametrize(
    ("out", "said"),
    [
        (".", "a file name is expected"),
        ("/", "a file name is expected"),
        ("data", "Is a directory; name another file or folder"),
        ("nowhere/x.xlsx", "the folder nowhere does not exist; make it first"),
        ("mtool.toml/x.xlsx", "the folder mtool.toml does not exist; make it first"),
        (f"{'x' * 300}.xlsx", "File name too long; name another file or folder"),
    ],
)
def test_a_name_that_cannot_be_written_to(out: str, said: str, sample: Path) -> None:
    """No disk is at fault: 2, and another name is asked for."""
    (sample / "mtool.toml").write_text("")
    done = run_mtool("export", "xlsx", "-o", out, cwd=sample)
    assert (done.code, done.err.count("\n")) == (2, 1)
    assert said in done.err
