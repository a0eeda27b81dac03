"""What people asked the admins for, or reported to them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

import sqlalchemy as sa

from bot.store.tables import requests

if TYPE_CHECKING:
    from sqlalchemy import Connection

Kind = Literal["request", "incident"]


@dataclass(frozen=True, kw_only=True)
class Filed:
    """One request or incident."""

    id: str
    kind: Kind
    at: datetime
    person_id: str
    values: Mapping[str, Any]
    """What was filled in, by field."""
    state: Literal["open", "done"] = "open"
    closed_at: datetime | None = None
    closed_by: str | None = None
    note: str = ""


def add(connection: Connection, filed: Filed) -> bool:
    """Keep something filed; return False when it is there already."""
    there = sa.select(requests.c.id).where(requests.c.id == filed.id)
    if connection.execute(there).first() is not None:
        return False
    connection.execute(sa.insert(requests), vars(filed))
    return True


def find(connection: Connection, id_: str) -> Filed | None:
    """Return something filed, or None when there is no such id."""
    row = connection.execute(sa.select(requests).where(requests.c.id == id_)).one_or_none()
    return None if row is None else _filed(row)


def of_person(connection: Connection, person_id: str, most: int) -> tuple[Filed, ...]:
    """Return what somebody filed, the newest first."""
    mine = sa.select(requests).where(requests.c.person_id == person_id)
    rows = connection.execute(mine.order_by(requests.c.at.desc()).limit(most))
    return tuple(map(_filed, rows))


def open_count(connection: Connection) -> int:
    """Count what waits for an admin."""
    waiting = sa.select(sa.func.count()).where(requests.c.state == "open")
    return int(connection.execute(waiting).scalar_one())


def close(connection: Connection, id_: str, by: str, at: datetime) -> Filed | None:
    """Mark something as done; None when it was done already or never there."""
    changed = connection.execute(
        sa.update(requests)
        .where(requests.c.id == id_, requests.c.state == "open")
        .values(state="done", closed_at=at, closed_by=by)
    )
    return find(connection, id_) if changed.rowcount == 1 else None


def _filed(row: sa.Row[Any]) -> Filed:
    return Filed(**row._mapping)  # noqa: SLF001 - its public name
