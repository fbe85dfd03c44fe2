"""A claim of the prose: what it states, where, and every way to read it."""

from __future__ import annotations

from dataclasses import dataclass

from mtool.auditing.frames import Frame
from mtool.auditing.verdicts import Reading, combine
from mtool.model import Finding, Number, Verdict


@dataclass(frozen=True, slots=True)
class Claim:
    """One claim. `kind` gives the rule id `claim_<kind>`; without readings it ties to nothing."""

    kind: str
    frame: Frame
    start: int
    end: int
    says: str
    readings: tuple[Reading, ...] = ()
    stated: Number | None = None

    @property
    def verdict(self) -> Verdict | None:
        """Null for a claim that no table speaks of."""
        return combine(self.readings) if self.readings else None

    @property
    def quote(self) -> str:
        return self.frame.sentence.quote(self.start, self.end)

    def finding(self) -> Finding:
        """The finding of a claim that ties to something."""
        verdict = self.verdict
        contradicted = verdict == "contradicted"
        computed = self._computed()
        number = self.stated is not None and computed is not None
        return Finding(
            rule=f"claim_{self.kind}",
            class_="source" if contradicted else "note",
            severity="error" if contradicted else "info",
            message=f'"{self.quote}": {self.says}. {self._shown()}',
            locator=self.frame.sentence.locator,
            verdict=verdict,
            quote=self.quote,
            stated=self.stated,
            computed=computed,
            difference=_difference(self.stated, computed) if number else None,
        )

    def _computed(self) -> Number | None:
        values = {r.computed for r in self.readings if r.computed is not None}
        if len(values) == 1:
            return values.pop()
        return self.readings[0].computed if self.verdict == "contradicted" else None

    def _shown(self) -> str:
        if not self.readings:
            return "No table of the document gives a figure to compare it with."
        if len(self.readings) == 1:
            return f"{self.readings[0].says}."
        shown = "; ".join(
            f"({n}) {r.says}: {r.verdict}" for n, r in enumerate(self.readings[:6], 1)
        )
        more = f"; and {len(self.readings) - 6} more" if len(self.readings) > 6 else ""
        return f"It can be read in {len(self.readings)} ways: {shown}{more}."


def _difference(stated: Number | None, computed: Number | None) -> Number | None:
    if stated is None or computed is None:
        return None
    difference = round(stated - computed, 9)
    return int(difference) if float(difference).is_integer() else difference
