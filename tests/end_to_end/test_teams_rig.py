"""Greenlight as it is served, with a Teams around it: from a question to what is seen of it."""

from __future__ import annotations

import asyncio
import secrets
import signal
import socket
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx2
import pytest
import pytest_asyncio
from end_to_end.rigs.teams.client import CARD, Client, actions, shown
from end_to_end.rigs.teams.connector import Connector, Failure
from end_to_end.rigs.teams.entra import APP, TENANT, Entra
from end_to_end.rigs.teams.serving import serving
from yarl import URL

pytestmark = [
    pytest.mark.rig,
    pytest.mark.timeout(120),
    pytest.mark.asyncio(loop_scope="module"),
]

OTHER_TENANT = "99999999-0000-0000-0000-000000000099"


def member(user: str, *, role: str) -> dict[str, Any]:
    address = f"somebody-{user[:8]}@northwind.example"
    return {
        "id": f"29:{user}",
        "name": "Somebody",
        "aadObjectId": user,
        "email": address,
        "userPrincipalName": address,
        "tenantId": TENANT,
        "userRole": role,
    }


@dataclass
class Town:
    """The assistant, and everything of Microsoft's that it talks with."""

    entra: Entra
    stub: Connector
    http: httpx2.AsyncClient
    service_url: str
    url: str
    log: Path

    def somebody(self, *, role: str = "user", tenant: str = TENANT) -> Client:
        """Return somebody new, in their own chat with the assistant."""
        user = str(uuid4())
        self.stub.members[f"29:{user}"] = member(user, role=role)
        return Client(
            http=self.http,
            url=f"{self.url}/api/messages",
            entra=self.entra,
            stub=self.stub,
            service_url=self.service_url,
            user=user,
            tenant=tenant,
        )

    def in_company(self, somebody: Client) -> Client:
        """Return somebody in a group chat of their own, besides their own chat."""
        group = f"19:{uuid4().hex}@thread.v2"
        return replace(somebody, scope="groupChat", conversation=group)


def said(log: Path) -> str:
    return log.read_text()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


@asynccontextmanager
async def served(environment: dict[str, str], log: Path) -> AsyncIterator[str]:
    """Run `greenlight serve` until the block ends; yields its address once it is ready."""
    port = free_port()
    with log.open("wb") as errors:
        process: Process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", "serve", "--host", "127.0.0.1", "--port", str(port)),
            env=environment,
            stdout=PIPE,
            stderr=errors,
        )
        try:
            assert process.stdout is not None
            async with asyncio.timeout(60):
                ready = await process.stdout.readline()
            assert b"ready" in ready, said(log)
            yield f"http://127.0.0.1:{port}"
        finally:
            if process.returncode is None:
                process.send_signal(signal.SIGTERM)
            await process.wait()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def town(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Town]:
    stub, entra = Connector(), Entra()
    home = tmp_path_factory.mktemp("town")
    log = home / "log.jsonl"
    async with (
        serving(stub.app()) as service_url,
        serving(entra.app()) as identities,
        httpx2.AsyncClient(timeout=20) as http,
    ):
        environment = {
            "GREENLIGHT_HOME": str(home),
            "GREENLIGHT_SECRET_KEY": secrets.token_urlsafe(32),
            "TEAMS_APP_ID": APP,
            "TEAMS_APP_PASSWORD": secrets.token_urlsafe(),
            "TEAMS_TENANT_IDS": TENANT,
            "TEAMS_OPENID_URL": f"{identities}/openid",
            "TEAMS_LOGIN_URL": identities,
            "TEAMS_CONNECTOR_HOSTS": str(URL(service_url).host_port_subcomponent),
        }
        async with served(environment, log) as url:
            yield Town(entra, stub, http, service_url, url, log)


QUESTION = "Can I put customer e-mail addresses into ChatGPT?"


async def test_a_question_is_answered_with_its_sources_and_asks_whether_it_helped(
    town: Town,
) -> None:
    ana = town.somebody()

    status = await ana.say(QUESTION)
    answer = await ana.answer()

    assert status == 202
    assert answer.body["channelData"] == {"feedbackLoop": {"type": "custom"}}
    assert "Source" in shown(answer.body)
    assert "AIGeneratedContent" not in shown(answer.body)
    assert town.stub.tokens[-1].startswith("Bearer issued-")


async def test_the_same_delivery_is_answered_once(town: Town) -> None:
    ana = town.somebody()
    body = {"type": "message", "text": QUESTION, "id": "17638038"}

    statuses = [(await ana.post(**body)).status_code for _ in range(3)]
    await ana.answer()
    await ana.say("tools")
    await ana.answer()

    assert statuses == [202, 202, 202]
    assert len(town.stub.into(ana.conversation)) == 2


async def test_a_button_says_that_it_was_pressed_and_then_answers(town: Town) -> None:
    ana = town.somebody()
    await ana.say(QUESTION)
    answer = await ana.answer()
    [execute, *_] = [each for each in actions(answer.body) if each["type"] == "Action.Execute"]

    at_once = await ana.press(answer, execute["title"])
    later = await ana.answer()

    assert at_once["type"] == "application/vnd.microsoft.activity.message"
    assert at_once["statusCode"] == 200
    assert later.body["type"] == "message"


async def test_a_form_is_opened_filled_in_and_confirmed(town: Town) -> None:
    ana = town.somebody()
    await ana.say("request")
    offer = await ana.answer()
    [button] = [each for each in actions(offer.body) if each["type"] == "Action.Submit"]

    dialog = await ana.press(offer, button["title"])
    gaps = await ana.fill_in(dialog, tool="Midjourney")
    done = await ana.fill_in(dialog, tool="Midjourney", use="Mood boards", data="public")
    told = await ana.answer()

    assert dialog["task"]["value"]["card"]["contentType"] == CARD
    assert gaps["task"]["type"] == "continue"
    assert done["task"]["type"] == "message"
    assert "filed" in shown(told.body)


async def test_thumbs_are_taken_and_a_thumb_down_asks_why(town: Town) -> None:
    ana = town.somebody()
    await ana.say(QUESTION)
    answer = await ana.answer()

    up = await ana.react(answer, "like")
    down = await ana.react(answer, "dislike")
    done = await ana.fill_in(down, reason="wrong", words="It is allowed.")
    told = await ana.answer()

    assert up["task"]["type"] == "message"
    assert down["task"]["type"] == "continue"
    assert done["task"]["type"] == "message"
    assert told.body["type"] == "message"


async def test_in_company_the_answer_is_seen_by_the_asker_only(town: Town) -> None:
    own = town.somebody()
    ana = town.in_company(own)

    await ana.say(QUESTION)
    answer = await own.answer()
    line = await ana.answer()

    assert "Source" in shown(answer.body)
    assert line.body["text"] == "I have answered you in our own chat."
    assert len(town.stub.into(ana.conversation)) == 1


async def test_an_answer_is_shared_where_its_question_was_asked(town: Town) -> None:
    own = town.somebody()
    ana = town.in_company(own)
    await ana.say(QUESTION)
    answer, _line = await own.answer(), await ana.answer()
    [share] = [e for e in actions(answer.body) if e.get("data", {}).get("action") == "share"]

    await own.press(answer, share["title"])
    public = await ana.answer()

    assert public.conversation == ana.conversation
    assert "Source" in shown(public.body)


async def test_a_slash_command_is_answered_to_one_person_in_the_group(town: Town) -> None:
    ana = town.in_company(town.somebody())

    status = await ana.slash("tools")
    answer = await ana.answer()

    assert status == 202
    assert answer.targeted
    assert answer.body["recipient"] == {"id": ana.member}


async def test_a_guest_gets_the_notice_and_nothing_else(town: Town) -> None:
    lee = town.somebody(role="guest")

    await lee.say(QUESTION)
    told = await lee.answer()
    found = await lee.search("ChatGPT")

    assert "Source: DATA" not in shown(told.body)
    assert actions(told.body) == []
    assert found["composeExtension"]["type"] == "message"
    assert "ChatGPT" not in shown(found)


async def test_somebody_of_another_tenant_gets_the_notice_and_nothing_else(town: Town) -> None:
    stranger = town.somebody(tenant=OTHER_TENANT)

    status = await stranger.say(QUESTION)
    told = await stranger.answer()
    found = await stranger.search("ChatGPT")

    assert status == 202
    assert "This assistant is for the people of" in shown(told.body)
    assert found["composeExtension"]["type"] == "message"


async def test_tools_are_looked_up_while_writing(town: Town) -> None:
    found = await town.somebody().search("ChatGPT")

    attachments = found["composeExtension"]["attachments"]
    assert 0 < len(attachments) <= 10
    assert all(each["contentType"] == CARD for each in attachments)


async def test_everybody_else_is_refused(town: Town) -> None:
    ana = town.somebody()
    ana.url, real = f"{town.url}/api/messages", ana.entra
    ana.entra = Entra(published=["other"])
    ana.entra.token = lambda url, **_: real.token(url, aud="other")  # type: ignore[method-assign]

    assert await ana.say(QUESTION) == 401
    assert town.stub.into(ana.conversation) == []


async def test_a_throttled_answer_comes_later(town: Town) -> None:
    ana = town.somebody()
    throttled = Failure(429, headers={"retry-after": "1"}, only=f"{ana.user}/activities")
    town.stub.failures = [throttled, throttled]

    await ana.say(QUESTION)
    answer = await ana.answer()

    assert "Source" in shown(answer.body)
    assert town.stub.failures == []


async def test_words_of_people_are_not_in_the_log(town: Town) -> None:
    ana = town.somebody()
    await ana.say(QUESTION)
    await ana.answer()

    logged = said(town.log)
    assert "e-mail addresses" not in logged
    assert "northwind.example" not in logged


async def test_many_people_at_once_are_all_answered(town: Town) -> None:
    crowd = [town.somebody() for _ in range(20)]

    await asyncio.gather(*(each.say(QUESTION) for each in crowd))
    answers = await asyncio.gather(*(each.answer() for each in crowd))

    assert len({answer.conversation for answer in answers}) == 20
