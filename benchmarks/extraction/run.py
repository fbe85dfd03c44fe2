"""Read some hundred documents of known truth, side by side with the libraries people use.

    python benchmarks/extraction/run.py [--documents 440] [--formats pdf,html,…] [--json OUT]

Per format and reader: body cells in their place, tables exact (header too, where the reader tells
it from the body), tables that are not there, figures that a footnote mark became part of, seconds
per page (PDF) or document. Readers take turns on each document, in changing order, in one process.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import logging
import tempfile
import time
import warnings
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import documents
import score_pollution
from peers import READERS, Reader
from score_cells import Reading, Score, add


def read_all(made: Sequence[documents.Rendered], readers: Sequence[Reader]) -> dict[str, Score]:
    """Let every reader read every document; each begins with one that does not count."""
    scores = {reader.name: Score() for reader in readers}
    for reader in readers:
        _timed(reader, made[0].path)
    for number, document in enumerate(made):
        turn = number % len(readers)
        for reader in [*readers[turn:], *readers[:turn]]:
            found, seconds = _timed(reader, document.path)
            _count(scores[reader.name], document, found, seconds)
    return scores


def _timed(reader: Reader, path: Path) -> tuple[list[Reading] | None, float]:
    """What the reader found, null when it failed; mtool may refuse but not fail."""
    begun = time.perf_counter()
    try:
        with warnings.catch_warnings(), contextlib.redirect_stderr(io.StringIO()):
            warnings.simplefilter("ignore")
            found = reader.read(path)
    except Exception as error:  # a peer that fails on a document scores nothing there
        if reader.name == "mtool" and not _is_refusal(error):
            raise
        found = None
    return found, time.perf_counter() - begun


def _is_refusal(error: Exception) -> bool:
    from mtool.errors import MtoolError

    return isinstance(error, MtoolError)


def _count(
    into: Score, document: documents.Rendered, found: list[Reading] | None, seconds: float
) -> None:
    into.documents += 1
    into.failed += found is None
    into.pages += document.pages
    into.seconds += seconds
    kind = document.path.suffix
    add(into, document.truths, found or [], document.path.name, blanks_count=kind != ".pdf")
    if kind == ".csv":
        largest = max(found or [], key=lambda r: len(r.rows), default=None)
        into.pollution.append(
            score_pollution.points(document.truths[0], _written(largest) if found else None)
        )


def _written(reading: Reading) -> list[list[str]]:
    return reading.rows if reading.header is None else [reading.header, *reading.rows]


def line_of(name: str, result: Score) -> str:
    """One line of the table."""
    pages = max(result.pages, 1)
    tells = name == "mtool"
    header = f"{result.with_header:>7}" if tells else f"{'–':>7}"
    extra = f"  {sum(result.pollution) / len(result.pollution):6.3f}" if result.pollution else ""
    return (
        f"  {name:<20}{result.right / max(result.cells, 1):8.2%}"
        f"{result.exact:>7}/{result.tables:<5}{header}{result.spurious:>10}"
        f"{result.fused:>7}/{result.marked:<5}{result.failed:>7}{result.seconds / pages:>10.4f}{extra}"
    )


def print_format(name: str, made: Sequence[documents.Rendered], scores: dict[str, Score]) -> None:
    """The lines of one format under their heading."""
    pages = sum(document.pages for document in made)
    unit = "s/page" if name.startswith("pdf") else "s/doc"
    of = f", {pages} pages" if name.startswith("pdf") else ""
    print(f"\n{name}: {len(made)} documents{of}")
    points = "  Pollock" if name == "csv" else ""
    print(
        f"  {'':<20}{'cells':>8}{'exact':>7}{'':6}{'+header':>7}{'spurious':>10}"
        f"{'fused':>7}{'':6}{'failed':>7}{unit:>10}{points}"
    )
    for reader, result in scores.items():
        print(line_of(reader, result))


def run(
    formats: Sequence[str], number: int, seed: int, folder: Path
) -> dict[str, dict[str, Score]]:
    """Make and read documents of some formats; print and return the scores."""
    results: dict[str, dict[str, Score]] = {}
    possible = [name for name in formats if not documents.left_out(name)]
    for name in formats:
        if documents.left_out(name):
            print(documents.left_out(name))
    for name, count in documents.numbers_of(possible, number).items():
        made = documents.make(name, folder, count, seed)
        for reader in READERS[name]:
            if reader.missing:
                print(reader.missing)
        readers = [reader for reader in READERS[name] if not reader.missing]
        results[name] = read_all(made, readers)
        print_format(name, made, results[name])
    return results


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--documents", type=int, default=440, help="in all, by fixed shares")
    parser.add_argument("--formats", default=",".join(documents.FORMATS))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", type=Path, help="write the figures here too")
    parser.add_argument("--keep", type=Path, help="keep the documents in this folder")
    parser.add_argument("-v", "--verbose", action="store_true", help="name what mtool read wrongly")
    given = parser.parse_args()
    logging.disable(logging.WARNING)
    with tempfile.TemporaryDirectory() as folder:
        formats = given.formats.split(",")
        results = run(formats, given.documents, given.seed, given.keep or Path(folder))
    total = sum(scores["mtool"].documents for scores in results.values())
    print(f"\n{total} documents, seed {given.seed}")
    if given.verbose:
        for name, scores in results.items():
            print(*(f"{name} {line}" for line in scores["mtool"].wrong), sep="\n")
    if given.json:
        plain = {f: {r: asdict(s) for r, s in scores.items()} for f, scores in results.items()}
        given.json.write_text(json.dumps(plain, indent=1, ensure_ascii=False), encoding="utf-8")


if __name__ == "__main__":
    main()
