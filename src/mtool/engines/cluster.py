"""The cluster engine: the same plan, part by part, on workers of several machines.

Every part gives the outcomes that the local engine would, and its keys; keys meet by their hash on
some worker and are compared there as they are. Findings are those of the local engine, in its
order. Files must stand under the same path for every worker.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from mtool.engines.cluster_part import check_part, tally_share, twins, value_of
from mtool.engines.dask_workers import Workers, dask_workers
from mtool.engines.failures import Failed, Outcome
from mtool.engines.local import report_on
from mtool.engines.parts import Part, parquet_parts, shares, text_parts, whole
from mtool.engines.plan import Plan
from mtool.engines.request import Request
from mtool.engines.scan import Scan, scan
from mtool.model import Report

if TYPE_CHECKING:
    import pandas as pd

Connect = Callable[[str], AbstractContextManager[Workers]]


def validate(request: Request, connect: Connect = dask_workers) -> Report:
    """Check a tidy file against its plan, on the workers of `request.cluster`.

    Raises as the local engine does, and for a cluster that cannot be used.
    """
    request = replace(request, file=request.file.resolve())
    opened = scan(request.file, request.wanted, request.layout, typed=True)
    with connect(request.cluster) as workers:
        outcomes = _outcomes(workers, request.plan, opened, _parts(workers, opened))
        if outcomes is None:
            in_one_go = [whole(shares(opened.path, opened.layout))]
            outcomes = _outcomes(workers, request.plan, opened, in_one_go)
    assert outcomes is not None
    return report_on(request, outcomes)


def _parts(workers: Workers, opened: Scan) -> list[Part]:
    """Where the parts of a file begin and end; line ends and quotes are counted on the workers."""
    if opened.is_parquet:
        return parquet_parts(opened.path)
    cut = shares(opened.path, opened.layout)
    begun = workers.each(partial(tally_share, opened.layout), cut)
    return text_parts(cut, list(workers.results(begun)))


def _outcomes(
    workers: Workers, plan: Plan, opened: Scan, parts: Sequence[Part]
) -> list[Outcome] | None:
    """What every part gave, then what no part can tell alone; null for irregular text."""
    begun = workers.each(partial(check_part, plan, opened), parts)
    meetings = [workers.meet(begun, at, twins) for at in range(1, len(plan.keys) + 1)]
    outcomes: list[Outcome] = []
    for given in workers.results(begun):
        if given is None:
            return None
        outcomes += given
    pairs = zip(plan.keys, meetings, strict=True)
    met = [_duplicates(plan, name, meeting()) for name, meeting in pairs]
    return [*outcomes, Outcome(0, (), tuple(failed for failed in met if failed.rows))]


def _duplicates(plan: Plan, name: str, rows: pd.DataFrame) -> Failed:
    """The failures of one key: at each row that has a twin, the first row of the same key."""
    rows = rows.sort_values("line")
    lines = [int(line) for line in rows["line"]]
    if not name:
        others = [int(line) for line in rows["twin"]]
        return Failed("duplicate_key", "", lines, [None] * len(lines), twins=others)
    dtype = plan.by_name[name].dtype
    return Failed("duplicate", name, lines, [value_of(key, dtype) for key in rows["key"]])
