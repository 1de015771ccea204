"""Maven Failsafe's summary: no tests, but the one file that tells when the forked JVM died."""

from xml.etree.ElementTree import Element

from readiness.evidence.cases import Home, results_of, run_level_case
from readiness.evidence.findings import plural
from readiness.evidence.intake import Intake
from readiness.evidence.timing import count
from readiness.evidence.xml import Document
from readiness.model import Detail, EvidenceFile, Outcome

BESIDE = "archive the TEST-*.xml files beside it"
COUNTS = ("completed", "errors", "failures", "skipped")
GROUP = "Maven Failsafe"


def is_failsafe(document: Document) -> bool:
    """True for the summary that the Failsafe plugin writes beside its reports."""
    return document.tag == "failsafe-summary"


def read_failsafe(document: Document, intake: Intake) -> EvidenceFile:
    """A crash, a failure or a contradiction as one run-level error; otherwise nothing that could count as passed."""
    root, findings = document.top, intake.findings
    if document.damage:
        findings.lost("cut-off", f"damaged or cut off ({document.damage})")
    counts = {name: value for name in COUNTS if (value := count(root.findtext(name))) is not None}
    detail = _problem(root, document.attributes, counts)
    if detail is None:
        told = plural(counts["completed"], "completed test")
        findings.add("no-cases", f"a summary of {told} that holds none of them; {BESIDE}")
    cases = (
        [run_level_case(Home((GROUP,), ""), "(run)", Outcome.ERROR, (detail,), "<failsafe-summary>")] if detail else []
    )
    return intake.read(
        f"damaged or cut off ({document.damage}); {BESIDE}" if document.damage else "",
        results=tuple(results_of(cases, intake, run_level=True)),
        declared=counts,
    )


def _problem(root: Element, attributes: dict[str, str], counts: dict[str, int]) -> Detail | None:
    """What keeps the build from being sound: the first line of the runner's own words, else what the counts say."""
    message = (root.findtext("failureMessage") or "").strip()
    said = []
    result = attributes.get("result", "").strip()
    if result not in ("", "0", "null"):
        said.append(f'result="{result}"')
    if attributes.get("timeout", "false").strip() != "false":
        said.append("it timed out")
    bad = counts.get("errors", 0) + counts.get("failures", 0)
    if bad:
        said.append(plural(bad, "failing test"))
    if len(counts) < len(COUNTS):
        said.append(f"no readable {', '.join(name for name in COUNTS if name not in counts)}")
    elif bad + counts["skipped"] > counts["completed"]:
        said.append(f"more failing and skipped tests than the {counts['completed']} completed")
    says = f"Maven Failsafe's summary says: {', '.join(said)}" if said else ""
    if not message and not says:
        return None
    text = "\n".join(part for part in (says, message) if part)
    return Detail("error", "", message.partition("\n")[0].strip() or says, text)
