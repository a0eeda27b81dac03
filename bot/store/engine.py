"""SQLite set up so that what was committed stays committed, whatever happens to the process."""

from __future__ import annotations

import json
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event

_PRAGMAS = (
    # First of all, so that the ones after it wait for another process instead of failing.
    "busy_timeout=10000",
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    # Forgotten texts are overwritten in the file, not only unlinked.
    "secure_delete=ON",
)

compact = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def engine(url: str | sa.URL) -> sa.Engine:
    """Return an engine whose transactions take the write lock at their first statement."""
    # What is written can be what people wrote: it stays out of the messages of errors.
    created = sa.create_engine(url, json_serializer=compact, hide_parameters=True)

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
