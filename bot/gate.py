"""Who is answered at all: the one question every entry point asks before it does anything else.

Pure. Whatever a platform leaves unsaid counts against the caller: nobody is one of us by a gap.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from bot.chat import Caller, Person, Place, Profile

Outsider = Literal[
    "bot",
    "deactivated",
    "guest",
    "stranger",
    "other_organisation",
    "shared_channel",
    "unknown",
]
"""Why somebody gets the fixed notice, or nothing, instead of an answer."""

SILENT: Final[frozenset[Outsider]] = frozenset({"bot", "deactivated"})
"""Those who are sent nothing: two bots would answer each other for ever."""

_Organisation = Literal["ours", "theirs", "unsaid"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ours:
    """The workspaces and tenants that are the company's own. An empty one lets nobody in."""

    slack_teams: frozenset[str] = frozenset()
    slack_enterprise: str = ""
    """Enterprise Grid: every workspace of this organisation is ours, whatever its own id."""
    teams_tenants: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Admitted:
    """Somebody who is answered, with all the rights they have and no more."""

    person: Person
    profile: Profile


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """Somebody who gets the fixed notice and nothing else."""

    kind: Outsider
    caller: Caller
    place: Place

    @property
    def silent(self) -> bool:
        """Whether not even the notice is sent."""
        return self.kind in SILENT


def outsider(caller: Caller, place: Place, profile: Profile | None, ours: Ours) -> Outsider | None:
    """Say why this caller is not answered here; None when they are one of us.

    Without a profile nobody is: the answer is then what the platform's message alone shows, or
    `unknown`.
    """
    if caller.bot or (profile is not None and profile.bot):
        return "bot"
    if profile is not None and profile.deactivated:
        return "deactivated"
    if place.shared:
        # Colleagues, too: what is answered here can be read by the others.
        return "shared_channel"
    if "theirs" in _said_of(caller, place, ours):
        return "other_organisation"
    if profile is None or not caller.user or caller.platform != place.platform:
        return "unknown"
    return _by_profile(caller, profile, ours)


def _by_profile(caller: Caller, profile: Profile, ours: Ours) -> Outsider | None:
    if profile.stranger:
        return "stranger"
    match _organisation(caller, profile.team, profile.enterprise, ours):
        case "ours":
            return "guest" if profile.guest else None
        case "theirs":
            return "other_organisation"
        case "unsaid":
            # A directory that names somebody's organisation has said all it knows.
            return "other_organisation" if profile.team else "unknown"


def _said_of(caller: Caller, place: Place, ours: Ours) -> tuple[_Organisation, _Organisation]:
    """Whose the caller and the place are, by the platform's message alone."""
    return (
        _organisation(caller, caller.team, caller.enterprise, ours),
        _organisation(caller, place.team, caller.enterprise, ours),
    )


def _organisation(caller: Caller, team: str, enterprise: str, ours: Ours) -> _Organisation:
    match caller.platform:
        case "slack":
            return _slack(team, enterprise, ours)
        case "teams":
            tenants = {tenant.lower() for tenant in ours.teams_tenants}
            return _among(team.lower(), tenants)
        case _:
            return "unsaid"


def _slack(team: str, enterprise: str, ours: Ours) -> _Organisation:
    found = _among(team, ours.slack_teams)
    if found == "ours" or not ours.slack_enterprise:
        return found
    # A colleague's workspace may be any one of the organisation, which some of Slack's messages
    # name in the place of the workspace, and some do not name at all.
    if ours.slack_enterprise in {team, enterprise}:
        return "ours"
    return "theirs" if enterprise else "unsaid"


def _among(team: str, known: frozenset[str] | set[str]) -> _Organisation:
    if not team:
        return "unsaid"
    return "ours" if team in known else "theirs"
