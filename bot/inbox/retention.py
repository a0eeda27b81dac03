"""What is forgotten, and when."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

import sqlalchemy as sa

from bot.inbox.rows import INBOX, OUTBOX, Box, is_in

if TYPE_CHECKING:
    from sqlalchemy import Connection

KNOWN_FOR: Final = timedelta(days=30)
"""For so long a second delivery of something is known as one."""

BATCH: Final = 500
NOBODY_CAME: Final = 3600.0
"""Seconds a post has been due without any process taking it."""


def forget(connection: Connection, now: datetime, days: int) -> int:
    """Forget a batch of what is over; return how many rows that were: call it until there are none.

    The words of what was given up go after `days`; rows go 30 days after they were ended.
    """
    return sum(_forgotten(connection, box, now, days) for box in (INBOX, OUTBOX))


def give_up_stale(connection: Connection, now: datetime, age: float) -> int:
    """Give up posts older than `age` that no process takes: no chat is set up for them any more."""
    at = now.timestamp()
    table = OUTBOX.table
    stale = (
        sa.update(table)
        .where(
            is_in(table, "ready"),
            table.c.due < at - NOBODY_CAME,
            table.c.created < now - timedelta(seconds=age),
        )
        .values(state="dead", due=at, error="Unsent: no process has a chat for it")
    )
    return connection.execute(stale).rowcount


def _forgotten(connection: Connection, box: Box, now: datetime, days: int) -> int:
    table = box.table
    given_up = (now - timedelta(days=days)).timestamp()
    over = _batch(box, table.c.ended.is_(None), is_in(table, "dead"), table.c.due <= given_up)
    known = _batch(box, is_in(table, "done", "dead"), table.c.ended <= now - KNOWN_FOR)
    empty = sa.update(table).where(table.c.seq.in_(over)).values(payload=sa.null(), ended=now)
    delete = sa.delete(table).where(table.c.seq.in_(known))
    # Counted by what comes back: SQLite's driver does not count a statement that begins with WITH.
    changed = [
        connection.execute(statement.returning(table.c.seq)).all() for statement in (empty, delete)
    ]
    return sum(len(rows) for rows in changed)


def _batch(box: Box, *which: sa.ColumnElement[bool]) -> sa.ScalarSelect[int]:
    table = box.table
    picked = (
        sa.select(table.c.seq)
        .where(*which)
        .limit(BATCH)
        .with_for_update(skip_locked=True)
        .cte("picked")
    )
    return sa.select(picked.c.seq).scalar_subquery()
