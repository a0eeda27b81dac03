"""Where posts arrive: outside the processes that are killed, so that it knows the truth."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from aiohttp import web

SECONDS = 0.02
"""Each post takes this long before it is made, and as long again until the answer."""


@dataclass(frozen=True)
class Made:
    """One post."""

    at: float
    by: int
    """The process that made it."""


@dataclass
class FarSide:
    """Remembers every post, doubles included."""

    made: dict[str, list[Made]] = field(default_factory=dict)

    @asynccontextmanager
    async def at(self, socket: Path) -> AsyncIterator[None]:
        """Take posts at a Unix socket."""
        app = web.Application()
        app.add_routes([web.post("/post", self._post), web.get("/posted", self._posted)])
        runner = web.AppRunner(app)
        await runner.setup()
        await web.UnixSite(runner, str(socket)).start()
        try:
            yield
        finally:
            await runner.cleanup()

    async def _post(self, request: web.Request) -> web.Response:
        asked = await request.json()
        await asyncio.sleep(SECONDS)
        self.made.setdefault(asked["key"], []).append(Made(time.monotonic(), asked["by"]))
        await asyncio.sleep(SECONDS)
        return web.json_response({"id": asked["key"]})

    async def _posted(self, request: web.Request) -> web.Response:
        key = request.query["key"]
        return web.json_response({"id": key if key in self.made else None})
