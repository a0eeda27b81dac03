"""`greenlight migrate`."""

from __future__ import annotations

from bot.store import Store
from bot.store.migrate import current


async def migrated(url: str) -> str:
    """Open a database, which brings it up to date, and say where it is now."""
    async with Store.open(url) as store:
        version = await store.run(current)
    return f"The database is up to date (migration {version}): {url}"
