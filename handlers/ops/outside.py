"""Looks that both platforms need: the address others reach us at, and the clock."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from email.utils import parsedate_to_datetime
from ipaddress import ip_address
from typing import Final

import aiohttp
from yarl import URL

from bot.doctor import Finding, good, problem
from bot.settings import Settings
from handlers.ops.operations import ALIVE

Now = Callable[[], datetime]

SKEW: Final = 60.0
"""Seconds; Slack refuses what is five minutes old, and Entra tokens have the same leeway."""

_TIMES: Final = aiohttp.ClientTimeout(total=8, connect=5)
_NAME: Final = "public address"


async def public_address(settings: Settings) -> Sequence[Finding]:
    """Look whether platforms can reach this server, where they have to."""
    sockets = bool(settings.slack_app_token.get_secret_value())
    callers = [
        *(["Slack"] if settings.slack and not sockets else []),
        *(["Teams"] if settings.teams else []),
    ]
    if not callers:
        why = "Slack comes over Socket Mode" if settings.slack else "no platform is set up"
        return [good(_NAME, f"None is needed: {why}.")]
    if not settings.public_url:
        fix = "Set GREENLIGHT_PUBLIC_URL, as https://greenlight.example.com."
        who = " and ".join(callers)
        return [
            problem(_NAME, f"{who} must be able to reach this server, and no address is set.", fix)
        ]
    url = URL(settings.public_url)
    if url.scheme != "https" or not _public(url.host or ""):
        fix = "Use an address with https that can be reached from the internet."
        return [problem(_NAME, f"{url.origin() if url.host else url} is none they can reach.", fix)]
    return [await answers(url)]


async def answers(url: URL) -> Finding:
    """Look whether it is Greenlight that answers at an address."""
    page = url / "healthz"
    try:
        async with (
            aiohttp.ClientSession(timeout=_TIMES, trust_env=True) as session,
            session.get(page, allow_redirects=False) as response,
        ):
            status, text = response.status, (await response.content.read(100)).decode("latin-1")
    except (aiohttp.ClientError, OSError, TimeoutError) as error:
        fix = "Start `greenlight serve`, and check the name, the certificate and the way to it."
        return problem(_NAME, f"{page} does not answer ({type(error).__name__}).", fix)
    if status != 200 or text != ALIVE:
        fix = "Let the proxy pass every path on to `greenlight serve` as it is."
        return problem(_NAME, f"{page} answers {status}, and it is not Greenlight.", fix)
    return good(_NAME, f"{url} answers.")


def clock(whose: str, headers: Mapping[str, str], now: datetime) -> Finding:
    """Compare this machine's clock with the one behind an answer."""
    name = f"clock ({whose})"
    try:
        theirs = parsedate_to_datetime(headers["date"])
        ahead = (now - theirs).total_seconds() - float(headers.get("age", 0))
    except (KeyError, ValueError, TypeError):
        return good(name, f"{whose} did not say what time it is.")
    if abs(ahead) <= SKEW:
        return good(name, f"It agrees with {whose} within a minute.")
    direction = "ahead of" if ahead > 0 else "behind"
    fix = "Let this machine set its clock by NTP: messages that look too old are refused."
    return problem(name, f"It is {abs(ahead):.0f} seconds {direction} {whose}.", fix)


def _public(host: str) -> bool:
    try:
        return ip_address(host).is_global
    except ValueError:
        return "." in host and not host.endswith((".local", ".internal", ".localhost"))
