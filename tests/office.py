"""Other people's office programs: LibreOffice converts a file, poppler draws its pages."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest


def through_libreoffice(path: Path, kind: str) -> Path:
    """The file as LibreOffice saves it; `kind` is an ending, or an ending and a filter."""
    soffice = shutil.which("soffice")
    if soffice is None:
        pytest.skip("LibreOffice is not here: no trip through it")
    ending = kind.partition(":")[0]
    out = path.parent / f"as_{ending}"
    profile = f"-env:UserInstallation=file://{path.parent}/profile"
    command = [soffice, "--headless", profile, "--convert-to", kind, "--outdir", out, path]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    return out / f"{path.stem}.{ending}"


def drawn_pages(path: Path, start: Path) -> list[Path]:
    """The pages of a workbook as LibreOffice prints them: pictures whose names begin with `start`."""
    pdf = through_libreoffice(path, "pdf")
    for old in start.parent.glob(f"{start.name}-*.png"):
        old.unlink()
    subprocess.run(["pdftoppm", "-r", "90", "-png", pdf, start], check=True, timeout=120)
    return sorted(start.parent.glob(f"{start.name}-*.png"))


def printed_text(path: Path) -> str:
    """What stands on the pages of a workbook printed by LibreOffice."""
    pdf = path.parent / "as_pdf" / f"{path.stem}.pdf"
    pdf = pdf if pdf.is_file() else through_libreoffice(path, "pdf")
    done = subprocess.run(["pdftotext", "-layout", pdf, "-"], check=True, capture_output=True)
    return done.stdout.decode("utf-8")
