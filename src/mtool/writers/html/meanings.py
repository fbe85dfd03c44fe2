"""What the columns and the codes on the page mean, from the schemas and vocabularies."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from mtool.language import colon, language_in_use, translated
from mtool.schemas import Schema, load_vocabulary
from mtool.web_page import Markup, anchor, described, element, joined
from mtool.writers import Export

if TYPE_CHECKING:
    import pandas as pd


def meanings_section(export: Export, frames: Mapping[str, pd.DataFrame]) -> tuple[str, str, Markup]:
    """A list of terms for each dataset: columns with any value, and the codes used in them."""
    lists = [
        joined(
            [
                element("h3", translated(export.schemas[name].title), id=anchor("terms", name)),
                element("dl", *_terms(export, export.schemas[name], frame)),
            ]
        )
        for name, frame in frames.items()
    ]
    return "definitions", translated("What the words mean"), joined(lists)


def _terms(export: Export, schema: Schema, frame: pd.DataFrame) -> Iterator[Markup]:
    for name, spec in schema.columns.items():
        if name not in frame or not frame[name].notna().any():
            continue
        yield element("dt", translated(spec.title or name), " ", element("code", name))
        yield element("dd", described(translated(spec.description.strip())))
        if spec.vocabulary:
            used = set(frame[name].dropna())
            yield from _codes(spec.vocabulary, used, export)


def _codes(vocabulary: str, used: set[str], export: Export) -> Iterator[Markup]:
    for code, term in load_vocabulary(vocabulary, export.folders).items():
        if code in used:
            label = (term.label_fr if language_in_use() == "fr" else term.label_en) or code
            said = [translated(term.definition), term.source]
            yield element(
                "dd", element("strong", label), f"{colon()} ", ". ".join(filter(None, said))
            )
