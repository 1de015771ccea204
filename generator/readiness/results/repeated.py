"""Evidence that was archived before: under another version or commit it proves nothing again."""

from collections.abc import Mapping

from readiness.archive import ArchivedRun

InputFile = tuple[str, str, str]
"""Source, variant and name of a file of evidence."""


class Repeated:
    """Says which files of a run another one held already, to the byte, of those that it follows."""

    def __init__(self, runs: Mapping[str, ArchivedRun]) -> None:
        self._runs = runs
        self._holders: dict[str, set[str]] = {}
        self._found: dict[str, frozenset[InputFile]] = {}
        for run in runs.values():
            for item in run.manifest.inputs:
                self._holders.setdefault(item.sha256, set()).add(run.id)

    def of(self, run: ArchivedRun) -> frozenset[InputFile]:
        """The files of the run that one before it on its line held."""
        if run.id not in self._found:
            self._found[run.id] = self._search(run)
        return self._found[run.id]

    def _search(self, run: ArchivedRun) -> frozenset[InputFile]:
        held = {
            (item.source, item.variant, item.name): self._holders[item.sha256] - {run.id}
            for item in run.manifest.inputs
            if len(self._holders[item.sha256]) > 1
        }
        link, line = run.manifest.previous if held else None, set[str]()
        while link and link.run not in line and link.run in self._runs:
            line.add(link.run)
            link = self._runs[link.run].manifest.previous
        return frozenset(file for file, runs in held.items() if runs & line)
