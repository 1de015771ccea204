"""Properties of files, suites and cases: metrics where their values are numbers, else facts about the environment."""

from collections.abc import Mapping
from types import MappingProxyType
from xml.etree.ElementTree import Element

from junitparser import Property

from readiness.evidence.findings import Findings, quoted
from readiness.evidence.limits import LIMITS
from readiness.evidence.timing import number
from readiness.model import Metric

DROPPED = ("hypothesis-statistics-",)
"""Prefixes of properties that hold encoded dumps."""


class Properties:
    """Gathers the properties of one file, of its suites and of its cases."""

    def __init__(self) -> None:
        self._texts: dict[str, dict[str, None]] = {}
        self._of_cases: dict[str, str | None] = {}
        self._numbers: dict[str, dict[float, None]] = {}

    def read(self, properties: Element, *, of_case: bool = False) -> None:
        """Take every `<property>`: its `value`, or its text where it has none."""
        for element in properties.iterfind("property"):
            found = Property.fromelem(element)
            value = found.value if found.value is not None else element.text or ""
            self._add(found.name or "", value, of_case=of_case)

    def _add(self, name: str, value: str, *, of_case: bool) -> None:
        """Take one property; nameless, empty and huge ones say nothing."""
        name, value = name.strip(), value.strip()
        if not name or not value or len(value) > LIMITS.environment_chars or name.startswith(DROPPED):
            return
        measured = number(value)
        if measured is not None:
            self._numbers.setdefault(name, {})[measured] = None
        elif of_case:
            self._of_cases[name] = value if self._of_cases.setdefault(name, value) == value else None
        else:
            self.note(name, value)

    def note(self, name: str, value: str) -> None:
        """Keep a fact as it stands, number or not."""
        self._texts.setdefault(name, {})[value] = None

    def environment(self) -> Mapping[str, str]:
        """Name to value; where suites differ, their values in the order of the file, as far as they fit.

        What cases say counts where they all say the same (`browser`); where they differ (`requirement`) it is a fact
        about each test, not about the run.
        """
        joined = {name: value for name, value in self._of_cases.items() if value is not None}
        joined |= {name: ", ".join(values) for name, values in self._texts.items()}
        return MappingProxyType({name: text for name, text in joined.items() if len(text) <= LIMITS.environment_chars})

    def metrics(self, findings: Findings) -> tuple[Metric, ...]:
        """Each numeric property, once for each of its values; of very many the two that decide any limit."""
        kept = []
        for name, values in self._numbers.items():
            chosen = list(values)
            which = "each is kept"
            if len(values) > LIMITS.values_per_metric:
                chosen, which = [min(values), max(values)], "the smallest and the largest are kept"
            if len(values) > 1:
                findings.add("metric-repeated", f"property {quoted(name)} has {len(values)} different values: {which}")
            kept += [Metric(name, value) for value in chosen]
        return tuple(kept)
