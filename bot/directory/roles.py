"""Who holds which role of company.yaml. Pure; nobody holds one by what they say."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from bot.chat import Person

if TYPE_CHECKING:
    from bot.knowledge import Knowledge
    from bot.knowledge.company import Company
    from bot.knowledge.models import Role


def roles_of(email: str, groups: Iterable[str], company: Company) -> frozenset[str]:
    """Return the roles of somebody with this verified address (lower case), in these groups."""
    inside = {group.casefold() for group in groups}

    def holds(member: str) -> bool:
        # Addresses and groups apart: a group that is named like an address is not that person.
        return member.lower() == email if "@" in member else member.casefold() in inside

    return frozenset(
        id_ for id_, role in company.roles.items() if any(holds(m) for m in _members(role))
    )


def in_role(
    role: str, knowledge: Knowledge, listed: Mapping[str, Person], department: str = ""
) -> tuple[str, ...]:
    """Return the e-mail addresses of those who hold a role, then the groups nobody is known of.

    With a department, its own members come alone, where the role has any for it. Guests hold
    nothing. `listed` are the people of the CSV directory.
    """
    found = knowledge.company.roles.get(role)
    if found is None:
        return ()
    people = {**knowledge.person_by_email, **listed}
    own = found.by_department.get(department, ())
    names = [name for member in own or _members(found) for name in _named(member, people)]
    guests = {email for email, person in people.items() if person.worker_type == "guest"}
    addresses = [name for name in names if "@" in name and name not in guests]
    groups = [name for name in names if "@" not in name]
    return tuple(dict.fromkeys((*addresses, *groups)))


def _members(role: Role) -> Iterator[str]:
    yield from role.members
    for members in role.by_department.values():
        yield from members


def _named(member: str, people: Mapping[str, Person]) -> Iterator[str]:
    """Give the addresses behind a member; a group of which no directory says more is itself."""
    if "@" in member:
        yield member.lower()
        return
    folded = member.casefold()
    inside = [
        email
        for email, person in people.items()
        if folded in {group.casefold() for group in person.groups}
    ]
    yield from inside or (member,)
