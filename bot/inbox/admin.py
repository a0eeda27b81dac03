"""What admins and metrics ask of the inbox: what is stuck, and how much waits."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import sqlalchemy as sa

from bot.inbox import kept
from bot.inbox.rows import INBOX, OUTBOX, Box, BoxName, is_open
from bot.store import Store
from bot.store.bells import ring

if TYPE_CHECKING:
    from sqlalchemy import Connection

BOXES: tuple[Box, ...] = (INBOX, OUTBOX)
MOST_DEAD = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Dead:
    """Something that was given up and can be run again. Nothing of its content."""

    box: BoxName
    id: str
    """An arrival's id, or a post's key."""
    platform: str
    attempts: int
    error: str
    """The kind of the last error and where in the code it was raised."""
    when: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Depth:
    """How much is in a box."""

    box: BoxName
    ready: int
    run: int
    dead: int
    oldest: float
    """Seconds that the oldest open one has been there; 0 when there is none."""


def dead(connection: Connection, most: int = MOST_DEAD) -> list[Dead]:
    """Return what was given up and is not yet forgotten, newest first."""
    found = [row for box in BOXES for row in _dead(connection, box, most)]
    return sorted(found, key=lambda row: row.when, reverse=True)[:most]


def requeue(connection: Connection, box: BoxName, ids: Collection[str], now: datetime) -> int:
    """Run again what was given up; return how many. Whatever is not dead is left alone."""
    chosen = _box(box)
    table = chosen.table
    again = (
        sa.update(table)
        .where(chosen.id.in_(ids), table.c.state == "dead", table.c.ended.is_(None))
        .values(
            state="ready",
            due=now.timestamp(),
            created=now,
            owner=sa.null(),
            error=sa.null(),
            # A post may have been made in one of its attempts: the next one looks first.
            attempt=0 if chosen is INBOX else 1,
        )
    )
    count = connection.execute(again).rowcount
    if count:
        ring(connection, box)
    return count


async def run_again(store: Store, id_: str, now: datetime) -> int:
    """Run one thing again, whichever box it lies in; return how many that were."""
    return sum([await store.run(requeue, box.name, (id_,), now) for box in BOXES])


def depth(connection: Connection, now: datetime) -> tuple[Depth, ...]:
    """Return how much waits, runs and was given up, for each box."""
    return tuple(_depth(connection, box, now) for box in BOXES)


def _box(name: BoxName) -> Box:
    return INBOX if name == "inbox" else OUTBOX


def _dead(connection: Connection, box: Box, most: int) -> list[Dead]:
    table = box.table
    found = (
        sa.select(box.id.label("id"), table.c.lane, table.c.attempt, table.c.error, table.c.due)
        .where(table.c.ended.is_(None), table.c.state == "dead")
        .order_by(table.c.due.desc())
        .limit(most)
    )
    return [
        Dead(
            box=box.name,
            id=row.id,
            platform=kept.platform_of(row.lane),
            attempts=row.attempt,
            error=row.error or "",
            when=datetime.fromtimestamp(row.due, UTC),
        )
        for row in connection.execute(found)
    ]


def _depth(connection: Connection, box: Box, now: datetime) -> Depth:
    table = box.table
    counted = (
        sa.select(table.c.state, sa.func.count()).where(table.c.ended.is_(None)).group_by("state")
    )
    count: dict[str, int] = dict(connection.execute(counted).all())
    oldest = connection.execute(sa.select(sa.func.min(table.c.created)).where(is_open(table)))
    since = oldest.scalar_one()
    return Depth(
        box=box.name,
        ready=count.get("ready", 0),
        run=count.get("run", 0),
        dead=count.get("dead", 0),
        oldest=0.0 if since is None else max(0.0, (now - since).total_seconds()),
    )
