"""What is drawn on a page: glyphs, straight rulings, filled boxes and pictures, by way of PDFium.

All lengths are points; x grows to the right and y downwards from the page's upper left corner,
after the page (or a page whose text stands sideways) has been turned upright.
"""

from __future__ import annotations

import ctypes
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from mtool.readers.pdf.drawing import Drawing
from mtool.readers.pdf.geometry import Box, Stroke, Upright, join_strokes


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
class Ink:
    """Everything on one page that matters for reading it. `number` counts pages from 1.

    `slants` are the boxes around strokes that run neither across nor down.
    """

    number: int
    width: float
    height: float
    glyphs: tuple[Glyph, ...] = ()
    across: tuple[Stroke, ...] = ()
    down: tuple[Stroke, ...] = ()
    fills: tuple[Box, ...] = ()
    pictures: tuple[Box, ...] = ()
    slants: tuple[Box, ...] = ()
    curves: int = 0
    sideways: int = field(default=0)


def read_ink(page: Any, number: int) -> Ink:
    """Read one PDFium page: glyphs, rulings, fills and pictures, turned upright."""
    import pypdfium2.raw as pdfium

    upright = Upright(page)
    glyphs = _read_glyphs(pdfium, page, upright)
    turn = _text_turn(glyphs)
    if turn:
        upright.turn(turn)
        glyphs = _read_glyphs(pdfium, page, upright)
    drawing = Drawing(upright)
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
        slants=tuple(drawing.slants),
        curves=drawing.curves,
        sideways=turn,
    )


def _text_turn(glyphs: list[Glyph]) -> int:
    """The turn that sets most of the text upright: 0 where it is so already."""
    angles = Counter(glyph.angle for glyph in glyphs if glyph.text.strip())
    if not angles:
        return 0
    angle, count = angles.most_common(1)[0]
    return angle if count > 0.6 * angles.total() else 0


def _read_glyphs(pdfium: Any, page: Any, upright: Upright) -> list[Glyph]:
    text_page = pdfium.FPDFText_LoadPage(page.raw)
    if not text_page:
        return []
    try:
        return list(_glyphs_of(pdfium, text_page, upright))
    finally:
        pdfium.FPDFText_ClosePage(text_page)


def _glyphs_of(pdfium: Any, text_page: Any, upright: Upright) -> Iterator[Glyph]:
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
        font_size = pdfium.FPDFText_GetFontSize(text_page, index)
        angle = _angle(matrix, font_size < 0, upright.degrees)
        _, base = upright.point(origin_x.value, origin_y.value)
        if angle % 180:
            base = box.bottom
        scale = (matrix.c * matrix.c + matrix.d * matrix.d) ** 0.5
        size = abs(font_size) * scale
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


def _angle(matrix: Any, mirrored: bool, page_degrees: int) -> int:
    """The direction of writing as seen on the page, in quarter turns against the clock.

    Some report generators turn the text by half and undo it with a font size below zero.
    """
    a, b = (-matrix.a, -matrix.b) if mirrored else (matrix.a, matrix.b)
    written = (0 if a >= 0 else 180) if abs(a) >= abs(b) else 90 if b > 0 else 270
    return (written - page_degrees) % 360
