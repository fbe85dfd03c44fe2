"""The cells of plain rows → their texts, packed row by row, made by Arrow for all cells at once.

Python looks at distinct texts only, and only at those that are not printed as they are stored:
numbers with a format or an unusual form, texts with escapes or with what may be a footnote mark.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from mtool.engines.arrow_values import positions, texts, where
from mtool.readers.spreadsheet.cell_findings import FULL_CELL, Place
from mtool.readers.spreadsheet.cells import Cells, Shown, shown_number
from mtool.readers.spreadsheet.displayed import TYPED_DIGITS, plain_number
from mtool.readers.spreadsheet.ooxml import Style
from mtool.readers.spreadsheet.plain_cells import Kind, PlainCells
from mtool.readers.spreadsheet.plain_strings import SharedTexts, odd_texts, text_shown
from mtool.readers.spreadsheet.plain_xml import NotPlainError, slices
from mtool.readers.spreadsheet.sheets import SEPARATOR, SheetRows

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

    Numbers = np.ndarray[Any, Any]

#: Figures that are printed as they are stored: none of at most fifteen digits is idle.
_CANONICAL = r"^(?:[0-9]{1,15}|-[1-9][0-9]*|-?(?:0|[1-9][0-9]*)\.[0-9]*[1-9])$"
_LONGEST_CANONICAL = 16
#: Rows in which a cell has blanks to fold; `SEPARATOR` stands between the cells.
_UNFOLDED = (
    r"  |\x1f | \x1f|^ | $|[\t-\r\x1c-\x1e\x{85}\x{a0}\x{1680}\x{2000}-\x{200b}\x{2028}\x{2029}"
    r"\x{202f}\x{205f}\x{2060}\x{3000}\x{feff}]"
)


@dataclass(slots=True)
class PlainTexts:
    """Turns the cells of a sheet into packed rows, some rows at a time.

    `styles` are those that show numbers otherwise than stored, `raised` those of raised characters.
    `rows` and the marks and troubles of `cells` grow with each call of `take`.
    """

    cells: Cells
    styles: Mapping[int, Style]
    raised: Sequence[int]
    strings: Callable[[], SharedTexts]
    rows: SheetRows = field(default_factory=SheetRows)
    _shared: SharedTexts | None = None
    _told: list[tuple[Place, Shown]] = field(default_factory=list)
    _full: list[Place] = field(default_factory=list)

    def take(self, xml: bytes, found: PlainCells) -> None:
        """Add the rows whose cells were found in some bytes; `NotPlainError` where one is not plain."""
        import numpy as np

        if not len(found.columns):
            return
        if self.raised and np.isin(found.styles, self.raised).any():
            raise NotPlainError
        stored = slices(xml, found.starts, found.ends)
        printed = self._printed(xml, found, stored)
        self._pack(found, printed)
        for place, shown in sorted(self._told, key=itemgetter(0)):
            self.cells.note(shown, place)
        self.cells.trouble.full.extend(sorted(self._full))
        self._told.clear()
        self._full.clear()

    def _printed(self, xml: bytes, found: PlainCells, stored: pa.Array) -> pa.Array:
        """The text of every cell."""
        import numpy as np
        import pyarrow as pa
        import pyarrow.compute as pc

        given: list[tuple[Numbers, pa.Array]] = []
        shared = np.flatnonzero(found.kinds == Kind.shared)
        if len(shared):
            given.append(
                (shared, self._shared_texts(found, shared, stored.take(positions(shared))))
            )
        for at, group, said in self._odd(xml, found, stored):
            given.append((at, self._said(found, at, group, said)))
        if not given:
            return stored
        source = np.full(len(found.columns), -1, np.int64)
        parts, before = [], 0
        for at, part in given:
            source[at] = np.arange(before, before + len(part))
            parts.append(part)
            before += len(part)
        together = pa.concat_arrays(parts)
        return pc.coalesce(together.take(_nullable(source)), stored)

    def _shared_texts(self, found: PlainCells, at: Numbers, stored: pa.Array) -> pa.Array:
        """The shared texts that cells refer to by number."""
        import numpy as np
        import pyarrow as pa
        import pyarrow.compute as pc

        if self._shared is None:
            self._shared = self.strings()
        strings = self._shared
        try:
            numbers = pc.cast(stored, pa.int64())
        except pa.ArrowInvalid:
            raise NotPlainError from None
        known = np.frombuffer(numbers.buffers()[1], np.int64)[: len(numbers)]
        if len(known) and (known.min() < 0 or known.max() >= len(strings.texts)):
            raise NotPlainError
        marked = np.fromiter(strings.marks, np.int64, len(strings.marks))
        for cell, number in _pairs(at, known, np.isin(known, marked)):
            self.cells.marks[_place(found, cell)] = strings.marks[number]
        printed = strings.texts.take(numbers)
        self._note_full(found, at, printed)
        return printed

    def _odd(
        self, xml: bytes, found: PlainCells, stored: pa.Array
    ) -> Iterator[tuple[Numbers, pa.Array, Callable[[str], Shown]]]:
        """Cells that are not printed as they are stored: positions, their bytes, what they say."""
        import numpy as np
        import pyarrow.compute as pc

        kinds = found.kinds
        truths = np.flatnonzero(kinds == Kind.truth)
        is_written = (kinds == Kind.text) | (kinds == Kind.inline)
        written = np.flatnonzero(is_written & odd_texts(xml, found.starts, found.ends))
        is_number = kinds == Kind.number
        numbers = np.flatnonzero(is_number & ~np.isin(found.styles, list(self.styles)))
        figures = stored.take(positions(numbers))
        unusual = _lengths(figures) > _LONGEST_CANONICAL
        unusual[where(pc.invert(pc.match_substring_regex(figures, _CANONICAL)))] = True
        groups: list[tuple[Numbers, Callable[[str], Shown]]] = [
            (truths, _truth),
            (written, text_shown),
            (numbers[unusual], _figure),
        ]
        used = np.flatnonzero(np.bincount(found.styles[is_number])).tolist()
        for style in sorted(self.styles.keys() & set(used)):
            at = np.flatnonzero(is_number & (found.styles == style))
            groups.append((at, self._formatted(self.styles[style].number_format)))
        for at, said in groups:
            if len(at):
                yield at, stored.take(positions(at)), said

    def _formatted(self, code: str) -> Callable[[str], Shown]:
        return lambda stored: shown_number(_float(stored), code, self.cells.is_1904)

    def _said(
        self, found: PlainCells, at: Numbers, stored: pa.Array, said: Callable[[str], Shown]
    ) -> pa.Array:
        """What cells print, asked once for each distinct text; marks and troubles are noted."""
        import numpy as np
        import pyarrow.compute as pc

        coded = pc.dictionary_encode(stored)
        answers = [said(text) for text in coded.dictionary.to_pylist()]
        codes = np.frombuffer(coded.indices.buffers()[1], np.int32)[: len(at)]
        telling = np.array([not one.is_silent for one in answers], bool)
        for cell, code in _pairs(at, codes, telling[codes]):
            self._told.append((_place(found, cell), answers[code]))
        printed = texts([one.text for one in answers]).take(coded.indices)
        self._note_full(found, at, printed)
        return printed

    def _note_full(self, found: PlainCells, at: Numbers, printed: pa.Array) -> None:
        import numpy as np

        # A text has at most as many characters as bytes.
        long = np.flatnonzero(_lengths(printed) >= FULL_CELL)
        self._full.extend(
            _place(found, int(at[cell]))
            for cell in long.tolist()
            if len(printed[cell].as_py()) >= FULL_CELL
        )

    def _pack(self, found: PlainCells, printed: pa.Array) -> None:
        """Join the texts of each row, from its first to its last one."""
        import numpy as np
        import pyarrow as pa
        import pyarrow.compute as pc

        left, right = int(found.columns.min()), int(found.columns.max())
        width = right - left + 1
        if len(found.rows) * width > 4 * len(found.columns) + 100_000:
            raise NotPlainError
        grid = np.full((len(found.rows), width), -1, np.int64)
        cells = np.flatnonzero(_lengths(printed))
        grid[found.row_of[cells], found.columns[cells] - left] = cells
        filled = grid >= 0
        first, last = filled.argmax(1), width - 1 - filled[:, ::-1].argmax(1)
        kept = np.flatnonzero(filled.any(1))
        first, last = first[kept], last[kept]
        places = np.arange(width)
        inside = (places >= first[:, None]) & (places <= last[:, None])
        ends = np.zeros(len(kept) + 1, np.int32)
        ends[1:] = np.cumsum(last - first + 1)
        flat = pc.coalesce(printed.take(_nullable(grid[kept][inside])), texts([""])[0])
        lists = pa.Array.from_buffers(
            pa.list_(pa.string()), len(kept), [None, pa.py_buffer(ends)], children=[flat]
        )
        packed = pc.binary_join(lists, texts([SEPARATOR])[0])
        folded = pc.invert(pc.match_substring_regex(packed, _UNFOLDED))
        is_folded = np.zeros(len(kept), bool)
        is_folded[where(folded)] = True
        self.rows.add_packed(
            found.rows[kept].tolist(),
            ((first + left).tolist(), (last + left).tolist()),
            packed.to_pylist(),
            is_folded.tobytes(),
        )


def _lengths(cells: pa.Array) -> Numbers:
    """How many bytes each text has."""
    import numpy as np
    import pyarrow.compute as pc

    lengths: Numbers = np.frombuffer(pc.binary_length(cells).buffers()[1], np.int32)[: len(cells)]
    return lengths


def _nullable(places: Numbers) -> pa.Array:
    """Positions as an index for `take`; negative ones are null."""
    import numpy as np
    import pyarrow as pa

    bits = pa.py_buffer(np.packbits(places >= 0, bitorder="little"))
    whole = pa.py_buffer(np.ascontiguousarray(places, np.int64))
    return pa.Array.from_buffers(pa.int64(), len(places), [bits, whole])


def _pairs(cells: Numbers, codes: Numbers, chosen: Numbers) -> Iterator[tuple[int, int]]:
    return zip(cells[chosen].tolist(), codes[chosen].tolist(), strict=True)


def _place(found: PlainCells, cell: int) -> Place:
    return int(found.rows[found.row_of[cell]]), int(found.columns[cell])


def _truth(stored: str) -> Shown:
    return Shown("TRUE" if stored.strip().lower() in ("1", "true") else "FALSE")


def _figure(stored: str) -> Shown:
    if stored.isdecimal() and len(stored) <= TYPED_DIGITS:
        return Shown(stored)
    return Shown(plain_number(_float(stored)))


def _float(stored: str) -> float:
    try:
        return float(stored)
    except ValueError:
        raise NotPlainError from None
