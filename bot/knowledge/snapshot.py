"""The knowledge base as everybody else sees it: one immutable value with a version."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from bot.chat import Person
from bot.knowledge.company import Company
from bot.knowledge.data import DataClass, DataRule
from bot.knowledge.people import QuestionCase
from bot.knowledge.rules import Condition, PolicyException, Use
from bot.knowledge.texts import Course, Section
from bot.knowledge.tools import Edition, Tool


@dataclass(frozen=True, kw_only=True, eq=False)
class Knowledge:
    """A whole, checked knowledge base. Nothing in it changes; a new version is a new value."""

    version: str
    """Twelve hex characters that name exactly these files: same version, same answers."""
    folder: Path
    as_of: date | None
    """The day every date is judged on; None: the day of the question."""

    company: Company
    classes: Mapping[str, DataClass]
    rules: Mapping[str, DataRule]
    uses: Mapping[str, Use]
    conditions: Mapping[str, Condition]
    """In order of importance."""
    exceptions: Mapping[str, PolicyException]
    people: Mapping[str, Person]
    tools: Mapping[str, Tool]
    sections: Mapping[str, Section]
    courses: Mapping[str, Course]
    questions: tuple[QuestionCase, ...]

    editions: Mapping[str, Edition]
    """`tool:edition` -> edition, in the order of the files."""
    good_for: Mapping[str, tuple[str, ...]]
    """Use -> the editions recommended for it: first those that name it first."""
    by_category: Mapping[str, tuple[str, ...]]
    """Category of the tool -> its editions."""
    condition_order: Mapping[str, int]
    """Condition -> its place in the order of importance, from 0."""
    person_by_email: Mapping[str, Person]
    """By e-mail address in lower case."""

    def in_force(self, section: str, day: date) -> bool:
        """Say whether a section counts as a rule on that day; an unknown one never does."""
        found = self.sections.get(section)
        return found is not None and found.in_force(day)
