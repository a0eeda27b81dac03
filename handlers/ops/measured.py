"""Counts every HTTP request by its door, the pattern of its address and how it was answered."""

from __future__ import annotations

from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.telemetry import Metrics

_DOORS: Final = (
    ("/slack/", "slack"),
    ("/api/messages", "teams"),
    ("/api/", "api"),
    ("/mcp", "mcp"),
    ("/healthz", "ops"),
    ("/readyz", "ops"),
    ("/metrics", "ops"),
)
"""Beginnings of addresses, the most exact first."""

_BROKE: Final = 500


class Measured:
    """Stands before everything else."""

    def __init__(self, inner: ASGIApp, metrics: Metrics) -> None:
        self._inner = inner
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self._inner(scope, receive, send)
            return
        status = _BROKE

        async def noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._inner(scope, receive, noted)
        finally:
            # An address nobody has a route for can be anything: only patterns are counted.
            pattern = getattr(scope.get("route"), "path", "")
            door = _door(scope["path"]) if pattern else "none"
            self._metrics.requested(door, pattern or "none", status)


def _door(path: str) -> str:
    return next((door for beginning, door in _DOORS if path.startswith(beginning)), "web")
