"""What comes in from Teams: who is let in, what it is taken for, and how Teams is answered."""

from __future__ import annotations

import asyncio
import json
import logging
import secrets
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import httpx2
import pytest
from conftest import NOW
from end_to_end.rigs.teams.entra import APP, TENANT, Entra
from end_to_end.rigs.teams.serving import serving
from hypothesis import HealthCheck, given
from hypothesis import settings as trying
from hypothesis import strategies as st
from starlette.applications import Starlette

from bot import converse, intake, settings
from bot.app import App
from bot.chat import (
    Arrival,
    Caller,
    Card,
    Form,
    Left,
    Opened,
    Person,
    Place,
    Post,
    Pressed,
    Profile,
    Rated,
    Said,
    Submitted,
)
from bot.directory.notice import notice
from bot.gate import Admitted, Refused
from bot.settings import Settings, SettingsError
from bot.store import StoreError
from handlers.teams.door import TeamsDoor, check
from handlers.teams.limits import CARD
from handlers.teams.send import TeamsChat

PAYLOADS = Path(__file__).parent / "payloads" / "teams"
URL = "/api/messages"
SERVICE = "https://smba.trafficmanager.net/emea/"
OTHER_TENANT = "99999999-0000-0000-0000-000000000099"
GUEST = "aaaaaaaa-0000-0000-0000-00000000000f"
NAMES = sorted(path.stem for path in PAYLOADS.glob("*.json"))


def payload(name: str, **more: Any) -> dict[str, Any]:
    return {**json.loads((PAYLOADS / f"{name}.json").read_text()), **more}


def of_tenant(body: dict[str, Any], tenant: str) -> dict[str, Any]:
    conversation = {**body["conversation"], "tenantId": tenant}
    return {**body, "conversation": conversation, "channelData": {"tenant": {"id": tenant}}}


@dataclass
class Recorded:
    """The assistant behind the door, which remembers what it was given."""

    app: App
    arrivals: list[Arrival] = field(default_factory=list)
    asked: list[tuple[Caller, Place, str]] = field(default_factory=list)
    breaks: Exception | None = None
    hangs: bool = False

    async def accept(self, arrival: Arrival) -> None:
        if self.hangs:
            await asyncio.sleep(60)
        if self.breaks is not None:
            raise self.breaks
        self.arrivals.append(arrival)

    async def admit(self, caller: Caller, place: Place, entry: str) -> Admitted | Refused:
        self.asked.append((caller, place, entry))
        if self.breaks is not None and not isinstance(self.breaks, StoreError):
            raise self.breaks
        if caller.team != TENANT:
            return Refused(kind="other_organisation", caller=caller, place=place)
        if caller.user == GUEST:
            return Refused(kind="guest", caller=caller, place=place)
        if caller.user == "slow":
            return Refused(kind="unknown", caller=caller, place=place)
        if caller.user == "gone":
            return Refused(kind="deactivated", caller=caller, place=place)
        return Admitted(person=Person(id="mara", department="marketing"), profile=Profile())

    def notice(self, refused: Refused, locale: str = "") -> Card:
        return notice(refused, self.app.knowledge, locale, today=NOW.date())

    def form(self, deed: Said | Pressed, person: Person, locale: str = "") -> Form | None:
        return converse.form_for(deed, self.app.knowledge, locale)

    def opens_form(self, deed: Said | Pressed) -> bool:
        return converse.form_for(deed, self.app.knowledge, "") is not None

    def problems(self, submitted: Submitted, person: Person, locale: str = "") -> Mapping[str, str]:
        opened = Pressed(action="form", value=submitted.form, of=submitted.context)
        form = self.form(opened, person, locale)
        return intake.problems(form, submitted) if form is not None else {}

    def look_up(self, text: str, person: Person) -> tuple[Card, ...]:
        return converse.look_up(text, person, self.app.knowledge, NOW.date())

    @property
    def deeds(self) -> list[Any]:
        return [arrival.deed for arrival in self.arrivals]


@dataclass
class Rig:
    """The door, and Bot Service in front of it."""

    service: Recorded
    chat: TeamsChat
    entra: Entra
    client: httpx2.AsyncClient

    async def send(self, body: object, **claims: Any) -> httpx2.Response:
        token = self.entra.token(claims.pop("service_url", SERVICE), **claims)
        headers = {
            "authorization": f"Bearer {token}",
            "content-type": "application/json; charset=utf-8",
        }
        return await self.client.post(URL, content=json.dumps(body), headers=headers)


def over(door: TeamsDoor) -> httpx2.AsyncClient:
    """Return a client in front of a door."""
    transport = httpx2.ASGITransport(app=Starlette(routes=door.routes()))
    return httpx2.AsyncClient(transport=transport, base_url="http://127.0.0.1:3978")


@pytest.fixture
def configured() -> dict[str, Any]:
    return {
        "teams_app_id": APP,
        "teams_app_password": secrets.token_urlsafe(),
        "teams_tenant_ids": TENANT,
    }


@pytest.fixture
async def rig(app: App, configured: dict[str, Any]) -> AsyncIterator[Rig]:
    entra = Entra()
    async with serving(entra.app()) as address:
        found = settings.read(**configured, teams_openid_url=f"{address}/openid")
        service, chat = Recorded(app), TeamsChat(found)
        door: Any = TeamsDoor(service, chat, found)  # type: ignore[arg-type]
        async with door.running(), over(door) as client:
            yield Rig(service, chat, entra, client)
        await chat.aclose()


# --- Who may send


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "22222222-2222-2222-2222-222222222222"},
        {"iss": "https://login.microsoftonline.com/"},
        {"exp": 1_700_000_000},
        {"nbf": 4_000_000_000},
        {"service_url": "https://evil.example/"},
        {"serviceurl": None},
        {"kid": "nobodys"},
    ],
    ids=["audience", "issuer", "expired", "too_early", "other_url", "no_url", "unknown_key"],
)
async def test_a_wrong_token_is_refused_without_a_word(rig: Rig, claims: dict[str, Any]) -> None:
    found = await rig.send(payload("message_personal"), **claims)

    assert (found.status_code, found.content) == (401, b"")
    assert rig.service.arrivals == []


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer garbage", "Basic eDp5", "Bearer a.b.c"])
async def test_no_token_is_refused(rig: Rig, header: str) -> None:
    headers = {"authorization": header} if header else {}

    found = await rig.client.post(URL, json=payload("message_personal"), headers=headers)

    assert (found.status_code, found.content) == (401, b"")


async def test_a_key_that_is_not_for_teams_is_refused(rig: Rig) -> None:
    rig.entra.endorsements = ("webchat",)

    assert (await rig.send(payload("message_personal"))).status_code == 401


@pytest.mark.parametrize("channel", ["webchat", "directline", "emulator", "", None])
async def test_another_channel_is_refused(rig: Rig, channel: str | None) -> None:
    rig.entra.endorsements = ("msteams", "webchat", "directline", "emulator", "")

    found = await rig.send(payload("message_personal", channelId=channel))

    assert found.status_code == 401


async def test_a_service_that_is_none_of_microsofts_is_refused(rig: Rig) -> None:
    evil = "https://evil.example/"

    found = await rig.send(payload("message_personal", serviceUrl=evil), service_url=evil)

    assert found.status_code == 401
    assert rig.service.arrivals == []


async def test_why_something_was_refused_is_logged_and_nothing_else(
    rig: Rig, caplog: pytest.LogCaptureFixture
) -> None:
    await rig.send(payload("message_personal"), aud="somebody-else")

    records = [r for r in caplog.records if r.name == "greenlight.teams"]
    assert [(r.getMessage(), getattr(r, "reason", "")) for r in records] == [
        ("teams request refused", "audience")
    ]


async def test_a_rotated_key_is_found(rig: Rig) -> None:
    rig.entra.published = ["k2"]

    assert (await rig.send(payload("message_personal"), kid="k2")).status_code == 202


# --- Without credentials


async def _status_without_credentials(app: App, headers: dict[str, str], **given: Any) -> int:
    found = settings.read(**given)
    door: Any = TeamsDoor(Recorded(app), TeamsChat(found), found)  # type: ignore[arg-type]
    async with over(door) as client:
        answer = await client.post(URL, json=payload("message_personal"), headers=headers)
    return answer.status_code


async def test_without_credentials_everything_is_refused(app: App) -> None:
    assert await _status_without_credentials(app, {}) == 401


async def test_a_developer_may_switch_tokens_off(app: App) -> None:
    assert await _status_without_credentials(app, {}, teams_allow_anonymous="local") == 202


@pytest.mark.parametrize(
    "headers",
    [
        {"host": "greenlight.example.com"},
        {"host": "evil.example:3978"},
        {"host": "127.0.0.1.evil.example:3978"},
        {"host": "127.evil.example"},
        {"host": ""},
        {"x-forwarded-for": "203.0.113.7"},
        {"forwarded": "for=203.0.113.7"},
        {"origin": "http://127.0.0.1:3978"},
        {"content-type": "text/plain"},
    ],
    ids=["name", "rebound", "like_ours", "short", "nothing", "tunnel", "proxy", "page", "form"],
)
async def test_switched_off_tokens_are_for_programs_on_this_machine(
    app: App, headers: dict[str, str]
) -> None:
    found = await _status_without_credentials(app, headers, teams_allow_anonymous="local")

    assert found == 401


@pytest.mark.parametrize("host", ["0.0.0.0", "10.0.0.7", "::", "greenlight.example.com"])
def test_switched_off_tokens_stop_a_server_that_others_reach(host: str) -> None:
    given = settings.read(teams_allow_anonymous="local")

    with pytest.raises(SettingsError, match="TEAMS_ALLOW_ANONYMOUS"):
        check(given, host)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1"])
def test_switched_off_tokens_are_fine_on_this_machine(host: str) -> None:
    check(settings.read(teams_allow_anonymous="local"), host)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"teams_allow_anonymous": "local"}, "TEAMS_ALLOW_ANONYMOUS"),
        ({"teams_app_password": ""}, "TEAMS_APP_PASSWORD"),
        ({"teams_tenant_ids": ()}, "TEAMS_TENANT_IDS"),
        ({"teams_login_url": "http://login.example.com"}, "TEAMS_LOGIN_URL"),
        ({"teams_openid_url": "http://127.evil.example"}, "TEAMS_OPENID_URL"),
        ({"teams_graph_url": "https://[graph"}, "TEAMS_GRAPH_URL"),
    ],
    ids=["both", "no_password", "no_tenant", "open_login", "open_keys", "no_address"],
)
def test_what_is_missing_or_wrong_is_named_at_the_start(
    configured: dict[str, Any], change: dict[str, Any], named: str
) -> None:
    with pytest.raises(SettingsError, match=named):
        check(settings.read(**{**configured, **change}), "127.0.0.1")


def test_everything_set_is_fine(configured: dict[str, Any]) -> None:
    check(settings.read(**configured), "0.0.0.0")


def test_without_teams_there_is_nothing_to_check(settings_of_nobody: Settings) -> None:
    check(settings_of_nobody, "0.0.0.0")


@pytest.fixture
def settings_of_nobody() -> Settings:
    return settings.read()


# --- What a message is taken for


async def heard(rig: Rig, body: dict[str, Any]) -> Arrival:
    found = await rig.send(body)
    assert (found.status_code, found.content) == (202, b"")
    [arrival] = rig.service.arrivals
    return arrival


async def test_a_message_is_kept_before_it_is_confirmed(rig: Rig) -> None:
    arrival = await heard(rig, payload("message_personal"))

    assert arrival == Arrival(
        id="teams:a:1mara-and-greenlight:1763803800123",
        at=NOW,
        caller=Caller(
            platform="teams",
            user="aaaaaaaa-0000-0000-0000-000000000001",
            team=TENANT,
            member="29:1mara",
            locale="en-GB",
        ),
        place=Place(
            platform="teams",
            team=TENANT,
            channel="a:1mara-and-greenlight",
            kind="direct",
            route={
                "service_url": SERVICE,
                "bot": f"28:{APP}",
                "reply_to": "1763803800123",
                "locale": "en-GB",
            },
        ),
        deed=Said(text="Can I put customer e-mails into ChatGPT?"),
    )


async def test_every_delivery_of_a_message_has_one_id(rig: Rig) -> None:
    unnamed = payload("message_personal", id=None)
    for body in (payload("message_personal"), unnamed):
        await rig.send(body)
        await rig.send(body)

    first, again, other, other_again = (arrival.id for arrival in rig.service.arrivals)
    assert first == again != other == other_again


async def test_in_a_channel_the_thread_is_kept_and_the_answer_is_for_one(rig: Rig) -> None:
    arrival = await heard(rig, payload("message_channel"))

    place = arrival.place
    assert (place.kind, place.channel, place.thread) == (
        "channel",
        "19:campaigns@thread.tacv2",
        "1700000000000",
    )
    assert place.only_for == "29:1mara"
    assert arrival.deed == Said(text="may Tom Reed use Claude for R&D notes?")


async def test_a_group_chat_is_not_private(rig: Rig) -> None:
    arrival = await heard(rig, payload("message_group"))

    assert (arrival.place.kind, arrival.place.only_for) == ("group", "29:1mara")
    assert arrival.deed == Said(text="tools")


async def test_a_conversation_of_an_unknown_kind_may_be_overheard(rig: Rig) -> None:
    body = payload("message_personal")
    body["conversation"] = {"id": "x:new", "conversationType": "hologram", "tenantId": TENANT}

    assert (await heard(rig, body)).place.kind == "group"


async def test_a_slash_command_is_a_command(rig: Rig) -> None:
    arrival = await heard(rig, payload("message_targeted"))

    assert arrival.deed == Said(text="request Midjourney", command=True)
    assert arrival.place.route["targeted"] == "yes"


async def test_files_are_named_and_not_read(rig: Rig) -> None:
    arrival = await heard(rig, payload("message_file"))

    assert arrival.deed == Said(text="Is this fine?", refused_files=("customers.xlsx", "image"))


@pytest.mark.parametrize("name", ["message_group", "message_channel"])
async def test_only_being_called_is_a_call_for_help(rig: Rig, name: str) -> None:
    arrival = await heard(rig, payload(name, text="<at>Greenlight</at> "))

    assert arrival.deed == Said(text="", command=True)


async def test_the_word_home_opens_the_home_page(rig: Rig) -> None:
    arrival = await heard(rig, payload("message_personal", text="Home"))

    assert arrival.deed == Opened(what="home")


@pytest.mark.parametrize(
    ("text", "text_format", "expected"),
    [
        ("a &lt;b&gt; c &amp;amp; d", "plain", "a <b> c &amp; d"),
        ("one\u00a0two&nbsp;three", "plain", "one two three"),
        ("<p>one</p><p>two<br/>three</p>", "xml", "one\ntwo\nthree"),
        ("if a < b and c > d", "plain", "if a < b and c > d"),
        ("<at>Greenlight</at>hello", "plain", "hello"),
        ("hello <at>Greenlight</at>", "plain", "hello"),
        ("<at id='0'>Greenlight</at> hi", "plain", "hi"),
        ("<AT>Greenlight</AT> hi", "plain", "hi"),
        ("ask <at>Tom</at> instead", "plain", "ask Tom instead"),
    ],
)
async def test_mark_up_of_teams_is_taken_off(
    rig: Rig, text: str, text_format: str, expected: str
) -> None:
    body = payload("message_group", text=text, textFormat=text_format)
    body["entities"][0]["text"] = "<at>Greenlight</at>"

    assert (await heard(rig, body)).deed == Said(text=expected)


async def test_a_press_from_an_old_client_is_a_press(rig: Rig) -> None:
    arrival = await heard(rig, payload("message_button"))

    assert arrival.deed == Pressed(
        action="why", of="a-1jd3kq9v2f7m0xw4c", message="a:1mara-and-greenlight|1763803800200"
    )


async def test_a_form_in_a_card_is_a_form(rig: Rig) -> None:
    arrival = await heard(rig, payload("message_form"))

    assert arrival.deed == Submitted(
        form="request",
        values={"tool": "Midjourney", "use": "Mood boards", "data": ("public",)},
    )


@pytest.mark.parametrize("value", [{"action": "delete_everything"}, {"x": 1}, {"form": ""}])
async def test_a_press_that_means_nothing_is_answered_with_help(rig: Rig, value: Any) -> None:
    arrival = await heard(rig, payload("message_button", value=value))

    assert arrival.deed == Said(text="", command=True)


async def test_signs_that_no_database_keeps_are_left_out(rig: Rig) -> None:
    arrival = await heard(rig, payload("message_personal", text="a\x00b \ud83d c"))

    assert arrival.deed == Said(text="ab ? c")


async def test_signs_in_forms_are_left_out_as_well(rig: Rig) -> None:
    body = payload("invoke_dialog_filled")
    body["value"]["data"]["in.use"] = "x\x00\udfff"

    await rig.send(body)

    assert rig.service.deeds[0].values["use"] == "x?"


async def test_installing_remembers_how_somebody_is_reached(rig: Rig) -> None:
    arrival = await heard(rig, payload("installed"))

    assert arrival.deed == Opened(what="conversation")


@pytest.mark.parametrize("name", ["removed", "bot_removed"])
async def test_being_taken_away_is_leaving(rig: Rig, name: str) -> None:
    assert (await heard(rig, payload(name))).deed == Left()


@pytest.mark.parametrize(
    "name",
    [
        "installed_in_team",
        "member_added",
        "message_deleted",
        "message_edited",
        "reaction",
        "read_receipt",
        "typing",
        "upgraded",
    ],
)
async def test_what_asks_nothing_is_confirmed_and_left(rig: Rig, name: str) -> None:
    found = await rig.send(payload(name))

    assert found.status_code == 202
    assert rig.service.arrivals == []


@pytest.mark.parametrize(
    "sender",
    [
        {"id": f"28:{APP}", "name": "Greenlight"},
        {"id": "28:another-bot"},
        {"id": "29:x", "role": "bot"},
        {"id": "29:x", "role": "skill"},
    ],
    ids=["ourselves", "a_bot", "called_a_bot", "a_skill"],
)
async def test_bots_are_not_answered(rig: Rig, sender: dict[str, str]) -> None:
    body = payload("message_personal")
    body["from"] = sender

    assert (await rig.send(body)).status_code == 202
    assert rig.service.arrivals == []


@pytest.mark.parametrize(
    "raw",
    [b"", b"nonsense", b"[]", b'"text"', b"{}", b"[" * 100_000, b"\xff\xfe", b"null"],
    ids=["nothing", "words", "list", "text", "object", "deep", "bytes", "null"],
)
async def test_what_is_no_activity_is_refused(rig: Rig, raw: bytes) -> None:
    headers = {"authorization": f"Bearer {rig.entra.token(SERVICE)}"}

    found = await rig.client.post(URL, content=raw, headers=headers)

    assert (found.status_code, found.content) == (400, b"")


async def test_a_huge_message_is_not_read(rig: Rig) -> None:
    found = await rig.send(payload("message_personal", text="x" * 600_000))

    assert found.status_code == 400


async def test_the_address_takes_nothing_but_posts(rig: Rig) -> None:
    assert (await rig.client.get(URL)).status_code == 405


# --- Outsiders


async def test_another_tenants_message_goes_to_the_gate(rig: Rig) -> None:
    arrival = await heard(rig, of_tenant(payload("message_personal"), OTHER_TENANT))

    assert (arrival.caller.team, arrival.place.team) == (OTHER_TENANT, OTHER_TENANT)


async def test_somebody_of_another_tenant_in_our_channel_is_seen_as_such(rig: Rig) -> None:
    body = payload("message_group")
    body["from"] = {**body["from"], "tenantId": OTHER_TENANT}

    arrival = await heard(rig, body)

    assert (arrival.caller.team, arrival.place.team) == (OTHER_TENANT, TENANT)
    assert arrival.place.shared


@pytest.mark.parametrize("tenants", [("", ""), (TENANT, OTHER_TENANT)], ids=["none", "two"])
@pytest.mark.parametrize(("name", "status"), [("message_personal", 202), ("invoke_button", 403)])
async def test_an_activity_of_no_certain_tenant_is_dropped(
    rig: Rig, tenants: tuple[str, str], name: str, status: int
) -> None:
    body = of_tenant(payload(name), tenants[0])
    body["channelData"] = {"tenant": {"id": tenants[1]}}

    assert (await rig.send(body)).status_code == status
    assert rig.service.arrivals == []


def said_in(body: dict[str, Any]) -> str:
    """Return the sentence of an invoke's answer, whatever its shape."""
    match body:
        case {"task": {"type": "message", "value": text}}:
            return str(text)
        case {"composeExtension": {"type": "message", "text": text}}:
            return str(text)
        case {"statusCode": 200, "type": "application/vnd.microsoft.activity.message"}:
            return str(body["value"])
        case {"statusCode": 400, "type": "application/vnd.microsoft.error"}:
            return str(body["value"]["message"])
    raise AssertionError(body)


ANSWERED = [
    "invoke_button",
    "invoke_button_in_group",
    "invoke_dialog",
    "invoke_dialog_filled",
    "invoke_reaction_dialog",
    "invoke_search",
]


@pytest.mark.parametrize("name", ANSWERED)
@pytest.mark.parametrize("who", ["another_tenant", "guest"])
async def test_outsiders_get_the_notice_and_nothing_else(rig: Rig, name: str, who: str) -> None:
    body = payload(name)
    if who == "guest":
        body["from"] = {**body["from"], "aadObjectId": GUEST}
    else:
        body = of_tenant(body, OTHER_TENANT)
    [(kind)] = ["guest" if who == "guest" else "other_organisation"]

    found = await rig.send(body)

    caller, place, entry = rig.service.asked[0]
    refused = Refused(kind=kind, caller=caller, place=place)  # type: ignore[arg-type]
    assert found.status_code == 200
    assert said_in(found.json()).startswith(rig.service.notice(refused, "en-GB").headline)
    assert entry == f"teams:{body['name']}"
    assert rig.service.arrivals == []


@pytest.mark.parametrize("name", ANSWERED)
async def test_those_who_have_left_are_told_nothing(rig: Rig, name: str) -> None:
    body = payload(name)
    body["from"] = {**body["from"], "aadObjectId": "gone"}

    found = await rig.send(body)

    assert (found.status_code, found.json()) == (200, {})


# --- Invokes


async def test_a_press_is_confirmed_at_once_and_answered_later(rig: Rig) -> None:
    found = await rig.send(payload("invoke_button"))

    assert found.json() == {
        "statusCode": 200,
        "type": "application/vnd.microsoft.activity.message",
        "value": "The answer is on its way.",
    }
    assert rig.service.deeds == [
        Pressed(
            action="why", of="a-1jd3kq9v2f7m0xw4c", message="a:1mara-and-greenlight|1763803800200"
        )
    ]


async def test_a_press_waits_for_a_lookup_that_takes_long(rig: Rig) -> None:
    body = payload("invoke_button")
    body["from"] = {**body["from"], "aadObjectId": "slow"}

    found = await rig.send(body)

    assert said_in(found.json()) == "The answer is on its way."
    assert rig.service.deeds[0].action == "why"


@pytest.mark.parametrize("name", ["invoke_dialog", "invoke_dialog_filled", "invoke_search"])
async def test_a_form_does_not_wait_for_a_lookup(rig: Rig, name: str) -> None:
    body = payload(name)
    body["from"] = {**body["from"], "aadObjectId": "slow"}

    found = await rig.send(body)

    assert said_in(found.json())
    assert rig.service.arrivals == []


async def test_who_presses_in_a_group_is_the_caller_of_the_press(rig: Rig) -> None:
    body = payload("invoke_button_in_group")
    body["from"] = {"id": "29:1tom", "aadObjectId": "tom", "name": "Tom"}

    await rig.send(body)

    [arrival] = rig.service.arrivals
    assert (arrival.caller.user, arrival.place.only_for) == ("tom", "29:1tom")


async def test_a_form_behind_a_plain_button_takes_the_place_of_the_card(rig: Rig) -> None:
    body = payload("invoke_button")
    body["value"]["action"]["data"] = {"action": "incident"}

    found = (await rig.send(body)).json()

    assert (found["statusCode"], found["type"]) == (200, CARD)
    assert found["value"]["type"] == "AdaptiveCard"
    assert rig.service.arrivals == []


async def test_a_button_that_opens_a_form_opens_a_dialog(rig: Rig) -> None:
    found = (await rig.send(payload("invoke_dialog"))).json()

    dialog = found["task"]
    assert dialog["type"] == "continue"
    assert dialog["value"]["card"]["contentType"] == CARD
    assert "Midjourney" in json.dumps(dialog["value"])
    assert rig.service.arrivals == []


async def test_a_dialog_asked_for_by_a_button_without_a_form_is_a_press(rig: Rig) -> None:
    body = payload("invoke_dialog")
    body["value"]["data"] = {"action": "why", "of": "a-1"}

    found = await rig.send(body)

    assert said_in(found.json()) == "The answer is on its way."
    assert rig.service.deeds[0].action == "why"


async def test_a_filled_in_form_is_kept(rig: Rig) -> None:
    found = await rig.send(payload("invoke_dialog_filled"))

    assert said_in(found.json()).startswith("Thank you")
    assert rig.service.deeds == [
        Submitted(
            form="request",
            values={
                "tool": "Midjourney",
                "use": "Mood boards for the launch",
                "tried": "",
                "data": ("public",),
            },
        )
    ]


async def test_a_form_with_gaps_is_shown_again_with_what_was_written(rig: Rig) -> None:
    body = payload("invoke_dialog_filled")
    body["value"]["data"]["in.use"] = " "

    found = (await rig.send(body)).json()

    assert found["task"]["type"] == "continue"
    assert "Midjourney" in json.dumps(found)
    assert rig.service.arrivals == []


@pytest.mark.parametrize("name", ["invoke_button", "invoke_dialog", "invoke_dialog_filled"])
@pytest.mark.parametrize("value", [{}, None, [], "x", {"data": {"action": "nonsense"}}])
async def test_an_invoke_that_means_nothing_is_answered_in_its_shape(
    rig: Rig, name: str, value: Any
) -> None:
    found = await rig.send(payload(name, value=value))

    assert said_in(found.json()).startswith("There is nothing behind this any more.")
    assert rig.service.arrivals == []


async def test_an_invoke_nobody_asked_for_is_not_implemented(rig: Rig) -> None:
    found = await rig.send(payload("invoke_unknown"))

    assert (found.status_code, found.content) == (501, b"")


# --- Feedback


def message_of(rig: Rig, answer: str) -> None:
    """Make the message that payloads point at the one that shows an answer."""
    rig.chat._answers.keep("a:1mara-and-greenlight|1763803800200", answer)


async def test_a_reaction_is_about_the_answer_its_message_shows(rig: Rig) -> None:
    message_of(rig, "a-shown")

    found = await rig.send(payload("invoke_reaction"))

    assert (found.status_code, found.json()) == (200, {})
    assert rig.service.deeds == [Rated(of="a-shown", helpful=True, reason="just right")]


async def test_a_reaction_to_a_message_of_long_ago_names_the_message(rig: Rig) -> None:
    await rig.send(payload("invoke_reaction"))

    assert rig.service.deeds[0].of == "a:1mara-and-greenlight|1763803800200"


async def test_a_reaction_with_plain_words_is_taken(rig: Rig) -> None:
    found = await rig.send(payload("invoke_reaction_plain"))

    assert found.json() == {}
    assert rig.service.deeds == [Rated(of="", helpful=False, reason="not helpful")]


async def test_a_reaction_with_our_form_is_the_form(rig: Rig) -> None:
    found = await rig.send(payload("invoke_reaction_form"))

    assert found.json() == {}
    assert rig.service.deeds == [
        Submitted(
            form="feedback",
            values={"reason": "wrong", "words": "It is allowed."},
            context="a-1jd3kq9v2f7m0xw4c",
        )
    ]


async def test_a_thumb_down_counts_at_once_and_asks_why(rig: Rig) -> None:
    message_of(rig, "a-shown")

    found = (await rig.send(payload("invoke_reaction_dialog"))).json()

    assert found["task"]["type"] == "continue"
    assert '"context": "a-shown"' in json.dumps(found)
    assert rig.service.deeds == [Rated(of="a-shown", helpful=False)]


async def test_a_thumb_up_is_thanked_for(rig: Rig) -> None:
    found = await rig.send(payload("invoke_reaction_dialog_wrapped"))

    assert said_in(found.json()) == "Thank you."
    assert rig.service.deeds[0].helpful


async def test_a_thumb_down_under_a_message_of_long_ago_counts_without_a_form(rig: Rig) -> None:
    found = await rig.send(payload("invoke_reaction_dialog"))

    assert said_in(found.json()) == "Thank you."
    assert not rig.service.deeds[0].helpful


@pytest.mark.parametrize("value", [{}, None, "x", {"actionValue": {"reaction": "shrug"}}])
async def test_a_reaction_that_is_none_is_left(rig: Rig, value: Any) -> None:
    found = await rig.send(payload("invoke_reaction", value=value))

    assert (found.status_code, found.json()) == (200, {})
    assert rig.service.arrivals == []


# --- Search while writing


async def test_a_search_shows_tools_as_cards_to_insert(rig: Rig) -> None:
    found = (await rig.send(payload("invoke_search"))).json()["composeExtension"]

    assert (found["type"], found["attachmentLayout"]) == ("result", "list")
    assert "ChatGPT" in json.dumps(found["attachments"][0])
    assert all(each["preview"]["content"]["title"] for each in found["attachments"])
    assert "Action.Execute" not in json.dumps(found)


async def test_a_search_begins_with_tools_before_anything_is_typed(rig: Rig) -> None:
    found = (await rig.send(payload("invoke_search_first"))).json()["composeExtension"]

    assert 0 < len(found["attachments"]) <= 10


@pytest.mark.parametrize("value", [{}, None, {"parameters": "x"}, {"parameters": [1, {"name": 2}]}])
async def test_a_search_for_nothing_finds_something(rig: Rig, value: Any) -> None:
    found = (await rig.send(payload("invoke_search", value=value))).json()

    assert found["composeExtension"]["type"] == "result"


# --- When it cannot be kept


@pytest.mark.parametrize("error", [StoreError("full"), TimeoutError(), RuntimeError("a bug")])
async def test_a_message_that_cannot_be_kept_is_sent_again_by_teams(
    rig: Rig, error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    rig.service.breaks = error

    found = await rig.send(payload("message_personal"))

    assert (found.status_code, found.content) == (503, b"")
    assert found.headers["retry-after"] == "5"
    assert "a bug" not in caplog.text


@pytest.mark.parametrize("error", [StoreError("full"), TimeoutError(), RuntimeError("a bug")])
@pytest.mark.parametrize(
    "name", ["invoke_button", "invoke_dialog_filled", "invoke_reaction_dialog"]
)
async def test_an_invoke_that_cannot_be_kept_says_so_in_its_shape(
    rig: Rig, name: str, error: Exception
) -> None:
    rig.service.breaks = error

    found = await rig.send(payload(name))

    assert found.status_code == 200
    assert said_in(found.json()) == "That did not reach me. Please try again in a minute."


async def test_a_reaction_that_cannot_be_kept_is_not_confirmed(rig: Rig) -> None:
    rig.service.breaks = StoreError("full")

    assert (await rig.send(payload("invoke_reaction"))).status_code == 503


async def test_a_search_that_breaks_says_so_in_its_shape(rig: Rig) -> None:
    rig.service.breaks = RuntimeError("a bug")

    found = await rig.send(payload("invoke_search"))

    assert said_in(found.json()).startswith("That did not reach me.")


async def test_a_store_that_hangs_does_not_hang_teams(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("handlers.teams.door._KEPT_WITHIN", 0.05)
    rig.service.hangs = True

    assert (await rig.send(payload("message_personal"))).status_code == 503


async def test_sentences_are_in_the_language_of_the_client(rig: Rig) -> None:
    found = await rig.send(payload("invoke_button", locale="de-DE"))

    assert said_in(found.json()) == "Die Antwort ist unterwegs."


async def test_words_of_people_are_not_logged(rig: Rig, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    for name in NAMES:
        await rig.send(payload(name))

    logged = json.dumps(
        [{**vars(record), "args": str(record.args)} for record in caplog.records], default=str
    )
    assert not [word for word in ("customer", "Midjourney", "just right") if word in logged]


# --- Whatever is sent


_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=8)
    | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=6,
)


def paths(value: object, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the way to every part of a payload."""
    inner: list[tuple[Any, Any]] = []
    if isinstance(value, dict):
        inner = list(value.items())
    elif isinstance(value, list):
        inner = list(enumerate(value))
    return [path, *(found for key, each in inner for found in paths(each, (*path, key)))]


def changed(value: Any, path: tuple[Any, ...], put: Any) -> Any:
    """Return a payload with one part replaced."""
    if not path:
        return put
    key, *rest = path
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[key] = changed(copy[key], tuple(rest), put)
    return copy


@pytest.fixture
def local_door(app: App, configured: dict[str, Any]) -> TeamsDoor:
    """The door as on a developer's machine, where nothing is signed."""
    given = settings.read(teams_allow_anonymous="local", teams_tenant_ids=TENANT)
    door: Any = TeamsDoor(Recorded(app), TeamsChat(given), given)  # type: ignore[arg-type]
    return door


@trying(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
def test_no_payload_breaks_the_door(local_door: TeamsDoor, data: st.DataObject) -> None:
    body: Any = payload(data.draw(st.sampled_from(NAMES)))
    for _ in range(data.draw(st.integers(1, 3))):
        path = data.draw(st.sampled_from(paths(body)))
        body = changed(body, path, data.draw(_JSON))

    async def status() -> int:
        async with over(local_door) as client:
            return (await client.post(URL, json=body)).status_code

    assert asyncio.run(status()) in {200, 202, 400, 401, 403, 501}


@trying(max_examples=15, deadline=None)
@given(text=st.text(alphabet="<>at/&; nbspg#x0\u00a0\n", max_size=400))
def test_no_text_is_too_strange(text: str) -> None:
    from handlers.teams.activities import parse, said

    incoming = parse(json.dumps(payload("message_channel", text=text, textFormat="xml")).encode())

    assert incoming is not None
    assert "<at>" not in said(incoming).text.replace("&", "")


def test_the_answer_is_posted_where_the_payload_says() -> None:
    """A place survives the way through the inbox: it holds nothing but words."""
    from handlers.teams.activities import parse, place

    incoming = parse(json.dumps(payload("message_channel")).encode())
    assert incoming is not None

    found = place(incoming, public=False)

    post = Post(key="k", place=found, card=Card(action="answer", verdict="allowed", headline="Yes"))
    assert json.loads(json.dumps(dict(post.place.route))) == dict(found.route)
    assert replace(found, only_for="").private is False
