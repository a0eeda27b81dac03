"""The playground as one ASGI application: which address shows what."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from http import HTTPStatus

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Scope
from typing_extensions import override

from bot.app import App
from handlers.web import answers, chat, rules, tools
from handlers.web.guard import Guard, note
from handlers.web.pages import STATIC, Pages
from handlers.web.site import Site

Page = Callable[[Site, Request], Awaitable[Response]]


def playground(app: App) -> ASGIApp:
    """Put the pages together, with the guard before them."""
    pages = Pages.for_knowledge(app.knowledge)
    site = Site(app=app, pages=pages)

    async def refused(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)  # noqa: S101 - that is what it is registered for
        response = pages.problem(request.scope, HTTPStatus(error.status_code))
        response.headers.update(error.headers or {})
        return response

    async def broke(request: Request, error: Exception) -> Response:
        number = note(request.scope, error)
        return pages.problem(request.scope, HTTPStatus.INTERNAL_SERVER_ERROR, number)

    handlers = {HTTPException: refused, Exception: broke}
    return Guard(Starlette(routes=_routes(site), exception_handlers=handlers), pages.problem)


# Pages are async even where nothing is awaited: others would be run in threads.
def _routes(site: Site) -> list[BaseRoute]:
    def get(path: str, page: Page) -> Route:
        return Route(path, partial(page, site), methods=["GET"])

    def post(path: str, page: Page) -> Route:
        return Route(path, partial(page, site), methods=["POST"])

    return [
        get("/", chat.home),
        post("/ask", chat.asked),
        post("/person", chat.changed_person),
        post("/new", chat.new),
        get("/tools", tools.tools),
        get("/rules", rules.rules),
        get("/sections/{id}", rules.section),
        get("/courses/{id}", rules.course),
        get("/answers/{id}", answers.answer),
        Mount("/static", _Static(directory=STATIC)),
    ]


class _Static(StaticFiles):
    """Files of ours. Their addresses carry their version, so a browser may keep them."""

    @override
    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        if scope["query_string"].startswith(b"v="):
            response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response
