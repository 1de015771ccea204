"""readiness.yml: what a product demands of a release, checked with file, line and remedy."""

from readiness.policy.load import (
    POLICY_FILE,
    check_policy,
    default_categories,
    default_text,
    is_default,
    parse_policy,
    policy_digest,
    policy_text,
)
from readiness.policy.quantity import UNITS, Quantity, parse_quantity
from readiness.policy.schema import (
    SEVERITIES,
    UNASSIGNED,
    Area,
    Category,
    Criterion,
    Diagnosis,
    Effort,
    Policy,
    Severity,
    Where,
)

__all__ = [
    "POLICY_FILE",
    "SEVERITIES",
    "UNASSIGNED",
    "UNITS",
    "Area",
    "Category",
    "Criterion",
    "Diagnosis",
    "Effort",
    "Policy",
    "Quantity",
    "Severity",
    "Where",
    "check_policy",
    "default_categories",
    "default_text",
    "is_default",
    "parse_policy",
    "parse_quantity",
    "policy_digest",
    "policy_text",
]
