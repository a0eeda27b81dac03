"""`greenlight keys`: who may ask over HTTP, and for whom."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Final

from bot.app import App
from bot.ask import AskError
from bot.directory import person_named
from bot.keys import end, keep, make
from bot.settings import Settings
from bot.store import Store
from bot.store import keys as kept
from bot.store.keys import Key


async def added(
    settings: Settings, name: str, person: str | None = None, *, any_person: bool = False
) -> str:
    """Make a key and return its text; raises `AskError` when it cannot be made as asked for."""
    name = " ".join(name.split())
    if not name:
        raise AskError("A key needs a name that says what it is for.")
    if person is not None and any_person:
        raise AskError("A key acts for one person (--as) or for anybody (--any-person), not both.")
    async with App.open(settings) as app:
        found = await person_named(app, person) if person is not None else None
        if person is not None and found is None:
            raise AskError(f"{person!r} is neither an id nor an e-mail address of the directory.")
        person_id = found.id if found is not None else None
        made = make(name, app.now(), person_id=person_id, any_person=any_person)
        await app.store.run(keep, made.key)
    return made.text


async def listed(settings: Settings) -> str:
    """Return all keys as a table."""
    async with Store.open(settings.database) as store:
        found = await store.run(kept.every)
    if not found:
        return "There are no keys. Make one with: greenlight keys add NAME --as PERSON"
    return _table([_TITLES, *(tuple(_row(key)) for key in found)])


async def revoked(settings: Settings, key_id: str) -> str:
    """End a key and say so; raises `AskError` when there is none of this id that still works."""
    # Without an app: a key can be ended while the knowledge base is broken.
    now = datetime.now(UTC)  # noqa: TID251 - no app here
    async with Store.open(settings.database) as store:
        if not await store.run(end, key_id, now):
            raise AskError(f"There is no key {key_id!r} that still works.")
    return f"The key {key_id} is revoked."


_TITLES: Final = ("ID", "NAME", "ACTS FOR", "MADE", "LAST USED", "REVOKED")


def _row(key: Key) -> Iterator[str]:
    yield key.id
    yield key.name
    if key.person_id is not None:
        yield key.person_id
    else:
        yield "anybody" if key.any_person else "whom a call names"
    yield _day(key.created_at)
    yield f"{key.used_at:%Y-%m-%d %H:%M} UTC" if key.used_at is not None else "never"
    yield _day(key.revoked_at)


def _day(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d}" if moment is not None else ""


def _table(rows: Sequence[tuple[str, ...]]) -> str:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join("  ".join(map(str.ljust, row, widths)).rstrip() for row in rows)
