"""The outbox: posts on their way, one at a time for each place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from bot.chat import Post
from bot.inbox import kept, rows
from bot.inbox.rows import OUTBOX, Hold, Taken, is_open
from bot.store.bells import ring
from bot.store.tables import outbox

if TYPE_CHECKING:
    from sqlalchemy import Connection


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """Who can send posts right away: how many, of which platforms, and held until when."""

    me: str
    now: datetime
    until: float
    most: int
    platforms: frozenset[str]


def outgoing(connection: Connection, post: Post, now: datetime) -> bool:
    """Put a post into the outbox, to speak to somebody who did not ask just now.

    False when a post with its key is there already, posted or not: then nothing changes.
    """
    return bool(add(connection, (post,), _nobody(now)).new)


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """What became of posts."""

    new: int
    taken: tuple[Taken, ...]
    """To be sent by the process that wrote them."""


def add(connection: Connection, posts: Sequence[Post], sending: Sending) -> Added:
    """Write posts; those that are next at their place are taken by the one who can send them."""
    lanes = [kept.post_lane(post) for post in posts]
    if connection.dialect.name == "postgresql":
        for lane in sorted(set(lanes)):
            # Who writes for a place waits for others who do, so that "next" has one meaning.
            connection.execute(_LOCK, {"lane": lane})
    new = 0
    taken: list[Taken] = []
    for post, lane in zip(posts, lanes, strict=True):
        mine = len(taken) < sending.most and _next(connection, lane, sending)
        values = _values(post, lane, sending, mine=mine)
        seq = connection.execute(_ADD[connection.dialect.name], values).scalar_one_or_none()
        if seq is None:
            continue
        new += 1
        if mine:
            taken.append(_taken(seq, values))
        else:
            ring(connection, OUTBOX.name)
    return Added(new=new, taken=tuple(taken))


def key_of(connection: Connection, message: str) -> str | None:
    """Return the key of the post that became this message; None when it is none of ours."""
    found = sa.select(outbox.c.key).where(outbox.c.message_id == message).limit(1)
    return connection.execute(found).scalar_one_or_none()


def end(connection: Connection, hold: Hold, at: datetime, message: str) -> None:
    """Mark a post as made, and forget its words. Raises `NotOurs`."""
    rows.change(connection, _END, hold, at=at, message=message)


def _nobody(now: datetime) -> Sending:
    return Sending(me="", now=now, until=0, most=0, platforms=frozenset())


def _next(connection: Connection, lane: str, sending: Sending) -> bool:
    if kept.platform_of(lane) not in sending.platforms:
        return False
    return not connection.execute(_BUSY, {"lane": lane}).scalar_one()


def _values(post: Post, lane: str, sending: Sending, *, mine: bool) -> dict[str, Any]:
    return {
        "key": post.key,
        "lane": lane,
        "payload": kept.from_post(post),
        "state": "run" if mine else "ready",
        "attempt": 1 if mine else 0,
        "owner": sending.me if mine else None,
        "due": sending.until if mine else sending.now.timestamp(),
        "created": sending.now,
    }


def _taken(seq: int, values: dict[str, Any]) -> Taken:
    return Taken(
        seq=seq,
        id=values["key"],
        attempt=1,
        payload=values["payload"],
        created=values["created"],
        until=values["due"],
    )


_COLUMNS: Final = ("key", "lane", "payload", "state", "attempt", "owner", "due", "created")
_ROW: Final[Mapping[str, Any]] = {name: sa.bindparam(name) for name in _COLUMNS}

_ADD: Final[dict[str, sa.Executable]] = {
    "sqlite": sqlite.insert(outbox).values(_ROW).on_conflict_do_nothing().returning(outbox.c.seq),
    "postgresql": postgresql.insert(outbox)
    .values(_ROW)
    .on_conflict_do_nothing()
    .returning(outbox.c.seq),
}
_BUSY: Final = sa.select(sa.exists().where(outbox.c.lane == sa.bindparam("lane"), is_open(outbox)))
_LOCK: Final = sa.text("SELECT pg_advisory_xact_lock(7305042, hashtext(:lane))")
_END: Final = OUTBOX.end.values(message_id=sa.bindparam("message"))
