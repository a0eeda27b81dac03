"""Posts on their way to Slack: to everybody, to one person among others, or to them alone."""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from bot.chat import Place, Post
from bot.explain import to_text
from handlers.slack.blocks import Message, to_message
from handlers.slack.channels import Channels
from handlers.slack.finding import Part, find
from handlers.slack.interactions import remembered
from handlers.slack.line import Line, RefusedError, told
from handlers.slack.pace import Pace
from handlers.slack.payload import Payload
from handlers.slack.sentences import sentences
from handlers.slack.text import mrkdwn

log = logging.getLogger("greenlight.slack")

_NOT_THERE: Final = frozenset(
    "channel_not_found is_archived not_in_channel restricted_action user_not_in_channel".split()
)
"""Refusals after which somebody is written to alone instead."""

_NOT_SHOWABLE: Final = frozenset(
    "invalid_blocks invalid_blocks_format msg_blocks_too_long msg_too_long no_text".split()
)
"""Refusals of how a message is built; its words can still be said plainly."""

_GONE: Final = frozenset(
    "cannot_update_message cant_update_message edit_window_closed message_not_found".split()
)
"""Refusals after which a message is posted anew instead of replaced."""

_REMEMBERED: Final = 1_000

Show = Callable[[Place, Message, Part], Awaitable[str]]


def hidden(place: Place) -> bool:
    """Whether one person among others is spoken to."""
    return bool(place.only_for) and place.kind != "direct"


class Posts:
    """Brings cards to places."""

    def __init__(
        self, line: Line, channels: Channels, pace: Pace, now: Callable[[], datetime]
    ) -> None:
        self._line = line
        self._channels = channels
        self._pace = pace
        self._now = now
        self._made: OrderedDict[str, dict[int, str]] = OrderedDict()
        """Messages of posts that are not complete yet: a second attempt leaves them out."""

    async def post(self, post: Post) -> str:
        """Post a card; return the id of its first message. Raises `SendError`."""
        place = await self.reachable(post.place)
        messages = to_message(post.card, private=hidden(place))
        if post.replaces and await self._replaced(place, post.replaces, messages[0], post.key):
            await self._said(place, post, messages, after=1)
            return post.replaces
        return await self._said(place, post, messages)

    async def posted(self, post: Post) -> str | None:
        """Find a post that may have been made; None when it is not there as a whole."""
        if post.replaces or hidden(post.place):
            return None
        found = await find(self._line, await self.reachable(post.place), post.key, self._now())
        if found.whole:
            return found.messages[1]
        for number, message in found.messages.items():
            self._remember(post.key, number, message)
        return None

    async def reachable(self, place: Place) -> Place:
        """Return a place that Slack knows: what is for one person only may name no channel."""
        if place.channel or not place.only_for:
            return place
        return await self._channels.direct(place.only_for, place.team)

    async def say(self, place: Place, message: Message, part: Part) -> str:
        """Post one message, for one person's eyes where the place says so; return its id."""
        if hidden(place):
            return await self._whispered(place, message, part)
        try:
            return await self._shown(self._aloud, place, message, part)
        except RefusedError as refused:
            if refused.code not in _NOT_THERE or not self._answerable(place):
                raise
        # Somebody wants it shown where we are not: Slack takes that as an answer to their press.
        await self._respond(place, message, kind="in_channel")
        return ""

    async def _said(
        self, place: Place, post: Post, messages: Sequence[Message], *, after: int = 0
    ) -> str:
        """Post those messages of a post that an earlier attempt has not posted."""
        part = Part(
            key=post.key,
            of=len(messages),
            plainly=mrkdwn(to_text(post.card)),
            language=post.card.language,
        )
        made = self._made.get(post.key, {})
        for number, message in enumerate(messages, start=1):
            if number > after and number not in made:
                found = await self.say(place, message, replace(part, number=number))
                made = self._remember(post.key, number, found)
        self._made.pop(post.key, None)
        return made.get(after + 1, "")

    async def _shown(self, show: Show, place: Place, message: Message, part: Part) -> str:
        """Show a message with its blocks, or at least say its words."""
        try:
            return await show(place, message, part)
        except RefusedError as refused:
            if refused.code not in _NOT_SHOWABLE or not part.plainly:
                raise
            log.warning("slack does not take our blocks", extra={"code": refused.code})
            return await show(place, Message(part.plainly, []), part)

    async def _aloud(self, place: Place, message: Message, part: Part) -> str:
        await self._pace.wait(place.channel)
        call = self._line.web.chat_postMessage(
            channel=place.channel,
            text=message.text,
            blocks=message.blocks or None,
            thread_ts=place.thread or None,
            metadata=part.metadata,
            unfurl_links=False,
            unfurl_media=False,
        )
        return Payload(await told("chat.postMessage", call)).id("ts")

    async def _whispered(self, place: Place, message: Message, part: Part) -> str:
        """Show a message to one person where others are, or tell them alone where that fails."""
        in_thread = _in_thread(message, place)
        if self._answerable(place):
            try:
                await self._respond(place, in_thread)
            except RefusedError as refused:
                log.info("slack takes no more answers here", extra={"code": refused.code})
            else:
                return ""
        try:
            return await self._shown(self._ephemeral, place, in_thread, part)
        except RefusedError as refused:
            if refused.code not in _NOT_THERE:
                raise
        return await self._alone(place, message, part)

    async def _ephemeral(self, place: Place, message: Message, _part: Part) -> str:
        await self._pace.wait(place.channel)
        call = self._line.web.chat_postEphemeral(
            channel=place.channel,
            user=place.only_for,
            text=message.text,
            blocks=message.blocks or None,
            # Outside a thread that people see, Slack shows such a message to nobody.
            thread_ts=place.thread if place.route.get("reply") else None,
        )
        return Payload(await told("chat.postEphemeral", call)).id("message_ts")

    async def _alone(self, asked: Place, message: Message, part: Part) -> str:
        """Write to somebody alone, saying where this belongs."""
        place = await self._channels.direct(asked.only_for, asked.team)
        if not asked.channel.startswith("D"):
            about = sentences(part.language).belongs.format(channel=f"<#{asked.channel}>")
            context = {"type": "context", "elements": [{"type": "mrkdwn", "text": about}]}
            message = replace(message, blocks=[context, *message.blocks])
        return await self._shown(self._aloud, place, message, part)

    async def _replaced(self, place: Place, old: str, message: Message, key: str) -> bool:
        """Put a message in the place of another; False when that one cannot be replaced."""
        try:
            if hidden(place):
                if not (place.route.get("hidden") and self._answerable(place)):
                    return False
                await self._respond(place, _in_thread(message, place), replacing=True)
                return True
            await self._pace.wait(place.channel)
            call = self._line.web.chat_update(
                channel=place.channel,
                ts=old,
                text=message.text,
                blocks=message.blocks,
                metadata=Part(key=key).metadata,
            )
            await told("chat.update", call)
        except RefusedError as refused:
            if refused.code in _GONE or hidden(place):
                return False
            raise
        return True

    def _answerable(self, place: Place) -> bool:
        """Whether Slack still takes answers at the address it gave for this."""
        until = place.route.get("until", "")
        if not (place.route.get("response_url") and until):
            return False
        return datetime.fromisoformat(until) > self._now()

    async def _respond(
        self, place: Place, message: Message, *, kind: str = "ephemeral", replacing: bool = False
    ) -> None:
        body: dict[str, Any] = {
            "response_type": kind,
            "replace_original": replacing,
            "text": message.text,
            "blocks": message.blocks,
        }
        if place.route.get("reply"):
            body["thread_ts"] = place.thread
        await self._line.respond(place.route["response_url"], body)

    def _remember(self, key: str, number: int, message: str) -> dict[int, str]:
        made = self._made.setdefault(key, {})
        made[number] = message
        while len(self._made) > _REMEMBERED:
            self._made.popitem(last=False)
        return made


def _in_thread(message: Message, place: Place) -> Message:
    """Return a message whose buttons remember the thread; nobody can see that it is in one."""
    if not place.thread or place.route.get("reply"):
        return message
    blocks = [
        {**block, "block_id": remembered(place.thread, number)}
        if block.get("type") in {"actions", "context_actions"}
        else block
        for number, block in enumerate(message.blocks)
    ]
    return replace(message, blocks=blocks)
