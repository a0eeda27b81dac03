"""Socket Mode: the same requests over a connection that we open, so that nobody has to reach us."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from time import time
from typing import TYPE_CHECKING, Final

from slack_bolt.adapter.socket_mode.async_internals import send_async_response
from slack_bolt.adapter.socket_mode.internals import build_headers
from slack_bolt.async_app import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.web.async_client import AsyncWebClient
from typing_extensions import override

from bot.log import broken
from handlers.slack.line import QUIET

if TYPE_CHECKING:
    from handlers.slack.line import Line

log = logging.getLogger("greenlight.slack")

_LOOK: Final = 5.0
_PATIENCE: Final = 30.0
"""Seconds without a connection after which a new client is made: the library's own can go deaf,
asking for ever at an address that was good for once."""
_DRAIN: Final = 5.0


class _Client(SocketModeClient):
    """The library's client, telling us why Slack does not let it in."""

    @override
    async def issue_new_wss_url(self) -> str:
        try:
            return await super().issue_new_wss_url()
        except SlackApiError as error:
            code = getattr(error.response, "data", None)
            why = str(code.get("error", "")) if isinstance(code, dict) else ""
            log.warning("slack socket refused", extra={"code": why})
            raise


class Socket:
    """Keeps one connection open, and takes what comes in to the door."""

    def __init__(
        self,
        token: str,
        line: Line,
        dispatch: Callable[[AsyncBoltRequest], Awaitable[BoltResponse]],
        *,
        look: float = _LOOK,
        patience: float = _PATIENCE,
    ) -> None:
        self._token = token
        self._line = line
        self._dispatch = dispatch
        self._look = look
        self._patience = patience
        self._busy: set[asyncio.Task[None]] = set()
        self._draining = False

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Stay connected until the end of the block, then finish what was begun."""
        watching = asyncio.create_task(self._watch())
        try:
            yield
        finally:
            # What comes from now on is not taken: Slack brings it to another connection.
            self._draining = True
            if self._busy:
                await asyncio.wait(self._busy, timeout=_DRAIN)
            watching.cancel()
            with suppress(asyncio.CancelledError):
                await watching

    async def _watch(self) -> None:
        """Make a new client whenever the old one has had no connection for a while."""
        while True:
            client = self._client()
            connecting = asyncio.create_task(client.connect())  # type: ignore[no-untyped-call]
            try:
                await self._until_lost(client)
            finally:
                connecting.cancel()
                await _closed(client, connecting)

    async def _until_lost(self, client: _Client) -> None:
        clock = asyncio.get_running_loop().time
        seen, connected = clock(), False
        while clock() - seen < self._patience:
            if await client.is_connected():
                seen = clock()
                if not connected:
                    log.info("slack socket connected")
                connected = True
            elif connected:
                log.warning("slack socket lost")
                connected = False
            await asyncio.sleep(self._look if connected else self._look / 10)
        log.warning("slack socket made anew")

    def _client(self) -> _Client:
        client = _Client(
            app_token=self._token,
            logger=QUIET,
            web_client=AsyncWebClient(
                base_url=self._line.web.base_url, session=self._line.session, logger=QUIET
            ),
        )
        client.socket_mode_request_listeners.append(self._received)
        return client

    async def _received(
        self, client: AsyncBaseSocketModeClient, request: SocketModeRequest
    ) -> None:
        """Deal with one envelope; one that is not acknowledged comes again."""
        task = asyncio.current_task()
        if self._draining or task is None:
            return
        self._busy.add(task)
        try:
            bolt = AsyncBoltRequest(
                mode="socket_mode", body=request.payload, headers=build_headers(request)
            )
            response = await self._dispatch(bolt)
            await send_async_response(client, request, response, time())
        except Exception as error:  # noqa: BLE001 - a lost connection, or an odd payload
            log.warning("slack envelope not answered", extra=broken(error))
        finally:
            self._busy.discard(task)


async def _closed(client: _Client, connecting: asyncio.Task[None]) -> None:
    """Close a client and wait for the tasks it leaves behind."""
    with suppress(Exception):
        await client.close()  # type: ignore[no-untyped-call]
    left = (client.message_processor, client.current_session_monitor, client.message_receiver)
    await asyncio.gather(
        connecting, *(task for task in left if task is not None), return_exceptions=True
    )
