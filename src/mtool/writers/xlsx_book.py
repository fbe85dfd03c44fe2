"""What every workbook of mtool has: a title, a date, a language, formats, and pages to print."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from mtool.language import colon, language_in_use, translated
from mtool.writers.xlsx_marks import LOOKS

EARLIEST = datetime(1980, 1, 1, tzinfo=UTC)
#: Excel's limit is 255 letters of a footer, marks included.
LONGEST_FOOTER = 250
#: Letters across that can still be read on a landscape page of A4.
READABLE = 190


@dataclass(frozen=True)
class Book:
    """A workbook being written, its formats, and where each dataset's cells stand.

    `cells` leads from a printed place to the cell of a figure, `sheets` from a dataset to its sheets,
    each with its number of rows.
    """

    workbook: Any
    formats: Mapping[str, Any]
    cells: dict[tuple[str, str], tuple[str, str]] = field(default_factory=dict)
    sheets: dict[str, tuple[tuple[str, int], ...]] = field(default_factory=dict)


@lru_cache(maxsize=1)
def workbook_class() -> Any:
    """XlsxWriter's workbook, which also says what language it is in."""
    import xlsxwriter.workbook
    from xlsxwriter.core import Core
    from xlsxwriter.packager import Packager

    class LanguageCore(Core):  # type: ignore[misc] # XlsxWriter is untyped
        """The document's properties, with its language (Dublin Core)."""

        def _write_dc_description(self) -> None:
            super()._write_dc_description()
            self._xml_data_element("dc:language", language_in_use())

    class LanguagePackager(Packager):  # type: ignore[misc] # XlsxWriter is untyped
        """A packager that writes these properties."""

        def _write_core_file(self) -> None:
            core = LanguageCore()
            core._set_properties(self.workbook.doc_properties)
            core._set_xml_writer(self._filename("docProps/core.xml"))
            core._assemble_xml_file()

    class LanguageBook(xlsxwriter.workbook.Workbook):  # type: ignore[misc] # XlsxWriter is untyped
        """A workbook that says what language it is in."""

        def _get_packager(self) -> Any:
            return LanguagePackager()

    return LanguageBook


def new_workbook(path: Path, title: str, kind: Any = None, **options: bool) -> Any:
    """A workbook of a kind, to be written: no text becomes a formula or a link.

    The same content gives the same bytes: the document's date comes from `SOURCE_DATE_EPOCH`, else
    it is a fixed one.
    """
    as_text = {"strings_to_formulas": False, "strings_to_urls": False}
    workbook = (kind or workbook_class())(path, as_text | options)
    workbook.set_properties({"title": title, "created": _document_date()})
    return workbook


def _document_date() -> datetime:
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    day = datetime.fromtimestamp(int(epoch), tz=UTC) if epoch else EARLIEST
    return day.replace(tzinfo=None)


def date_format() -> str:
    """How cells show a day in the language in use."""
    return "dd/mm/yyyy" if language_in_use() == "fr" else "yyyy-mm-dd"


def formats_of(workbook: Any) -> dict[str, Any]:
    """The formats of a workbook to send on, by name."""
    plain = {"valign": "top"}
    edge = {"border": 1, "border_color": "#1F3864"}
    header = {"bold": True, "bg_color": "#1F3864", "font_color": "#FFFFFF", "valign": "vcenter"}
    heading = header | edge
    made: dict[str, dict[str, object]] = {
        "title": {"bold": True, "font_size": 16},
        "heading": {"bold": True, "font_size": 12, "font_color": "#1F3864"},
        "text": {**plain, "indent": 1},
        "wrap": {**plain, "indent": 1, "text_wrap": True},
        "period": {**heading, "align": "right"},
        "header": {**heading, "text_wrap": True},
        "label": {**plain, "bold": True},
        "count": {**plain, "num_format": "#,##0"},
        "figure": {**plain, "num_format": "#,##0.##"},
        "degrees": {**plain, "num_format": "0.0000"},
        "date": {**plain, "num_format": date_format(), "align": "left"},
        "share": {**plain, "num_format": "0.0%"},
        "total": {**plain, "bold": True, "top": 1, "num_format": "#,##0"},
        "whole": {**plain, "bold": True, "top": 1, "num_format": "0.0%"},
        "link": {**plain, "font_color": "#0563C1", "underline": 1},
    }
    return {name: workbook.add_format(look) for name, look in (made | LOOKS).items()}


def source_line(sources: Sequence[Mapping[str, str]]) -> str:
    """What stands under printed figures: title, edition and publisher of each source."""
    told = []
    for source in sources:
        parts = (source.get("title") or source["id"], source.get("edition"))
        told.append(", ".join(part for part in (*parts, source.get("publisher")) if part))
    return f"{translated('Source')}{colon()} {'; '.join(told)}" if told else ""


def set_up_page(sheet: Any, title: str, source: str = "", *, portrait: bool = False) -> None:
    """Print on A4, as wide as the paper, with the header on each page and the source under it."""
    if not portrait:
        sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    pages = translated("Page &P of &N")
    room = LONGEST_FOOTER - len(pages) - len("&L\n&R")
    left = "\n".join(filter(None, (title, source))).replace("&", "&&")
    sheet.set_footer(f"&L{left if len(left) <= room else left[: room - 1] + '…'}&R{pages}")


def spread_over_pages(sheet: Any, widths: Sequence[float]) -> None:
    """Print a wide table on pages beside each other, its first column on each, rather than too small."""
    across = -int(-sum(widths) // READABLE)
    if across > 1:
        sheet.fit_to_pages(across, 0)
        sheet.repeat_columns(0, 0)
