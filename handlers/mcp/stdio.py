"""`greenlight mcp`: an assistant on this machine asks, as one person."""

from __future__ import annotations

import asyncio
import gc

from mcp.server.stdio import stdio_server

from bot.app import App
from bot.ask import AskError
from bot.ask.person import somebody
from bot.chat import Person
from bot.keys import person_named
from bot.settings import Settings
from bot.understand import reader_for
from handlers.api.callers import Local
from handlers.mcp.server import server


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
        async with stdio_server() as (incoming, outgoing):
            await answering.run(incoming, outgoing, answering.create_initialization_options())


async def _who(app: App, named: str | None) -> Person:
    if named is None:
        return somebody(app.knowledge)
    found = await person_named(app, named)
    if found is None:
        raise AskError(f"{named!r} is neither an id nor an e-mail address of the directory.")
    return found
