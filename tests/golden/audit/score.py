"""Score the audit against the labelled statements: precision and recall by kind.

Run: python tests/golden/audit/score.py
A statement's verdict is that of its findings of its kind, else of any; none at all counts as
`unverifiable`. Precision counts every contradiction reported in a document.
"""

from __future__ import annotations

import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from mtool.auditing.report import audit_document
from mtool.model import Document, Finding, Locator, Paragraph, RawTable, Row, Source

FOLDER = Path(__file__).parent
_ALSO = {
    "change": ("trend",),
    "trend": ("change",),
    "part": ("value", "sum"),
    "value": ("part", "sum"),
}


@dataclass
class Score:
    """Counts of (kind, labelled verdict, reported verdict), and what was wrong."""

    counts: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    false_alarms: list[str] = field(default_factory=list)

    def precision(self, verdict: str, kind: str | None = None) -> float:
        """Of the statements reported so, the part that is labelled so."""
        reported = [
            (k, n) for k, n in self.counts.items() if k[2] == verdict and kind in (None, k[0])
        ]
        right = sum(n for k, n in reported if k[1] == verdict)
        return right / max(1, sum(n for _, n in reported)) if reported else 1.0

    def recall(self, verdict: str, kind: str | None = None) -> float:
        """Of the statements labelled so, the part that is reported so."""
        labelled = [
            (k, n) for k, n in self.counts.items() if k[1] == verdict and kind in (None, k[0])
        ]
        right = sum(n for k, n in labelled if k[2] == verdict)
        return right / max(1, sum(n for _, n in labelled)) if labelled else 1.0


def read_case(path: Path, *, running: bool = False) -> tuple[Document, dict[str, Any]]:
    """One labelled document: its tables, and a paragraph (and line) for each statement.

    A statement that `follows` the one before it stands in the same paragraph; with `running`,
    all do.
    """
    case = yaml.safe_load(path.read_text(encoding="utf-8"))
    tables = tuple(_table(number, each) for number, each in enumerate(case["tables"], 1))
    texts: list[list[str]] = []
    for statement in case["statements"]:
        if not texts or not (running or statement.get("follows")):
            texts.append([])
        texts[-1].append(statement["say"])
        statement["line"] = len(texts)
    paragraphs = tuple(
        Paragraph(" ".join(said), Locator(path=path.name, line=line))
        for line, said in enumerate(texts, 1)
    )
    source = Source(
        path.stem,
        title=case["title"],
        published=case.get("published", ""),
        language=case["language"],
    )
    return Document(source, "text/plain", tables, paragraphs), case


def _table(number: int, each: dict[str, Any]) -> RawTable:
    rows = tuple(Row(tuple(cells), place) for place, cells in enumerate(each["rows"], 2))
    return RawTable(
        f"t{number}", tuple(each["header"]), rows, each["title"], locator=Locator(line=1)
    )


def score(folder: Path = FOLDER) -> Score:
    """Audit every labelled document of a folder."""
    found = Score()
    for path in sorted(folder.glob("*.yaml")):
        document, case = read_case(path)
        report = audit_document(document)
        claims = [f for f in report if f.quote]
        in_tables = [f for f in report if f.verdict == "contradicted" and not f.quote]
        if len(in_tables) != case.get("contradicted_in_tables", 0):
            found.false_alarms.append(f"{path.stem}: tables: {[f.message for f in in_tables]}")
        for statement in case["statements"]:
            mine = [
                f
                for f in claims
                if f.locator.line == statement["line"] and (f.quote or "") in statement["say"]
            ]
            verdict = _verdict(mine, statement["kind"])
            found.counts[(statement["kind"], statement["verdict"], verdict)] += 1
            if verdict != statement["verdict"]:
                shown = " // ".join(f"{f.rule} {f.verdict}: {f.message}" for f in mine)
                found.wrong.append(
                    f"{path.stem}: {statement['say']}\n    labelled {statement['verdict']}, "
                    f"reported {verdict}: {shown}"
                )
            if statement["verdict"] != "contradicted" and any(
                f.verdict == "contradicted" for f in mine
            ):
                found.false_alarms.append(f"{path.stem}: {statement['say']}")
        found.false_alarms += _running_alarms(path)
    return found


def _running_alarms(path: Path) -> list[str]:
    """Contradictions that appear only when the statements stand in one paragraph."""
    document, case = read_case(path, running=True)
    wrong = " ".join(s["say"] for s in case["statements"] if s["verdict"] == "contradicted")
    return [
        f"{path.stem} (as running text): {f.message}"
        for f in audit_document(document)
        if f.verdict == "contradicted" and f.quote and f.quote not in wrong
    ]


def _verdict(findings: list[Finding], kind: str) -> str:
    """Contradicted if any finding is; else what the findings of its kind say."""
    if any(f.verdict == "contradicted" for f in findings):
        return "contradicted"
    kinds = {f"claim_{k}" for k in (kind, *_ALSO.get(kind, ()))}
    own = [f for f in findings if f.rule == f"claim_{kind}" or f.rule.startswith(f"{kind}_")]
    own = own or [f for f in findings if f.rule in kinds]
    verdicts = {f.verdict for f in own if f.verdict}
    return "supported" if verdicts == {"supported"} else "unverifiable"


def report(found: Score) -> str:
    """The score by kind as a table, and how the labels are divided."""
    labels: Counter[str] = Counter()
    for (_, verdict, _), number in found.counts.items():
        labels[verdict] += number
    lines = [f"{sum(labels.values())} statements: {dict(labels)}"]
    lines.append(f"{'kind':12}{'statements':>11}{'precision':>11}{'recall':>8}{'supported':>11}")
    for kind in (*sorted({k for k, _, _ in found.counts}), None):
        size = sum(n for (k, _, _), n in found.counts.items() if kind in (None, k))
        lines.append(
            f"{kind or 'all':12}{size:>11}{found.precision('contradicted', kind):>11.2f}"
            f"{found.recall('contradicted', kind):>8.2f}{found.recall('supported', kind):>11.2f}"
        )
    return "\n".join(lines)


def main() -> int:
    """Print the score by kind; exit 1 on a false alarm."""
    found = score()
    wrong = found.wrong if "-v" in sys.argv else []
    sys.stdout.write("\n".join([report(found), *found.false_alarms, *wrong, ""]))
    return 1 if found.false_alarms else 0


if __name__ == "__main__":
    raise SystemExit(main())
