"""What every request passes: only from this computer, and only from our own pages."""

from __future__ import annotations

import logging
import re
import secrets
from collections.abc import Callable
from http import HTTPStatus
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.log import broken

log = logging.getLogger("greenlight.web")

LOCAL: Final = frozenset({"127.0.0.1", "localhost", "::1"})

_HOST: Final = re.compile(r"(?:127\.0\.0\.1|localhost|\[::1\])(?::[0-9]{1,5})?", re.IGNORECASE)

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

Problem = Callable[[Scope, HTTPStatus], Response]
"""Makes the page for a problem."""


class Guard:
    """Refuses what does not come from our own pages; says of every answer what it may not do."""

    def __init__(self, inner: ASGIApp, problem: Problem) -> None:
        self._inner = inner
        self._problem = problem

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self._inner(scope, receive, send)
            return
        answered = False

        async def hardened(message: Message) -> None:
            nonlocal answered
            if message["type"] == "http.response.start":
                answered = True
                _harden(message)
            await send(message)

        refused = refusal(scope)
        inner = self._inner if refused is None else self._problem(scope, refused)
        try:
            await inner(scope, receive, hardened)
        except Exception:
            # Starlette raises once more what `note` has logged and a page has answered.
            if not answered:
                raise


def note(scope: Scope, error: Exception) -> str:
    """Log what broke, without its words; return the number under which it is found."""
    number = f"w-{secrets.token_hex(5)}"
    log.error("page failed", extra={"number": number, "path": scope["path"], **broken(error)})
    return number


def refusal(scope: Scope) -> HTTPStatus | None:
    """Return why a request is refused, or None when it may pass."""
    headers = Headers(scope=scope)
    host = headers.get("host", "")
    if _HOST.fullmatch(host) is None:
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
