"""The door for programs: which address answers what."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from http import HTTPStatus
from typing import Final, NamedTuple

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route, Router
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocketClose

from bot.ask import as_line
from handlers.api import bodies, listing
from handlers.api.asked import AskSent, DecideSent, ToolSent, ToolsSent
from handlers.api.asking import Once, asked
from handlers.api.callers import Program, Served, program
from handlers.api.deciding import decided
from handlers.api.limits import LOOKS, QUESTIONS, Limit, Limits
from handlers.api.openapi import description
from handlers.api.problems import CallError, note
from handlers.api.replies import reply

DOOR: Final = "api"


class Call(NamedTuple):
    """One call on its way."""

    request: Request
    caller: Program


class Api:
    """Answers programs. Built once; `routes` go into the server's application."""

    def __init__(self, served: Served) -> None:
        self.served = served
        self.limits = Limits()
        """Shared with whatever else these keys open, so that nothing counts twice."""
        self.front = _Front(
            [
                self._route("POST", "/v1/ask", _ask, QUESTIONS),
                self._route("POST", "/v1/decide", _decide, QUESTIONS),
                self._route("GET", "/v1/tools", _tools, LOOKS),
                self._route("GET", "/v1/tools/{id}", _tool, LOOKS),
                Route("/openapi.json", partial(_whole, self._described), methods=["GET"]),
            ]
        )

    def routes(self) -> list[BaseRoute]:
        """Return the routes of this door."""
        return [Mount("/api", app=self.front)]

    def _route(self, method: str, path: str, answers: _Answers, limit: Limit) -> Route:
        called = partial(self._called, answers, limit)
        return Route(path, partial(_whole, called), methods=[method])

    async def _called(self, answers: _Answers, limit: Limit, request: Request) -> Response:
        app = self.served.app
        caller = await program(app, request.headers.get("authorization"), self.limits)
        headers = await caller.count(limit)
        try:
            response = await answers(Call(request, caller))
        except CallError as error:
            response = error.response()
        response.headers.update(headers)
        return response

    async def _described(self, _request: Request) -> Response:
        return reply(description(self.served.app.settings.public_url))


_Answers = Callable[[Call], Awaitable[Response]]


async def _whole(answers: Callable[[Request], Awaitable[Response]], request: Request) -> Response:
    """Answer, whatever happens."""
    try:
        return await answers(request)
    except CallError as error:
        return error.response()
    except ClientDisconnect:
        return Response(status_code=HTTPStatus.BAD_REQUEST)  # nobody reads it any more
    except Exception as error:  # noqa: BLE001 - a program is told a number, never a trace
        return note(error, DOOR).response()


async def _ask(call: Call) -> Response:
    body = await bodies.read(call.request, bodies.HISTORY_LIMIT)
    sent = bodies.checked(bodies.parsed(body), AskSent)
    if not sent.history and len(body) > bodies.BODY_LIMIT:
        raise bodies.too_long(bodies.BODY_LIMIT)
    person = await call.caller.person(sent.person)
    name = call.request.headers.get("idempotency-key")
    given = await asked(
        call.caller.app,
        person,
        sent.question,
        door=DOOR,
        history=sent.history,
        day=sent.date,
        once=Once(call.caller.key.id, name, body) if name is not None else None,
    )
    return reply(as_line(given, sent.id))


async def _decide(call: Call) -> Response:
    body = await bodies.read(call.request, bodies.BODY_LIMIT)
    sent = bodies.checked(bodies.parsed(body), DecideSent)
    person = await call.caller.person(sent.person)
    return reply(await decided(call.caller.app, person, sent, DOOR))


async def _tools(call: Call) -> Response:
    sent = bodies.checked(bodies.query(call.request), ToolsSent)
    person = await call.caller.person(sent.person)
    return reply(listing.tools(call.caller.app, person, sent))


async def _tool(call: Call) -> Response:
    sent = bodies.checked(bodies.query(call.request), ToolSent)
    person = await call.caller.person(sent.person)
    return reply(listing.tool(call.caller.app, person, call.request.path_params["id"], sent))


class _Front:
    """Answers in JSON what no route answers, whatever application this stands in."""

    def __init__(self, routes: list[Route]) -> None:
        self.routes = routes
        self._router = Router(routes, redirect_slashes=False, default=_nowhere)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await WebSocketClose()(scope, receive, send)
            return
        try:
            await self._router(scope, receive, send)
        except HTTPException as error:
            # The only one left is Starlette's own: an address that is there, used in another way.
            message = f"This address is not for {scope['method']}."
            problem = CallError(
                HTTPStatus.METHOD_NOT_ALLOWED, "method", message, headers=error.headers
            )
            await problem.response()(scope, receive, send)


async def _nowhere(scope: Scope, receive: Receive, send: Send) -> None:
    message = "There is no such address. /api/openapi.json names all there are."
    problem = CallError(HTTPStatus.NOT_FOUND, "nowhere", message)
    await problem.response()(scope, receive, send)
