"""`/healthz`, `/readyz` and `/metrics`: how this process is, for machines and those who run it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from http import HTTPStatus
from time import perf_counter
from types import MappingProxyType
from typing import Any, Final

import sqlalchemy as sa
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from bot.app import App
from bot.inbox import Depth, depth
from bot.knowledge import KnowledgeError
from bot.store import StoreError
from bot.telemetry import Metrics
from handlers.ops.access import refused
from handlers.ops.checks import Check, Checks, Result

ALIVE: Final = "ok\n"
"""What /healthz says; `greenlight doctor` knows us by it."""

STUCK: Final[Mapping[str, float]] = MappingProxyType({"inbox": 120.0, "outbox": 900.0})
"""Seconds after which something that still waits means that nobody works, or a platform is away.

Longer than the waits between the first attempts: one answer that has to be tried again is no alarm.
"""

_DATABASE: Final = 2.0
"""Seconds the database may take to answer."""

_FRESH: Final = 5.0
"""Seconds for which counted rows are good: /readyz is open to everybody."""

_NO_STORE: Final = {"Cache-Control": "no-store"}


class Operations:
    """Three pages. Anybody may ask whether we are ready, but why not is told to few."""

    def __init__(
        self,
        *,
        app: Callable[[], App],
        broken: Callable[[], KnowledgeError | None],
        since: Callable[[], datetime],
        metrics: Metrics,
        checks: Checks | None = None,
    ) -> None:
        """`app`, `broken` and `since` say what is in force now, what is not, and since when."""
        self._app: Final = app
        self._broken: Final = broken
        self._since: Final = since
        self._metrics: Final = metrics
        self.checks: Final = checks or Checks()
        """More may be registered: one for each platform that is set up."""
        metrics.knowledge(app().knowledge.version)
        self.checks.register("database", self._database, vital=True, keep=0, limit=_DATABASE)
        self.checks.register("knowledge", self._knowledge, keep=0)
        self.checks.register("queues", self._queues, keep=_FRESH, limit=_DATABASE)

    def routes(self) -> list[BaseRoute]:
        """Return the pages."""
        return [
            Route("/healthz", self._alive),
            Route("/readyz", self._ready),
            Route("/metrics", self._figures),
        ]

    async def _alive(self, _request: Request) -> Response:
        return PlainTextResponse(ALIVE, headers=_NO_STORE)

    async def _ready(self, request: Request) -> Response:
        results = await self._results()
        whole = refused(request, self._app().settings.metrics_token) is None
        word, status = _judged(results)
        body = {
            "status": word,
            "checks": {name: _shown(result, whole=whole) for name, result in results.items()},
        }
        return JSONResponse(body, status, _NO_STORE)

    async def _figures(self, request: Request) -> Response:
        no = refused(request, self._app().settings.metrics_token)
        if no is not None:
            return no
        await self._results()
        text, kind = self._metrics.shown(request.headers.get("accept", ""))
        return Response(text, headers={"Content-Type": kind, **_NO_STORE})

    async def _results(self) -> Mapping[str, Result]:
        results = await self.checks.results()
        for name, result in results.items():
            self._metrics.checked(name, ok=result.check.ok, expires=result.check.expires)
        return results

    async def _database(self) -> Check:
        start = perf_counter()
        try:
            await self._app().store.run(_nothing)
        except StoreError as error:
            return Check(ok=False, detail=str(error))
        return Check(ok=True, detail=f"Answered in {(perf_counter() - start) * 1000:.0f} ms.")

    async def _knowledge(self) -> Check:
        version, error = self._app().knowledge.version, self._broken()
        detail = f"Version {version} is in force since {self._since():%Y-%m-%d %H:%M:%S} UTC"
        if error is None:
            return Check(ok=True, detail=f"{detail}.")
        first = error.problems[0]
        return Check(
            ok=False,
            detail=(
                f"{detail}; a broken edit waits, with {len(error.problems)} to put right, "
                f"the first in {first.file}:{first.line}."
            ),
        )

    async def _queues(self) -> Check:
        app = self._app()
        try:
            boxes = await app.store.run(depth, app.now())
        except StoreError:
            return Check(ok=False, detail="They cannot be counted while the database is away.")
        for box in boxes:
            rows = {"ready": box.ready, "run": box.run, "dead": box.dead}
            self._metrics.queue(box.box, rows, box.oldest)
        stuck = any(box.oldest > STUCK[box.box] for box in boxes)
        return Check(ok=not stuck, detail=" ".join(_told(box) for box in boxes))


def _told(box: Depth) -> str:
    return (
        f"{box.box.capitalize()}: {box.ready} wait, {box.run} in work, {box.dead} given up; "
        f"the oldest is {box.oldest:.0f} s old."
    )


def _judged(results: Mapping[str, Result]) -> tuple[str, HTTPStatus]:
    failed = [result for result in results.values() if not result.check.ok]
    if any(result.vital for result in failed):
        return "not ready", HTTPStatus.SERVICE_UNAVAILABLE
    # It still takes in what people say, which a balancer must not keep from it.
    return "degraded" if failed else "ready", HTTPStatus.OK


def _shown(result: Result, *, whole: bool) -> dict[str, Any]:
    check = result.check
    if not whole:
        return {"ok": check.ok}
    shown: dict[str, Any] = {"ok": check.ok, "detail": check.detail}
    if check.expires is not None:
        shown["expires"] = check.expires.isoformat()
    return shown


def _nothing(connection: sa.Connection) -> None:
    connection.execute(sa.select(1))
