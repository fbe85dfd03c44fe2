"""Elements inside a line → runs of characters set alike; hidden and struck text is kept apart."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from mtool.printed_numbers import fold_blanks
from mtool.readers.html.styles import Styles
from mtool.readers.runs import LINE_END, Run, SetAs, mark_texts

#: What is never text of the page.
SILENT = {
    "script",
    "style",
    "template",
    "noscript",
    "title",
    "iframe",
    "datalist",
    "audio",
    "video",
}
_DRAWN = {"svg", "canvas", "math", "object", "embed", "applet", "img"}
_FORM_FIELDS = {"select", "button", "textarea", "input"}
_BOLD = {"b", "strong", "th", "h1", "h2", "h3", "h4", "h5", "h6"}
_BREAKS = {
    "br", "p", "div", "li", "ul", "ol", "dl", "dt", "dd", "h1", "h2", "h3", "h4", "h5", "h6",
    "blockquote", "pre", "center", "section", "article", "hr", "address", "tr", "table",
}  # fmt: skip
_BLANKS = re.compile(r"[ \t\r\n\f]+")
_TO_A_NOTE = re.compile(
    r"_?(?:ftn|edn|fn|en|foot|end|note|cite|sd|ref|r)[\w:.-]{0,60}", re.IGNORECASE
)
_NOTE_ROLES = {"doc-noteref", "noteref", "footnote-ref", "msofootnotereference", "footnote"}
_BACK = "↩↑^⤴⏎\ufe0e\ufe0f "


@dataclass(slots=True)
class _Open:
    """An element that is open: how it sets its text, and where its runs begin."""

    element: Any
    set_as: SetAs
    key: str
    bold: bool
    first: int


@dataclass(slots=True)
class InlineText:
    """Collects the runs of one paragraph or cell while its elements open and close.

    `names` are the anchors passed, by which a note may be referred to. `left_out` holds what the
    page does not show as text, each with its kind. `plain` is true when some text is not bold.
    """

    styles: Styles
    runs: list[Run] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    left_out: list[tuple[str, str]] = field(default_factory=list)
    plain: bool = False
    _open: list[_Open] = field(default_factory=list)

    def open(self, element: Any) -> bool:
        """Enter an element; false when nothing in it is text of the page."""
        tag = element.tag
        for name in (element.get("id"), element.get("name") if tag == "a" else None):
            if name:
                self.names.append(name)
        if tag in SILENT or self._keeps_apart(element):
            return False
        if tag in _BREAKS:
            self.end_line()
        outer = self._open[-1] if self._open else None
        set_as = self.styles.sets(element)
        if set_as == "line" and outer is not None:
            set_as = outer.set_as
        key = _fragment(element) if tag == "a" else (outer.key if outer else "")
        bold = tag in _BOLD or (outer is not None and outer.bold)
        self._open.append(_Open(element, set_as, key, bold, len(self.runs)))
        self.add(element.text)
        return True

    def take(self) -> tuple[list[Run], list[str], bool]:
        """Hand over the runs, names and boldness of a finished paragraph, and begin the next.

        Names passed without any text stay for the next one.
        """
        runs, names, bold = self.runs, self.names, not self.plain
        self.runs, self.plain = [], False
        if any(run.text.strip() for run in runs):
            self.names = []
        for opened in self._open:
            opened.first = 0
        return runs, names, bold

    def close(self, element: Any) -> None:
        """Leave an element; one that was not entered is no matter."""
        if not self._open or self._open[-1].element is not element:
            return
        opened = self._open.pop()
        if element.tag == "a":
            self._close_link(opened)
        if element.tag in _BREAKS and element.tag != "br":
            self.end_line()

    def add(self, text: str | None) -> None:
        """Add characters as the innermost open element sets them."""
        if not text:
            return
        text = _BLANKS.sub(" ", text)
        inner = self._open[-1] if self._open else None
        if not (inner and inner.bold) and not text.isspace():
            self.plain = True
        run = Run(text, inner.set_as, inner.key) if inner else Run(text)
        last = self.runs[-1] if self.runs else None
        same = last and last.text != LINE_END and (last.set_as, last.key) == (run.set_as, run.key)
        if last and same and self._may_merge(run):
            self.runs[-1] = Run(last.text + text, run.set_as, run.key)
        else:
            self.runs.append(run)

    def end_line(self) -> None:
        if self.runs and self.runs[-1].text != LINE_END:
            self.runs.append(Run(LINE_END))

    def _may_merge(self, run: Run) -> bool:
        """Raised runs grow together only inside one element: `<sup>1</sup><sup>2</sup>` are two."""
        if run.set_as == "line":
            return True
        raising = next(o for o in self._open if o.set_as == run.set_as)
        return len(self.runs) > raising.first

    def _keeps_apart(self, element: Any) -> bool:
        """Note text that is not shown as text; true when the element holds such."""
        kind = _kind_left_out(element, self.styles)
        if not kind:
            return False
        text = fold_blanks(element.get("alt") or "".join(element.itertext()))
        if text:
            self.left_out.append((kind, text))
        return True

    def _marks_a_note(self, opened: _Open, text: str) -> bool:
        """True for a link that says so, or that is glued to a figure: `19` and `2` are not 192."""
        before = self.runs[opened.first - 1].text if opened.first else ""
        glued = before[-1:].isdecimal() and text[:1] not in (" ", "")
        return glued or _leads_to_a_note(opened.element, opened.key, text)

    def _close_link(self, opened: _Open) -> None:
        """Set a link to a note as raised, forget a link back from one, keep any other as text."""
        runs = self.runs[opened.first :]
        text = "".join(run.text for run in runs)
        if opened.key and text and all(ch in _BACK for ch in text):
            del self.runs[opened.first :]
        elif opened.key and mark_texts(text) and self._marks_a_note(opened, text):
            self.runs[opened.first :] = [Run(run.text, "raised", run.key) for run in runs]
        elif opened.set_as == "line":
            self.runs[opened.first :] = [Run(run.text, run.set_as) for run in runs]


def _leads_to_a_note(link: Any, key: str, text: str) -> bool:
    said = f"{link.get('class') or ''} {link.get('role') or ''} {link.get('epub:type') or ''}"
    if _NOTE_ROLES.intersection(said.lower().split()) or text.strip()[:1] == "[":
        return True
    return _TO_A_NOTE.fullmatch(key) is not None


def _kind_left_out(element: Any, styles: Styles) -> str:
    if element.tag in _DRAWN:
        return "drawn as a picture or formula"
    if element.tag in _FORM_FIELDS:
        return "in form fields"
    if styles.hides(element):
        return "hidden"
    return "struck out" if styles.strikes(element) else ""


def _fragment(link: Any) -> str:
    address = link.get("href") or ""
    return address.partition("#")[2] if len(address) <= 2_000 else ""
