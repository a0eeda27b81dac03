"""`greenlight inbox`: what was given up, and running it again."""

from __future__ import annotations

from datetime import UTC, datetime

from bot import inbox
from bot.settings import Settings
from bot.store import Store


async def listed(settings: Settings) -> str:
    """Return what was given up, a line for each, newest first."""
    async with Store.open(settings.database) as store:
        found = await store.run(inbox.dead)
    if not found:
        return "Nothing was given up."
    lines = (
        f"{one.when:%Y-%m-%d %H:%M}  {one.box:6}  {one.id}  {one.attempts} attempts, {one.error}"
        for one in found
    )
    return "\n".join(lines)


async def requeued(settings: Settings, number: str) -> str:
    """Run something again and say so."""
    now = datetime.now(UTC)  # noqa: TID251 - no app here
    async with Store.open(settings.database) as store:
        count = await inbox.run_again(store, number, now)
    if not count:
        return f"{number} was not given up, or runs again already. See `greenlight inbox list`."
    return f"{number} runs again."
