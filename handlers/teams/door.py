"""The door for Microsoft Teams: one address, to which Bot Service sends everything."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from importlib import import_module
from typing import TYPE_CHECKING, Final

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from bot.chat import Arrival, Deed, Left, Opened, Place, Pressed, Rated, Said, Submitted
from bot.log import broken
from bot.settings import Settings
from handlers.teams.access import check, from_here
from handlers.teams.activities import (
    Incoming,
    caller,
    message_id,
    parse,
    place,
    said,
)
from handlers.teams.adapter import Adapter, Answer, Ears
from handlers.teams.buttons import UnreadableError, pressed_from, unwrapped
from handlers.teams.connector import reachable
from handlers.teams.dialogs import submitted_from
from handlers.teams.invokes import Invokes, failed
from handlers.teams.send import TeamsChat
from handlers.teams.token import Claims, Keys, TokenCheck, TokenError
from handlers.teams.wire import Wire

if TYPE_CHECKING:
    from bot.service import Service

log = logging.getLogger("greenlight.teams")

__all__ = ["TeamsDoor", "check"]

PATH: Final = "/api/messages"

_LARGEST: Final = 512 * 1024
_KEPT_WITHIN: Final = 5.0
"""Seconds to keep something; Bot Service gives up after ten."""

_CHANNEL: Final = "msteams"
_HOME: Final = "home"


class _UnreadableError(ValueError):
    """What was sent is no activity."""


class TeamsDoor:
    """Takes what Bot Service sends. Everything it cannot vouch for is refused with 401."""

    def __init__(self, service: Service, chat: TeamsChat, settings: Settings) -> None:
        self._service = service
        self._chat = chat
        self._settings = settings
        self._wire = Wire()
        keys = Keys(self._wire, settings.teams_openid_url)
        app_id = settings.teams_app_id
        self._check = TokenCheck(app_id, keys) if app_id else None
        invokes = Invokes(service, chat, self._accept, self._where)
        self._adapter = Adapter(
            Ears(
                said=self._said,
                installed=self._installed,
                removed=self._removed,
                invoked=invokes.answer,
                ignored=self._ignored,
            )
        )

    def routes(self) -> Sequence[BaseRoute]:
        """Return the one address of this door."""
        return [Route(PATH, self._messages, methods=["POST"])]

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Be ready for the first card; close the connections for keys at the end of the block."""
        # The card library takes half a second to load, which nobody should wait for.
        await asyncio.to_thread(import_module, "handlers.teams.layout")
        try:
            yield
        finally:
            await self._wire.aclose()

    async def _messages(self, request: Request) -> Response:
        given: Incoming | None = None
        try:
            given = await self._taken(request)
            return await self._answered(given)
        except TokenError as error:
            log.warning("teams request refused", extra={"reason": str(error)})
            return Response(status_code=401)
        except (_UnreadableError, ClientDisconnect):
            return Response(status_code=400)
        except Exception as error:  # noqa: BLE001 - the one place where Teams is told of it
            return _broke(error, given)

    async def _taken(self, request: Request) -> Incoming:
        """Read what Bot Service sent; everything else stops here."""
        claims = await self._claims(request)
        given = parse(await _read(request))
        if given is None:
            raise _UnreadableError
        self._covered(given, claims)
        return given

    async def _answered(self, given: Incoming) -> Response:
        if not given.from_person or not given.tenant:
            return _nobody(given)
        answer = await self._adapter.hear(given)
        return _response(answer) if answer is not None else Response(status_code=202)

    async def _claims(self, request: Request) -> Claims | None:
        """Return what the token says; None where none is asked for, on a developer's machine."""
        if self._check is not None:
            return await self._check.read(request.headers.get("authorization", ""))
        if self._settings.teams_allow_anonymous != "local":
            raise TokenError("not_configured")
        if not from_here(request):
            raise TokenError("not_local")
        return None

    def _covered(self, given: Incoming, claims: Claims | None) -> None:
        if claims is not None:
            if given.channel != _CHANNEL:
                raise TokenError("channel")
            claims.cover(service_url=given.service_url, channel=given.channel)
        if not reachable(given.service_url, self._settings):
            raise TokenError("service_host")

    # What is heard

    async def _said(self, given: Incoming) -> None:
        deed = self._deed(given)
        where = self._where(given)
        if isinstance(deed, Pressed):
            where = self._chat.sharing.place(unwrapped(given.data), where, given.sender.id)
        await self._accept(given, deed, where)

    def _deed(self, given: Incoming) -> Deed:
        if given.data and not given.text.strip():
            return _of_card(given)
        deed = said(given)
        if deed.text.casefold() == _HOME and (deed.command or self._where(given).private):
            return Opened(what="home")
        if not deed.text and not deed.refused_files:
            # Somebody only called us.
            return replace(deed, command=True)
        return deed

    async def _installed(self, given: Incoming) -> None:
        """Remember how somebody is reached. No welcome: the prompts stand in the manifest."""
        where = self._where(given)
        log.info("teams app installed", extra={"kind": where.kind})
        if where.kind == "direct":
            await self._accept(given, Opened(what="conversation"), where)

    async def _removed(self, given: Incoming) -> None:
        where = self._where(given)
        log.info("teams app removed", extra={"kind": where.kind})
        await self._accept(given, Left(), where)

    async def _ignored(self, given: Incoming) -> None:
        log.info("teams activity ignored", extra={"type": given.type[:40]})

    def _where(self, given: Incoming) -> Place:
        return place(given, public=self._settings.answers_in_channels == "public")

    async def _accept(self, given: Incoming, deed: Deed, where: Place) -> None:
        who = caller(given)
        self._chat.met(who, self._where(given))
        arrival = Arrival(
            id=f"teams:{given.conversation.id}:{given.id}",
            at=self._service.app.now(),
            caller=who,
            place=where,
            deed=deed,
        )
        async with asyncio.timeout(_KEPT_WITHIN):
            await self._service.accept(arrival)


def _of_card(given: Incoming) -> Pressed | Rated | Submitted | Said:
    """Return what was done in a card, by a client that sends it as a message."""
    data = given.data
    try:
        if "form" in unwrapped(data):
            return submitted_from(data)
        return pressed_from(data, message=message_id(given.conversation.id, given.reply_to))
    except UnreadableError:
        log.warning("teams button not known")
        # Somebody pressed something and waits: they are told what can be done.
        return Said(text="", command=True)


def _nobody(given: Incoming) -> Response:
    """Drop what no person did, and what nobody could be answered for."""
    reason = "no_tenant" if given.from_person else "no_person"
    log.info("teams activity dropped", extra={"reason": reason, "type": given.type[:40]})
    return Response(status_code=403 if given.type == "invoke" else 202)


def _broke(error: Exception, given: Incoming | None) -> Response:
    number = f"t-{secrets.token_hex(5)}"
    log.error("teams request failed", extra={"number": number, **broken(error)})
    if given is not None and given.type == "invoke":
        return _response(failed(given))
    # Bot Service sends it again.
    return Response(status_code=503, headers={"Retry-After": "5"})


def _response(answer: Answer) -> Response:
    if answer.body is None:
        return Response(status_code=answer.status)
    return JSONResponse(answer.body, status_code=answer.status)


async def _read(request: Request) -> bytes:
    raw = bytearray()
    async for chunk in request.stream():
        raw += chunk
        if len(raw) > _LARGEST:
            return b""
    return bytes(raw)
