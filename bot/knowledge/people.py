"""people.yaml and questions.yaml: known people, and the answers the knowledge base must give."""

from __future__ import annotations

from pydantic import Field

from bot.chat import AnswerVerdict, Person
from bot.knowledge.placed import Placed
from bot.knowledge.references import (
    ConditionRef,
    CourseRef,
    DepartmentRef,
    PersonRef,
    RegionRef,
    SectionRef,
    WorkerTypeRef,
)
from bot.knowledge.values import Id, Text, Texts, Words


class PersonEntry(Placed):
    """A person as people.yaml describes them."""

    id: Id
    name: Words = ""
    email: Words = ""
    department: DepartmentRef | None = None
    region: RegionRef | None = None
    worker_type: WorkerTypeRef = "employee"
    title: Words = ""
    groups: Texts = ()
    courses: tuple[CourseRef, ...] = ()

    def person(self) -> Person:
        """Return this entry as the person the assistant talks to."""
        return Person(
            id=self.id,
            name=self.name,
            email=self.email.lower(),
            department=self.department,
            region=self.region,
            worker_type=self.worker_type,
            title=self.title,
            groups=frozenset(self.groups),
            courses=frozenset(self.courses),
        )


class QuestionCase(Placed):
    """A question with the verdict it must get: the knowledge base's own test."""

    ask: Text
    as_: PersonRef = Field(alias="as")
    verdict: AnswerVerdict
    conditions: tuple[ConditionRef, ...] = ()
    """Conditions the answer must carry."""
    cite: tuple[SectionRef, ...] = ()
    """Sections the answer must cite."""
