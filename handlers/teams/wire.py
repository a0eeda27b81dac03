"""HTTP to Microsoft's services: one pool of connections for everything a process sends."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any, Final

import aiohttp
from yarl import URL

LIMIT: Final = 15.0
"""Seconds one request may take."""

_CONNECTIONS: Final = 200


class Unreachable(Exception):  # noqa: N818 - it reads as what happened
    """A service did not answer, or not in time."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What a service answered; `body` is None where it was not JSON."""

    status: int
    headers: Mapping[str, str]
    body: Any


class Wire:
    """A pool that opens with the first request and must be closed."""

    def __init__(self, *, limit: float = LIMIT) -> None:
        self._limit = aiohttp.ClientTimeout(total=limit)
        self._session: aiohttp.ClientSession | None = None

    async def call(
        self,
        method: str,
        url: URL,
        *,
        token: str = "",
        body: object = None,
        form: Mapping[str, str] | None = None,
    ) -> Heard:
        """Send one request. Raises `Unreachable`; every status is an answer."""
        headers = {"authorization": f"Bearer {token}"} if token else {}
        try:
            async with self._opened().request(
                method,
                url,
                json=body,
                data=form,
                headers=headers,
                # A redirect would carry our token to whatever address it names.
                allow_redirects=False,
            ) as answer:
                return Heard(answer.status, answer.headers, _read(await answer.read()))
        except (aiohttp.ClientError, OSError) as error:
            raise Unreachable(type(error).__name__) from None

    async def aclose(self) -> None:
        """Close every connection; the next call opens the pool again."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                timeout=self._limit,
                connector=aiohttp.TCPConnector(limit=_CONNECTIONS),
                cookie_jar=aiohttp.DummyCookieJar(),
            )
        return self._session


def _read(raw: bytes) -> Any:
    try:
        return json.loads(raw)
    except (ValueError, RecursionError):
        return None


def loopback(host: str) -> bool:
    """Say whether a host is this machine, and not a name that only begins like it."""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def trusted(url: URL) -> bool:
    """Say whether what is sent to this address cannot be read on the way."""
    return url.scheme == "https" or (url.scheme == "http" and loopback(url.host or ""))
