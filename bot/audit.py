"""The record of what happened, to whom. Rows are only ever added; ids only, never content."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Literal

import sqlalchemy as sa

from bot.store.tables import audit

if TYPE_CHECKING:
    from sqlalchemy import Connection

Kind = Literal[
    "refused",
    "shared",
    "forgotten",
    "request_opened",
    "request_closed",
    "incident_opened",
    "requeued",
    "key_made",
    "key_revoked",
    "knowledge_changed",
]

_LONGEST_ACTOR = 120
"""Characters of the column `actor`; some engines refuse a longer one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing that happened."""

    kind: Kind
    actor: str
    """Whose doing it was: a person's id, or an account as `platform:user` where there is none."""
    subject: str = ""
    """The id of what it was done to."""
    detail: Mapping[str, str | int | bool | None] = field(default_factory=dict)
    at: datetime


def write(connection: Connection, entry: Entry) -> None:
    """Add an entry, in the transaction of the thing it tells about."""
    connection.execute(
        sa.insert(audit).values(
            kind=entry.kind,
            actor=entry.actor[:_LONGEST_ACTOR],
            subject=entry.subject,
            detail=dict(entry.detail),
            at=entry.at,
        )
    )


def entries(
    connection: Connection, kind: Kind | None = None, actor: str = "", most: int = 100
) -> tuple[Entry, ...]:
    """Return the newest entries, the newest first: all, or those of a kind or an actor."""
    found = sa.select(audit).order_by(audit.c.seq.desc()).limit(most)
    if kind is not None:
        found = found.where(audit.c.kind == kind)
    if actor:
        found = found.where(audit.c.actor == actor[:_LONGEST_ACTOR])
    return tuple(
        Entry(kind=row.kind, actor=row.actor, subject=row.subject, detail=row.detail, at=row.at)
        for row in connection.execute(found)
    )
