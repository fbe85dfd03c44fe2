"""What a person should know about how a delimited file was read, in one sentence each."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from mtool.model import Finding, FindingClass, Locator, Severity
from mtool.readers.csv.fields import Flaw
from mtool.readers.csv.fitting import Fit
from mtool.readers.csv.records import Record

#: So many findings of one rule are listed one by one; the others are counted in a last one.
LISTED = 1000
_QUOTED = 60

NAMES = {
    ",": "a comma",
    ";": "a semicolon",
    "\t": "a tab",
    "|": "a vertical bar",
    " ": "a blank",
    ":": "a colon",
    "\x01": "the control character 0x01",
    "\x1f": "the control character 0x1F",
    "": "nothing (one column)",
}

_FLAWS = {
    "stray_quote": (
        "a quote opens here and is not closed before the row is complete; it was read as text",
        "take the quote out, or double it inside a quoted cell",
    ),
    "unescaped_quote": (
        "a quote inside a quoted cell is not doubled; it was read as text",
        "double the quotes inside quoted cells",
    ),
    "missing_delimiter": (
        "no delimiter stands beside a quoted cell; the row was read as if there were one",
        "put the delimiter in",
    ),
}


def name_of(delimiter: str) -> str:
    """A delimiter in words."""
    return NAMES.get(delimiter) or f'"{delimiter}"'


@dataclass(slots=True)
class Collected:
    """Findings of one file, listed up to a limit for each rule and counted beyond it."""

    path: str
    findings: list[Finding] = field(default_factory=list)
    _times: Counter[str] = field(default_factory=Counter)
    _beyond: dict[str, tuple[Finding, int]] = field(default_factory=dict)

    def add(
        self,
        rule: str,
        kind: tuple[FindingClass, Severity],
        message: str,
        at: Locator,
        *,
        quote: str | None = None,
        suggestion: str | None = None,
    ) -> None:
        """Note one finding; `kind` is its class and severity, `at` its place."""
        finding = Finding(rule, *kind, message, at, quote=quote, suggestion=suggestion)
        self._times[rule] += 1
        if self._times[rule] <= LISTED:
            self.findings.append(finding)
        else:
            worst = self._beyond.get(rule, (finding, 0))[0]
            keep = finding if finding.severity == "error" != worst.severity else worst
            self._beyond[rule] = keep, self._times[rule] - LISTED

    def all(self) -> tuple[Finding, ...]:
        """Every finding, and one for those of each rule beyond the limit."""
        rest = tuple(
            Finding(
                finding.rule,
                finding.class_,
                finding.severity,
                f"and {count:,} more like this one: {finding.message}",
                finding.locator,
            )
            for finding, count in self._beyond.values()
        )
        return (*self.findings, *rest)

    def add_fit(self, record: Record, fit: Fit, at: Locator, names: tuple[str, ...]) -> None:
        """Note what was done to a row that has not as many cells as its table has columns."""
        if fit.change == "none":
            return
        rule, message = _what_was_done(record, fit, names)
        surely: Severity = "warning" if fit.sure else "error"
        if fit.change == "dropped_blank" and fit.column >= len(names):
            surely = "info"
        self.add(rule, ("structure", surely), message, at, quote=_shown(record))

    def add_flaws(self, record: Record, width: int, at: Locator) -> None:
        """Note the quotes of a row that do not follow its dialect."""
        sure = len(record.cells) == width
        for flaw in dict.fromkeys(record.flaws):
            message, cure = _FLAWS[flaw.kind]
            severity: Severity = "warning" if sure else "error"
            place = Locator(at.path, at.table, line=record.line + flaw.line, column=flaw.column + 1)
            if not sure:
                message += "; the row does not fit its table for all that"
            self.add(_rule_of(flaw), ("structure", severity), message, place, suggestion=cure)


def _rule_of(flaw: Flaw) -> str:
    return "missing_delimiter" if flaw.kind == "missing_delimiter" else flaw.kind


def _what_was_done(record: Record, fit: Fit, names: tuple[str, ...]) -> tuple[str, str]:
    width = len(names)
    counted = f"{_cells(len(record.cells))} where the table has {width}"
    name = names[fit.column] if fit.column < width else ""
    heading = f'"{name}"' if name else f"column {fit.column + 1}"
    if fit.change == "kept_long":
        return "row_too_long", (
            f"{counted}; all were kept as they stand, so some may stand under the wrong heading. "
            "Put cells that hold the delimiter into quotes, or take the surplus delimiter out"
        )
    if fit.change == "dropped_blank":
        which = "at the end" if fit.column >= width else f"before {heading}"
        return "row_too_long", (
            f"{counted}; an empty cell {which} was left out, so that the others stand under "
            "their headings"
        )
    if fit.change == "joined":
        return "row_too_long", (
            f'{counted}; read "{fit.cells[fit.column][:_QUOTED]}" as one cell under {heading}, '
            "the only way in which the row fits its columns"
        )
    if fit.change == "split_anew":
        return "row_other_delimiter", (
            f"the row is divided by {name_of(fit.delimiter)}, unlike the other rows; read so"
        )
    if fit.column >= len(record.cells):
        return "row_too_short", f"{counted}; the missing ones at its end were left empty" + (
            "" if fit.sure else ", but its cells do not look like those of their columns"
        )
    return "row_too_short", (
        f"{counted}; {heading} was left empty, the only way in which the others fit their columns"
    )


def _cells(count: int) -> str:
    return "1 cell" if count == 1 else f"{count} cells"


def _shown(record: Record) -> str:
    text = record.raw.strip() or " | ".join(record.cells)
    return text if len(text) <= 200 else f"{text[:199]}…"
