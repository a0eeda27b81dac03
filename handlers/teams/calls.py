"""A call with our token, and what went wrong with it in our words."""

from __future__ import annotations

import asyncio
import random
import re
from collections.abc import Awaitable, Callable, Collection, Mapping
from email.utils import parsedate_to_datetime
from typing import Any, Final

from yarl import URL

from bot.chat import SendError
from handlers.teams.login import Login
from handlers.teams.wire import Heard, Unreachable, Wire, trusted

Sleep = Callable[[float], Awaitable[object]]

_PASSING: Final = frozenset({401, 408, 412, 425, 429, 500, 502, 503, 504})
"""Statuses after which the same request may be taken."""

_PATIENCE: Final = 5.0
"""A longer wait than this is left to whoever asked: they can do other things meanwhile."""

_LONGEST_WAIT: Final = 3600.0
_CODE: Final = re.compile(r"[A-Za-z0-9_]{1,60}")


class CallError(SendError):
    """A service of Microsoft did not do what it was asked."""

    def __init__(
        self,
        status: int,
        code: str,
        *,
        words: str = "",
        retry_after: float | None = None,
    ) -> None:
        self.status = status
        """0 when there was no answer at all."""
        self.code = code
        self.words = words
        """The service's own explanation: to be compared, never to be logged or shown."""
        super().__init__(
            f"Microsoft answered {status or 'nothing'} ({code}).",
            retry_after=retry_after,
            for_good=bool(status) and status not in _PASSING,
        )


class Calls:
    """Calls to a few hosts with one kind of token, which is never sent anywhere else."""

    def __init__(
        self,
        wire: Wire,
        hosts: Collection[str],
        login: Login | None,
        *,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self._wire = wire
        self._hosts = hosts
        self._login = login
        self._sleep = sleep

    async def call(self, method: str, url: URL, body: object = None, *, tries: int = 1) -> Any:
        """Return the body of the answer. Raises `CallError` and `SendError`.

        More than one try is for what may be done twice without harm.
        """
        if not allowed(url, self._hosts):
            raise SendError("The address is none our token may be sent to.", for_good=True)
        for left in reversed(range(tries)):
            try:
                return await self._once(method, url, body)
            except CallError as error:
                wait = _wait(error, tries - left)
                if not left or error.for_good or wait > _PATIENCE:
                    raise
                await self._sleep(wait)
        raise AssertionError("unreachable")

    async def _once(self, method: str, url: URL, body: object) -> Any:
        token = await self._login.token() if self._login is not None else ""
        heard = await self._send(method, url, body, token)
        if heard.status == 401 and self._login is not None:
            # It was refused before anything was done, so even a message may be sent again.
            fresh = await self._login.token(instead_of=token)
            heard = await self._send(method, url, body, fresh)
        if heard.status >= 300:
            raise _error(heard)
        return heard.body

    async def _send(self, method: str, url: URL, body: object, token: str) -> Heard:
        try:
            return await self._wire.call(method, url, token=token, body=body)
        except Unreachable as error:
            raise CallError(0, str(error)) from None


def allowed(url: URL, hosts: Collection[str]) -> bool:
    """Say whether an address is on one of these hosts, and cannot be read on the way there.

    A host with a port is that port; one without is the port everybody uses.
    """
    try:
        authority = (url.host_port_subcomponent or "").lower()
        return trusted(url) and not url.user and not url.password and authority in hosts
    except ValueError:
        # A port that is no number is only found out when it is asked for.
        return False


def _error(heard: Heard) -> CallError:
    body = heard.body if isinstance(heard.body, dict) else {}
    inner = body.get("error")
    said = inner if isinstance(inner, dict) else body
    code, words = said.get("code"), said.get("message")
    known = isinstance(code, str) and _CODE.fullmatch(code)
    return CallError(
        heard.status,
        str(code) if known else "unknown",
        words=words if isinstance(words, str) else "",
        retry_after=_retry_after(heard.headers),
    )


def _retry_after(headers: Mapping[str, str]) -> float | None:
    given = headers.get("retry-after", "").strip()
    if given.isdecimal():
        return min(float(given), _LONGEST_WAIT)
    try:
        # Both moments are the service's, so its clock need not agree with ours.
        until = parsedate_to_datetime(given)
        wait = (until - parsedate_to_datetime(headers.get("date", ""))).total_seconds()
    except (ValueError, TypeError):
        return None
    return min(max(wait, 0.0), _LONGEST_WAIT)


def _wait(error: CallError, tried: int) -> float:
    jitter = random.uniform(0.5, 1.0)  # noqa: S311 - to spread load, not to keep a secret
    if error.retry_after is not None:
        return error.retry_after + jitter / 2
    return min(jitter * (0.5, 1.0, 2.0)[min(tried, 3) - 1], _PATIENCE)
