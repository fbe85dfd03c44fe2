"""What a run did, and the exit code that says so."""

from __future__ import annotations

from dataclasses import dataclass, field

from mtool.errors import ExitCode, worst
from mtool.model import Report


@dataclass(frozen=True)
class Outcome:
    """What a run did. `failures` are sources that could not be read at all, with their code.

    `held_back` are files that were read and of which nothing new is published.
    `withheld` says why nothing was published at all; `notes` what a person should know besides;
    `restored` is the state that a rollback holds; `fetched` the state of each source fetched.
    """

    report: Report
    datasets: dict[str, int] = field(default_factory=dict)
    changed: bool = True
    failures: tuple[tuple[str, ExitCode], ...] = ()
    kept: tuple[str, ...] = ()
    held_back: tuple[str, ...] = ()
    run: str = ""
    withheld: str = ""
    exported: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    restored: str = ""
    fetched: dict[str, str] = field(default_factory=dict)

    def exit_code(self, fail_on: str) -> ExitCode:
        """Failures by their own code; findings that count give 1, as does an outcome without rows."""
        codes = [code for _, code in self.failures]
        if self.report.failed(fail_on) or (not self.datasets and fail_on != "never"):
            codes.append(ExitCode.FINDINGS)
        return worst(codes)
