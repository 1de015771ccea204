"""Collects what a reader notices, and keeps a thousand alike from burying the one that matters."""

from collections import Counter
from collections.abc import Mapping

from readiness.evidence.limits import LIMITS
from readiness.model import Finding


def quoted(text: str, longest: int = 80) -> str:
    """The text in single quotes on one line, shortened: for messages that people read."""
    line = " ".join(text.split())
    return f"'{line}'" if len(line) <= longest else f"'{line[: longest - 1]}…'"


def plural(count: int, noun: str, several: str = "") -> str:
    """`1 case`, `2 cases`; `several` is the plural where it takes more than an s."""
    return f"{count} {noun}" if count == 1 else f"{count} {several or f'{noun}s'}"


def differing(declared: Mapping[str, float], held: Mapping[str, float]) -> tuple[str, str] | None:
    """The totals that are declared and not what is held, both ways: `tests=2, failed=1`; None where none is."""
    names = [name for name, count in held.items() if declared.get(name, count) != count]
    told = (", ".join(f"{name}={round(counts[name])}" for name in names) for counts in (declared, held))
    return (next(told), next(told)) if names else None


class Findings:
    """Findings in the order they were noticed; of each code the first few, then one that counts the others."""

    def __init__(self) -> None:
        self._kept: list[Finding] = []
        self._seen: Counter[tuple[str, bool]] = Counter()

    def add(self, code: str, message: str, *, line: int | None = None, place: str = "", loss: bool = False) -> None:
        """Note one thing, with the line of the file where it shows."""
        self._seen[code, loss] += 1
        if self._seen[code, loss] <= LIMITS.findings_per_code:
            where = place or (f"line {line}" if line else "")
            self._kept.append(Finding(code=code, message=message, place=where, loss=loss))

    def lost(self, code: str, message: str, *, line: int | None = None, place: str = "") -> None:
        """Note that something cannot be counted."""
        self.add(code, message, line=line, place=place, loss=True)

    def all(self) -> tuple[Finding, ...]:
        """Everything noticed; those left out are counted in a finding of their own."""
        more = [
            Finding(
                code=code, message=f"{plural(count - LIMITS.findings_per_code, 'more finding')} like these", loss=loss
            )
            for (code, loss), count in self._seen.items()
            if count > LIMITS.findings_per_code
        ]
        return (*self._kept, *more)
