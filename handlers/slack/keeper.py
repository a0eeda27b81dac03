"""Into the inbox, in the time Slack gives."""

from __future__ import annotations

import asyncio
import logging
from time import perf_counter
from typing import TYPE_CHECKING, Final

from bot.log import broken
from bot.store import StoreError

if TYPE_CHECKING:
    from bot.chat import Arrival
    from bot.service import Service

log = logging.getLogger("greenlight.slack")

BUDGET: Final = 2.0
"""Seconds for everything that comes before the answer; Slack hangs up after three."""


def deadline() -> float:
    """Return the moment by which Slack must have its answer, on the clock of the loop."""
    return asyncio.get_running_loop().time() + BUDGET


class Keeper:
    """Keeps what was done, or says that it could not."""

    def __init__(self, service: Service) -> None:
        self._service = service

    async def keep(self, arrival: Arrival, until: float) -> bool:
        """Put something into the inbox; False when it may be lost, and somebody must be told."""
        start = perf_counter()
        try:
            async with asyncio.timeout_at(until):
                await self._service.accept(arrival)
        except (StoreError, TimeoutError) as error:
            log.warning("slack not kept", extra={"id": arrival.id, "error": type(error).__name__})
            return False
        except Exception as error:  # noqa: BLE001 - whatever broke, somebody is waiting
            log.error("slack not kept", extra={"id": arrival.id, **broken(error)})  # noqa: TRY400
            return False
        took = round((perf_counter() - start) * 1000, 1)
        log.info("slack kept", extra={"id": arrival.id, "deed": arrival.deed.kind, "ms": took})
        return True
