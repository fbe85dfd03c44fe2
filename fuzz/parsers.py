"""Feed the parsers of bytes, CSV, text and printed numbers with whatever libFuzzer thinks of.

    pip install atheris
    python fuzz/parsers.py csv -max_total_time=300 -max_len=4096

The first word is one of `csv`, `text` and `numbers`, what follows goes to libFuzzer. Any exception but a
sentence for the user (`MtoolError`) is a crash: libFuzzer leaves its input in `crash-…`. Mend the
cause, and keep the input under a telling name in `tests/nasty/`.
"""

import importlib
import pkgutil
import sys
import tempfile
from pathlib import Path

import atheris

#: What is imported only when a file is read; libFuzzer follows no module that came in unseen.
READERS = ("mtool.readers.csv", "mtool.readers.text")

with atheris.instrument_imports(include=["mtool"]):
    import mtool.readers

    for module in pkgutil.walk_packages(mtool.readers.__path__, "mtool.readers."):
        if not module.ispkg and (module.name.startswith(READERS) or module.name.count(".") == 2):
            importlib.import_module(module.name)
    from mtool import read_tables
    from mtool.errors import MtoolError
    from mtool.periods import read_date, read_period
    from mtool.printed_numbers import read_number


def read_numbers(data: bytes) -> None:
    text = data.decode("utf-8", "surrogateescape")
    for read in (read_number, read_date, read_period):
        read(text)


def read_as(suffix: str, folder: Path):
    path = folder / f"case{suffix}"

    def read(data: bytes) -> None:
        path.write_bytes(data)
        try:
            for table in read_tables(path):
                list(table.rows)
        except MtoolError:
            pass

    return read


def main() -> None:
    kind = sys.argv.pop(1)
    with tempfile.TemporaryDirectory() as folder:
        targets = {
            "csv": read_as(".csv", Path(folder)),
            "text": read_as(".txt", Path(folder)),
            "numbers": read_numbers,
        }
        atheris.Setup(sys.argv, targets[kind])
        atheris.Fuzz()


if __name__ == "__main__":
    main()
