"""A Teams client as bots see it: one person in one conversation, who writes, presses, fills in."""

from __future__ import annotations

import itertools
import json
from dataclasses import dataclass, field
from typing import Any, Literal

import httpx2

from .connector import Connector, Sent
from .entra import APP, TENANT, Entra

CARD = "application/vnd.microsoft.card.adaptive"
_BOT = {"id": f"28:{APP}", "name": "Greenlight"}
_IDS = itertools.count(1_763_803_800_001)


@dataclass
class Client:
    """Somebody's Teams. What they do is signed by Bot Service and sent to the assistant."""

    http: httpx2.AsyncClient
    url: str
    entra: Entra
    stub: Connector
    service_url: str
    user: str
    """The Entra object id."""
    scope: Literal["personal", "groupChat", "channel"] = "personal"
    tenant: str = TENANT
    conversation: str = ""
    seen: int = field(default=0, init=False)
    """Messages of the conversation that were looked at."""

    def __post_init__(self) -> None:
        self.member = f"29:{self.user}"
        if not self.conversation:
            self.conversation = f"a:with-{self.member}"

    async def say(self, text: str) -> int:
        """Write a message; in company the assistant has to be called by its name."""
        entities: list[dict[str, Any]] = []
        if self.scope != "personal":
            text = f"<at>Greenlight</at> {text}"
            entities = [{"type": "mention", "mentioned": _BOT, "text": "<at>Greenlight</at>"}]
        return await self._message(text=text, entities=entities)

    async def slash(self, text: str) -> int:
        """Write what only the assistant sees."""
        return await self._message(text=text, recipient={**_BOT, "isTargeted": True})

    async def answer(self) -> Sent:
        """Return the next message of the conversation, as soon as it is there."""
        self.seen += 1
        return await self.stub.arrived(self.conversation, self.seen)

    async def press(self, message: Sent, title: str) -> dict[str, Any]:
        """Press a button; returns what is shown at once."""
        action = next(each for each in actions(message.body) if each.get("title") == title)
        if action["type"] == "Action.Execute":
            value = {"action": {key: action.get(key) for key in ("type", "verb", "data")}}
            return await self.invoke("adaptiveCard/action", value, reply_to=message.id)
        value = {"data": action["data"], "context": {"theme": "default"}}
        return await self.invoke("task/fetch", value, reply_to=message.id)

    async def fill_in(self, dialog: dict[str, Any], **values: str) -> dict[str, Any]:
        """Fill in a dialog and send it."""
        content = dialog["task"]["value"]["card"]["content"]
        [send] = [each for each in actions(content) if each["type"] == "Action.Submit"]
        ids = [each["id"] for each in parts(content) if str(each["type"]).startswith("Input.")]
        filled = {name: values.get(name.removeprefix("in."), "") for name in ids}
        return await self.invoke("task/submit", {"data": {**send["data"], **filled}})

    async def react(self, message: Sent, reaction: str) -> dict[str, Any]:
        """Press a thumb under a message."""
        value = {"actionName": "feedback", "actionValue": {"reaction": reaction}}
        return await self.invoke("message/fetchTask", value, reply_to=message.id)

    async def search(self, text: str) -> dict[str, Any]:
        """Look something up while writing a message."""
        value = {"commandId": "tool", "parameters": [{"name": "tool", "value": text}]}
        return await self.invoke("composeExtension/query", value)

    async def invoke(self, name: str, value: object, *, reply_to: str = "") -> dict[str, Any]:
        """Ask for something that is answered at once."""
        found = await self.post(type="invoke", name=name, value=value, replyToId=reply_to)
        assert found.status_code == 200, found.status_code
        return dict(found.json())

    async def post(self, **activity: Any) -> httpx2.Response:
        """Send an activity as Bot Service does."""
        body = {
            "id": str(next(_IDS)),
            "timestamp": "2026-11-22T09:30:00.123Z",
            "channelId": "msteams",
            "serviceUrl": self.service_url,
            "from": {"id": self.member, "aadObjectId": self.user, "name": "Somebody"},
            "recipient": _BOT,
            "conversation": {
                "id": self.conversation,
                "conversationType": self.scope,
                "tenantId": self.tenant,
            },
            "channelData": {"tenant": {"id": self.tenant}},
            "locale": "en-GB",
            **activity,
        }
        token = self.entra.token(self.service_url)
        headers = {"authorization": f"Bearer {token}"}
        return await self.http.post(self.url, json=body, headers=headers)

    async def _message(self, **activity: Any) -> int:
        return (await self.post(type="message", textFormat="plain", **activity)).status_code


def parts(value: object) -> list[dict[str, Any]]:
    """Return every element of a card, however deep."""
    if isinstance(value, list):
        return [each for inner in value for each in parts(inner)]
    if not isinstance(value, dict):
        return []
    own = [value] if "type" in value else []
    inner = [part for key, each in value.items() if key != "fallback" for part in parts(each)]
    return own + inner


def actions(value: object) -> list[dict[str, Any]]:
    """Return the buttons of a message or card."""
    return [each for each in parts(value) if str(each["type"]).startswith("Action.")]


def shown(value: object) -> str:
    """Return everything that can be read in a message or an answer to an invoke."""
    return json.dumps(value, ensure_ascii=False)
