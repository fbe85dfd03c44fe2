"""Rules that judge rows together, on plain columns, for tables too small to import pandas for.

Each gives, for every row it judges, the number stated and the number it must not be above. They are
those of `mtool.checks`, which engines of frames run; a test holds them together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from mtool.checks import STAFF_GROUP

Columns = Mapping[str, Sequence[Any]]
#: Row, stated, and the bound.
Judged = Iterator[tuple[int, Any, Any]]


def _keys(columns: Columns, *more: str) -> list[tuple[Any, ...]]:
    return list(zip(*(columns[name] for name in (*STAFF_GROUP, *more)), strict=True))


def _women_and_staff(columns: Columns) -> Judged:
    """Women of a role against everybody in it."""
    keys, sexes, staff = _keys(columns, "role"), columns["sex"], columns["staff"]
    wholes: dict[tuple[Any, ...], Any] = {}
    for key, sex, number in zip(keys, sexes, staff, strict=True):
        if sex == "all" and number is not None:
            wholes[key] = max(number, wholes.get(key, number))
    for row, (key, sex) in enumerate(zip(keys, sexes, strict=True)):
        if sex == "female":
            yield row, staff[row], wholes.get(key)


def _single_roles(columns: Columns, sex: str) -> Judged:
    """People of one sex in single roles together, against those in all roles."""
    keys, roles, staff = _keys(columns), columns["role"], columns["staff"]
    mine = [row for row, given in enumerate(columns["sex"]) if given == sex]
    parts: dict[tuple[Any, ...], Any] = {}
    for row in mine:
        if roles[row] != "all" and staff[row] is not None:
            parts[keys[row]] = parts.get(keys[row], 0) + staff[row]
    for row in mine:
        if roles[row] == "all":
            yield row, parts.get(keys[row]), staff[row]


def failing_rows(rule: str, columns: Columns) -> list[tuple[int, Any, Any]]:
    """The rows whose stated number is above its bound, with both; a null in either is no failure."""
    return [
        (row, stated, bound)
        for row, stated, bound in GROUP_RULES[rule](columns)
        if stated is not None and bound is not None and stated > bound
    ]


GROUP_RULES: dict[str, Callable[[Columns], Judged]] = {
    "women_within_staff": _women_and_staff,
    "women_in_roles_within_women": lambda columns: _single_roles(columns, "female"),
    "roles_within_staff": lambda columns: _single_roles(columns, "all"),
}
