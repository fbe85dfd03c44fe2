"""A table typed into a form of mtool → recipe: the form says itself what each column is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from mtool.areas import fold_name
from mtool.form_mark import columns_typed
from mtool.model import FormMark, RawTable
from mtool.passport import TableRecipe
from mtool.recipes import column_keys
from mtool.schemas import Schema, load_vocabulary

Rule = dict[str, str]
#: Columns of names as people write them; the codes follow from them.
ROLES = {"provider_admin1_name": "area", "provider_admin2_name": "admin2"}


def recipe_of_form(
    placed: TableRecipe, table: RawTable, mark: FormMark, schema: Schema
) -> TableRecipe:
    """Lay the form's own columns and labels into `placed`, which says which table it is.

    There is no fingerprint of the header: columns may be moved and added from one filled form to
    the next.
    """
    typed = columns_typed(mark, table.header)
    said = f"the form says so itself: {mark.schema}, version {mark.version}"
    return replace(
        placed,
        header_fingerprint="",
        schema=mark.schema,
        columns={
            key: _rule(typed.get(at), schema) for at, key in enumerate(column_keys(table.header))
        },
        codes=_codes_of_its_own(mark, schema),
        constants={"location_code": mark.country} if mark.country else {},
        confidence=f"1 ({said})",
        reasons=(*placed.reasons, said),
    )


def _rule(name: str | None, schema: Schema) -> Rule:
    if name is None:
        return {"column": "ignore"}
    if name not in schema.columns:
        reason = f"the schema {schema.name} has no column {name} any more"
        return {"column": "ignore", "reason": reason}
    if name not in schema.measures:
        return {"column": ROLES.get(name, name)}
    unit = {"unit": "m2"} if name.endswith("_m2") else {}
    return {"measure": name, "decimal": ".", **unit}


def _codes_of_its_own(mark: FormMark, schema: Schema) -> dict[str, Mapping[str, Mapping[str, str]]]:
    """Labels that today's vocabularies do not give the code that they stood for in the form."""
    own: dict[str, Mapping[str, Mapping[str, str]]] = {}
    for column, labels in mark.codes.items():
        vocabulary = schema.columns[column].vocabulary if column in schema.columns else None
        today = {} if vocabulary is None else _labels_today(vocabulary)
        other = {text: code for text, code in labels.items() if today.get(fold_name(text)) != code}
        if other:
            own[column] = {column: other}
    return own


def _labels_today(vocabulary: str) -> dict[str, str]:
    labels: dict[str, str] = {}
    for code, term in load_vocabulary(vocabulary).items():
        for label in (term.label_en, term.label_fr):
            labels.setdefault(fold_name(label), code)
    return labels
