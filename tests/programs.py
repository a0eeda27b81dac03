"""Programs for tests: the doors for programs over ASGI or a real port, and keys for them."""

from __future__ import annotations

import asyncio
import re
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import httpx2
import sqlalchemy as sa
import uvicorn
from starlette.applications import Starlette

from bot.app import App
from bot.keys import keep, make
from bot.knowledge import Knowledge
from bot.store.tables import answers
from handlers.api import Api
from handlers.mcp import Mcp

BASE = "http://greenlight.test"

CUSTOMERS = "can I put the customer list into Copilot Chat?"
DECIDE = {"tool": "chatgpt", "data": ["personal.customer"], "use": "summarise"}
CALLS = [
    ("POST", "/api/v1/ask", {"question": CUSTOMERS}),
    ("POST", "/api/v1/decide", DECIDE),
    ("GET", "/api/v1/tools", None),
    ("GET", "/api/v1/tools/chatgpt", None),
]


@dataclass
class Served:
    """What holds the assistant in force; tests put another one in its place."""

    app: App


@dataclass
class Doors:
    """The two doors for programs, as a server puts them together."""

    served: Served
    api: Api = field(init=False)
    mcp: Mcp = field(init=False)

    def __post_init__(self) -> None:
        self.api = Api(self.served)
        self.mcp = Mcp(self.api)

    @property
    def asgi(self) -> Starlette:
        @asynccontextmanager
        async def running(_: Starlette) -> AsyncIterator[None]:
            async with self.mcp.running():
                yield

        return Starlette(routes=[*self.api.routes(), *self.mcp.routes()], lifespan=running)

    async def key(self, person: str | None = None, *, any_person: bool = False) -> str:
        """Make a key and return its text. Keys are made a minute before they are used."""
        app = self.served.app
        at = app.now() - timedelta(minutes=1)
        made = make("a test", at, person_id=person, any_person=any_person)
        await app.store.run(keep, made.key)
        return made.text

    def client(self, key: str = "") -> httpx2.AsyncClient:
        """Return a client that goes to the doors without a network."""
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        transport = httpx2.ASGITransport(app=self.asgi)
        return httpx2.AsyncClient(transport=transport, base_url=BASE, headers=headers)

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[str]:
        """Serve on a free port of this machine; gives the address."""
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            listener.listen()
            config = uvicorn.Config(
                self.asgi, lifespan="on", ws="none", access_log=False, log_config=None
            )
            server = uvicorn.Server(config)
            serving = asyncio.create_task(server.serve(sockets=[listener]))
            try:
                yield f"http://127.0.0.1:{listener.getsockname()[1]}"
            finally:
                server.should_exit = True
                await serving


def problem(response: httpx2.Response) -> tuple[int, str, str | None]:
    """The status, the code and the field of what went wrong; the message is a sentence."""
    error = response.json()["error"]
    assert error["message"][-1] in ".?" or error["code"] == "guest"
    assert "Traceback" not in response.text
    return response.status_code, error["code"], error.get("field")


async def called(
    client: httpx2.AsyncClient, call: tuple[str, str, Any], **more: Any
) -> httpx2.Response:
    method, path, body = call
    return await client.request(method, path, json=body, **more)


async def kept(app: App) -> int:
    def count(connection: sa.Connection) -> int:
        found = connection.execute(sa.select(sa.func.count()).select_from(answers))
        return int(found.scalar_one())

    return await app.store.run(count)


def same(line: Mapping[str, Any]) -> dict[str, Any]:
    """An answer without what differs every time."""
    return {key: value for key, value in line.items() if key not in {"ms", "answer_id"}}


def words_of_the_catalogue(knowledge: Knowledge) -> set[str]:
    words = {word for t in knowledge.tools.values() for word in (t.name.lower(), t.id)}
    words |= {alias.lower() for t in knowledge.tools.values() for alias in t.aliases}
    words |= {edition.name.lower() for edition in knowledge.editions.values()}
    section = " ".join(knowledge.sections[s].body for s in knowledge.company.guests.cite).lower()
    return {word for word in words if word not in section}


def found_in(text: str, words: set[str]) -> list[str]:
    told = text.lower()
    return [word for word in words if re.search(rf"\b{re.escape(word)}\b", told)]
