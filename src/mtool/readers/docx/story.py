"""Word's runs → runs of characters set alike, as the document reads with its changes accepted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from mtool.printed_numbers import fold_blanks
from mtool.readers.docx.numbering import NoteNumbers
from mtool.readers.docx.package import attribute, child, is_on, local_name, value_of
from mtool.readers.docx.styles import Look, Styles, look_of
from mtool.readers.runs import LINE_END, Run

DELETED = {"del", "moveFrom"}
_INSERTED = {"ins", "moveTo"}
_BLANK = {"tab": " ", "ptab": " ", "br": LINE_END, "cr": LINE_END, "noBreakHyphen": "-"}
_DRAWN = {"drawing", "pict", "object"}
#: The signs of Word's Symbol font that tables use; others stand for themselves or are unknown.
_SYMBOLS = {
    0x2A: "*", 0x2D: "−", 0xA3: "≤", 0xA5: "∞", 0xB0: "°", 0xB1: "±", 0xB3: "≥", 0xB4: "×",
    0xB7: "•", 0xB9: "≠", 0xBB: "≈", 0xBC: "…", 0xD7: "·",
}  # fmt: skip
UNKNOWN_SYMBOL = "\ufffd"


@dataclass(slots=True)
class Story:
    """Reads paragraphs one after the other; the result of a field may reach over their ends.

    `left_out` are (kind, text) pieces since last taken, `text_boxes` the boxes met since then.
    """

    styles: Styles
    numbers: NoteNumbers
    changes: int = 0
    unknown_symbols: int = 0
    left_out: list[tuple[str, str]] = field(default_factory=list)
    text_boxes: list[Any] = field(default_factory=list)
    objects: int = 0
    _seen: set[Any] = field(default_factory=set)
    _fields: list[str] = field(default_factory=list)

    def runs(self, paragraph: Any) -> list[Run]:
        """The runs of a paragraph; neighbours set alike are one run."""
        self._fields = [part for part in self._fields if part == "result"]
        style = value_of(paragraph, "pPr", "pStyle")
        merged: list[Run] = []
        for run in self._inside(paragraph, self.styles.paragraph_look(style)):
            last = merged[-1] if merged else None
            if last is not None and _alike(last, run):
                merged[-1] = Run(last.text + run.text, run.set_as, run.key)
            else:
                merged.append(run)
        return merged

    def pass_over(self, element: Any) -> None:
        """Take note that the text inside an element is not printed, or is reported elsewhere."""
        self._seen.update(texts_in(element))

    def unread(self, body: Any) -> list[str]:
        """The texts of the body that were neither read nor passed over."""
        left = (text for text in texts_in(body) if text not in self._seen)
        return [text.text for text in left if (text.text or "").strip()]

    def is_bold(self, paragraph: Any) -> bool:
        """True when every run with text is bold."""
        base = self.styles.paragraph_look(value_of(paragraph, "pPr", "pStyle"))
        runs = [e for e in paragraph.iter() if local_name(e) == "r"]
        printed = [run for run in runs if any(local_name(e) == "t" and e.text for e in run)]
        return bool(printed) and all(self._look(run, base).bold for run in printed)

    def _inside(self, element: Any, base: Look) -> Iterator[Run]:
        for part in element:
            name = local_name(part)
            if name == "r":
                yield from self._run(part, base)
            elif name in DELETED:
                self.delete(part)
            elif name == "AlternateContent":
                yield from self._inside(self.chosen(part), base)
            elif name == "sdt":
                yield from self._control(part, base)
            elif name in ("oMath", "oMathPara"):
                self.pass_over(part)
                yield Run("".join(text.text or "" for text in texts_in(part)))
            elif name not in ("pPr", "rPr", "tbl", "p"):
                self.changes += name in _INSERTED
                yield from self._inside(part, base)

    def _control(self, control: Any, base: Look) -> Iterator[Run]:
        """A content control: its text, unless that only asks to be filled in."""
        content = child(control, "sdtContent")
        if content is None:
            return
        if is_on(value_of(control, "sdtPr", "showingPlcHdr")):
            self.pass_over(content)
            text = fold_blanks("".join(text.text or "" for text in texts_in(content)))
            self.left_out.append(("a placeholder in a form", text))
        else:
            yield from self._inside(content, base)

    def _run(self, run: Any, base: Look) -> Iterator[Run]:
        look = self._look(run, base)
        own_mark = ""
        for part in run:
            name = local_name(part)
            text = self._text(part, name)
            if name in ("footnoteReference", "endnoteReference"):
                key = f"{name.removesuffix('Reference')}:{attribute(part, 'id')}"
                if is_on(attribute(part, "customMarkFollows")):
                    own_mark = key
                else:
                    yield Run(self.numbers.mark(key), "reference", key)
            elif own_mark and text.strip():
                self.numbers.marks.setdefault(own_mark, text.strip())
                yield Run(text, "reference", own_mark)
            elif name == "fldChar":
                self._field(attribute(part, "fldCharType") or "")
            elif name == "AlternateContent":
                self._drawn(self.chosen(part))
            elif name in _DRAWN:
                self._drawn(part)
            elif text:
                kind = self._kind_left_out(look)
                if kind:
                    self.left_out.append((kind, text.strip()))
                else:
                    yield Run(text, "line" if text == LINE_END else look.set_as or "line")

    def _kind_left_out(self, look: Look) -> str:
        if "instruction" in self._fields:
            return "part of a field's instruction"
        if look.hidden:
            return "hidden"
        return "struck out" if look.struck else ""

    def delete(self, element: Any) -> None:
        """Pass over what a tracked change deletes or moves away."""
        self.changes += 1
        self.pass_over(element)

    def chosen(self, alternatives: Any) -> Any:
        """The one alternative to read; the others say the same for other programs."""
        best = chosen(alternatives)
        for other in alternatives:
            if other is not best:
                self.pass_over(other)
        return best

    def _text(self, part: Any, name: str) -> str:
        if name == "t":
            self._seen.add(part)
            return part.text or ""
        return self._symbol(part) if name == "sym" else _BLANK.get(name, "")

    def _look(self, run: Any, base: Look) -> Look:
        properties = child(run, "rPr")
        if properties is None:
            return base
        style = value_of(properties, "rStyle")
        return look_of(properties).over(self.styles.look(style)).over(base)

    def _symbol(self, part: Any) -> str:
        code = attribute(part, "char") or ""
        try:
            number = int(code, 16) & 0xFF if code.upper().startswith("F0") else int(code, 16)
        except ValueError:
            number = 0
        if (attribute(part, "font") or "").lower() == "symbol" and number in _SYMBOLS:
            return _SYMBOLS[number]
        self.unknown_symbols += 1
        return UNKNOWN_SYMBOL

    def _field(self, kind: str) -> None:
        """Between `begin` and `separate` stand instructions, between that and `end` the result."""
        if kind == "begin":
            self._fields.append("instruction")
        elif kind == "separate" and self._fields:
            self._fields[-1] = "result"
        elif kind == "end" and self._fields:
            self._fields.pop()

    def _drawn(self, drawing: Any) -> None:
        boxes = [e for e in drawing.iter() if local_name(e) == "txbxContent"]
        self.text_boxes += [box for box in boxes if not _lies_in(box, boxes)]
        self.objects += local_name(drawing) == "object"


def texts_in(element: Any) -> Iterator[Any]:
    """The elements in which text stands, in Word's own part of the file and in formulas."""
    return (e for e in element.iter() if local_name(e) == "t")


def chosen(alternatives: Any) -> Any:
    """The one alternative to read: the choice, or the fallback where only it holds text."""
    choice, fallback = child(alternatives, "Choice"), child(alternatives, "Fallback")
    options = [option for option in (choice, fallback) if option is not None]
    texts = [o for o in options if any(local_name(e) in ("t", "tbl") for e in o.iter())]
    return next(iter(texts or options), alternatives)


def _lies_in(box: Any, boxes: list[Any]) -> bool:
    return any(parent in boxes for parent in box.iterancestors())


def _alike(one: Run, other: Run) -> bool:
    if LINE_END in (one.text, other.text) or "reference" in (one.set_as, other.set_as):
        return False
    return one.set_as == other.set_as
