"""What a reader found in a document, as plain JSON to compare with what is expected."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from mtool.model import Document, RawTable

#: Set to write what is read as what is expected; then look at every line of the difference.
REGENERATE = bool(os.environ.get("MTOOL_REGENERATE"))


def check_golden(document: Document, expected: Path) -> None:
    """Compare a document with the expectation beside its input."""
    found = plain(document)
    if REGENERATE:
        expected.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", "utf-8")
    assert found == json.loads(expected.read_text("utf-8"))


def plain(document: Document) -> dict[str, Any]:
    """Tables, paragraphs and findings of a document, without the path it was read from."""
    return {
        "tables": [_table(table) for table in document.tables],
        "paragraphs": [f"{said.kind}: {said.text}" for said in document.paragraphs],
        "findings": [
            " | ".join(filter(None, (f.rule, f.severity, f.locator.table, f.message)))
            for f in document.findings
        ],
    }


def _table(table: RawTable) -> dict[str, Any]:
    return {
        "id": table.id,
        "title": table.title,
        "header": list(table.header),
        "header_marks": [list(pair) for pair in table.header_marks],
        "rows": [[row.place, *row.cells] for row in table.body],
        "marks": [[row.place, c + 1, mark] for row in table.body for c, mark in row.marks],
        "notes": [str(note) for note in table.notes],
        "reasons": list(table.reasons),
    }
