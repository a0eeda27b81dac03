"""Tokens for what we send, from Entra."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable
from typing import Final

from yarl import URL

from bot.chat import SendError
from bot.settings import Settings
from handlers.teams.wire import Unreachable, Wire

CONNECTOR: Final = "https://api.botframework.com/.default"

_EARLY: Final = 300.0
"""Seconds before its end at which a token is replaced."""

_CODE: Final = re.compile(r"[A-Za-z0-9_]{1,60}")


class Login:
    """One kind of token, kept until shortly before it ends."""

    def __init__(
        self,
        wire: Wire,
        settings: Settings,
        scope: str,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        tenant = settings.teams_tenant_ids[0] if settings.teams_tenant_ids else "botframework.com"
        self._url = URL(settings.teams_login_url) / tenant / "oauth2/v2.0/token"
        self._wire = wire
        self._app_id = settings.teams_app_id
        self._password = settings.teams_app_password
        self._scope = scope
        self._clock = clock
        self._token = ""
        self._until = float("-inf")
        self._asking = asyncio.Lock()

    async def token(self, *, instead_of: str = "") -> str:
        """Return a token; never the one named, which was refused. Raises `SendError`."""
        if not self._good(instead_of):
            async with self._asking:
                # Who waited here finds the token somebody else was given.
                if not self._good(instead_of):
                    await self._ask()
        return self._token

    def _good(self, refused: str) -> bool:
        return self._token != refused and self._clock() < self._until

    async def _ask(self) -> None:
        try:
            heard = await self._wire.call(
                "POST",
                self._url,
                form={
                    "grant_type": "client_credentials",
                    "client_id": self._app_id,
                    "client_secret": self._password.get_secret_value(),
                    "scope": self._scope,
                },
            )
        except Unreachable as error:
            raise SendError(f"Entra cannot be reached ({error}).") from None
        body = heard.body if isinstance(heard.body, dict) else {}
        token, life = body.get("access_token"), body.get("expires_in")
        if heard.status != 200 or not isinstance(token, str) or not token:
            raise SendError(f"Entra gives no token: {heard.status} {_code(body.get('error'))}.")
        seconds = float(life) if isinstance(life, int | float | str) and str(life).isdigit() else 0
        self._token = token
        self._until = self._clock() + max(seconds - _EARLY, seconds / 2)


def _code(given: object) -> str:
    return given if isinstance(given, str) and _CODE.fullmatch(given) else "unknown"
