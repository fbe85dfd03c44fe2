"""What a page's styles say that matters to a reader: hidden, raised, lowered, struck out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, Literal

from mtool.readers.runs import SetAs

Hidden = Literal["", "gone", "blank"]
Declarations = dict[str, str]

#: Longer style attributes and rules say nothing that matters here.
_LONGEST = 4_000
_SIMPLE = re.compile(r"(?:[a-z][a-z0-9]*)?[.#][\w-]+", re.IGNORECASE)
_PROPERTIES = {"display", "visibility", "vertical-align", "text-decoration", "text-decoration-line"}
_LENGTH = re.compile(r"([+-]?\d{0,6}\.?\d{1,6})(pt|px|em|ex|rem|%)")
#: Smaller shifts only centre a line.
_SHIFTED = {"pt": 2.0, "px": 3.0, "em": 0.2, "ex": 0.4, "rem": 0.2, "%": 20.0}
#: Class names of widely used style sheets for text that is not shown.
_NOT_SHOWN = {"sr-only", "visually-hidden", "visuallyhidden", "screen-reader-text", "d-none"}
_INLINE = {"sup", "sub", "span", "a", "font", "small", "b", "i", "em", "strong", "u", "var"}
_STRUCK = {"s", "strike", "del"}


class Styles:
    """The style rules of a page; anything but a class, an id, or a tag with one is passed over."""

    def __init__(self, sheets: Iterable[str]) -> None:
        self._rules: dict[str, Declarations] = {}
        for sheet in sheets:
            for selectors, body in _rules(sheet):
                self._add(selectors, _declarations(body))

    def _add(self, selectors: str, declared: Declarations) -> None:
        if not declared:
            return
        for selector in selectors.split(","):
            name = selector.strip().lower()
            if _SIMPLE.fullmatch(name):
                self._rules.setdefault(name, {}).update(declared)

    def hides(self, element: Any) -> Hidden:
        """`gone`: takes no place at all; `blank`: keeps its place and shows nothing."""
        if not element.keys():
            return ""
        if element.get("hidden") is not None:
            return "gone"
        classes = _classes(element)
        if _NOT_SHOWN & classes and not any(name.startswith("d-") for name in classes - _NOT_SHOWN):
            return "gone"
        declared = self._declared(element)
        if declared.get("display") == "none":
            return "gone"
        return "blank" if declared.get("visibility") in ("hidden", "collapse") else ""

    def strikes(self, element: Any) -> bool:
        """True for text that the page itself shows as struck out or deleted."""
        if element.tag in _STRUCK:
            return True
        declared = self._declared(element)
        return any(
            "line-through" in declared.get(name, "")
            for name in ("text-decoration", "text-decoration-line")
        )

    def sets(self, element: Any) -> SetAs:
        """How an inline element sets its characters to the line."""
        tag = element.tag
        if tag not in _INLINE:
            return "line"
        aligned = self._declared(element).get("vertical-align", "")
        if aligned in ("super", "text-top") or (tag == "sup" and aligned != "baseline"):
            return "raised"
        if aligned == "sub" or (tag == "sub" and aligned != "baseline"):
            return "lowered"
        length = _LENGTH.fullmatch(aligned)
        if length and abs(float(length[1])) >= _SHIFTED[length[2]]:
            return "raised" if float(length[1]) > 0 else "lowered"
        return "small" if tag == "small" else "line"

    def _declared(self, element: Any) -> Declarations:
        declared: Declarations = {}
        if self._rules:
            for name in (*(f".{name}" for name in _classes(element)), f"#{element.get('id')}"):
                declared.update(self._rules.get(name, {}))
                declared.update(self._rules.get(f"{element.tag}{name}", {}))
        declared.update(_declarations(element.get("style") or ""))
        return declared


def _classes(element: Any) -> set[str]:
    return set((element.get("class") or "")[:_LONGEST].lower().split())


def _declarations(body: str) -> Declarations:
    if not body or len(body) > _LONGEST:
        return {}
    declared: Declarations = {}
    for part in body.lower().split(";"):
        name, _, value = part.partition(":")
        if name.strip() in _PROPERTIES:
            declared[name.strip()] = value.replace("!important", "").strip()
    return declared


def _rules(sheet: str) -> Iterator[tuple[str, str]]:
    """The outermost rules of a sheet; blocks for print or small screens are passed over."""
    depth, start, selectors = 0, 0, ""
    for brace in re.finditer(r"[{}]", _without_comments(sheet)):
        text = brace.string[start : brace.start()]
        if brace.group() == "{":
            depth += 1
            selectors = text.strip() if depth == 1 else selectors
        else:
            if depth == 1 and not selectors.startswith("@") and len(selectors) <= _LONGEST:
                yield selectors, text
            depth = max(0, depth - 1)
        start = brace.end()


def _without_comments(sheet: str) -> str:
    kept: list[str] = []
    for number, part in enumerate(sheet.split("/*")):
        kept.append(part if number == 0 else part.partition("*/")[2])
    return "".join(kept)
