"""What every installation needs on its own machine: settings, a folder, a database, knowledge."""

from __future__ import annotations

import asyncio
import base64
import binascii
import os
import sqlite3
import tempfile
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Final

import sqlalchemy as sa

from bot.doctor.finding import Finding, Probe, good, problem
from bot.knowledge import KnowledgeError, load
from bot.settings import Settings
from bot.store import StoreError
from bot.store.address import file_of, parsed
from bot.store.migrate import HEAD, current
from bot.store.problems import of_server

_CONNECT: Final = "5"
"""Seconds to reach a PostgreSQL server."""

_MIGRATE: Final = "Run `greenlight migrate`."


def here(settings: Settings) -> Mapping[str, Probe]:
    """Return a probe for each of them."""
    looks: Mapping[str, Callable[[Settings], Finding]] = {
        "settings": _settings,
        "home": _home,
        "database": _database,
        "knowledge": _knowledge,
        "models": _models,
    }
    return {name: partial(_in_a_thread, look, settings) for name, look in looks.items()}


async def _in_a_thread(
    look: Callable[[Settings], Finding], settings: Settings
) -> Sequence[Finding]:
    return [await asyncio.to_thread(look, settings)]


def _settings(settings: Settings) -> Finding:
    key = settings.secret_key.get_secret_value()
    try:
        length = len(base64.b64decode(key + "=" * (-len(key) % 4), b"-_", validate=True))
    except (binascii.Error, ValueError):
        length = -1
    if key and length != 32:
        return problem(
            "settings",
            "GREENLIGHT_SECRET_KEY is not 32 bytes as url-safe base64.",
            "Set it to what this prints: "
            "python3 -c 'import secrets; print(secrets.token_urlsafe(32))'",
        )
    return good("settings", "The environment and .env can be read.")


def _home(settings: Settings) -> Finding:
    home = settings.home
    fix = "Let this user write there, or choose another folder with GREENLIGHT_HOME."
    if not home.exists():
        above = next(folder for folder in home.parents if folder.exists())
        if above.is_dir() and os.access(above, os.W_OK | os.X_OK):
            return good("home", f"{home} will be made when it is first needed.")
        return problem("home", f"{home} cannot be made in {above}.", fix)
    try:
        with tempfile.TemporaryFile(dir=home):
            pass
    except OSError as error:
        return problem("home", f"{home} cannot be written to ({error.strerror}).", fix)
    return good("home", f"{home} can be written to.")


def _database(settings: Settings) -> Finding:
    try:
        address = parsed(settings.database)
        if address.drivername == "sqlite":
            return _file(file_of(address))
        return _server(address)
    except StoreError as error:
        return problem(
            "database", str(error), "Correct GREENLIGHT_DATABASE_URL, or start the server."
        )


def _file(file: Path | None) -> Finding:
    if file is None:
        fix = "Leave GREENLIGHT_DATABASE_URL out, or name a file or a server."
        return problem("database", "It is in memory: nothing would survive a restart.", fix)
    if not file.exists():
        return good("database", f"{file} will be made when it is first needed.")
    # Opened to be read only: looking must neither migrate nor lock anything.
    address = f"{file.as_uri()}?mode=ro"
    made = sa.create_engine("sqlite://", creator=lambda: sqlite3.connect(address, uri=True))
    try:
        with made.connect() as connection:
            version = current(connection)
    except sa.exc.DatabaseError as error:
        fix = "Put back a backup of this file, or choose another folder with GREENLIGHT_HOME."
        return problem("database", f"{file} cannot be read ({error.orig}).", fix)
    finally:
        made.dispose()
    return _migrated(f"SQLite, {file}", version, by_itself=True)


def _server(address: sa.URL) -> Finding:
    patience = {} if "connect_timeout" in address.query else {"connect_timeout": _CONNECT}
    made = sa.create_engine(address, connect_args=patience, hide_parameters=True)
    try:
        with made.connect() as connection:
            version = current(connection)
    except (sa.exc.SQLAlchemyError, OSError) as error:
        raise of_server(error) from None
    finally:
        made.dispose()
    return _migrated(f"PostgreSQL, {address.database} on {address.host}", version, by_itself=False)


def _migrated(where: str, version: str | None, *, by_itself: bool) -> Finding:
    if version == HEAD:
        return good("database", f"{where}: up to date (migration {version}).")
    if version is not None and version > HEAD:
        fix = "Install that version again, or give this one a database of its own."
        return problem("database", f"{where}: it was written by a newer Greenlight.", fix)
    if by_itself:
        return good("database", f"{where}: it will be brought up to date by the next command.")
    state = f"at migration {version}" if version else "empty"
    return problem("database", f"{where}: it is {state}, and {HEAD} is needed.", _MIGRATE)


def _knowledge(settings: Settings) -> Finding:
    try:
        found = load(settings.knowledge)
    except KnowledgeError as error:
        count = len(error.problems)
        first = (
            f"{'a problem' if count == 1 else f'{count} problems, the first'}: {error.problems[0]}"
        )
        return problem("knowledge", f"{settings.knowledge} has {first}", "Run `greenlight check`.")
    tools = f"{len(found.tools)} tools, {len(found.sections)} policy sections"
    return good("knowledge", f"{settings.knowledge}: {tools}, version {found.version}.")


def _models(_settings: Settings) -> Finding:
    return good("models", "No model gateway is set: everything that rules can do works.")
