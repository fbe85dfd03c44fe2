"""The wheel works outside the checkout."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile

import pytest

from conftest import ROOT


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The wheel as it would be published."""
    out = tmp_path_factory.mktemp("dist")
    done = subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", out, ROOT],
        capture_output=True,
        text=True,
        timeout=180,
    )
    assert done.returncode == 0, done.stderr
    return next(out.glob("*.whl"))


def test_two_builds_are_the_same_bytes(tmp_path):
    """Sdist and wheel, whatever the time zone and the umask."""
    built = []
    for zone, umask in (("UTC", 0o022), ("Asia/Tokyo", 0o077)):
        out = tmp_path / zone.replace("/", "-")
        done = subprocess.run(
            [sys.executable, "-m", "build", "--no-isolation", "--outdir", out, ROOT],
            capture_output=True,
            text=True,
            timeout=300,
            umask=umask,
            env=os.environ | {"TZ": zone, "SOURCE_DATE_EPOCH": "1700000000"},
        )
        assert done.returncode == 0, done.stderr
        built.append({path.name: path.read_bytes() for path in out.iterdir()})
    assert len(built[0]) == 2
    assert built[0] == built[1]


def test_the_wheel_carries_the_schemas(wheel):
    """Schemas, vocabularies and areas are inside the package."""
    names = set(zipfile.ZipFile(wheel).namelist())
    assert {
        "mtool/schemas/incidents.yaml",
        "mtool/schemas/areas/MLI.csv",
        "mtool/schemas/vocabularies/device_type.csv",
        "mtool/py.typed",
    } <= names


def test_the_wheel_works_in_an_empty_environment(wheel, tmp_path):
    """Installed without the checkout, it knows its schemas and reads a table."""
    venv = tmp_path / "venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", venv], check=True, timeout=120)
    site = next((venv / "lib").rglob("site-packages"), venv / "Lib" / "site-packages")
    zipfile.ZipFile(wheel).extractall(site)
    here = [path for path in sys.path if path.endswith("site-packages")]
    (site / "libraries.pth").write_text("\n".join(here))
    python = venv / ("Scripts" if os.name == "nt" else "bin") / "python"
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
    script = (
        "import mtool.shipped as s; print(s.__file__); print(s.shipped_schemas());"
        "from mtool.__main__ import main; import sys; sys.argv = ['mtool', 'schema', 'list']; main()"
    )
    done = subprocess.run(
        [python, "-c", script],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env=environment | {"PYTHONIOENCODING": "utf-8"},
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    assert str(venv) in done.stdout.splitlines()[0]
    assert "treaty_events" in done.stdout
