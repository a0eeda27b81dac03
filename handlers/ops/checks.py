"""What /readyz looks at: named checks, run together, each with a limit, the slow ones kept."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from bot.log import broken

log = logging.getLogger("greenlight.ops")

KEPT: Final = 60.0
"""Seconds a result is good for: platforms are not asked more often, whoever asks us."""

LIMIT: Final = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """What a look found."""

    ok: bool
    detail: str
    """A sentence for the people who run Greenlight: no secrets, no content."""
    expires: datetime | None = None
    """When what was looked at ends by itself, as far as anybody tells."""


Look = Callable[[], Awaitable[Check]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """A check, and what it means for this process."""

    check: Check
    vital: bool


@dataclass(slots=True, kw_only=True)
class _Registered:
    name: str
    look: Look
    vital: bool
    keep: float
    limit: float
    found: Check | None = None
    at: float = 0.0
    looking: asyncio.Lock = field(default_factory=asyncio.Lock)


class Checks:
    """The checks of one process."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._registered: dict[str, _Registered] = {}

    def register(
        self,
        name: str,
        look: Look,
        *,
        vital: bool = False,
        keep: float = KEPT,
        limit: float = LIMIT,
    ) -> None:
        """Add a check. Without a vital one this process is of no use, so it is not ready.

        `keep` says for how many seconds a result is good, `limit` how long a look may take.
        """
        self._registered[name] = _Registered(
            name=name, look=look, vital=vital, keep=keep, limit=limit
        )

    async def results(self) -> Mapping[str, Result]:
        """Return what every check finds now, or found a moment ago."""
        found = await asyncio.gather(*(self._result(each) for each in self._registered.values()))
        return dict(zip(self._registered, found, strict=True))

    async def _result(self, each: _Registered) -> Result:
        # Whoever waits here is told what the one before found out.
        async with each.looking:
            now = self._clock()
            if each.found is None or now - each.at >= each.keep:
                each.found, each.at = await _looked(each), now
        return Result(check=each.found, vital=each.vital)


async def _looked(each: _Registered) -> Check:
    try:
        async with asyncio.timeout(each.limit):
            return await each.look()
    except TimeoutError:
        return Check(ok=False, detail=f"No answer within {each.limit:g} seconds.")
    except Exception as error:  # noqa: BLE001 - a check that breaks is a check that fails
        log.error("check failed", extra={"check": each.name, **broken(error)})  # noqa: TRY400 - words may be content
        return Check(ok=False, detail=f"The check itself failed ({type(error).__name__}).")
