"""A page in reading order: paragraphs, headings, notes and tables."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from mtool.model import Finding
from mtool.readers.blocks import Block, Kind, TextBlock, text_blocks
from mtool.readers.html.inline import SILENT, InlineText
from mtool.readers.html.styles import Styles
from mtool.readers.html.tables import TableReading, read_caption, read_label_list, read_table
from mtool.readers.runs import Mark, Run

_HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
PARAGRAPHS = _HEADINGS | {
    "p", "div", "li", "ul", "ol", "dl", "dt", "dd", "blockquote", "pre", "center", "section",
    "article", "aside", "main", "header", "footer", "figure", "figcaption", "address", "hr",
    "body", "form", "fieldset", "details", "summary", "table", "caption", "thead", "tbody",
    "tfoot", "tr", "td", "th",
}  # fmt: skip
_MENU_ROLES = {"navigation", "menu", "menubar", "search", "toolbar"}
_MENU_NAMES = {
    "nav", "navbar", "navigation", "menu", "mainmenu", "breadcrumb", "breadcrumbs", "pagination",
    "sitemap", "skip-link", "skiplink", "cookie-banner", "share-links",
}  # fmt: skip
_NOTE_NAME = re.compile(
    r"(?:mso|sd|table-?|doc-)?(?:foot|end)notes?(?:-?(?:text|list|item|body|definition))?\d{0,4}"
    r"|(?:ftn|edn|fn)\d{1,4}|cite_note-[\w-]{1,60}|references|table-?(?:notes?|source)"
)
_CAPTION_NAMES = {"caption", "msocaption", "table-caption", "tablecaption", "table-title"}


@dataclass(slots=True)
class Walked:
    """What a page holds, and what was left out of it."""

    blocks: list[Block] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    layout_tables: int = 0
    hidden: list[str] = field(default_factory=list)
    cells_outside: int = 0

    def add(self, other: Walked) -> None:
        """Go on with what was found in a table nested in a cell."""
        self.blocks += other.blocks
        self.findings += other.findings
        self.hidden += other.hidden
        self.layout_tables += other.layout_tables


def walk_page(root: Any, styles: Styles) -> Walked:
    """Walk an element once, from top to bottom; tables that lay out the page are walked through."""
    from lxml import etree

    walker = _Walker(styles)
    walk = etree.iterwalk(root, events=("start", "end"))
    for event, element in walk:
        if event == "end":
            walker.leave(element, "" if element is root else element.tail)
        elif not walker.enter(element):
            walk.skip_subtree()
    walker.end_paragraph()
    walker.walked.blocks = _with_notes(walker.walked.blocks)
    return walker.walked


@dataclass(slots=True)
class _Walker:
    styles: Styles
    walked: Walked = field(default_factory=Walked)
    _inline: InlineText = field(init=False)
    _kinds: list[tuple[Any, Kind, str]] = field(default_factory=list)
    _captions: dict[Any, TextBlock] = field(default_factory=dict)
    _done: list[Any] = field(default_factory=list)
    _line: int | None = None
    _items: int = 0

    def __post_init__(self) -> None:
        self._inline = InlineText(self.styles)

    def enter(self, element: Any) -> bool:
        """Begin an element; false when its inside is done with, or is not for readers."""
        tag = element.tag
        if tag in SILENT or element in self._done or _is_menu(element):
            return False
        if tag == "table" and not self.styles.hides(element):
            self.end_paragraph()
            reading = read_table(element, self.styles)
            if not reading.is_layout:
                self._table(element, reading)
                return False
            self.walked.layout_tables += 1
        if tag == "dl" and (block := read_label_list(element, self.styles)):
            self.end_paragraph()
            self.walked.blocks.append(block)
            return False
        if tag in PARAGRAPHS:
            self._begin_paragraph(element)
        if tag == "figure":
            self._figure(element)
        return self._inline.open(element)

    def leave(self, element: Any, tail: str | None) -> None:
        """End an element, entered or not; `tail` is the text behind it."""
        self._inline.close(element)
        if element.tag in PARAGRAPHS:
            self.end_paragraph()
            if self._kinds and self._kinds[-1][0] is element:
                self._kinds.pop()
                self._items -= element.tag == "li"
        self._inline.add(tail)

    def end_paragraph(self) -> None:
        """Make a block of the text collected so far."""
        runs, names, bold = self._inline.take()
        kind, mark = self._kinds[-1][1:] if self._kinds else ("prose", "")
        like = TextBlock("", kind, (), mark, tuple(names), bold, self._items > 0, self._line)
        self.walked.blocks += text_blocks(runs, like)
        self.walked.hidden += [text for what, text in self._inline.left_out if what == "hidden"]
        self._inline.left_out.clear()

    def _begin_paragraph(self, element: Any) -> None:
        self.end_paragraph()
        self._line = element.sourceline
        outer = self._kinds[-1][1] if self._kinds else "prose"
        kind = _kind(element) or outer
        self._items += element.tag == "li"
        self._kinds.append((element, kind, _list_mark(element) if kind == "note" else ""))
        if element.tag in ("td", "th") and next(element.iterancestors("table"), None) is None:
            self.walked.cells_outside += 1

    def _figure(self, element: Any) -> None:
        """Give the one table of a figure the figure's caption."""
        tables, captions = list(element.iter("table")), list(element.iter("figcaption"))
        if len(tables) != 1 or len(captions) != 1 or self.styles.hides(element):
            return
        caption = read_caption(captions[0], self.styles)
        if caption is not None:
            self._captions[tables[0]] = caption
            self._done.append(captions[0])

    def _table(self, element: Any, reading: TableReading) -> None:
        self.walked.findings += reading.findings
        if reading.stray:
            self.walked.blocks += text_blocks([Run(reading.stray)], TextBlock(""))
        if reading.block is not None:
            caption = reading.block.caption or self._captions.get(element)
            self.walked.blocks.append(replace(reading.block, caption=caption))
        for nested in reading.nested:
            self.walked.add(walk_page(nested, self.styles))


def _kind(element: Any) -> Kind | None:
    tag = element.tag
    if tag in _HEADINGS or element.get("role") == "heading":
        return "heading"
    names = _names(element)
    if tag in ("figcaption", "caption") or names & _CAPTION_NAMES:
        return "caption"
    if tag not in ("body", "main", "article") and any(map(_NOTE_NAME.fullmatch, names)):
        return "note"
    return None


def _list_mark(element: Any) -> str:
    """The number of an item in an ordered list of notes; items further in keep their outer's."""
    item = next((e for e in (element, *element.iterancestors()) if e.tag == "li"), None)
    if item is None or item.getparent().tag != "ol":
        return ""
    start = item.getparent().get("start") or "1"
    number = int(start) if start.isdecimal() and len(start) < 6 else 1
    return str(number + sum(1 for _ in item.itersiblings("li", preceding=True)))


def _is_menu(element: Any) -> bool:
    """True for navigation; what holds a table of its own is looked into all the same."""
    is_menu = (
        element.tag == "nav"
        or element.get("role") in _MENU_ROLES
        or bool(_names(element) & _MENU_NAMES)
    )
    return is_menu and element.find(".//table") is None


def _names(element: Any) -> set[str]:
    said = f"{element.get('class') or ''} {element.get('id') or ''} {element.get('role') or ''}"
    return set(said[:2_000].lower().split())


def _with_notes(blocks: list[Block]) -> list[Block]:
    """What a reference leads to is a note."""
    referred = {mark.key for block in blocks for mark in _marks(block)}
    referred.discard("")
    return [
        replace(block, kind="note")
        if isinstance(block, TextBlock) and block.kind == "prose" and referred & set(block.keys)
        else block
        for block in blocks
    ]


def _marks(block: Block) -> Iterator[Mark]:
    if isinstance(block, TextBlock):
        yield from block.marks
    else:
        yield from (Mark(text, key) for text, key in block.keys.items())
