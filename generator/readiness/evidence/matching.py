"""Where a runner's list and its results spell one test differently: the list in the spelling of the results.

A listed test is taken for a result of another spelling only where the runner is known to write it so and no listed test
has that spelling itself. In doubt it keeps its own: it then has no result, which keeps a run from being READY, where a
wrong guess could hide a test that did not run.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import accumulate

from readiness.evidence.nodeids import NAMELESS, Names, key_names
from readiness.model import CollectedList, TestKey

Found = Mapping[Names, Collection[str]]
"""Group and name of each result, with the files and suites that it names."""
Spelling = Callable[[Names], Names]


def aligned(collected: CollectedList, found: Mapping[TestKey, Collection[str]]) -> CollectedList:
    """The list with the keys that results have.

    `found` holds every test result of a run, with the files and suites it names; those of other sources and variants
    are passed over. Entries stay in order and number: a key that stands there twice is owed two results. An entry of a
    list of files becomes the key of a test in that file.
    """
    listed = [*collected.tests, *collected.errors]
    if not listed:
        return collected
    own = {key[2:4]: places for key, places in found.items() if key[:2] == listed[0][:2]}
    collected = _with_projects(collected, own)
    respell = RULES.get(collected.runner, _as_listed)
    spelling = _files(collected, own) if collected.files else respell(collected, own)

    def spelled(keys: Iterable[TestKey]) -> tuple[TestKey, ...]:
        return tuple(key._replace(group=group, name=name) for key in keys for group, name in [spelling(key[2:4])])

    def dotted(names: Iterable[str]) -> tuple[str, ...]:
        return tuple(".".join(filter(None, spelling(("", name)))) for name in names)

    return replace(
        collected,
        tests=spelled(collected.tests),
        errors=spelled(collected.errors),
        unreliable=dotted(collected.unreliable),
        modules=dotted(collected.modules),
    )


def _as_listed(collected: CollectedList, found: Found) -> Spelling:
    """Lists and results of this runner agree."""
    return lambda names: names


# ---- pytest


def _pytest(collected: CollectedList, found: Found) -> Spelling:
    """Results may carry xdist's group (`test_a@db`), one `--junitprefix`, or a node id as name.

    Older versions write a test below a folder with brackets by its node id; an item without a name has none there.
    """
    listed = {key[2:4] for key in (*collected.tests, *collected.errors)}
    prefix = _prefix(listed, found)
    meant: dict[Names, Names] = {}
    for names in sorted(found):
        readings = {one for one in _readings(names, prefix) if one in listed}
        if names not in listed and len(readings) == 1:
            meant.setdefault(readings.pop(), names)

    def spelling(names: Names) -> Names:
        if names in found:
            return names
        return meant.get(names, (f"{prefix}.{names[0]}".rstrip("."), names[1]) if prefix else names)

    return spelling


def _readings(names: Names, prefix: str) -> Iterator[Names]:
    """What the class and name of a result may stand for; most of it is nothing that was listed."""
    group, name = names
    if "::" in name:
        yield from _without_xdist_group(*key_names(name))
    yield from _without_xdist_group(group[len(prefix) + 1 :] if prefix else group, name)


def _without_xdist_group(group: str, name: str) -> Iterator[Names]:
    yield group, NAMELESS if name.startswith(NAMELESS) else name
    yield from ((group, name[:at] or NAMELESS) for at, letter in enumerate(name) if letter == "@")


def _prefix(listed: Collection[Names], found: Found) -> str:
    """The shortest prefix that every class carries, where without it each result is listed; else nothing.

    A file that was skipped while collecting is not listed: there the class can tell, which is the prefix alone.
    """

    def is_listed(group: str, name: str) -> bool:
        return any(one in listed for one in _without_xdist_group(group, name))

    if not found or any(is_listed(*names) for names in found):
        return ""
    for prefix in accumulate(min(found)[0].split("."), lambda one, two: f"{one}.{two}"):
        if not all(f"{group}.".startswith(f"{prefix}.") for group, _ in found):
            break
        unlisted = {group for group, name in found if not is_listed(group[len(prefix) + 1 :], name)}
        if unlisted <= {prefix} and any(group != prefix for group, _ in found):
            return prefix
    return ""


# ---- lists of absolute paths


def _vitest(collected: CollectedList, found: Found) -> Spelling:
    """Results name files relative to vitest's root, a folder that the list does not name."""
    own = {key[2:4] for key in collected.tests}
    best = _root(collected.folder, lambda root: sum((root + group, name) in found for group, name in own))
    return lambda names: (best + names[0], names[1]) if names[0] else ("", best + names[1])


def _root(folder: str, matches: Callable[[str], int]) -> str:
    """What stands between the root and the files of a list, with a slash behind: where most files match."""
    parts = folder.strip("/").split("/") if folder.strip("/") else []
    below: list[str] = ["", *accumulate((f"{part}/" for part in reversed(parts)), lambda behind, part: part + behind)]
    if folder:
        below.append(f"{folder}/")
    return max(below, key=matches)


def _files(collected: CollectedList, found: Found) -> Spelling:
    """A file becomes the first test whose result names it as its file, class or suite; without one it stays."""
    holding: dict[str, Names] = {}
    for names in sorted(found):
        for place in filter(None, (names[0], *found[names])):
            holding.setdefault(place.replace("\\", "/").removeprefix("./"), names)
    own = {key.name for key in collected.tests}
    best = _root(collected.folder, lambda root: sum(root + name in holding for name in own))
    return lambda names: holding.get(best + names[1], ("", best + names[1]))


# ---- other runners


def _with_projects(collected: CollectedList, found: Found) -> CollectedList:
    """With Playwright's `includeProjectInTestName` results are named `[project] title`: so is the list then."""
    marked = [
        key._replace(name=f"[{host}] {key.name}") for key, host in zip(collected.tests, collected.hosts, strict=False)
    ]
    if any(key[2:4] in found for key in collected.tests) or not any(key[2:4] in found for key in marked):
        return collected
    return replace(collected, tests=tuple(marked))


def _labels(found: Iterable[Names], joint: str) -> dict[str, Names]:
    """The results by class and name in one text, which a list may part at another place."""
    return {f"{group}{joint}{name}" if group else name: (group, name) for group, name in sorted(found, reverse=True)}


def _plain(collected: CollectedList, found: Found) -> Spelling:
    """The list does not tell at which `::` a class ends; results do."""
    labels = {label.strip(): names for label, names in _labels(found, "::").items()}
    return lambda names: labels.get(f"{names[0]}::{names[1]}" if names[0] else names[1], names)


def _dotnet(collected: CollectedList, found: Found) -> Spelling:
    """A full name may end its class elsewhere. A method alone is any result of its name that no full name claims.

    These are given out one by one, and only where no more of them are found than are listed.
    """
    labels = _labels(found, ".")
    listed = [key[2:4] for key in collected.tests]
    full = {names: labels.get(f"{names[0]}.{names[1]}" if names[0] else names[1]) for names in listed}
    waiting: dict[str, list[Names]] = {}
    for names in sorted(found.keys() - set(full.values()), reverse=True):
        waiting.setdefault(names[1], []).append(names)
    owed = Counter(name for group, name in listed if not group and full[group, name] is None)
    usable = {name: results for name, results in waiting.items() if len(results) <= owed[name]}

    def spelling(names: Names) -> Names:
        group, name = names
        if known := full.get(names):
            return known
        return usable[name].pop() if not group and usable.get(name) else names

    return spelling


RULES: Mapping[str, Callable[[CollectedList, Found], Spelling]] = {
    "pytest": _pytest,
    "vitest": _vitest,
    "dotnet": _dotnet,
    "plain": _plain,
}
"""By the runner whose list it is; the others' lists and results agree."""
