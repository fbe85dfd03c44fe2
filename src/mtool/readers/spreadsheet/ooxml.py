"""The parts of an .xlsx package: which sheets there are, their texts and their formats.

Read as streams with lxml rather than through openpyxl's object model, which drops the formulas
without a result, expands merged ranges and links cell by cell, and needs 300 bytes a cell.
Namespaces are not compared, so that strict and transitional workbooks both read.
"""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import IO, Any

from mtool.errors import UnreadableInput
from mtool.readers.runs import Run
from mtool.readers.spreadsheet.displayed import is_plain_format
from mtool.readers.spreadsheet.marked import read_text
from mtool.readers.spreadsheet.serials import is_date_format

#: The hidden name that leads to the sheet of errors in a workbook that mtool has marked.
ERRORS_SHEET = "mtool_errors"

#: Formats that workbooks use by number only (ECMA-376, part 1, 18.8.30), as far as they matter.
BUILT_IN_FORMATS = {
    9: "0%",
    10: "0.00%",
    14: "yyyy-mm-dd",
    15: "d-mmm-yy",
    16: "d-mmm",
    17: "mmm-yy",
    18: "h:mm AM/PM",
    19: "h:mm:ss AM/PM",
    20: "h:mm",
    21: "h:mm:ss",
    22: "yyyy-mm-dd h:mm",
    45: "mm:ss",
    46: "[h]:mm:ss",
    47: "mm:ss.0",
}
#: Dates by number in East Asian editions (27–36 and 50–58).
BUILT_IN_FORMATS |= dict.fromkeys([*range(27, 32), 36, *range(50, 59)], "yyyy-mm-dd")
BUILT_IN_FORMATS |= dict.fromkeys(range(32, 36), "h:mm:ss")


@dataclass(frozen=True, slots=True)
class SheetPart:
    """One entry of the list of sheets: its part in the package, and whether it can be seen.

    `is_errors` marks the sheet in which mtool has listed what is wrong with the others.
    """

    name: str
    part: str | None
    is_hidden: bool = False
    is_chart: bool = False
    is_errors: bool = False


@dataclass(frozen=True, slots=True)
class Style:
    """What a cell's style says besides looks; plain when it shows numbers as they are stored."""

    number_format: str = "General"
    is_raised: bool = False
    is_plain: bool = True


@dataclass(frozen=True, slots=True)
class SharedStrings:
    """The texts that cells refer to by number, and the footnote marks of those that have some."""

    texts: Sequence[str] = ()
    marks: dict[int, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Workbook:
    """A package's sheets in order, and what they share."""

    package: zipfile.ZipFile
    sheets: tuple[SheetPart, ...]
    strings_part: str | None
    styles: Mapping[str, Style]
    is_1904: bool = False

    @cached_property
    def strings(self) -> SharedStrings:
        """The shared texts, read when a sheet first asks for them."""
        return _read_strings(self)


@dataclass(frozen=True, slots=True)
class Relation:
    """A part that another part points to."""

    kind: str
    target: str


def open_workbook(package: zipfile.ZipFile, path: Path) -> Workbook:
    """Read the list of sheets and the styles; UnreadableInput when the package has no workbook."""
    root = relations(package, "")
    named = next((r.target for r in root.values() if r.kind == "officeDocument"), "xl/workbook.xml")
    part = find_part(package, named)
    if part is None:
        raise UnreadableInput(
            f"{path}: not an Excel workbook (the part {named} is missing); "
            "fetch it again, or save it again as .xlsx"
        )
    related = relations(package, part)
    sheets: list[SheetPart] = []
    is_1904 = False
    errors = ""
    for element in parse(package, part, ("sheet", "workbookPr", "definedName")):
        kind = local_name(element)
        if kind == "workbookPr":
            is_1904 = element.get("date1904", "0").strip().lower() in ("1", "true", "on")
        elif kind == "sheet":
            sheets.append(_sheet_part(element, related, package))
        elif element.get("name") == ERRORS_SHEET:
            errors = (element.text or "").rpartition("!")[0].strip("'").replace("''", "'")
    sheets = [replace(sheet, is_errors=sheet.name == errors) for sheet in sheets]
    targets = {relation.kind: relation.target for relation in related.values()}
    styles_part = find_part(package, targets.get("styles", ""))
    return Workbook(
        package,
        tuple(sheets),
        find_part(package, targets.get("sharedStrings", "")),
        {str(n): style for n, style in enumerate(_styles(package, styles_part))},
        is_1904,
    )


def _read_strings(workbook: Workbook) -> SharedStrings:
    """Read the shared texts; footnote marks are taken out of them once, here."""
    if workbook.strings_part is None:
        return SharedStrings()
    texts: list[str] = []
    marks: dict[int, tuple[str, ...]] = {}
    for element in parse(workbook.package, workbook.strings_part, ("si",)):
        text, found = read_text(text_runs(element))
        if found:
            marks[len(texts)] = found
        texts.append(text)
    return SharedStrings(texts, marks)


def text_runs(element: Any) -> list[Run]:
    """The stretches of a text, each with whether it is raised; phonetic readings aside."""
    runs: list[Run] = []
    for child in element:
        kind = local_name(child)
        if kind == "t":
            runs.append(Run(unescaped(child.text or "")))
        elif kind == "r":
            text = "".join(t.text or "" for t in child if local_name(t) == "t")
            runs.append(Run(unescaped(text), "raised" if _is_raised(child) else "line"))
    return runs


def relations_of(package: zipfile.ZipFile, part: str, kind: str) -> list[str]:
    """The parts of one kind (`comments`, `table`) that a part points to."""
    targets = [r.target for r in relations(package, part).values() if r.kind == kind]
    return [found for target in targets if (found := find_part(package, target)) is not None]


def parse(package: zipfile.ZipFile, part: str, tags: Sequence[str]) -> Iterator[Any]:
    """Yield the elements of a part that have one of the local names, freeing each afterwards."""
    with package.open(part) as stream:
        yield from parse_stream(stream, tags)


def parse_stream(stream: IO[bytes], tags: Sequence[str]) -> Iterator[Any]:
    """Yield the elements of a stream that have one of the local names, freeing each afterwards."""
    from lxml import etree

    events = etree.iterparse(
        stream,
        events=("end",),
        tag=[f"{{*}}{tag}" for tag in tags],
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        remove_comments=True,
        remove_pis=True,
    )
    for _, element in events:
        yield element
        freed(element)


def freed(element: Any) -> None:
    """Forget an element that has been read, and those before it."""
    element.clear()
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]


def local_name(element: Any) -> str:
    """The name of an element without its namespace; empty for comments."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def unescaped(text: str) -> str:
    """`_x000D_` and its like → the character it stands for (ECMA-376, part 1, 22.9.2.19)."""
    if "_x" not in text:
        return text
    parts = text.split("_x")
    joined = parts[0]
    for part in parts[1:]:
        code = part[:4]
        if part[4:5] == "_" and len(code) == 4 and all(c in "0123456789abcdefABCDEF" for c in code):
            joined += chr(int(code, 16)) + part[5:]
        else:
            joined += "_x" + part
    return joined


def relations(package: zipfile.ZipFile, part: str) -> dict[str, Relation]:
    folder, name = posixpath.split(part)
    listing = posixpath.join(folder, "_rels", f"{name}.rels")
    member = find_part(package, listing)
    if member is None:
        return {}
    relations: dict[str, Relation] = {}
    for element in parse(package, member, ("Relationship",)):
        if element.get("TargetMode") == "External":
            continue
        target = element.get("Target", "").replace("\\", "/")
        inside = target.lstrip("/") if target.startswith("/") else posixpath.join(folder, target)
        kind = element.get("Type", "").rpartition("/")[2]
        relations[element.get("Id", "")] = Relation(kind, posixpath.normpath(inside))
    return relations


def find_part(package: zipfile.ZipFile, part: str) -> str | None:
    """The member that a target means, upper and lower case aside; null when it is missing."""
    names = {name.replace("\\", "/").casefold(): name for name in package.namelist()}
    return names.get(part.casefold())


def _sheet_part(
    element: Any, relations: dict[str, Relation], package: zipfile.ZipFile
) -> SheetPart:
    key = next((value for name, value in element.items() if name.endswith("}id")), "")
    relation = relations.get(key, Relation("", ""))
    return SheetPart(
        name=element.get("name", ""),
        part=find_part(package, relation.target),
        is_hidden=element.get("state", "visible") != "visible",
        is_chart=relation.kind not in ("worksheet", ""),
    )


def _styles(package: zipfile.ZipFile, part: str | None) -> Iterator[Style]:
    """The cell styles in order; raised fonts and number formats are looked up for each."""
    if part is None:
        return
    formats: dict[str, str] = {}
    raised: list[bool] = []
    for element in parse(package, part, ("numFmts", "fonts", "cellXfs")):
        kind = local_name(element)
        if kind == "numFmts":
            formats = {fmt.get("numFmtId", ""): fmt.get("formatCode", "") for fmt in element}
        elif kind == "fonts":
            raised = [_is_raised_font(font) for font in element]
        else:
            for xf in element:
                yield _style(xf, formats, raised)


def _style(xf: Any, formats: dict[str, str], raised: Sequence[bool]) -> Style:
    number = xf.get("numFmtId", "0")
    font = xf.get("fontId", "0")
    code = formats.get(number)
    if code is None:
        code = BUILT_IN_FORMATS.get(int(number) if number.isdecimal() else 0, "General")
    is_raised = font.isdecimal() and int(font) < len(raised) and raised[int(font)]
    is_plain = is_plain_format(code) and not is_date_format(code)
    return Style(code, is_raised, is_plain)


def _is_raised(run: Any) -> bool:
    return any(local_name(child) == "rPr" and _is_raised_font(child) for child in run)


def _is_raised_font(font: Any) -> bool:
    return any(
        local_name(child) == "vertAlign" and child.get("val") == "superscript" for child in font
    )
