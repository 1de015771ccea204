"""The gate's answer: one judgement of one run, asked at one time, which every format tells alike."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from readiness import phrases
from readiness.assessment import Assessment, Word
from readiness.phrases.places import overruled_recommendation
from readiness.phrases.wording import say
from readiness.render.pages.routes import Routes, report_page
from readiness.render.phrases import minute
from readiness.render.place import ALONE, Place

EXIT = {Word.READY: 0, Word.BLOCKED: 1, Word.UNPROVEN: 3}


@dataclass(frozen=True)
class Answer:
    """A judgement, and what the moment of asking adds to it. The moment itself is told nowhere."""

    assessment: Assessment
    policy: str
    """SHA-256 of the policy that it was judged by."""
    recorded: bool
    """False where that is not the policy of the recorded judgement."""
    expired: bool
    """True where its evidence is too old when the gate is asked."""
    site: str = ""
    """Address of the published site, without a slash at its end; empty where it is not known."""
    place: Place = ALONE
    overruled: bool = False
    """True where a run that replaced this one, or that counts beside it, is not READY when the gate is asked."""

    @property
    def ready(self) -> bool:
        """True for READY that has not expired and is not overruled."""
        return self.assessment.verdict.ready and not self.expired and not self.overruled

    @property
    def exit_code(self) -> int:
        """0 READY, 1 BLOCKED, 3 UNPROVEN, expired or overruled."""
        word = self.assessment.verdict.word
        return EXIT[Word.UNPROVEN] if word is Word.READY and not self.ready else EXIT[word]

    @property
    def notes(self) -> Iterator[tuple[str, str]]:
        """(what it is about, a sentence) of each other run that matters."""
        return self.place.notes(self.assessment)

    @property
    def subject(self) -> str:
        """Product and version."""
        manifest = self.assessment.run.manifest
        return f"{manifest.product or 'Release'} {manifest.version}"

    @property
    def headline(self) -> str:
        """READY, or NOT READY and of which kind."""
        verdict = self.assessment.verdict
        if verdict.ready and self.overruled:
            return "NOT READY: superseded" if self.place.successors else "NOT READY: disputed"
        if verdict.ready:
            return "NOT READY: expired" if self.expired else "READY"
        return f"NOT READY: {verdict.word.value}"

    @property
    def when(self) -> str:
        """`as of D, valid until E`; of a READY that has expired, since when; of an overruled one, what it was."""
        verdict = self.assessment.verdict
        if verdict.ready and self.overruled:
            return f"though it was READY as of {minute(verdict.as_of)}"
        if verdict.ready and self.expired and verdict.valid_until:
            return f"since {minute(verdict.valid_until)}; it was READY as of {minute(verdict.as_of)}"
        until = f", valid until {minute(verdict.valid_until)}" if verdict.valid_until else ""
        return f"as of {minute(verdict.as_of)}{until}{' (expired)' if self.expired else ''}"

    @property
    def judged(self) -> str:
        """Which run and judgement, and by which policy."""
        name = "the default policy" if self.assessment.default_policy else f"policy {self.policy[:8]}"
        by = f"by {name}" if self.recorded else f"as {name} would have it, which is not recorded"
        return f"run {self.assessment.run.id}, judgement {self.assessment.judgement.number}, {by}"

    @property
    def summary(self) -> str:
        """Why the answer is what it is, in one or two sentences."""
        told = phrases.summary(self.assessment)
        until = self.assessment.verdict.valid_until
        if not self.expired or until is None:
            return told
        limits = {*(one.limit for one in self.assessment.waivers), *(one.limit for one in self.assessment.items)}
        held = until in limits
        what = "a waiver or sign-off that it rests on has ended" if held else "this evidence is too old"
        return f"{told} Since {minute(until)} {what}."

    @property
    def without_waivers(self) -> str:
        """`Without waivers: NOT READY: BLOCKED`; empty where none is in force."""
        return phrases.verdict_without(self.assessment)

    @property
    def recommendation(self) -> str:
        """What to do."""
        if self.assessment.verdict.ready and self.overruled:
            return overruled_recommendation()
        if self.assessment.verdict.ready and self.expired:
            return say("expired_recommendation")
        return phrases.recommendation(self.assessment)

    @property
    def report(self) -> str:
        """Address of the run's report in the published site; empty where that is not known."""
        if not self.site:
            return ""
        page = report_page(self.assessment.run.id, self.assessment.judgement.number)
        return f"{self.site}/{Routes().url(page)}"
