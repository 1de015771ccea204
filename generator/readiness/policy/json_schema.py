"""JSON Schema of readiness.yml, for editors that complete and check it while it is written."""

from typing import Any

from readiness.policy.measures import MEASURES
from readiness.policy.retirement import RETIRABLE
from readiness.policy.schema import Policy


def policy_schema() -> dict[str, Any]:
    """Schema of a policy. What it cannot say (regular expressions, units, references) the policy's own check does."""
    found = Policy.model_json_schema()
    # Without criteria the default ones apply.
    found["required"] = [name for name in found.get("required", ()) if name != "criteria"]
    found["$defs"]["Criterion"]["properties"]["measure"] = {
        "anyOf": [{"enum": list(MEASURES)}, {"type": "string", "pattern": "^metric\\..+"}],
        "description": "What is measured.",
    }
    found["$defs"]["Criterion"]["oneOf"] = [{"required": [name]} for name in ("at_least", "at_most", "equals")]
    found["$defs"]["MetricLimit"]["oneOf"] = found["$defs"]["Criterion"]["oneOf"]
    found["$defs"]["Waiver"]["oneOf"] = [{"required": [name]} for name in ("blocker", "criterion", "test")]
    defs = found["$defs"]
    del found["properties"]["codeowners"], defs["Ownership"]  # written by machine
    defs["Variants"]["properties"]["required"]["items"] = {
        "anyOf": [{"type": "string", "minLength": 1}, {"$ref": "#/$defs/RequiredVariant"}]
    }
    defs["Retired"]["anyOf"] = [{"required": [name]} for name in RETIRABLE]
    return {**found, "title": "readiness.yml"}
