"""The Bot Connector as bots see it: takes what they send, numbers it, keeps it to be looked at."""

from __future__ import annotations

import asyncio
import itertools
import json
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web


@dataclass(frozen=True)
class Sent:
    """One request a bot made."""

    method: str
    conversation: str
    message: str
    """The activity that is replaced; empty for a new one."""
    targeted: bool
    token: str
    body: dict[str, Any]
    id: str


@dataclass(frozen=True)
class Failure:
    """How the next requests go wrong."""

    status: int
    code: str = "Rig"
    words: str = "made to fail"
    headers: dict[str, str] = field(default_factory=dict)
    only: str = ""
    """Only requests whose address holds this."""


@dataclass
class Connector:
    """Conversations, their members, and everything that was posted into them."""

    members: dict[str, dict[str, Any]] = field(default_factory=dict)
    """By the id they are asked for with."""
    sent: list[Sent] = field(default_factory=list)
    tokens: list[str] = field(default_factory=list)
    """The Authorization header of every request, also of those that failed."""
    failures: list[Failure] = field(default_factory=list)
    opened: list[dict[str, Any]] = field(default_factory=list)
    slow: float = 0.0
    together: asyncio.Barrier | None = None
    """So many requests are answered together, or none of them."""

    def __post_init__(self) -> None:
        self._ids = itertools.count(1)
        self._news = asyncio.Event()

    def app(self) -> web.Application:
        app = web.Application()
        for prefix in ("", "/teams", "/emea"):
            base = f"{prefix}/v3/conversations"
            app.router.add_post(base, self._open)
            app.router.add_post(base + "/{conversation}/activities", self._activity)
            app.router.add_put(base + "/{conversation}/activities/{message}", self._activity)
            app.router.add_get(base + "/{conversation}/members/{member}", self._member)
        return app

    @property
    def messages(self) -> list[Sent]:
        """What people see: new messages and replaced ones."""
        return [sent for sent in self.sent if sent.body.get("type") == "message"]

    def into(self, conversation: str) -> list[Sent]:
        """Return the messages of one conversation, whatever the thread."""
        return [
            sent for sent in self.messages if sent.conversation.partition(";")[0] == conversation
        ]

    async def arrived(self, conversation: str, number: int) -> Sent:
        """Return a message of a conversation by its place, as soon as it is there."""
        async with asyncio.timeout(30):
            while len(self.into(conversation)) < number:
                self._news.clear()
                await self._news.wait()
        return self.into(conversation)[number - 1]

    async def _begin(self, request: web.Request) -> None:
        self.tokens.append(request.headers.get("authorization", ""))
        for number, failure in enumerate(self.failures):
            if failure.only in str(request.rel_url):
                del self.failures[number]
                error = {"error": {"code": failure.code, "message": failure.words}}
                raise _FailedError(failure, json.dumps(error))
        if self.together is not None:
            await self.together.wait()
        await asyncio.sleep(self.slow)

    async def _activity(self, request: web.Request) -> web.Response:
        try:
            await self._begin(request)
        except _FailedError as failed:
            return failed.answer()
        message = request.match_info.get("message", "")
        sent = Sent(
            method=request.method,
            conversation=request.match_info["conversation"],
            message=message,
            targeted=request.query.get("isTargetedActivity") == "true",
            token=request.headers.get("authorization", ""),
            body=await request.json(),
            id=message or f"act-{next(self._ids)}",
        )
        self.sent.append(sent)
        self._news.set()
        return web.json_response({"id": sent.id}, status=200 if message else 201)

    async def _open(self, request: web.Request) -> web.Response:
        try:
            await self._begin(request)
        except _FailedError as failed:
            return failed.answer()
        body = await request.json()
        self.opened.append(body)
        # Asked again for the same person, Teams names the same conversation.
        member = body["members"][0]["id"]
        return web.json_response({"id": f"a:with-{member}"}, status=201)

    async def _member(self, request: web.Request) -> web.Response:
        try:
            await self._begin(request)
        except _FailedError as failed:
            return failed.answer()
        found = self.members.get(request.match_info["member"])
        if found is None:
            return web.json_response(
                {"error": {"code": "MemberNotFoundInConversation"}}, status=404
            )
        return web.json_response(found)


class _FailedError(Exception):
    def __init__(self, failure: Failure, body: str) -> None:
        self._failure = failure
        self._body = body

    def answer(self) -> web.Response:
        failure = self._failure
        return web.Response(
            text=self._body,
            status=failure.status,
            headers=failure.headers,
            content_type="application/json",
        )
