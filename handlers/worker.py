"""`greenlight worker`: hands without doors. Any number of them share one PostgreSQL database."""

from __future__ import annotations

import asyncio
import logging
import signal
from contextlib import suppress

import typer

from bot.log import to_stderr
from bot.settings import Settings, SettingsError
from bot.store.address import parsed
from bot.telemetry import tracing
from handlers.assembly import assembled


def work(settings: Settings) -> None:
    """Answer what was taken in until told to end; raises `SettingsError` on SQLite."""
    if parsed(settings.database).drivername == "sqlite":
        raise SettingsError(
            "A worker needs PostgreSQL: on SQLite one process does everything, and that is "
            "`greenlight serve`. Set GREENLIGHT_DATABASE_URL to postgresql://user@host/name."
        )
    to_stderr(logging.INFO)
    logging.getLogger("alembic").setLevel(logging.WARNING)
    with tracing(settings.otlp_endpoint):
        asyncio.run(_work(settings))


async def _work(settings: Settings) -> None:
    told = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        with suppress(NotImplementedError):  # Windows ends processes without asking
            loop.add_signal_handler(name, told.set)
    async with assembled(settings) as house, house.service.running():
        typer.echo("A worker is ready.")
        await told.wait()
