"""What a look found, and looking at many things at once without ever hanging."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.log import broken

log = logging.getLogger("greenlight.doctor")

LIMIT: Final = 15.0
"""Seconds for each look."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Whether one thing is in order. Neither text ever holds a secret."""

    name: str
    ok: bool
    detail: str
    fix: str = ""
    """What to do about a problem, in a sentence."""
    expires: datetime | None = None
    """When what was looked at ends by itself, as far as anybody tells."""


Probe = Callable[[], Awaitable[Sequence[Finding]]]


def good(name: str, detail: str, *, expires: datetime | None = None) -> Finding:
    """Return that something is in order."""
    return Finding(name=name, ok=True, detail=detail, expires=expires)


def problem(name: str, detail: str, fix: str, *, expires: datetime | None = None) -> Finding:
    """Return that something is not in order, and what to do about it."""
    return Finding(name=name, ok=False, detail=detail, fix=fix, expires=expires)


async def examine(probes: Mapping[str, Probe], *, limit: float = LIMIT) -> tuple[Finding, ...]:
    """Run all probes at once; return what they found, in their order. Never raises."""
    looks = (_found(name, probe, limit) for name, probe in probes.items())
    return tuple(found for group in await asyncio.gather(*looks) for found in group)


async def _found(name: str, probe: Probe, limit: float) -> Sequence[Finding]:
    try:
        async with asyncio.timeout(limit):
            return await probe()
    except TimeoutError:
        detail = f"There was no answer within {limit:g} seconds."
        return [problem(name, detail, "Check the network between this machine and there.")]
    except Exception as error:  # noqa: BLE001 - one look that breaks must not end the others
        log.error("look failed", extra={"look": name, **broken(error)})  # noqa: TRY400 - no words
        detail = f"This could not be looked at ({type(error).__name__})."
        return [
            problem(name, detail, "Please report this with the line above; it holds no secret.")
        ]
