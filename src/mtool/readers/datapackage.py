"""Data Package → the tables that its descriptor names; from a zip file or beside `datapackage.json`.

What the descriptor says decides: names, encodings and dialects are not guessed. Nothing is
fetched, and nothing outside the package is opened.
"""

from __future__ import annotations

import csv
import json
import re
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from io import TextIOWrapper
from pathlib import Path, PurePosixPath
from typing import IO, Any

from mtool.errors import UnreadableInput
from mtool.fixed_zip import write_zip
from mtool.language import counted
from mtool.model import Document, Finding, Locator, RawTable, Row, Source
from mtool.readers import ReadOptions
from mtool.readers.packages import check_package

DESCRIPTOR = "datapackage.json"
LARGEST_DESCRIPTOR = 20_000_000


@dataclass(frozen=True, slots=True)
class PackageBody:
    """The rows of one file of a package, read again at each iteration; `place` is the line."""

    package: Path
    name: str
    encoding: str
    dialect: Mapping[str, Any]

    def records(self) -> Iterator[tuple[int, list[str]]]:
        """Every record with the line it begins at, the header included."""
        with (
            opened(self.package, self.name) as data,
            TextIOWrapper(data, encoding=self.encoding, newline="") as text,
        ):
            reader = csv.reader(text, **self.dialect)
            line = 1
            for record in reader:
                yield line, record
                line = reader.line_num + 1

    def __iter__(self) -> Iterator[Row]:
        records = self.records()
        next(records, None)
        for line, cells in records:
            yield Row(tuple(cells), line)


@contextmanager
def opened(package: Path, name: str) -> Iterator[IO[bytes]]:
    """A file of a package; in a folder, only below the folder that the descriptor stands in."""
    if package.suffix == ".json":
        with (package.parent / name).open("rb") as file:
            yield file
        return
    with zipfile.ZipFile(package) as files, files.open(name) as member:
        yield member


def read(path: Path, source: Source, options: ReadOptions) -> Document:
    """Read a package. Raises `UnreadableInput` for a descriptor or a file that is not as promised."""
    name = source.path or str(path)
    if path.suffix != ".json":
        check_package(path)
    tables: list[RawTable] = []
    findings: list[Finding] = []
    for resource in _resources(path, name):
        if not _is_table(resource):
            findings.append(_unread(resource, name))
            continue
        tables.append(_table(path, name, resource, len(tables) + 1))
    return Document(source, "application/zip", tuple(tables), (), tuple(findings))


def _resources(path: Path, name: str) -> list[Mapping[str, Any]]:
    try:
        with opened(path, DESCRIPTOR) as file:
            tree = json.loads(file.read(LARGEST_DESCRIPTOR).decode("utf-8-sig"))
        resources = tree["resources"]
        assert isinstance(resources, list)
        assert all(isinstance(resource, dict) for resource in resources)
    except (OSError, KeyError, TypeError, ValueError, AssertionError, zipfile.BadZipFile):
        raise UnreadableInput(
            f"{name}: {DESCRIPTOR} is missing or is not a Data Package descriptor "
            "(JSON with a list of resources)"
        ) from None
    return resources


def _is_table(resource: Mapping[str, Any]) -> bool:
    path = resource.get("path")
    named = isinstance(path, str) and "://" not in path
    return named and str(resource.get("format") or PurePosixPath(str(path)).suffix[1:]) == "csv"


def _unread(resource: Mapping[str, Any], name: str) -> Finding:
    return Finding(
        "resource_unread",
        "note",
        "warning",
        f"the resource {resource.get('name')!r} of the package is not one CSV file in it: not read",
        Locator(path=name),
        suggestion="fetch the file itself and take it in",
    )


def _table(path: Path, name: str, resource: Mapping[str, Any], number: int) -> RawTable:
    inside = str(resource["path"])
    where = f"{name}: resource {resource.get('name')!r}"
    if ".." in PurePosixPath(inside).parts or PurePosixPath(inside).is_absolute():
        raise UnreadableInput(f"{where}: its path {inside!r} leads out of the package")
    body = PackageBody(path, inside, str(resource.get("encoding") or "utf-8"), _dialect(resource))
    try:
        records = body.records()
        _, header = next(records)
        for line, cells in records:
            if len(cells) != len(header):
                raise UnreadableInput(
                    f"{where}, line {line}: {counted(len(cells), 'cell')}; the header has {len(header)}"
                )
    except StopIteration:
        raise UnreadableInput(f"{where}: {inside} is empty") from None
    except (
        OSError,
        KeyError,
        LookupError,
        UnicodeDecodeError,
        csv.Error,
        zipfile.BadZipFile,
    ) as error:
        raise UnreadableInput(f"{where}: {inside} cannot be read ({error})") from None
    return RawTable(
        f"t{number}",
        tuple(header),
        body,
        title=str(resource.get("name") or resource.get("title") or ""),
        locator=Locator(path=name, line=1),
        columns=tuple(range(1, len(header) + 1)),
        reasons=("Data Package",),
    )


def _dialect(resource: Mapping[str, Any]) -> dict[str, Any]:
    said = resource.get("dialect")
    said = said if isinstance(said, Mapping) else {}
    dialect: dict[str, Any] = {
        "delimiter": str(said.get("delimiter") or ","),
        "quotechar": str(said.get("quoteChar") or '"'),
        "doublequote": said.get("doubleQuote") is not False,
        "skipinitialspace": said.get("skipInitialSpace") is True,
    }
    if said.get("escapeChar"):
        dialect["escapechar"] = str(said["escapeChar"])
    return dialect


@contextmanager
def packed(descriptor: Path) -> Iterator[Path]:
    """The whole package of a `datapackage.json` as one zip file, gone when the block ends."""
    names = [str(r["path"]) for r in _resources(descriptor, str(descriptor)) if _is_table(r)]
    name = re.sub(r"[^A-Za-z0-9._-]+", "-", descriptor.absolute().parent.name).strip("-.")
    with tempfile.TemporaryDirectory(prefix="mtool-") as folder:
        out = Path(folder) / f"{name or 'package'}.zip"
        members = [(DESCRIPTOR, descriptor), *((n, descriptor.parent / n) for n in names)]
        write_zip(out, members)
        yield out
