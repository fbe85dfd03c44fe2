"""The styles of a workbook: a cell's own style with another fill, and its fill given back later."""

from __future__ import annotations

import copy
from typing import Any

from mtool.annotate.package import SHEET_XML, Package


class CellFills:
    """Styles by number; one that is asked for twice is made once."""

    def __init__(self, package: Package) -> None:
        self._package = package
        self._part = package.related(package.workbook_part, "styles")
        self._root: Any = package.parse(self._part) if self._part else None
        self._made: dict[tuple[int | str, str], int] = {}

    def _list(self, name: str) -> Any:
        return self._root.find(f"{{*}}{name}")

    def filled(self, style: int, fill: str) -> int:
        """The number of a style that is `style` but for its fill, which is given as XML."""
        from lxml import etree

        if self._root is None:
            return style
        if (style, fill) not in self._made:
            fills, formats = self._list("fills"), self._list("cellXfs")
            fills.append(etree.fromstring(fill))
            fills.set("count", str(len(fills)))
            made = copy.deepcopy(formats[style if style < len(formats) else 0])
            made.set("fillId", str(len(fills) - 1))
            made.set("applyFill", "1")
            return self._added(made, (style, fill))
        return self._made[style, fill]

    def of_text(self, *, bold: bool = False) -> int:
        """The number of a style for sentences, which wrap in their column, or for words over them."""
        from lxml import etree

        if self._root is None:
            return 0
        fonts, formats = self._list("fonts"), self._list("cellXfs")
        namespace = etree.QName(self._root).namespace
        made = copy.deepcopy(formats[0])
        if bold and fonts is not None and len(fonts):
            fonts.append(copy.deepcopy(fonts[0]))
            fonts[-1].insert(0, etree.Element(f"{{{namespace}}}b"))
            fonts.set("count", str(len(fonts)))
            made.set("fontId", str(len(fonts) - 1))
            made.set("applyFont", "1")
        for old in made.findall("{*}alignment"):
            made.remove(old)
        made.insert(
            0,
            etree.Element(f"{{{namespace}}}alignment", vertical="top", wrapText=str(int(not bold))),
        )
        made.set("applyAlignment", "1")
        return self._added(made, ("text", str(bold)))

    def _added(self, style: Any, key: tuple[int | str, str]) -> int:
        """The number of a style that is put at the end of the list."""
        formats = self._list("cellXfs")
        formats.append(style)
        formats.set("count", str(len(formats)))
        self._made[key] = len(formats) - 1
        return self._made[key]

    def fill_of(self, style: int) -> str:
        """The fill of a style as XML; no fill where the style says none."""
        from lxml import etree

        if self._root is None:
            return NO_FILL
        formats, fills = self._list("cellXfs"), self._list("fills")
        number = int(formats[style].get("fillId", 0)) if style < len(formats) else 0
        if number >= len(fills):
            return NO_FILL
        return str(etree.tostring(fills[number], encoding="unicode", with_tail=False))

    def save(self) -> None:
        """Write the styles back where any was made."""
        if self._made and self._part:
            self._package.write_xml(self._part, self._root)


NO_FILL = f'<fill xmlns="{SHEET_XML}"><patternFill patternType="none"/></fill>'


def solid_fill(colour: str) -> str:
    """A fill of one colour, given as six hexadecimal digits."""
    return (
        f'<fill xmlns="{SHEET_XML}"><patternFill patternType="solid"><fgColor rgb="FF{colour}"/>'
        '<bgColor indexed="64"/></patternFill></fill>'
    )
