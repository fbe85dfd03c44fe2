"""ACLED's events as a file, and what changed since, laid over it: new, edited, deleted.

Rows stream from one file into the next; only the changes are held in memory.
"""

from __future__ import annotations

import csv
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

from mtool.errors import UnreadableInput
from mtool.language import counted
from mtool.layouts.acled import NUMBERED
from mtool.model import Finding, Locator

ID, CHANGED, DELETED = "event_id_cnty", "timestamp", "deleted_timestamp"
#: Filters that no edit of an event takes it out of.
LASTING = {"iso", "country"}
#: Seconds before a fetch from which the next one asks again: edits made while pages were coming.
OVERLAP = 86_400
EventRow = dict[str, str]


class Pages(Protocol):
    """What gives the rows of an endpoint, page by page."""

    def read(self, endpoint: str, filters: Mapping[str, Any]) -> Iterator[list[dict[str, Any]]]: ...


@dataclass(frozen=True, slots=True)
class Changes:
    """Events that are new or edited, by id; ids that were deleted, and that match no longer."""

    events: Mapping[str, EventRow] = field(default_factory=dict)
    deleted: frozenset[str] = frozenset()
    unmatched: frozenset[str] = frozenset()


@dataclass(slots=True)
class Update:
    """How a file differs from the one before; `latest` is where the next fetch goes on."""

    new: int = 0
    edited: int = 0
    deleted: int = 0
    unmatched: int = 0
    total: int = 0
    latest: str = ""

    @property
    def is_nothing(self) -> bool:
        return not (self.new or self.edited or self.deleted or self.unmatched)

    def seen(self, row: EventRow, began: float) -> None:
        """Count a row that stands in the file, and remember the latest change."""
        self.total += 1
        stamp = row.get(CHANGED, "")
        if stamp.isdigit():
            latest = max(int(stamp), int(self.latest or 0))
            self.latest = str(min(latest, int(began) - OVERLAP))

    def finding(self, called: str, since: str) -> Finding:
        """One sentence on what came."""
        message = f"{called}: {counted(self.total, 'event')}"
        if since:
            day = datetime.fromtimestamp(int(since), tz=UTC).date().isoformat()
            message += (
                f"; since {day}: {self.new} new, {self.edited} edited, {self.deleted} deleted, "
                f"{self.unmatched} that match the filters no longer"
            )
        return Finding("feed_updated", "note", "info", message, Locator(path=called))


def write_all(pages: Pages, filters: Mapping[str, str], target: Path) -> Update:
    """Write every event to `target`, in the order given, under the columns of the first page."""
    update, began = Update(), time.time()
    with target.open("w", encoding="utf-8", newline="") as file:
        writer: csv.DictWriter[str] | None = None
        for rows in pages.read("acled", filters):
            writer = writer or _begun(file, _columns(rows[0]))
            for row in map(_texts, rows):
                if row.keys() - set(writer.fieldnames):
                    raise UnreadableInput(
                        "ACLED changed its columns between two pages: "
                        f"{', '.join(sorted(row.keys() - set(writer.fieldnames)))} is new"
                    )
                writer.writerow(row)
                update.seen(row, began)
    update.new = update.total
    return update


def changes_since(pages: Pages, filters: Mapping[str, str], since: str) -> Changes:
    """What the service says has changed since a time, in seconds since 1970.

    An edited event that the filters let through no longer is not among those that come: so the
    ids of all that changed are asked for, too.
    """
    edited = {CHANGED: since, f"{CHANGED}_where": ">="}
    events = {row[ID]: row for row in _rows(pages, "acled", {**filters, **edited})}
    gone = {row[ID] for row in _rows(pages, "deleted", {DELETED: since, f"{DELETED}_where": ">="})}
    unmatched: set[str] = set()
    if set(filters) - LASTING:
        lasting = {key: value for key, value in filters.items() if key in LASTING}
        asked = {**lasting, **edited, "fields": ID}
        unmatched = {row[ID] for row in _rows(pages, "acled", asked)} - events.keys()
    return Changes(events, frozenset(gone - events.keys()), frozenset(unmatched - gone))


def lay_over(standing: Path, changes: Changes, target: Path) -> Update | None:
    """The standing file with the changes in it; null when the events have other columns now."""
    update, began = Update(), time.time()
    waiting = dict(changes.events)
    with (
        standing.open(encoding="utf-8", newline="") as before,
        target.open("w", encoding="utf-8", newline="") as after,
    ):
        reader = csv.DictReader(before)
        columns = list(reader.fieldnames or ())
        if any(row.keys() - set(columns) for row in waiting.values()):
            return None
        writer = _begun(after, columns)
        for row in reader:
            kept = _kept(row, waiting, changes, update)
            if kept:
                writer.writerow(kept)
                update.seen(kept, began)
        for row in sorted(waiting.values(), key=lambda new: (new.get("event_date", ""), new[ID])):
            writer.writerow(row)
            update.seen(row, began)
            update.new += 1
    return update


def _kept(
    row: EventRow, waiting: dict[str, EventRow], changes: Changes, update: Update
) -> EventRow | None:
    """The row as it is now; null when it was deleted or matches no longer."""
    if row[ID] in changes.deleted:
        update.deleted += 1
        return None
    if row[ID] in changes.unmatched:
        update.unmatched += 1
        return None
    now = waiting.pop(row[ID], None)
    if now is None or all(now.get(name, "") == text for name, text in row.items()):
        return row
    update.edited += 1
    return now


def _rows(pages: Pages, endpoint: str, filters: Mapping[str, str]) -> Iterator[EventRow]:
    for rows in pages.read(endpoint, filters):
        for row in map(_texts, rows):
            if not row.get(ID):
                raise UnreadableInput(f"ACLED's {endpoint} gave a row without {ID}")
            yield row


def _texts(row: Mapping[str, Any]) -> EventRow:
    return {str(name): "" if value is None else str(value) for name, value in row.items()}


def _columns(row: Mapping[str, Any]) -> list[str]:
    """The columns of a row, those of the published layout in its order, then others."""
    known = [name for name in NUMBERED.columns if name in row]
    return known + [name for name in map(str, row) if name not in NUMBERED.columns]


def _begun(file: Any, columns: Iterable[str]) -> csv.DictWriter[str]:
    writer = csv.DictWriter(file, list(columns), lineterminator="\n")
    writer.writeheader()
    return writer
