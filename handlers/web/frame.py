"""What is around every page: who you are, where you can go, who else you could be."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from handlers.web.words import PAGE

if TYPE_CHECKING:
    from bot.chat import Person
    from bot.knowledge import Knowledge

_ANYBODY = ("/tools", "/rules", "/sections/", "/courses/")
"""Pages that make sense, or say why not, whoever you become; the others lead to `/`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Somebody:
    """A person as the pages name them."""

    id: str
    name: str
    initials: str
    title: str
    traits: tuple[str, ...]
    guest: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page of the navigation."""

    name: str
    href: str
    current: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What is around every page."""

    you: Somebody
    people: tuple[Somebody, ...]
    """Empty when there is nobody else to be."""
    pages: tuple[Page, ...]
    back: str
    """Where to return to after becoming somebody else."""
    became: bool
    version: str


def frame(person: Person, knowledge: Knowledge, address: str, *, became: bool = False) -> Frame:
    """Put the frame of a page together."""
    people = tuple(somebody(other, knowledge) for other in knowledge.people.values())
    return Frame(
        you=somebody(person, knowledge),
        people=people,
        pages=tuple(_pages(person, address)),
        back=back_to(address),
        became=became,
        version=knowledge.version,
    )


def back_to(address: str) -> str:
    """Return the page to show after the person was changed: one of ours, whatever was asked."""
    parts = urlsplit(address)
    if parts.scheme or parts.netloc or not parts.path.startswith(_ANYBODY):
        return "/"
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def somebody(person: Person, knowledge: Knowledge) -> Somebody:
    """Name a person as the pages do."""
    name = person.name or person.id
    return Somebody(
        id=person.id,
        name=name,
        initials=_initials(name.split()),
        title=person.title,
        traits=tuple(_traits(person, knowledge)),
        guest=person.worker_type == "guest",
    )


def _initials(words: list[str]) -> str:
    first, *rest = words
    return (first[0] + rest[-1][0] if rest else first[:1]).upper()


def _traits(person: Person, knowledge: Knowledge) -> Iterator[str]:
    company = knowledge.company
    department = company.departments.get(person.department or "")
    region = company.regions.get(person.region or "")
    worker_type = company.worker_types.get(person.worker_type)
    yield department.name if department is not None else PAGE["place_unknown"]
    if region is not None:
        yield region.name
    yield worker_type.name if worker_type is not None else person.worker_type


def _pages(person: Person, address: str) -> Iterator[Page]:
    path = urlsplit(address).path
    yield Page(name=PAGE["nav_ask"], href="/", current=path == "/")
    if person.worker_type != "guest":
        yield Page(name=PAGE["nav_tools"], href="/tools", current=path == "/tools")
        yield Page(name=PAGE["nav_rules"], href="/rules", current=path == "/rules")
