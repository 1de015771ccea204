"""The judged report as plain data: made from an assessment, written, and read back without loss."""

from readiness.report.model import Previous, Report, report_of
from readiness.report.written import read, schema, written

__all__ = ["Previous", "Report", "read", "report_of", "schema", "written"]
