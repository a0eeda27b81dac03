"""Who somebody is, as Teams and Entra say; and what when one of them does not say."""

from __future__ import annotations

import logging
import secrets
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from end_to_end.rigs.teams.connector import Connector as Stub
from end_to_end.rigs.teams.connector import Failure
from end_to_end.rigs.teams.entra import APP, TENANT, Entra
from end_to_end.rigs.teams.serving import serving
from yarl import URL

from bot import settings
from bot.chat import Caller, Place, Profile, SendError
from bot.settings import Settings
from handlers.teams.send import TeamsChat

MARA = "aaaaaaaa-0000-0000-0000-000000000001"
CALLER = Caller(platform="teams", user=MARA, team=TENANT, member="29:mara", locale="en-GB")
MEMBER = {
    "id": "29:mara",
    "name": "Mara Voss",
    "aadObjectId": MARA,
    "email": "mara.voss@example.com",
    "userPrincipalName": "mara@example.com",
    "tenantId": TENANT,
    "userRole": "user",
}
USER = {
    "displayName": "Mara Voss",
    "mail": "mara.voss@example.com",
    "userPrincipalName": "mara@example.com",
    "userType": "Member",
    "accountEnabled": True,
    "jobTitle": "Campaign lead",
    "department": "Marketing",
    "usageLocation": "DE",
    "country": "Germany",
    "preferredLanguage": "de-DE",
}
GROUPS = [f"bbbbbbbb-0000-0000-0000-{number:012d}" for number in range(45)]


@dataclass
class Rig:
    stub: Stub
    entra: Entra
    address: str
    settings: Settings
    group_ids: list[str] = field(default_factory=list)
    chats: list[TeamsChat] = field(default_factory=list)

    def chat(self, **more: Any) -> TeamsChat:
        given = self.settings.model_copy(update=more)
        chat = TeamsChat(given, lambda: self.group_ids)
        self.chats.append(chat)
        return chat

    def with_graph(self) -> TeamsChat:
        return self.chat(teams_graph_url=self.settings.teams_login_url)


@pytest.fixture
async def rig() -> AsyncIterator[Rig]:
    stub = Stub(members={"29:mara": MEMBER})
    entra = Entra(users={MARA: USER}, groups={MARA: {GROUPS[0], GROUPS[44]}})
    async with serving(stub.app()) as address, serving(entra.app()) as login_url:
        given = settings.read(
            teams_app_id=APP,
            teams_app_password=secrets.token_urlsafe(),
            teams_tenant_ids=TENANT,
            teams_login_url=login_url,
            teams_connector_hosts=URL(address).host_port_subcomponent,
        )
        rig = Rig(stub, entra, address, given, group_ids=GROUPS)
        yield rig
        for chat in rig.chats:
            await chat.aclose()


async def test_teams_knows_name_address_and_tenant(rig: Rig) -> None:
    found = await rig.chat().profile(CALLER)

    assert found == Profile(
        name="Mara Voss",
        email="mara.voss@example.com",
        email_verified=True,
        team=TENANT,
        locale="en-GB",
    )


async def test_entra_knows_department_region_title_and_groups(rig: Rig) -> None:
    found = await rig.with_graph().profile(CALLER)

    assert (found.department, found.region, found.title) == ("Marketing", "DE", "Campaign lead")
    assert found.groups == {GROUPS[0], GROUPS[44]}
    assert found.email_verified


async def test_groups_are_checked_twenty_at_a_time(rig: Rig) -> None:
    await rig.with_graph().profile(CALLER)

    assert sorted(len(asked) for asked in rig.entra.checked) == [5, 20, 20]
    assert sorted(group for asked in rig.entra.checked for group in asked) == GROUPS


async def test_only_groups_of_entra_are_checked(rig: Rig) -> None:
    rig.group_ids = ["S0123", "council@example.com", GROUPS[0], GROUPS[0].upper(), ""]

    found = await rig.with_graph().profile(CALLER)

    assert all("S0123" not in asked for asked in rig.entra.checked)
    assert GROUPS[0] in {group.lower() for group in found.groups}


async def test_groups_are_those_that_count_now(rig: Rig) -> None:
    rig.group_ids = []
    chat = rig.with_graph()
    before = await chat.profile(CALLER)

    rig.group_ids = GROUPS
    after = await chat.profile(CALLER)

    assert before.groups == frozenset()
    assert after.groups


async def test_graph_is_asked_with_its_own_token(rig: Rig) -> None:
    await rig.with_graph().profile(CALLER)

    scopes = {login["scope"] for login in rig.entra.logins}
    assert scopes == {
        "https://api.botframework.com/.default",
        f"{rig.settings.teams_login_url}/.default",
    }


# --- Outsiders


@pytest.mark.parametrize("role", ["guest", "Guest", "anonymous"])
async def test_teams_says_who_is_a_guest(rig: Rig, role: str) -> None:
    rig.stub.members["29:mara"] = {**MEMBER, "userRole": role}

    found = await rig.chat().profile(CALLER)

    assert found.guest
    assert not found.email_verified


async def test_entra_says_who_is_a_guest(rig: Rig) -> None:
    rig.entra.users[MARA] = {**USER, "userType": "Guest"}

    found = await rig.with_graph().profile(CALLER)

    assert found.guest
    assert not found.email_verified


async def test_the_login_of_a_guest_says_so(rig: Rig) -> None:
    rig.stub.members["29:mara"] = {
        **MEMBER,
        "email": "",
        "userRole": "user",
        "userPrincipalName": "lee_agency.com#EXT#@example.onmicrosoft.com",
    }

    found = await rig.chat().profile(CALLER)

    assert found.guest
    assert found.email == ""


async def test_a_bare_address_is_not_believed(rig: Rig) -> None:
    rig.stub.members["29:mara"] = {"id": "29:mara", "email": "ceo@example.com", "tenantId": TENANT}

    assert not (await rig.chat().profile(CALLER)).email_verified


async def test_another_tenant_is_a_stranger(rig: Rig) -> None:
    other = "99999999-0000-0000-0000-000000000099"
    rig.stub.members["29:mara"] = {**MEMBER, "tenantId": other}

    found = await rig.chat().profile(CALLER)

    assert (found.team, found.stranger, found.email_verified) == (other, True, False)


async def test_our_tenant_may_be_written_in_any_case(rig: Rig) -> None:
    rig.stub.members["29:mara"] = {**MEMBER, "tenantId": TENANT.upper()}

    found = await rig.chat().profile(CALLER)

    assert (found.stranger, found.email_verified) == (False, True)


async def test_a_closed_account_is_known_as_such(rig: Rig) -> None:
    rig.entra.users[MARA] = {**USER, "accountEnabled": False}

    assert (await rig.with_graph().profile(CALLER)).deactivated


# --- When one of them does not answer


@pytest.mark.parametrize("part", ["users", "groups"])
async def test_without_entra_somebody_has_less_right_and_never_more(
    rig: Rig, part: str, caplog: pytest.LogCaptureFixture
) -> None:
    rig.entra.broken = {part}

    found = await rig.with_graph().profile(CALLER)

    assert found.name == "Mara Voss"
    assert found.groups == (frozenset() if part == "groups" else {GROUPS[0], GROUPS[44]})
    assert "entra not read" in caplog.text
    assert "mara.voss" not in caplog.text


async def test_without_teams_entra_says_who_somebody_is(rig: Rig) -> None:
    rig.stub.members.clear()

    found = await rig.with_graph().profile(CALLER)

    assert (found.name, found.email, found.team) == ("Mara Voss", "mara.voss@example.com", TENANT)


async def test_without_both_nobody_knows(rig: Rig) -> None:
    rig.stub.members.clear()
    rig.entra.broken = {"users"}

    with pytest.raises(SendError):
        await rig.with_graph().profile(CALLER)


async def test_without_teams_and_without_graph_nobody_knows(rig: Rig) -> None:
    rig.stub.failures = [Failure(502)] * 9

    with pytest.raises(SendError) as caught:
        await rig.chat().profile(CALLER)

    assert not caught.value.for_good


async def test_somebody_without_an_entra_id_is_not_looked_up_there(rig: Rig) -> None:
    caller = Caller(platform="teams", user="29:mara", team=TENANT, member="29:mara")

    found = await rig.with_graph().profile(caller)

    assert found.name == "Mara Voss"
    assert "users" not in rig.entra.asked


@pytest.mark.parametrize("answer", [{}, {"name": 7, "email": ["x"], "userRole": None}])
async def test_a_strange_answer_gives_nobody_anything(rig: Rig, answer: dict[str, Any]) -> None:
    rig.stub.members["29:mara"] = answer

    found = await rig.chat().profile(CALLER)

    assert (found.name, found.email, found.email_verified) == ("", "", False)


# --- Where people are looked up


async def test_somebody_is_looked_up_where_they_were_seen(rig: Rig) -> None:
    chat = rig.chat()
    place = Place(
        platform="teams",
        team=TENANT,
        channel="19:launch@thread.v2",
        thread="17",
        kind="group",
        route={"service_url": f"{rig.address}/emea"},
    )
    chat.met(CALLER, place)

    await chat.profile(CALLER)

    assert rig.stub.opened == []


async def test_somebody_not_seen_is_looked_up_in_their_own_chat(rig: Rig) -> None:
    await rig.chat().profile(CALLER)

    assert rig.stub.opened[0]["members"] == [{"id": "29:mara"}]


async def test_names_are_not_logged(rig: Rig, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, logger="greenlight")

    await rig.with_graph().profile(CALLER)

    assert "Mara" not in caplog.text
