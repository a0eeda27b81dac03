"""Where something is said, and who a chat platform says it is from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Platform = Literal["slack", "teams", "web", "terminal", "api"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A conversation, and the thread in it, where something was said or is to be posted."""

    platform: Platform
    team: str = ""
    """Slack workspace or Teams tenant."""
    channel: str = ""
    """Slack channel or Teams conversation."""
    thread: str = ""
    """The message that began the thread; empty outside threads."""
    kind: Literal["direct", "group", "channel"] = "direct"
    shared: bool = False
    """Whether people of another organisation can read along."""
    only_for: str = ""
    """The platform's id of the one person who sees what is posted here; empty: everybody here."""
    route: Mapping[str, str] = field(default_factory=dict)
    """What only the door needs to get there, such as a service address. Never a token."""

    @property
    def private(self) -> bool:
        """Whether what is posted here is seen by one person."""
        return self.kind == "direct" or bool(self.only_for)


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who did something, as the platform's own message says; nothing is looked up yet."""

    platform: Platform
    user: str
    """The platform's id: Slack user id; for Teams the Entra object id, else the member id."""
    team: str = ""
    """The workspace or tenant this person belongs to."""
    enterprise: str = ""
    """Slack Enterprise Grid; empty elsewhere."""
    member: str = ""
    """Teams: the id that conversations use (29:…)."""
    bot: bool = False
    locale: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What the platform's directory says about somebody, looked up and kept for minutes."""

    name: str = ""
    email: str = ""
    email_verified: bool = False
    """Only then may the address join this account with a person of the directory."""
    team: str = ""
    enterprise: str = ""
    locale: str = ""
    guest: bool = False
    stranger: bool = False
    """Somebody of another organisation, met in a shared channel."""
    bot: bool = False
    deactivated: bool = False
    title: str = ""
    department: str = ""
    """As the directory writes it; only what company.yaml knows counts."""
    region: str = ""
    groups: frozenset[str] = frozenset()
    """Ids of user groups: Slack S0…, Entra GUIDs."""
