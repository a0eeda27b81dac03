"""`greenlight mcp`: an assistant on this machine asks, as one person."""

from __future__ import annotations

import asyncio
import gc
import sys
import threading
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import TYPE_CHECKING, cast

from mcp.server.stdio import stdio_server

from bot.app import App
from bot.ask import AskError
from bot.ask.person import somebody
from bot.chat import Person
from bot.directory import person_named
from bot.settings import Settings
from bot.understand import reader_for
from handlers.api.callers import Local
from handlers.mcp.server import server

if TYPE_CHECKING:
    from anyio import AsyncFile


def run(settings: Settings, person: str | None) -> None:
    """Answer on stdin and stdout until stdin ends; nothing else may be printed there.

    `person` is an id or an e-mail address. Raises `AskError` when there is nobody of that name.
    """
    asyncio.run(_served(settings, person))


async def _served(settings: Settings, named: str | None) -> None:
    async with App.open(settings) as app:
        caller = Local(app, await _who(app, named))
        await asyncio.to_thread(reader_for, app.knowledge)
        gc.freeze()
        gc.enable()
        answering = server(lambda _: caller)
        # The protocol's own reader waits in a thread, and an interrupt would wait for that thread.
        lines = cast("AsyncFile[str]", _lines(sys.stdin.fileno()))
        async with stdio_server(stdin=lines) as (incoming, outgoing):
            await answering.run(incoming, outgoing, answering.create_initialization_options())


async def _lines(source: int) -> AsyncIterator[str]:
    """Yield the lines of a file descriptor; at the end, nobody waits for the thread that reads."""
    arriving: asyncio.Queue[bytes | None] = asyncio.Queue()
    loop = asyncio.get_running_loop()

    def read() -> None:
        with suppress(RuntimeError), open(source, "rb", closefd=False) as file:
            for line in file:
                loop.call_soon_threadsafe(arriving.put_nowait, line)
            loop.call_soon_threadsafe(arriving.put_nowait, None)

    threading.Thread(target=read, name="stdin", daemon=True).start()
    while (line := await arriving.get()) is not None:
        yield line.decode("utf-8", "replace")


async def _who(app: App, named: str | None) -> Person:
    if named is None:
        return somebody(app.knowledge)
    found = await person_named(app, named)
    if found is None:
        raise AskError(f"{named!r} is neither an id nor an e-mail address of the directory.")
    return found
