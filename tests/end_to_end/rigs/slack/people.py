"""What people do in Slack, brought to the app as Slack brings it: signed, or over its socket."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

import aiohttp
from end_to_end.rigs.slack.emulator import APP, BOT_USER
from end_to_end.rigs.slack.gateway import STRANGERS, Gateway

TEAM: Final = "T000000001"
_KINDS: Final = {
    "event": "events_api",
    "command": "slash_commands",
    "interactive": "interactive",
}


@dataclass(frozen=True)
class Delivery:
    """How the app took one request."""

    status: int
    body: Any


@dataclass
class Slack:
    """Slack around the app: everybody in it, and the app's own side of it."""

    gateway: Gateway
    http: aiohttp.ClientSession
    secret: str
    url: str
    """Where the app listens; over Socket Mode nothing is sent there."""
    log: Path

    def id(self, name: str) -> str:
        return self.gateway.emulator.ids.get(name, name)

    async def deliver(
        self, payload: dict[str, Any], kind: str = "event", *, retry: int = 0, age: int = 0
    ) -> Delivery:
        if self.gateway.sockets:
            return await self._over_socket(payload, kind, retry)
        if kind == "event":
            raw, written = json.dumps(payload).encode(), "application/json"
        else:
            fields = payload if kind == "command" else {"payload": json.dumps(payload)}
            raw, written = urlencode(fields).encode(), "application/x-www-form-urlencoded"
        stamp = str(int(time.time()) - age)
        made = hmac.new(self.secret.encode(), b"v0:" + stamp.encode() + b":" + raw, hashlib.sha256)
        headers = {
            "Content-Type": written,
            "X-Slack-Request-Timestamp": stamp,
            "X-Slack-Signature": f"v0={made.hexdigest()}",
        }
        if retry:
            headers |= {"X-Slack-Retry-Num": str(retry), "X-Slack-Retry-Reason": "http_timeout"}
        async with self.http.post(self.url, data=raw, headers=headers) as response:
            text = await response.text()
            return Delivery(response.status, json.loads(text) if text.startswith("{") else text)

    async def _over_socket(self, payload: dict[str, Any], kind: str, retry: int) -> Delivery:
        number = f"env-{next(self.gateway.numbers)}"
        answered = asyncio.get_running_loop().create_future()
        self.gateway.acks[number] = answered
        envelope = {
            "envelope_id": number,
            "type": _KINDS[kind],
            "payload": payload,
            "accepts_response_payload": kind != "event",
        }
        if retry:
            envelope |= {"retry_attempt": retry, "retry_reason": "timeout"}
        await self.gateway.sockets[-1].send_json(envelope)
        return Delivery(200, await asyncio.wait_for(answered, 10))

    async def event(
        self, event: dict[str, Any], *, number: str = "", shared: bool = False, retry: int = 0
    ) -> Delivery:
        bot = {"enterprise_id": None, "team_id": TEAM, "user_id": BOT_USER, "is_bot": True}
        body = {
            "team_id": TEAM,
            "api_app_id": APP,
            "type": "event_callback",
            "event": {"event_ts": _now(), **event},
            "event_id": number or f"Ev{next(self.gateway.numbers):08d}",
            "is_ext_shared_channel": shared,
            "authorizations": [bot],
        }
        return await self.deliver(body, retry=retry)

    async def direct(self, user: str) -> str:
        """The channel in which this person and the app are alone."""
        opened = await self.gateway.emulator.call("conversations.open", {"users": self.id(user)})
        found: str = opened["channel"]["id"]
        return found

    async def say(self, user: str, channel: str, text: str, thread: str = "") -> str:
        """Write something; returns the id of the message."""
        where = await self.direct(user) if channel == "direct" else self.id(channel)
        ts = await self._written(user, where, text, thread)
        person, shared = self.id(user), where == self.id("#partners")
        team = STRANGERS.get(person, {}).get("team_id", TEAM)
        event: dict[str, Any] = {
            "type": "message",
            "user": person,
            "text": text,
            "ts": ts,
            "channel": where,
            "team": team,
            "channel_type": "im" if where.startswith("D") else "channel",
        }
        if thread:
            event["thread_ts"] = thread
        if shared:
            event |= {"user_team": team, "source_team": team}
        await self.event(event, shared=shared)
        if f"<@{BOT_USER}>" in text and not where.startswith("D"):
            await self.event({**event, "type": "app_mention"}, shared=shared)
        return ts

    async def _written(self, user: str, channel: str, text: str, thread: str) -> str:
        if user not in self.gateway.emulator.ids:
            return _now()
        message = {"channel": channel, "text": text, **({"thread_ts": thread} if thread else {})}
        said = await self.gateway.emulator.call("chat.postMessage", message, f"xoxp-{user}")
        found: str = said["ts"]
        return found

    async def opens(self, user: str, tab: str) -> str:
        """Open the app; returns the channel."""
        channel = await self.direct(user)
        opened = {"type": "app_home_opened", "user": self.id(user), "channel": channel, "tab": tab}
        await self.event(opened)
        return channel

    async def stops(self, user: str, channel: str, thread: str) -> Delivery:
        stopped = {
            "type": "agent_session_stopped",
            "user": self.id(user),
            "channel": channel,
            "thread_ts": thread,
            "streaming_message_ts": [],
        }
        return await self.event(stopped)

    async def command(self, user: str, channel: str, text: str) -> tuple[Delivery, str]:
        """Type `/greenlight …`; returns how it was taken, and the id of its response_url."""
        response = f"r{next(self.gateway.numbers)}"
        payload = {
            "team_id": TEAM,
            "channel_id": self.id(channel),
            "channel_name": channel.strip("#"),
            "user_id": self.id(user),
            "command": "/greenlight",
            "text": text,
            "api_app_id": APP,
            "response_url": f"{self.gateway.address}/response/{response}",
            "trigger_id": await self._trigger(user),
        }
        return await self.deliver(payload, "command"), response

    async def presses(
        self, user: str, message: dict[str, Any], action: dict[str, Any]
    ) -> tuple[Delivery, str]:
        """Press something in a message the app has sent: `{channel, ts, hidden, thread}`."""
        container = {
            "type": "message",
            "message_ts": message["ts"],
            "channel_id": message["channel"],
            "is_ephemeral": message.get("hidden", False),
        }
        shown = {"ts": message["ts"], "user": BOT_USER}
        if message.get("thread"):
            shown["thread_ts"] = message["thread"]
        more = {
            "channel": {"id": message["channel"]},
            "container": container,
            "message": shown,
            "actions": [{**action, "action_ts": _now()}],
        }
        return await self._interactive(user, "block_actions", more)

    async def submits(self, user: str, view: str, values: dict[str, Any]) -> Delivery:
        """Fill in a form: `{block: element state}`."""
        state = {block: {"gl:field": element} for block, element in values.items()}
        filled = {**self.gateway.views[view], "state": {"values": state}}
        filled["hash"] = f"{next(self.gateway.numbers)}.filled"
        taken, _ = await self._interactive(user, "view_submission", {"view": filled})
        return taken

    async def checks(self, user: str, channel: str, text: str) -> tuple[Delivery, str]:
        """Ask of somebody's message whether it may be pasted."""
        more = {
            "callback_id": "paste_check",
            "channel": {"id": self.id(channel)},
            "message": {"ts": _now(), "user": self.id("bob"), "text": text},
            "action_ts": _now(),
        }
        return await self._interactive(user, "message_action", more)

    async def _interactive(
        self, user: str, kind: str, more: dict[str, Any]
    ) -> tuple[Delivery, str]:
        response, person = f"r{next(self.gateway.numbers)}", self.id(user)
        payload = {
            "type": kind,
            "api_app_id": APP,
            "team": {"id": TEAM},
            "user": {"id": person, "team_id": STRANGERS.get(person, {}).get("team_id", TEAM)},
            "trigger_id": await self._trigger(user),
            "response_url": f"{self.gateway.address}/response/{response}",
            **more,
        }
        return await self.deliver(payload, "interactive"), response

    async def _trigger(self, user: str) -> str:
        made = await self.gateway.emulator.call(
            "views.generateTriggerId", {"user_id": self.id(user)}
        )
        found: str = made.get("trigger_id") or "1.2.none"
        return found

    async def thread(self, channel: str, ts: str) -> list[dict[str, Any]]:
        """The messages of a thread as everybody sees them."""
        asked = {"channel": self.id(channel), "ts": ts}
        said = await self.gateway.emulator.call("conversations.replies", asked, "xoxp-ana")
        messages: list[dict[str, Any]] = said.get("messages", [])
        return messages


def _now() -> str:
    return f"{time.time():.6f}"
