"""Text shown while it is being written, inside Slack's limits; and as plain posts beyond them."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Final, Self

from bot.chat import Card, Place, SendError
from handlers.slack.blocks import Message, to_message
from handlers.slack.finding import Part
from handlers.slack.line import Line, RefusedError, told
from handlers.slack.neutral import neutral
from handlers.slack.pace import StreamBudget
from handlers.slack.payload import Payload
from handlers.slack.text import pieces, size

log = logging.getLogger("greenlight.slack")

_MOST: Final = 11_000
"""Characters of one streamed message; Slack ends it at 12,000."""
_OLDEST: Final = 240.0
"""Seconds after which a new message is begun; Slack ends a stream after five minutes."""
_ENOUGH: Final = 256
_BETWEEN: Final = 1.0
"""What is worth a call, and how soon after the last one."""
_PATIENCE: Final = 20.0
_TRIES: Final = 3
_NAME: Final = "Greenlight"

Say = Callable[[Place, Message, Part], Awaitable[str]]
"""Posts one message and returns its id."""


@dataclass(slots=True)
class _Open:
    """A message that is being streamed."""

    ts: str
    since: float
    size: int


class Stream:
    """One answer on its way. `append` until it says that nobody wants more, then `finish`."""

    def __init__(
        self,
        line: Line,
        say: Say,
        budget: StreamBudget,
        clock: Callable[[], float],
        *,
        place: Place,
        key: str,
    ) -> None:
        self._line = line
        self._say = say
        self._budget = budget
        self._clock = clock
        self._place = place
        self._key = key
        self._written = ""
        self._taken = 0
        self._waiting = ""
        self._open: _Open | None = None
        self._last = clock()
        self._plain = not streamable(place)
        self._first = ""
        self._ended = False
        self.stopped = False
        """Set when the reader pressed stop; Slack has ended the message then."""

    async def append(self, text: str) -> bool:
        """Show more text, in Markdown; False once the reader has pressed stop."""
        self._written += text
        # Whole lines only: half a line may hold half of what must be made harmless.
        self._take(self._written.rfind("\n") + 1)
        if len(self._waiting) >= _ENOUGH and self._clock() - self._last >= _BETWEEN:
            await self._flush()
        return not self.stopped

    async def finish(self, card: Card | None = None) -> str:
        """Show the rest, and below it what the card holds besides this text; return the id."""
        self._ended = True
        if self.stopped:
            self._forget()
            return self._first
        self._take(len(self._written))
        below = to_message(card) if card is not None else []
        if await self._streamed(below):
            await self._post(below[1:], after=1)
        else:
            await self._close([], None)
            name = below[0].text if below else _NAME
            rest = [_markdown(name, piece) for piece in pieces(self._waiting, _MOST)]
            await self._post([*rest, *below], after=0)
        return self._first

    async def __aenter__(self) -> Self:
        """Begin; nothing is shown before there is something to show."""
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        """Leave no message open: what was written stays, also after an error."""
        if self._ended:
            return
        try:
            async with asyncio.timeout(_PATIENCE):
                await self.finish()
        except (SendError, TimeoutError) as failed:
            log.warning("slack stream not ended", extra={"why": str(failed)})

    async def _streamed(self, below: Sequence[Message]) -> bool:
        """Stream what is left; say whether all of it is there, with the first of what is below."""
        if self._plain or (self._open is None and len(self._waiting) <= _ENOUGH):
            return False
        await self._flush()
        if self._waiting.strip():
            return False
        blocks = below[0].blocks if below else []
        return await self._close(blocks, Part(key=self._key, of=max(1, len(below))))

    def _take(self, upto: int) -> None:
        """Make text harmless and put it in the queue."""
        shown = neutral(self._written[:upto])
        self._waiting += shown[self._taken :]
        self._taken = len(shown)

    async def _flush(self) -> None:
        while self._waiting.strip() and not (self._plain or self.stopped):
            room = _MOST - (self._open.size if self._open is not None else 0)
            old = self._open is not None and self._clock() - self._open.since > _OLDEST
            piece = _beginning(self._waiting, room) if room > _ENOUGH and not old else ""
            if not piece:
                await self._close([], None)
                continue
            await self._send(piece)
        self._last = self._clock()

    async def _send(self, piece: str) -> None:
        """Show a piece of text; what Slack does not take stays in the queue."""
        try:
            if self._open is None:
                await self._begin(piece)
            else:
                call = self._line.web.chat_appendStream(
                    channel=self._place.channel, ts=self._open.ts, markdown_text=piece
                )
                await told("chat.appendStream", call)
                self._open.size += size(piece)
        except SendError as error:
            self._plain = True
            log.info("slack streams no more", extra={"why": str(error)})
        if not self._plain:
            self._waiting = self._waiting.removeprefix(piece)

    async def _begin(self, piece: str) -> None:
        if not self._budget.begin():
            self._plain = True
            return
        place = self._place
        among_others = place.kind != "direct"
        call = self._line.web.chat_startStream(
            channel=place.channel,
            thread_ts=place.thread,
            markdown_text=piece,
            recipient_user_id=place.route["asker"] if among_others else None,
            recipient_team_id=place.route["asker_team"] if among_others else None,
        )
        try:
            ts = Payload(await told("chat.startStream", call)).id("ts")
        except SendError:
            self._budget.end()
            raise
        self._open = _Open(ts, self._clock(), size(piece))
        self._first = self._first or ts

    async def _close(self, blocks: Sequence[dict[str, Any]], whole: Part | None) -> bool:
        """End the open message; `whole` marks it as the last one. Say whether that was done."""
        if self._open is None:
            return False
        ended, self._open = self._open, None
        self._budget.end()
        for attempt in range(1, _TRIES + 1):
            call = self._line.web.chat_stopStream(
                channel=self._place.channel,
                ts=ended.ts,
                blocks=list(blocks) or None,
                metadata=whole.metadata if whole is not None else None,
                session_status="active" if whole is not None else "processing",
            )
            try:
                await told("chat.stopStream", call)
            except RefusedError as refused:
                if not refused.busy or attempt == _TRIES:
                    break
                await asyncio.sleep(min(refused.retry_after or 0.0, _PATIENCE))
            except SendError:
                break
            else:
                return True
        self._plain = True
        return False

    def _forget(self) -> None:
        """Let go of the open message: Slack has ended it for the reader who pressed stop."""
        if self._open is not None:
            self._open = None
            self._budget.end()

    async def _post(self, messages: Sequence[Message], *, after: int) -> None:
        """Post what was not streamed, numbered after what was."""
        of = after + len(messages)
        for number, message in enumerate(messages, start=after + 1):
            part = Part(key=self._key, number=number, of=of)
            found = await self._say(self._place, message, part)
            self._first = self._first or found


class Streams:
    """The streams that are open in this process."""

    def __init__(self, line: Line, say: Say, clock: Callable[[], float]) -> None:
        self._line = line
        self._say = say
        self._clock = clock
        self._budget = StreamBudget(clock)
        self._open: dict[tuple[str, str], Stream] = {}

    @asynccontextmanager
    async def stream(self, place: Place, key: str) -> AsyncIterator[Stream]:
        """Open a stream to a thread, and end it at the end of the block."""
        where = (place.channel, place.thread)
        stream = Stream(self._line, self._say, self._budget, self._clock, place=place, key=key)
        self._open[where] = stream
        try:
            async with stream:
                yield stream
        finally:
            if self._open.get(where) is stream:
                del self._open[where]

    def stop(self, channel: str, thread: str) -> None:
        """Note that the reader has pressed stop."""
        stream = self._open.get((channel, thread))
        if stream is not None:
            stream.stopped = True


def streamable(place: Place) -> bool:
    """Say whether Slack streams to a place: to threads, and not to one person among others."""
    if not (place.channel and place.thread):
        return False
    if place.kind == "direct":
        return True
    return not place.only_for and bool(place.route.get("asker") and place.route.get("asker_team"))


def _beginning(text: str, most: int) -> str:
    """Return as much of a text as fits, up to where it is best divided."""
    first = next(iter(pieces(text, most)), "")
    return text[: text.index(first) + len(first)]


def _markdown(name: str, text: str) -> Message:
    return Message(name, [{"type": "markdown", "text": text}])
