"""What Word's styles say that matters to a reader: headings, captions, raised and hidden text."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from mtool.readers.blocks import Kind
from mtool.readers.docx.package import attribute, child, is_on, local_name, value_of
from mtool.readers.runs import SetAs

_DEEPEST = 20
#: Half-points; less than two points only centre a line.
_SHIFTED = 4


@dataclass(frozen=True, slots=True)
class Look:
    """How characters look. Null means that the style says nothing of it."""

    set_as: SetAs | None = None
    hidden: bool | None = None
    struck: bool | None = None
    bold: bool | None = None

    def over(self, other: Look) -> Look:
        """This look, and of the other what this one leaves open."""
        return Look(
            other.set_as if self.set_as is None else self.set_as,
            other.hidden if self.hidden is None else self.hidden,
            other.struck if self.struck is None else self.struck,
            other.bold if self.bold is None else self.bold,
        )


PLAIN = Look()


class Styles:
    """The styles of a document by id; `root` may be null."""

    def __init__(self, root: Any) -> None:
        styles = [] if root is None else [e for e in root if local_name(e) == "style"]
        self._by_id = {attribute(style, "styleId") or "": style for style in styles}
        self._looks: dict[str, Look] = {"": PLAIN}
        self._kinds: dict[str, Kind | None] = {}

    @cached_property
    def _default_paragraph(self) -> str:
        for style_id, style in self._by_id.items():
            if attribute(style, "type") == "paragraph" and is_on(attribute(style, "default")):
                return style_id
        return ""

    def look(self, style_id: str | None) -> Look:
        """The look of a character or paragraph style, with those it is based on."""
        key = style_id or ""
        if key not in self._looks:
            look = PLAIN
            for style in self._chain(key):
                look = look.over(look_of(child(style, "rPr")))
            self._looks[key] = look
        return self._looks[key]

    def paragraph_look(self, style_id: str | None) -> Look:
        """The look of a paragraph's characters; without a style, that of the default one."""
        return self.look(style_id or self._default_paragraph)

    def kind(self, style_id: str | None) -> Kind | None:
        """Heading, caption or note, by the style's built-in name, whatever Word's language."""
        key = style_id or ""
        if key not in self._kinds:
            self._kinds[key] = next(filter(None, map(_kind, self._chain(key))), None)
        return self._kinds[key]

    def is_contents(self, style_id: str | None) -> bool:
        """True for lines of a table of contents or a list of tables."""
        names = [_name(style) for style in self._chain(style_id or "")]
        return any(name.startswith("toc ") or name == "table of figures" for name in names)

    def _chain(self, style_id: str) -> list[Any]:
        chain: list[Any] = []
        while style_id in self._by_id and len(chain) < _DEEPEST:
            chain.append(self._by_id[style_id])
            style_id = value_of(chain[-1], "basedOn") or ""
        return chain


def look_of(properties: Any) -> Look:
    """Read the character properties of a run or a style; null gives a plain look."""
    if properties is None:
        return PLAIN
    struck = _on(properties, "strike"), _on(properties, "dstrike")
    return Look(
        _set_as(properties),
        _on(properties, "vanish"),
        None if struck == (None, None) else any(struck),
        _on(properties, "b"),
    )


def _set_as(properties: Any) -> SetAs | None:
    aligned = value_of(properties, "vertAlign")
    if aligned in ("superscript", "subscript"):
        return "raised" if aligned == "superscript" else "lowered"
    lifted = value_of(properties, "position")
    if lifted and lifted.lstrip("-").isdecimal() and abs(int(lifted)) >= _SHIFTED:
        return "raised" if int(lifted) > 0 else "lowered"
    return None if aligned is None and lifted is None else "line"


def _on(properties: Any, name: str) -> bool | None:
    value = value_of(properties, name)
    return None if value is None else is_on(value)


def _name(style: Any) -> str:
    return (value_of(style, "name") or "").lower()


def _kind(style: Any) -> Kind | None:
    name = _name(style)
    if name.startswith(("heading ", "title", "subtitle")) or value_of(style, "pPr", "outlineLvl"):
        return "heading"
    if name == "caption":
        return "caption"
    return "note" if name in ("footnote text", "endnote text") else None
