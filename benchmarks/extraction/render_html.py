"""Tables of known truth → web pages, in the manners of word processors, ministries and NGOs."""

from __future__ import annotations

import html
import random
from collections.abc import Sequence

from truth import TrueCell, TrueTable, paragraph

MANNERS = ("plain", "sections", "office", "layout", "bare")


def render_page(tables: Sequence[TrueTable], rng: random.Random, manner: str) -> str:
    """A page with prose around each table; `manner` is one of MANNERS."""
    parts = [f"<h1>Report</h1>\n<p>{_prose(rng)}</p>"]
    for table in tables:
        parts += [_titled(table, rng, manner), f"<p>{_prose(rng)}</p>"]
    body = "\n".join(parts)
    if manner == "layout":
        menu = "".join(f'<li><a href="/{n}">Section {n}</a></li>' for n in range(4))
        body = (
            f'<table width="100%"><tr><td><ul>{menu}</ul></td><td>{body}</td></tr>'
            "<tr><td colspan=2>Contact</td></tr></table>"
        )
    style = "<style>.raised {vertical-align: super}</style>"
    return (
        f'<!DOCTYPE html><html><head><meta charset="utf-8">{style}</head><body>{body}</body></html>'
    )


def _prose(rng: random.Random) -> str:
    return f"{html.escape(paragraph(rng, 2))}<sup>{rng.randint(1, 9)}</sup>"


def _titled(table: TrueTable, rng: random.Random, manner: str) -> str:
    title = html.escape(table.title)
    notes = "".join(f"<p>{html.escape(note)}</p>" for note in table.notes)
    if manner == "sections":
        return _table(table, rng, manner, f"<caption>{title}</caption>") + notes
    if manner == "bare":
        first = f'<tr><td colspan="{table.columns}"><b>{title}</b></td></tr>'
        last = "".join(
            f'<tr><td colspan="{table.columns}">{html.escape(note)}</td></tr>'
            for note in table.notes
        )
        return _table(table, rng, manner, first, last)
    return f"<p><b>{title}</b></p>" + _table(table, rng, manner) + notes


def _table(
    table: TrueTable, rng: random.Random, manner: str, first: str = "", last: str = ""
) -> str:
    rows = [_row(table, number, rng, manner) for number in range(table.rows)]
    if manner == "sections":
        head, body = "".join(rows[: table.header_rows]), "".join(rows[table.header_rows :])
        return f"<table>{first}<thead>{head}</thead><tbody>{body}</tbody></table>"
    return f"<table border=1>{first}{''.join(rows)}{last}</table>"


def _row(table: TrueTable, number: int, rng: random.Random, manner: str) -> str:
    cells = [_cell(cell, rng, manner) for cell in table.begun_in(number)]
    return f"<tr>{''.join(cells)}</tr>\n"


def _cell(cell: TrueCell, rng: random.Random, manner: str) -> str:
    name = "th" if cell.header and manner in ("plain", "sections", "layout") else "td"
    spans = "".join(
        f" {which}={span}"
        for which, span in (("rowspan", cell.rowspan), ("colspan", cell.colspan))
        if span > 1
    )
    text = html.escape(cell.text)
    if manner == "office":
        text = text.replace(" ", "&nbsp;") if text[:1].isdigit() else text.replace(" ", "\n ")
        text = f'<p class=MsoNormal style="margin:0"><span lang=EN-GB>{text}</span>'
    elif rng.random() < 0.1:
        text = f"<b>{text}</b>"
    return f"<{name}{spans}>{text}{_mark(cell.note, rng)}</{name}>"


def _mark(note: str, rng: random.Random) -> str:
    if not note:
        return ""
    manners = (
        f"<sup>{note}</sup>",
        f'<sup><a href="#note{note}">{note}</a></sup>',
        f'<span class="raised">{note}</span>',
        f'<a href="#fn{note}"><sup>[{note}]</sup></a>',
        f'<span style="vertical-align:super;font-size:70%">{note}</span>',
    )
    return rng.choice(manners)
