"""Slack's side, for tests: its Web API over real HTTP, and requests signed as Slack signs them."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import time
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from aiohttp import WSMsgType, web

SECRET = "a-signing-secret-for-tests"
PAYLOADS = Path(__file__).parent / "payloads" / "slack"
US = {
    "user_id": "U0GREENBOT",
    "bot_id": "B0GREEN001",
    "team_id": "T0ACME001",
    "is_enterprise_install": False,
}


def payload(name: str, **changes: Any) -> dict[str, Any]:
    """A recorded payload; `event__text="…"` changes what stands inside."""
    body = json.loads((PAYLOADS / f"{name}.json").read_text(encoding="utf-8"))
    for path, value in changes.items():
        *outer, last = path.split("__")
        place = body
        for step in outer:
            place = place[step]
        place[last] = value
    return body


def encoded(body: Mapping[str, Any]) -> tuple[bytes, str]:
    """A payload as Slack writes it into a request, and its content type."""
    if "event" in body or "challenge" in body:
        return json.dumps(body).encode(), "application/json"
    fields = dict(body) if "command" in body else {"payload": json.dumps(body)}
    return urlencode(fields, errors="replace").encode(), "application/x-www-form-urlencoded"


def signed(raw: bytes, *, secret: str = SECRET, age: int = 0) -> dict[str, str]:
    stamp = str(int(time.time()) - age)
    made = hmac.new(secret.encode(), b"v0:" + stamp.encode() + b":" + raw, hashlib.sha256)
    return {
        "X-Slack-Request-Timestamp": stamp,
        "X-Slack-Signature": f"v0={made.hexdigest()}",
    }


@dataclass
class Call:
    method: str
    args: dict[str, Any]
    refused: bool = False


@dataclass(frozen=True)
class Answer:
    """What Slack says to one call."""

    body: Any = None
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    hang: bool = False
    """Answers nothing until the test is over."""
    drop: bool = False
    """Takes the call, and hangs up."""


@dataclass
class SlackStub:
    """Remembers every call, and answers as it was told, else that all is well."""

    calls: list[Call] = field(default_factory=list)
    answers: dict[str, deque[Answer]] = field(default_factory=lambda: defaultdict(deque))
    always: dict[str, Answer] = field(default_factory=dict)
    responses: list[dict[str, Any]] = field(default_factory=list)
    sockets: list[web.WebSocketResponse] = field(default_factory=list)
    acks: list[dict[str, Any]] = field(default_factory=list)
    changed: asyncio.Condition = field(default_factory=asyncio.Condition)
    over: asyncio.Event = field(default_factory=asyncio.Event)
    numbers: count[int] = field(default_factory=lambda: count(1))
    address: str = ""

    @property
    def url(self) -> str:
        return f"{self.address}/api/"

    @property
    def response_url(self) -> str:
        return f"{self.address}/response"

    def says(self, method: str, *answers: Answer) -> None:
        self.answers[method].extend(answers)

    def refuses(self, method: str, error: str, *, status: int = 200, **headers: str) -> None:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.says(method, Answer({"ok": False, "error": error}, status, named))

    def made(self, method: str) -> list[dict[str, Any]]:
        return [call.args for call in self.calls if call.method == method]

    @property
    def methods(self) -> list[str]:
        return [call.method for call in self.calls]

    async def until(self, true: Any) -> None:
        async with self.changed:
            await asyncio.wait_for(self.changed.wait_for(true), 10)

    async def send(self, envelope: dict[str, Any]) -> None:
        await self.sockets[-1].send_json(envelope)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[SlackStub]:
        app = web.Application(client_max_size=2**24)
        app.router.add_route("*", "/api/{method}", self._api)
        app.router.add_post("/response", self._response)
        app.router.add_get("/socket", self._socket)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        host, port = runner.addresses[0][:2]
        self.address = f"http://{host}:{port}"
        try:
            yield self
        finally:
            self.over.set()
            for socket in self.sockets:
                await socket.close()
            await runner.cleanup()

    async def _note(self, place: list[Any], what: Any) -> None:
        async with self.changed:
            place.append(what)
            self.changed.notify_all()

    async def _api(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        args: dict[str, Any] = dict(request.query)
        if "json" in request.content_type:
            args |= await request.json()
        else:
            args |= dict(await request.post())
        for name, value in args.items():
            if isinstance(value, str) and value[:1] in {"{", "["}:
                args[name] = json.loads(value)
        answers = self.answers[method]
        refusing = bool(answers) and (answers[0].drop or not _is_well(answers[0].body))
        await self._note(self.calls, Call(method, args, refused=refusing))
        return await self._answered(request, method, self._well(method))

    async def _answered(self, request: web.Request, method: str, well: Any) -> web.StreamResponse:
        said = self.answers[method]
        answer = said.popleft() if said else self.always.get(method, Answer(well))
        if answer.hang:
            await self.over.wait()
        if answer.drop and request.transport is not None:
            request.transport.abort()
        if isinstance(answer.body, str):
            return web.Response(text=answer.body, status=answer.status, headers=answer.headers)
        return web.json_response(answer.body, status=answer.status, headers=answer.headers)

    def _well(self, method: str) -> dict[str, Any]:
        number = next(self.numbers)
        found: dict[str, Any] = {"ok": True, "ts": f"1763804000.{number:06d}"}
        match method:
            case "auth.test":
                found |= US
            case "chat.postEphemeral":
                found["message_ts"] = found["ts"]
            case "conversations.open":
                found["channel"] = {"id": "D0ALICE001"}
            case "conversations.info":
                found["channel"] = {"id": "C0MARKET01", "is_ext_shared": False}
            case "apps.connections.open":
                found["url"] = f"{self.address.replace('http', 'ws')}/socket"
            case "usergroups.list":
                found["usergroups"] = []
        return found

    async def _response(self, request: web.Request) -> web.StreamResponse:
        await self._note(self.responses, await request.json())
        return await self._answered(request, "response_url", {"ok": True})

    async def _socket(self, request: web.Request) -> web.StreamResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_json({"type": "hello", "num_connections": 1})
        await self._note(self.sockets, socket)
        async for message in socket:
            if message.type == WSMsgType.TEXT and message.data.startswith("{"):
                await self._note(self.acks, json.loads(message.data))
        return socket


def _is_well(body: Any) -> bool:
    return isinstance(body, dict) and body.get("ok") is True
