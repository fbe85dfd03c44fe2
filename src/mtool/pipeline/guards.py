"""Guards: a source that comes out half empty, or too old, is not published unseen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from mtool.language import counted
from mtool.model import Finding, Locator
from mtool.passport import Passport
from mtool.pipeline.run_plan import SourceRules

if TYPE_CHECKING:
    import pandas as pd

    Frames = Mapping[str, pd.DataFrame]

#: The rules of findings that compare a source with its last publication.
GUARD_RULES = ("too_few_rows", "rows_lost", "total_lost")
CURE = (
    "look at the file; if it is right, publish it once with: mtool run --accept, or change the "
    "guard under [run] in mtool.toml"
)


def guard_losses(path: str, now: Frames, before: Frames, rules: SourceRules) -> Iterator[Finding]:
    """What a source lost against its last publication, or never had: findings of class structure."""
    rows = sum(map(len, now.values()))
    if rules.min_rows is not None and rows < rules.min_rows:
        said = f"the source gave {counted(rows, 'row')}; at least {rules.min_rows} are expected"
        yield _held("too_few_rows", said, path, (rows, rules.min_rows))
    for name, frame in before.items():
        new = now.get(name, frame.iloc[:0])
        lost = 1 - len(new) / len(frame)
        if rules.max_row_loss is not None and lost > rules.max_row_loss:
            said = f"{name}: {counted(len(frame), 'row')} became {len(new)}, a loss of {lost:.0%}"
            said += f"; at most {rules.max_row_loss:.0%} is expected"
            yield _held("rows_lost", said, path, (len(new), len(frame)))
        if rules.max_total_loss is not None:
            yield from _lost_totals(path, name, (new, frame), rules.max_total_loss)


def _lost_totals(
    path: str, name: str, frames: tuple[pd.DataFrame, pd.DataFrame], most: float
) -> Iterator[Finding]:
    """Totals of measures only; a total that was zero or unknown cannot shrink."""
    new, old = frames
    for column in old.select_dtypes("number"):
        before = float(old[column].sum())
        now = float(new[column].sum()) if column in new else 0.0
        if before > 0 and 1 - now / before > most:
            said = f"{name}: the total of {column} fell from {before:g} to {now:g}"
            said += f"; a loss of at most {most:.0%} is expected"
            yield _held("total_lost", said, path, (now, before))


def _held(rule: str, message: str, path: str, figures: tuple[float, float]) -> Finding:
    stated, computed = figures
    return Finding(
        rule,
        "structure",
        "error",
        message,
        Locator(path=path),
        stated=stated,
        computed=computed,
        difference=stated - computed,
        suggestion=CURE,
    )


#: A day without an hour is ahead of the clock in some time zone.
MOST_AHEAD = timedelta(days=1)


def guard_age(raw: Path, path: str, passport: Passport, rules: SourceRules) -> Iterator[Finding]:
    """A source older than it may be. Age counts from the passport's `retrieved`, else the file's
    own date; the finding depends on the clock and is therefore never part of `data/clean`."""
    if rules.max_age is None:
        return
    since = _retrieved(passport) or datetime.fromtimestamp(raw.stat().st_mtime, UTC)
    age = datetime.now(UTC) - since
    if age > rules.max_age:
        yield Finding(
            "source_too_old",
            "structure",
            "error",
            f"last retrieved on {since.date()}, {counted(age.days, 'day')} ago; "
            f"at most {rules.max_age.total_seconds() / 86400:g} days are expected",
            Locator(path=path),
            suggestion="fetch it again; its rows stay as they are meanwhile",
        )
    elif age < -MOST_AHEAD:
        yield Finding(
            "retrieved_in_future",
            "note",
            "warning",
            f"said to have been retrieved on {since.date()}, which is in the future; how old it is "
            "cannot be told",
            Locator(path=path),
            suggestion="set the clock of this machine, or correct `retrieved` in the passport",
        )


def _retrieved(passport: Passport) -> datetime | None:
    try:
        read = datetime.fromisoformat(passport.source.retrieved)
    except ValueError:
        return None
    return read if read.tzinfo else read.replace(tzinfo=UTC)
