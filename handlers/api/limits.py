"""How often a key may call. Counted in this process: with several, each counts for itself."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from limits import RateLimitItem, RateLimitItemPerMinute
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import FixedWindowRateLimiter

from handlers.api.problems import CallError


@dataclass(frozen=True, slots=True)
class Limit:
    """What is counted together."""

    name: str
    item: RateLimitItem


QUESTIONS: Final = Limit("questions", RateLimitItemPerMinute(120))
"""Everything that is judged and kept."""

LOOKS: Final = Limit("looks", RateLimitItemPerMinute(600))
"""Everything that is only looked up."""


class Limits:
    """Counts calls, from the first one of a minute on."""

    def __init__(self) -> None:
        # Not a moving window: in memory, that one starts a thread for every call.
        self._counter = FixedWindowRateLimiter(MemoryStorage())

    async def count(self, limit: Limit, key_id: str) -> Mapping[str, str]:
        """Count a call and return the headers that tell what is left; raises a `CallError`."""
        fits = await self._counter.hit(limit.item, limit.name, key_id)
        ends, left = await self._counter.get_window_stats(limit.item, limit.name, key_id)
        # The counter reads this clock, so its end can be told by no other.
        seconds = max(1, math.ceil(ends - time.time()))
        headers = {
            "RateLimit-Policy": f'"{limit.name}";q={limit.item.amount};w=60',
            "RateLimit": f'"{limit.name}";r={left};t={seconds}',
        }
        if not fits:
            raise CallError(
                HTTPStatus.TOO_MANY_REQUESTS,
                "too_many",
                f"This key may call {limit.item.amount} times a minute. "
                f"Please try again in {seconds} seconds.",
                headers={**headers, "Retry-After": str(seconds)},
            )
        return headers
