"""Slack as the assistant uses it: posts, profiles, signs of life, the Home tab, prompts."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from datetime import datetime
from typing import Final

from slack_sdk.web.async_slack_response import AsyncSlackResponse
from typing_extensions import override

from bot.chat import Caller, Chat, Page, Place, Post, Profile, SendError
from bot.settings import Settings
from handlers.slack.channels import Channels
from handlers.slack.home import to_home
from handlers.slack.line import Line, told
from handlers.slack.pace import Pace
from handlers.slack.people import People
from handlers.slack.posts import Posts, hidden
from handlers.slack.streams import Stream, Streams, streamable

log = logging.getLogger("greenlight.slack")

LONG: Final = 3_000
"""Characters from which a model's text is shown while it arrives."""

_PROMPTS: Final = 4
_NOTE: Final = 100


class SlackChat(Chat):
    """The chat platform Slack."""

    def __init__(self, line: Line, settings: Settings, now: Callable[[], datetime]) -> None:
        clock = asyncio.get_running_loop().time
        self.line = line
        self.channels = Channels(line, clock)
        self.people = People(line, settings, clock)
        self._posts = Posts(line, self.channels, Pace(clock), now)
        self._streams = Streams(line, self._posts.say, clock)

    @classmethod
    @asynccontextmanager
    async def open(
        cls, settings: Settings, now: Callable[[], datetime]
    ) -> AsyncIterator[SlackChat]:
        """Open the line to Slack, and close it at the end. Nothing is asked of Slack yet."""
        async with Line.open(settings) as line:
            yield cls(line, settings, now)

    @override
    async def post(self, post: Post) -> str:
        card = post.card
        long = card.written_by == "model" and len(card.reason) > LONG
        if not long or post.replaces or not streamable(post.place):
            return await self._posts.post(post)
        async with self.stream(post.place, post.key) as stream:
            await stream.append(f"**{card.headline}**\n\n{card.reason}\n")
            return await stream.finish(replace(card, headline="", reason=""))

    def stream(self, place: Place, key: str) -> AbstractAsyncContextManager[Stream]:
        """Show a text while it is written: `append` to it until it says False, then `finish`.

        Where Slack streams nothing, or no more, the text is posted when it is complete.
        """
        return self._streams.stream(place, key)

    async def stopped(self, place: Place) -> None:
        """End what is being written in a thread: its reader pressed stop. Never raises."""
        self._streams.stop(place.channel, place.thread)
        if place.channel and place.thread:
            await self._session(place, "active")

    @override
    async def posted(self, post: Post) -> str | None:
        return await self._posts.posted(post)

    @override
    async def profile(self, caller: Caller) -> Profile:
        return await self.people.profile(caller)

    @override
    async def direct(self, user: str, team: str) -> Place:
        return await self.channels.direct(user, team)

    @override
    async def working(self, place: Place, note: str) -> None:
        if hidden(place) or not (place.channel and place.thread):
            # Where others read along, they would see that something goes on, and never an answer.
            return
        await self._session(place, "processing" if note else "active")
        await self._loading(place, note)

    @override
    async def home(self, caller: Caller, page: Page) -> None:
        call = self.line.web.views_publish(user_id=caller.user, view=to_home(page))
        await told("views.publish", call)

    @override
    async def suggest(self, place: Place, prompts: Sequence[tuple[str, str]]) -> None:
        offered = [{"title": title, "message": said} for title, said in prompts[:_PROMPTS]]
        if not (offered and place.channel):
            return
        # With a thread Slack answers that all is well, and shows nothing.
        call = self.line.web.assistant_threads_setSuggestedPrompts(
            channel_id=place.channel, prompts=offered
        )
        await told("assistant.threads.setSuggestedPrompts", call)

    async def _session(self, place: Place, status: str) -> None:
        """Set what Slack shows of our work in a thread; without a title, which would be content."""
        call = self.line.web.agents_sessions_setStatus(
            channel_id=place.channel, thread_ts=place.thread, status=status
        )
        await _quietly("agents.sessions.setStatus", call)

    async def _loading(self, place: Place, note: str) -> None:
        call = self.line.web.assistant_threads_setStatus(
            channel_id=place.channel,
            thread_ts=place.thread,
            status=note[:_NOTE],
            loading_messages=[note[:_NOTE]] if note else None,
        )
        await _quietly("assistant.threads.setStatus", call)


async def _quietly(method: str, call: Awaitable[AsyncSlackResponse]) -> None:
    """Do something that nobody misses when it fails."""
    try:
        await told(method, call)
    except SendError as error:
        log.debug("slack shows no sign", extra={"why": str(error)})
