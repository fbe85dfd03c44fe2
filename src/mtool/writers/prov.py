"""Where every dataset came from, as W3C PROV-JSON, for lineage tools.

Entities are raw files (with their SHA-256 and what their passports say) and datasets; the activity
is the derivation by this version of mtool. There are no times in it, so that the same inputs give
the same bytes.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from mtool.errors import MissingExtra
from mtool.whole_files import staged
from mtool.writers import Export

if TYPE_CHECKING:
    from prov.model import ProvDocument

NAMESPACE = "urn:mtool:"
#: What of a source is told, under its own name.
TOLD = ("title", "publisher", "published", "retrieved", "edition", "licence", "url", "sha256")


def write(export: Export, out: Path) -> list[Path]:
    """Write one document for all datasets. Raises `MissingExtra` without the library `prov`."""
    document = _document(export)
    text = json.dumps(
        json.loads(document.serialize(format="json") or "{}"), indent=2, ensure_ascii=False
    )
    with staged(out) as new:
        new.write_text(text + "\n", encoding="utf-8", newline="\n")
    return [out]


def _document(export: Export) -> ProvDocument:
    try:
        from prov.model import ProvDocument
    except ImportError:
        raise MissingExtra("writing lineage", "lineage") from None
    document = ProvDocument()
    document.add_namespace("mtool", NAMESPACE)
    program = document.agent("mtool:program", {"prov:type": "prov:SoftwareAgent"} | _v(export))
    activity = document.activity("mtool:derivation", other_attributes=_v(export))
    document.wasAssociatedWith(activity, program)
    files = {}
    for source in sorted(export.sources, key=lambda row: row["path"]):
        told = {f"mtool:{name}": source[name] for name in TOLD if source.get(name)}
        name = f"mtool:{quote(source['path'])}"
        files[source["path"]] = document.entity(name, {"prov:location": source["path"]} | told)
        document.used(activity, files[source["path"]])
    for name, frame in sorted(export.frames.items()):
        schema = export.schemas[name].title or name
        about: dict[str, Any] = {
            "prov:label": name,
            "mtool:schema": schema,
            "mtool:rows": len(frame),
        }
        dataset = document.entity(f"mtool:dataset/{name}", about)
        document.wasGeneratedBy(dataset, activity)
        used = set(zip(frame["source_id"], frame["edition"].fillna(""), strict=True))
        for source in sorted(export.sources, key=lambda row: row["path"]):
            if (source["id"], source["edition"]) in used:
                document.wasDerivedFrom(dataset, files[source["path"]], activity)
    return document


def _v(export: Export) -> dict[str, Any]:
    return {"mtool:version": export.version}
