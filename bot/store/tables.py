"""The tables as the code sees them; migrations bring a database to this shape."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from typing_extensions import override


class UtcTime(sa.TypeDecorator[datetime]):
    """A moment in UTC; engines without time zones keep it without one."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    @override
    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        return None if value is None else value.astimezone(UTC)

    @override
    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


metadata = sa.MetaData()

answers = sa.Table(
    "answers",
    metadata,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("at", UtcTime, nullable=False, index=True),
    sa.Column("day", sa.Date, nullable=False),
    sa.Column("person_id", sa.Text, nullable=False, index=True),
    sa.Column("person", sa.JSON, nullable=False),
    sa.Column("door", sa.String(20), nullable=False),
    sa.Column("language", sa.String(20), nullable=False),
    sa.Column("topic", sa.String(40), nullable=False),
    sa.Column("action", sa.String(40), nullable=False),
    sa.Column("verdict", sa.String(40), nullable=False),
    sa.Column("understood", sa.JSON, nullable=False),
    sa.Column("findings", sa.JSON, nullable=False),
    sa.Column("judged", sa.JSON, nullable=False),
    sa.Column("citations", sa.JSON, nullable=False),
    sa.Column("conditions", sa.JSON, nullable=False),
    sa.Column("alternatives", sa.JSON, nullable=False),
    sa.Column("ask_for", sa.String(40)),
    sa.Column("knowledge_version", sa.String(64), nullable=False),
    sa.Column("understood_by", sa.String(20), nullable=False),
    sa.Column("ms", sa.Float, nullable=False),
)
"""What was understood and decided. No words of the message: those are in `messages`."""

messages = sa.Table(
    "messages",
    metadata,
    sa.Column(
        "answer_id",
        sa.String(40),
        sa.ForeignKey("answers.id", ondelete="CASCADE"),
        primary_key=True,
    ),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("history", sa.JSON, nullable=False),
    sa.Column("read_from", sa.JSON, nullable=False),
    sa.Column("expires_at", UtcTime, nullable=False, index=True),
    sa.Column("conversation", sa.Text, nullable=False, server_default="", index=True),
    sa.Column("reply", sa.Text, nullable=False, server_default=""),
)
"""What people wrote, kept apart so that it can be forgotten while the answers stay."""

knowledge_versions = sa.Table(
    "knowledge_versions",
    metadata,
    sa.Column("version", sa.String(64), primary_key=True),
    sa.Column("first_seen", UtcTime, nullable=False),
    sa.Column("folder", sa.Text, nullable=False),
)
"""Every knowledge base that has answered from this database."""

_Counter = sa.BigInteger().with_variant(sa.Integer, "sqlite")

inbox = sa.Table(
    "inbox",
    metadata,
    sa.Column("seq", _Counter, sa.Identity(), primary_key=True),
    sa.Column("id", sa.Text, nullable=False, unique=True),
    sa.Column("lane", sa.Text, nullable=False),
    sa.Column("payload", sa.JSON),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("attempt", sa.Integer, nullable=False),
    sa.Column("owner", sa.String(40)),
    sa.Column("due", sa.Float, nullable=False),
    sa.Column("created", UtcTime, nullable=False),
    sa.Column("ended", UtcTime),
    sa.Column("error", sa.Text),
)
"""What was accepted. `due` is in seconds since 1970: when to start, or until when the lease holds.

The payload goes when the work is done; the id stays, so that a late second delivery is known.
"""

_inbox_open = inbox.c.state.in_(("ready", "run"))
sa.Index("ix_inbox_due", inbox.c.due, sqlite_where=_inbox_open, postgresql_where=_inbox_open)
sa.Index("ix_inbox_lane", inbox.c.lane, inbox.c.seq)
sa.Index("ix_inbox_ended", inbox.c.ended)

outbox = sa.Table(
    "outbox",
    metadata,
    sa.Column("seq", _Counter, sa.Identity(), primary_key=True),
    sa.Column("key", sa.Text, nullable=False, unique=True),
    sa.Column("lane", sa.Text, nullable=False),
    sa.Column("payload", sa.JSON),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("attempt", sa.Integer, nullable=False),
    sa.Column("owner", sa.String(40)),
    sa.Column("due", sa.Float, nullable=False),
    sa.Column("created", UtcTime, nullable=False),
    sa.Column("ended", UtcTime),
    sa.Column("message_id", sa.Text, index=True),
    sa.Column("error", sa.Text),
)
"""What is to be posted. A row says `run` before the post is made and `done` after it."""

_outbox_open = outbox.c.state.in_(("ready", "run"))
sa.Index("ix_outbox_due", outbox.c.due, sqlite_where=_outbox_open, postgresql_where=_outbox_open)
sa.Index(
    "ix_outbox_lane",
    outbox.c.lane,
    outbox.c.seq,
    sqlite_where=_outbox_open,
    postgresql_where=_outbox_open,
)
sa.Index("ix_outbox_ended", outbox.c.ended)

people = sa.Table(
    "people",
    metadata,
    sa.Column("id", sa.String(80), primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("email", sa.Text, nullable=False, index=True),
    sa.Column("seen_at", UtcTime, nullable=False),
)
"""Everybody who was answered: the name behind an id."""

accounts = sa.Table(
    "accounts",
    metadata,
    sa.Column("platform", sa.String(20), primary_key=True),
    sa.Column("team", sa.String(80), primary_key=True),
    sa.Column("user", sa.String(120), primary_key=True),
    sa.Column("person_id", sa.String(80), nullable=False, index=True),
    sa.Column("direct", sa.JSON),
    sa.Column("seen_at", UtcTime, nullable=False),
)
"""How a person is reached: the direct conversation last seen on each platform."""

ratings = sa.Table(
    "ratings",
    metadata,
    sa.Column("answer_id", sa.String(40), primary_key=True),
    sa.Column("person_id", sa.String(80), primary_key=True),
    sa.Column("helpful", sa.Boolean, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("at", UtcTime, nullable=False),
)

requests = sa.Table(
    "requests",
    metadata,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("kind", sa.String(20), nullable=False),
    sa.Column("at", UtcTime, nullable=False, index=True),
    sa.Column("person_id", sa.String(80), nullable=False, index=True),
    sa.Column("values", sa.JSON, nullable=False),
    sa.Column("state", sa.String(20), nullable=False, index=True),
    sa.Column("closed_at", UtcTime),
    sa.Column("closed_by", sa.String(80)),
    sa.Column("note", sa.Text, nullable=False, server_default=""),
)
"""What people asked the admins for, or reported to them."""

audit = sa.Table(
    "audit",
    metadata,
    sa.Column("seq", _Counter, sa.Identity(), primary_key=True),
    sa.Column("at", UtcTime, nullable=False, index=True),
    sa.Column("kind", sa.String(40), nullable=False, index=True),
    sa.Column("actor", sa.String(120), nullable=False, index=True),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("detail", sa.JSON, nullable=False),
)
"""What happened, to whom; ids only, never content. Rows are only ever added."""

api_keys = sa.Table(
    "api_keys",
    metadata,
    sa.Column("id", sa.String(20), primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("digest", sa.String(64), nullable=False, unique=True),
    sa.Column("person_id", sa.String(80)),
    sa.Column("created_at", UtcTime, nullable=False),
    sa.Column("revoked_at", UtcTime),
    sa.Column("used_at", UtcTime),
)
"""Keys of programs. Without a person, a key acts for the person each call names."""
