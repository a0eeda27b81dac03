"""What is known of channels: who can read along, and where somebody is written to alone."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import Final

from bot.chat import Place
from handlers.slack.line import Line, RefusedError, told
from handlers.slack.payload import Payload

_KEPT: Final = 600.0
_REMEMBERED: Final = 5_000

_NOT_IN_IT: Final = frozenset({"channel_not_found", "not_in_channel", "no_permission"})
"""Channels we are not in: nothing we say there is seen by anybody but the one who asked."""


class Channels:
    """Remembers what Slack says about conversations."""

    def __init__(self, line: Line, clock: Callable[[], float]) -> None:
        self._line = line
        self._clock = clock
        self._shared: OrderedDict[str, tuple[float, bool]] = OrderedDict()
        self._direct: OrderedDict[str, str] = OrderedDict()

    def learn(self, channel: str, *, shared: bool) -> None:
        """Note what an event said: commands and presses do not say it."""
        self._shared.pop(channel, None)
        self._shared[channel] = (self._clock(), shared)
        if len(self._shared) > _REMEMBERED:
            self._shared.popitem(last=False)

    async def shared(self, channel: str) -> bool:
        """Say whether people of another organisation can read along. Raises `SendError`."""
        kept = self._shared.get(channel)
        if kept is not None and self._clock() - kept[0] < _KEPT:
            return kept[1]
        try:
            said = await told(
                "conversations.info", self._line.web.conversations_info(channel=channel)
            )
        except RefusedError as refused:
            if refused.code not in _NOT_IN_IT:
                raise
            shared = False
        else:
            found = Payload(said).at("channel")
            shared = found.flag("is_ext_shared") or found.flag("is_pending_ext_shared")
        self.learn(channel, shared=shared)
        return shared

    async def direct(self, user: str, team: str) -> Place:
        """Return the conversation of this person and us alone. Raises `SendError`."""
        channel = self._direct.get(user)
        if channel is None:
            call = self._line.web.conversations_open(users=user)
            channel = Payload(await told("conversations.open", call)).id("channel", "id")
            self._direct[user] = channel
            if len(self._direct) > _REMEMBERED:
                self._direct.popitem(last=False)
        return Place(platform="slack", team=team, channel=channel, kind="direct")
