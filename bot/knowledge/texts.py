"""policies/**/<ID>.md and courses/<ID>.md: text people read, with front matter."""

from __future__ import annotations

from datetime import date
from typing import Any

from bot.knowledge.audience import Readers, WhoRegions
from bot.knowledge.placed import Placed
from bot.knowledge.values import Day, Id, Text, Whole, Words


class Written(Placed):
    """Front matter with Markdown below it."""

    __slots__ = ("_body",)

    @property
    def body(self) -> str:
        """The Markdown below the front matter; in a course, with the questions to the reader."""
        return getattr(self, "_body", "")

    def hold(self, body: str) -> None:
        """Remember the Markdown. Only loading calls this."""
        _set_body(self, body)


_set_body: Any = Written.__dict__["_body"].__set__


class Section(Written):
    """One section of a policy: what answers cite."""

    id: Id
    title: Text
    document: Text
    version: Text
    effective: Day
    expires: Day | None = None
    next_review: Day | None = None
    owner: Words = ""
    audience: Readers
    regions: WhoRegions

    def in_force(self, day: date) -> bool:
        """Say whether this section counts as a rule on that day."""
        return self.effective <= day and (self.expires is None or day <= self.expires)


class Course(Written):
    """A lesson."""

    id: Id
    title: Text
    minutes: Whole
    audience: Readers
