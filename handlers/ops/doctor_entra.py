"""What an installation needs of Entra: an app that may sign in, its rights, a lasting secret."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any, Final

from yarl import URL

from bot.doctor import Finding, good, problem
from bot.settings import Settings
from handlers.ops.outside import Now
from handlers.teams.login import CONNECTOR
from handlers.teams.wire import Heard, Unreachable, Wire, trusted

SOON: Final = timedelta(days=14)
"""A client secret that ends sooner is a problem today: somebody has to make a new one."""

_AADSTS: Final = re.compile(r"AADSTS(\d{1,9})")

NETWORK: Final = "Let this machine reach it over https, and check the address in the settings."
_RENEW: Final = (
    "In the app registration, under Certificates & secrets, make a new client secret and copy its "
    "Value (not its ID) into TEAMS_APP_PASSWORD."
)
TENANT: Final = (
    "Write the Directory (tenant) ID of the app registration as the first of TEAMS_TENANT_IDS."
)
_APP: Final = (
    "Copy the Application (client) ID of the app registration into TEAMS_APP_ID, and check that "
    "the first of TEAMS_TENANT_IDS is the tenant it was made in."
)

_REFUSALS: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "7000215": ("TEAMS_APP_PASSWORD is wrong.", _RENEW),
        "7000216": ("TEAMS_APP_PASSWORD is wrong.", _RENEW),
        "7000222": ("The client secret in TEAMS_APP_PASSWORD has expired.", _RENEW),
        "700016": ("The tenant has no app with the id in TEAMS_APP_ID.", _APP),
        "700038": ("TEAMS_APP_ID is not the id of an app.", _APP),
        "90002": ("There is no tenant with the first id of TEAMS_TENANT_IDS.", TENANT),
        "900023": ("The first of TEAMS_TENANT_IDS is not the id of a tenant.", TENANT),
        "90013": ("Entra cannot read TEAMS_APP_ID or TEAMS_TENANT_IDS.", _APP),
    }
)
"""What Entra's own numbers mean here."""

_GRAPH_RIGHTS: Final = (
    ("users", "User.Read.All"),
    ("groups", "GroupMember.Read.All"),
)


async def sign_in(wire: Wire, settings: Settings, now: Now) -> list[Finding]:
    """Look whether the app may sign in and, where Graph is read, whether it may do that."""
    name = "teams sign-in"
    if not settings.teams_app_id:
        return [good(name, "None: there is no TEAMS_APP_ID.")]
    if not settings.teams_app_password.get_secret_value():
        return [problem(name, "TEAMS_APP_PASSWORD is not set.", _RENEW)]
    _, found = await _token(wire, settings, CONNECTOR)
    if not found.ok or not settings.teams_graph_url:
        return [found]
    return [found, *await _graph(wire, settings, now)]


async def _token(wire: Wire, settings: Settings, scope: str) -> tuple[str, Finding]:
    """Return a token, empty when there is none, and what to say about it."""
    name, tenants = "teams sign-in", settings.teams_tenant_ids
    tenant = tenants[0] if tenants else "botframework.com"
    url = URL(settings.teams_login_url) / tenant / "oauth2/v2.0/token"
    if not trusted(url):
        fix = "Write TEAMS_LOGIN_URL as https://login.microsoftonline.com."
        return "", problem(name, "TEAMS_LOGIN_URL is not an address with https.", fix)
    form = {
        "grant_type": "client_credentials",
        "client_id": settings.teams_app_id,
        "client_secret": settings.teams_app_password.get_secret_value(),
        "scope": scope,
    }
    try:
        heard = await wire.call("POST", url, form=form)
    except Unreachable as error:
        return "", problem(name, f"{url.host} cannot be reached ({error}).", NETWORK)
    token = text(heard, "access_token")
    if heard.status == 200 and token:
        return token, good(name, "The app may sign in.")
    return "", _refused(heard)


def _refused(heard: Heard) -> Finding:
    number = _AADSTS.search(text(heard, "error_description"))
    if number is None:
        detail = f"Entra gives no token: it answers {heard.status}."
        return problem("teams sign-in", detail, _APP)
    other = (f"Entra gives no token: AADSTS{number[1]}.", _APP)
    return problem("teams sign-in", *_REFUSALS.get(number[1], other))


async def _graph(wire: Wire, settings: Settings, now: Now) -> Sequence[Finding]:
    base = URL(settings.teams_graph_url)
    token, found = await _token(wire, settings, f"{settings.teams_graph_url.rstrip('/')}/.default")
    if not token:
        return [problem("teams graph", found.detail, found.fix)]
    if not trusted(base):
        fix = "Write TEAMS_GRAPH_URL as https://graph.microsoft.com."
        return [problem("teams graph", "TEAMS_GRAPH_URL is not an address with https.", fix)]
    rights = (_right(wire, base, token, part, right) for part, right in _GRAPH_RIGHTS)
    found_rights = await asyncio.gather(*rights)
    return [*found_rights, *await _secret_ends(wire, settings, token, now)]


async def _right(wire: Wire, base: URL, token: str, part: str, right: str) -> Finding:
    url = (base / "v1.0" / part).with_query({"$top": "1", "$select": "id"})
    try:
        heard = await wire.call("GET", url, token=token)
    except Unreachable as error:
        return problem("teams graph", f"{base.host} cannot be reached ({error}).", NETWORK)
    if heard.status == 200:
        return good("teams graph", f"{part.capitalize()} can be read from Entra.")
    fix = (
        f"In the app registration, under API permissions, add the application permission {right} "
        "of Microsoft Graph and grant admin consent."
    )
    return problem("teams graph", f"Entra answers {heard.status} when asked for {part}.", fix)


async def _secret_ends(wire: Wire, settings: Settings, token: str, now: Now) -> Sequence[Finding]:
    """Say when the client secret ends; nothing where the app may not read about itself."""
    url = URL(settings.teams_graph_url) / "v1.0" / f"applications(appId='{settings.teams_app_id}')"
    try:
        heard = await wire.call(
            "GET", url.with_query({"$select": "passwordCredentials"}), token=token
        )
    except Unreachable:
        return []
    body = heard.body if isinstance(heard.body, dict) else {}
    ends = _end(body.get("passwordCredentials"), settings.teams_app_password.get_secret_value())
    if heard.status != 200 or ends is None:
        return []
    detail = f"The client secret ends on {ends:%Y-%m-%d}."
    if ends - now() < SOON:
        return [problem("teams secret", detail, _RENEW, expires=ends)]
    return [good("teams secret", detail, expires=ends)]


def _end(credentials: object, secret: str) -> datetime | None:
    """Return when our secret ends: Entra shows its first three letters, never the rest."""
    listed = credentials if isinstance(credentials, list) else []
    ends = []
    for each in listed:
        if isinstance(each, dict) and each.get("hint") == secret[:3]:
            try:
                ends.append(datetime.fromisoformat(str(each.get("endDateTime"))))
            except ValueError:
                continue
    return max((end if end.tzinfo else end.replace(tzinfo=UTC) for end in ends), default=None)


def text(heard: Heard, name: str) -> str:
    """Return a text out of an answer; empty where there is none."""
    body: Mapping[str, Any] = heard.body if isinstance(heard.body, dict) else {}
    found = body.get(name)
    return found if isinstance(found, str) else ""
