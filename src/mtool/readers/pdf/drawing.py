"""Straight rulings, filled boxes and pictures out of a page's drawn objects."""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from functools import partial
from itertools import pairwise
from typing import Any

from mtool.readers.pdf.geometry import Box, Stroke, Upright

#: A page with more path points than this is a map or a drawing; what is beyond is not read.
MOST_PATH_POINTS = 60_000


#: A filled box or a stroke thinner than this is a ruling.
RULING_THICKNESS = 3.0


class Drawing:
    """Collects straight rulings, filled boxes and pictures out of a page's objects."""

    def __init__(self, upright: Upright) -> None:
        self._upright = upright
        self._points = 0
        self.across: list[Stroke] = []
        self.down: list[Stroke] = []
        self.fills: list[Box] = []
        self.pictures: list[Box] = []
        self.slants: list[Box] = []
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
        for (x0, y0), (x1, y1) in pairwise(outline):
            if abs(y1 - y0) <= 0.7 and abs(x1 - x0) > 0.2:
                self.across.append(Stroke((y0 + y1) / 2, min(x0, x1), max(x0, x1)))
            elif abs(x1 - x0) <= 0.7 and abs(y1 - y0) > 0.2:
                self.down.append(Stroke((x0 + x1) / 2, min(y0, y1), max(y0, y1)))
            elif abs(x1 - x0) + abs(y1 - y0) > 4:
                self.slants.append(Box(min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)))

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
