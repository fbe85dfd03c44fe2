"""A feed of invented events as CSV and Parquet, with errors of five kinds at known places.

    PEERS_PYTHON feed.py ROWS FOLDER [--seed N] [--clean]

30 columns, about 813 bytes a row, names and words made up by a seeded generator: no row speaks of
anything that happened. Every 2,000 rows hold one bad type, one value out of range, one null, one
unknown code, and one key that stands twice: the other row is in the same 2,000 or in an earlier
2,000 far away. One note in 1,000 goes over two lines. Written batch by batch; any size fits.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet
import rules

BLOCK = 2_000
BATCH = 50 * BLOCK
FIRST_DAY = np.datetime64("2015-01-01")
DAYS = 3_650
SYLLABLES = "ba du ka lo ma né ra sé ti wo ya zu".split()
WORDS = (
    "armed men arrived at night near the well and left before noon while traders of the market, "
    "the herders and two elders spoke of a device beside the road to the school; no group said it "
    "was theirs and the wounded were brought to a health post by neighbours"
).split()


class Feed:
    """Rows of a feed, batch after batch, the same for the same seed."""

    def __init__(self, rows: int, seed: int, clean: bool) -> None:
        self.rows, self.clean = rows, clean
        self.rng = np.random.default_rng(seed)
        self.places = self._names(600, 3)
        self.admin1 = self._names(60, 2)
        self.admin2 = self._names(300, 3)
        self.actors = [
            f"{name} {word}"
            for name in self._names(60, 3)
            for word in ("Group", "Forces, local", "Militia")
        ]
        self.sources = [f"Radio {name}" for name in self._names(80, 2)]
        self.openings = self._sentences(2_000, 185, 260)
        self.middles = self._sentences(2_000, 185, 270)
        self.endings = self._sentences(500, 20, 90, said='He said "no".')
        self.far = (
            {} if clean else {block: self._positions(block)[6] for block in range(rows // BLOCK)}
        )

    def _names(self, number: int, syllables: int) -> list[str]:
        picked = self.rng.choice(SYLLABLES, (number, syllables))
        return ["".join(parts).capitalize() for parts in picked]

    def _sentences(self, number: int, shortest: int, longest: int, said: str = "") -> list[str]:
        sentences = [said] * bool(said)
        while len(sentences) < number:
            words = " ".join(self.rng.choice(WORDS, longest // 4))
            sentences.append(words[: int(self.rng.integers(shortest, longest))].capitalize() + ".")
        return sentences

    def _positions(self, block: int) -> Any:
        """Seven rows of a block: of the five errors, and the two that a double repeats."""
        return block * BLOCK + np.random.default_rng([7, block]).permutation(BLOCK)[:7]

    def batch(self, first: int) -> pa.Table:
        """The rows from `first` on, every column as the text that the file holds."""
        n = min(BATCH, self.rows - first)
        days = FIRST_DAY + self.rng.integers(0, DAYS, n)
        country = self.rng.integers(0, len(rules.COUNTRIES), n)
        place = self.rng.integers(0, len(self.places), n)
        years = days.astype("datetime64[Y]").astype(int) + 1970
        columns: dict[str, Any] = {
            "event_id_cnty": self._ids(first, n),
            "event_date": pc.cast(pa.array(days.astype("datetime64[D]")), pa.string()),
            "year": years,
            "time_precision": self._numbers(n, 1, 4),
            "disorder_type": self._pick(rules.DISORDER_TYPES, n),
            "event_type": self._pick(rules.EVENT_TYPES, n),
            "sub_event_type": self._pick(rules.SUB_EVENT_TYPES, n),
            "actor1": self._pick(self.actors, n),
            "assoc_actor_1": self._pick(self.actors, n, empty=0.6),
            "inter1": self._pick(rules.ACTOR_KINDS, n),
            "actor2": self._pick(self.actors, n, empty=0.3),
            "assoc_actor_2": self._pick(self.actors, n, empty=0.7),
            "inter2": self._pick(rules.ACTOR_KINDS, n, empty=0.3),
            "interaction": self._pick(
                [f"{a}-{b}" for a in rules.ACTOR_KINDS for b in rules.ACTOR_KINDS], n
            ),
            "civilian_targeting": self._pick(["Civilian targeting"], n, empty=0.7),
            "iso": np.array(list(rules.COUNTRIES.values()))[country],
            "region": self._pick(["Western Africa"], n),
            "country": self._take(list(rules.COUNTRIES), country),
            "admin1": self._take(self.admin1, place % len(self.admin1)),
            "admin2": self._take(self.admin2, place % len(self.admin2)),
            "admin3": self._pick(self.places, n, empty=0.2),
            "location": self._take(self.places, place),
            "latitude": np.round(11 + place / 100 + self.rng.random(n) / 10, 4),
            "longitude": np.round(-8 + place / 60 + self.rng.random(n) / 10, 4),
            "geo_precision": self._numbers(n, 1, 4),
            "source": self._pick(self.sources, n),
            "source_scale": self._pick(rules.SCALES, n),
            "notes": self._notes(n),
            "fatalities": pa.array(self.rng.poisson(1.4, n), mask=self.rng.random(n) < 0.01),
            "timestamp": 1_600_000_000 + self.rng.integers(0, 10**8, n),
        }
        texts = {
            name: pc.cast(
                pa.array(values) if isinstance(values, np.ndarray) else values, pa.string()
            )
            for name, values in columns.items()
        }
        if not self.clean:
            self._break(texts, first, n)
        return pa.table(texts)

    def _ids(self, first: int, n: int) -> Any:
        return pc.binary_join_element_wise(
            "SAH", pc.cast(pa.array(np.arange(first, first + n)), pa.string()), ""
        )

    def _numbers(self, n: int, low: int, high: int) -> Any:
        return self.rng.integers(low, high, n)

    def _take(self, words: Any, at: Any) -> Any:
        return pa.array(list(words), pa.string()).take(pa.array(at))

    def _pick(self, words: Any, n: int, empty: float = 0.0) -> Any:
        at = self.rng.integers(0, len(words), n)
        return self._take(words, pa.array(at, mask=self.rng.random(n) < empty) if empty else at)

    def _notes(self, n: int) -> Any:
        breaks = pa.array(np.where(self.rng.random(n) < 0.001, "\n", " "))
        parts = (
            self._pick(self.openings, n),
            self._pick(self.middles, n),
            self._pick(self.endings, n),
        )
        body = pc.binary_join_element_wise(*parts, " ")
        return pc.binary_join_element_wise(body, breaks, self._pick(self.places, n), "")

    def _break(self, texts: dict[str, Any], first: int, n: int) -> None:
        """Put the errors of every block of this batch in."""
        blocks = range(first // BLOCK, (first + n) // BLOCK)
        at = np.array([self._positions(block) for block in blocks])
        odd = np.arange(len(blocks)) % 2 == 1
        changes = (
            (0, "fatalities", "3O", ~odd),
            (0, "event_date", "2021-02-30", odd),
            (1, "latitude", "97.5", ~odd),
            (1, "fatalities", "-4", odd),
            (2, "location", None, ~odd),
            (2, "source", None, odd),
            (3, "event_type", "Explosion", ~odd),
            (3, "inter1", "Rebels", odd),
        )
        for kind, column, wrong, where in changes:
            texts[column] = _replaced(
                texts[column], at[where, kind] - first, [wrong] * int(where.sum())
            )
        twins = [
            f"SAH{self.far[(b - 1) // 2] if b % 2 else at[i, 5]}" for i, b in enumerate(blocks)
        ]
        texts[rules.KEY] = _replaced(texts[rules.KEY], at[:, 4] - first, twins)


def _replaced(column: Any, positions: Any, words: list[str | None]) -> Any:
    mask = np.zeros(len(column), bool)
    mask[positions] = True
    ordered = [words[i] for i in np.argsort(positions)]
    return pc.replace_with_mask(column, pa.array(mask), pa.array(ordered, pa.string()))


def typed(batch: pa.Table) -> pa.Table:
    """The batch in the types of the contract, as a Parquet file of clean events has them."""
    kinds = {"int": pa.int64(), "float": pa.float64(), "date": pa.date32(), "str": pa.string()}
    fields = [pa.field(name, kinds[c.dtype]) for name, c in rules.COLUMNS.items()]
    return batch.cast(pa.schema(fields))


def csv_lines(batch: pa.Table) -> memoryview:
    """The batch as RFC 4180 text, quoted where a cell needs it, as Python's csv module writes it."""
    cells = []
    for column in batch.itercolumns():
        texts = pc.fill_null(column.combine_chunks(), "")
        needy = pc.match_substring_regex(texts, '[",\n]')
        if pc.any(needy).as_py():
            doubled = pc.replace_substring(texts, '"', '""')
            texts = pc.if_else(needy, pc.binary_join_element_wise('"', doubled, '"', ""), texts)
        cells.append(texts)
    lines = pc.binary_join_element_wise(*cells, ",")
    ended = pc.binary_join_element_wise(lines, "\n", "")
    offsets = np.frombuffer(ended.buffers()[1], np.int32)
    return memoryview(ended.buffers()[2])[: int(offsets[len(ended)])]


def write(rows: int, folder: Path, seed: int, clean: bool) -> None:
    """Write `events.csv` and `truth.json`; of a clean feed `events.parquet` too."""
    folder.mkdir(parents=True, exist_ok=True)
    feed = Feed(rows, seed, clean)
    sums: dict[str, list[int]] = {}
    parquet = None
    with (folder / "events.csv").open("wb") as out:
        out.write((",".join(rules.COLUMNS) + "\n").encode())
        for first in range(0, rows, BATCH):
            batch = feed.batch(first)
            out.write(csv_lines(batch))
            if clean:
                events = typed(batch)
                parquet = parquet or pa.parquet.ParquetWriter(
                    folder / "events.parquet", events.schema, compression="zstd"
                )
                parquet.write_table(events)
                _add(sums, events)
    if parquet:
        parquet.close()
    blocks = 0 if clean else rows // BLOCK
    counts = dict.fromkeys(rules.KINDS, blocks) | {"duplicate": 2 * blocks}
    truth = {
        "rows": rows,
        "seed": seed,
        "bytes": (folder / "events.csv").stat().st_size,
        "counts": counts,
        "sums": dict(sorted(sums.items())),
    }
    (folder / "truth.json").write_text(json.dumps(truth, ensure_ascii=False), encoding="utf-8")


def _add(sums: dict[str, list[int]], events: pa.Table) -> None:
    """Add a batch to the deaths and the number of rows without one, by `admin1 year`."""
    grouped = events.append_column("missing", pc.cast(pc.is_null(events["fatalities"]), pa.int64()))
    figures = [("fatalities", "sum"), ("missing", "sum")]
    for row in grouped.group_by(["admin1", "year"]).aggregate(figures).to_pylist():
        total = sums.setdefault(f"{row['admin1']} {row['year']}", [0, 0])
        total[0] += row["fatalities_sum"] or 0
        total[1] += row["missing_sum"]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("rows", type=int)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--clean", action="store_true")
    given = parser.parse_args()
    if given.rows % BLOCK:
        parser.error(f"rows come in blocks of {BLOCK:,}")
    write(given.rows, given.folder, given.seed, given.clean)
