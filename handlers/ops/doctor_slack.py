"""What an installation needs of Slack: tokens that hold, scopes, and messages Slack would take."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.chat import Button, Card
from bot.doctor import Finding, good, problem
from bot.settings import Settings
from handlers.ops.checks import Check
from handlers.ops.outside import Now, clock
from handlers.slack.blocks import to_message
from handlers.slack.line import QUIET
from handlers.slack.manifest import SCOPES

_TIMEOUT: Final = 8
_CODE: Final = re.compile(r"[a-z_]{1,60}")

_REINSTALL: Final = "Open the app at api.slack.com/apps, and under Install App "
_TOKEN: Final = f"{_REINSTALL}copy the Bot User OAuth Token into SLACK_BOT_TOKEN."
_AGAIN: Final = f"{_REINSTALL}install it again, then copy the new token into SLACK_BOT_TOKEN."
_NETWORK: Final = "Let this machine reach Slack over https, and check SLACK_API_URL and the proxy."

_FIXES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "account_inactive": _AGAIN,
        "invalid_auth": _TOKEN,
        "not_allowed_token_type": _TOKEN,
        "not_authed": _TOKEN,
        "org_login_required": "Wait: Slack is moving this workspace into an organisation.",
        "ratelimited": "Wait a minute, and look again.",
        "token_expired": "Turn token rotation off in the app: its tokens need not be renewed then.",
        "token_revoked": _AGAIN,
    }
)

_FOR_SOCKETS: Final = (
    "Under Basic Information, App-Level Tokens, make a token with the scope connections:write, "
    "and copy it into SLACK_APP_TOKEN; or leave it out, and Slack comes over HTTP."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Heard:
    """What Slack answered; `error` is its own word for why not, or ours when it said nothing."""

    data: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    error: str = ""
    reached: bool = True


async def findings(settings: Settings, now: Now) -> Sequence[Finding]:
    """Look at everything Slack needs, all at once."""
    client = _client(settings)
    auth, app_token, blocks = await asyncio.gather(
        _heard(client.auth_test()), _app_token(settings), _blocks(client)
    )
    found = [_token(auth)]
    if auth.headers:
        found.append(clock("Slack", auth.headers, now()))
    if not auth.error:
        found += [_team(auth, settings), _scopes(auth), blocks]
    return [*found, _secret(settings), *app_token]


async def ready(settings: Settings) -> Check:
    """Look whether the bot token holds, for /readyz."""
    found = _token(await _heard(_client(settings).auth_test()))
    return Check(ok=found.ok, detail=" ".join((found.detail, found.fix)).strip())


def _client(settings: Settings) -> AsyncWebClient:
    return AsyncWebClient(
        token=settings.slack_bot_token.get_secret_value(),
        base_url=settings.slack_api_url,
        timeout=_TIMEOUT,
        logger=QUIET,
        retry_handlers=[],
    )


def _token(auth: _Heard) -> Finding:
    if not auth.reached:
        return problem("slack token", f"Slack cannot be reached ({auth.error}).", _NETWORK)
    if auth.error:
        fix = _FIXES.get(
            auth.error, f"Look the word up under auth.test at docs.slack.dev. {_TOKEN}"
        )
        return problem("slack token", f"Slack refuses SLACK_BOT_TOKEN: {auth.error}.", fix)
    if not auth.data.get("bot_id"):
        return problem(
            "slack token", "SLACK_BOT_TOKEN is the token of a person, not a bot.", _TOKEN
        )
    return good("slack token", "SLACK_BOT_TOKEN is good; it does not expire by itself.")


def _team(auth: _Heard, settings: Settings) -> Finding:
    team, enterprise = str(auth.data.get("team_id", "")), str(auth.data.get("enterprise_id") or "")
    if settings.slack_enterprise_id:
        if enterprise == settings.slack_enterprise_id:
            return good("slack team", f"People of the organisation {enterprise} are ours.")
        fix = f"Set SLACK_ENTERPRISE_ID to {enterprise}." if enterprise else "Leave it out."
        return problem("slack team", "SLACK_ENTERPRISE_ID is not the organisation we are in.", fix)
    if settings.slack_team_ids and team not in settings.slack_team_ids:
        return problem(
            "slack team",
            f"SLACK_TEAM_IDS does not name {team}, where the app is installed: nobody is answered.",
            f"Add {team} to SLACK_TEAM_IDS, or leave it out.",
        )
    return good("slack team", f"People of the workspace {team} are ours.")


def _scopes(auth: _Heard) -> Finding:
    said = auth.headers.get("x-oauth-scopes", "")
    if not said:
        return good("slack scopes", "Slack did not say which scopes the token has.")
    missing = sorted(set(SCOPES) - {scope.strip() for scope in said.split(",")})
    if not missing:
        return good("slack scopes", f"The token has all {len(SCOPES)} scopes it needs.")
    return problem(
        "slack scopes",
        f"The token lacks {', '.join(missing)}.",
        "Paste what `greenlight slack manifest` prints under App Manifest, and install the app "
        "again.",
    )


def _secret(settings: Settings) -> Finding:
    if settings.slack_signing_secret.get_secret_value():
        return good("slack signing secret", "SLACK_SIGNING_SECRET is set.")
    if settings.slack_app_token.get_secret_value():
        return good("slack signing secret", "None is needed: Slack comes over Socket Mode.")
    return problem(
        "slack signing secret",
        "SLACK_SIGNING_SECRET is not set: no message can be known to be Slack's.",
        "Copy the Signing Secret from Basic Information into SLACK_SIGNING_SECRET.",
    )


async def _app_token(settings: Settings) -> Sequence[Finding]:
    token = settings.slack_app_token.get_secret_value()
    if not token:
        return []
    heard = await _heard(_client(settings).apps_connections_open(app_token=token))
    name = "slack app token"
    if not heard.reached:
        return [problem(name, f"Slack cannot be reached ({heard.error}).", _NETWORK)]
    if heard.error:
        detail = f"Slack opens no Socket Mode connection with SLACK_APP_TOKEN: {heard.error}."
        return [problem(name, detail, _FOR_SOCKETS)]
    return [good(name, "SLACK_APP_TOKEN is good: Slack comes over Socket Mode.")]


async def _blocks(client: AsyncWebClient) -> Finding:
    heard = await _heard(client.blocks_validate(blocks=to_message(_SAMPLE)[0].blocks))
    if heard.error in {"invalid_blocks", "invalid_arguments"}:
        fix = "Install the newest Greenlight: Slack has changed what it takes."
        return problem("slack blocks", "Slack would refuse how an answer is laid out.", fix)
    if heard.error:
        return good("slack blocks", f"Slack did not look at a sample answer ({heard.error}).")
    return good("slack blocks", "Slack takes a sample answer.")


async def _heard(call: Awaitable[AsyncSlackResponse]) -> _Heard:
    try:
        response = await call
    except SlackApiError as error:
        answer: Any = error.response
        data = answer.data if isinstance(getattr(answer, "data", None), dict) else {}
        code = str(data.get("error", ""))
        known = code if _CODE.fullmatch(code) else "unreadable"
        return _Heard(error=known, headers=_lower(getattr(answer, "headers", {})))
    except (SlackClientError, aiohttp.ClientError, OSError, ValueError, AttributeError) as error:
        return _Heard(error=type(error).__name__, reached=False)
    data = response.data if isinstance(response.data, dict) else {}
    return _Heard(data=data, headers=_lower(response.headers))


def _lower(headers: Mapping[str, Any]) -> Mapping[str, str]:
    return {str(name).lower(): str(value) for name, value in headers.items()}


_SAMPLE: Final = Card(
    action="answer",
    verdict="allowed_with_conditions",
    headline="Yes, with two conditions.",
    reason="This is a sample that `greenlight doctor` lets Slack look at. Nobody sees it.",
    conditions=("A person checks it.", "Only cleared data."),
    buttons=(Button(label="Why?", action="why", value="sample"),),
    answer_id="a-sample",
)
