"""Conversations written once, held through Slack's payloads, Teams' payloads and the web page.

What arrives is real: signed requests, activities, forms. What comes back must be the same card.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import httpx2
import pytest
import yaml
from starlette.applications import Starlette

from bot import settings
from bot.app import App
from bot.chat import Card, Profile
from bot.gate import Ours
from bot.service import Service
from handlers.slack import SlackChat, SlackDoor
from handlers.slack.blocks import to_message
from handlers.teams.cards import to_activities
from handlers.teams.door import TeamsDoor
from handlers.teams.send import TeamsChat
from tests import web
from tests.chats import MemoryChat
from tests.conftest import NOW
from tests.slack_stub import encoded, signed
from tests.slack_stub import payload as slack_payload
from tests.test_teams_door import payload as teams_payload

CONVERSATIONS = [
    conversation
    for path in sorted((Path(__file__).parent / "conversations").glob("*.yaml"))
    for conversation in yaml.safe_load(path.read_text(encoding="utf-8"))
]
TEAM = "T0ACME001"
TENANT = "00000000-0000-0000-0000-00000000beef"
NUMBERS = itertools.count(1)


def profile(app: App, person: str, team: str) -> Profile:
    found = app.knowledge.people[person]
    guest = found.worker_type == "guest"
    return Profile(
        name=found.name, email=found.email, email_verified=not guest, team=team, guest=guest
    )


@dataclass
class Door:
    """One way to talk with the assistant: says, presses, and the card that came back."""

    service: Service
    chat: MemoryChat
    client: httpx2.AsyncClient
    person: str
    cards: list[Card] = field(default_factory=list)

    async def came(self) -> Card:
        async with asyncio.timeout(20):
            await self.chat.until(posts=len(self.cards) + 1)
        self.cards.append(self.chat.posts[len(self.cards)].card)
        return self.cards[-1]


class Slack(Door):
    async def says(self, text: str) -> Card:
        body = slack_payload("message_im")
        number = next(NUMBERS)
        body["event_id"] = f"Ev{number}"
        body["event"] |= {"user": f"U-{self.person}", "text": text, "ts": f"17638{number:05d}.1"}
        if self.cards:
            body["event"]["thread_ts"] = self.thread
        else:
            self.thread = body["event"]["ts"]
        del body["event"]["blocks"]
        return await self._sends(body)

    async def presses(self, action: str) -> Card:
        elements = [
            element
            for message in to_message(self.cards[-1])
            for block in message.blocks
            for element in block.get("elements", [])
            if str(element.get("action_id", "")).startswith(f"gl:{action}:")
        ]
        pressed = elements[0]
        if "options" in pressed:
            pressed = {**pressed, "selected_option": pressed["options"][0]}
        body = slack_payload("press")
        body["user"]["id"] = f"U-{self.person}"
        body["container"]["thread_ts"] = body["message"]["thread_ts"] = self.thread
        body["actions"] = [{**pressed, "action_ts": f"17638{next(NUMBERS):05d}.2"}]
        return await self._sends(body)

    async def _sends(self, body: dict[str, Any]) -> Card:
        raw, kind = encoded(body)
        headers = {"Content-Type": kind, **signed(raw)}
        response = await self.client.post("/slack/events", content=raw, headers=headers)
        assert response.status_code == 200
        return await self.came()


class Teams(Door):
    async def says(self, text: str) -> Card:
        body = teams_payload("message_personal", text=text, id=str(next(NUMBERS)))
        body["attachments"] = []
        return await self._sends(body)

    async def presses(self, action: str) -> Card:
        shown = to_activities(self.cards[-1], feedback=True, personal=True)
        actions = [
            found
            for activity in shown
            for attachment in activity.get("attachments", [])
            for found in _nodes(attachment["content"], "Action.")
            if found.get("data", {}).get("action") == action
        ]
        body = teams_payload("invoke_button", id=str(next(NUMBERS)))
        choices = [
            found
            for activity in shown
            for attachment in activity.get("attachments", [])
            for found in _nodes(attachment["content"], "Input.ChoiceSet")
        ]
        chosen = {choices[0]["id"]: choices[0]["choices"][0]["value"]} if choices else {}
        pressed = {**actions[0], "data": {**actions[0]["data"], **chosen}}
        body["value"] = {"action": pressed, "trigger": "manual"}
        return await self._sends(body)

    async def _sends(self, body: dict[str, Any]) -> Card:
        body["from"] = {"id": f"29:{self.person}", "aadObjectId": f"U-{self.person}"}
        response = await self.client.post("/api/messages", json=body)
        assert response.status_code in (200, 202)
        return await self.came()


def _nodes(node: object, kind: str) -> list[dict[str, Any]]:
    """Every part of a card whose type begins so, in reading order."""
    if isinstance(node, list):
        return [found for item in node for found in _nodes(item, kind)]
    if not isinstance(node, dict):
        return []
    here = [node] if str(node.get("type", "")).startswith(kind) else []
    return here + [found for value in node.values() for found in _nodes(value, kind)]


@asynccontextmanager
async def slack(app: App, person: str) -> AsyncIterator[Slack]:
    configured = settings.read(
        slack_bot_token="xoxb-test",
        slack_signing_secret="a-signing-secret-for-tests",
        slack_api_url="http://127.0.0.1:9/api/",
    )
    chat = MemoryChat(profiles={f"U-{person}": profile(app, person, TEAM)})
    ours = Ours(slack_teams=frozenset({TEAM}))
    service = Service(replace(app, settings=configured), {"slack": chat}, ours=ours)
    async with SlackChat.open(configured, lambda: NOW) as real:
        routes = SlackDoor(service, configured, real).routes()
        transport = httpx2.ASGITransport(app=Starlette(routes=routes))
        async with (
            httpx2.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client,
            service.running(),
        ):
            yield Slack(service, chat, client, person)


@asynccontextmanager
async def teams(app: App, person: str) -> AsyncIterator[Teams]:
    configured = settings.read(teams_allow_anonymous="local", teams_tenant_ids=TENANT)
    chat = MemoryChat(platform="teams", profiles={f"U-{person}": profile(app, person, TENANT)})
    ours = Ours(teams_tenants=frozenset({TENANT}))
    service = Service(replace(app, settings=configured), {"teams": chat}, ours=ours)
    real = TeamsChat(configured)
    door = TeamsDoor(service, real, configured)
    transport = httpx2.ASGITransport(app=Starlette(routes=list(door.routes())))
    async with (
        httpx2.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client,
        service.running(),
        door.running(),
    ):
        yield Teams(service, chat, client, person)
    await real.aclose()


def told(card: Card) -> Card:
    """The card without what differs from door to door: its number, and thus its buttons' owner."""
    return replace(card, answer_id="", note="")


def fits(step: dict[str, Any], card: Card) -> None:
    assert card.verdict == step.get("verdict", card.verdict)
    assert card.headline == step.get("headline", card.headline)
    assert card.action == step.get("action", card.action)
    if step.get("answered"):
        assert card.answer_id
        assert card.headline


def names(conversation: dict[str, Any]) -> str:
    return conversation["name"].lower().replace(" ", "-")


@pytest.mark.parametrize("conversation", CONVERSATIONS, ids=names)
async def test_a_conversation_is_the_same_in_slack_and_in_teams(app, conversation):
    cards: dict[str, list[Card]] = {}
    for name, opened in {"slack": slack, "teams": teams}.items():
        async with opened(app, conversation["person"]) as door:
            for step in conversation["steps"]:
                said = "says" in step
                card = await (door.says(step["says"]) if said else door.presses(step["presses"]))
                fits(step, card)
        cards[name] = [told(card) for card in door.cards]
        # The next door starts with a person of whom nothing is remembered.
        await app.store.run(_forget, conversation["person"])

    assert cards["slack"] == cards["teams"]


def _forget(connection, person: str) -> None:
    from bot.store import answers

    answers.delete_person(connection, person)


@pytest.mark.parametrize("conversation", CONVERSATIONS, ids=names)
async def test_the_web_page_says_what_the_chats_say(app, conversation):
    person = conversation["person"]
    async with slack(app, person) as door, web.Browser(app) as browser:
        await browser.become(person)
        for step in conversation["steps"]:
            if "says" not in step or "doors" in step:
                break
            card = await door.says(step["says"])
            page = web.words(await browser.ask(step["says"]))
            assert " ".join(card.headline.split()) in page
