"""What Microsoft keeps about identities, as far as Greenlight asks for it.

Bot Service's keys and tokens with any claim wrong on request; Entra's token endpoint; Graph.
"""

from __future__ import annotations

import asyncio
import json
import time
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import jwt
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

APP = "11111111-1111-1111-1111-111111111111"
TENANT = "00000000-0000-0000-0000-00000000beef"
ISSUER = "https://api.botframework.com"


@cache
def private_key(kid: str) -> rsa.RSAPrivateKey:
    """Return the key of a name; the same one for as long as this process runs."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@dataclass
class Entra:
    """One organisation's identities, and Bot Service's keys beside them."""

    published: list[str] = field(default_factory=lambda: ["k1"])
    endorsements: tuple[str, ...] = ("msteams",)
    users: dict[str, dict[str, Any]] = field(default_factory=dict)
    groups: dict[str, set[str]] = field(default_factory=dict)
    """Who is in which groups, by Entra object id."""
    expires_in: int = 3600
    broken: set[str] = field(default_factory=set)
    """Parts that answer with an error: openid, keys, login, users, groups."""
    slow: float = 0.0
    asked: list[str] = field(default_factory=list)
    """The parts that were asked, in order."""
    logins: list[dict[str, str]] = field(default_factory=list)
    checked: list[list[str]] = field(default_factory=list)
    """The groups of each call that checked some."""
    issued: int = 0
    reached: asyncio.Event = field(default_factory=asyncio.Event)
    """Set by every request."""

    def app(self) -> web.Application:
        app = web.Application()
        app.router.add_get("/openid", self._openid)
        app.router.add_get("/keys", self._keys)
        app.router.add_post("/{tenant}/oauth2/v2.0/token", self._login)
        app.router.add_get("/v1.0/users/{id}", self._user)
        app.router.add_post("/v1.0/users/{id}/checkMemberGroups", self._groups)
        return app

    def token(self, service_url: str, *, kid: str = "k1", **claims: Any) -> str:
        """Sign a token as Bot Service does; a claim that is None is left out."""
        now = int(time.time())
        said = {
            "iss": ISSUER,
            "aud": APP,
            "serviceurl": service_url,
            "nbf": now - 5,
            "exp": now + 3600,
            **claims,
        }
        kept = {name: value for name, value in said.items() if value is not None}
        return jwt.encode(kept, private_key(kid), algorithm="RS256", headers={"kid": kid})

    def jwk(self, kid: str) -> dict[str, Any]:
        public = json.loads(RSAAlgorithm.to_jwk(private_key(kid).public_key()))
        return {**public, "kid": kid, "use": "sig", "endorsements": list(self.endorsements)}

    async def _part(self, name: str) -> None:
        self.asked.append(name)
        self.reached.set()
        if self.slow:
            await asyncio.sleep(self.slow)
        if name in self.broken:
            raise web.HTTPServiceUnavailable

    async def _openid(self, request: web.Request) -> web.Response:
        await self._part("openid")
        address = f"http://{request.host}/keys"
        return web.json_response({"issuer": ISSUER, "jwks_uri": address})

    async def _keys(self, _: web.Request) -> web.Response:
        await self._part("keys")
        return web.json_response({"keys": [self.jwk(kid) for kid in self.published]})

    async def _login(self, request: web.Request) -> web.Response:
        form = await request.post()
        tenant = request.match_info["tenant"]
        self.logins.append({"tenant": tenant, **{k: str(v) for k, v in form.items()}})
        await self._part("login")
        self.issued += 1
        return web.json_response(
            {
                "token_type": "Bearer",
                "expires_in": self.expires_in,
                "access_token": f"issued-{self.issued}-for-{form['scope']}",
            }
        )

    async def _user(self, request: web.Request) -> web.Response:
        await self._part("users")
        found = self.users.get(request.match_info["id"])
        if found is None:
            error = {"error": {"code": "Request_ResourceNotFound", "message": "rig"}}
            return web.json_response(error, status=404)
        return web.json_response(found)

    async def _groups(self, request: web.Request) -> web.Response:
        await self._part("groups")
        asked = (await request.json())["groupIds"]
        self.checked.append(asked)
        if len(asked) > 20:
            return web.json_response({"error": {"code": "Request_BadRequest"}}, status=400)
        mine = self.groups.get(request.match_info["id"], set())
        return web.json_response({"value": [group for group in asked if group in mine]})
