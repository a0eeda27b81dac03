"""Our own speed limits, below Slack's, so that we wait a little instead of being turned away."""

from __future__ import annotations

import asyncio
from collections import OrderedDict, deque
from collections.abc import Callable
from typing import Final

_BURST: Final = 5
_BETWEEN: Final = 1.0
"""Slack takes one post a second in each channel, and short bursts."""

_REMEMBERED: Final = 2_000
"""Channels whose last posts are known; a longer silence has nothing to wait for."""

_STREAMS: Final = 18
_MINUTE: Final = 60.0
"""Slack promises twenty beginnings and twenty ends of streams a minute in each workspace."""


class Pace:
    """At most one post a second in each channel, after a burst of five."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._full: OrderedDict[str, float] = OrderedDict()
        """When each channel's allowance will be whole again."""

    def delay(self, channel: str) -> float:
        """Take one post from the allowance; return the seconds to wait before it."""
        now = self._clock()
        full = max(self._full.pop(channel, now), now)
        self._full[channel] = full + _BETWEEN
        while len(self._full) > _REMEMBERED:
            self._full.popitem(last=False)
        return max(0.0, full + _BETWEEN - now - _BURST * _BETWEEN)

    async def wait(self, channel: str) -> None:
        """Wait until something may be posted in a channel."""
        seconds = self.delay(channel)
        if seconds > 0:
            await asyncio.sleep(seconds)


class StreamBudget:
    """How many streams may begin; each that begins has the room kept in which it will end."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._begun: deque[float] = deque()
        self._ended: deque[float] = deque()
        self._open = 0

    def begin(self) -> bool:
        """Take one beginning, if there is one left."""
        _forget(self._begun, self._clock() - _MINUTE)
        _forget(self._ended, self._clock() - _MINUTE)
        if len(self._begun) >= _STREAMS or len(self._ended) + self._open >= _STREAMS:
            return False
        self._begun.append(self._clock())
        self._open += 1
        return True

    def end(self) -> None:
        """Note that a stream has ended."""
        self._open -= 1
        self._ended.append(self._clock())


def _forget(times: deque[float], before: float) -> None:
    while times and times[0] <= before:
        times.popleft()
