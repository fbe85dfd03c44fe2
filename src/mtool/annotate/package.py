"""An .xlsx package opened to change a few of its parts; every other part is copied as it is."""

from __future__ import annotations

import posixpath
import zipfile
from pathlib import Path
from types import TracebackType
from typing import Any

from mtool.readers.packages import check_package
from mtool.readers.spreadsheet.ooxml import (
    Workbook,
    find_part,
    open_workbook,
    relations,
    relations_of,
)

SHEET_XML = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_TYPES = "[Content_Types].xml"
#: Parts that are added carry one date, so that the same marks give the same bytes.
_DATE = (1980, 1, 1, 0, 0, 0)


class Package:
    """The parts of a workbook, with those that were changed."""

    def __init__(self, path: Path) -> None:
        """Open a workbook. Raises `UnreadableInput` for what is none."""
        check_package(path)
        self._zip = zipfile.ZipFile(path)
        self._changed: dict[str, bytes] = {}
        self.workbook: Workbook = open_workbook(self._zip, path)
        self.workbook_part = next(
            (r.target for r in relations(self._zip, "").values() if r.kind == "officeDocument"),
            "xl/workbook.xml",
        )

    def __enter__(self) -> Package:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._zip.close()

    def read(self, part: str) -> bytes:
        """The bytes of a part as they are now."""
        return self._changed[part] if part in self._changed else self._zip.read(part)

    def write(self, part: str, content: bytes) -> None:
        """Change a part, or add one."""
        self._changed[part] = content

    def parse(self, part: str) -> Any:
        """The root element of a part; its VML may be the loose kind that browsers read."""
        from lxml import etree

        loose = part.lower().endswith(".vml")
        parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=loose)
        return etree.fromstring(self.read(part), parser)

    def write_xml(self, part: str, root: Any) -> None:
        """Change a part to what an element says."""
        from lxml import etree

        text = etree.tostring(root, encoding="UTF-8", xml_declaration=True, standalone=True)
        self.write(part, text)

    def has(self, part: str) -> bool:
        """True when there is such a part."""
        return part in self._changed or find_part(self._zip, part) is not None

    def related(self, part: str, kind: str) -> str | None:
        """The part of a kind (`comments`, `styles`) that a part points to; null where there is none."""
        found = relations_of(self._zip, part, kind)
        return found[0] if found else None

    def relate(self, part: str, kind: str, target: str) -> str:
        """Let a part point to another one; the id of the relation."""
        from lxml import etree

        folder, name = posixpath.split(part)
        listing = posixpath.join(folder, "_rels", f"{name}.rels")
        kept = find_part(self._zip, listing) or listing
        if self.has(kept):
            root = self.parse(kept)
        else:
            root = etree.Element(f"{{{_RELATIONS}}}Relationships", nsmap={None: _RELATIONS})
        used = {element.get("Id") for element in root}
        key = next(f"rIdM{n}" for n in range(1, len(used) + 2) if f"rIdM{n}" not in used)
        etree.SubElement(
            root,
            f"{{{_RELATIONS}}}Relationship",
            {
                "Id": key,
                "Type": f"{RELATION}/{kind}",
                "Target": posixpath.relpath(target, folder),
            },
        )
        self.write_xml(kept, root)
        return key

    def declare(self, content_type: str, *, part: str = "", extension: str = "") -> None:
        """Say what kind of content a part, or every part of an extension, has."""
        from lxml import etree

        root = self.parse(_TYPES)
        namespace = etree.QName(root).namespace
        tag, key, value = (
            ("Override", "PartName", f"/{part}") if part else ("Default", "Extension", extension)
        )
        if any((element.get(key) or "").lower() == value.lower() for element in root):
            return
        element = etree.Element(f"{{{namespace}}}{tag}", {key: value, "ContentType": content_type})
        root.insert(len(root) if part else 0, element)
        self.write_xml(_TYPES, root)

    def free_part(self, pattern: str) -> str:
        """The first name of a pattern such as `xl/comments{}.xml` that no part has yet."""
        return next(name for n in range(1, 100_000) if not self.has(name := pattern.format(n)))

    def save(self, out: Path) -> None:
        """Write the package: the old parts in their order, changed where they were, then new ones."""
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as target:
            known = set()
            for member in self._zip.infolist():
                known.add(member.filename)
                kept = zipfile.ZipInfo(member.filename, member.date_time)
                kept.compress_type = zipfile.ZIP_DEFLATED
                kept.external_attr = member.external_attr
                target.writestr(kept, self.read(member.filename))
            for name in self._changed:
                if name not in known:
                    added = zipfile.ZipInfo(name, _DATE)
                    added.compress_type = zipfile.ZIP_DEFLATED
                    target.writestr(added, self._changed[name])
