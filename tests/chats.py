"""A chat platform for tests: a real implementation that keeps what it is given in memory."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from bot.chat import Caller, Page, Place, Platform, Post, Profile, SendError

T = TypeVar("T")


@dataclass
class Fault:
    """What happens to one attempt to post."""

    error: Exception | None = None
    after: bool = False
    """The post is made, and then the error comes: the answer was lost on its way back."""
    gate: asyncio.Event | None = None
    """The attempt waits for this first."""


@dataclass
class MemoryChat:
    """Remembers what was posted, finds it by key, and fails when told to."""

    platform: Platform = "slack"
    finds: bool = True
    """Whether a post can be found again by its key; not every platform can."""
    posts: list[Post] = field(default_factory=list)
    """Every post that was made, doubles included, in order."""
    tried: list[str] = field(default_factory=list)
    """The key of every attempt to post."""
    looked_for: list[str] = field(default_factory=list)
    """The key of every search for a post."""
    profiles: dict[str, Profile] = field(default_factory=dict)
    notes: list[tuple[Place, str]] = field(default_factory=list)
    homes: dict[str, Page] = field(default_factory=dict)
    suggestions: list[tuple[Place, tuple[tuple[str, str], ...]]] = field(default_factory=list)
    faults: deque[Fault] = field(default_factory=deque)
    at_once: int = 0
    """The most attempts that ran at the same time."""
    _running: int = 0
    _changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    def fail(self, *errors: Exception, after: bool = False) -> None:
        """Let the next attempts to post fail, each with one of these."""
        self.faults.extend(Fault(error=error, after=after) for error in errors)

    def hold(self) -> asyncio.Event:
        """Let the next attempt to post wait until the event that is returned is set."""
        gate = asyncio.Event()
        self.faults.append(Fault(gate=gate))
        return gate

    @property
    def keys(self) -> list[str]:
        """The key of every post that was made."""
        return [post.key for post in self.posts]

    @property
    def headlines(self) -> list[str]:
        """The first line of every post that was made."""
        return [post.card.headline for post in self.posts]

    async def until(self, posts: int = 0, tried: int = 0) -> None:
        """Wait until so many posts were made, and so many attempts begun."""
        async with self._changed:
            await self._changed.wait_for(
                lambda: len(self.posts) >= posts and len(self.tried) >= tried
            )

    async def post(self, post: Post) -> str:
        fault = self.faults.popleft() if self.faults else Fault()
        self._running += 1
        self.at_once = max(self.at_once, self._running)
        try:
            await self._note(self.tried, post.key)
            if fault.gate is not None:
                await fault.gate.wait()
            if fault.error is not None and not fault.after:
                raise fault.error
            await self._note(self.posts, post)
            if fault.error is not None:
                raise fault.error
        finally:
            self._running -= 1
        return self.id_of(post)

    async def posted(self, post: Post) -> str | None:
        self.looked_for.append(post.key)
        return self.id_of(post) if self.finds and post.key in self.keys else None

    def id_of(self, post: Post) -> str:
        """The platform's id of a post."""
        return f"m-{post.key}"

    async def profile(self, caller: Caller) -> Profile:
        if caller.user not in self.profiles:
            raise SendError("no such user", for_good=True)
        return self.profiles[caller.user]

    async def direct(self, user: str, team: str) -> Place:
        return Place(platform=self.platform, team=team, channel=f"D-{user}")

    async def working(self, place: Place, note: str) -> None:
        self.notes.append((place, note))

    async def home(self, caller: Caller, page: Page) -> None:
        self.homes[caller.user] = page

    async def suggest(self, place: Place, prompts: Sequence[tuple[str, str]]) -> None:
        self.suggestions.append((place, tuple(prompts)))

    async def _note(self, where: list[T], what: T) -> None:
        async with self._changed:
            where.append(what)
            self._changed.notify_all()
