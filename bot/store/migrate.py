"""Brings a database to the shape this version of the code expects."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa

from bot.store.problems import StoreError

if TYPE_CHECKING:
    from alembic.config import Config
    from sqlalchemy import Connection

HEAD = "0002"
"""The newest migration. A database that is there already needs no Alembic to be opened."""


def migrate(connection: Connection) -> bool:
    """Run the migrations that are missing; return whether there were any.

    Raises `StoreError` when the database was written by a newer Greenlight.
    """
    version = current(connection)
    if version == HEAD:
        return False
    # Loading Alembic takes longer than answering a question.
    from alembic import command
    from alembic.script import ScriptDirectory

    config = alembic_config(connection)
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if version is not None and version not in known:
        raise StoreError(
            "The database was written by a newer Greenlight. Install that version again, or give "
            "this one a database of its own with GREENLIGHT_HOME or GREENLIGHT_DATABASE_URL."
        )
    command.upgrade(config, "head")
    return True


def current(connection: Connection) -> str | None:
    """Return the migration a database is at; None for an empty one."""
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    found = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    return None if found is None else str(found)


def alembic_config(connection: Connection) -> Config:
    """Return Alembic's configuration: our migrations on this connection, no files, no output."""
    from alembic.config import Config

    config = Config()
    # "%" begins an interpolation in Alembic's configuration, and may stand in a folder's name.
    folder = str(Path(__file__).parent / "migrations").replace("%", "%%")
    config.set_main_option("script_location", folder)
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config
