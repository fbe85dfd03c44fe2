"""Tables of known truth → delimited files, polluted as published files are.

Kinds of pollution follow Pollock (Vitagliano et al., VLDB 2023). Tables and files are made here;
none of Pollock's own files is used.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from listings import LISTINGS
from mine_action_tables import KINDS
from truth import Expected


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
    """One polluted file: its kind of pollution, its bytes, the truth, and a second table in it."""

    kind: str
    name: str
    data: bytes
    truth: Expected
    second: Expected | None = None


def pollute(table: Expected, rng: random.Random, share: float) -> Iterator[File]:
    """Yield polluted files of one table; `share` of the cells get each pollution of a cell."""
    yield from whole_files(table, rng)
    yield from rows_and_cells(table, rng, share)


def encode(text: str, codec: str = "utf-8") -> bytes:
    """Encode as the reader is to find out."""
    return text.encode(codec)


def quoted_columns(table: Expected) -> frozenset[int]:
    """Columns of text are quoted in most base files, as many programs do; else single cells."""
    if "Serial" in table.header:
        return frozenset()
    return frozenset(
        column
        for column in range(len(table.header))
        if any("," in row[column] or " " in row[column] for row in table.rows)
    )


def text_of(table: Expected, style: Style, header: bool = True) -> str:
    """The whole clean file."""
    quoted = quoted_columns(table)
    lines = [style.line(row, quoted) for row in table.rows]
    return "".join([style.line(table.header), *lines] if header else lines)


def whole_files(table: Expected, rng: random.Random) -> Iterator[File]:
    """Pollutions of the file as a whole."""
    plain = Style()

    def made(
        kind: str, name: str, text: str, truth: Expected = table, codec: str = "utf-8"
    ) -> File:
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
    yield made(
        "header", "no_header", text_of(table, plain, header=False), Expected(names, table.rows)
    )
    yield made("header", "header_only", plain.line(table.header), Expected(table.header, []))
    yield made(
        "header",
        "one_row",
        text_of(Expected(table.header, table.rows[:1]), plain),
        Expected(table.header, table.rows[:1]),
    )
    yield from headers(table, plain)
    yield from surroundings(table, plain)
    yield from several_tables(table, plain)


def headers(table: Expected, plain: Style) -> Iterator[File]:
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
    yield File("header", "two_levels", encode(text), Expected(filled, table.rows))


def surroundings(table: Expected, plain: Style) -> Iterator[File]:
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


def several_tables(table: Expected, plain: Style) -> Iterator[File]:
    """A second, smaller table below: fewer, as many, or more columns; the first one is wanted."""
    width, base = len(table.header), text_of(table, plain)
    for name, columns in (("less", width - 1), ("same", width), ("more", width + 1)):
        names = (table.header * 2)[:columns]
        names = names if columns <= width else [*table.header, "Extra"]
        rows = [(row * 2)[:columns] for row in table.rows[: len(table.rows) // 2]]
        below = Expected(names, rows)
        second = text_of(below, plain)
        yield File("tables", f"tables_{name}", encode(base + second), table, below)
        blank = encode(base + plain.end + second)
        yield File("tables", f"tables_{name}_blank", blank, table, below)


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


def published(table: Expected, rng: random.Random, number: int) -> File:
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


def _levels(table: Expected, rng: random.Random) -> tuple[Expected, list[list[str]]]:
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
        return Expected(joined, table.rows), [groups, header]
    if kind == "units" and figures:
        units = ["(number)" if c in figures else "" for c in range(len(header))]
        joined = [f"{h} / {u}" if u else h for h, u in zip(header, units, strict=True)]
        return Expected(joined, table.rows), [header, units]
    return table, [header]


def rows_and_cells(table: Expected, rng: random.Random, share: float) -> Iterator[File]:
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
                Expected(polluted[0], polluted[1:]),
            )


def files(seed: int, share: float) -> Iterator[File]:
    """Every polluted file of listings and of tables of reports."""
    for maker in (*LISTINGS, *KINDS):
        rng = random.Random(f"{seed} {maker.__name__}")
        lang = rng.choice(("en", "fr"))

        def made(maker=maker, rng=rng, lang=lang) -> Expected:
            table = maker(rng) if maker in LISTINGS else maker(rng, lang).expected()
            return replace(table, marks={}, repeated=frozenset())

        for file in pollute(made(), rng, share):
            yield replace(file, name=f"{maker.__name__}_{file.name}")
        for number in range(25):
            yield replace(
                published(made(), rng, number), name=f"{maker.__name__}_published_{number}"
            )


def some_files(seed: int, count: int) -> list[File]:
    """`count` files, each kind of pollution as often as any other."""
    by_kind: dict[str, list[File]] = {}
    for file in files(seed, 0.05):
        by_kind.setdefault(file.kind, []).append(file)
    rng = random.Random(seed)
    for same in by_kind.values():
        rng.shuffle(same)
    chosen = []
    while len(chosen) < count and any(by_kind.values()):
        chosen += [same.pop() for same in by_kind.values() if same]
    return chosen[:count]
