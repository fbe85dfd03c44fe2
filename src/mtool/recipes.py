"""What a passport says about a table, laid on the table itself.

A recipe names columns by their printed header; `Area [3]` tells a repeated or empty header by its
column number, and `2017..2022` stands for a run of year columns.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Mapping, Sequence

from mtool.areas import fold_name

_YEARS = re.compile(r"((?:19|20)\d{2})\.\.((?:19|20)\d{2})")


def column_keys(header: Sequence[str]) -> list[str]:
    """One distinct name per column: the header, or `header [n]` where it is empty or repeated."""
    count = Counter(header)
    return [
        name if name and count[name] == 1 else f"{name} [{number}]".strip()
        for number, name in enumerate(header, start=1)
    ]


def header_fingerprint(header: Sequence[str]) -> str:
    """A short hash of the header; changes of case, accents and blanks do not change it."""
    folded = "\x1f".join(fold_name(name) for name in header)
    return hashlib.sha256(folded.encode()).hexdigest()[:16]


def expand_columns(columns: Mapping[str, Mapping[str, str]]) -> dict[str, dict[str, str]]:
    """Write `2017..2022` out as one rule per year; other rules stay as they are."""
    expanded: dict[str, dict[str, str]] = {}
    for key, rule in columns.items():
        years = _YEARS.fullmatch(key)
        if not years:
            expanded[key] = dict(rule)
            continue
        for year in range(int(years[1]), int(years[2]) + 1):
            expanded[str(year)] = dict(rule)
    return expanded


def collapse_years(columns: Mapping[str, Mapping[str, str]]) -> dict[str, dict[str, str]]:
    """Write runs of at least three consecutive year columns of one rule as `first..last`."""
    collapsed: dict[str, dict[str, str]] = {}
    run: list[str] = []

    def close() -> None:
        if len(run) >= 3:
            collapsed[f"{run[0]}..{run[-1]}"] = dict(columns[run[0]])
        else:
            collapsed.update({key: dict(columns[key]) for key in run})
        run.clear()

    for key, rule in columns.items():
        follows = run and key == str(int(run[-1]) + 1) and dict(columns[run[0]]) == dict(rule)
        if run and not follows:
            close()
        if rule.get("wide") == "year" and key.isdigit():
            run.append(key)
        else:
            collapsed[key] = dict(rule)
    close()
    return collapsed
