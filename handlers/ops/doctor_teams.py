"""What an installation needs of Teams: whose people are ours, its keys, and where it is posted."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Final

from yarl import URL

from bot.doctor import Finding, good, problem
from bot.settings import Settings
from handlers.ops.checks import Check
from handlers.ops.doctor_entra import NETWORK, TENANT, sign_in, text
from handlers.ops.outside import Now, clock
from handlers.teams.wire import Heard, Unreachable, Wire, loopback, trusted

_LIMIT: Final = 8.0
_GUID: Final = re.compile(r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}")


async def findings(settings: Settings, now: Now) -> Sequence[Finding]:
    """Look at everything Teams needs, all at once."""
    async with _wire() as wire:
        signs_in, keys, hosts = await asyncio.gather(
            sign_in(wire, settings, now), _keys(wire, settings, now), _hosts(wire, settings)
        )
    return [*_anonymous(settings), _tenants(settings), *signs_in, *keys, *hosts]


async def ready(settings: Settings, now: Now) -> Check:
    """Look whether the app may sign in, and until when, for /readyz."""
    async with _wire() as wire:
        signs_in = await sign_in(wire, settings, now)
    wrong = next((found for found in signs_in if not found.ok), signs_in[0])
    expires = next((found.expires for found in signs_in if found.expires is not None), None)
    detail = " ".join((wrong.detail, wrong.fix)).strip()
    return Check(ok=wrong.ok, detail=detail, expires=expires)


@asynccontextmanager
async def _wire() -> AsyncIterator[Wire]:
    wire = Wire(limit=_LIMIT)
    try:
        yield wire
    finally:
        await wire.aclose()


def _anonymous(settings: Settings) -> Sequence[Finding]:
    if settings.teams_allow_anonymous != "local":
        return []
    name, fix = "teams tokens", "Leave TEAMS_ALLOW_ANONYMOUS out where people are answered."
    detail = "TEAMS_ALLOW_ANONYMOUS is set: whoever reaches this server can say to be anybody."
    if settings.public_url:
        return [problem(name, detail, fix)]
    return [good(name, f"{detail} That is for development on one machine only.")]


def _tenants(settings: Settings) -> Finding:
    name, tenants = "teams tenants", settings.teams_tenant_ids
    if not tenants:
        return problem(name, "TEAMS_TENANT_IDS is not set: nobody is answered.", TENANT)
    wrong = [tenant for tenant in tenants if not _GUID.fullmatch(tenant)]
    if wrong:
        detail = f"TEAMS_TENANT_IDS names {wrong[0]!r}, which is not the id of a tenant."
        return problem(name, detail, TENANT)
    return good(name, f"People of {len(tenants)} tenant{'s' * (len(tenants) > 1)} are ours.")


async def _keys(wire: Wire, settings: Settings, now: Now) -> Sequence[Finding]:
    name, url = "teams keys", URL(settings.teams_openid_url)
    fix = "Check TEAMS_OPENID_URL, and let this machine reach it over https."
    try:
        metadata = await _get(wire, url)
        keys = await _get(wire, URL(text(metadata, "jwks_uri")))
    except (Unreachable, ValueError) as error:
        why = str(error) or type(error).__name__
        detail = f"The keys that Teams signs with cannot be read from {url.host} ({why})."
        return [problem(name, detail, fix)]
    body = keys.body if isinstance(keys.body, dict) else {}
    if not body.get("keys"):
        return [problem(name, f"{url.host} names no keys that Teams signs with.", fix)]
    headers = {key.lower(): value for key, value in metadata.headers.items()}
    return [
        good(name, "The keys that Teams signs with can be read."),
        clock("Microsoft", headers, now()),
    ]


async def _get(wire: Wire, url: URL) -> Heard:
    if not trusted(url):
        raise ValueError("no address with https")
    heard = await wire.call("GET", url)
    if heard.status != 200:
        raise ValueError(f"status {heard.status}")
    return heard


async def _hosts(wire: Wire, settings: Settings) -> Sequence[Finding]:
    name = "teams connector"
    if not settings.teams_connector_hosts:
        fix = "Leave TEAMS_CONNECTOR_HOSTS out, or name the hosts of your cloud."
        return [problem(name, "TEAMS_CONNECTOR_HOSTS names no host: nothing can be posted.", fix)]
    return await asyncio.gather(*(_host(wire, host) for host in settings.teams_connector_hosts))


async def _host(wire: Wire, host: str) -> Finding:
    name = "teams connector"
    url = _address(host)
    if url is None:
        fix = "Write hosts only, as smba.trafficmanager.net, without https:// and without a path."
        return problem(name, f"TEAMS_CONNECTOR_HOSTS cannot be {host!r}.", fix)
    try:
        await wire.call("GET", url)
    except Unreachable as error:
        return problem(name, f"{host} cannot be reached ({error}).", NETWORK)
    return good(name, f"{host} answers.")


def _address(host: str) -> URL | None:
    try:
        url = URL(f"//{host}/")
        whole = url.host_port_subcomponent == host.lower()
    except ValueError:
        return None
    return url.with_scheme("http" if loopback(url.host or "") else "https") if whole else None
