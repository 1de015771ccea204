"""One chain of runs, answered by the model and by the product, and what reads well where they differ."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from tests.model import rules
from tests.scenario import FIRST_DAY, Run, append, case_names, cases, junit, names, parts

from readiness.archive import Archive, ArchivedRun, Writer
from readiness.assessment import Assessment, Blocker, Kind, TestBlocker, assess
from readiness.policy import default_text

OUTCOMES = {"pass": "passed", "fail": "failed", "skip": "skipped", "unimported": "skipped", "uncollected": "error"}
WHOLE = ("uncollected", "unimported")


@dataclass(frozen=True, repr=False)
class Step:
    """A run, or None for one more judgement of the run before; `policy` as a dictionary, None for the default one.

    A waiver of the blocker `?tests.test_app::a` waives the open one that holds that test when the policy is written.
    """

    run: Run | None
    policy: Mapping[str, Any] | None = None
    day: float = 0

    def __repr__(self) -> str:
        what = "judge again" if self.run is None else _told(self.run)
        return f"day {self.day:g}: {what}" + (f"\n    policy {json.dumps(self.policy)}" if self.policy else "")


def _told(run: Run) -> str:
    extra = [f"{run.version or '1.0'} {run.commit}".strip()]
    extra += [f"instead of {run.supersedes}"] if run.supersedes is not None else []
    extra += [f"stamp {run.stamp}"] if run.stamp is not None else []
    extra += [f"{name} {value}" for name, value in run.metrics.items()]
    extra += [f"with {', '.join(run.files)}"] if run.files else []
    return f"{'; '.join(extra)}: {run.results}"


def read(run: Run) -> dict[tuple[str, str, str], dict[str, Any]]:
    """The files of a run as the model knows them, by source, variant and name."""
    found: dict[tuple[str, str, str], dict[str, Any]] = {}
    several = parts(run.results, run.variant)
    for part in several:
        pair, (results, listed) = (part.source, part.variant), part.files
        if part.results.strip() or part.listed is None or len(several) == 1:
            found[*pair, results] = {
                "cases": [_case(pair, case) for case in cases(part.results)],
                "bytes": junit(part.results, run.stamp),
            }
            if not part.results.strip():
                found[*pair, results]["loss"] = True
        if part.listed is not None:
            found[*pair, listed] = {"list": _list(pair, part.listed.split())}
    if run.metrics:
        values = {name: float(value.split()[0]) for name, value in run.metrics.items()}
        found["tests", run.variant, "metrics.json"] = {"metrics": values}
    for name in run.files:
        found["tests", run.variant, name] = {"loss": True}
    return found


def _case(pair: tuple[str, str], case: Any) -> dict[str, Any]:
    return {
        "base": (*pair, *case_names(case)),
        "outcome": OUTCOMES.get(case.outcome, case.outcome),
        "message": case.message,
        "whole": case.outcome in WHOLE,
        "where": {"suite": case.suite, "host": case.host, "file": case.file},
    }


def _list(pair: tuple[str, str], ids: list[str]) -> dict[str, Any]:
    return {
        "pair": pair,
        "tests": {(*pair, *names(one)) for one in ids if one[0] not in "!-"},
        "errors": {(*pair, *_broken(one[1:])) for one in ids if one[0] == "!"},
        "deselected": any(one[0] == "-" for one in ids),
    }


def _broken(node: str) -> tuple[str, str]:
    return names(node) if "/" in node else ("", f"tests.test_{node}")


def modelled(run: Run, day: float, replaced: dict[str, Any] | None) -> dict[str, Any]:
    """The run as the model knows it; one that replaces another has its files too, and its place."""
    files = (replaced["files"] if replaced else {}) | read(run)
    every = files.values()
    return {
        "files": files,
        "version": replaced["version"] if replaced else run.version,
        "commit": replaced["commit"] if replaced else run.commit,
        "start": replaced["start"] if replaced else FIRST_DAY + timedelta(days=day),
        "supersedes": replaced,
        "replaced": [*replaced["replaced"], replaced] if replaced else [],
        "cases": [case for one in every for case in one.get("cases", ())],
        "lists": [one["list"] for one in every if "list" in one],
        "metrics": {name: value for one in every for name, value in one.get("metrics", {}).items()},
        "loss": any("loss" in one for one in every),
        "evidence": frozenset((*place[:2], one["bytes"]) for place, one in files.items() if "bytes" in one),
    }


def resolved(policy: Mapping[str, Any] | None, holder: Any) -> dict[str, Any]:
    """The policy with the blockers that its waivers mean; where there is none, without the waiver."""
    found = dict(policy or {})
    waivers = []
    for one in found.get("waivers", ()):
        blocker = one.get("blocker", "")
        target = holder(blocker[1:]) if blocker[:1] == "?" else blocker
        waivers += [one | ({"blocker": target} if blocker else {})] if target or not blocker else []
    return found | ({"waivers": waivers} if waivers or "waivers" in found else {})


def by_model(steps: list[Step]) -> list[dict[str, Any]]:
    """What the model answers to each step."""
    archive: list[dict[str, Any]] = []
    by_step: dict[int, dict[str, Any]] = {}
    answers = []
    for number, step in enumerate(steps):
        if step.run is None:
            run, now = archive[-1], FIRST_DAY + timedelta(days=step.day)
            # Its own evidence is known.
            seen, known = run["state"], run
        else:
            replaced = None if step.run.supersedes is None else by_step[step.run.supersedes]
            run, seen = modelled(step.run, step.day, replaced), replaced and replaced["first"]
            before = replaced["previous"] if replaced else rules.previous(archive, run)
            run |= {"number": number, "previous": before, "before": before["state"] if before else rules.nothing()}
            now, known = run["start"], before
        state = known["state"] if known else rules.nothing()
        policy = resolved(step.policy, lambda label, state=state: rules.holding(state, label))
        answer, run["state"] = rules.step(run["before"], run, policy, now, seen)
        run.setdefault("first", run["state"])
        if step.run is not None:
            archive.append(run)
            by_step[number] = run
        answers.append(answer | {"known": known["number"] if known else None})
    return answers


def archived(root: Path, steps: list[Step]) -> list[tuple[str, int]]:
    """Archive the steps by the product's Writer; each one's run and the number of its judgement."""
    by_step: dict[int, ArchivedRun] = {}
    judged: list[tuple[str, int]] = []
    known = [one["known"] for one in by_model(steps)]
    for number, step in enumerate(steps):

        def holder(label: str, before: int | None = known[number]) -> str | None:
            found = assess(Archive(root), None).by_run if before is not None else {}
            return _holding(found[by_step[before].id][-1], label) if before is not None else None

        policy = resolved(step.policy, holder)
        if step.run is None:
            with Writer(root) as writer:
                time = FIRST_DAY + timedelta(days=step.day)
                judgement, _ = writer.judge(judged[-1][0], _text(policy), time, "tests")
            judged.append((judged[-1][0], judgement.number))
        else:
            replaced = None if step.run.supersedes is None else by_step[step.run.supersedes]
            by_step[number] = append(root, step.run, step.day, _text(policy).decode(), replaced)
            judged.append((by_step[number].id, 1))
    return judged


def by_product(root: Path, steps: list[Step]) -> list[dict[str, Any]]:
    """What the product answers to each step, archived by its Writer and judged by its `assess`."""
    judged, found = archived(root, steps), assess(Archive(root), None).by_run
    return [answered(found[run][number - 1]) for run, number in judged]


def _text(policy: Mapping[str, Any]) -> bytes:
    return json.dumps(policy).encode() if policy else default_text()


def _holding(assessment: Assessment, label: str) -> str | None:
    found = [
        (member.key[:2], (blocker.kind.value, _message(blocker)), blocker.id)
        for blocker in assessment.blockers.values()
        for member in blocker.members
        if blocker.state.value != "closed" and member.key.label == label
    ]
    return min(found)[2] if found else None


def answered(assessment: Assessment) -> dict[str, Any]:
    """An assessment in the words of the model."""
    counts = assessment.facts.counts
    named = ("passed", "failed", "error", "skipped", "flaky", "not_run", "vanished", "expected")
    return {
        "word": assessment.verdict.word.value,
        "unwaived": assessment.unwaived.word.value,
        "counts": {name: getattr(counts, name) for name in named},
        "blockers": [
            {
                "cause": (blocker.kind.value, _message(blocker)),
                "state": blocker.state.value.replace("reopened", "open"),
                "members": sorted(
                    (one.key.source, one.key.variant, one.key.group, one.key.name, one.state.value)
                    for one in blocker.members
                ),
            }
            for blocker in assessment.blockers.values()
            if blocker.kind in (Kind.FAILURE, Kind.COMPONENT)
        ],
    }


def compared(answer: dict[str, Any]) -> dict[str, Any]:
    """What must agree: of blockers who belongs together and how each stands, not what they are called."""
    left = {name: answer[name] for name in ("word", "unwaived", "counts")}
    return left | {"blockers": sorted((one["state"], one["members"]) for one in answer["blockers"])}


def difference(root: Path, steps: list[Step]) -> str:
    """The first answer in which model and product differ, below the chain; empty where they agree."""
    model, product = by_model(steps), by_product(root, steps)
    for number, (right, got) in enumerate(zip(model, product, strict=True)):
        if compared(right) != compared(got):
            chain = "\n".join(f"{'>' if at == number else ' '} {at}  {step}" for at, step in enumerate(steps))
            return f"\n{chain}\n{_lines('model', right, got)}\n{_lines('product', got, right)}"
    return ""


def _lines(who: str, answer: dict[str, Any], other: dict[str, Any]) -> str:
    """An answer, what differs from the other one in front."""
    differing = {name for name, value in compared(answer).items() if value != compared(other)[name]}
    counts = {
        f"{name}{'*' if value != other['counts'][name] else ''} {value}" for name, value in answer["counts"].items()
    }
    held = "; ".join(
        f"{' '.join(filter(None, one['cause']))} {one['state']}: "
        + ", ".join(
            f"{'/'.join(filter(None, member[:2]))}:{member[2]}::{member[3]} {member[4]}" for member in one["members"]
        )
        for one in sorted(answer["blockers"], key=lambda one: (one["state"], one["members"]))
    )
    unwaived = f", without waivers {answer['unwaived']}" if answer["unwaived"] != answer["word"] else ""
    differs = f"differs in {', '.join(sorted(differing))}"
    return f"{who:>8}: {answer['word']}{unwaived} | {', '.join(sorted(counts))} | {held} ({differs})"


def _message(blocker: Blocker) -> str:
    return blocker.cause.message if isinstance(blocker, TestBlocker) else ""
