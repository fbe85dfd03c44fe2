"""The frame of every page that mtool writes: head, style, language and tables, in one file.

A page asks nothing of the network: its policy forbids it. Every text that is not `Markup` is
escaped, so that no cell of a source becomes markup. The same content gives the same bytes.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from html import escape
from pathlib import Path

from mtool.language import language_in_use, translated

#: Where a link may lead, besides places of the page itself and data within it.
SAFE_LINK = re.compile(r"(?:https?://|#|data:text/csv;)", re.IGNORECASE)
#: Columns from which a table is set smaller on paper.
WIDE = 7
VOID = ("meta", "br", "input")
#: Elements whose content starts a line of its own, so that a page can be read as text.
BLOCKS = ("html", "head", "body", "main", "section", "tr", "tbody", "table", "p", "h2", "li")


class Markup(str):
    """Text that is HTML already."""

    __slots__ = ()


def element(tag: str, *children: object, **attributes: str | None) -> Markup:
    """An HTML element; children and attributes are escaped, null ones left out.

    `class_` and `for_` are written without their underscore, `data_sort` as `data-sort`.
    A `href` that leads elsewhere than to the web or within the page is left out.
    """
    said = []
    for name, value in attributes.items():
        if value is None or (name == "href" and not SAFE_LINK.match(value)):
            continue
        said.append(f' {name.rstrip("_").replace("_", "-")}="{escape(value)}"')
    opened = f"<{tag}{''.join(said)}>"
    end = "\n" if tag in BLOCKS else ""
    if tag in VOID:
        return Markup(opened)
    return Markup(f"{opened}{joined(children)}</{tag}>{end}")


def joined(children: Iterable[object]) -> Markup:
    """Markup as it is, any other text escaped, null as nothing."""
    return Markup(
        "".join(
            c if isinstance(c, Markup) else escape(str(c), quote=False)
            for c in children
            if c is not None
        )
    )


def page(title: str, *content: object, script: str = "") -> str:
    """A whole page in the language in use. The only script that may run is the one given."""
    style = _beside("page.css")
    run = f"'sha256-{b64encode(sha256(script.encode()).digest()).decode()}'" if script else "'none'"
    policy = {
        "default-src": "'none'",
        "style-src": "'unsafe-inline'",
        "img-src": "data:",
        "script-src": run,
        "base-uri": "'none'",
        "form-action": "'none'",
    }
    rules = ";".join(f"{name} {value}" for name, value in policy.items())
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", name="viewport", content="width=device-width,initial-scale=1"),
        Markup(f'<meta http-equiv="Content-Security-Policy" content="{rules}">'),
        element("title", title),
        Markup(f"<style>{style}</style>"),
    )
    skip = element("a", translated("Skip to the content"), class_="skip", href="#content")
    main = element("main", *content, id="content", tabindex="-1")
    body = element("body", skip, main, Markup(f"<script>{script}</script>") if script else None)
    return f"<!DOCTYPE html>\n{element('html', head, body, lang=language_in_use())}"


def tables_script() -> str:
    """The script that lets tables of the class `sortable` be sorted and filtered."""
    return _beside("tables.js")


def _beside(name: str) -> str:
    return Path(__file__).with_name(name).read_text(encoding="utf-8")


@dataclass(frozen=True)
class Table:
    """What a table is called and how it is headed; `name` is unique on its page.

    `numbers` are the columns (from 0) of figures; `sortable` ones get a filter, with scripts.
    """

    name: str
    caption: str
    header: Sequence[str]
    numbers: frozenset[int] = frozenset()
    sortable: bool = False

    def of(self, rows: Iterable[Markup]) -> Markup:
        """The table with these whole `<tr>`s; it scrolls by itself where the screen is narrow."""
        head = [self._header_cell(at, text) for at, text in enumerate(self.header)]
        caption = f"{self.name}-caption"
        kinds = ["sortable"] * self.sortable + ["wide"] * (len(self.header) >= WIDE)
        table = element(
            "table",
            element("caption", self.caption, id=caption),
            element("thead", element("tr", *head)),
            element("tbody", *rows),
            id=self.name,
            class_=" ".join(kinds) or None,
            data_filter=translated("Show only rows with") if self.sortable else None,
            data_count=translated("Rows shown") if self.sortable else None,
        )
        return element(
            "div", table, class_="scroll", role="region", tabindex="0", aria_labelledby=caption
        )

    def _header_cell(self, at: int, text: str) -> Markup:
        if not text:
            return element("td")
        return element("th", text, scope="col", class_="number" if at in self.numbers else None)


def plain_row(cells: Iterable[object], kind: str | None = None) -> Markup:
    """One `<tr>` of texts; null is an empty cell."""
    return element("tr", *(element("td", cell) for cell in cells), class_=kind)


def described(text: str) -> Markup:
    """A description with what stands between backticks as code."""
    parts = text.strip().split("`")
    return joined(element("code", part) if at % 2 else part for at, part in enumerate(parts))


def anchor(*parts: object) -> str:
    """A name for a place of the page, made of letters that links need no escape for."""
    return "-".join(re.sub(r"[^A-Za-z0-9_]+", "-", str(part)).strip("-") for part in parts)
