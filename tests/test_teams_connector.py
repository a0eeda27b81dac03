"""What is sent to Microsoft: with which token, to whom, and what becomes of errors."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiohttp import web
from end_to_end.rigs.teams.connector import Connector as Stub
from end_to_end.rigs.teams.connector import Failure
from end_to_end.rigs.teams.entra import APP, TENANT, Entra
from end_to_end.rigs.teams.serving import serving
from yarl import URL

from bot import settings
from bot.chat import SendError
from bot.settings import Settings
from handlers.teams.calls import CallError, Calls, allowed
from handlers.teams.connector import Connector, reachable
from handlers.teams.login import CONNECTOR, Login
from handlers.teams.wire import Unreachable, Wire

MESSAGE = {"type": "message", "text": "hello"}


@dataclass
class Clock:
    """Time that passes when a test says so, or when something waits."""

    now: float = 1_000.0
    waits: list[float] = field(default_factory=list)

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.now += seconds


@dataclass
class Rig:
    """A connector of ours, and what is at the other end of it."""

    stub: Stub
    entra: Entra
    clock: Clock
    address: str
    settings: Settings
    wire: Wire
    login: Login
    connector: Connector

    async def post(self, **more: Any) -> str:
        return await self.connector.post(self.address, "a:1", MESSAGE, **more)


@pytest.fixture
async def rig() -> AsyncIterator[Rig]:
    stub, entra, clock, wire = Stub(), Entra(), Clock(), Wire(limit=30)
    async with serving(stub.app()) as address, serving(entra.app()) as login_url:
        given = settings.read(
            teams_app_id=APP,
            teams_app_password=secrets.token_urlsafe(),
            teams_tenant_ids=TENANT,
            teams_login_url=login_url,
            teams_connector_hosts=URL(address).host_port_subcomponent,
        )
        login = Login(wire, given, CONNECTOR, clock=clock)
        calls = Calls(wire, given.teams_connector_hosts, login, sleep=clock.sleep)
        connector = Connector(calls, given)
        yield Rig(stub, entra, clock, address, given, wire, login, connector)
        await wire.aclose()


# --- Our token


async def test_a_message_is_sent_with_a_token_for_the_connector(rig: Rig) -> None:
    found = await rig.post()

    assert found == "act-1"
    assert rig.stub.tokens == [f"Bearer issued-1-for-{CONNECTOR}"]
    assert rig.entra.logins == [
        {
            "tenant": TENANT,
            "grant_type": "client_credentials",
            "client_id": APP,
            "client_secret": rig.settings.teams_app_password.get_secret_value(),
            "scope": "https://api.botframework.com/.default",
        }
    ]


async def test_a_token_is_kept_until_five_minutes_before_its_end(rig: Rig) -> None:
    await rig.post()
    rig.clock.now += 3600 - 301
    await rig.post()
    rig.clock.now += 2
    await rig.post()

    assert rig.entra.issued == 2


async def test_a_short_token_is_kept_for_half_its_life(rig: Rig) -> None:
    rig.entra.expires_in = 200
    await rig.post()
    rig.clock.now += 99
    await rig.post()
    rig.clock.now += 2
    await rig.post()

    assert rig.entra.issued == 2


async def test_many_at_once_ask_for_one_token(rig: Rig) -> None:
    rig.entra.slow = 0.05

    await asyncio.gather(*(rig.post() for _ in range(10)))

    assert rig.entra.issued == 1


async def test_a_refused_token_is_replaced_once(rig: Rig) -> None:
    rig.stub.failures = [Failure(401)]

    found = await rig.post()

    assert found == "act-1"
    assert rig.entra.issued == 2


async def test_a_token_that_is_refused_again_is_an_error_that_may_pass(rig: Rig) -> None:
    rig.stub.failures = [Failure(401), Failure(401)]

    with pytest.raises(CallError) as caught:
        await rig.post()

    assert not caught.value.for_good
    assert rig.entra.issued == 2


async def test_many_with_one_refused_token_ask_for_one_new_token(rig: Rig) -> None:
    await rig.post()
    rig.stub.failures = [Failure(401)] * 5

    await asyncio.gather(*(rig.post() for _ in range(5)))

    assert rig.entra.issued == 2


async def test_a_message_is_not_sent_without_a_token(rig: Rig) -> None:
    rig.entra.broken = {"login"}

    with pytest.raises(SendError, match="no token") as caught:
        await rig.post()

    assert not caught.value.for_good
    assert rig.stub.tokens == []


async def test_no_secret_stands_in_an_error(rig: Rig) -> None:
    rig.entra.broken = {"login"}

    with pytest.raises(SendError) as caught:
        await rig.post()

    assert rig.settings.teams_app_password.get_secret_value() not in str(caught.value)


async def test_without_a_password_nothing_is_signed(rig: Rig) -> None:
    given = rig.settings.model_copy(update={"teams_app_id": ""})

    await Connector.over(rig.wire, given).post(rig.address, "a:1", MESSAGE)

    assert rig.stub.tokens == [""]


# --- Where our token may go


ELSEWHERE = [
    "https://evil.example/",
    "https://smba.trafficmanager.net.evil.example/",
    "https://evil.example/smba.trafficmanager.net/",
    "https://smba.trafficmanager.net@evil.example/",
    "https://smba.trafficmanager.net:pass@evil.example/",
    "https://smba.trafficmanager.net\\@evil.example/",
    "https://smba.trafficmanager.net:8443/",
    "http://127.0.0.1.evil.example/",
    "http://smba.trafficmanager.net/",
    "ftp://smba.trafficmanager.net/",
    "https:///smba.trafficmanager.net/",
    "//smba.trafficmanager.net/",
    "smba.trafficmanager.net",
    "https://smba.trafficmanager.net:port/",
    "https://[smba.trafficmanager.net]/",
    "https://smba.trafficmanager.net#@evil.example/",
    "https://smba.trafficmanager.net?x=@evil.example/",
    "https://ѕmba.trafficmanager.net/",
    "",
    "\x00",
]


@pytest.mark.parametrize("service_url", ELSEWHERE)
def test_other_addresses_are_not_the_connector(service_url: str) -> None:
    assert not reachable(service_url, settings.read())


@pytest.mark.parametrize(
    "service_url",
    [
        "https://smba.trafficmanager.net",
        "https://smba.trafficmanager.net/emea/",
        "https://smba.trafficmanager.net:443/uk/00000000-0000-0000-0000-00000000beef/",
        "https://SMBA.TrafficManager.NET/teams/",
    ],
)
def test_the_connector_is_reached_in_every_region(service_url: str) -> None:
    assert reachable(service_url, settings.read())


@pytest.mark.parametrize(
    ("service_url", "hosts", "found"),
    [
        ("http://127.0.0.1:3979/", "127.0.0.1:3979", True),
        ("http://127.0.0.1:3980/", "127.0.0.1:3979", False),
        ("http://127.0.0.1:3979/", "127.0.0.1", False),
        ("http://[::1]:3979/", "[::1]:3979", True),
        ("http://localhost:3979/", "localhost:3979", True),
        ("http://10.0.0.7:3979/", "10.0.0.7:3979", False),
        ("https://10.0.0.7:3979/", "10.0.0.7:3979", True),
        ("https://smba.infra.gov.teams.microsoft.us/", "SMBA.infra.gov.teams.microsoft.us", True),
    ],
)
def test_a_host_is_named_with_its_port(service_url: str, hosts: str, *, found: bool) -> None:
    assert reachable(service_url, settings.read(teams_connector_hosts=hosts)) is found


async def test_no_token_leaves_for_another_host(rig: Rig) -> None:
    foreign = Stub()
    async with serving(foreign.app()) as address:
        with pytest.raises(SendError) as caught:
            await rig.connector.post(address, "a:1", MESSAGE)

    assert caught.value.for_good
    assert foreign.tokens == []
    assert rig.entra.issued == 0


async def test_a_redirect_is_not_followed(rig: Rig) -> None:
    foreign = Stub()
    async with serving(foreign.app()) as address:
        rig.stub.failures = [Failure(307, headers={"location": f"{address}/v3/conversations"})]
        with pytest.raises(CallError):
            await rig.post()

    assert foreign.tokens == []


@pytest.mark.parametrize("url", ["http://10.0.0.7/", "https://10.0.0.8/"])
def test_an_open_line_or_another_host_is_not_allowed(url: str) -> None:
    assert not allowed(URL(url), {"10.0.0.7"})


@pytest.mark.parametrize(
    "service_url", ["https://smba.trafficmanager.net:port", "https://[smba]", "no address", ""]
)
async def test_what_is_no_address_is_not_written_to(rig: Rig, service_url: str) -> None:
    with pytest.raises(SendError) as caught:
        await rig.connector.post(service_url, "a:1", MESSAGE)

    assert caught.value.for_good


# --- What is sent


async def test_ids_are_written_into_addresses_whatever_is_in_them(rig: Rig) -> None:
    conversation = "19:a/b?c#d%2e@thread.tacv2;messageid=17"

    await rig.connector.post(rig.address, conversation, MESSAGE)
    await rig.connector.replace(rig.address, conversation, "1:/2", MESSAGE)

    assert [sent.conversation for sent in rig.stub.sent] == [conversation, conversation]
    assert rig.stub.sent[1].message == "1:/2"


async def test_a_targeted_message_is_marked_as_such(rig: Rig) -> None:
    await rig.post(targeted=True)
    await rig.connector.replace(rig.address, "a:1", "7", MESSAGE, targeted=True)

    assert [sent.targeted for sent in rig.stub.sent] == [True, True]


async def test_a_conversation_is_opened_with_one_person(rig: Rig) -> None:
    found = await rig.connector.open(rig.address, "29:mara", TENANT)

    assert found == "a:with-29:mara"
    assert rig.stub.opened == [
        {
            "isGroup": False,
            "bot": {"id": f"28:{APP}"},
            "members": [{"id": "29:mara"}],
            "tenantId": TENANT,
            "channelData": {"tenant": {"id": TENANT}},
        }
    ]


def test_where_nothing_is_known_the_service_for_everybody_is_used() -> None:
    found = Connector.over(Wire(), settings.read(teams_app_id=APP)).service_url

    assert found == "https://smba.trafficmanager.net/teams"


async def test_connections_are_used_again(rig: Rig) -> None:
    ports: set[object] = set()

    async def remember(request: web.Request) -> web.Response:
        assert request.transport is not None
        ports.add(request.transport.get_extra_info("peername"))
        return web.json_response({"id": "1"})

    app = web.Application()
    app.router.add_post("/v3/conversations/{id}/activities", remember)
    async with serving(app) as address:
        hosts = {URL(address).host_port_subcomponent or ""}
        connector = Connector(Calls(rig.wire, hosts, None), rig.settings)
        for _ in range(20):
            await connector.post(address, "a:1", MESSAGE)

    assert len(ports) == 1


async def test_many_messages_are_on_their_way_at_once(rig: Rig) -> None:
    await rig.post()
    rig.stub.together = asyncio.Barrier(64)

    await asyncio.gather(*(rig.post() for _ in range(64)))

    assert len(rig.stub.sent) == 65


# --- Errors


def call(rig: Rig, what: str) -> Callable[[], Any]:
    connector, address = rig.connector, rig.address
    match what:
        case "post":
            return rig.post
        case "replace":
            return lambda: connector.replace(address, "a:1", "7", MESSAGE)
        case "open":
            return lambda: connector.open(address, "29:mara", TENANT)
        case _:
            return lambda: connector.member(address, "a:1", "29:mara")


@pytest.mark.parametrize("status", [412, 429, 500, 502, 503, 504])
async def test_a_message_is_posted_with_one_request(rig: Rig, status: int) -> None:
    rig.stub.failures = [Failure(status)]

    with pytest.raises(CallError) as caught:
        await rig.post()

    assert (caught.value.status, caught.value.for_good) == (status, False)
    assert len(rig.stub.tokens) == 1
    assert rig.clock.waits == []


@pytest.mark.parametrize("status", [412, 429, 500, 502, 503, 504])
@pytest.mark.parametrize("what", ["replace", "open", "member"])
async def test_what_may_be_done_twice_is_tried_again(rig: Rig, what: str, status: int) -> None:
    rig.stub.members = {"29:mara": {"id": "29:mara"}}
    rig.stub.failures = [Failure(status), Failure(status)]

    await call(rig, what)()

    assert len(rig.stub.tokens) == 3
    assert len(rig.clock.waits) == 2


async def test_waits_grow_and_differ(rig: Rig) -> None:
    rig.stub.failures = [Failure(502), Failure(502)]

    await call(rig, "replace")()

    first, second = rig.clock.waits
    assert 0.25 <= first <= 1.0
    assert 0.5 <= second <= 2.0


async def test_after_three_tries_the_error_is_told(rig: Rig) -> None:
    rig.stub.failures = [Failure(502)] * 5

    with pytest.raises(CallError):
        await call(rig, "replace")()

    assert len(rig.stub.tokens) == 3


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "7"}, 7.0),
        ({"retry-after": "0"}, 0.0),
        ({"retry-after": "999999"}, 3600.0),
        (
            {
                "retry-after": "Sun, 22 Nov 2026 10:00:30 GMT",
                "date": "Sun, 22 Nov 2026 10:00:00 GMT",
            },
            30.0,
        ),
        (
            {
                "retry-after": "Sun, 22 Nov 2026 09:00:00 GMT",
                "date": "Sun, 22 Nov 2026 10:00:00 GMT",
            },
            0.0,
        ),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "-1"}, None),
        ({}, None),
    ],
    ids=["seconds", "now", "too_long", "moment", "past", "word", "negative", "nothing"],
)
async def test_how_long_to_wait_is_told(
    rig: Rig, headers: dict[str, str], seconds: float | None
) -> None:
    rig.stub.failures = [Failure(429, headers=headers)]

    with pytest.raises(SendError) as caught:
        await rig.post()

    assert caught.value.retry_after == seconds


async def test_a_short_wait_is_kept_to(rig: Rig) -> None:
    rig.stub.failures = [Failure(429, headers={"retry-after": "3"})]

    await call(rig, "replace")()

    assert 3 <= rig.clock.waits[0] <= 4


async def test_a_long_wait_is_left_to_others(rig: Rig) -> None:
    rig.stub.failures = [Failure(429, headers={"retry-after": "60"})]

    with pytest.raises(SendError) as caught:
        await call(rig, "replace")()

    assert caught.value.retry_after == 60
    assert rig.clock.waits == []


@pytest.mark.parametrize("status", [307, 400, 403, 404, 405, 409, 413])
@pytest.mark.parametrize("what", ["post", "replace", "open", "member"])
async def test_what_will_not_get_better_is_for_good(rig: Rig, what: str, status: int) -> None:
    rig.stub.failures = [Failure(status, code="BotNotInConversationRoster")]

    with pytest.raises(CallError, match="BotNotInConversationRoster") as caught:
        await call(rig, what)()

    assert caught.value.for_good
    assert len(rig.stub.tokens) == 1


async def test_words_of_the_service_stay_out_of_the_error(rig: Rig) -> None:
    rig.stub.failures = [Failure(400, code="with spaces and content", words="content")]

    with pytest.raises(CallError) as caught:
        await rig.post()

    assert str(caught.value) == "Microsoft answered 400 (unknown)."
    assert caught.value.words == "content"


async def test_silence_is_an_error_that_may_pass(rig: Rig) -> None:
    rig.stub.slow = 30
    wire = Wire(limit=0.1)
    connector = Connector(Calls(wire, rig.settings.teams_connector_hosts, None), rig.settings)

    with pytest.raises(CallError) as caught:
        await connector.post(rig.address, "a:1", MESSAGE)

    await wire.aclose()
    assert (caught.value.status, caught.value.for_good) == (0, False)


async def test_nobody_there_is_an_error_that_may_pass(rig: Rig) -> None:
    gone = "http://127.0.0.1:9"
    connector = Connector(Calls(rig.wire, {"127.0.0.1:9"}, None), rig.settings)

    with pytest.raises(CallError) as caught:
        await connector.post(gone, "a:1", MESSAGE)

    assert not caught.value.for_good


async def test_an_answer_that_is_no_json_is_no_reason_to_fail(rig: Rig) -> None:
    async def words(_: web.Request) -> web.Response:
        return web.Response(text="<html>" + "[" * 100_000, status=201)

    app = web.Application()
    app.router.add_post("/v3/conversations/{id}/activities", words)
    async with serving(app) as address:
        hosts = {URL(address).host_port_subcomponent or ""}
        found = await Connector(Calls(rig.wire, hosts, None), rig.settings).post(
            address, "a:1", MESSAGE
        )

    assert found == ""


@pytest.mark.parametrize("what", ["open", "member"])
@pytest.mark.parametrize("answer", ["[]", "{}", "null", '{"id": 7}'])
async def test_an_answer_without_sense_is_an_error(rig: Rig, what: str, answer: str) -> None:
    async def nonsense(_: web.Request) -> web.Response:
        return web.Response(text=answer)

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", nonsense)
    async with serving(app) as address:
        hosts = {URL(address).host_port_subcomponent or ""}
        connector = Connector(Calls(rig.wire, hosts, None), rig.settings)
        asked = {
            "open": lambda: connector.open(address, "29:mara", TENANT),
            "member": lambda: connector.member(address, "a:1", "29:mara"),
        }
        found = await asyncio.gather(asked[what](), return_exceptions=True)

    is_object = answer.startswith("{") and what == "member"
    assert isinstance(found[0], dict if is_object else SendError)


async def test_entra_that_cannot_be_reached_is_an_error_that_may_pass(rig: Rig) -> None:
    given = rig.settings.model_copy(update={"teams_login_url": "http://127.0.0.1:9"})

    with pytest.raises(SendError, match="Entra") as caught:
        await Connector.over(rig.wire, given).post(rig.address, "a:1", MESSAGE)

    assert not caught.value.for_good


async def test_a_closed_pool_opens_again(rig: Rig) -> None:
    await rig.post()
    await rig.wire.aclose()

    assert await rig.post() == "act-2"


async def test_a_dead_service_says_so_in_one_word(rig: Rig) -> None:
    with pytest.raises(Unreachable, match=r"^\w+$"):
        await rig.wire.call("GET", URL("http://127.0.0.1:9/"))
