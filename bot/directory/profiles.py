"""What the platforms say about people, looked up once for everybody who asks, kept for minutes."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal, NamedTuple

from bot.chat import Caller, Chat, Platform, Profile, SendError

KEPT: Final = timedelta(minutes=5)
"""How long a platform's word about somebody counts."""

MOST: Final = 10_000
"""People whose profiles are kept at once; the one looked up longest ago goes first."""

LONGEST: Final = 10.0
"""Seconds a platform may take to say who somebody is."""


class _Key(NamedTuple):
    platform: Platform
    team: str
    user: str


@dataclass(slots=True, eq=False)
class Looked:
    """A profile, and when it was looked up."""

    profile: Profile
    at: datetime
    """Before the platform was asked: what it says is at least as new."""
    written: Literal["", "account", "direct"] = ""
    """What the store has of it: the account, or its direct conversation as well."""


class Profiles:
    """Looks people up: one lookup at a time for each, whoever waits for it."""

    def __init__(
        self,
        chats: Mapping[Platform, Chat],
        now: Callable[[], datetime],
        *,
        kept: timedelta = KEPT,
        most: int = MOST,
        longest: float = LONGEST,
    ) -> None:
        self._chats = chats
        self._now = now
        self._keep_for = kept
        self._most = most
        self._longest = longest
        self._kept: OrderedDict[_Key, Looked] = OrderedDict()
        self._flights: dict[_Key, asyncio.Task[Looked]] = {}

    async def of(self, caller: Caller) -> Looked:
        """Return somebody's profile; raises `SendError` when the platform does not give it."""
        key = _Key(caller.platform, caller.team, caller.user)
        found = self._kept.get(key)
        # A clock that was set back must not make a profile count for longer.
        if found is not None and timedelta(0) <= self._now() - found.at < self._keep_for:
            return found
        flight = self._flights.get(key)
        if flight is None:
            flight = asyncio.create_task(self._look(key, caller))
            self._flights[key] = flight
        # Shielded: one who gives up waiting must not end the lookup for the others.
        return await asyncio.shield(flight)

    def forget(self, platform: Platform | None = None, user: str = "") -> None:
        """Ask the platform again next time: for one person, one platform or everybody.

        A lookup that is under way is for those who wait for it, and for nobody after them.
        """

        def meant(key: _Key) -> bool:
            return platform in {None, key.platform} and user in {"", key.user}

        for key in [key for key in self._kept if meant(key)]:
            del self._kept[key]
        for key in [key for key in self._flights if meant(key)]:
            del self._flights[key]

    async def _look(self, key: _Key, caller: Caller) -> Looked:
        at = self._now()
        try:
            async with asyncio.timeout(self._longest):
                profile = await self._chats[caller.platform].profile(caller)
        except TimeoutError:
            raise SendError("The platform took too long to say who this is.") from None
        finally:
            still_wanted = self._flights.get(key) is asyncio.current_task()
            if still_wanted:
                del self._flights[key]
        looked = Looked(profile, at)
        if still_wanted:
            self._keep(key, looked)
        return looked

    def _keep(self, key: _Key, looked: Looked) -> None:
        self._kept[key] = looked
        self._kept.move_to_end(key)
        while len(self._kept) > self._most:
            self._kept.popitem(last=False)
