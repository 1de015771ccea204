"""Coverage counted from lines: each line of a source file once, however many coverage files list it.

Whether two records speak of the same source file is not always certain: two packages of one repository may both have a
`src/index.js`, and one file may go by two paths. Where it is not, the reading with the lower rate counts, so that a
rate is never overstated.
"""

from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import NamedTuple

from readiness.evidence.findings import Findings, plural
from readiness.model import Coverage, SourceLines

ALIKE = 10
"""So many lines in common do not happen by chance: with fewer, two files may only look alike."""
HIGHEST = 999_999_999
"""The highest number of a line that is believed."""
_WIDTH = array("I").itemsize


class _Count(NamedTuple):
    """Covered and valid lines, taken and valid branches."""

    covered: int
    lines: int
    taken: int
    branches: int


def packed(path: str, lines: Mapping[int, bool], branches: Mapping[str, bool], root: str = "") -> SourceLines:
    """What a record says of a source file: its lines and whether they ran, its branches and whether they were taken.

    A branch is named by anything without a line break that is the same in every file of the format.
    """
    return SourceLines(
        path=path,
        root=root,
        lines=array("I", sorted(lines)).tobytes(),
        covered=array("I", sorted(line for line, ran in lines.items() if ran)).tobytes(),
        branches="\n".join(sorted(branches)),
        taken="\n".join(sorted(name for name, taken in branches.items() if taken)),
    )


def united(files: Sequence[Sequence[SourceLines]]) -> Coverage:
    """The coverage of one or several coverage files together."""
    named: dict[str, list[tuple[int, SourceLines]]] = defaultdict(list)
    for number, file in enumerate(files):
        for said in file:
            named[_plain(said.path).rpartition("/")[2]].append((number, said))
    least = _least(named.values())
    groups = [readings for found in named.values() for readings in _readings(found, least)]
    lines = _lowest([[(one.covered, one.lines) for one in readings] for readings in groups])
    branches = _lowest([[(one.taken, one.branches) for one in readings] for readings in groups])
    return Coverage(*lines, *branches)


def note_missing(what: str, declared: float | None, listed: int, findings: Findings) -> None:
    """Lines or branches that a file declares and does not list are lost."""
    if declared is not None and declared > listed:
        nouns = (what, "branches") if what == "branch" else (what,)
        message = f"declares {plural(int(declared), *nouns)}, but lists {listed}: the rest is lost"
        findings.lost("lines-missing", message)


@dataclass(slots=True)
class _Source:
    """One source file, and all that is surely said of it."""

    path: str
    """With its root."""
    written: str
    files: frozenset[int]
    """The coverage files that list it."""
    said: list[SourceLines]


def _plain(path: str) -> str:
    path = path.strip().replace("\\", "/")
    while path.startswith("./"):
        path = path[2:]
    return path


def _absolute(path: str) -> bool:
    return path.startswith("/") or path[1:3] == ":/"


def _full(said: SourceLines) -> str:
    path, root = _plain(said.path), _plain(said.root).rstrip("/")
    return path if not root or _absolute(path) else f"{root}/{path}"


def _least(buckets: Iterable[Sequence[tuple[int, SourceLines]]]) -> int:
    """How many lines two records of one path need in common to be surely of one file.

    None, where all that the coverage files share agrees and that is more than chance.
    """
    shared = 0
    for bucket in buckets:
        paths: dict[str, list[tuple[int, SourceLines]]] = defaultdict(list)
        for number, said in bucket:
            paths[_full(said)].append((number, said))
        for found in paths.values():
            if len(found) > 1:
                if len({number for number, _ in found}) < len(found) or len({said.lines for _, said in found}) > 1:
                    return ALIKE
                shared += len(found[0][1].lines) // _WIDTH
    return 0 if shared >= ALIKE else ALIKE


def _readings(bucket: Sequence[tuple[int, SourceLines]], least: int) -> Iterator[list[_Count]]:
    """What the records of one file name may mean: of each group of them the possible counts."""
    sources = _sources(bucket, least)
    alone: dict[bytes, list[_Source]] = defaultdict(list)
    for group in _linked(sources):
        if len(group) == 1:
            alone[group[0].said[0].lines].append(group[0])
            continue
        written: dict[str, list[SourceLines]] = defaultdict(list)
        for source in group:
            written[source.written] += source.said
        every = [said for source in group for said in source.said]
        yield [_union(every), _total(map(_union, written.values())), _total(_union(source.said) for source in group)]
    for group in alone.values():
        separate = _total(_union(source.said) for source in group)
        several = len(group) > 1 and len(frozenset().union(*(source.files for source in group))) > 1
        yield [_paired(group), separate] if several else [separate]


def _sources(bucket: Sequence[tuple[int, SourceLines]], least: int) -> list[_Source]:
    """The records, those together that are surely of one source file: of different coverage files, with equal lines.

    Their path is the same, or the end of one that is absolute.
    """
    alike: dict[bytes, dict[str, list[tuple[int, SourceLines]]]] = defaultdict(lambda: defaultdict(list))
    files: dict[str, set[int]] = defaultdict(set)
    for number, said in bucket:
        alike[said.lines][_full(said)].append((number, said))
        files[_full(said)].add(number)
    sources = []
    for lines, paths in alike.items():
        found = []
        for path, records in paths.items():
            sure = len(lines) // _WIDTH >= least and len({number for number, _ in records}) == len(records)
            for one in [records] if sure else [[record] for record in records]:
                numbers = frozenset(number for number, _ in one)
                found.append(_Source(path, _plain(one[0][1].path), numbers, [said for _, said in one]))
        sources += [_joined(found)] if len(lines) // _WIDTH >= ALIKE and _are_one(found, files) else found
    return sources


def _are_one(sources: Sequence[_Source], files: Mapping[str, set[int]]) -> bool:
    """True where all paths are the end of one absolute path, and no coverage file lists two of them."""
    paths = sorted((one.path for one in sources), key=len)
    listed = [number for path in set(paths) for number in files[path]]
    ends = all("/" in path and not _absolute(path) and paths[-1].endswith(f"/{path}") for path in paths[:-1])
    return _absolute(paths[-1]) and ends and len(set(listed)) == len(listed)


def _joined(sources: Sequence[_Source]) -> _Source:
    files = frozenset().union(*(one.files for one in sources))
    return _Source(sources[0].path, sources[0].written, files, [said for one in sources for said in one.said])


def _linked(sources: Sequence[_Source]) -> Iterator[list[_Source]]:
    """The sources in groups that may be one file: one path as written, or one that is the end of another's.

    A path that both coverage files list is no end of another.
    """
    group = list(range(len(sources)))
    files: dict[str, frozenset[int]] = defaultdict(frozenset)
    first: dict[str, int] = {}

    def root(at: int) -> int:
        while group[at] != at:
            group[at] = group[group[at]]
            at = group[at]
        return at

    for at, source in enumerate(sources):
        for path in {source.path, source.written}:
            files[path] |= source.files
            group[root(at)] = root(first.setdefault(path, at))
    for at, source in enumerate(sources):
        parts = source.path.split("/")
        for start in range(1, len(parts)):
            end = "/".join(parts[start:])
            if end in first and files[end].isdisjoint(files[source.path]):
                group[root(at)] = root(first[end])
    found: dict[int, list[_Source]] = defaultdict(list)
    for at, source in enumerate(sources):
        found[root(at)].append(source)
    yield from found.values()


def _union(said: Sequence[SourceLines]) -> _Count:
    """All that is said of one source file: covered where any record says so."""
    if len(said) == 1:
        (one,) = said
        taken, branches = (text.count("\n") + bool(text) for text in (one.taken, one.branches))
        return _Count(len(one.covered) // _WIDTH, len(one.lines) // _WIDTH, taken, branches)
    covered, lines = (
        len(frozenset().union(*(array("I", one) for one in found)))
        for found in ([one.covered for one in said], [one.lines for one in said])
    )
    taken, branches = (
        len(frozenset().union(*(one.split("\n") for one in found if one)))
        for found in ([one.taken for one in said], [one.branches for one in said])
    )
    return _Count(covered, lines, taken, branches)


def _total(counts: Iterable[_Count]) -> _Count:
    return _Count(*(sum(column) for column in zip(*counts, strict=True)))


def _paired(sources: Sequence[_Source]) -> _Count:
    """Sources with equal lines as if each coverage file named the same ones differently: the best of each are paired.

    No other pairing covers less.
    """
    by_file: dict[int, list[_Count]] = defaultdict(list)
    for source in sources:
        count = _union(source.said)
        for number in source.files:
            by_file[number].append(count)
    fields = range(len(_Count._fields))
    ranked = [[sorted((one[at] for one in found), reverse=True) for found in by_file.values()] for at in fields]
    return _Count(*(sum(map(max, zip_longest(*columns, fillvalue=0))) for columns in ranked))


def _lowest(groups: Sequence[Sequence[tuple[int, int]]]) -> tuple[int, int]:
    """The sum of one (part, whole) of each group that gives the lowest rate (Dinkelbach's method)."""
    part, whole = _sums(options[0] for options in groups)
    while True:
        at, of = part, whole
        part, whole = _sums(min(options, key=lambda one: one[0] * of - at * one[1]) for options in groups)
        if part * of >= at * whole:
            return at, of


def _sums(pairs: Iterable[tuple[int, int]]) -> tuple[int, int]:
    found = list(pairs)
    return sum(part for part, _ in found), sum(whole for _, whole in found)
