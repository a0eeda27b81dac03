"""`greenlight demo`: the playground on this computer, until it is stopped."""

from __future__ import annotations

import asyncio
import logging
import socket
from typing import Final

import typer
import uvicorn

from bot.app import App
from bot.settings import Settings, SettingsError
from bot.understand import reader_for
from handlers.listening import listening
from handlers.web.guard import LOCAL
from handlers.web.routes import playground

PORT: Final = 8321


def serve(settings: Settings, *, host: str = "127.0.0.1", port: int = PORT) -> None:
    """Serve the playground until it is interrupted; raises `SettingsError` when it cannot."""
    if host not in LOCAL:
        raise SettingsError(
            f"--host cannot be {host!r}. The playground lets anybody be anybody, so it listens "
            "on this computer only: leave --host out."
        )
    for chatty in ("alembic", "uvicorn"):
        # What they tell at the start would bury the one line people look for: the address.
        logging.getLogger(chatty).setLevel(logging.WARNING)
    with listening(host, port) as listener:
        asyncio.run(_serve(settings, listener, asked_for=port))


async def _serve(settings: Settings, listener: socket.socket, *, asked_for: int) -> None:
    async with App.open(settings) as app:
        # Reading the first message builds an index; nobody should wait for that in the browser.
        await asyncio.to_thread(reader_for, app.knowledge)
        host, port = listener.getsockname()[:2]
        name = f"[{host}]" if ":" in host else host
        if port != asked_for:
            typer.echo(f"Port {asked_for} is taken, so this is port {port}.")
        typer.echo(f"Greenlight is ready: http://{name}:{port} (Ctrl+C stops it)")
        config = uvicorn.Config(
            playground(app),
            lifespan="off",
            ws="none",
            access_log=False,
            log_config=None,
            server_header=False,
            proxy_headers=False,
            timeout_graceful_shutdown=3,
        )
        await uvicorn.Server(config).serve(sockets=[listener])
