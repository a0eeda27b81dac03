"""What inbox and outbox have in common: rows are taken, held for a while, and ended.

A row is `ready`, `run`, `done` or `dead`. `due` says when a ready row may be taken, until when a
running one is held, and when a dead one died. Whoever takes a row raises its `attempt`; owner and
attempt together are the proof that it is still theirs, and every later write asks for it.

A row that is done or emptied has an `ended`; everything that still wants something has none, so
that one small index finds it among millions.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple

import sqlalchemy as sa

from bot.store.tables import inbox, outbox

if TYPE_CHECKING:
    from sqlalchemy import Connection

BoxName = Literal["inbox", "outbox"]
"""Also the name of the bell that rings when something in it is ready."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A row this process holds."""

    seq: int
    id: str
    attempt: int
    payload: object
    created: datetime
    until: float
    """The end of the lease, in seconds since 1970."""
    followed: bool = False
    """Whether something waits behind it in its lane."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taking:
    """Who takes rows, when, until when, and how many at most."""

    me: str
    now: float
    until: float
    most: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """The proof that a row is ours."""

    me: str
    seq: int
    attempt: int


class NotOurs(Exception):  # noqa: N818 - no error: somebody else goes on with the row
    """Somebody else has taken the row over, or may have."""


def is_in(table: sa.FromClause, *states: str) -> sa.ColumnElement[bool]:
    """Say that a row is in one of these states, so that partial indexes are found.

    The states are written into the statement: the planner does not know what a parameter holds.
    """
    return table.c.state.in_([sa.literal_column(f"'{state}'") for state in states])


def is_open(table: sa.FromClause) -> sa.ColumnElement[bool]:
    """Say that a row is still to be worked on."""
    return is_in(table, "ready", "run")


class Box:
    """One of the two tables, with its statements written once."""

    def __init__(self, name: BoxName, table: sa.Table, id_: sa.Column[str]) -> None:
        self.name = name
        self.table = table
        self.id = id_
        self.take = self.taking()
        change = sa.update(table)
        mine = change.where(
            table.c.seq == sa.bindparam("my_seq"),
            table.c.owner == sa.bindparam("me"),
            table.c.attempt == sa.bindparam("my_attempt"),
            is_in(table, "run"),
        )
        empty = {"state": "done", "payload": sa.null(), "error": sa.null()}
        self.end = mine.values(empty | {"ended": sa.bindparam("at")})
        self.bury = mine.values(state="dead", due=sa.bindparam("at"), error=sa.bindparam("cause"))
        self.again = mine.values(
            state="ready",
            due=sa.bindparam("at"),
            error=sa.bindparam("cause"),
            attempt=table.c.attempt - sa.bindparam("forgiven"),
        )
        self.renew = (
            change.where(
                is_in(table, "run"),
                table.c.owner == sa.bindparam("me"),
                table.c.seq.in_(sa.bindparam("seqs", expanding=True)),
            )
            .values(due=sa.bindparam("until"))
            .returning(table.c.seq)
        )
        self.others = sa.select(table.c.seq).where(
            table.c.seq.in_(sa.bindparam("seqs", expanding=True)),
            table.c.owner.is_distinct_from(sa.bindparam("me")),
        )
        self.free_all = change.where(is_in(table, "run")).values(
            state="ready", due=sa.bindparam("at")
        )
        self.let_go = change.where(is_in(table, "run"), table.c.owner == sa.bindparam("me")).values(
            state="ready",
            due=sa.bindparam("at"),
            attempt=table.c.attempt - sa.bindparam("forgiven"),
        )

    def taking(self, *only: str) -> sa.Executable:
        """Return the statement that takes rows, if `only` is given those of lanes beginning so.

        Taken is what is due, unless something earlier in its lane is still open, or something
        later in it runs (which two processes can bring about that accept at the same moment).
        """
        row, other = self.table.alias("waiting"), self.table.alias("other")
        now = sa.bindparam("now", type_=sa.Float)
        blocked = sa.exists().where(
            other.c.lane == row.c.lane,
            is_open(other),
            sa.or_(
                other.c.seq < row.c.seq,
                sa.and_(other.c.seq > row.c.seq, is_in(other, "run"), other.c.due > now),
            ),
        )
        ours = [row.c.lane.startswith(lane, autoescape=True) for lane in only]
        # A WITH of its own: as a plain subquery PostgreSQL may run it again for each row, and
        # then locks and takes more rows than were asked for.
        picked = (
            sa.select(row.c.seq)
            .where(is_open(row), row.c.due <= now, ~blocked)
            .where(sa.or_(*ours) if ours else sa.true())
            .order_by(row.c.due, row.c.seq)
            .limit(sa.bindparam("most"))
            .with_for_update(skip_locked=True, of=row)
            .cte("picked")
        )
        table = self.table
        # Spelt out: for SQLite, SQLAlchemy leaves out the table's name in a RETURNING, and within
        # this condition the bare names would mean those of `other`.
        lane = sa.literal_column(f"{table.name}.lane", sa.Text)
        seq = sa.literal_column(f"{table.name}.seq", sa.BigInteger)
        followed = sa.exists().where(other.c.lane == lane, is_open(other), other.c.seq > seq)
        return (
            sa.update(table)
            .where(table.c.seq.in_(sa.select(picked.c.seq)))
            .values(
                state="run",
                owner=sa.bindparam("me"),
                attempt=table.c.attempt + 1,
                due=sa.bindparam("until"),
            )
            .returning(
                table.c.seq,
                self.id.label("id"),
                table.c.attempt,
                table.c.payload,
                table.c.created,
                table.c.due.label("until"),
                followed.label("followed"),
            )
        )


INBOX: Final = Box("inbox", inbox, inbox.c.id)
OUTBOX: Final = Box("outbox", outbox, outbox.c.key)


def take(connection: Connection, statement: sa.Executable, taking: Taking) -> list[Taken]:
    """Take rows that are due, oldest first; nobody else gets them until the lease is over."""
    values = {"me": taking.me, "now": taking.now, "until": taking.until, "most": taking.most}
    found = connection.execute(statement, values)
    return sorted((Taken(**row) for row in found.mappings()), key=lambda row: row.seq)


class Renewed(NamedTuple):
    """What became of rows that were to be held for longer."""

    held: frozenset[int]
    lost: frozenset[int]
    """Taken by others. A row that we ended ourselves in the meantime is in neither."""


def renew(
    connection: Connection, box: Box, me: str, until: float, seqs: Collection[int]
) -> Renewed:
    """Hold rows for longer."""
    values = {"me": me, "until": until, "seqs": sorted(seqs)}
    held = frozenset(connection.execute(box.renew, values).scalars())
    rest = sorted(set(seqs) - held)
    others = connection.execute(box.others, {"me": me, "seqs": rest}).scalars() if rest else ()
    return Renewed(held, frozenset(others))


def end(connection: Connection, box: Box, hold: Hold, at: datetime) -> None:
    """Mark a row as done and forget its payload. Raises `NotOurs`."""
    change(connection, box.end, hold, at=at)


def again(
    connection: Connection, box: Box, hold: Hold, at: float, cause: str, *, forgiven: int = 0
) -> None:
    """Let a row wait for its next attempt; with `forgiven=1` this one does not count.

    Raises `NotOurs`.
    """
    change(connection, box.again, hold, at=at, cause=cause, forgiven=forgiven)


def bury(connection: Connection, box: Box, hold: Hold, at: float, cause: str) -> None:
    """Give a row up; its payload stays, so that it can be run again. Raises `NotOurs`."""
    change(connection, box.bury, hold, at=at, cause=cause)


def change(connection: Connection, statement: sa.Update, hold: Hold, **values: Any) -> None:
    """Change a row that is ours; raises `NotOurs`, with nothing written, when it is not."""
    proof = {"me": hold.me, "my_seq": hold.seq, "my_attempt": hold.attempt}
    if connection.execute(statement, proof | values).rowcount != 1:
        raise NotOurs


def let_go(connection: Connection, box: Box, me: str, at: float, *, forgiven: int) -> int:
    """Give back whatever this process still holds; return how many."""
    values = {"me": me, "at": at, "forgiven": forgiven}
    return connection.execute(box.let_go, values).rowcount


def free_all(connection: Connection, box: Box, at: float) -> int:
    """Give back whatever anybody holds: only for a process that knows that it is alone."""
    return connection.execute(box.free_all, {"at": at}).rowcount
