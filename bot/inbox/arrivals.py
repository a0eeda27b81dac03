"""The inbox: what somebody did, kept until it has been worked on."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from bot.chat import Arrival
from bot.inbox import kept, posts, rows
from bot.inbox.done import Done
from bot.inbox.posts import Sending
from bot.inbox.rows import INBOX, Hold, Taken
from bot.store.bells import ring
from bot.store.tables import inbox

if TYPE_CHECKING:
    from sqlalchemy import Connection


def add(connection: Connection, arrival: Arrival, now: datetime) -> bool:
    """Keep an arrival; False when it is there already, worked on or not."""
    values = {
        "id": arrival.id,
        "lane": arrival.lane,
        "payload": kept.from_arrival(arrival),
        "due": now.timestamp(),
        "created": now,
    }
    added = connection.execute(_ADD[connection.dialect.name], values).scalar_one_or_none()
    if added is None:
        return False
    ring(connection, INBOX.name)
    return True


def known(connection: Connection, lane: str) -> bool:
    """Say whether something of this lane was ever kept, worked on or not."""
    return bool(connection.execute(_KNOWN, {"lane": lane}).scalar_one())


def finish(connection: Connection, hold: Hold, done: Done, sending: Sending) -> tuple[Taken, ...]:
    """End an arrival and write what was made of it; return the posts to be sent right away.

    Raises `NotOurs`.
    """
    rows.end(connection, INBOX, hold, sending.now)
    return _write(connection, done, sending)


def give_up(
    connection: Connection, hold: Hold, cause: str, said: Done, sending: Sending
) -> tuple[Taken, ...]:
    """Bury an arrival and write what is said about it; return the posts to be sent right away.

    Raises `NotOurs`.
    """
    rows.bury(connection, INBOX, hold, sending.now.timestamp(), cause)
    return _write(connection, said, sending)


def _write(connection: Connection, done: Done, sending: Sending) -> tuple[Taken, ...]:
    for action in done.also:
        action(connection)
    return posts.add(connection, done.posts, sending).taken


_ROW: Final[Mapping[str, Any]] = {
    **{name: sa.bindparam(name) for name in ("id", "lane", "payload", "due", "created")},
    "state": sa.literal_column("'ready'"),
    "attempt": sa.literal_column("0"),
}
_ADD: Final[dict[str, sa.Executable]] = {
    "sqlite": sqlite.insert(inbox).values(_ROW).on_conflict_do_nothing().returning(inbox.c.seq),
    "postgresql": postgresql.insert(inbox)
    .values(_ROW)
    .on_conflict_do_nothing()
    .returning(inbox.c.seq),
}
_KNOWN: Final = sa.select(sa.exists().where(inbox.c.lane == sa.bindparam("lane")))
