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
