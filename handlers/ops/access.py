"""Who may read figures about this process: the bearer of a token, or else this machine."""

from __future__ import annotations

import hmac
from http import HTTPStatus
from ipaddress import IPv6Address, ip_address
from typing import Final

from pydantic import SecretStr
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

_FORWARDED: Final = ("forwarded", "x-forwarded-for", "x-real-ip")
"""A proxy on this machine speaks for others, and says so in one of these."""


def refused(request: Request, token: SecretStr) -> Response | None:
    """Return what is answered to those who may not read; None for those who may."""
    wanted = token.get_secret_value()
    if not wanted:
        if _from_here(request):
            return None
        return PlainTextResponse(
            "From another machine this needs GREENLIGHT_METRICS_TOKEN to be set, and sent as a "
            "bearer token.\n",
            HTTPStatus.FORBIDDEN,
        )
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    same = hmac.compare_digest(given.strip().encode(), wanted.encode())
    if scheme.lower() == "bearer" and same:
        return None
    return PlainTextResponse(
        "Send GREENLIGHT_METRICS_TOKEN as a bearer token.\n",
        HTTPStatus.UNAUTHORIZED,
        {"WWW-Authenticate": "Bearer"},
    )


def _from_here(request: Request) -> bool:
    if request.client is None or any(name in request.headers for name in _FORWARDED):
        return False
    try:
        address = ip_address(request.client.host)
    except ValueError:
        return False
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    return address.is_loopback
