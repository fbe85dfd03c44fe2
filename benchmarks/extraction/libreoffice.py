"""Another producer of files than our own libraries: LibreOffice without a window."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path


def available() -> bool:
    """Whether LibreOffice is installed."""
    return shutil.which("soffice") is not None


def convert(paths: Sequence[Path], out: Path, kind: str, read_as: str = "") -> None:
    """Write the files in another format (`ods`, `pdf:writer_pdf_Export`) into a folder."""
    with tempfile.TemporaryDirectory() as profile:
        command = ["soffice", f"-env:UserInstallation=file://{profile}", "--headless"]
        command += [f"--infilter={read_as}"] if read_as else []
        command += ["--convert-to", kind, "--outdir", str(out), *map(str, paths)]
        subprocess.run(command, check=True, capture_output=True, timeout=600)
