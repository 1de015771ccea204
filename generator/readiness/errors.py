"""The one family of errors: what a user can cause is told in one line that names the remedy."""

from pathlib import Path

from readiness.shorten import short

_SHOWN: dict[str, str] = {}


def show_as(folder: str, address: str) -> None:
    """Let messages name the address that a folder of the cache stands for."""
    _SHOWN[folder] = address


def shown(text: object) -> str:
    """The text, with addresses in the place of folders that stand for one."""
    told = str(text)
    for folder, address in _SHOWN.items():
        told = told.replace(folder, address)
    return told


class ReadinessError(Exception):
    """Something that a user can cause and mend.

    `path` is the file at fault, `where` the place in it ("line 12", "key criteria[0].at_least"),
    `problem` what is wrong, `remedy` what to do. `exit_code` is what the command ends with.
    """

    exit_code = 2

    def __init__(self, problem: str, *, path: Path | str = "", where: str = "", remedy: str = "") -> None:
        self.path = str(path)
        self.where = where
        self.problem = problem
        self.remedy = remedy
        super().__init__(self.line)

    @property
    def line(self) -> str:
        """The whole message in one line: file, place, problem, remedy."""
        place = ", ".join(part for part in (self.path, self.where) if part)
        text = f"{place}: {self.problem}" if place else self.problem
        if self.remedy:
            text = f"{text.rstrip('.')}. {self.remedy}"
        return short(shown(" ".join(text.split())))


class UsageError(ReadinessError):
    """The command, the configuration or the policy cannot be used as given."""


class ArchiveError(ReadinessError):
    """Something in the archive is missing, damaged or of a newer schema."""


class EvidenceError(ReadinessError):
    """No evidence file could be read, not even in part."""

    exit_code = 4
