"""`greenlight serve`: every door in one application, with the hands that answer behind it."""

from __future__ import annotations

import asyncio
import gc
import logging
import signal
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Final

import typer
import uvicorn
from starlette.applications import Starlette
from starlette.routing import BaseRoute
from starlette.types import ASGIApp

from bot.log import to_stderr
from bot.settings import Settings
from bot.telemetry import tracing
from handlers.api import Api
from handlers.assembly import Assembled, assembled
from handlers.front import pages
from handlers.listening import listening
from handlers.mcp import Mcp
from handlers.ops import Measured, Operations
from handlers.ops.doctor import register
from handlers.slack.door import SlackDoor
from handlers.teams.door import TeamsDoor, check

PORT: Final = 8322

GRACE: Final = 5
"""Seconds for requests that are being answered when the process is to end."""


def serve(settings: Settings, *, host: str, port: int) -> None:
    """Serve until interrupted or told to end; raises `SettingsError` when it cannot."""
    check(settings, host)
    to_stderr(logging.INFO)
    for chatty in ("alembic", "uvicorn"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    with tracing(settings.otlp_endpoint), asyncio.Runner(loop_factory=_loop()) as runner:
        runner.run(_serve(settings, host, port))


async def _serve(settings: Settings, host: str, port: int) -> None:
    async with AsyncExitStack() as stack:
        listener = stack.enter_context(listening(host, port, tries=1))
        house = await stack.enter_async_context(assembled(settings))
        application = await stack.enter_async_context(opened(house))
        # Everything that stays is there by now; looking through it again and again costs time.
        gc.freeze()
        config = uvicorn.Config(
            application,
            lifespan="off",
            ws="none",
            access_log=False,
            log_config=None,
            server_header=False,
            proxy_headers=False,
            timeout_graceful_shutdown=GRACE,
        )
        name = f"[{host}]" if ":" in host else host
        doors = ", ".join(_doors(house))
        typer.echo(f"Greenlight is ready: http://{name}:{listener.getsockname()[1]} ({doors})")
        _ends_by_itself()
        await uvicorn.Server(config).serve(sockets=[listener])


def _ends_by_itself() -> None:
    """Let nothing end this process but the end of serving.

    The server raises the signal again that told it to end. Without this, that would kill us
    before what is being answered was finished or given back.
    """
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: None)


@asynccontextmanager
async def opened(house: Assembled) -> AsyncIterator[ASGIApp]:
    """Open every door that is set up, and answer what comes in, until the end of the block."""
    service, settings = house.service, house.service.app.settings
    operations = Operations(
        app=lambda: service.app,
        broken=lambda: service.broken,
        since=lambda: service.since,
        metrics=house.metrics,
    )
    register(operations.checks, settings, service.app.now)
    routes: list[BaseRoute] = [*pages(lambda: service.app), *operations.routes()]
    slack = SlackDoor(service, settings, house.slack) if house.slack is not None else None
    async with AsyncExitStack() as stack:
        if slack is not None:
            routes += slack.routes()
        if house.teams is not None:
            teams = TeamsDoor(service, house.teams, settings)
            routes += teams.routes()
            await stack.enter_async_context(teams.running())
        api = Api(service)
        mcp = Mcp(api)
        routes += [*api.routes(), *mcp.routes()]
        await stack.enter_async_context(mcp.running())
        await stack.enter_async_context(service.running())
        if slack is not None:
            # Last in, first out: Socket Mode stops listening before the hands stop working.
            await stack.enter_async_context(slack.running())
        yield Measured(Starlette(routes=routes), house.metrics)


def _doors(house: Assembled) -> list[str]:
    doors = {"Slack": house.slack, "Teams": house.teams}
    return [*(name for name, chat in doors.items() if chat is not None), "programs"]


def _loop() -> type[asyncio.AbstractEventLoop] | None:
    try:
        from uvloop import Loop
    except ImportError:  # Windows
        return None
    return Loop
