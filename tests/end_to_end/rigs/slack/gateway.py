"""Slack's Web API as an app sees it: the emulator, and before it what the emulator lacks."""

from __future__ import annotations

import asyncio
import json
import time
from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count
from typing import Any, Final

from aiohttp import WSMsgType, web
from end_to_end.rigs.slack.blocks import refused
from end_to_end.rigs.slack.emulator import APP, BOT_TOKEN, Emulator

APP_TOKEN: Final = "xapp-test"
GUESTS: Final = {"gus"}
STRANGERS: Final = {"U0EVE00001": {"name": "eve", "team_id": "T0PARTNER1", "is_stranger": True}}
GROUPS: Final = {"S0MARKETING": "ana"}
_JSON: Final = ("blocks", "chunks", "view", "metadata", "prompts", "loading_messages")
_LONGEST: Final = 12_000


@dataclass(frozen=True)
class Call:
    """One call of the app's, and what it was answered."""

    method: str
    args: dict[str, Any]
    answer: dict[str, Any]


@dataclass
class Streaming:
    """A message that is being streamed."""

    channel: str
    thread: str
    text: str
    since: float
    open: bool = True


@dataclass
class Fault:
    """What a method is to answer instead."""

    method: str
    error: str
    status: int
    retry_after: int
    times: int


@dataclass
class Gateway:
    """Answers the app, and remembers what it asked for."""

    emulator: Emulator
    address: str = ""
    calls: list[Call] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    streams: dict[str, Streaming] = field(default_factory=dict)
    sessions: dict[tuple[str, str], str] = field(default_factory=dict)
    prompts: dict[str, list[dict[str, str]]] = field(default_factory=dict)
    views: dict[str, dict[str, Any]] = field(default_factory=dict)
    responses: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    sockets: list[web.WebSocketResponse] = field(default_factory=list)
    acks: dict[str, asyncio.Future[Any]] = field(default_factory=dict)
    changed: asyncio.Condition = field(default_factory=asyncio.Condition)
    numbers: count[int] = field(default_factory=lambda: count(1))

    def app(self) -> web.Application:
        app = web.Application(client_max_size=2**24)
        app.router.add_route("*", "/api/{method}", self._api)
        app.router.add_post("/response/{id}", self._response)
        app.router.add_get("/socket/{id}", self._socket)
        return app

    async def until(self, true: Callable[[], Any], seconds: float = 15) -> Any:
        """Wait until something holds; returns it."""
        async with self.changed:
            with suppress(TimeoutError):
                await asyncio.wait_for(self.changed.wait_for(true), seconds)
        found = true()
        assert found, f"not within {seconds} s; saw {[call.method for call in self.calls]}"
        return found

    async def call(
        self, method: str, where: Callable[[Call], Any] = bool, *, after: int = 0
    ) -> Call:
        """Wait for a call of the app's."""

        def found() -> Call | None:
            made = (c for c in self.calls[after:] if c.method == method and where(c))
            return next(made, None)

        call: Call = await self.until(found)
        return call

    def fault(
        self, method: str, error: str, *, status: int = 200, retry_after: int = 1, times: int = 1
    ) -> None:
        self.faults.append(Fault(method, error, status, retry_after, times))

    async def _note(self) -> None:
        async with self.changed:
            self.changed.notify_all()

    # What the app calls

    async def _api(self, request: web.Request) -> web.Response:
        method, args = request.match_info["method"], dict[str, Any](request.query)
        if "json" in request.content_type:
            args |= await request.json() or {}
        else:
            args |= dict(await request.post())
        for name in _JSON:
            if isinstance(args.get(name), str):
                args[name] = json.loads(args[name])
        token = args.pop("token", "") or request.headers.get("Authorization", "")
        fault = next((f for f in self.faults if f.method == method and f.times), None)
        if fault is not None:
            fault.times -= 1
            answer: dict[str, Any] = {"ok": False, "error": fault.error}
            headers = {"Retry-After": str(fault.retry_after)} if fault.status == 429 else {}
            found = web.json_response(answer, status=fault.status, headers=headers)
        else:
            answer = await self._answer(method, args, token.removeprefix("Bearer "))
            found = web.json_response(answer)
        self.calls.append(Call(method, args, answer))
        await self._note()
        return found

    async def _answer(self, method: str, args: dict[str, Any], token: str) -> dict[str, Any]:
        if token not in {BOT_TOKEN, APP_TOKEN}:
            return {"ok": False, "error": "invalid_auth"}
        view = args.get("view")
        blocks = view.get("blocks") if isinstance(view, dict) else args.get("blocks")
        problems = refused(blocks or [], view=view is not None)
        if problems:
            return {"ok": False, "error": "invalid_blocks", "problems": problems}
        own = getattr(self, "_" + method.replace(".", "_"), None)
        if own is not None:
            answer: dict[str, Any] = await own(args)
            return answer
        answer = await self.emulator.call(method, args)
        if method.startswith("views.") and answer.get("view"):
            self.views[answer["view"]["id"]] = answer["view"]
        return answer

    async def _auth_test(self, _args: dict[str, Any]) -> dict[str, Any]:
        said = await self.emulator.call("auth.test", {})
        return {**said, "bot_id": "B0GREENBOT"}

    async def _apps_connections_open(self, _args: dict[str, Any]) -> dict[str, Any]:
        address = self.address.replace("http", "ws")
        return {"ok": True, "url": f"{address}/socket/{next(self.numbers)}"}

    async def _users_info(self, args: dict[str, Any]) -> dict[str, Any]:
        user = args["user"]
        if user in STRANGERS:
            flags = {"is_bot": False, "deleted": False, "profile": {}}
            return {"ok": True, "user": {"id": user, **flags, **STRANGERS[user]}}
        said = await self.emulator.call("users.info", args)
        if said.get("ok"):
            guest = said["user"]["name"] in GUESTS
            said["user"] |= {"is_restricted": guest, "is_stranger": False, "locale": "en-GB"}
        return said

    async def _usergroups_list(self, _args: dict[str, Any]) -> dict[str, Any]:
        groups = [
            {"id": group, "users": [self.emulator.ids[name]]} for group, name in GROUPS.items()
        ]
        return {"ok": True, "usergroups": groups}

    async def _conversations_info(self, args: dict[str, Any]) -> dict[str, Any]:
        said = await self.emulator.call("conversations.info", args, "xoxp-ana")
        if said.get("ok"):
            said["channel"]["is_ext_shared"] = said["channel"].get("name") == "partners"
        return said

    async def _agents_sessions_setStatus(self, args: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        self.sessions[args["channel_id"], args["thread_ts"]] = args["status"]
        return {"ok": True, "status": args["status"]}

    async def _assistant_threads_setStatus(self, _args: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        return {"ok": True}

    async def _assistant_threads_setSuggestedPrompts(  # noqa: N802
        self, args: dict[str, Any]
    ) -> dict[str, Any]:
        # With a thread, Slack says that all is well and does nothing.
        if not args.get("thread_ts"):
            self.prompts[args["channel_id"]] = args["prompts"]
        return {"ok": True}

    async def _chat_startStream(self, args: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        named = args.get("recipient_user_id") and args.get("recipient_team_id")
        if not (args["channel"].startswith("D") or named):
            return {"ok": False, "error": "missing_recipient_team_id"}
        text = args.get("markdown_text", "")
        first = {"channel": args["channel"], "thread_ts": args["thread_ts"], "text": text or " "}
        said = await self.emulator.call("chat.postMessage", first)
        self.streams[said["ts"]] = Streaming(
            args["channel"], args["thread_ts"], text, time.monotonic()
        )
        return {"ok": True, "channel": args["channel"], "ts": said["ts"]}

    async def _chat_appendStream(self, args: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        stream = self.streams[args["ts"]]
        if not stream.open:
            return {"ok": False, "error": "message_not_in_streaming_state"}
        stream.text += args.get("markdown_text", "")
        if len(stream.text) > _LONGEST:
            return {"ok": False, "error": "msg_too_long"}
        return {"ok": True, "ts": args["ts"]}

    async def _chat_stopStream(self, args: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        appended = await self._chat_appendStream(args)
        if not appended["ok"]:
            return appended
        stream = self.streams[args["ts"]]
        stream.open = False
        written = {"type": "markdown", "text": stream.text or " "}
        shown = {"text": stream.text, "blocks": [written, *(args.get("blocks") or [])]}
        where = {"channel": args["channel"], "ts": args["ts"]}
        return await self.emulator.call("chat.update", where | shown)

    # Where the app answers, and listens

    async def _response(self, request: web.Request) -> web.Response:
        answers = self.responses[request.match_info["id"]]
        answers.append(await request.json())
        await self._note()
        return web.Response(text="ok", status=200 if len(answers) <= 5 else 404)

    async def _socket(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        info = {"app_id": APP}
        await socket.send_json({"type": "hello", "num_connections": 1, "connection_info": info})
        self.sockets.append(socket)
        await self._note()
        async for message in socket:
            if message.type == WSMsgType.TEXT and message.data.startswith("{"):
                said = json.loads(message.data)
                waiting = self.acks.pop(said.get("envelope_id"), None)
                if waiting is not None and not waiting.done():
                    waiting.set_result(said.get("payload"))
        self.sockets.remove(socket)
        return socket
