"""Only what Bot Service signed for us, for this activity and now, is taken for its word."""

from __future__ import annotations

import asyncio
import json
import time
from base64 import urlsafe_b64encode
from collections.abc import AsyncIterator, Callable
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from end_to_end.rigs.teams.entra import APP, Entra, private_key
from end_to_end.rigs.teams.serving import serving
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from handlers.teams.token import Claims, Keys, TokenCheck, TokenError, _keys
from handlers.teams.wire import Wire

SERVICE = "https://smba.trafficmanager.net/emea/"


class Clock:
    """Time that passes when a test says so."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def entra() -> Entra:
    return Entra()


@pytest.fixture
async def check(entra: Entra, clock: Clock) -> AsyncIterator[TokenCheck]:
    wire = Wire()
    async with serving(entra.app()) as address:
        yield TokenCheck(APP, Keys(wire, f"{address}/openid", clock=clock))
        await wire.aclose()


async def refused(check: TokenCheck, header: str) -> str:
    """Return the word with which a header is refused."""
    with pytest.raises(TokenError) as caught:
        await check.read(header)
    return str(caught.value)


async def test_a_token_of_bot_service_is_taken(check: TokenCheck, entra: Entra) -> None:
    claims = await check.read(f"Bearer {entra.token(SERVICE)}")

    claims.cover(service_url=SERVICE, channel="msteams")
    assert claims == Claims(SERVICE, frozenset({"msteams"}))


async def test_the_scheme_may_be_written_in_any_case(check: TokenCheck, entra: Entra) -> None:
    claims = await check.read(f"bearer {entra.token(SERVICE)}")

    assert claims.service_url == SERVICE


@pytest.mark.parametrize(
    ("claims", "word"),
    [
        ({"aud": "22222222-2222-2222-2222-222222222222"}, "audience"),
        ({"aud": [APP]}, "audience"),
        ({"aud": None}, "missing_claim"),
        ({"iss": "https://sts.windows.net/somebody/"}, "issuer"),
        ({"iss": None}, "missing_claim"),
        ({"exp": 1_700_000_000}, "expired"),
        ({"exp": None}, "missing_claim"),
        ({"exp": "tomorrow"}, "malformed"),
        ({"nbf": 4_000_000_000}, "not_yet_valid"),
        ({"nbf": None}, "missing_claim"),
        ({"kid": "somebodys"}, "unknown_key"),
    ],
)
async def test_a_token_with_a_wrong_claim_is_refused(
    check: TokenCheck, entra: Entra, claims: dict[str, Any], word: str
) -> None:
    assert await refused(check, f"Bearer {entra.token(SERVICE, **claims)}") == word


@pytest.mark.parametrize(("claim", "seconds"), [("exp", -240), ("nbf", 240)])
async def test_clocks_may_differ_by_five_minutes(
    check: TokenCheck, entra: Entra, claim: str, seconds: int
) -> None:
    token = entra.token(SERVICE, **{claim: int(time.time()) + seconds})

    assert (await check.read(f"Bearer {token}")).service_url == SERVICE


@pytest.mark.parametrize(("claim", "seconds"), [("exp", -360), ("nbf", 360)])
async def test_clocks_may_not_differ_by_more(
    check: TokenCheck, entra: Entra, claim: str, seconds: int
) -> None:
    token = entra.token(SERVICE, **{claim: int(time.time()) + seconds})

    assert await refused(check, f"Bearer {token}") in {"expired", "not_yet_valid"}


def unsigned(header: dict[str, Any], payload: dict[str, Any], signature: str = "") -> str:
    parts = (
        urlsafe_b64encode(json.dumps(p).encode()).decode().strip("=") for p in (header, payload)
    )
    return ".".join((*parts, signature))


CLAIMS = {
    "iss": "https://api.botframework.com",
    "aud": APP,
    "serviceurl": SERVICE,
    "nbf": 0,
    "exp": 4_000_000_000,
}


@pytest.mark.parametrize("alg", ["none", "None", "NONE", "HS256", "ES256", "PS256", "RS384", ""])
async def test_no_other_algorithm_is_taken(check: TokenCheck, alg: str) -> None:
    token = unsigned({"alg": alg, "kid": "k1", "typ": "JWT"}, CLAIMS, "c2lnbmF0dXJl")

    assert await refused(check, f"Bearer {token}") in {"algorithm", "malformed"}


async def test_our_public_key_is_no_shared_secret(check: TokenCheck) -> None:
    pem = (
        private_key("k1").public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    )
    signer: Any = jwt.algorithms.HMACAlgorithm(jwt.algorithms.HMACAlgorithm.SHA256)
    head, body = unsigned({"alg": "HS256", "kid": "k1"}, CLAIMS).split(".")[:2]
    mac = urlsafe_b64encode(signer.sign(f"{head}.{body}".encode(), pem)).decode().strip("=")

    assert await refused(check, f"Bearer {head}.{body}.{mac}") == "algorithm"


async def test_a_key_of_the_same_name_is_not_the_key(check: TokenCheck, entra: Entra) -> None:
    token = jwt.encode(CLAIMS, private_key("other"), algorithm="RS256", headers={"kid": "k1"})

    assert await refused(check, f"Bearer {token}") == "signature"


async def test_a_token_that_names_no_key_is_refused(check: TokenCheck) -> None:
    token = jwt.encode(CLAIMS, private_key("k1"), algorithm="RS256")

    assert await refused(check, f"Bearer {token}") == "malformed"


async def test_a_key_that_comes_with_the_token_is_not_used(check: TokenCheck, entra: Entra) -> None:
    headers = {"kid": "own", "jwk": entra.jwk("own"), "jku": "http://127.0.0.1:1/keys"}
    token = jwt.encode(CLAIMS, private_key("own"), algorithm="RS256", headers=headers)

    assert await refused(check, f"Bearer {token}") == "unknown_key"


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Bearer",
        "Bearer ",
        "Basic dXNlcjpwYXNz",
        "Bearer garbage",
        "Bearer a.b.c",
        "Bearer ..",
        "Bearer " + "[" * 5_000,
        "Bearer " + urlsafe_b64encode(b"[" * 6_000).decode() + ".e30.x",
        "Bearer " + urlsafe_b64encode(b'"text"').decode() + ".e30.x",
        "Bearer " + "a" * 100_000,
        "Bearer \ud800.x.y",
    ],
)
async def test_what_is_no_token_is_refused(check: TokenCheck, entra: Entra, header: str) -> None:
    assert await refused(check, header) in {"no_token", "malformed", "too_long"}
    assert entra.asked == []


@settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(position=st.integers(min_value=0), put=st.sampled_from("abcXYZ019-_.=%\x00é"))
def test_a_changed_token_is_refused(position: int, put: str) -> None:
    token = Entra().token(SERVICE)
    place = position % len(token)
    changed = f"{token[:place]}{put}{token[place + 1 :]}"
    keys = Keys(Wire(), "http://127.0.0.1:1/openid")
    keys._keys = {"k1": _key(Entra())}
    keys._fetched = float("inf")
    keys._next = float("inf")

    async def read() -> Claims | None:
        try:
            return await TokenCheck(APP, keys).read(f"Bearer {changed}")
        except TokenError:
            return None

    found = asyncio.run(read())

    # The last letter of a signature carries bits that no decoder reads.
    assert found is None or changed == token or place == len(token) - 1


def _key(entra: Entra) -> Any:
    return dict(_keys([entra.jwk("k1")]))["k1"]


# --- What a token is for


async def test_a_token_counts_for_its_own_service_address_only(
    check: TokenCheck, entra: Entra
) -> None:
    claims = await check.read(f"Bearer {entra.token(SERVICE)}")

    with pytest.raises(TokenError, match="service_url"):
        claims.cover(service_url="https://evil.example/", channel="msteams")


async def test_a_token_without_a_service_address_covers_nothing(
    check: TokenCheck, entra: Entra
) -> None:
    claims = await check.read(f"Bearer {entra.token(SERVICE, serviceurl=None)}")

    with pytest.raises(TokenError, match="service_url"):
        claims.cover(service_url=SERVICE, channel="msteams")


@pytest.mark.parametrize("endorsements", [(), ("webchat",)])
async def test_a_key_signs_for_the_channels_it_is_endorsed_for(
    check: TokenCheck, entra: Entra, endorsements: tuple[str, ...]
) -> None:
    entra.endorsements = endorsements

    claims = await check.read(f"Bearer {entra.token(SERVICE)}")

    with pytest.raises(TokenError, match="endorsement"):
        claims.cover(service_url=SERVICE, channel="msteams")


# --- Keys


async def test_keys_are_fetched_once(check: TokenCheck, entra: Entra) -> None:
    for _ in range(3):
        await check.read(f"Bearer {entra.token(SERVICE)}")

    assert entra.asked == ["openid", "keys"]


async def test_many_at_once_fetch_the_keys_once(check: TokenCheck, entra: Entra) -> None:
    entra.slow = 0.05
    header = f"Bearer {entra.token(SERVICE)}"

    found = await asyncio.gather(*(check.read(header) for _ in range(20)))

    assert {claims.service_url for claims in found} == {SERVICE}
    assert entra.asked == ["openid", "keys"]


async def test_a_new_key_is_found_after_a_minute_at_the_latest(
    check: TokenCheck, entra: Entra, clock: Clock
) -> None:
    await check.read(f"Bearer {entra.token(SERVICE)}")
    entra.published = ["k2"]
    rotated = f"Bearer {entra.token(SERVICE, kid='k2')}"

    before = await refused(check, rotated)
    clock.now += 61
    after = await check.read(rotated)

    assert before == "unknown_key"
    assert after.service_url == SERVICE


async def test_a_withdrawn_key_counts_no_more_once_the_others_are_known(
    check: TokenCheck, entra: Entra, clock: Clock
) -> None:
    old = f"Bearer {entra.token(SERVICE)}"
    await check.read(old)
    entra.published = ["k2"]
    clock.now += 61
    await check.read(f"Bearer {entra.token(SERVICE, kid='k2')}")

    assert await refused(check, old) == "unknown_key"


async def test_unknown_keys_do_not_make_us_ask_again_and_again(
    check: TokenCheck, entra: Entra
) -> None:
    for number in range(10):
        await refused(check, f"Bearer {entra.token(SERVICE, kid=f'guess-{number}')}")

    assert entra.asked == ["openid", "keys"]


@pytest.mark.parametrize("part", ["openid", "keys"])
async def test_keys_stay_in_force_when_they_cannot_be_fetched_again(
    check: TokenCheck, entra: Entra, clock: Clock, part: str
) -> None:
    header = f"Bearer {entra.token(SERVICE)}"
    await check.read(header)
    entra.broken = {part}
    clock.now += 25 * 3600

    found = await check.read(header)

    assert found.service_url == SERVICE
    assert len(entra.asked) > 2


@pytest.mark.parametrize("published", [[], ["k1"]])
async def test_no_keys_are_no_reason_to_let_anybody_in(
    check: TokenCheck, entra: Entra, clock: Clock, published: list[str]
) -> None:
    entra.published = published
    entra.broken = {"keys"} if published else set()
    header = f"Bearer {entra.token(SERVICE)}"

    word = await refused(check, header)
    entra.published, entra.broken = ["k1"], set()
    clock.now += 11
    found = await check.read(header)

    assert word == "unknown_key"
    assert found.service_url == SERVICE


async def test_a_server_of_keys_that_hangs_holds_up_nobody_with_a_known_key(
    check: TokenCheck, entra: Entra, clock: Clock
) -> None:
    header = f"Bearer {entra.token(SERVICE)}"
    await check.read(header)
    entra.slow = 30.0
    clock.now += 61
    entra.reached.clear()
    stranger = asyncio.create_task(refused(check, f"Bearer {entra.token(SERVICE, kid='k9')}"))
    await entra.reached.wait()

    async with asyncio.timeout(1):
        found = await check.read(header)

    assert found.service_url == SERVICE
    stranger.cancel()


async def test_keys_that_are_being_fetched_again_hold_up_one_request_only(
    check: TokenCheck, entra: Entra, clock: Clock
) -> None:
    header = f"Bearer {entra.token(SERVICE)}"
    await check.read(header)
    entra.slow = 30.0
    clock.now += 25 * 3600
    entra.reached.clear()
    first = asyncio.create_task(check.read(header))
    await entra.reached.wait()

    async with asyncio.timeout(1):
        found = await check.read(header)

    assert found.service_url == SERVICE
    first.cancel()


@pytest.mark.parametrize(
    ("change", "count"),
    [
        (lambda jwk: jwk.pop("n"), 0),
        (lambda jwk: jwk.update(kty="EC"), 0),
        (lambda jwk: jwk.update(kid=7), 0),
        (lambda jwk: jwk.update(endorsements="msteams"), 1),
    ],
    ids=["no_number", "other_kind", "no_name", "no_list"],
)
def test_keys_we_cannot_use_are_left_out(
    change: Callable[[dict[str, Any]], object], count: int
) -> None:
    jwk = Entra().jwk("k1")
    change(jwk)

    assert len(dict(_keys([jwk, "nonsense", None]))) == count


async def test_keys_are_not_fetched_over_an_open_line(clock: Clock) -> None:
    keys = Keys(Wire(), "http://login.botframework.com/openid", clock=clock)

    assert await keys.find("k1") is None
