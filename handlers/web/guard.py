"""What every request passes: only from this computer, only from our own pages, errors in words."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable
from http import HTTPStatus
from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.log import broken

log = logging.getLogger("greenlight.web")

LOCAL: Final = frozenset({"127.0.0.1", "localhost", "::1"})

_HEADERS: Final = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    # Not no-referrer: with it, browsers hide the origin of a form, which is checked here.
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}

Problem = Callable[[Scope, HTTPStatus, str], Response]
"""Makes the page for a problem: request, status, the number to quote (may be empty)."""


class Guard:
    """Refuses what does not come from our own pages, and turns what breaks into a page."""

    def __init__(self, inner: ASGIApp, problem: Problem) -> None:
        self._inner = inner
        self._problem = problem

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self._inner(scope, receive, send)
            return
        started = False

        async def guarded(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                _harden(message)
            await send(message)

        refused = refusal(scope)
        if refused is not None:
            await self._problem(scope, refused, "")(scope, receive, guarded)
            return
        try:
            await self._inner(scope, receive, guarded)
        except Exception as error:  # noqa: BLE001 - whatever breaks, the person gets a page
            number = f"w-{secrets.token_hex(5)}"
            event = {"number": number, "path": scope["path"], **broken(error)}
            log.error("page failed", extra=event)  # noqa: TRY400 - messages of errors quote content
            if not started:
                page = self._problem(scope, HTTPStatus.INTERNAL_SERVER_ERROR, number)
                await page(scope, receive, guarded)


def refusal(scope: Scope) -> HTTPStatus | None:
    """Return why a request is refused, or None when it may pass."""
    headers = Headers(scope=scope)
    host = headers.get("host", "")
    if urlsplit(f"//{host}").hostname not in LOCAL:
        # Another name for this computer is how a web page elsewhere would reach it.
        return HTTPStatus.MISDIRECTED_REQUEST
    if scope["method"] in {"GET", "HEAD"}:
        return None
    origin = headers.get("origin")
    if origin is not None:
        ours = origin == f"{scope['scheme']}://{host}"
    else:
        ours = headers.get("sec-fetch-site") == "same-origin"
    return None if ours else HTTPStatus.FORBIDDEN


def _harden(message: Message) -> None:
    headers = MutableHeaders(raw=message["headers"])
    for name, value in _HEADERS.items():
        headers.setdefault(name, value)
    headers.setdefault("Cache-Control", "no-store")
    message["headers"] = headers.raw
