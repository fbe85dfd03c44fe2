"""What is drawn on a page: glyphs, straight rulings, filled boxes and pictures, by way of PDFium.

All lengths are points; x grows to the right and y downwards from the page's upper left corner,
after the page (or a page whose text stands sideways) has been turned upright.
"""

from __future__ import annotations

import ctypes
import itertools
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any

#: A page with more path points than this is a map or a drawing; what is beyond is not read.
MOST_PATH_POINTS = 60_000
#: A filled box or a stroke thinner than this is a ruling.
RULING_THICKNESS = 3.0
#: Shorter strokes are parts of dashes, arrows and letters; dashes are joined before the cut.
DASH_GAP = 4.0


@dataclass(frozen=True, slots=True)
class Glyph:
    """One drawn character. `base` is the y of its baseline, `size` the font size on the page.

    `order` counts the characters as they are drawn; the parts of a ligature follow one another.
    """

    text: str
    x0: float
    x1: float
    base: float
    size: float
    angle: int = 0
    bold: bool = False
    mapped: bool = True
    order: int = 0


@dataclass(frozen=True, slots=True)
class Box:
    """An upright rectangle; `top` < `bottom`."""

    x0: float
    top: float
    x1: float
    bottom: float

    @property
    def width(self) -> float:
        return self.x1 - self.x0

    @property
    def height(self) -> float:
        return self.bottom - self.top

    def holds(self, x: float, y: float) -> bool:
        return self.x0 <= x <= self.x1 and self.top <= y <= self.bottom

    def overlaps(self, other: Box) -> bool:
        return (
            self.x0 < other.x1
            and other.x0 < self.x1
            and self.top < other.bottom
            and other.top < self.bottom
        )

    def union(self, other: Box) -> Box:
        return Box(
            min(self.x0, other.x0),
            min(self.top, other.top),
            max(self.x1, other.x1),
            max(self.bottom, other.bottom),
        )


@dataclass(frozen=True, slots=True)
class Stroke:
    """A straight ruling at `at` (y of a horizontal, x of a vertical one) from `low` to `high`."""

    at: float
    low: float
    high: float

    @property
    def length(self) -> float:
        return self.high - self.low


@dataclass(frozen=True, slots=True)
class Ink:
    """Everything on one page that matters for reading it. `number` counts pages from 1."""

    number: int
    width: float
    height: float
    glyphs: tuple[Glyph, ...] = ()
    across: tuple[Stroke, ...] = ()
    down: tuple[Stroke, ...] = ()
    fills: tuple[Box, ...] = ()
    pictures: tuple[Box, ...] = ()
    curves: int = 0
    sideways: int = field(default=0)


def read_ink(page: Any, number: int) -> Ink:
    """Read one PDFium page: glyphs, rulings, fills and pictures, turned upright."""
    import pypdfium2.raw as pdfium

    upright = _Upright(page)
    glyphs = _read_glyphs(pdfium, page, upright)
    turn = _text_turn(glyphs)
    if turn:
        upright.turn(turn)
        glyphs = _read_glyphs(pdfium, page, upright)
    drawing = _Drawing(upright)
    drawing.read(pdfium, page.raw)
    return Ink(
        number=number,
        width=upright.width,
        height=upright.height,
        glyphs=tuple(glyphs),
        across=join_strokes(drawing.across),
        down=join_strokes(drawing.down),
        fills=tuple(drawing.fills),
        pictures=tuple(drawing.pictures),
        curves=drawing.curves,
        sideways=turn,
    )


class _Upright:
    """The map from PDF user space to an upright page; `turn` adds a quarter turn or more."""

    def __init__(self, page: Any) -> None:
        left, bottom, right, top = page.get_cropbox()
        self._box = (left, bottom, right, top)
        self.degrees = page.get_rotation() % 360
        self._measure()

    def turn(self, degrees: int) -> None:
        self.degrees = (self.degrees + degrees) % 360
        self._measure()

    def _measure(self) -> None:
        left, bottom, right, top = self._box
        sides = (right - left, top - bottom)
        self.width, self.height = sides if self.degrees % 180 == 0 else sides[::-1]

    def point(self, x: float, y: float) -> tuple[float, float]:
        left, bottom, right, top = self._box
        if self.degrees == 90:
            return y - bottom, x - left
        if self.degrees == 180:
            return right - x, y - bottom
        if self.degrees == 270:
            return top - y, right - x
        return x - left, top - y

    def box(self, x0: float, y0: float, x1: float, y1: float) -> Box:
        ax, ay = self.point(x0, y0)
        bx, by = self.point(x1, y1)
        return Box(min(ax, bx), min(ay, by), max(ax, bx), max(ay, by))


def _text_turn(glyphs: list[Glyph]) -> int:
    """The turn that sets most of the text upright: 0 where it is so already."""
    angles = Counter(glyph.angle for glyph in glyphs if glyph.text.strip())
    if not angles:
        return 0
    angle, count = angles.most_common(1)[0]
    return angle if count > 0.6 * angles.total() else 0


def _read_glyphs(pdfium: Any, page: Any, upright: _Upright) -> list[Glyph]:
    text_page = pdfium.FPDFText_LoadPage(page.raw)
    if not text_page:
        return []
    try:
        return list(_glyphs_of(pdfium, text_page, upright))
    finally:
        pdfium.FPDFText_ClosePage(text_page)


def _glyphs_of(pdfium: Any, text_page: Any, upright: _Upright) -> Iterator[Glyph]:
    origin_x, origin_y = ctypes.c_double(), ctypes.c_double()
    rectangle, matrix = pdfium.FS_RECTF(), pdfium.FS_MATRIX()
    weights: dict[int, bool] = {}
    for index in range(pdfium.FPDFText_CountChars(text_page)):
        if pdfium.FPDFText_IsGenerated(text_page, index) == 1:
            continue
        code = pdfium.FPDFText_GetUnicode(text_page, index)
        text = _character(code)
        if not text:
            continue
        pdfium.FPDFText_GetLooseCharBox(text_page, index, rectangle)
        pdfium.FPDFText_GetCharOrigin(text_page, index, origin_x, origin_y)
        pdfium.FPDFText_GetMatrix(text_page, index, matrix)
        box = upright.box(rectangle.left, rectangle.bottom, rectangle.right, rectangle.top)
        angle = _angle(matrix, upright.degrees)
        _, base = upright.point(origin_x.value, origin_y.value)
        if angle % 180:
            base = box.bottom
        scale = (matrix.c * matrix.c + matrix.d * matrix.d) ** 0.5
        size = pdfium.FPDFText_GetFontSize(text_page, index) * scale
        if not 0.5 < size < 400:
            size = box.height
        weight = round(pdfium.FPDFText_GetFontWeight(text_page, index))
        yield Glyph(
            text=text,
            x0=box.x0,
            x1=max(box.x1, box.x0),
            base=base,
            size=size if angle % 180 == 0 else box.height,
            angle=angle,
            bold=weights.setdefault(weight, weight >= 600),
            mapped=pdfium.FPDFText_HasUnicodeMapError(text_page, index) != 1,
            order=index,
        )


LIGATURES = {0xFB00: "ff", 0xFB01: "fi", 0xFB02: "fl", 0xFB03: "ffi", 0xFB04: "ffl", 0xFB05: "st"}


def _character(code: int) -> str:
    """The text of a character code; nothing for control characters and soft line ends."""
    if code == 2 or code == 0xFFFE:
        return "-"
    if code in LIGATURES:
        return LIGATURES[code]
    if code < 32 or code == 0xFEFF or code > 0x10FFFF or 0xD800 <= code < 0xE000:
        return ""
    return " " if code in (0xA0, 0x3000) else chr(code)


def _angle(matrix: Any, page_degrees: int) -> int:
    """The direction of writing as seen on the page, in quarter turns against the clock."""
    a, b = matrix.a, matrix.b
    written = (0 if a >= 0 else 180) if abs(a) >= abs(b) else 90 if b > 0 else 270
    return (written - page_degrees) % 360


class _Drawing:
    """Collects straight rulings, filled boxes and pictures out of a page's objects."""

    def __init__(self, upright: _Upright) -> None:
        self._upright = upright
        self._points = 0
        self.across: list[Stroke] = []
        self.down: list[Stroke] = []
        self.fills: list[Box] = []
        self.pictures: list[Box] = []
        self.curves = 0

    def read(self, pdfium: Any, page: Any) -> None:
        count = pdfium.FPDFPage_CountObjects(page)
        self._read_objects(
            pdfium, count, lambda index: pdfium.FPDFPage_GetObject(page, index), (), 0
        )

    def _read_objects(
        self,
        pdfium: Any,
        count: int,
        at: Callable[[int], Any],
        matrices: tuple[Any, ...],
        depth: int,
    ) -> None:
        for index in range(count):
            if self._points > MOST_PATH_POINTS:
                return
            thing = at(index)
            kind = pdfium.FPDFPageObj_GetType(thing)
            if kind == pdfium.FPDF_PAGEOBJ_PATH:
                self._read_path(pdfium, thing, matrices)
            elif kind == pdfium.FPDF_PAGEOBJ_IMAGE:
                self._read_picture(pdfium, thing, matrices)
            elif kind == pdfium.FPDF_PAGEOBJ_FORM and depth < 8:
                matrix = pdfium.FS_MATRIX()
                pdfium.FPDFPageObj_GetMatrix(thing, matrix)
                self._read_objects(
                    pdfium,
                    pdfium.FPDFFormObj_CountObjects(thing),
                    partial(pdfium.FPDFFormObj_GetObject, thing),
                    (matrix, *matrices),
                    depth + 1,
                )

    def _read_picture(self, pdfium: Any, thing: Any, matrices: tuple[Any, ...]) -> None:
        bounds = [ctypes.c_float() for _ in range(4)]
        if not pdfium.FPDFPageObj_GetBounds(thing, *bounds):
            return
        x0, y0, x1, y1 = (value.value for value in bounds)
        box = self._upright.box(*_apply(matrices, x0, y0), *_apply(matrices, x1, y1))
        thin = self._ruling_of(box)
        if not thin:
            self.pictures.append(box)

    def _read_path(self, pdfium: Any, thing: Any, matrices: tuple[Any, ...]) -> None:
        fill_mode, stroked = ctypes.c_int(), ctypes.c_int()
        if not pdfium.FPDFPath_GetDrawMode(thing, fill_mode, stroked):
            return
        filled = fill_mode.value != 0
        if not filled and not stroked.value:
            return
        matrix = pdfium.FS_MATRIX()
        pdfium.FPDFPageObj_GetMatrix(thing, matrix)
        outlines, curved = self._outlines(pdfium, thing, (matrix, *matrices))
        if curved:
            self.curves += 1
        if stroked.value and not (_is_white(pdfium, thing, stroke=True)):
            for outline in outlines:
                self._stroke(outline)
        elif filled:
            white = _is_white(pdfium, thing, stroke=False)
            for outline in outlines:
                self._fill(outline, white)
        if stroked.value and filled and not _is_white(pdfium, thing, stroke=False):
            for outline in outlines:
                self._fill(outline, white=False, thin=False)

    def _outlines(
        self, pdfium: Any, thing: Any, matrices: tuple[Any, ...]
    ) -> tuple[list[list[tuple[float, float]]], bool]:
        """The subpaths as lists of points; curves give their end points only."""
        x, y = ctypes.c_float(), ctypes.c_float()
        outlines: list[list[tuple[float, float]]] = []
        current: list[tuple[float, float]] = []
        curved = 0
        count = pdfium.FPDFPath_CountSegments(thing)
        self._points += count
        for index in range(min(count, MOST_PATH_POINTS)):
            segment = pdfium.FPDFPath_GetPathSegment(thing, index)
            pdfium.FPDFPathSegment_GetPoint(segment, x, y)
            kind = pdfium.FPDFPathSegment_GetType(segment)
            point = self._upright.point(*_apply(matrices, x.value, y.value))
            if kind == pdfium.FPDF_SEGMENT_MOVETO:
                current = [point]
                outlines.append(current)
            else:
                if kind == pdfium.FPDF_SEGMENT_BEZIERTO:
                    curved += 1
                    if curved % 3:
                        continue
                current.append(point)
            if pdfium.FPDFPathSegment_GetClose(segment) and len(current) > 1:
                current.append(current[0])
        return outlines, curved > 0

    def _stroke(self, outline: list[tuple[float, float]]) -> None:
        for (x0, y0), (x1, y1) in itertools.pairwise(outline):
            if abs(y1 - y0) <= 0.7 and abs(x1 - x0) > 0.2:
                self.across.append(Stroke((y0 + y1) / 2, min(x0, x1), max(x0, x1)))
            elif abs(x1 - x0) <= 0.7 and abs(y1 - y0) > 0.2:
                self.down.append(Stroke((x0 + x1) / 2, min(y0, y1), max(y0, y1)))

    def _fill(self, outline: list[tuple[float, float]], white: bool, thin: bool = True) -> None:
        xs, ys = [p[0] for p in outline], [p[1] for p in outline]
        box = Box(min(xs), min(ys), max(xs), max(ys))
        if len(outline) > 7 or white or not _is_upright_box(outline, box):
            return
        if not (thin and self._ruling_of(box)) and box.width > 3 and box.height > 3:
            self.fills.append(box)

    def _ruling_of(self, box: Box) -> bool:
        if box.height <= RULING_THICKNESS and box.width > box.height:
            self.across.append(Stroke((box.top + box.bottom) / 2, box.x0, box.x1))
        elif box.width <= RULING_THICKNESS and box.height > box.width:
            self.down.append(Stroke((box.x0 + box.x1) / 2, box.top, box.bottom))
        else:
            return False
        return True


def _is_upright_box(outline: list[tuple[float, float]], box: Box) -> bool:
    """Every point is at a corner of the bounding box: no triangle, no slanted side."""
    slack = 0.8
    return all(
        min(abs(x - box.x0), abs(x - box.x1)) < slack
        and min(abs(y - box.top), abs(y - box.bottom)) < slack
        for x, y in outline
    )


def _apply(matrices: tuple[Any, ...], x: float, y: float) -> tuple[float, float]:
    for m in matrices:
        x, y = m.a * x + m.c * y + m.e, m.b * x + m.d * y + m.f
    return x, y


def _is_white(pdfium: Any, thing: Any, stroke: bool) -> bool:
    rgba = [ctypes.c_uint() for _ in range(4)]
    ask = pdfium.FPDFPageObj_GetStrokeColor if stroke else pdfium.FPDFPageObj_GetFillColor
    if not ask(thing, *rgba):
        return False
    return min(value.value for value in rgba[:3]) >= 250 or rgba[3].value < 8


def join_strokes(strokes: list[Stroke], slack: float = 1.5) -> tuple[Stroke, ...]:
    """Join strokes on one line that touch or are dashes of it; drop what stays too short.

    Strokes within `slack` of one another (drawn twice, double rulings) become one.
    """
    lanes: list[list[Stroke]] = []
    for stroke in sorted(strokes, key=lambda s: s.at):
        if lanes and stroke.at - lanes[-1][0].at <= slack:
            lanes[-1].append(stroke)
        else:
            lanes.append([stroke])
    joined: list[Stroke] = []
    for lane in lanes:
        lane.sort(key=lambda s: s.low)
        run = [lane[0]]
        for stroke in lane[1:]:
            gap = stroke.low - max(s.high for s in run[-3:])
            dashes = max(stroke.length, run[-1].length) <= 3 * DASH_GAP
            if gap <= (DASH_GAP if dashes else 1.0):
                run.append(stroke)
            else:
                joined.append(_as_one(run))
                run = [stroke]
        joined.append(_as_one(run))
    return tuple(stroke for stroke in joined if stroke.length >= 5.0)


def _as_one(run: list[Stroke]) -> Stroke:
    longest = max(run, key=lambda s: s.length)
    return Stroke(longest.at, min(s.low for s in run), max(s.high for s in run))
