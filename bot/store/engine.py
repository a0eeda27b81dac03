"""SQLite set up so that what was committed stays committed, whatever happens to the process."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event

from bot.store.problems import StoreError

_PRAGMAS = (
    # First of all, so that the ones after it wait for another process instead of failing.
    "busy_timeout=10000",
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    # Forgotten texts are overwritten in the file, not only unlinked.
    "secure_delete=ON",
)

_compact = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def engine(url: str | sa.URL) -> sa.Engine:
    """Return an engine whose transactions take the write lock at their first statement."""
    created = sa.create_engine(url, json_serializer=_compact.encode)

    @event.listens_for(created, "connect")
    def _(connection: Any, _record: object) -> None:
        # We say BEGIN ourselves: the driver would say it too late, and never before DDL.
        connection.isolation_level = None
        for pragma in _PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(created, "begin")
    def _(connection: sa.Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return created


def file_of(url: str) -> Path | None:
    """Return the file behind a database address; None for a database in memory.

    Raises `StoreError` for an address Greenlight cannot use.
    """
    try:
        parsed = sa.make_url(url)
    except sa.exc.ArgumentError:
        raise StoreError(_NOT_SQLITE) from None
    if parsed.drivername not in {"sqlite", "sqlite+pysqlite"}:
        raise StoreError(_NOT_SQLITE)
    in_memory = parsed.database in {None, "", ":memory:"}
    return None if in_memory else Path(str(parsed.database)).expanduser().resolve()


_NOT_SQLITE = (
    "GREENLIGHT_DATABASE_URL is not an address of an SQLite database. "
    "Write it as sqlite:////folder/greenlight.db, or leave it out for a file in GREENLIGHT_HOME."
)
