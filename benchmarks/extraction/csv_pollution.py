"""Polluted CSV files with known truth, and how well readers recover them.

Kinds of pollution and measure follow Pollock (Vitagliano et al., VLDB 2023): success, and
precision, recall and F1 of header, records and cells, ten numbers from 0 to 1 for each file.
Tables and files are made here; none of Pollock's own files is used.

    python benchmarks/extraction/csv_pollution.py [--readers mtool,clevercsv] [--worst mtool]
"""

from __future__ import annotations

import argparse
import csv
import io
import random
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

Rows = list[list[str]]
WORDS = (
    "steel road bridge, north village patrol device pressure plate, convoy market well survey "
    "team river crossing school clinic field path 7 km east of Ansongo rapid response light "
    "vehicle, damaged after rain no casualties reported"
).split(" ")
PLACES = ("Gao", "Mopti", "Ségou", "Kidal", "Tombouctou", "Ménaka", "Sikasso", "Koulikoro")
DEVICES = ("AP mine", "AV mine", 'IED "pressure plate"', "UXO", "ERW", "IED")


@dataclass(frozen=True)
class Table:
    """What a reader should recover: names of columns and rows of cells."""

    header: list[str]
    rows: Rows


@dataclass(frozen=True)
class Style:
    """How a clean file is written."""

    delimiter: str = ","
    quote: str = '"'
    escape: str = '"'
    end: str = "\r\n"
    quote_all: bool = False

    def cell(self, text: str, always: bool) -> str:
        """Print one cell; `always` where its column is quoted as a rule."""
        must = any(mark in text for mark in (self.delimiter, self.quote, "\n", "\r"))
        if not (must or always or self.quote_all):
            return text
        return self.quote + text.replace(self.quote, self.escape + self.quote) + self.quote

    def line(self, cells: Sequence[str], quoted: frozenset[int] = frozenset()) -> str:
        """Print one record with its end."""
        printed = (self.cell(text, column in quoted) for column, text in enumerate(cells))
        return self.delimiter.join(printed) + self.end


@dataclass(frozen=True)
class File:
    """One polluted file: its kind of pollution, its bytes and the truth."""

    kind: str
    name: str
    data: bytes
    truth: Table


def incidents(rng: random.Random) -> Table:
    """One row per event: dates, codes, figures, and remarks with commas, quotes and line breaks."""
    rows = []
    for number in range(rng.randint(40, 85)):
        remark = " ".join(rng.choices(WORDS, k=rng.randint(3, 18)))
        if number % 17 == 5:
            remark = remark.replace(" ", "\n", 1)
        rows.append(
            [
                f"{rng.randint(1, 28):02}/{rng.randint(1, 12):02}/20{rng.randint(15, 23)}",
                f"{rng.randint(0, 23):02}:{rng.choice(('00', '15', '40'))}",
                f"ML{rng.randint(1, 10):02}",
                rng.choice(PLACES),
                rng.choice(DEVICES),
                str(rng.randint(0, 9)),
                str(rng.randint(0, 40)),
                f"https://example.org/event/{rng.randint(1000, 9999)}",
                remark,
            ]
        )
    names = "Date,Time,Code,Region,Device,Killed,Injured,Link,Remarks".split(",")
    return Table(names, rows)


def casualties(rng: random.Random) -> Table:
    """Areas by years, with missing figures."""
    years = [str(year) for year in range(2016, 2016 + rng.randint(4, 8))]
    rows = [
        [
            place,
            *(rng.choice((str(rng.randint(0, 120)), str(rng.randint(0, 9)), "N/R")) for _ in years),
        ]
        for place in PLACES
    ]
    return Table(["Region", *years], rows)


def clearance(rng: random.Random) -> Table:
    """Operators and areas with decimal commas, empty cells and words only in some columns."""
    rows = [
        [
            str(number),
            rng.choice(("MAG", "DRC", "HI", "TDH", "Danish Refugee Council")),
            rng.choice(PLACES),
            f"{rng.randint(0, 9)},{rng.randint(0, 99):02}",
            rng.choice(("", str(rng.randint(100, 90000)))),
            rng.choice(("open", "closed", "suspended, access refused", "")),
        ]
        for number in range(1, rng.randint(15, 60))
    ]
    return Table(["No.", "Operator", "Area", "Cleared km²", "Cost (US$)", "Status"], rows)


def directory(rng: random.Random) -> Table:
    """Text only: offices, people, addresses, languages."""
    rows = [
        [
            f"{rng.choice(PLACES)} office {number}",
            f"{rng.choice(('Awa', 'Bakary', 'Fanta', 'Issa'))} {rng.choice(('Diallo', 'Keita', 'Touré'))}",
            f"Rue {rng.randint(1, 400)}, porte {rng.randint(1, 99)}",
            rng.choice(("French", "Bambara", "Tamasheq", "Songhay")),
        ]
        for number in range(rng.randint(12, 40))
    ]
    return Table(["Office", "Contact", "Address", "Language"], rows)


def equipment(rng: random.Random) -> Table:
    """Prices, serial numbers and descriptions, quoted only where a cell needs it."""
    rows = [
        [
            f"2022-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}",
            rng.choice(("Detector", "Detector, dual sensor", "First-aid kit", 'Probe 12" steel')),
            f"SN-{rng.randint(10000, 99999)}",
            f"${rng.randint(5, 9)},{rng.randint(100, 999)}.00"
            if rng.random() < 0.4
            else f"${rng.randint(20, 999)}.50",
            rng.choice(("Team 1", "Team 2's depot", "Mopti office, store", "")),
            " ".join(rng.choices(WORDS, k=rng.randint(2, 9))),
        ]
        for _ in range(rng.randint(20, 60))
    ]
    return Table(["Bought", "Item", "Serial", "Price", "Held by", "Remarks"], rows)


TABLES: tuple[Callable[[random.Random], Table], ...] = (
    incidents,
    casualties,
    clearance,
    directory,
    equipment,
)


def pollute(table: Table, rng: random.Random, share: float) -> Iterator[File]:
    """Yield polluted files of one table; `share` of the cells get each pollution of a cell."""
    yield from whole_files(table, rng)
    yield from rows_and_cells(table, rng, share)


def encode(text: str, codec: str = "utf-8") -> bytes:
    """Encode as the reader is to find out."""
    return text.encode(codec)


def quoted_columns(table: Table) -> frozenset[int]:
    """Columns of text are quoted in most base files, as many programs do; else single cells."""
    if "Serial" in table.header:
        return frozenset()
    return frozenset(
        column
        for column in range(len(table.header))
        if any("," in row[column] or " " in row[column] for row in table.rows)
    )


def text_of(table: Table, style: Style, header: bool = True) -> str:
    """The whole clean file."""
    quoted = quoted_columns(table)
    lines = [style.line(row, quoted) for row in table.rows]
    return "".join([style.line(table.header), *lines] if header else lines)


def whole_files(table: Table, rng: random.Random) -> Iterator[File]:
    """Pollutions of the file as a whole."""
    plain = Style()

    def made(kind: str, name: str, text: str, truth: Table = table, codec: str = "utf-8") -> File:
        return File(kind, name, encode(text, codec), truth)

    base = text_of(table, plain)
    yield made("standard", "standard", base)
    yield made("standard", "no_last_line_end", base.rstrip("\r\n"))
    yield made("standard", "two_last_line_ends", base + "\r\n")
    yield made("standard", "quote_all", text_of(table, replace(plain, quote_all=True)))
    for delimiter in (";", "\t", "|", " ", ", ", "||", "^", ":"):
        style = replace(plain, delimiter=delimiter)
        yield made("delimiter", f"delimiter_{delimiter!r}", text_of(table, style))
    yield made("quote", "apostrophe", text_of(table, replace(plain, quote="'", escape="'")))
    yield made("escape", "backslash", text_of(table, replace(plain, escape="\\")))
    yield made("escape", "no_escape", text_of(table, replace(plain, escape="")))
    for end in ("\n", "\r", "\n\r", "\r\r\n"):
        yield made("record_end", f"end_{end!r}", text_of(table, replace(plain, end=end)))
    mixed = "".join(
        replace(plain, end=rng.choice(("\n", "\r\n"))).line(row, quoted_columns(table))
        for row in [table.header, *table.rows]
    )
    yield made("record_end", "end_mixed", mixed)
    for codec in ("utf-8-sig", "utf-16", "cp1252"):
        yield made("encoding", codec, base, codec=codec)
    names = [f"column_{c}" for c in range(1, len(table.header) + 1)]
    yield made("header", "no_header", text_of(table, plain, header=False), Table(names, table.rows))
    yield made("header", "header_only", plain.line(table.header), Table(table.header, []))
    yield made(
        "header",
        "one_row",
        text_of(Table(table.header, table.rows[:1]), plain),
        Table(table.header, table.rows[:1]),
    )
    yield from headers(table, plain)
    yield from surroundings(table, plain)
    yield from several_tables(table, plain)


def headers(table: Table, plain: Style) -> Iterator[File]:
    """Headers over two rows: groups above some columns."""
    width, quoted = len(table.header), quoted_columns(table)
    groups = [
        "",
        *(
            "Group A" if c == 1 else "Group B" if c == 1 + width // 2 else ""
            for c in range(1, width)
        ),
    ]
    body = "".join(plain.line(row, quoted) for row in table.rows)
    filled, last = [], ""
    for column, text in enumerate(groups):
        last = text or last
        filled.append(f"{last} / {table.header[column]}" if last else table.header[column])
    text = plain.line(groups) + plain.line(table.header) + body
    yield File("header", "two_levels", encode(text), Table(filled, table.rows))


def surroundings(table: Table, plain: Style) -> Iterator[File]:
    """Preambles and footnotes, padded to the width or not, beside blank lines or not."""
    base, width = text_of(table, plain), len(table.header)
    above = [
        "Victims of explosive devices, 2016 to 2023",
        "Published by the national centre",
        "As of 31 March 2023",
    ]
    below = [
        "Source: national database",
        "Note: figures are provisional, and may change",
        "* includes improvised mines",
    ]
    for count in (1, 3):
        for padded in (True, False):
            for blank in (True, False):
                gap = [""] if blank else []
                name = f"{count}{'_padded' if padded else ''}{'_blank' if blank else ''}"

                def lines(texts: Sequence[str], padded: bool = padded) -> str:
                    if padded:
                        return "".join(plain.line([t, *[""] * (width - 1)]) for t in texts)
                    return "".join(text + plain.end for text in texts)

                top, bottom = lines([*above[:count], *gap]), lines([*gap, *below[:count]])
                yield File("preamble", f"preamble_{name}", encode(top + base), table)
                yield File("footnote", f"footnote_{name}", encode(base + bottom), table)


def several_tables(table: Table, plain: Style) -> Iterator[File]:
    """A second, smaller table below: fewer, as many, or more columns; the first one is wanted."""
    width, base = len(table.header), text_of(table, plain)
    for name, columns in (("less", width - 1), ("same", width), ("more", width + 1)):
        names = (table.header * 2)[:columns]
        names = names if columns <= width else [*table.header, "Extra"]
        rows = [(row * 2)[:columns] for row in table.rows[: len(table.rows) // 2]]
        second = text_of(Table(names, rows), plain)
        yield File("tables", f"tables_{name}", encode(base + second), table)
        yield File("tables", f"tables_{name}_blank", encode(base + plain.end + second), table)


ABOVE = (
    "Ministère de la Sécurité et de la Protection civile",
    "Table 4. Explosive ordnance, by area and year",
    "Period: January 2016 to December 2023",
    "Figures in brackets are estimates, see the annex",
    "Published 30/04/2024",
)
BELOW = (
    "Source: national database, extracted 2 March 2024",
    "Note: figures are provisional, and may change",
    "* Includes improvised mines",
    "(1) Without Ménaka",
    "N/R = not reported",
)


def published(table: Table, rng: random.Random, number: int) -> File:
    """A file as offices publish them: several pollutions of its layout at once."""
    style = Style(
        delimiter=rng.choice((",", ",", ",", ";", "\t")),
        end=rng.choice(("\n", "\r\n")),
        quote_all=rng.random() < 0.15,
    )
    width, padded = len(table.header), rng.random() < 0.6
    truth, levels = _levels(table, rng)

    def texts(lines: Sequence[str]) -> list[str]:
        if padded:
            return [style.line([line, *[""] * (width - 1)]) for line in lines]
        return [style.cell(line, always=False) + style.end for line in lines]

    blank = texts([""])
    above = texts(rng.sample(ABOVE, rng.randint(0, 4)))
    below = texts(rng.sample(BELOW, rng.randint(0, 3)))
    quoted = quoted_columns(table)
    parts = [
        *above,
        *(blank if above and rng.random() < 0.6 else []),
        *(style.line(level) for level in levels),
        *(style.line(row, quoted) for row in truth.rows),
        *(blank if below and rng.random() < 0.6 else []),
        *below,
        *(blank * rng.choice((0, 0, 3))),
    ]
    codec = rng.choice(("utf-8", "utf-8", "utf-8-sig", "cp1252"))
    return File("published", f"published_{number}", encode("".join(parts), codec), truth)


def _levels(table: Table, rng: random.Random) -> tuple[Table, list[list[str]]]:
    """A header of one level, of two (groups above), or with a row of units below."""
    header, kind = table.header, rng.choice(("plain", "plain", "groups", "units"))
    figures = [
        c for c in range(1, len(header)) if all(r[c].isdigit() or not r[c] for r in table.rows)
    ]
    if kind == "groups" and len(figures) >= 2:
        groups = ["Reported" if c == figures[0] else "" for c in range(len(header))]
        joined = list(header)
        for column in range(figures[0], len(header)):
            joined[column] = f"Reported / {header[column]}"
        return Table(joined, table.rows), [groups, header]
    if kind == "units" and figures:
        units = ["(number)" if c in figures else "" for c in range(len(header))]
        joined = [f"{h} / {u}" if u else h for h, u in zip(header, units, strict=True)]
        return Table(joined, table.rows), [header, units]
    return table, [header]


def rows_and_cells(table: Table, rng: random.Random, share: float) -> Iterator[File]:
    """Pollutions of one row or one cell: delimiters and quotes too many or too few."""
    plain, quoted, width = Style(), quoted_columns(table), len(table.header)
    rows = [table.header, *table.rows]
    clean = [plain.line(table.header), *(plain.line(row, quoted) for row in table.rows)]

    def with_line(number: int, line: str) -> bytes:
        return encode("".join([*clean[:number], line, *clean[number + 1 :]]))

    for number, row in enumerate(rows):
        if number and rng.random() > max(share * 2, 0.1):
            continue
        spaced = replace(plain, delimiter=" ")
        cells = [plain.cell(t, number > 0 and c in quoted) for c, t in enumerate(row)]
        yield File(
            "row_delimiter",
            f"row_space_{number}",
            with_line(number, spaced.delimiter.join(cells) + plain.end),
            table,
        )
        for column in range(width):
            if number and rng.random() > share:
                continue
            place = f"{number}_{column}"
            more = ",".join(cells[:column]) + "," * bool(column) + "," + ",".join(cells[column:])
            yield File(
                "more_delimiters", f"more_{place}", with_line(number, more + plain.end), table
            )
            if column:
                less = ",".join(cells[:column]) + ",".join(cells[column:])
                yield File(
                    "less_delimiters", f"less_{place}", with_line(number, less + plain.end), table
                )
            extra = cells[column]
            extra = '""' + extra[1:] if extra.startswith('"') else '"' + extra
            line = ",".join([*cells[:column], extra, *cells[column + 1 :]]) + plain.end
            polluted = [list(r) for r in rows]
            polluted[number][column] = '"' + polluted[number][column]
            yield File(
                "extra_quote",
                f"quote_{place}",
                with_line(number, line),
                Table(polluted[0], polluted[1:]),
            )


def score(truth: Table, loaded: Rows | None) -> float:
    """Pollock's ten numbers for one file, added up; 0 when the reader failed."""
    if loaded is None:
        return 0.0
    header = loaded[0] if loaded else []
    wanted = [truth.header, *truth.rows]
    total = 1.0 + _three(truth.header, header, str.casefold)
    total += _three(
        ["".join(r) for r in truth.rows], ["".join(r) for r in loaded[1:]], str.casefold
    )
    return total + _three([c for r in wanted for c in r], [c for r in loaded for c in r], str)


def _three(wanted: Sequence[str], got: Sequence[str], form: Callable[[str], str]) -> float:
    if not wanted:
        return 3.0
    shared = (Counter(map(form, wanted)) & Counter(map(form, got))).total()
    if not shared:
        return 0.0
    precision, recall = shared / len(wanted), shared / len(got)
    return precision + recall + 2 * precision * recall / (precision + recall)


def with_mtool(path: Path) -> Rows:
    """mtool's largest table, as `mtool tables --format csv` writes it."""
    from mtool.model import Source
    from mtool.readers import ReadOptions
    from mtool.readers.csv import read

    tables = read(path, Source("polluted"), ReadOptions()).tables
    if not tables:
        return []
    sized = [(table, table.rows) for table in tables]
    table, rows = max(sized, key=lambda pair: len(pair[1]))
    return [list(table.header), *rows]


def with_clevercsv(path: Path) -> Rows:
    """CleverCSV with its own detection."""
    import clevercsv

    return [list(row) for row in clevercsv.read_table(path)]


def with_duckdb(path: Path) -> Rows:
    """DuckDB's sniffer, all cells as text."""
    import duckdb

    relation = duckdb.read_csv(str(path), all_varchar=True)
    return [list(relation.columns), *([c or "" for c in row] for row in relation.fetchall())]


def with_pandas(path: Path) -> Rows:
    """pandas as most people call it."""
    import pandas as pd

    frame = pd.read_csv(path, dtype=str, keep_default_na=False)
    return [list(map(str, frame.columns)), *frame.fillna("").astype(str).to_numpy().tolist()]


READERS: dict[str, Callable[[Path], Rows]] = {
    "mtool": with_mtool,
    "clevercsv": with_clevercsv,
    "duckdb": with_duckdb,
    "pandas": with_pandas,
}


def files(seed: int, share: float) -> Iterator[File]:
    """Every polluted file of every kind of table."""
    for maker in TABLES:
        rng = random.Random(f"{seed} {maker.__name__}")
        for file in pollute(maker(rng), rng, share):
            yield replace(file, name=f"{maker.__name__}_{file.name}")
        for number in range(25):
            file = published(maker(rng), rng, number)
            yield replace(file, name=f"{maker.__name__}_{file.name}")


def as_rfc4180(rows: Rows) -> Rows:
    """What is left of rows after being written as RFC 4180 and read again."""
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return list(csv.reader(io.StringIO(out.getvalue(), newline="")))


def main() -> None:
    """Print the mean score by kind of pollution for each reader."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--readers", default=",".join(READERS))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--share", type=float, default=0.15, help="share of cells polluted")
    parser.add_argument("--worst", metavar="READER", help="list this reader's worst files")
    parser.add_argument("--keep", type=Path, help="write the files here and keep them")
    options = parser.parse_args()
    polluted = list(files(options.seed, options.share))
    means: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    seconds: Counter[str] = Counter()
    worst: list[tuple[float, str]] = []
    with tempfile.TemporaryDirectory() as folder:
        for number, file in enumerate(polluted):
            place = options.keep or Path(folder)
            place.mkdir(exist_ok=True, parents=True)
            path = place / (f"{file.name}.csv" if options.keep else f"{number}.csv")
            path.write_bytes(file.data)
            for name in options.readers.split(","):
                start = time.perf_counter()
                try:
                    loaded = as_rfc4180(READERS[name](path))
                except Exception:  # a reader that fails scores nothing, whatever it raises
                    loaded = None
                seconds[name] += time.perf_counter() - start
                points = score(file.truth, loaded)
                means[file.kind][name].append(points)
                if name == options.worst:
                    worst.append((points, file.name))
    report(means, options.readers.split(","), seconds)
    for points, name in sorted(worst)[:60]:
        print(f"{points:6.3f}  {name}")


def report(
    means: dict[str, dict[str, list[float]]], readers: Sequence[str], seconds: Counter[str]
) -> None:
    """Print the table of means; the last line weighs every kind of pollution alike."""
    print(f"{'pollution':16} {'files':>6} " + " ".join(f"{name:>10}" for name in readers))
    for kind, scores in means.items():
        count = len(scores[readers[0]])
        print(f"{kind:16} {count:6} " + " ".join(f"{_mean(scores[n]):10.3f}" for n in readers))
    everything = {n: [s for scores in means.values() for s in scores[n]] for n in readers}
    by_kind = {n: [_mean(scores[n]) for scores in means.values()] for n in readers}
    total = len(everything[readers[0]])
    print(
        f"{'all files':16} {total:6} " + " ".join(f"{_mean(everything[n]):10.3f}" for n in readers)
    )
    print(f"{'mean of kinds':16} {'':6} " + " ".join(f"{_mean(by_kind[n]):10.3f}" for n in readers))
    print(
        f"{'ms per file':16} {'':6} "
        + " ".join(f"{seconds[n] / total * 1000:10.1f}" for n in readers)
    )


def _mean(numbers: Sequence[float]) -> float:
    return sum(numbers) / len(numbers)


if __name__ == "__main__":
    main()
