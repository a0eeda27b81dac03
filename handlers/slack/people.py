"""Who somebody is, as Slack's directory says, and which user groups they are in."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

from bot.chat import Caller, Profile
from handlers.slack.line import Line, RefusedError, told
from handlers.slack.payload import Payload

if TYPE_CHECKING:
    from bot.settings import Settings

_KEPT: Final = 600.0
"""Seconds for which the groups of a workspace are believed; a change we hear of ends it sooner."""

_NONE_THERE: Final = frozenset({"paid_teams_only", "plan_upgrade_required", "feature_not_enabled"})
"""What Slack answers about user groups where the plan has none."""

Groups = Mapping[str, frozenset[str]]


class People:
    """Looks people up. Their profiles are kept by whoever asks; their groups are kept here."""

    def __init__(self, line: Line, settings: Settings, clock: Callable[[], float]) -> None:
        self._line = line
        self._settings = settings
        self._clock = clock
        self._groups: dict[str, tuple[float, Groups]] = {}
        self._asking = asyncio.Lock()

    async def profile(self, caller: Caller) -> Profile:
        """Look somebody up; raises `SendError` when that failed."""
        call = self._line.web.users_info(user=caller.user, include_locale=True)
        user = Payload(await told("users.info", call)).at("user")
        us = await self._line.who()
        groups = await self._groups_of(caller.team if us.everywhere else "")
        return self._read(user, groups.get(caller.user, frozenset()))

    def forget_groups(self) -> None:
        """Ask anew next time: a group has changed."""
        self._groups.clear()

    def _read(self, user: Payload, groups: frozenset[str]) -> Profile:
        team = user.id("team_id")
        enterprise = user.id("enterprise_user", "enterprise_id")
        guest = user.flag("is_restricted") or user.flag("is_ultra_restricted")
        stranger = user.flag("is_stranger")
        bot = user.flag("is_bot") or user.id("id") == "USLACKBOT"
        email = user.text("profile", "email")
        full = self._ours(team, enterprise) and not (guest or stranger or bot)
        return Profile(
            name=_name(user),
            email=email,
            # Slack lets nobody become a full member without confirming the address.
            email_verified=bool(email) and full and user.raw.get("is_email_confirmed") is not False,
            team=team,
            enterprise=enterprise,
            locale=user.text("locale"),
            guest=guest,
            stranger=stranger,
            bot=bot,
            deactivated=user.flag("deleted"),
            title=user.text("profile", "title"),
            groups=groups,
        )

    def _ours(self, team: str, enterprise: str) -> bool:
        us, settings = self._line.us, self._settings
        if team and team in (settings.slack_team_ids or (us.team,)):
            return True
        return bool(enterprise) and enterprise in {settings.slack_enterprise_id, us.enterprise}

    async def _groups_of(self, team: str) -> Groups:
        # Everybody asks at the same moment when a group has changed; one question is enough.
        async with self._asking:
            kept = self._groups.get(team)
            if kept is not None and self._clock() - kept[0] < _KEPT:
                return kept[1]
            groups = await self._ask(team)
            self._groups[team] = (self._clock(), groups)
            return groups

    async def _ask(self, team: str) -> Groups:
        named: dict[str, Any] = {"team_id": team} if team else {}
        call = self._line.web.usergroups_list(include_users=True, **named)
        try:
            said = await told("usergroups.list", call)
        except RefusedError as refused:
            if refused.code in _NONE_THERE:
                return {}
            raise
        found: dict[str, set[str]] = {}
        for group in Payload(said).items("usergroups"):
            for user in group.raw.get("users") or ():
                found.setdefault(str(user), set()).add(group.id("id"))
        return {user: frozenset(groups) for user, groups in found.items()}


def _name(user: Payload) -> str:
    for path in (("profile", "real_name"), ("real_name",), ("profile", "display_name"), ("name",)):
        found = user.text(*path)
        if found:
            return found
    return ""
