"""Teams as a chat: cards on their way to people, and what Teams knows about them."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

from yarl import URL

from bot.chat import Caller, Page, Place, Post, Profile, SendError
from bot.settings import Settings
from handlers.teams.activities import message_id, parts_of
from handlers.teams.calls import CallError
from handlers.teams.cards import to_activities, to_page_activities
from handlers.teams.connector import Activity, Connector
from handlers.teams.lines import Line, line
from handlers.teams.people import Graph, GroupIds, People
from handlers.teams.remembered import Remembered
from handlers.teams.sharing import Sharing
from handlers.teams.streams import Stream
from handlers.teams.targets import Target, addressed
from handlers.teams.wire import Wire

log = logging.getLogger("greenlight.teams")


class TeamsChat:
    """A chat platform. Opens its connections when it first speaks; close it at the end.

    An answer for one person in a group goes to their own chat with the assistant, or stays in
    the group as a message only they see, where the company has that switched on.
    """

    def __init__(
        self,
        settings: Settings,
        group_ids: GroupIds = tuple,
        *,
        wire: Wire | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._wire = wire or Wire()
        self._settings = settings
        self._clock = clock
        host = URL(settings.public_url).host if settings.public_url else None
        self.domains = (host,) if host else ()
        """Where links may lead."""
        self._connector = Connector.over(self._wire, settings)
        self._people = People(
            self._connector, Graph.over(self._wire, settings), settings, group_ids
        )
        self.sharing = Sharing(settings)
        self._direct = Remembered()
        self._met = Remembered()
        self._answers = Remembered()
        self._begun = Remembered()
        self._told = Remembered()

    async def aclose(self) -> None:
        """Close the connections."""
        await self._wire.aclose()

    # What a door tells

    def met(self, caller: Caller, place: Place) -> None:
        """Remember where somebody was seen: Teams describes people by a conversation."""
        self._met.keep(caller.member, (place.route.get("service_url", ""), place.channel))

    def answer_in(self, message: str) -> str:
        """Return the answer a message of ours shows, as far as this process remembers."""
        return str(self._answers.get(message, ""))

    # What the assistant asks for

    async def post(self, post: Post) -> str:
        """Post a card; return the conversation and the activity it became, as one name.

        Raises `SendError`. After an error of a gateway the message may stand there all the same:
        trying again may double it.
        """
        if post.replaces:
            return await self._replace(post)
        place = post.place
        if place.private and place.kind != "direct":
            return await self._for_one(post)
        return await self._post(post, self._target(place))

    async def posted(self, post: Post) -> str | None:  # noqa: ARG002 - bots cannot read chats
        """Return None: Teams lets nobody look for a message of ours by its key."""
        return None

    async def profile(self, caller: Caller) -> Profile:
        """Look somebody up where they were last seen, else in their own chat with us."""
        member = caller.member or caller.user
        service_url, conversation = self._met.get(member) or (
            self._connector.service_url,
            await self._own_chat(self._connector.service_url, member, caller.team),
        )
        return await self._people.profile(caller, service_url, conversation)

    async def direct(self, user: str, team: str) -> Place:
        """Return somebody's own chat with the assistant, by their Entra or member id."""
        service_url = self._connector.service_url
        return Place(
            platform="teams",
            team=team,
            channel=await self._own_chat(service_url, user, team),
            kind="direct",
            route={"service_url": service_url, "bot": f"28:{self._settings.teams_app_id}"},
        )

    async def working(self, place: Place, note: str) -> None:
        """Show that we are typing; Teams ends that by itself. Never raises."""
        if not note:
            return
        with suppress(SendError):
            await self._say(self._target(place), {"type": "typing"}, place)

    async def home(self, caller: Caller, page: Page) -> None:
        """Post the home page into somebody's own chat: bots have no page of their own in Teams."""
        place = await self.direct(caller.member or caller.user, caller.team)
        for activity in to_page_activities(page, self.domains):
            await self._say(self._target(place), activity, place)

    async def suggest(self, place: Place, prompts: Sequence[tuple[str, str]]) -> None:
        """Do nothing: prompts stand in the manifest, and Teams asks not to offer them twice."""

    def stream(self, place: Place) -> Stream:
        """Return an answer that is written while somebody reads it."""
        target = self._target(place)

        async def send(activity: Activity) -> str:
            return await self._say(target, activity, place)

        async def finish(post: Post, streamed: dict[str, Any] | None) -> str:
            return await self._post(post, target, streamed=streamed)

        live = place.kind == "direct"
        return Stream(send=send, post=self.post, finish=finish, live=live, clock=self._clock)

    # How it gets there

    async def _replace(self, post: Post) -> str:
        place = post.place
        conversation, activity = parts_of(post.replaces)
        conversation = conversation or place.channel
        personal = place.kind == "direct" or conversation != place.channel
        only_for = "" if personal else place.only_for
        first, *others = self._activities(post, personal=personal)
        target = Target(self._service_url(place), conversation, personal, only_for)
        await self._connector.replace(
            target.service_url,
            conversation,
            activity,
            addressed(first, target, place),
            targeted=bool(only_for),
        )
        for other in others:
            await self._say(target, other, place)
        return message_id(conversation, activity)

    async def _for_one(self, post: Post) -> str:
        """Answer one person of a group, so that nobody else reads it."""
        place = post.place
        if self._settings.teams_targeted or place.route.get("targeted"):
            target = replace(self._target(place), only_for=place.only_for)
            try:
                return await self._post(post, target)
            except CallError as error:
                if not error.for_good:
                    raise
                log.info("teams takes no targeted message", extra={"code": error.code})
        return await self._privately(post)

    async def _privately(self, post: Post) -> str:
        place = post.place
        service_url = self._service_url(place)
        try:
            chat = await self._own_chat(service_url, place.only_for, place.team)
            target = Target(service_url, chat, personal=True)
            shown = replace(post, card=self.sharing.shown(post.card))
            sent = await self._post(shown, target, asked=place)
        except SendError as error:
            if error.for_good:
                self._direct.pop(place.only_for, None)
                await self._tell(place, "unreachable", post.card.language)
            raise
        await self._tell(place, "privately", post.card.language)
        return sent

    async def _tell(self, place: Place, which: Line, language: str) -> None:
        """Say in the group where the answer went, once for a question, without a word of it."""
        question = f"{which} {place.channel} {place.route.get('reply_to', '')}"
        if place.route.get("told") or question in self._told:
            return
        self._told.keep(question, which)
        activity = {"type": "message", "text": line(which, language), "textFormat": "plain"}
        try:
            await self._say(self._target(replace(place, only_for="")), activity, place)
        except SendError as error:
            # The answer itself is on its way or has its own error; this line is not worth it.
            log.info("teams line not posted", extra={"reason": str(error)})

    async def _post(
        self,
        post: Post,
        target: Target,
        *,
        asked: Place | None = None,
        streamed: dict[str, Any] | None = None,
    ) -> str:
        activities = self._activities(post, personal=target.personal)
        begun = f"{post.key} {target.conversation}"
        sent = ""
        for number, activity in enumerate(activities):
            if number < self._begun.get(begun, 0):
                # It arrived before something later of the same post failed.
                continue
            if asked is not None:
                self.sharing.mark(activity, asked)
            if target.only_for:
                self.sharing.mark_unseen(activity)
            if streamed is not None and not number:
                # The end of a stream has a text, even where a card says it all.
                activity.setdefault("text", activity.get("summary", ""))
                activity["entities"] = [*activity.get("entities", ()), streamed]
            sent = await self._say(target, activity, post.place)
            self._begun.keep(begun, number + 1)
        self._begun.pop(begun, None)
        name = message_id(target.conversation, sent)
        if post.card.answer_id:
            self._answers.keep(name, post.card.answer_id)
        return name

    def _activities(self, post: Post, *, personal: bool) -> tuple[Activity, ...]:
        return to_activities(
            post.card,
            feedback=True,
            personal=personal,
            in_place=bool(post.replaces),
            ours=self.domains,
        )

    async def _say(self, target: Target, activity: Activity, place: Place) -> str:
        return await self._connector.post(
            target.service_url,
            target.conversation,
            addressed(activity, target, place),
            targeted=bool(target.only_for),
        )

    def _target(self, place: Place) -> Target:
        conversation = (
            f"{place.channel};messageid={place.thread}" if place.thread else place.channel
        )
        return Target(self._service_url(place), conversation, place.kind == "direct")

    def _service_url(self, place: Place) -> str:
        return place.route.get("service_url") or self._connector.service_url

    async def _own_chat(self, service_url: str, member: str, tenant: str) -> str:
        known = self._direct.get(member)
        if known is None:
            known = await self._connector.open(service_url, member, tenant)
            self._direct.keep(member, known)
        return str(known)
