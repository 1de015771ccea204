"""What a judgement says as in-toto statements, to be signed: by https://github.com/in-toto/attestation, version 1.

The result of the tests is stated of every verdict, a summary of the verification of READY alone.
"""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from readiness.analysis import RunFacts
from readiness.archive import utc_text
from readiness.report import GateResult

STATEMENT = "https://in-toto.io/Statement/v1"
TEST_RESULT = "https://in-toto.io/attestation/test-result/v0.1"
SUMMARY = "https://slsa.dev/verification_summary/v1"
LEVEL = "READINESS_READY"
"""The level of a track of our own: none of SLSA's is claimed."""
Subjects = Sequence[tuple[str, str]]
"""Name and SHA-256 of each file that the release consists of."""


class NotReady(ValueError):
    """A summary of a verification was asked for, and the gate does not say READY."""


def is_ready(result: GateResult) -> bool:
    """True where all that the gate knows says READY."""
    told = result.ready and result.exit_code == 0 and result.recorded
    return told and result.report.verdict.ready and not (result.expired or result.overruled)


def test_result(result: GateResult, judgement: str, files: Subjects) -> bytes:
    """The statement on the tests: PASSED where the gate says READY, WARNED where tests that fail are waived for it."""
    report, failed = result.report, failed_tests(result.report.facts)
    passed = "WARNED" if failed else "PASSED"
    return _written(
        result,
        files,
        TEST_RESULT,
        {
            "result": passed if is_ready(result) else "FAILED",
            "configuration": _proof(result, judgement),
            **({"url": report.run.ci_url} if report.run.ci_url else {}),
            "failedTests": failed,
        },
    )


def verification_summary(
    result: GateResult, judgement: str, files: Subjects, verifier: str, resource: str | None
) -> bytes:
    """The statement that the release was verified; raises NotReady unless the gate says READY."""
    if not is_ready(result):
        raise NotReady(result.report.verdict.word.value)
    return _written(
        result,
        files,
        SUMMARY,
        {
            "verifier": {"id": verifier},
            **summarized(result.policy, result.report.judgement.time),
            "resourceUri": resource or f"pkg:generic/{_part(result.report.product)}@{_part(result.report.run.version)}",
            "inputAttestations": _proof(result, judgement),
        },
    )


def summarized(policy: str, time: datetime) -> dict[str, Any]:
    """What each summary says of a judgement by the policy of that digest, and nothing else may."""
    return {
        "timeVerified": utc_text(time),
        "policy": {"uri": f"urn:sha256:{policy}", "digest": {"sha256": policy}},
        "verificationResult": "PASSED",
        "verifiedLevels": [LEVEL],
    }


def failed_tests(facts: RunFacts) -> list[str]:
    """The tests that failed, waived or not, each once."""
    return sorted({each.key.label for each in facts.problems})


def _part(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9._-]+", "-", text) or "unnamed"


def _proof(result: GateResult, judgement: str) -> list[dict[str, Any]]:
    """What the verdict stands on: policy, judgement and every file of evidence, with their digests."""
    run = result.report.run
    named = [("readiness.yml", result.policy), *((one.name, one.sha256) for one in run.inputs)]
    where = f"{run.id}/judgements/{result.report.judgement.number}.yml"
    return [
        {
            "name": where,
            "digest": {"sha256": judgement},
            "annotations": {"run": run.id, "version": run.version, "verdict": result.report.verdict.word.value},
        },
        *({"name": name, "digest": {"sha256": digest}} for name, digest in named),
    ]


def _written(result: GateResult, files: Subjects, kind: str, predicate: Mapping[str, Any]) -> bytes:
    run = result.report.run
    subjects: list[dict[str, Any]] = [{"name": name, "digest": {"sha256": digest}} for name, digest in files]
    if not subjects and re.fullmatch("[0-9a-f]{40}", run.commit):
        subjects = [{"name": run.version, "digest": {"gitCommit": run.commit}}]
    subjects = subjects or [{"name": run.id, "digest": {"sha256": run.digest}}]
    statement = {"_type": STATEMENT, "subject": subjects, "predicateType": kind, "predicate": predicate}
    return (json.dumps(statement, indent=2) + "\n").encode()
