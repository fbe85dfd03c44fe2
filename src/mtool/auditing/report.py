"""The whole audit of one document: tables, then prose, then dates and duties."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from mtool.auditing.country_size import speaks_of_areas, too_large_areas
from mtool.auditing.duties import audit_duties
from mtool.auditing.event_dates import document_date, later_events, swappable_dates
from mtool.auditing.evidence import Evidence, document_terms, document_years, read_evidence
from mtool.auditing.figures import read_figures
from mtool.auditing.parts import check_parts
from mtool.auditing.percentages import check_percentages
from mtool.auditing.prose import read_claims
from mtool.auditing.sentences import Sentence, read_sentences
from mtool.auditing.series import check_series
from mtool.auditing.stated_changes import check_stated_changes
from mtool.auditing.ties import Ties
from mtool.auditing.totals import reconcile
from mtool.auditing.treaty_statements import main_state
from mtool.model import Checked, Document, Finding, Report

if TYPE_CHECKING:
    from mtool.areas import Areas

_ORDER = {"contradicted": 0, "unverifiable": 1, "supported": 2, None: 3}


def audit_document(
    document: Document,
    *,
    areas: Areas | None = None,
    as_of: date | None = None,
    all_claims: bool = False,
) -> Report:
    """Ask whether a document agrees with itself; works without passport, schema or areas.

    Out: findings about control totals, parts, percentages, series, claims in prose, deadlines and
    dates, contradictions first. A claim that no table speaks of is counted in `checked.claims`,
    and listed only with `all_claims`. `areas` add declared aliases of place names.
    """
    sentences = read_sentences(document.paragraphs)
    evidence = read_evidence(document, areas)
    reports = (
        _tables(document, evidence, sentences),
        _prose(document, evidence, sentences, all_claims=all_claims),
        _dates(document, sentences, as_of),
    )
    total = sum(reports, Report(checked=Checked(tables=len(document.tables))))
    ordered = sorted(total.findings, key=lambda f: _ORDER[f.verdict])
    return Report(tuple(ordered), total.checked)


def _tables(
    document: Document, evidence: Sequence[Evidence], sentences: Sequence[Sentence]
) -> Report:
    findings: list[Finding] = []
    totals = parts = rows = 0
    for table in document.tables:
        figures = read_figures(table)
        rows += len(figures.rows)
        reconciled = reconcile(table)
        totals += sum(1 for f in reconciled if not f.rule.startswith("control_total_undeclared"))
        related = check_parts(figures)
        percentages, computed = check_percentages(figures)
        parts += related.checked + computed
        findings += [*reconciled, *related.findings, *percentages]
        findings += check_stated_changes(figures)
    for each in evidence:
        series, looked_at = check_series(each)
        parts += looked_at
        findings += series
    for each in filter(speaks_of_areas, evidence):
        findings += too_large_areas(each, main_state(document, sentences))
    return Report(tuple(findings), Checked(rows=rows, control_totals=totals, parts=parts))


def _prose(
    document: Document,
    evidence: Sequence[Evidence],
    sentences: Sequence[Sentence],
    *,
    all_claims: bool,
) -> Report:
    ties = Ties(evidence, document_terms(document), document_years(document))
    prose = [s for s in sentences if s.kind == "prose"]
    claims = list(read_claims(prose, ties)) if prose else []
    tied = [claim.finding() for claim in claims if claim.readings or all_claims]
    return Report(tuple(tied), Checked(claims=len(claims)))


def _dates(document: Document, sentences: Sequence[Sentence], as_of: date | None) -> Report:
    own = document_date(document)
    duties, stated = audit_duties(
        document, sentences, as_of=as_of, document_date=own[1] if own else None
    )
    later = later_events([s for s in sentences if s.kind == "prose"], own)
    swappable = swappable_dates(document.paragraphs)
    return Report((*duties, *later, *swappable), Checked(claims=stated))
