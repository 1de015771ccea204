"""The judged report as plain data: made from an assessment, written, and read back without loss."""

from readiness.report.collection import Reports
from readiness.report.gate import GateResult, gate_result, place_of
from readiness.report.model import Report, report_of
from readiness.report.writing import read, schema, written

__all__ = [
    "GateResult",
    "Report",
    "Reports",
    "gate_result",
    "place_of",
    "read",
    "report_of",
    "schema",
    "written",
]
