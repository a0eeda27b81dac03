"""A platform's account joined with what the company's directories know about its person. Pure."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from bot.chat import Caller, Person, Profile
from bot.directory.roles import roles_of
from bot.knowledge.known import by_any_name

if TYPE_CHECKING:
    from bot.knowledge import Knowledge

_NOBODY: Final = Person(id="", worker_type="")

_SLACK_GROUP: Final = re.compile("S[A-Z0-9]+")
_ENTRA_GROUP: Final = re.compile("[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")

_LONGEST: Final = 200
"""Characters of a name or title that are taken over."""


def person_of(
    caller: Caller, profile: Profile, knowledge: Knowledge, listed: Mapping[str, Person]
) -> Person:
    """Return the person behind an account.

    Only a verified address joins. What a row of the CSV directory (`listed`, by address) says
    comes first, then people.yaml, then the platform; it alone gives no role, no worker type, no
    course, and no group but its own ids.
    """
    email = verified(profile)
    row = listed.get(email, _NOBODY)
    entry = knowledge.person_by_email.get(email, _NOBODY)
    company = knowledge.company
    groups = row.groups or entry.groups
    given = groups | frozenset(_ids(caller, profile.groups))
    roles = roles_of(email, given, company)
    department = row.department or entry.department or profile.department
    region = row.region or entry.region or profile.region
    return Person(
        id=row.id or entry.id or id_of(caller, profile),
        name=row.name or entry.name or _shown(profile.name),
        email=email,
        department=by_any_name(department, company.departments),
        region=by_any_name(region, company.regions),
        worker_type=row.worker_type or entry.worker_type or "employee",
        title=row.title or entry.title or _shown(profile.title),
        # Roles, too: a pilot can be for the people of a role.
        groups=given | roles,
        roles=roles,
        courses=row.courses or entry.courses,
    )


def verified(profile: Profile) -> str:
    """Return the address that may join an account with a person, in lower case; often none."""
    email = profile.email.strip().lower()
    return email if profile.email_verified and "@" in email else ""


def id_of(caller: Caller, profile: Profile) -> str:
    """Return the id of somebody no directory gives one: the same on every platform.

    Without a verified address it is the id of the account alone.
    """
    about = verified(profile) or "\0".join(
        (caller.platform, profile.team or caller.team, caller.user)
    )
    digest = sha256(about.encode("utf-8", "surrogatepass")).digest()
    return f"p-{base64.b32encode(digest).decode().lower()[:16]}"


def _ids(caller: Caller, groups: Iterable[str]) -> Iterator[str]:
    """Give the groups that are ids of this platform.

    A name is none: people choose the names of their groups, and could choose one that counts.
    """
    for group in groups:
        if caller.platform == "slack" and _SLACK_GROUP.fullmatch(group):
            yield group
        elif caller.platform == "teams" and _ENTRA_GROUP.fullmatch(group):
            # Entra writes small letters, its administrators what they like.
            yield from (group.lower(), group.upper())


def _shown(text: str) -> str:
    """Return a text people wrote about themselves, as it can be kept and shown."""
    return "".join(letter for letter in text if letter.isprintable())[:_LONGEST]
