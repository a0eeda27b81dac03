"""MCP over HTTP: the keys and the limits of the door for programs, and no sessions."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import TYPE_CHECKING, Final, cast

from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from starlette.datastructures import Headers, MutableHeaders
from starlette.routing import BaseRoute, Route
from starlette.types import Message, Receive, Scope, Send

from handlers.api.bodies import HISTORY_LIMIT
from handlers.api.callers import Caller, program
from handlers.api.limits import LOOKS
from handlers.api.problems import CallError, note
from handlers.mcp.server import Context, server

if TYPE_CHECKING:
    from handlers.api import Api

_CALLER: Final = "greenlight.caller"
"""Where a request carries who makes it, from the check of the key to the tool."""


class Mcp:
    """Answers other assistants at `/mcp`. Built once; `running` holds while it is served."""

    def __init__(self, api: Api) -> None:
        self._api = api
        # Without sessions, any process can answer any request, and nothing is kept between two.
        self._manager = StreamableHTTPSessionManager(
            app=server(_caller),
            json_response=True,
            stateless=True,
            max_request_body_size=HISTORY_LIMIT,
        )

    def routes(self) -> list[BaseRoute]:
        """Return the routes of this door."""
        return [Route("/mcp", endpoint=self)]

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Answer until the end of the block; once only."""
        async with self._manager.run():
            yield

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Check who asks, then let the protocol answer."""
        started = False
        headers: Mapping[str, str] = {}

        async def counted(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                MutableHeaders(scope=message).update({"Cache-Control": "no-store", **headers})
            await send(message)

        try:
            caller = await self._checked(scope)
            headers = await caller.count(LOOKS)
            scope[_CALLER] = caller
            await self._manager.handle_request(scope, receive, counted)
        except CallError as error:
            await error.response()(scope, receive, send)
        except Exception as error:  # noqa: BLE001 - an assistant is told a number, never a trace
            problem = note(error, "mcp")
            if not started:
                await problem.response()(scope, receive, send)

    async def _checked(self, scope: Scope) -> Caller:
        if scope["method"] != "POST":
            # Nothing is ever sent unasked, so there is no stream to open and no session to end.
            raise CallError(
                HTTPStatus.METHOD_NOT_ALLOWED,
                "method",
                f"This address is not for {scope['method']}.",
                headers={"Allow": "POST"},
            )
        app = self._api.served.app
        headers = Headers(scope=scope)
        origin = headers.get("origin")
        if origin is not None and origin != app.settings.public_url.rstrip("/"):
            # A page elsewhere that was given a key must not be able to use it from a browser.
            raise CallError(
                HTTPStatus.FORBIDDEN, "other_origin", "Pages of other sites may not ask here."
            )
        return await program(app, headers.get("authorization"), self._api.limits)


def _caller(context: Context) -> Caller:
    assert context.request is not None  # noqa: S101 - over HTTP there always is one
    return cast("Caller", context.request.scope[_CALLER])
