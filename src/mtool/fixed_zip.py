"""Zip files that are the same bytes on every run and every machine with the same zlib."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Iterable
from pathlib import Path

EARLIEST = (1980, 1, 1, 0, 0, 0)
READABLE_FILE = 0o100644 << 16


def write_zip(out: Path, members: Iterable[tuple[str, Path]]) -> None:
    """Pack files under the names given, in the order given, without their dates and owners."""
    with zipfile.ZipFile(out, "w") as package:
        for name, path in members:
            member = zipfile.ZipInfo(name, EARLIEST)
            member.compress_type = zipfile.ZIP_DEFLATED
            member.external_attr = READABLE_FILE
            member.create_system = 3
            with path.open("rb") as data, package.open(member, "w", force_zip64=False) as packed:
                shutil.copyfileobj(data, packed)
