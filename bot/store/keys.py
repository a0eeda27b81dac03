"""Keys of programs: whom each acts for, and the digest it is known by. Never the key itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import sqlalchemy as sa

from bot.store.tables import answers, api_keys

if TYPE_CHECKING:
    from sqlalchemy import Connection, Row

_ANYBODY: Final = "*"
"""Stands where the person would: this key may describe people the directory does not know."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """A key as it is kept."""

    id: str
    name: str
    """What the key is for, in the words of the admin who made it."""
    digest: str
    person_id: str | None
    """The one person it acts for; None: the person each call names."""
    any_person: bool = False
    """Whether a call may describe a person whom the directory does not know."""
    created_at: datetime
    revoked_at: datetime | None = None
    used_at: datetime | None = None
    """Within a minute of the last use."""


def add(connection: Connection, key: Key) -> None:
    """Keep a new key."""
    connection.execute(
        sa.insert(api_keys).values(
            id=key.id,
            name=key.name,
            digest=key.digest,
            person_id=_ANYBODY if key.any_person else key.person_id,
            created_at=key.created_at,
            revoked_at=key.revoked_at,
            used_at=key.used_at,
        )
    )


def find(connection: Connection, key_id: str) -> Key | None:
    """Return a key, revoked or not; None when there is no such id."""
    row = connection.execute(_FIND, {"key_id": key_id}).one_or_none()
    return None if row is None else _key(row)


def every(connection: Connection) -> tuple[Key, ...]:
    """Return all keys, the oldest first."""
    rows = connection.execute(sa.select(api_keys).order_by(api_keys.c.created_at, api_keys.c.id))
    return tuple(_key(row) for row in rows)


def revoke(connection: Connection, key_id: str, at: datetime) -> bool:
    """End a key; return False when there is none of this id that still works."""
    working = (api_keys.c.id == key_id) & api_keys.c.revoked_at.is_(None)
    ended = connection.execute(sa.update(api_keys).where(working).values(revoked_at=at))
    return ended.rowcount == 1


def used(connection: Connection, key_id: str, at: datetime) -> None:
    """Remember when a key was used last."""
    connection.execute(sa.update(api_keys).where(api_keys.c.id == key_id).values(used_at=at))


class Answered(NamedTuple):
    """An answer that was given to a call before."""

    answer_id: str
    day: date
    """The day it was judged on."""


def answered(connection: Connection, beginnings: Sequence[str], since: datetime) -> Answered | None:
    """Return the newest answer whose id begins with one of these, given after `since`."""
    # Ids are digits and small letters: behind a beginning, all of them come before "z".
    begins = sa.or_(*(answers.c.id.between(words, f"{words}z") for words in beginnings))
    found = sa.select(answers.c.id, answers.c.day).where(begins, answers.c.at > since)
    row = connection.execute(found.order_by(answers.c.at.desc()).limit(1)).one_or_none()
    return None if row is None else Answered(row.id, row.day)


def _key(row: Row[Any]) -> Key:
    values: dict[str, Any] = dict(row._mapping)  # noqa: SLF001 - its public name
    if values["person_id"] == _ANYBODY:
        values |= {"person_id": None, "any_person": True}
    return Key(**values)


_FIND = sa.select(api_keys).where(api_keys.c.id == sa.bindparam("key_id"))
