"""Whether a request really comes from Microsoft's Bot Service: its token, and the keys for it."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

import jwt
from yarl import URL

from handlers.teams.wire import Unreachable, Wire, trusted

log = logging.getLogger("greenlight.teams")

ISSUER: Final = "https://api.botframework.com"

_LEEWAY: Final = 300
"""Seconds that the clocks of Microsoft and of this machine may differ."""

_LONGEST: Final = 16_384
_FETCH_LIMIT: Final = 5.0
_FRESH: Final = 24 * 3600.0
_ASK_AGAIN: Final = 60.0
_TRY_AGAIN: Final = 10.0

_WORDS: Final[Mapping[type[Exception], str]] = MappingProxyType(
    {
        jwt.ExpiredSignatureError: "expired",
        jwt.ImmatureSignatureError: "not_yet_valid",
        jwt.InvalidAlgorithmError: "algorithm",
        jwt.InvalidAudienceError: "audience",
        jwt.InvalidIssuerError: "issuer",
        jwt.InvalidSignatureError: "signature",
        jwt.MissingRequiredClaimError: "missing_claim",
    }
)


class TokenError(Exception):
    """A request is refused. The message is one word for the log; nobody else is told."""


@dataclass(frozen=True, slots=True)
class Key:
    """A public key of Bot Service."""

    key: jwt.PyJWK
    endorsements: frozenset[str]
    """The channels whose messages this key may sign."""


@dataclass(frozen=True, slots=True)
class Claims:
    """What a valid token says; it counts only for an activity that says the same."""

    service_url: str
    endorsements: frozenset[str]

    def cover(self, *, service_url: str, channel: str) -> None:
        """Raise `TokenError` when the token was made for another activity."""
        if channel not in self.endorsements:
            raise TokenError("endorsement")
        if self.service_url != service_url:
            raise TokenError("service_url")


class Keys:
    """The keys Bot Service publishes, fetched when they are needed and then kept.

    Keys that cannot be fetched again stay in force: an outage there is none here.
    """

    def __init__(
        self, wire: Wire, url: str, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._wire = wire
        self._url = URL(url)
        self._clock = clock
        self._keys: Mapping[str, Key] = {}
        self._fetched = float("-inf")
        self._next = float("-inf")
        self._fetching = asyncio.Lock()

    async def find(self, kid: str) -> Key | None:
        """Return the key, after asking for new ones where that may help."""
        if kid not in self._keys or self._clock() - self._fetched > _FRESH:
            await self._refresh(kid)
        return self._keys.get(kid)

    async def _refresh(self, kid: str) -> None:
        if kid in self._keys and self._fetching.locked():
            # Somebody is fetching already; the key we have is good enough meanwhile.
            return
        async with self._fetching:
            if self._clock() < self._next:
                # Anybody can send an unknown key id; Microsoft is not asked for each of them.
                return
            try:
                async with asyncio.timeout(_FETCH_LIMIT):
                    self._keys = await self._fetch()
            except (Unreachable, TimeoutError, ValueError) as error:
                self._next = self._clock() + _TRY_AGAIN
                log.warning("teams keys not fetched", extra={"error": type(error).__name__})
            else:
                self._fetched = self._clock()
                self._next = self._fetched + _ASK_AGAIN

    async def _fetch(self) -> Mapping[str, Key]:
        metadata = await self._get(self._url)
        keys = await self._get(URL(str(metadata.get("jwks_uri", ""))))
        found = dict(_keys(keys.get("keys")))
        if not found:
            raise ValueError("no keys")
        return found

    async def _get(self, url: URL) -> Mapping[str, Any]:
        if not trusted(url):
            raise ValueError("address")
        heard = await self._wire.call("GET", url)
        if heard.status != 200 or not isinstance(heard.body, dict):
            raise ValueError("answer")
        return heard.body


def _keys(given: object) -> Iterator[tuple[str, Key]]:
    for each in given if isinstance(given, list) else ():
        if not (isinstance(each, dict) and isinstance(kid := each.get("kid"), str)):
            continue
        endorsed = each.get("endorsements")
        channels = frozenset(map(str, endorsed if isinstance(endorsed, list) else ()))
        try:
            yield kid, Key(jwt.PyJWK(each, algorithm="RS256"), channels)
        except jwt.PyJWTError:
            # A key for something else; those we can use stand beside it.
            log.info("teams key skipped")


class TokenCheck:
    """Reads the Authorization header of a request."""

    def __init__(self, app_id: str, keys: Keys) -> None:
        self._app_id = app_id
        self._keys = keys

    async def read(self, header: str) -> Claims:
        """Return what a valid token claims. Raises `TokenError` for everything else."""
        scheme, _, token = header.partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise TokenError("no_token")
        if len(token) > _LONGEST:
            raise TokenError("too_long")
        key = await self._keys.find(_kid(token))
        if key is None:
            raise TokenError("unknown_key")
        claims = self._decoded(token, key)
        return Claims(str(claims.get("serviceurl", "")), key.endorsements)

    def _decoded(self, token: str, key: Key) -> Mapping[str, Any]:
        try:
            return jwt.decode(
                token,
                key.key,
                algorithms=["RS256"],
                audience=self._app_id,
                issuer=ISSUER,
                leeway=_LEEWAY,
                options={"require": ["exp", "nbf", "iss", "aud"], "strict_aud": True},
            )
        except Exception as error:  # noqa: BLE001 - however a token breaks, it is not accepted
            raise TokenError(_WORDS.get(type(error), "malformed")) from None


def _kid(token: str) -> str:
    try:
        kid = jwt.get_unverified_header(token).get("kid")
    except Exception:  # noqa: BLE001 - however a token breaks, it is not accepted
        raise TokenError("malformed") from None
    if not isinstance(kid, str):
        raise TokenError("malformed")
    return kid
