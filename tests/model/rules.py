"""The rules for the verdict once more, plain Python over dictionaries: written from the design, not from the product.

A run is a dictionary of cases and lists (`chains.py` makes it), a policy is readiness.yml as a dictionary. `step` takes
the state before a run and gives the answer and the state after it.

A full key is (source, variant, origin, group, name, slot). `origin` holds what tells namesakes apart, once they were
seen; namesakes that nothing tells apart are slots, the worst first. A key without its slot is a *place*, its first two
parts with group and name are its *base*, all but the name its *class*.
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from copy import deepcopy
from datetime import UTC, date, datetime, timedelta
from fnmatch import fnmatchcase
from fractions import Fraction

WORST = ("error", "failed", "not_run", "skipped", "flaky", "passed")
EXECUTED = ("passed", "flaky", "failed", "error")
FAILED = ("failed", "error")
LABELS = ("suite", "host", "file")
MISSING_PART = re.compile(r"not available|not installed|no module named|could not import", re.IGNORECASE)
LEVELS = ("low", "medium", "high", "critical")
OVER_EXPECTED = ("expected", "completion", "execution", "success_rate", "not_run")
ABSENCE = ("completion", "execution", "not_run", "vanished", "evidence_loss")
OVER_OUTCOMES = (
    "failures",
    "failed",
    "errors",
    "new_failures",
    "skipped",
    "flaky",
    "passed",
    "pass_rate",
    "success_rate",
)
DEFAULT = [
    {"id": "no-failures", "measure": "failures", "equals": 0},
    {"id": "complete", "measure": "completion", "at_least": "100%"},
    {"id": "no-evidence-loss", "measure": "evidence_loss", "equals": 0},
]


def nothing() -> dict:
    """The state before a first run."""
    empty = {"dims": {}, "seen": {}, "ledger": {}, "lists": {}, "blockers": [], "failed": set(), "grants": {}}
    return empty | {"runs": 0, "history": {}}


def previous(archive: list[dict], run: dict) -> dict | None:
    """The latest run started before it, not superseded, of the highest version not above its own."""
    replaced = {id(one["supersedes"]) for one in archive if one["supersedes"]}
    line = [one for one in archive if id(one) not in replaced and one["start"] < run["start"]]
    if number(run["version"]) is None:
        line = [one for one in line if number(one["version"]) is None]
        return max(line, key=lambda one: one["start"], default=None)
    line = [one for one in line if (number(one["version"]) or (math.inf,)) <= number(run["version"])]
    return max(line, key=lambda one: (number(one["version"]), one["start"]), default=None)


def number(version: str) -> tuple[int, ...] | None:
    return tuple(map(int, version.split("."))) if re.fullmatch(r"\d+(\.\d+)*", version) else None


# Who is who


def base_of(place: tuple) -> tuple:
    return (*place[:2], *place[3:5])


def class_of(place: tuple) -> tuple:
    return place[:4]


def module_of(place: tuple) -> str:
    """tests.test_x, also the area."""
    return ".".join((place[3] or place[4]).split(".")[:2])


def label_of(place: tuple) -> str:
    return f"{place[3]}::{place[4]}" if place[3] else place[4]


def place_of(state: dict, base: tuple, where: dict) -> tuple:
    origin = tuple((label, where.get(label, "")) for label in LABELS if label in state["dims"].get(base, ()))
    return (*base[:2], origin, *base[2:])


def beneath(whole: tuple, place: tuple) -> bool:
    """What stands under a module or class that failed or was skipped as a whole."""
    dotted = f"{whole[3]}.{whole[4]}" if whole[3] else whole[4]
    return whole[:2] == place[:2] and f"{place[3]}.".startswith(f"{dotted}.")


def rename(state: dict, new) -> None:
    """Every record of a test under its new key."""
    state["ledger"] = {new(key): value for key, value in state["ledger"].items()}
    state["seen"] = {new(key): value for key, value in state["seen"].items()}
    state["history"] = {new(key): value for key, value in state["history"].items()}
    state["failed"] = set(map(new, state["failed"]))
    for blocker in state["blockers"]:
        blocker["members"] = {new(key): member for key, member in blocker["members"].items()}


def tell_apart(state: dict, cases: list[dict]) -> None:
    """Labels in which namesakes of this run differ are part of their names from now on; earlier ones keep theirs."""
    for base in {case["base"] for case in cases}:
        some = [case for case in cases if case["base"] == base]
        differ = {label for label in LABELS if len({case[label] for case in some}) > 1}
        if differ - state["dims"].get(base, set()):
            state["dims"][base] = state["dims"].get(base, set()) | differ
            seen = dict(state["seen"])
            rename(
                state,
                lambda key: (
                    (*place_of(state, base, seen[key]), key[5]) if base_of(key) == base and key in seen else key  # noqa: B023
                ),
            )


def take_in(state: dict, run: dict) -> None:
    """A run that is replaced adds what it had to the ledger, and takes nothing away."""
    tell_apart(state, run["cases"])
    found = Counter(place_of(state, case["base"], case) for case in run["cases"])
    for case in run["cases"]:
        place = place_of(state, case["base"], case)
        for slot in range(1, found[place] + 1):
            state["ledger"][*place, slot] = {"ran": True, "whole": case["whole"]}
            state["seen"][*place, slot] = {label: case[label] for label in LABELS}
    for one in usable(run):
        for base in one["tests"] | one["errors"]:
            if base not in map(base_of, state["ledger"]):
                state["ledger"][*place_of(state, base, {}), 1] = {"ran": False, "whole": base in one["errors"]}


# Lists, and what the policy takes out


def usable(run: dict) -> list[dict]:
    """A list without a label counts for no labelled results."""
    variants = {}
    for case in run["cases"]:
        variants.setdefault(case["base"][0], set()).add(case["base"][1])
    return [one for one in run["lists"] if one["pair"][1] or "" in variants.get(one["pair"][0], {""})]


def is_retired(policy: dict, place: tuple, now: datetime) -> bool:
    for line in policy.get("retired", ()):
        named = (
            any(fnmatchcase(label_of(place), glob) for glob in line.get("tests", ()))
            or any(fnmatchcase(place[3], glob) for glob in line.get("classes", ()))
            or place[0] in line.get("sources", ())
            or place[1] in line.get("variants", ())
        )
        if named and midnight(line["date"]) <= now:
            return True
    return False


def midnight(day: str) -> datetime:
    return datetime.combine(date.fromisoformat(day), datetime.min.time(), UTC)


# One run


def step(before: dict, run: dict, policy: dict, now: datetime, own: dict | None = None) -> tuple[dict, dict]:
    """(answer, state after) of a run; `own` is the state after its judgement before, where it is judged again."""
    state = deepcopy(before)
    for replaced in run["replaced"]:
        take_in(state, replaced)
    lists = usable(run)
    first = not state["ledger"] and not lists
    unlisted = {case["base"][:2] for case in run["cases"]} - {one["pair"] for one in lists}
    partial = any(one["errors"] for one in lists) or bool(lists and not state["ledger"] and unlisted)
    rows, vanished, gone, is_released = expect(state, run, lists, policy, now)
    facts = {"rows": rows, "vanished": vanished, "gone": gone, "first": first, "run": run, "lists": lists}
    facts["partial"] = partial
    facts["new"] = {key for key, row in rows.items() if row["outcome"] in FAILED} - state["failed"]
    live(state, run, rows, is_released, lambda key: is_retired(policy, key, now))
    known = own or before
    state["grants"] = grants(policy, known, state, (own or before)["grants"])
    unwaived = verdict(state, facts, policy, now, granted=())
    word = verdict(state, facts, policy, now, granted=in_force(state, facts, policy, now))
    settle(state, facts, lambda key: is_retired(policy, key, now), ready=unwaived == "READY")
    count = Counter(row["outcome"] for row in rows.values())
    counts = {name: count[name] for name in ("passed", "failed", "error", "skipped", "flaky")}
    counts |= {"vanished": len(vanished), "not_run": None, "expected": None}
    counts |= {} if first else {"not_run": count["not_run"], "expected": len(rows)}
    return {"word": word, "unwaived": unwaived, "counts": counts, "blockers": told(state)}, state


def expect(state: dict, run: dict, lists: list[dict], policy: dict, now: datetime) -> tuple:
    """(rows of results and of what was not run, what vanished, what did not run as a whole, what a list released)."""
    tell_apart(state, run["cases"])
    ledger, found, labels, wholes = state["ledger"], {}, {}, set()
    for case in run["cases"]:
        place = place_of(state, case["base"], case)
        found.setdefault(place, []).append((case["outcome"], case["message"]))
        labels[place] = {label: case[label] for label in LABELS}
        wholes |= {place} if case["whole"] else set()
    listed = {base for one in lists for base in one["tests"]}
    for base in {base for one in lists for base in one["errors"]}:
        place = place_of(state, base, {})
        wholes.add(place)
        found.setdefault(place, [("error", "")])

    pairs = Counter(one["pair"] for one in lists)
    broken = {(one["pair"], module_of((0, 0, 0, *base[2:]))) for one in lists for base in one["errors"]}
    erring, sound = {pair for pair, _ in broken}, {(base[:2], module_of((0, 0, 0, *base[2:]))) for base in listed}
    some = {one["pair"] for one in lists if one["deselected"]}
    whole_pairs = {pair for pair in pairs if pairs[pair] >= state["lists"].get(pair, 0) and pair not in some}

    def is_released(key: tuple) -> bool:
        file = (key[:2], module_of(key))
        by_list = key[:2] in whole_pairs and file not in broken and (key[:2] not in erring or file in sound)
        named = base_of(key) in listed or any(beneath(key, (*base[:2], (), *base[2:])) for base in listed)
        return by_list and not named and key[:5] not in wholes

    released = set(filter(is_released, ledger))
    known = [
        *found,
        *(key for key in ledger if not ledger[key]["whole"]),
        *((*base[:2], (), *base[2:]) for base in listed),
    ]
    passed_on = {key for key in ledger if ledger[key]["whole"] and any(beneath(key, place) for place in known)}
    passed_on -= {key for key in ledger if key[:5] in found}
    fulfilled = {key for key in ledger if not ledger[key]["ran"] and base_of(key) in map(base_of, found)}
    for key in (released | passed_on | fulfilled) - {key for key in ledger if key[:5] in found}:
        del ledger[key]
    move(state, found, listed)
    ledger = state["ledger"]

    owed = Counter(key[:5] for key in ledger if not is_retired(policy, key, now) and key not in released)
    rows, vanished, gone = {}, set(), set()
    for place, results in found.items():
        lost = max(0, owed[place] - len(results))
        ordered = sorted([*results, *[("not_run", "")] * lost], key=lambda one: (WORST.index(one[0]), one[1]))
        for slot, (outcome, message) in enumerate(ordered, 1):
            rows[*place, slot] = {"outcome": outcome, "message": message, "whole": place in wholes}
            state["seen"][*place, slot] = labels.get(place, {})
            gone |= {(*place, slot)} if outcome == "not_run" else set()
    for base in listed - set(map(base_of, [*found, *ledger])):
        place = (*place_of(state, base, {}), 1)
        if not is_retired(policy, place, now):
            rows[place] = {"outcome": "not_run", "message": "", "whole": False, "ran": False}

    classes = set(map(class_of, found))
    there = {(place[:2], label, where[label]) for place, where in labels.items() for label in ("suite", "file")}
    skipped = {
        place: results[0][1] for place, results in found.items() if place in wholes and results[0][0] == "skipped"
    }
    for key, entry in ledger.items():
        if key[:5] in found or is_retired(policy, key, now):
            continue
        reason = [message for place, message in skipped.items() if beneath(place, key)]
        where = state["seen"].get(key, {})
        whole = entry["ran"] and (
            class_of(key) not in classes
            or entry["whole"]
            or any(where.get(label) and (key[:2], label, where[label]) not in there for label in ("suite", "file"))
        )
        if reason:
            rows[key] = {"outcome": "skipped", "message": reason[0], "whole": False}
        elif whole or not entry["ran"] or base_of(key) in listed:
            rows[key] = {"outcome": "not_run", "message": "", "whole": entry["whole"], "ran": entry["ran"]}
            gone |= {key} if whole else set()
        else:
            vanished.add(key)
    for pair, amount in pairs.items():
        state["lists"][pair] = max(amount, state["lists"].get(pair, 0))
    return rows, vanished, gone, is_released


def move(state: dict, found: dict, listed: set) -> None:
    """A class of which nothing is left, and nearly all names stand in one class that nobody knew, is that class."""
    known, names = {}, {}
    for key, entry in state["ledger"].items():
        if not entry["whole"]:
            known.setdefault(class_of(key), set()).add(key[4])
    for place in found:
        names.setdefault(class_of(place), set()).add(place[4])
    lost = {
        one for one in known if one not in names and not any((*one[:2], one[3], name) in listed for name in known[one])
    }
    targets = {}
    for old in lost:
        fits = [
            new
            for new in names
            if new not in known
            and new[:2] == old[:2]
            and Fraction(len(known[old] & names[new]), len(known[old])) >= Fraction(4, 5)
            and not (
                new[3] == old[3] and any(one[:2] == old[:2] and one[3] == old[3] for one in set(known) & set(names))
            )
        ]
        if len(fits) == 1:
            targets[old] = fits[0]
    # Hosts are new in each run: where none of a class stays, they are paired in order.
    for named in {(*one[:2], one[3]) for one in lost}:
        hosts = [
            sorted(one for one in some if (*one[:2], one[3]) == named and [label for label, _ in one[2]] == ["host"])
            for some in (known, names)
        ]
        if not set(hosts[0]) & set(hosts[1]):
            targets |= dict(zip(*hosts, strict=False))
    once = Counter(targets.values())
    moved = {old: new for old, new in targets.items() if once[new] == 1}
    rename(state, lambda key: (*moved.get(class_of(key), class_of(key)), *key[4:]))


def settle(state: dict, facts: dict, is_retired, *, ready: bool) -> None:
    """The ledger after a run: an unwaived READY ends what is missing within its allowance, but for what is retired."""
    rows, listed = facts["rows"], {base for one in facts["lists"] for base in one["tests"]}
    for key, row in rows.items():
        ran = row.get("ran", True) if row["outcome"] == "not_run" else True
        state["ledger"][key] = {"ran": ran, "whole": row["whole"]}
    if ready:
        kept = {key for key, row in rows.items() if row["outcome"] != "not_run" or base_of(key) in listed}
        ends = {key for key in state["ledger"] if key not in kept and not is_retired(key)}
        state["ledger"] = {key: entry for key, entry in state["ledger"].items() if key not in ends}
        state["lists"] = dict(Counter(one["pair"] for one in facts["lists"]))
    state["failed"] = {key for key, row in rows.items() if row["outcome"] in FAILED}


# Blockers


def cause_of(row: dict) -> tuple | None:
    """What a row fails of: (kind, message), None where it does not fail."""
    if row["outcome"] in FAILED:
        return ("failure", row["message"])
    if row["outcome"] == "skipped" and MISSING_PART.search(row["message"]):
        return ("component", row["message"])
    return None


def beneath_it(whole: tuple, rows: dict) -> dict | None:
    """What lies beneath a whole shows of it."""
    under = [row for place, row in rows.items() if beneath(whole, place)]
    ran = [row["outcome"] for row in under if row["outcome"] in EXECUTED]
    if set(FAILED) & set(ran):
        return {"outcome": "skipped", "message": ""}
    if ran:
        return {"outcome": "passed" if set(ran) == {"passed"} else "flaky", "message": ""}
    return under[0] if under else None


def live(state: dict, run: dict, rows: dict, is_released, is_retired) -> None:
    """The members of all blockers after this run, and the blockers that it opens or opens again."""
    state["runs"] += 1
    rows = {key: row for key, row in rows.items() if row["outcome"] in EXECUTED or not is_retired(key)}
    wholes = {key for one in state["blockers"] for key, member in one["members"].items() if member["whole"]}
    sights = rows | {key: beneath_it(key, rows) for key in wholes - set(rows)}
    for key, row in sights.items():
        if row and (cause_of(row) or row["outcome"] in EXECUTED):
            state["history"].setdefault(key, []).append((state["runs"], row["outcome"]))
    holders = {key for one in state["blockers"] if is_open(one) for key in one["members"]}
    for blocker in state["blockers"]:
        stood = is_open(blocker)
        for key, member in blocker["members"].items():
            row = sights.get(key)
            member["dropped"] = not row and (is_released(key) or member["dropped"])
            if not row or row["outcome"] == "not_run":
                if member["state"] != "passed":
                    out = member["dropped"] or is_retired(key)
                    member["state"] = "withdrawn" if out else "unverified"
            elif stood or (member["state"] == "withdrawn" and key not in holders):
                follow(state, blocker, key, row, run)
    held = {key for one in state["blockers"] if is_open(one) for key in one["members"]}
    for key in sorted(rows, key=repr):
        cause = cause_of(rows[key])
        if not cause or key in held:
            continue
        same = [one for one in state["blockers"] if (one["cause"], one["area"]) == (cause, module_of(key))]
        if not same:
            ident = (run["start"].isoformat(), run["version"], *cause, module_of(key))
            same = [{"id": ident, "cause": cause, "area": module_of(key), "members": {}, "opened": state["runs"]}]
            state["blockers"] += same
        same[0]["members"].setdefault(key, {"whole": rows[key]["whole"], "dropped": False})
        fail(state, same[0], key, cause)


def follow(state: dict, blocker: dict, key: tuple, row: dict, run: dict) -> None:
    """What a result makes of a member."""
    member, cause, outcome = blocker["members"][key], cause_of(row), row["outcome"]
    if cause:
        fail(state, blocker, key, cause)
    elif outcome == "flaky" and member["state"] == "observing":
        fail(state, blocker, key, member["cause"])
        member["state"] = "observing"
    elif outcome == "passed" and member["state"] != "passed":
        if all(run["commit"] != one[0] and run["evidence"] != one[1] for one in member["passes"]):
            member["passes"].append((run["commit"], run["evidence"]))
        member["state"] = "passed" if len(member["passes"]) >= member["owed"] else "observing"
    elif outcome == "skipped" and member["state"] != "passed":
        member["state"] = "unverified"


def fail(state: dict, blocker: dict, key: tuple, cause: tuple) -> None:
    """A failing execution: counting begins anew. What is owed depends on all since the blocker first opened."""
    span = [outcome for at, outcome in state["history"][key] if at >= blocker["opened"]]
    p = Fraction(len(span) - span.count("passed"), len(span))
    many = max(3, math.ceil(math.log(0.05) / math.log(1 - p))) if p < 1 else 1
    blocker["members"][key] |= {"state": "failing", "cause": cause, "passes": [], "owed": many}


ORDER = ("failing", "unverified", "observing", "passed", "withdrawn")
UNSETTLED = ("failing", "unverified")


def worst(blocker: dict) -> str:
    return min((member["state"] for member in blocker["members"].values()), key=ORDER.index)


def is_open(blocker: dict) -> bool:
    return worst(blocker) in ORDER[:3]


def severity(blocker: dict, policy: dict) -> str:
    """The worst of what its members do now."""
    causes = [one["cause"] for one in blocker["members"].values() if one["state"] in ORDER[:3]]
    return max((level(cause, policy) for cause in causes), key=LEVELS.index)


def level(cause: tuple, policy: dict) -> str:
    if cause[0] == "component":
        return "critical"
    fits = (one for one in policy.get("categories", ()) if re.search(one["message"], cause[1]))
    return next((one.get("severity", "high") for one in fits), "high")


def told(state: dict) -> list:
    words = {"failing": "open", "passed": "closed", "withdrawn": "closed"}
    return [
        {
            "cause": one["cause"],
            "state": words.get(worst(one), worst(one)),
            "members": sorted((*base_of(key), member["state"]) for key, member in one["members"].items()),
        }
        for one in state["blockers"]
    ]


# Criteria and verdict


def measure(name: str, facts: dict, out: set) -> Fraction | None:
    """A number of this run without the tests that are waived; None where nothing was measured."""
    if name.startswith("metric."):
        value = facts["run"]["metrics"].get(name.removeprefix("metric."))
        return None if value is None else Fraction(value)
    count = Counter(row["outcome"] for key, row in facts["rows"].items() if key not in out)
    executed = sum(count[outcome] for outcome in EXECUTED)
    expected, good = count.total(), count["passed"] + count["flaky"]
    numbers = {
        "failures": count["failed"] + count["error"],
        "new_failures": len(facts["new"] - out),
        "vanished": len(facts["vanished"] - out),
        "evidence_loss": int(facts["run"]["loss"]),
        "errors": count["error"],
        "expected": expected,
    }
    parts = {
        "pass_rate": (good, executed),
        "success_rate": (good, expected),
        "completion": (executed + count["skipped"], expected),
        "execution": (executed, expected),
    }
    if name in parts:
        return Fraction(*parts[name]) if parts[name][1] else None
    return Fraction(numbers.get(name, count[name]))


def amount(written: object) -> Fraction:
    text = str(written).strip()
    return Fraction(text.removesuffix("%")) / 100 if text.endswith("%") else Fraction(text.split()[0])


def criterion(one: dict, facts: dict, out: set) -> str:
    """met | unmet | unproven | not checked."""
    name = one["measure"]
    if facts["first"] and name in OVER_EXPECTED:
        return "not checked"
    if name in OVER_OUTCOMES and not any(row["outcome"] in EXECUTED for row in facts["rows"].values()):
        return "unproven"
    value = measure(name, facts, out)
    if value is None:
        value = measure(name, facts, set())
    if value is None:
        return "unproven"
    met = (
        value >= amount(one["at_least"])
        if "at_least" in one
        else value <= amount(one["at_most"])
        if "at_most" in one
        else value == amount(one["equals"])
    )
    if met:
        return "unproven" if facts["partial"] and name in OVER_EXPECTED else "met"
    return "unproven" if name in ABSENCE else "unmet"


def criteria_of(policy: dict) -> list[dict]:
    return policy.get("criteria") or DEFAULT


def verdict(state: dict, facts: dict, policy: dict, now: datetime, granted: tuple | list) -> str:
    """The word, without what is granted: waivers of tests (keys), criteria (ids) and blockers (ids)."""
    out = {key for kind, ref in granted if kind == "tests" for key in ref}
    free = {ref for kind, ref in granted if kind != "tests"}
    blocking = [one for one in criteria_of(policy) if one.get("tier") != "advisory"]
    states = {one["id"]: criterion(one, facts, out) for one in blocking if one["id"] not in free}
    high = [
        worst(one)
        for one in state["blockers"]
        if is_open(one)
        and severity(one, policy) in ("high", "critical")
        and one["id"] not in free
        and not {key for key, member in one["members"].items() if member["state"] in UNSETTLED} <= out
    ]
    if "unmet" in states.values() or "failing" in high:
        return "BLOCKED"
    open_gap = any(gaps(facts, policy, blocking, now, out))
    return "UNPROVEN" if open_gap or "unproven" in states.values() or "unverified" in high else "READY"


def gaps(facts: dict, policy: dict, blocking: list, now: datetime, out: set):
    """What is missing of the evidence, whatever the criteria say."""
    rows, run, vanished = facts["rows"], facts["run"], facts["vanished"] - out
    speaks = {one["measure"] for one in blocking} & {"completion", "execution", "not_run"}
    yield run["loss"]
    yield not any(row["outcome"] != "not_run" for row in rows.values())
    for one in policy.get("variants", {}).get("required", ()):
        name, until = (one, None) if isinstance(one, str) else (one["name"], one.get("until"))
        executed = {key[1] for key, row in rows.items() if row["outcome"] in EXECUTED}
        yield name not in executed and not (until and now >= midnight(until) + timedelta(days=1))
    yield facts["gone"] - out
    yield not speaks and {key for key, row in rows.items() if row["outcome"] == "not_run"} - out
    yield not speaks and facts["partial"]
    every = len(facts["vanished"])
    yield vanished and Fraction(every, len(rows) + every) > amount(policy.get("vanished_allowed", "5%"))


# Waivers


def line_of(waiver: dict) -> str:
    return json.dumps(waiver, sort_keys=True, default=repr)


def holding(state: dict, label: str) -> tuple | None:
    """The blocker that holds a test, and is not closed."""
    found = [one["id"] for one in state["blockers"] if is_open(one) for key in one["members"] if label_of(key) == label]
    return found[0] if found else None


def causes(waiver: dict, state: dict) -> set:
    """What the members of a waiver's target fail of, or failed of last."""
    return {
        member["cause"]
        for one in state["blockers"]
        for key, member in one["members"].items()
        if member["state"] in ORDER[:3] and (label_of(key) == waiver.get("test") or one["id"] == waiver.get("blocker"))
    }


def grants(policy: dict, known: dict, state: dict, before: dict) -> dict:
    """What each waiver accepts: what was known when it was granted, or the first failure that it meets."""
    return {
        line_of(one): before.get(line_of(one)) or causes(one, known) or causes(one, state)
        for one in policy.get("waivers", ())
    }


def in_force(state: dict, facts: dict, policy: dict, now: datetime) -> list[tuple]:
    """What the waivers take out: ("tests", keys), ("criterion", id), ("blocker", id)."""
    found: list[tuple] = []
    for one in policy.get("waivers", ()):
        if now >= midnight(one["expires"]) + timedelta(days=1):
            continue
        accepted, bound = state["grants"][line_of(one)], one.get("at_most")
        if "criterion" in one:
            asked = next(each for each in criteria_of(policy) if each["id"] == one["criterion"])
            value = measure(asked["measure"], facts, set())
            if bound is None or (value is not None and value <= amount(bound)):
                found.append(("criterion", one["criterion"]))
            continue
        held = {
            key: member
            for blocker in state["blockers"]
            if is_open(blocker)
            for key, member in blocker["members"].items()
            if member["state"] in UNSETTLED
            and (blocker["id"] == one["blocker"] if "blocker" in one else label_of(key) == one["test"])
        }
        if any(member["state"] == "failing" and member["cause"] not in accepted for member in held.values()):
            continue
        if "blocker" in one and (not held or (bound is not None and len(held) > amount(bound))):
            continue
        if "test" in one:
            missing = {key for key, row in facts["rows"].items() if row["outcome"] in ("not_run", "skipped")}
            held = [*held, *(key for key in missing | facts["vanished"] if label_of(key) == one["test"])]
        found += [("tests", frozenset(held)), ("blocker", one.get("blocker"))]
    return found
