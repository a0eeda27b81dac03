"""Slack's door: every request is checked, kept, and answered within its three seconds."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from typing import TYPE_CHECKING, Any, Final

from slack_bolt.adapter.starlette.async_handler import to_starlette_response
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.error import BoltUnhandledRequestError
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from bot.chat import Stopped, Submitted
from bot.log import broken
from handlers.slack.events import GroupsChanged, Heard, Ignored, from_event
from handlers.slack.inline import Inline
from handlers.slack.interactions import Asked, from_command, from_form, from_press, from_shortcut
from handlers.slack.keeper import Keeper, deadline
from handlers.slack.line import QUIET
from handlers.slack.payload import Payload
from handlers.slack.signing import PATH, Signing
from handlers.slack.socket import Socket

if TYPE_CHECKING:
    from bot.service import Service
    from bot.settings import Settings
    from handlers.slack.send import SlackChat

log = logging.getLogger("greenlight.slack")


_ANY: Final = re.compile("")
_MOST: Final = 2_000_000
"""Bytes of a request; Slack's largest carry a message or a form with all its blocks."""
_LAST_WORDS: Final = 0.7


class SlackDoor:
    """Takes what Slack sends, over HTTP or Socket Mode, to the service."""

    def __init__(self, service: Service, settings: Settings, chat: SlackChat) -> None:
        self._service = service
        self._settings = settings
        self._chat = chat
        self._keeper = Keeper(service)
        self._inline = Inline(service, chat, self._keeper)
        self._bolt = self._listening()

    def routes(self) -> list[BaseRoute]:
        """Return where Slack sends requests; nowhere without the secret they are signed with."""
        secret = self._settings.slack_signing_secret.get_secret_value().strip()
        if not secret:
            return []
        signing = Signing(secret)

        async def endpoint(request: Request) -> Response:
            return await self._request(request, signing)

        return [Route(PATH, endpoint, methods=["POST"])]

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Find out who we are, and listen to Socket Mode where it is set up, until the end."""
        token = self._settings.slack_app_token.get_secret_value()
        async with AsyncExitStack() as stack:
            asking = asyncio.create_task(self._chat.line.find_out())
            stack.push_async_callback(_ended, asking)
            if token:
                socket = Socket(token, self._chat.line, self.dispatch)
                await stack.enter_async_context(socket.running())
            yield

    async def dispatch(self, request: AsyncBoltRequest) -> BoltResponse:
        """Deal with one request that is known to be from Slack. Never raises."""
        try:
            return await self._bolt.async_dispatch(request)
        except Exception as error:  # noqa: BLE001 - the library stumbles over odd payloads itself
            return _odd(error)

    async def _request(self, request: Request, signing: Signing) -> Response:
        raw = await _read(request)
        if raw is None:
            return Response(status_code=413)
        if raw.startswith(b"ssl_check=1"):
            # Slack looks whether our certificate is good; there is nothing to be done.
            return Response(status_code=200)
        if not signing.signed(raw, request.headers):
            # Not the body: anybody may have sent it, and it may be somebody's message all the same.
            log.warning("slack signature refused", extra={"bytes": len(raw)})
            return Response(status_code=401)
        kind = request.headers.get("content-type", "")
        try:
            bolt = AsyncBoltRequest(body=raw.decode(), headers={"content-type": kind})
        except Exception as error:  # noqa: BLE001 - the library reads ids out of whatever it gets
            log.warning("slack payload malformed", extra=broken(error))
            return Response(status_code=400)
        return to_starlette_response(await self.dispatch(bolt))

    def _listening(self) -> AsyncApp:
        """Return the library with one listener for each kind of request, all of them ours."""
        settings, line = self._settings, self._chat.line

        async def authorize() -> AuthorizeResult:
            # From what is known: asking Slack here would hold up every answer to Slack.
            return AuthorizeResult(
                enterprise_id=line.us.enterprise or None,
                team_id=line.us.team or None,
                bot_token=settings.slack_bot_token.get_secret_value(),
                bot_id=line.us.bot or None,
                bot_user_id=line.us.user or None,
            )

        bolt = AsyncApp(
            # Its loggers take their level from the one of this name.
            name=QUIET.name,
            logger=QUIET,
            client=AsyncWebClient(
                base_url=settings.slack_api_url, session=line.session, logger=QUIET
            ),
            signing_secret="checked-before",  # noqa: S106 - not a secret: see _request
            authorize=authorize,
            process_before_response=True,
            raise_error_for_unhandled_request=True,
            request_verification_enabled=False,
            ssl_check_enabled=False,
            ignoring_self_events_enabled=False,
            attaching_function_token_enabled=False,
            attaching_conversation_kwargs_enabled=False,
        )
        bolt.event(_ANY)(self._event)
        bolt.command(_ANY)(self._command)
        bolt.action(_ANY)(self._press)
        bolt.view(_ANY)(self._form)
        bolt.shortcut(_ANY)(self._shortcut)
        bolt.error(self._failed)
        return bolt

    async def _event(self, body: dict[str, Any]) -> BoltResponse:
        """Keep an event; 503 makes Slack bring it again, so it is said only when that may help."""
        heard = from_event(
            Payload(body), self._chat.line.us, at=self._service.app.now(), private=self._private
        )
        match heard:
            case GroupsChanged():
                self._chat.people.forget_groups()
            case Ignored():
                log.debug("slack ignored", extra={"why": heard.why})
            case Heard() if not await self._heard(heard):
                return BoltResponse(status=503)
            case Heard():
                pass
        return BoltResponse(status=200)

    async def _heard(self, heard: Heard) -> bool:
        arrival, until = heard.arrival, deadline()
        place = arrival.place
        if self._foreign(arrival.caller.enterprise, place.team):
            log.warning("slack event of another workspace", extra={"team": place.team})
            return True
        if place.kind != "direct":
            self._chat.channels.learn(place.channel, shared=place.shared)
        if heard.if_engaged:
            try:
                async with asyncio.timeout_at(until):
                    engaged = await self._service.engaged(place, arrival.caller)
            except Exception as error:  # noqa: BLE001 - whatever broke, Slack can bring it again
                log.warning("slack thread not known", extra=broken(error))
                return False
            if not engaged:
                return True
        kept = await self._keeper.keep(arrival, until)
        if isinstance(arrival.deed, Stopped):
            with suppress(TimeoutError):
                async with asyncio.timeout(_LAST_WORDS):
                    await self._chat.stopped(place)
        return kept

    def _foreign(self, enterprise: str, team: str) -> bool:
        """Whether an event was meant for a workspace that is not the company's."""
        us, settings = self._chat.line.us, self._settings
        ours = settings.slack_team_ids or ((us.team,) if us.team else ())
        whole = {settings.slack_enterprise_id, us.enterprise} - {""}
        return bool(ours and team) and team not in ours and enterprise not in whole

    @property
    def _private(self) -> bool:
        return self._settings.answers_in_channels == "private"

    async def _command(self, body: dict[str, Any]) -> BoltResponse:
        now = self._service.app.now()
        return await self._inlined(from_command(Payload(body), self._chat.line.us, at=now))

    async def _press(self, body: dict[str, Any]) -> BoltResponse:
        now = self._service.app.now()
        return await self._inlined(
            from_press(Payload(body), self._chat.line.us, at=now, private=self._private)
        )

    async def _shortcut(self, body: dict[str, Any]) -> BoltResponse:
        now = self._service.app.now()
        return await self._inlined(from_shortcut(Payload(body), self._chat.line.us, at=now))

    async def _form(self, body: dict[str, Any]) -> BoltResponse:
        now = self._service.app.now()
        asked = from_form(Payload(body), self._chat.line.us, at=now)
        if asked is None or not isinstance(asked.arrival.deed, Submitted):
            return _not_ours("form")
        return await self._inline.submitted(asked, asked.arrival.deed)

    async def _inlined(self, asked: Asked | None) -> BoltResponse:
        return _not_ours("press") if asked is None else await self._inline.asked(asked)

    async def _failed(self, error: Exception) -> BoltResponse:
        """Answer what no listener takes; Slack would switch an address off that often fails."""
        if isinstance(error, BoltUnhandledRequestError):
            return _not_ours("request")
        return _odd(error)


def _not_ours(what: str) -> BoltResponse:
    log.info("slack sent what is not ours", extra={"what": what})
    return BoltResponse(status=200)


def _odd(error: Exception) -> BoltResponse:
    log.error("slack request failed", extra=broken(error))
    return BoltResponse(status=200)


async def _read(request: Request) -> bytes | None:
    """Return a request's bytes; None when there are more than Slack ever sends."""
    held = bytearray()
    async for part in request.stream():
        held += part
        if len(held) > _MOST:
            return None
    return bytes(held)


async def _ended(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
