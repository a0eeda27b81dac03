"""Who is meant: somebody the company knows by id, or a whole person given with the question."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, StringConstraints, ValidationError

from bot.ask.sentences import AskError, sentence
from bot.chat import Person
from bot.knowledge.known import by_any_name
from bot.knowledge.problems import did_you_mean, listed

if TYPE_CHECKING:
    from bot.knowledge import Knowledge
    from bot.knowledge.models import Named


def _or_empty(value: Any) -> Any:
    return "" if value is None else value


Words = Annotated[str, BeforeValidator(_or_empty)]


class PersonLine(BaseModel):
    """A whole person, as a program gives one."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: Annotated[str, StringConstraints(min_length=1)]
    name: Words = ""
    email: Words = ""
    department: str | None = None
    region: str | None = None
    worker_type: str = "employee"
    title: Words = ""
    groups: frozenset[str] = frozenset()
    courses: frozenset[str] = frozenset()


def by_id(person_id: str, knowledge: Knowledge) -> Person:
    """Return a person of people.yaml; raises `AskError` with the nearest id."""
    found = knowledge.people.get(person_id)
    if found is None:
        near = did_you_mean(person_id, knowledge.people)
        known = near or f" There is: {listed(knowledge.people)}." if knowledge.people else ""
        raise AskError(f"{person_id!r} is not a person in people.yaml.{known}")
    return found


def given(person: object, knowledge: Knowledge) -> Person:
    """Return the person given as an id or as a whole; raises `AskError` with the mistake."""
    if isinstance(person, str):
        return by_id(person, knowledge)
    try:
        read = PersonLine.model_validate(person)
    except ValidationError as error:
        raise AskError(sentence(error, PersonLine, "person")) from None
    company = knowledge.company
    return Person(
        id=read.id,
        name=read.name,
        email=read.email.lower(),
        department=_known(read.department, "department", company.departments),
        region=_known(read.region, "region", company.regions),
        worker_type=_known(read.worker_type, "worker_type", company.worker_types) or "",
        title=read.title,
        groups=read.groups,
        courses=read.courses,
    )


def somebody(knowledge: Knowledge) -> Person:
    """Return whom a question is from when nobody says: the first employee there is."""
    employees = (p for p in knowledge.people.values() if p.worker_type == "employee")
    return next(employees, Person(id="somebody"))


def _known(word: str | None, key: str, named: Mapping[str, Named]) -> str | None:
    """Return the id behind an id, a name or an alias.

    An unknown one is refused: a rule that leaves a region out must not miss it by its spelling.
    """
    if word is None:
        return None
    found = by_any_name(word, named)
    if found is not None:
        return found
    near = did_you_mean(word, named) or f" There is: {listed(named)}."
    raise AskError(f"person.{key}: {word!r} is not in company.yaml.{near}")
