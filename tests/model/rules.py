"""The rules for the verdict once more, plain Python over dictionaries: written from the design, not from the product.

A run is a dictionary of cases and lists (`answers.py` makes it), a policy is readiness.yml as a dictionary; `step` has
the state before a run, and gives the answer and the state after it.

A full key is (source, variant, origin, group, name, slot). `origin` holds what tells namesakes apart, once they were
seen; namesakes that nothing tells apart are slots, the worst first. A key without its slot is a *place*; a *base* is
(source, variant, group, name), a *class* all of a place but its name. A *whole* stands for a module or class.
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter, defaultdict
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from fnmatch import fnmatchcase
from fractions import Fraction

WORST = ("error", "failed", "not_run", "skipped", "flaky", "passed")
EXECUTED, FAILED = {"passed", "flaky", "failed", "error"}, {"failed", "error"}
LABELS = ("suite", "host", "file")
WANTING = re.compile(r"not available|not installed|no module named|could not import", re.IGNORECASE)
OVER_EXPECTED = ("expected", "completion", "execution", "success_rate", "not_run")
ABSENCE = ("completion", "execution", "not_run", "vanished", "evidence_loss")
RATES = ("pass_rate", "success_rate", "completion", "execution")
OUTCOMES = (*RATES, "failures", "new_failures", "passed", "flaky", "failed", "skipped")
DEFAULT = [
    {"id": "no-failures", "measure": "failures", "equals": 0},
    {"id": "complete", "measure": "completion", "at_least": "100%"},
    {"id": "no-evidence-loss", "measure": "evidence_loss", "equals": 0},
]


def nothing():
    """The state before a first run."""
    empty = {"dims": {}, "seen": {}, "ledger": {}, "lists": {}, "blockers": [], "failed": set(), "grants": {}}
    empty |= {"unread": {}}
    return empty | {"runs": 0, "history": {}, "unclear": set(), "last": None, "baseline": None}


def previous(archive, run):
    """The latest run started before it, not superseded, of the highest version not above its own."""
    replaced = [id(one["supersedes"]) for one in archive]
    line = [one for one in archive if id(one) not in replaced and one["start"] < run["start"]]
    line = [one for one in line if version_of(one) <= version_of(run)]
    line = [one for one in line if version_of(run) != NAME or version_of(one) == NAME]
    return max(line, key=lambda one: (version_of(one), one["start"]), default=None)


NAME = (math.inf,)
"""The version of what cannot be ordered: above all, a line of its own."""


def version_of(run):
    version = run["version"]
    return tuple(map(int, version.split("."))) if re.fullmatch(r"\d+(\.\d+)*", version) else NAME


# Who is who


def base_of(place):
    return (*place[:2], *place[3:5])


def place_of(state, base, where):
    origin = tuple(
        (label, where[label]) for label in LABELS if label in state["dims"].get(base, ()) and where.get(label)
    )
    return (*base[:2], origin, *base[2:])


def module_of(base):
    """tests.test_x, also the area."""
    return ".".join((base[2] or base[3]).split(".")[:2])


def label_of(place):
    return f"{place[3]}::{place[4]}" if place[3] else place[4]


def beneath(whole, base):
    """What stands under a module or class that failed or was skipped as a whole; both are bases."""
    return whole[:2] == base[:2] and f"{base[2]}.".startswith(".".join(filter(None, whole[2:])) + ".")


def rename(state, new):
    """Every record of a test under its new key."""
    for record in (state, *state["blockers"], *state["grants"].values()):
        for kind in {"ledger", "seen", "history", "members"} & set(record):
            record[kind] = {new(key): value for key, value in record[kind].items()}
    for kind in ("failed", "unclear"):
        state[kind] = set(map(new, state[kind]))


def tell_apart(state, cases):
    """Labels in which namesakes of this run differ are part of their names from now on; earlier ones keep theirs."""
    where, grown = defaultdict(list), set()
    for case in cases:
        where[case["base"]].append(case["where"])
    for base, some in where.items():
        known = state["dims"].get(base, set())
        state["dims"][base] = known | {label for label in LABELS if len({one[label] for one in some}) > 1}
        grown |= {base} if state["dims"][base] > known else set()
    seen = state["seen"]
    rename(
        state, lambda key: (*place_of(state, base_of(key), seen.get(key, {})), key[5]) if base_of(key) in grown else key
    )


def midnight(day, plus=0):
    return datetime.fromisoformat(day).replace(tzinfo=UTC) + timedelta(days=plus)


def retires(policy, now):
    """Whether a key is retired by the policy, now."""
    lines = [line for line in policy.get("retired", ()) if midnight(line["date"]) <= now]

    def is_retired(key):
        texts = {"tests": label_of(key), "classes": key[3], "sources": key[0], "variants": key[1]}
        return any(fnmatchcase(texts[kind], glob) for line in lines for kind in texts for glob in line.get(kind, ()))

    return is_retired


# One run


def step(before, run, policy, now, seen=None):
    """(answer, state after) of a run; `seen` is the state in which its policy was written, where that is not `before`:
    after its judgement before, where it is judged again, or after that of the run that it replaces."""
    state, is_retired = deepcopy(before), retires(policy, now)
    for replaced in run["replaced"]:
        take_in(state, replaced)
    labelled, lists = labels_of(run), lists_of(run)
    unlisted = labelled - {one["pair"] for one in lists}
    facts = {"run": run, "lists": lists, "first": not state["ledger"] and not lists}
    facts["baseline"] = state["baseline"] = baseline(before, run)
    facts["loss"] = unread(state, run, policy, now)
    facts["partial"] = any(one["errors"] for one in lists) or bool(lists and not state["ledger"] and unlisted)
    is_released = expect(state, facts, is_retired)
    rows = facts["rows"]
    facts["new"] = {key for key, row in rows.items() if row["outcome"] in FAILED} - state["failed"]
    grants = {line_of(one): granted(one, seen or state) for one in policy.get("waivers", ())}
    live(state, run, rows, is_released, is_retired)
    for waiver in policy.get("waivers", ()):
        carry(grants[line_of(waiver)], waiver, state)
    state["grants"] = grants
    state["unclear"] = facts["vanished"] | {key for key, row in rows.items() if row["outcome"] != "passed"}
    unwaived, word = (verdict(state, facts, policy, now, out) for out in ([], waived(state, facts, policy, now)))
    settle(state, facts, is_retired, ready=unwaived == "READY")
    asked = {one["measure"] for one in policy.get("criteria") or DEFAULT}
    state["last"] = {"version": run["version"], "metrics": run["metrics"], "asked": asked, "ready": unwaived == "READY"}
    count = Counter(row["outcome"] for row in rows.values())
    counts = {name: count[name] for name in ("passed", "failed", "error", "skipped", "flaky", "not_run")}
    counts |= {"vanished": len(facts["vanished"]), "expected": len(rows)}
    counts |= {"not_run": None, "expected": None} if facts["first"] else {}
    return {"word": word, "unwaived": unwaived, "counts": counts, "blockers": told(state)}, state


def baseline(before, run):
    """The last run that was READY without waivers, else the last one of another version."""
    last, own = before["last"], before["baseline"]
    if last is None or last["ready"]:
        return last
    return own if (own and own["ready"]) or last["version"] == run["version"] else last


def labels_of(run):
    """Sources and variants of the results."""
    return {case["base"][:2] for case in run["cases"]}


def unread(state, run, policy, now):
    """Whether evidence was lost: in this run, or in one before it whose file has not come back whole since."""
    lost = {}
    for one in (*run["replaced"], run):
        for place, file in one["files"].items():
            if "loss" in file and kind_of(file) == "metrics":
                lost.setdefault(place, (kind_of(file), number(one, place, kind_of(file))))
    whole = {"files": {place: file for place, file in run["files"].items() if "loss" not in file}}
    state["unread"] = {
        place: (kind, before)
        for place, (kind, before) in (lost | state["unread"]).items()
        if place not in whole["files"] and number(whole, place, kind) < before
    }
    lines = [line for line in policy.get("retired", ()) if midnight(line["date"]) <= now]
    names = {name for line in lines for kind in ("sources", "variants") for name in line.get(kind, ())}
    return run["loss"] or any(names.isdisjoint(place[:2]) for place in state["unread"])


def number(run, place, kind):
    """How many files of a kind, source and variant."""
    return sum(other[:2] == place[:2] and kind_of(file) == kind for other, file in run["files"].items())


def kind_of(file):
    return next((kind for kind in ("cases", "list") if kind in file), "metrics")


def lists_of(run):
    """The lists that count: one without a label says nothing of results that all have one."""
    bare = {source for source, variant in labels_of(run) if not variant}
    sources = {source for source, _ in labels_of(run)} - bare
    return [one for one in run["lists"] if one["pair"][1] or one["pair"][0] not in sources]


def take_in(state, run):
    """A run that is replaced adds what it had to the ledger, and takes nothing away."""
    tell_apart(state, run["cases"])
    found = Counter()
    for case in run["cases"]:
        place = place_of(state, case["base"], case["where"])
        found[place] += 1
        state["ledger"][*place, found[place]] = {"ran": True, "whole": case["whole"]}
        state["seen"][*place, found[place]] = case["where"]
    for one in lists_of(run):
        for base in (one["tests"] | one["errors"]) - set(map(base_of, state["ledger"])):
            state["ledger"][*place_of(state, base, {}), 1] = dict.fromkeys(("ran", "whole"), base in one["errors"])


def expect(state, facts, is_retired):
    """Fill in rows (results, and what was not run), what vanished, what is gone; whether a list released a key."""
    cases, lists = facts["run"]["cases"], facts["lists"]
    tell_apart(state, cases)
    found, where, wholes = defaultdict(list), {}, set()
    for case in cases:
        place = place_of(state, case["base"], case["where"])
        found[place].append((case["outcome"], case["message"]))
        where[place] = case["where"]
        wholes |= {place} if case["whole"] else set()
    for place in {place_of(state, base, {}) for one in lists for base in one["errors"]}:
        wholes.add(place)
        found[place] = found.get(place, [("error", "")])
    listed = {base for one in lists for base in one["tests"]}
    skipped = {base_of(place): found[place][0][1] for place in wholes if found[place][0][0] == "skipped"}
    is_released = releases(state, lists, listed, found, skipped)

    ledger = state["ledger"]
    known = {*map(base_of, found), *(base_of(key) for key in ledger if not ledger[key]["whole"]), *listed}
    paid = {key for key in ledger if ledger[key]["whole"] and any(beneath(base_of(key), base) for base in known)}
    paid |= {key for key in ledger if not ledger[key]["ran"] and base_of(key) in set(map(base_of, found))}
    state["ledger"] = ledger = {
        key: one for key, one in ledger.items() if key[:5] in found or not (is_released(key) or key in paid)
    }
    move(state, found, listed)
    ledger = state["ledger"]

    owed = Counter(key[:5] for key in ledger if not is_released(key))
    rows, vanished, gone = {}, set(), set()
    for place, results in found.items():
        reasons = [message for whole, message in skipped.items() if beneath(whole, base_of(place))]
        lost = [("skipped", reasons[0]) if reasons else ("not_run", "")] * (owed[place] - len(results))
        ordered = sorted([*results, *lost], key=lambda one: (WORST.index(one[0]), one[1]))
        for slot, (outcome, message) in enumerate(ordered, 1):
            if outcome == "not_run" and is_retired((*place, slot)):
                continue  # It takes its place all the same.
            rows[*place, slot] = {"outcome": outcome, "message": message, "whole": place in wholes, "ran": True}
            state["seen"][*place, slot] = where.get(place, {})
            gone |= {(*place, slot)} if outcome == "not_run" else set()
    for base in listed - set(map(base_of, [*found, *ledger])):
        ledger[*place_of(state, base, {}), 1] = {"ran": False, "whole": False}

    ran = {place[:4] for place in found}
    ran |= {(*place[:2], label, labels[label]) for place, labels in where.items() for label in ("suite", "file")}
    for key, entry in ledger.items():
        if key[:5] in found or is_retired(key):
            continue
        reasons = [message for whole, message in skipped.items() if beneath(whole, base_of(key))]
        seen = state["seen"].get(key, {})
        units = {key[:4], *((*key[:2], label, seen[label]) for label in ("suite", "file") if seen.get(label))}
        away = entry["ran"] and (entry["whole"] or not units <= ran)
        if reasons:
            rows[key] = {"outcome": "skipped", "message": reasons[0], "whole": False, "ran": True}
        elif away or not entry["ran"] or base_of(key) in listed:
            rows[key] = {"outcome": "not_run", "message": "", **entry}
            gone |= {key} if away else set()
        else:
            vanished.add(key)
    facts |= {"rows": rows, "vanished": vanished, "gone": gone}
    return is_released


def releases(state, lists, listed, found, skipped):
    """Whether complete lists release a key: as many as ever, none of deselected tests, none that hides its file.

    A list does not hold what is skipped with its whole module, and so says nothing of it.
    """
    number = Counter(one["pair"] for one in lists)
    silent = {one["pair"] for one in lists if one["deselected"]}
    broken = {(one["pair"], module_of(base)) for one in lists for base in one["errors"]}
    sound = {(base[:2], module_of(base)) for base in listed}

    def is_released(key):
        pair, file, base = key[:2], (key[:2], module_of(base_of(key))), base_of(key)
        whole = pair in number and number[pair] >= state["lists"].get(pair, 0) and pair not in silent
        covered = file not in broken and (file in sound or pair not in {one for one, _ in broken})
        named = base in listed or key[:5] in found or any(beneath(base, one) for one in listed)
        named = named or any(beneath(whole, base) for whole in skipped)
        return whole and covered and not named

    return is_released


def alike(old, names, new, others):
    """Nearly all names of both, and at least three: else the classes themselves are called alike."""
    common = len(names & others)
    called = {re.split("[./]", one)[-1] for one in (old, new)}
    return common >= Fraction(4, 5) * max(len(names), len(others)) and (common >= 3 or len(called) == 1)


def machine(place):
    """What stays of the name of a machine; nothing where more than a host tells."""
    labels = dict(place[2])
    return re.sub("[0-9a-f]*[0-9][0-9a-f]*", "#", labels["host"]) if list(labels) == ["host"] else ""


def move(state, found, listed):
    """A class of which nothing is left, and nearly all names stand in one class that nobody knew, is that class."""
    known, names = defaultdict(set), defaultdict(set)
    for key in (key for key, entry in state["ledger"].items() if not entry["whole"]):
        known[key[:4]].add(key[4])
    for place in found:
        names[place[:4]].add(place[4])
    kin = {(*one[:2], one[3]) for one in set(known) & set(names) if one[2]}
    lost = [
        old for old in set(known) - set(names) if not any((*old[:2], old[3], name) in listed for name in known[old])
    ]
    targets = {}
    for old in lost:
        fits = [
            new
            for new in set(names) - set(known)
            if new[:2] == old[:2]
            and alike(old[3], known[old], new[3], names[new])
            and not (new[3] == old[3] and (*old[:2], old[3]) in kin)
        ]
        targets |= {old: fits[0]} if len(fits) == 1 else {}
    # Hosts are new in each run: where none of a class stays, they are paired in order.
    for named in {(*one[:2], one[3]) for one in lost} - kin:
        for shape in {machine(one) for one in known}:
            hosts = [
                sorted(one for one in some if (*one[:2], one[3]) == named and shape and machine(one) == shape)
                for some in (known, names)
            ]
            targets |= dict(zip(*hosts, strict=False))
    once = Counter(targets.values())
    rename(state, lambda key: (*(new if once[new := targets.get(key[:4], key[:4])] < 2 else key[:4]), *key[4:]))


def settle(state, facts, is_retired, *, ready):
    """The ledger after a run: an unwaived READY ends what is missing within its allowance, but for what is retired."""
    rows, listed = facts["rows"], {base for one in facts["lists"] for base in one["tests"]}
    number = Counter(one["pair"] for one in facts["lists"])
    state["ledger"] |= {key: {"ran": row["ran"], "whole": row["whole"]} for key, row in rows.items()}
    state["lists"] = dict(number if ready else number | Counter(state["lists"]))
    if ready:
        kept = {key for key, row in rows.items() if row["outcome"] != "not_run" or base_of(key) in listed}
        state["ledger"] = {key: one for key, one in state["ledger"].items() if key in kept or is_retired(key)}
    state["failed"] = {key for key, row in rows.items() if row["outcome"] in FAILED}


# Blockers


ORDER = ("failing", "unverified", "observing", "passed", "withdrawn")
UNSETTLED, UNCLOSED = ORDER[:2], ORDER[:3]


def worst(blocker):
    return min((member["state"] for member in blocker["members"].values()), key=ORDER.index)


def unclosed(state):
    return [one for one in state["blockers"] if worst(one) in UNCLOSED]


def cause_of(row):
    """What a row fails of: (kind, message), None where it does not fail."""
    if row["outcome"] in FAILED:
        return ("failure", row["message"])
    return ("component", row["message"]) if row["outcome"] == "skipped" and WANTING.search(row["message"]) else None


def under(whole, rows):
    """What lies beneath a whole shows of it."""
    below = [row for key, row in rows.items() if beneath(base_of(whole), base_of(key))]
    ran = {row["outcome"] for row in below} & EXECUTED
    if not ran:
        return {"outcome": below[0]["outcome"], "message": ""} if below else None
    return {"outcome": shown_by(ran), "message": ""}


def shown_by(ran):
    """The outcome of a whole beneath which that was executed: what fails there says nothing of the whole."""
    return "skipped" if ran & FAILED else "passed" if ran == {"passed"} else "flaky"


def seen_of(state, key, whole):
    """(run, outcome) of a test; of a whole also of what ran beneath it before it was known as one."""
    below = defaultdict(set)
    for other, seen in state["history"].items() if whole else ():
        for at, outcome in seen if beneath(base_of(key), base_of(other)) else ():
            below[at] |= {outcome} & EXECUTED
    return {at: shown_by(ran) for at, ran in below.items() if ran} | dict(state["history"][key])


def live(state, run, rows, is_released, is_retired):
    """The members of all blockers after this run, and the blockers that it opens or opens again."""
    state["runs"] += 1
    wholes = {key for one in state["blockers"] for key, member in one["members"].items() if member["whole"]}
    wholes -= set(rows)
    rows = {key: row for key, row in rows.items() if row["outcome"] in EXECUTED or not is_retired(key)}
    sights = rows | {key: under(key, rows) for key in wholes}
    for key, row in sights.items():
        if row and (cause_of(row) or row["outcome"] in EXECUTED):
            state["history"].setdefault(key, []).append((state["runs"], row["outcome"]))
    before = unclosed(state)
    held = {key for one in before for key in one["members"]}
    for blocker in state["blockers"]:
        for key, member in blocker["members"].items():
            row = sights.get(key)
            member["dropped"] = not row and (is_released(key) or member["dropped"])
            if row and row["outcome"] != "not_run":
                back = member["state"] == "withdrawn" and key not in held and not cause_of(row)
                if blocker in before or back:
                    follow(state, blocker, key, row, run)
            elif member["state"] != "passed":
                member["state"] = "withdrawn" if member["dropped"] or is_retired(key) else "unverified"
    held = {key for one in unclosed(state) for key in one["members"]}
    for key in sorted(set(rows) - held, key=repr):
        cause, area = cause_of(rows[key]), module_of(base_of(key))
        if cause:
            same = [one for one in state["blockers"] if (one["cause"], one["area"]) == (cause, area)]
            if not same:
                ident = (str(run["start"]), run["version"], *cause, area)
                same = [{"id": ident, "cause": cause, "area": area, "members": {}, "opened": state["runs"]}]
                state["blockers"] += same
            same[0]["members"].setdefault(key, {"whole": rows[key]["whole"], "dropped": False})
            fail(state, same[0], key, cause)


def follow(state, blocker, key, row, run):
    """What a result makes of a member."""
    member, cause, outcome = blocker["members"][key], cause_of(row), row["outcome"]
    if cause:
        fail(state, blocker, key, cause)
    elif outcome == "flaky" and member["state"] in ("observing", "withdrawn"):
        was = member["state"]
        fail(state, blocker, key, member["cause"])
        member["state"] = "observing" if was == "observing" else "unverified"
    elif outcome == "passed" and member["state"] != "passed":
        if all(run["commit"] != commit and run["evidence"] != evidence for commit, evidence in member["passes"]):
            member["passes"].append((run["commit"], run["evidence"]))
        member["state"] = "passed" if len(member["passes"]) >= member["owed"] else "observing"
    elif outcome == "skipped" and member["state"] != "passed":
        member["state"] = "unverified"


def fail(state, blocker, key, cause):
    """A failing execution: counting begins anew. What is owed depends on all since the blocker first opened."""
    seen = seen_of(state, key, blocker["members"][key]["whole"])
    span = [outcome for at, outcome in seen.items() if at >= blocker["opened"]]
    p = 1 - Fraction(span.count("passed"), len(span))
    owed = max(3, math.ceil(math.log(0.05) / math.log(1 - p))) if p < 1 else 1
    blocker["members"][key] |= {"state": "failing", "cause": cause, "passes": [], "owed": owed}


def stops(blocker, policy):
    """Whether the worst of what its members do now is high or above."""
    for kind, message in (one["cause"] for one in blocker["members"].values() if one["state"] in UNCLOSED):
        fits = (one.get("severity") for one in policy.get("categories", ()) if re.search(one["message"], message))
        if kind == "component" or next(fits, "high") in ("high", "critical"):
            return True
    return False


def told(state):
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


def measure(name, facts, out=frozenset()):
    """A number of this run without the tests that are waived; None where nothing was measured."""
    count = Counter(row["outcome"] for key, row in facts["rows"].items() if key not in out)
    executed, expected = sum(count[outcome] for outcome in EXECUTED), count.total()
    good, metrics = count["passed"] + count["flaky"], facts["run"]["metrics"]
    value = {
        **{outcome: count[outcome] for outcome in WORST},
        "failures": count["failed"] + count["error"],
        "new_failures": len(facts["new"] - out),
        "vanished": len(facts["vanished"] - out),
        "expected": expected,
        "evidence_loss": int(facts["loss"]),
        "pass_rate": executed and Fraction(good, executed),
        "success_rate": expected and Fraction(good, expected),
        "completion": expected and Fraction(executed + count["skipped"], expected),
        "execution": expected and Fraction(executed, expected),
    } | {f"metric.{metric}": Fraction(number) for metric, number in metrics.items()}
    return value.get(name) if name not in RATES or (executed if name == "pass_rate" else expected) else None


def amount(written):
    if isinstance(written, Fraction):
        return written
    text = str(written).split()[0]
    return Fraction(text.removesuffix("%")) / (100 if text.endswith("%") else 1)


def criterion(one, facts, out):
    """met | unmet | unproven | not checked."""
    name, executed = one["measure"], {row["outcome"] for row in facts["rows"].values()} & EXECUTED
    judged, shown = measure(name, facts, out), measure(name, facts)
    value = shown if judged is None else judged
    if name in OUTCOMES and not executed:
        return "unproven"
    if facts["first"] and name in OVER_EXPECTED:
        return "not checked"
    if value is None:
        return "unproven"
    low, high = one.get("at_least", one.get("equals")), one.get("at_most", one.get("equals"))
    if str(low or high).startswith("baseline"):
        known, metric = facts["baseline"], name.removeprefix("metric.")
        if known is None or metric not in known["metrics"]:
            return "unproven" if known and name in known["asked"] else "not checked"
        words = str(low or high).split()
        share = amount(words[2]) * (1 if words[1] == "+" else -1) if len(words) == 3 else 0
        limit = Fraction(known["metrics"][metric]) * (1 + share)
        low, high = (limit if low else None), (limit if high else None)
    if (low is None or value >= amount(low)) and (high is None or value <= amount(high)):
        return "unproven" if facts["partial"] and name in OVER_EXPECTED else "met"
    return "unproven" if name in ABSENCE else "unmet"


def verdict(state, facts, policy, now, granted):
    """The word, without what is granted: waivers of tests (sets of keys), criteria and blockers (ids)."""
    out = {key for one in granted if isinstance(one, frozenset) for key in one}
    blocking = [one for one in policy.get("criteria") or DEFAULT if one.get("tier") != "advisory"]
    states = {criterion(one, facts, out) for one in blocking if one["id"] not in granted}
    for one in unclosed(state):
        unsettled = {key for key, member in one["members"].items() if member["state"] in UNSETTLED}
        if stops(one, policy) and one["id"] not in granted and not unsettled <= out:
            states.add({"failing": "unmet", "unverified": "unproven"}.get(worst(one)))
    if "unmet" in states:
        return "BLOCKED"
    return "UNPROVEN" if "unproven" in states or any(gaps(facts, policy, blocking, now, out)) else "READY"


def gaps(facts, policy, blocking, now, out):
    """What is missing of the evidence, whatever the criteria say."""
    rows, vanished = facts["rows"], len(facts["vanished"])
    speaks = {one["measure"] for one in blocking} & {"completion", "execution", "not_run"}
    yield facts["loss"]
    yield all(row["outcome"] == "not_run" for row in rows.values())
    for one in policy.get("variants", {}).get("required", ()):
        one = {"name": one} if isinstance(one, str) else one
        executed = {key[1] for key, row in rows.items() if row["outcome"] in EXECUTED}
        yield one["name"] not in executed and not ("until" in one and now >= midnight(one["until"], 1))
    yield facts["gone"] - out
    yield not speaks and (facts["partial"] or {key for key, row in rows.items() if row["outcome"] == "not_run"} - out)
    allowed = amount(policy.get("vanished_allowed", "5%"))
    yield facts["vanished"] - out and vanished > allowed * (len(rows) + vanished)


# Waivers


def line_of(waiver):
    return json.dumps(waiver, sort_keys=True, default=repr)


def holding(state, label):
    """The blocker that holds a test, and is not closed; of several the first by source and variant, then by cause."""
    found = [
        (key[:2], one["cause"], one["id"])
        for one in unclosed(state)
        for key in one["members"]
        if label_of(key) == label
    ]
    return min(found)[2] if found else None


def targets(waiver, state):
    """(key, member) of what a waiver of a test or blocker is about; members of blockers that are not closed last."""
    for one in sorted(state["blockers"], key=lambda one: worst(one) in UNCLOSED):
        for key, member in one["members"].items():
            if label_of(key) == waiver.get("test") or one["id"] == waiver.get("blocker"):
                yield key, member


def granted(waiver, state):
    """What a waiver accepts: the cause of each of its tests that was known, None where it had no clear result."""
    if line_of(waiver) in state["grants"]:
        return deepcopy(state["grants"][line_of(waiver)])
    unclear = {key: None for key in state["unclear"] if label_of(key) == waiver.get("test")}
    return {"members": unclear | {key: member["cause"] for key, member in targets(waiver, state)}, "new": True}


def carry(grant, waiver, state):
    """Tests that came later join with a cause that was known of another; where no test was known, with any."""
    known, fresh = grant["members"], grant["new"] and not grant["members"]
    grant["members"] = known | {
        key: member["cause"]
        for key, member in targets(waiver, state)
        if key not in known and member["state"] == "failing" and (fresh or member["cause"] in known.values())
    }
    grant["new"] = False


def waived(state, facts, policy, now):
    """What the waivers in force take out: ids of criteria and blockers, and sets of keys."""
    found = []
    for one in policy.get("waivers", ()):
        bound = amount(one["at_most"]) if "at_most" in one else math.inf
        held = {key: member for key, member in targets(one, state) if member["state"] in UNSETTLED}
        failing = {key: member["cause"] for key, member in held.items() if member["state"] == "failing"}
        if now >= midnight(one["expires"], 1) or failing.items() - state["grants"][line_of(one)]["members"].items():
            continue
        if "criterion" in one:
            asked = next(each for each in policy.get("criteria") or DEFAULT if each["id"] == one["criterion"])
            value = measure(asked["measure"], facts)
            found += [one["criterion"]] if bound == math.inf or (value is not None and value <= bound) else []
        elif "blocker" in one:
            found += [one["blocker"], frozenset(held)] if held and len(held) <= bound else []
        else:
            missing = {key for key, row in facts["rows"].items() if row["outcome"] in ("not_run", "skipped")}
            missing = {key for key in missing | facts["vanished"] if label_of(key) == one["test"]}
            found.append(frozenset(held) | missing)
    return found
