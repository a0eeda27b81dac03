"""Everybody who was answered: the name behind an id, and how a person is reached."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from bot.chat import Person, Place, Platform
from bot.store.tables import accounts, people

if TYPE_CHECKING:
    from sqlalchemy import Connection


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A person on one chat platform."""

    platform: Platform
    team: str
    user: str


def seen(
    connection: Connection, person: Person, account: Account, direct: Place | None, at: datetime
) -> None:
    """Remember somebody who was admitted and, where it is known, how to speak to them alone.

    Where it is not, what was remembered before stays.
    """
    insert = _insert(connection)
    somebody = insert(people).values(id=person.id, name=person.name, email=person.email, seen_at=at)
    connection.execute(
        somebody.on_conflict_do_update(
            index_elements=[people.c.id],
            set_={name: somebody.excluded[name] for name in ("name", "email", "seen_at")},
        )
    )
    there = insert(accounts).values(
        **asdict(account),
        person_id=person.id,
        direct=sa.null() if direct is None else _as_data(direct),
        seen_at=at,
    )
    connection.execute(
        there.on_conflict_do_update(
            index_elements=[accounts.c.platform, accounts.c.team, accounts.c.user],
            set_={
                "person_id": there.excluded.person_id,
                "direct": sa.func.coalesce(there.excluded.direct, accounts.c.direct),
                "seen_at": there.excluded.seen_at,
            },
        )
    )


def lost(connection: Connection, platform: Platform, user: str) -> bool:
    """Forget how to reach somebody who is no longer one of us; return whether they were known."""
    mine = (accounts.c.platform == platform) & (accounts.c.user == user)
    return connection.execute(sa.delete(accounts).where(mine)).rowcount > 0


def reach(connection: Connection, who: Collection[str]) -> tuple[Place, ...]:
    """Return where these people, by e-mail address or id, can be spoken to alone.

    One place for each person: the direct conversation seen last.
    """
    places: dict[str, Place] = {}
    for row in _reachable(connection, who):
        # By address first: somebody may have got another id since, and is still one person.
        places.setdefault(row.email or row.id, Place(**row.direct))
    return tuple(places.values())


def unreachable(connection: Connection, who: Collection[str]) -> tuple[str, ...]:
    """Return those of these addresses, ids and groups that `reach` finds no place for."""
    found = {name for row in _reachable(connection, who) for name in (row.email, row.id)}
    return tuple(name for name in dict.fromkeys(who) if _folded(name) not in found)


def _reachable(connection: Connection, who: Collection[str]) -> Iterator[Any]:
    names = {_folded(name) for name in who}
    addresses, ids = {n for n in names if "@" in n}, {n for n in names if "@" not in n}
    found = (
        sa.select(people.c.id, people.c.email, accounts.c.direct)
        .join(accounts, accounts.c.person_id == people.c.id)
        .where(people.c.email.in_(addresses) | people.c.id.in_(ids))
        .where(accounts.c.direct.is_not(sa.null()))
        .order_by(accounts.c.seen_at.desc(), accounts.c.platform, accounts.c.user)
    )
    yield from connection.execute(found)


def _folded(name: str) -> str:
    return name.lower() if "@" in name else name


def _as_data(place: Place) -> dict[str, Any]:
    data = {field.name: getattr(place, field.name) for field in fields(Place)}
    return {**data, "route": dict(place.route)}


def _insert(connection: Connection) -> Any:
    return postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
