"""Read mutated workbooks: every one must be read or refused in one sentence, within seconds.

    python benchmarks/extraction/fuzz_workbooks.py SEED_FILE… --number 500 --seed 1 [--keep DIR]

Mutations: flipped bits, a cut end, and inside a package: flipped, cut, doubled or swapped parts.
"""

from __future__ import annotations

import argparse
import random
import signal
import tempfile
import traceback
import zipfile
from collections import Counter
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

from mtool.errors import UnreadableInput
from mtool.model import Source
from mtool.readers import ReadOptions
from mtool.readers.spreadsheet import read

SECONDS = 20
Parts = dict[str, bytes]


def flipped(rng: random.Random, data: bytes) -> bytes:
    """A few bits turned, most of them near each other."""
    changed = bytearray(data)
    centre = rng.randrange(len(changed) or 1)
    for _ in range(rng.choice((1, 3, 20))):
        at = min(len(changed) - 1, max(0, centre + rng.randint(-200, 200)))
        changed[at] ^= 1 << rng.randrange(8)
    return bytes(changed)


def cut(rng: random.Random, data: bytes) -> bytes:
    """The file as an interrupted download leaves it."""
    return data[: rng.randrange(len(data))]


def _part_flipped(rng: random.Random, parts: Parts) -> None:
    name = rng.choice([name for name in parts if parts[name]])
    parts[name] = flipped(rng, parts[name])


def _part_cut(rng: random.Random, parts: Parts) -> None:
    name = rng.choice([name for name in parts if parts[name]])
    parts[name] = cut(rng, parts[name])


def _part_gone(rng: random.Random, parts: Parts) -> None:
    del parts[rng.choice(list(parts))]


def _parts_swapped(rng: random.Random, parts: Parts) -> None:
    one, other = rng.sample(list(parts), 2)
    parts[one], parts[other] = parts[other], parts[one]


def _figures_changed(rng: random.Random, parts: Parts) -> None:
    """Digits and quotes changed where they mean rows, columns, styles, counts."""
    name = rng.choice([name for name in parts if name.endswith((".xml", ".rels"))])
    text = bytearray(parts[name])
    digits = [i for i, byte in enumerate(text) if 48 <= byte <= 57]
    for at in rng.sample(digits, k=min(len(digits), 12)):
        text[at] = ord(rng.choice('0123456789-"'))
    parts[name] = bytes(text)


INSIDE: list[Callable[[random.Random, Parts], None]] = [
    _part_flipped,
    _part_cut,
    _part_gone,
    _parts_swapped,
    _figures_changed,
    _figures_changed,
]


def inside(rng: random.Random, data: bytes) -> bytes:
    """A sound package around changed parts, so that the parsers of the parts are reached."""
    with zipfile.ZipFile(BytesIO(data)) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    rng.choice(INSIDE)(rng, parts)
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return out.getvalue()


def mutated(rng: random.Random, data: bytes) -> bytes:
    kinds = [flipped, cut]
    if data.startswith(b"PK"):
        kinds += [inside] * 4
    return rng.choice(kinds)(rng, data)


class TooLong(BaseException):
    """The reader took longer than any workbook of this size should."""


def _stop(*_: object) -> None:
    raise TooLong


def try_one(path: Path) -> str:
    """Read one file; `read`, `refused`, or the name of what went wrong."""
    signal.alarm(SECONDS)
    try:
        read(path, Source(id="x", path=str(path)), ReadOptions())
    except UnreadableInput as error:
        return "refused" if "\n" not in str(error) else "refused in several lines"
    except TooLong:
        return "too long"
    except Exception as error:
        traceback.print_exc()
        return type(error).__name__
    finally:
        signal.alarm(0)
    return "read"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("seeds", type=Path, nargs="+")
    parser.add_argument("--number", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path)
    given = parser.parse_args()
    signal.signal(signal.SIGALRM, _stop)
    counts: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        for number in range(given.number):
            rng = random.Random(given.seed * 100_000 + number)
            origin = rng.choice(given.seeds)
            path = Path(folder) / f"{number:04}{origin.suffix}"
            path.write_bytes(mutated(rng, origin.read_bytes()))
            outcome = try_one(path)
            counts[outcome] += 1
            if outcome not in ("read", "refused") and given.keep:
                given.keep.mkdir(parents=True, exist_ok=True)
                (given.keep / path.name).write_bytes(path.read_bytes())
            path.unlink()
    print(dict(counts))


if __name__ == "__main__":
    main()
