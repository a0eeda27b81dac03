"""Who somebody is: as Teams knows the members of a conversation, and as Entra knows them."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Final, TypeVar

from yarl import URL

from bot.chat import Caller, Profile, SendError
from bot.settings import Settings
from handlers.teams.calls import Calls
from handlers.teams.connector import Connector
from handlers.teams.login import Login
from handlers.teams.wire import Wire

log = logging.getLogger("greenlight.teams")

GroupIds = Callable[[], Sequence[str]]
"""The groups that mean something to the company now; others are not asked for."""

_AT_ONCE: Final = 20
"""Groups Graph checks in one call."""

_TRIES: Final = 2
_GUID: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_FIELDS: Final = (
    "displayName,mail,userPrincipalName,userType,accountEnabled,jobTitle,department,"
    "usageLocation,country,preferredLanguage"
)

Words = Mapping[str, Any]
T = TypeVar("T")


class Graph:
    """Microsoft Graph, read with the rights of the app. Every method raises `SendError`."""

    def __init__(self, calls: Calls, url: str) -> None:
        self._calls = calls
        self._users = URL(url) / "v1.0" / "users"

    @classmethod
    def over(cls, wire: Wire, settings: Settings) -> Graph | None:
        """Return one for the settings; None where Entra is not to be read."""
        url = settings.teams_graph_url
        if not url:
            return None
        login = Login(wire, settings, f"{url.rstrip('/')}/.default")
        return cls(Calls(wire, {URL(url).host_port_subcomponent or ""}, login), url)

    async def about(self, user: str) -> Words:
        """Return what Entra says about somebody."""
        url = (self._users / user).with_query({"$select": _FIELDS})
        found = await self._calls.call("GET", url, tries=_TRIES)
        if not isinstance(found, dict):
            raise SendError("Graph describes nobody.")
        return found

    async def groups(self, user: str, among: Sequence[str]) -> frozenset[str]:
        """Return those of the groups that somebody is in, directly or through another group."""
        asked = sorted({group for group in among if _GUID.fullmatch(group)})
        url = self._users / user / "checkMemberGroups"
        found = await asyncio.gather(
            *(
                _or_error(self._calls.call("POST", url, {"groupIds": some}, tries=_TRIES))
                for some in (asked[i : i + _AT_ONCE] for i in range(0, len(asked), _AT_ONCE))
            )
        )
        for each in found:
            if isinstance(each, SendError):
                # Some of the groups would pass for all of them.
                raise each
        wanted = {group.lower(): group for group in asked}
        said = (str(group).lower() for each in found for group in _list(each))
        return frozenset(wanted[group] for group in said if group in wanted)


class People:
    """Looks people up, in Teams and, where it may be read, in Entra."""

    def __init__(
        self, connector: Connector, graph: Graph | None, settings: Settings, group_ids: GroupIds
    ) -> None:
        self._connector = connector
        self._graph = graph
        self._ours = frozenset(tenant.lower() for tenant in settings.teams_tenant_ids)
        self._group_ids = group_ids

    async def profile(self, caller: Caller, service_url: str, conversation: str) -> Profile:
        """Return what is known about somebody met in a conversation.

        Without groups where Entra does not answer: less right, never more. Raises `SendError`
        when neither Teams nor Entra says who this is.
        """
        member_id = caller.member or caller.user
        member, about, groups = await asyncio.gather(
            _or_error(self._connector.member(service_url, conversation, member_id)),
            _or_error(self._about(caller)),
            _or_error(self._groups(caller)),
        )
        for failed in (about, groups):
            if isinstance(failed, SendError):
                log.warning("entra not read", extra={"reason": str(failed)})
        if isinstance(member, SendError):
            if isinstance(about, SendError) or not about:
                raise member
            member = {}
        return self._joined(
            caller,
            member,
            {} if isinstance(about, SendError) else about,
            frozenset() if isinstance(groups, SendError) else groups,
        )

    async def _about(self, caller: Caller) -> Words:
        if self._graph is None or not _GUID.fullmatch(caller.user):
            return {}
        return await self._graph.about(caller.user)

    async def _groups(self, caller: Caller) -> frozenset[str]:
        if self._graph is None or not _GUID.fullmatch(caller.user):
            return frozenset()
        return await self._graph.groups(caller.user, self._group_ids())

    def _joined(
        self, caller: Caller, member: Words, about: Words, groups: frozenset[str]
    ) -> Profile:
        login = _first(member, "userPrincipalName") or _first(about, "userPrincipalName")
        email = _first(member, "email") or _first(about, "mail") or login
        team = _first(member, "tenantId") or caller.team
        guest = _guest(member, about, login)
        ours = team.lower() in self._ours
        return Profile(
            name=_first(member, "name") or _first(about, "displayName"),
            email="" if "#ext#" in email.lower() else email,
            # Our own tenant gives its people their addresses; of others' we know nothing.
            email_verified=bool(email) and ours and not guest and _described(member, about),
            team=team,
            locale=caller.locale or _first(about, "preferredLanguage"),
            guest=guest,
            stranger=not ours,
            deactivated=about.get("accountEnabled") is False,
            title=_first(about, "jobTitle"),
            department=_first(about, "department"),
            region=_first(about, "usageLocation", "country"),
            groups=groups,
        )


def _guest(member: Words, about: Words, login: str) -> bool:
    return (
        _first(member, "userRole").lower() in {"guest", "anonymous"}
        or _first(about, "userType").lower() == "guest"
        or "#ext#" in login.lower()
    )


def _described(member: Words, about: Words) -> bool:
    """Say whether anybody said more than an address: a guest would have been seen in it."""
    return any((_first(member, "userRole", "userPrincipalName"), _first(about, "userType")))


def _first(words: Words, *names: str) -> str:
    return next((v for name in names if isinstance(v := words.get(name), str) and v), "")


def _list(answer: object) -> list[object]:
    found = answer.get("value") if isinstance(answer, dict) else None
    return found if isinstance(found, list) else []


async def _or_error(awaitable: Awaitable[T]) -> T | SendError:
    try:
        return await awaitable
    except SendError as error:
        return error
