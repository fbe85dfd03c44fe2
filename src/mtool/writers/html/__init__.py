"""One page to send on: figures, tables, findings, sources and data in a single file.

It reads the same without scripts, on a phone and on paper. The same inputs give the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from mtool.areas import country_name
from mtool.language import colon, language_in_use, translated
from mtool.web_page import Markup, element, page, tables_script
from mtool.whole_files import staged
from mtool.writers import Export
from mtool.writers.csv import in_canonical_order
from mtool.writers.html.checks import findings_section
from mtool.writers.html.datasets import dataset_section
from mtool.writers.html.meanings import meanings_section
from mtool.writers.html.overview import headline_section
from mtool.writers.html.sources import Printed, sources_section

Section = tuple[str, str, Markup]


def write(export: Export, out: Path) -> list[Path]:
    """Write one page with every dataset of the export."""
    with staged(out) as new:
        new.write_text(page_of_export(export), encoding="utf-8", newline="\n")
    return [out]


def page_of_export(export: Export) -> str:
    """The page as text, in the language in use."""
    frames = {
        name: in_canonical_order(frame, export.schemas[name])
        for name, frame in export.frames.items()
    }
    printed = Printed.of(export.documents, frames.values())
    sections = [
        headline_section(export, frames),
        *(dataset_section(export, name, frame, printed) for name, frame in frames.items()),
        findings_section(export, printed),
        sources_section(export, printed),
        meanings_section(export, frames),
    ]
    title = _title(frames)
    return page(
        title,
        element("h1", title),
        _introduction(export),
        element("nav", _contents(sections), aria_label=translated("On this page")),
        *(
            element(
                "section",
                element("h2", text, id=f"{name}-h"),
                body,
                id=name,
                aria_labelledby=f"{name}-h",
            )
            for name, text, body in sections
        ),
        script=tables_script(),
    )


def _title(frames: Mapping[str, object]) -> str:
    """`Mine action figures: Mali`, where all rows are of a few countries."""
    codes: set[str] = set()
    for frame in frames.values():
        if "location_code" in frame:  # type: ignore[operator]
            codes |= set(frame["location_code"].dropna())  # type: ignore[index]
    title = translated("Mine action figures")
    names = sorted(country_name(code, language_in_use()) for code in codes)
    return f"{title}{colon()} {', '.join(names)}" if 0 < len(names) <= 3 else title


def _introduction(export: Export) -> Markup:
    told = [
        "Figures are as printed in the sources; totals are checked and never counted again; "
        "nothing is filled in. An empty cell means that the source gives no figure; a zero is a "
        "printed zero.",
        *export.held_back,
    ]
    return element("div", *(element("p", translated(said)) for said in told))


def _contents(sections: Iterable[Section]) -> Markup:
    links = (element("a", text, href=f"#{name}") for name, text, _ in sections)
    return element("ul", *(element("li", link) for link in links), class_="contents")
