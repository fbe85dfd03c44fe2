"""The comments of a sheet: mtool's own are added and taken out, everybody else's stay.

A comment is two things in a workbook: its text, and a shape that a spreadsheet draws (ECMA-376,
part 1, 18.7, and VML, part 4).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mtool.annotate.package import SHEET_XML, Package
from mtool.annotate.sheet_cells import Place
from mtool.readers.spreadsheet.sheets import address, split_address

AUTHOR = "mtool"
#: How mtool's comments begin, as Excel's begin with their author: other programs drop the author.
OPENING = "mtool:\n"
#: Stands before what mtool adds to somebody else's comment.
DIVIDER = "\n— mtool —\n"
_COMMENTS = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
_VML = "application/vnd.openxmlformats-officedocument.vmlDrawing"
_SHAPES = {
    "v": "urn:schemas-microsoft-com:vml",
    "o": "urn:schemas-microsoft-com:office:office",
    "x": "urn:schemas-microsoft-com:office:excel",
}
_NAMESPACES = " ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in _SHAPES.items())
_EMPTY_DRAWING = (
    f'<xml {_NAMESPACES}><o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="1"/>'
    "</o:shapelayout></xml>"
)
_SHAPE_TYPE = (
    f'<v:shapetype {_NAMESPACES} id="_mtool_note" coordsize="21600,21600" o:spt="202" '
    'path="m,l,21600r21600,l21600,xe"><v:stroke joinstyle="miter"/>'
    '<v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>'
)
#: How far the box of a comment reaches: columns to the right and rows down.
_WIDE, _HIGH = 5, 7


class SheetComments:
    """The comments of one sheet, and the drawing they stand in."""

    def __init__(self, package: Package, sheet_part: str) -> None:
        from lxml import etree

        self._package, self._sheet = package, sheet_part
        self._part = package.related(sheet_part, "comments")
        self._drawing_part = package.related(sheet_part, "vmlDrawing")
        if self._part:
            self._root = package.parse(self._part)
        else:
            self._root = etree.fromstring(
                f'<comments xmlns="{SHEET_XML}"><authors/><commentList/></comments>'
            )
        drawn = self._drawing_part and package.read(self._drawing_part).strip()
        self._drawing = (
            package.parse(self._drawing_part)
            if drawn and self._drawing_part
            else etree.fromstring(_EMPTY_DRAWING)
        )
        self._by_place = {split_address(c.get("ref")): c for c in self._list()}

    def _list(self) -> Any:
        return self._root.find("{*}commentList")

    def _author(self, comment: Any) -> str:
        authors = [author.text or "" for author in self._root.find("{*}authors")]
        number = int(comment.get("authorId", 0))
        return authors[number] if number < len(authors) else ""

    def _is_own(self, comment: Any) -> bool:
        return self._author(comment) == AUTHOR or _text_of(comment).startswith(OPENING)

    def marked(self) -> set[Place]:
        """The cells that mtool has commented before, also inside somebody's own comment."""
        return {
            place
            for place, comment in self._by_place.items()
            if self._is_own(comment) or DIVIDER.strip() in _text_of(comment)
        }

    def change(self, unmarked: set[Place], marks: Mapping[Place, str]) -> str:
        """Take mtool's comments off some cells, put new ones on others.

        Returns the id by which the sheet has to point to its drawing; empty where it does so
        already, or there is nothing to point to.
        """
        for place in unmarked:
            self._unmark(place)
        for place, text in marks.items():
            self._mark(place, text)
        if not (unmarked or marks):
            return ""
        return self._save()

    def _unmark(self, place: Place) -> None:
        comment = self._by_place[place]
        if self._is_own(comment):
            self._list().remove(comment)
            del self._by_place[place]
            self._remove_shape(place)
            return
        kept = _text_of(comment).partition(DIVIDER.strip())[0].rstrip()
        for run in list(comment.find("{*}text")):
            if DIVIDER.strip() in "".join(run.itertext()):
                comment.find("{*}text").remove(run)
        if _text_of(comment).rstrip() != kept:
            _set_text(comment, kept)

    def _mark(self, place: Place, text: str) -> None:
        from lxml import etree

        known = self._by_place.get(place)
        if known is not None:
            _append_run(known.find("{*}text"), DIVIDER + text)
            return
        namespace = etree.QName(self._root).namespace
        comment = etree.SubElement(
            self._list(),
            f"{{{namespace}}}comment",
            {"ref": address(*place), "authorId": str(self._own_author())},
        )
        _append_run(etree.SubElement(comment, f"{{{namespace}}}text"), OPENING + text)
        self._by_place[place] = comment
        self._add_shape(place)

    def _own_author(self) -> int:
        from lxml import etree

        authors = self._root.find("{*}authors")
        names = [author.text for author in authors]
        if AUTHOR not in names:
            etree.SubElement(authors, f"{{{etree.QName(authors).namespace}}}author").text = AUTHOR
            names.append(AUTHOR)
        return names.index(AUTHOR)

    def _add_shape(self, place: Place) -> None:
        from lxml import etree

        row, column = place[0] - 1, place[1] - 1
        kinds = self._drawing.findall("v:shapetype", _SHAPES)
        if not any(kind.get("id") == "_mtool_note" for kind in kinds):
            self._drawing.append(etree.fromstring(_SHAPE_TYPE))
        anchor = f"{column + 1}, 15, {max(row - 1, 0)}, 4, {column + _WIDE}, 15, {row + _HIGH}, 4"
        self._drawing.append(
            etree.fromstring(
                f'<v:shape {_NAMESPACES} id="_mtool_{row}_{column}" type="#_mtool_note" '
                'style="position:absolute;visibility:hidden" fillcolor="#ffffe1" '
                'o:insetmode="auto"><v:fill color2="#ffffe1"/><v:path o:connecttype="none"/>'
                '<v:textbox><div style="text-align:left"/></v:textbox>'
                f'<x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/>'
                f"<x:Anchor>{anchor}</x:Anchor><x:AutoFill>False</x:AutoFill>"
                f"<x:Row>{row}</x:Row><x:Column>{column}</x:Column></x:ClientData></v:shape>"
            )
        )

    def _remove_shape(self, place: Place) -> None:
        for shape in self._drawing.findall("v:shape", _SHAPES):
            row = shape.findtext("x:ClientData/x:Row", "", _SHAPES)
            column = shape.findtext("x:ClientData/x:Column", "", _SHAPES)
            if (row, column) == (str(place[0] - 1), str(place[1] - 1)):
                self._drawing.remove(shape)

    def _save(self) -> str:
        package, key = self._package, ""
        if self._part is None:
            self._part = package.free_part("xl/comments{}.xml")
            package.relate(self._sheet, "comments", self._part)
            package.declare(_COMMENTS, part=self._part)
        if self._drawing_part is None:
            self._drawing_part = package.free_part("xl/drawings/vmlDrawing{}.vml")
            key = package.relate(self._sheet, "vmlDrawing", self._drawing_part)
            package.declare(_VML, extension="vml")
        package.write_xml(self._part, self._root)
        package.write_xml(self._drawing_part, self._drawing)
        return key


def _text_of(comment: Any) -> str:
    return "".join(comment.find("{*}text").itertext())


def _set_text(comment: Any, text: str) -> None:
    element = comment.find("{*}text")
    for child in list(element):
        element.remove(child)
    _append_run(element, text)


def _append_run(text: Any, said: str) -> None:
    from lxml import etree

    namespace = etree.QName(text).namespace
    run = etree.SubElement(text, f"{{{namespace}}}r")
    element = etree.SubElement(run, f"{{{namespace}}}t")
    element.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    element.text = said
