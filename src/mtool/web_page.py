"""The frame of every page that mtool writes: head, style, language and tables, in one file.

A page asks nothing of the network: its policy forbids it. What is not made here is escaped, so
that no cell of a source becomes markup. The same content gives the same bytes.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from html import escape

from mtool.language import language_in_use, translated

STYLE = """
:root { color-scheme: light dark; --ink: #1b1f24; --paper: #fff; --faint: #565d66; --line: #8a929b;
  --band: #f1f3f5; --link: #0b4f9e; --mark: #fff3c4; --bad: #a3211a; --good: #1f6b2a; --doubt: #7d4a00; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8eaed; --paper: #16191d; --faint: #b3bac2;
  --line: #7c858f; --band: #22272d; --link: #9cc7ff; --mark: #4a3f12; --bad: #ffb0a8; --good: #8fd99a;
  --doubt: #ffc878; } }
* { box-sizing: border-box; }
html { scroll-padding-top: 1rem; }
body { font: 1rem/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper);
  margin: 1rem auto; max-width: 72rem; padding: 0 1rem; overflow-wrap: break-word; }
h1, h2, h3 { line-height: 1.2; text-wrap: balance; }
a { color: var(--link); }
:focus-visible { outline: .2rem solid var(--link); outline-offset: .15rem; }
.skip { position: absolute; left: -99rem; }
.skip:focus { position: static; display: inline-block; padding: .5rem; }
.scroll { overflow-x: auto; max-width: 100%; margin: 1rem 0; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
caption { text-align: left; font-weight: 600; padding: .3rem 0; }
td, th { border: 1px solid var(--line); padding: .3rem .5rem; text-align: left; vertical-align: top; }
thead th { background: var(--band); }
td.number, th.number { text-align: right; white-space: nowrap; }
@media print { body { max-width: none; margin: 0; font-size: 9pt; color: #000; background: #fff; }
  .scroll { overflow: visible; } thead { display: table-header-group; }
  tr, figure { break-inside: avoid; } h1, h2, h3, caption { break-after: avoid; } }
"""


def page(title: str, body: str, *, style: str = "", script: str = "") -> str:
    """A whole page in the language in use; `title` is text, `body` is markup.

    The only script that runs is `script`; without it none does.
    """
    allowed = f"'sha256-{b64encode(sha256(script.encode()).digest()).decode()}'"
    policy = (
        f"default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; "
        f"script-src {allowed if script else chr(39) + 'none' + chr(39)}; "
        "base-uri 'none'; form-action 'none'"
    )
    skip = escape(translated("Skip to the content"))
    return (
        f'<!DOCTYPE html>\n<html lang="{language_in_use()}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        f"<title>{escape(title)}</title>\n<style>{STYLE}{style}</style>\n</head>\n<body>\n"
        f'<a class="skip" href="#content">{skip}</a>\n'
        f'<main id="content" tabindex="-1">\n{body}</main>\n'
        + (f"<script>{script}</script>\n" if script else "")
        + "</body>\n</html>\n"
    )


@dataclass(frozen=True)
class Table:
    """What a table is called and how it is headed; `name` is unique on its page.

    `numbers` are the columns (from 0) of figures; `kind` is its class.
    """

    name: str
    caption: str
    header: Sequence[str]
    numbers: frozenset[int] = frozenset()
    kind: str = ""

    def of(self, rows: Iterable[str]) -> str:
        """The table with these whole `<tr>`s; it scrolls by itself where the screen is narrow."""
        head = "".join(self._header_cell(at, text) for at, text in enumerate(self.header))
        return (
            f'<div class="scroll" role="region" tabindex="0" aria-labelledby="{self.name}-caption">\n'
            f'<table id="{self.name}" class="{self.kind}">'
            f'<caption id="{self.name}-caption">{escape(self.caption)}</caption>\n'
            f"<thead><tr>{head}</tr></thead>\n<tbody>\n{''.join(rows)}</tbody></table>\n</div>\n"
        )

    def _header_cell(self, at: int, text: str) -> str:
        kind = ' class="number"' if at in self.numbers else ""
        return f'<th scope="col"{kind}>{escape(text)}</th>' if text else "<td></td>"


def plain_row(cells: Iterable[object], kind: str = "") -> str:
    """One `<tr>` of texts; null is an empty cell."""
    said = f' class="{kind}"' if kind else ""
    shown = "".join(f"<td>{'' if c is None else escape(str(c))}</td>" for c in cells)
    return f"<tr{said}>{shown}</tr>\n"
