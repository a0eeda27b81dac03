"""The line to Slack's Web API: one shared session, time limits, and errors in our own words."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Awaitable, Mapping
from contextlib import asynccontextmanager, suppress
from typing import Any, Final

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.chat import SendError
from bot.settings import Settings
from handlers.slack.us import Us

log = logging.getLogger("greenlight.slack")

QUIET: Final = logging.getLogger("greenlight.slack.sdk")
"""For the libraries: what they log below CRITICAL quotes messages, addresses and tickets."""
QUIET.setLevel(logging.CRITICAL)

_TIMES: Final = aiohttp.ClientTimeout(total=12, connect=5)
_AGAIN: Final = 30.0
"""Seconds between attempts to find out who we are; half as long at first."""

_FOR_GOOD: Final = frozenset(
    """account_inactive cannot_dm_bot cant_dm_bot cant_update_message channel_not_found
    ekm_access_denied invalid_auth is_archived message_not_found missing_scope
    not_allowed_token_type not_authed not_in_channel no_permission org_login_required
    restricted_action token_expired token_revoked user_disabled user_not_found user_not_in_channel
    user_not_visible users_not_found""".split()
)
"""Refusals that another attempt will not change."""

_BUSY: Final = frozenset({"ratelimited", "rate_limited", "message_limit_exceeded"})


class RefusedError(SendError):
    """Slack heard us and said no; the code is its own word for why."""

    def __init__(self, method: str, code: str, *, retry_after: float | None = None) -> None:
        super().__init__(
            f"Slack refused {method}: {code or 'without a reason'}",
            retry_after=retry_after,
            for_good=code in _FOR_GOOD,
        )
        self.code = code

    @property
    def busy(self) -> bool:
        """Whether we were told to come back later."""
        return self.code in _BUSY


async def told(method: str, call: Awaitable[AsyncSlackResponse]) -> Mapping[str, Any]:
    """Return what Slack answered. Raises `RefusedError`, or `SendError` without an answer."""
    try:
        response = await call
    except SlackApiError as error:
        raise _refusal(method, error.response) from None
    except (SlackClientError, aiohttp.ClientError, OSError, ValueError, AttributeError) as error:
        # The library stumbles in its own ways over answers that are no JSON object.
        raise _unheard(method, error) from None
    return response.data if isinstance(response.data, dict) else {}


def _refusal(method: str, response: object) -> SendError:
    data = getattr(response, "data", None)
    status = getattr(response, "status_code", getattr(response, "status", 0))
    code = str(data.get("error", "")) if isinstance(data, dict) else ""
    if status == 429:
        return RefusedError(method, "ratelimited", retry_after=_pause(response))
    if code in _BUSY:
        return RefusedError(method, code, retry_after=_pause(response))
    if status >= 500 or not code:
        return SendError(f"Slack answered {method} with status {status}")
    return RefusedError(method, code)


def _unheard(method: str, error: Exception) -> SendError:
    return SendError(f"Slack could not be reached for {method}: {type(error).__name__}")


def _pause(response: object) -> float | None:
    """Return the seconds we were asked to wait."""
    headers = getattr(response, "headers", None) or {}
    said = next((value for name, value in headers.items() if name.lower() == "retry-after"), "")
    return float(said) if str(said).isdecimal() else None


class Line:
    """Speaks to Slack as our bot."""

    def __init__(self, session: aiohttp.ClientSession, settings: Settings) -> None:
        self.session = session
        self.web = AsyncWebClient(
            token=settings.slack_bot_token.get_secret_value(),
            base_url=settings.slack_api_url,
            session=session,
            logger=QUIET,
            # Nothing is repeated down here: a post whose answer was lost may have been made, and
            # only the outbox can look whether it was.
            retry_handlers=[],
        )
        self.us = Us()
        self._known = asyncio.Event()

    @classmethod
    @asynccontextmanager
    async def open(cls, settings: Settings) -> AsyncIterator[Line]:
        """Open the session, and close it at the end."""
        async with aiohttp.ClientSession(timeout=_TIMES) as session:
            yield cls(session, settings)

    async def who(self) -> Us:
        """Return who we are, asking Slack the first time. Raises `SendError`."""
        if not self.us.team:
            said = await told("auth.test", self.web.auth_test())
            self.us = Us(
                user=str(said.get("user_id") or ""),
                bot=str(said.get("bot_id") or ""),
                team=str(said.get("team_id") or ""),
                enterprise=str(said.get("enterprise_id") or ""),
                everywhere=bool(said.get("is_enterprise_install")),
            )
            self._known.set()
            log.info("slack knows us", extra={"team": self.us.team, "bot": self.us.bot})
        return self.us

    async def find_out(self) -> None:
        """Ask who we are until Slack says it; no request waits for this."""
        pause = 0.5
        while True:
            try:
                await self.who()
            except SendError as error:
                log.warning("slack does not say who we are", extra={"why": str(error)})
                # Somebody else may be told meanwhile, who asked for another reason.
                asked = error.retry_after
                with suppress(TimeoutError):
                    async with asyncio.timeout(pause if asked is None else asked):
                        await self._known.wait()
                pause = min(pause * 2, _AGAIN)
            else:
                return

    async def respond(self, url: str, body: Mapping[str, Any]) -> None:
        """Answer at a response_url. Raises `SendError`; `RefusedError` once it is used up."""
        try:
            async with self.session.post(url, json=dict(body), proxy=self.web.proxy) as response:
                text = (await response.text())[:1_000]
                status = response.status
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise _unheard("response_url", error) from None
        if status == 429 or status >= 500:
            raise SendError(f"Slack answered response_url with status {status}")
        if status != 200:
            raise RefusedError("response_url", _word(text))


def _word(text: str) -> str:
    """Return the code in an answer, which may be JSON or a bare word."""
    try:
        said = json.loads(text)
    except ValueError:
        said = text.strip()
    code = said.get("error", "") if isinstance(said, dict) else said
    return str(code)[:60] if str(code).replace("_", "").isalnum() else ""
