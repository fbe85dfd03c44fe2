"""Which dialect a file is written in: the one under which the whole of it is most consistent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from mtool.readers.csv.lines import RECORD_ENDS, TextLines
from mtool.readers.csv.spans import Dialect
from mtool.readers.csv.trials import Trial, try_dialects

#: Marks of which a single column of text seldom has one in every line.
_STRONG = (",", ";", "\t", "|")
_LEAST_SCORE = 0.12


@dataclass(frozen=True, slots=True)
class Choice:
    """A dialect, how consistent the sample is under it, and the next best delimiter.

    `width` is the usual number of cells, `widths` all regular ones, `share` the part of the
    records that have the usual one. `doubt` is the score of the runner-up over that of the best.
    """

    dialect: Dialect
    record_end: str
    width: int
    widths: frozenset[int]
    share: float
    doubt: float = 0.0
    runner_up: str = ""


def find_dialect(sample: Sequence[str], delimiter: str | None = None) -> Choice:
    """Choose delimiter, quote, escape, padding and record end for the sampled lines.

    A `delimiter` that the user names is not questioned. Where nothing separates the text
    consistently, the file has one column.
    """
    end, sample = _record_end(sample, delimiter)
    trials = sorted(try_dialects(sample, end, delimiter), key=lambda trial: -trial.score)
    good = [trial for trial in trials if _is_good(trial)]
    if not good and delimiter is None:
        return _one_column(end, sample)
    best = good[0] if good else trials[0]
    others = [t for t in good[1:] if t.dialect.delimiter.strip() != best.dialect.delimiter.strip()]
    rival = others[0] if others else None
    return Choice(
        best.dialect,
        end,
        best.width,
        best.widths,
        best.share,
        rival.score / best.score if rival and best.score else 0.0,
        rival.dialect.delimiter if rival else "",
    )


def _is_good(trial: Trial) -> bool:
    return trial.width > 1 and trial.score >= _LEAST_SCORE and trial.is_proved


def _one_column(end: str, sample: Sequence[str]) -> Choice:
    quote = '"' if any(line.startswith('"') for line in sample) else ""
    if not any(character.isalnum() for line in sample for character in line):
        return Choice(Dialect(), end, 1, frozenset({1}), 1.0)
    printed = [line for line in sample if line.strip()]
    share = {mark: sum(mark in line for line in printed) for mark in _STRONG}
    rival = max(share, key=lambda mark: share[mark])
    doubt = share[rival] / len(printed) if printed else 0.0
    return Choice(Dialect("", quote), end, 1, frozenset({1}), 1.0, doubt, rival if doubt else "")


def _record_end(sample: Sequence[str], delimiter: str | None) -> tuple[str, Sequence[str]]:
    """Find out whether one kind of line end parts the records and the others stand inside them."""
    text = "".join(sample)
    windows = text.count("\r\n")
    lone_cr = text.count("\r") - windows
    times = {"\r\n": windows, "\n": text.count("\n"), "\r": lone_cr}
    if sum((windows > 0, times["\n"] > windows, lone_cr > 0)) < 2:
        return "any", sample
    most = max(times.values())
    best: tuple[float, str, Sequence[str]] | None = None
    for end in RECORD_ENDS:
        if times.get(end, most) * 2 < most:
            continue
        part = list(TextLines(Path(), text, record_end=end).read())
        trials = [t for t in try_dialects(part, end, delimiter) if _is_good(t)]
        if not trials:
            continue
        trial = max(trials, key=lambda one: one.score)
        if best is None or trial.misfits < best[0]:
            best = (trial.misfits, end, part)
    return (best[1], best[2]) if best else ("any", sample)
