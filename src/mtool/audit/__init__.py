"""Does the report agree with itself? Control totals, parts, claims in prose, deadlines."""

from mtool.audit.report import audit_document
from mtool.audit.totals import find_control_totals, reconcile

__all__ = ["audit_document", "find_control_totals", "reconcile"]
