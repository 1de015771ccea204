"""readiness.yml: what a product demands of a release, checked with file, line and remedy."""

from readiness.policy.amend import with_retired
from readiness.policy.codeowners import owner_of
from readiness.policy.difference import PolicyDifference, differences, texts
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
from readiness.policy.measures import MEASURES, METRIC
from readiness.policy.parts import SEVERITIES, Diagnosis, Effort, Severity
from readiness.policy.quantity import Quantity, parse_quantity, unit_named
from readiness.policy.release import WEEKDAYS, ChecklistItem, Phase, Plan, Signoff, Waiver, end_of, start_of
from readiness.policy.retirement import RequiredVariant, Retired, Variants
from readiness.policy.schema import UNASSIGNED, Area, Category, Criterion, Policy, Where, policy_schema

__all__ = [
    "MEASURES",
    "METRIC",
    "POLICY_FILE",
    "SEVERITIES",
    "UNASSIGNED",
    "WEEKDAYS",
    "Area",
    "Category",
    "ChecklistItem",
    "Criterion",
    "Diagnosis",
    "Effort",
    "Phase",
    "Plan",
    "Policy",
    "PolicyDifference",
    "Quantity",
    "RequiredVariant",
    "Retired",
    "Severity",
    "Signoff",
    "Variants",
    "Waiver",
    "Where",
    "check_policy",
    "default_categories",
    "default_text",
    "differences",
    "end_of",
    "is_default",
    "owner_of",
    "parse_policy",
    "parse_quantity",
    "policy_digest",
    "policy_schema",
    "policy_text",
    "start_of",
    "texts",
    "unit_named",
    "with_retired",
]
