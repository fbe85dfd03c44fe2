"""A Word file → the XML trees a reader needs: the text, its styles, its notes."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from mtool.errors import UnreadableInput
from mtool.readers.packages import check_package

_MAIN = (".document.main+xml", ".template.main+xml", ".main+xml")


@dataclass(frozen=True, slots=True)
class WordFile:
    """The parts of a Word file. Notes are by kind (`footnotes`, `endnotes`); missing parts absent.

    `others` counts what is not read, by the kind of relation: comments, charts, embedded parts.
    """

    body: Any
    styles: Any = None
    settings: Any = None
    notes: dict[str, Any] = field(default_factory=dict)
    others: dict[str, int] = field(default_factory=dict)


def open_word(path: Path) -> WordFile:
    """Open a .docx, .docm or .dotx file after looking it over.

    Raises UnreadableInput where python-docx is not installed, and for what is no Word file.
    """
    try:
        from docx.package import Package
    except ImportError:
        raise UnreadableInput(
            f"{path}: reading Word files needs python-docx; install it with "
            'pip install "mtool[docx]"'
        ) from None
    check_package(path)
    try:
        package = Package.open(str(path))
        main = _main_part(package)
        return _word_file(main)
    except UnreadableInput:
        raise
    except Exception as error:  # python-docx and lxml raise whatever a damaged part makes them
        raise UnreadableInput(
            f"{path}: not a readable Word file ({_said(error)}); open it in a word processor and "
            "save it again as .docx"
        ) from None


def _main_part(package: Any) -> Any:
    for part in package.iter_parts():
        if "word" in part.content_type and part.content_type.endswith(_MAIN):
            return part
    raise ValueError("it holds no main document")


def _word_file(main: Any) -> WordFile:
    root = _tree(main)
    body = next((child for child in root if local_name(child) == "body"), None)
    if body is None:
        raise ValueError("its main document has no body")
    found = WordFile(body)
    single: dict[str, Any] = {}
    for relation in main.rels.values():
        kind = relation.reltype.rsplit("/", 1)[-1]
        if relation.is_external:
            continue
        if kind in ("footnotes", "endnotes"):
            found.notes[kind] = _tree(relation.target_part)
        elif kind in ("styles", "settings"):
            single[kind] = _tree(relation.target_part)
        elif kind in ("comments", "chart", "aFChunk", "subDocument"):
            found.others[kind] = found.others.get(kind, 0) + _pieces(kind, relation.target_part)
    return WordFile(body, notes=found.notes, others=found.others, **single)


def _tree(part: Any) -> Any:
    """The root of a part: as python-docx has read it, or read here as safely."""
    from lxml import etree

    root = getattr(part, "element", None)
    if root is not None:
        return root
    return etree.fromstring(part.blob, etree.XMLParser(resolve_entities=False, no_network=True))


def _pieces(kind: str, part: Any) -> int:
    return len(_tree(part)) if kind == "comments" else 1


def _said(error: Exception) -> str:
    text = " ".join(str(error).split()) or type(error).__name__
    if "Excessive depth" in text:
        return "its tables or text boxes are nested more than 256 deep"
    return text if len(text) <= 120 else f"{text[:120]}…"


def local_name(element: Any) -> str:
    """The name of an element without its namespace, which the two standards write differently."""
    return _local(element.tag)


@cache
def _local(tag: object) -> str:
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def attribute(element: Any, name: str) -> str | None:
    """An attribute by its local name."""
    for key, value in element.attrib.items():
        if key.rpartition("}")[2] == name:
            return str(value)
    return None


def child(element: Any, *names: str) -> Any:
    """The first child on a path of local names; null where there is none."""
    for name in names:
        element = next((e for e in element if local_name(e) == name), None)
        if element is None:
            return None
    return element


def value_of(element: Any, *names: str) -> str | None:
    """The `val` of a child: its text, or blank where the child alone says it; null without one."""
    found = child(element, *names)
    return None if found is None else (attribute(found, "val") or "")


def is_on(value: str | None) -> bool:
    """Read an on/off property: present without a value means on (ECMA-376, ST_OnOff)."""
    return value is not None and value.lower() not in ("0", "false", "off")
