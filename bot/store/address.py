"""The address of the database, as people write it and as the drivers want it."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa

from bot.store.problems import StoreError

_SQLITE = frozenset({"sqlite", "sqlite+pysqlite"})
_POSTGRESQL = frozenset({"postgres", "postgresql", "postgresql+psycopg"})


def parsed(url: str) -> sa.URL:
    """Return an address with the driver we use; raise `StoreError` for one we cannot use."""
    try:
        address = sa.make_url(url)
    except (sa.exc.ArgumentError, ValueError):
        raise StoreError(_NOT_OURS) from None
    if address.drivername in _SQLITE:
        return address.set(drivername="sqlite")
    if address.drivername in _POSTGRESQL:
        return address.set(drivername="postgresql+psycopg")
    raise StoreError(_NOT_OURS)


def file_of(address: sa.URL) -> Path | None:
    """Return the file behind an SQLite address; None for a database in memory."""
    in_memory = address.database in {None, "", ":memory:"}
    return None if in_memory else Path(str(address.database)).expanduser().resolve()


_NOT_OURS = (
    "GREENLIGHT_DATABASE_URL is not an address Greenlight can use. Write it as "
    "sqlite:////folder/greenlight.db or postgresql://user:password@host/name, or leave it out for "
    "a file in GREENLIGHT_HOME."
)
