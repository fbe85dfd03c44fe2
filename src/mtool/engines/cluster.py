"""The cluster engine: the same plan, part by part, on workers of several machines.

Every part gives the outcomes that the local engine would, and its keys; keys meet by their hash on
some worker and are compared there as they are. Findings are those of the local engine, in its
order. Many files can be one table. They must stand under the same path for every worker.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING

from mtool.engines.cluster_part import check_part, tally_share, twins, value_of
from mtool.engines.dask_workers import Workers, dask_workers
from mtool.engines.failures import Failed, Outcome
from mtool.engines.local import no_rows, report_on
from mtool.engines.parts import Part, parquet_parts, shares, text_parts, whole
from mtool.engines.plan import Plan
from mtool.engines.request import Files, Request
from mtool.engines.scan import Scan, scan
from mtool.model import Report

if TYPE_CHECKING:
    import pandas as pd

Connect = Callable[[str], AbstractContextManager[Workers]]


def validate(request: Request, connect: Connect = dask_workers) -> Report:
    """Check a tidy file, or `Files` as one table, on the workers of `request.cluster`.

    Raises as the local engine does, and for a cluster that cannot be used.
    """
    members = request.members if isinstance(request, Files) else (request,)
    scans = [
        scan(member.file.resolve(), member.wanted, member.layout, typed=True) for member in members
    ]
    with connect(request.cluster) as workers:
        parts = _parts(workers, scans)
        given = _given(workers, request.plan, scans, parts)
        irregular = {
            part.file for part, outcomes in zip(parts, given[0], strict=True) if outcomes is None
        }
        if irregular:
            regular = [part for part in parts if part.file not in irregular]
            in_one_go = [_in_one_go(scans[file], file) for file in irregular]
            parts = sorted([*regular, *in_one_go], key=lambda part: (part.file, part.start))
            given = _given(workers, request.plan, scans, parts)
        outcomes, duplicates = given
        met = duplicates()
    together = [outcome for listed in outcomes for outcome in listed or ()]
    report = report_on(request, [*together, Outcome(0, (), tuple(met))])
    return _of_files(request, report, parts, outcomes) if isinstance(request, Files) else report


def _parts(workers: Workers, scans: Sequence[Scan]) -> list[Part]:
    """Where the parts of files begin and end; line ends and quotes are counted on the workers."""
    cuts = [[] if opened.is_parquet else shares(opened.path, opened.layout) for opened in scans]
    layouts = [
        (opened.layout, share) for opened, cut in zip(scans, cuts, strict=True) for share in cut
    ]
    tallies = workers.results(workers.each(tally_share, layouts))
    parts = []
    for file, (opened, cut) in enumerate(zip(scans, cuts, strict=True)):
        if opened.is_parquet:
            found = parquet_parts(opened.path)
        else:
            found = text_parts(cut, list(islice(tallies, len(cut))))
        parts += [replace(part, file=file) for part in found]
    return parts


def _in_one_go(opened: Scan, file: int) -> Part:
    return replace(whole(shares(opened.path, opened.layout)), file=file)


def _given(
    workers: Workers, plan: Plan, scans: Sequence[Scan], parts: Sequence[Part]
) -> tuple[list[list[Outcome] | None], Callable[[], list[Failed]]]:
    """What every part gave, null for irregular text; and a call that waits for duplicate keys."""
    items = [(scans[part.file], part) for part in parts]
    begun = workers.each(partial(check_part, plan), items)
    meetings = [workers.meet(begun, at, twins) for at in range(1, len(plan.keys) + 1)]

    def duplicates() -> list[Failed]:
        found = zip(plan.keys, meetings, strict=True)
        met = [_duplicates(plan, name, meeting()) for name, meeting in found]
        return [failed for failed in met if failed.rows]

    return list(workers.results(begun)), duplicates


def _of_files(
    request: Files, report: Report, parts: Sequence[Part], given: Sequence[list[Outcome] | None]
) -> Report:
    """The report on several files: how many they are, and which of them gave no rows."""
    rows = dict.fromkeys(range(len(request.members)), 0)
    for part, outcomes in zip(parts, given, strict=True):
        rows[part.file] += sum(outcome.rows for outcome in outcomes or ())
    empty = [no_rows(request.members[file]) for file, found in rows.items() if not found]
    findings = report.findings if not any(rows.values()) else (*report.findings, *empty)
    return Report(findings, replace(report.checked, tables=len(rows)))


def _duplicates(plan: Plan, name: str, rows: pd.DataFrame) -> Failed:
    """The failures of one key: at each row that has a twin, the first row of the same key."""
    rows = rows.sort_values("line")
    lines = [int(line) for line in rows["line"]]
    if not name:
        others = [int(line) for line in rows["twin"]]
        return Failed("duplicate_key", "", lines, [None] * len(lines), twins=others)
    dtype = plan.by_name[name].dtype
    return Failed("duplicate", name, lines, [value_of(key, dtype) for key in rows["key"]])
