"""The assistant at work: what arrives is kept, let in or turned away, answered, and posted."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Coroutine, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import datetime
from functools import partial
from time import perf_counter
from typing import TYPE_CHECKING, Final

from bot import converse, intake, watch
from bot.chat import (
    Arrival,
    Button,
    Caller,
    Card,
    Chat,
    Form,
    Left,
    Opened,
    Page,
    Person,
    Place,
    Platform,
    Post,
    Pressed,
    Said,
    Section,
    Submitted,
)
from bot.converse import Outcome, Talk
from bot.directory import Directory, notice
from bot.explain.sentences import sentences, speaks
from bot.gate import Admitted, Ours, Refused
from bot.inbox import Done, Inbox, Options, outgoing
from bot.knowledge import Knowledge, KnowledgeError
from bot.log import broken
from bot.store import StoreError, answers, people
from bot.telemetry import Metrics, span

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from bot.app import App

log = logging.getLogger("greenlight.service")

_PATIENCE: Final = 0.7
"""Seconds after which somebody who waits is shown that something happens."""

_LOOK_UPS: Final = 3
"""Attempts to find out who somebody is, before they are turned away as unknown."""

_SHOWN_PROBLEMS: Final = 8

_HOUR: Final = 3600.0


class Service:
    """The assistant behind every door. One for each process."""

    def __init__(
        self,
        app: App,
        chats: Mapping[Platform, Chat],
        *,
        ours: Ours,
        metrics: Metrics | None = None,
        options: Options | None = None,
    ) -> None:
        self._app = app
        self.chats = chats
        self.metrics = metrics or Metrics()
        self._options = options or Options()
        self.directory = Directory(
            chats=chats, ours=ours, store=app.store, now=app.now, csv=app.settings.people_csv
        )
        self.inbox = Inbox(
            app.store,
            work=self.work,
            lost=self._lost,
            chats=chats,
            now=app.now,
            options=self._options,
            count=self.metrics.posted,
        )
        self.since: datetime = app.now()
        """When the knowledge base in force came into force here."""
        self._changed = asyncio.Event()
        self.broken: KnowledgeError | None = None
        """An edit of the knowledge base that is waiting to be mended."""

    @property
    def app(self) -> App:
        """The assistant with the knowledge in force now."""
        return self._app

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Answer what is accepted and watch the knowledge base, until the end of the block."""
        async with self.inbox.running(), self._beside(self._watch()), self._beside(self._tidy()):
            yield

    @asynccontextmanager
    async def _beside(self, forever: Coroutine[object, object, None]) -> AsyncIterator[None]:
        task = asyncio.create_task(forever)
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def _watch(self) -> None:
        settings, knowledge = self._app.settings, self._app.knowledge
        await watch.watch(
            settings.knowledge, loaded=knowledge, good=self._in_force, bad=self._not_in_force
        )

    async def _tidy(self) -> None:
        """Forget what is to be forgotten, and remember which knowledge answers."""
        while True:
            app = self._app
            seen = answers.Seen(app.knowledge.version, app.now(), app.knowledge.folder)
            try:
                await app.store.run(answers.forget_expired, app.now())
                await app.store.run(answers.saw_knowledge, seen)
            except StoreError as error:
                log.warning("not tidied", extra=broken(error))
            self._changed.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout(_HOUR):
                    await self._changed.wait()

    # What a door asks for

    async def accept(self, arrival: Arrival) -> None:
        """Keep what somebody did; when this returns it will be answered.

        Raises `StoreError` when it cannot be kept; then nothing was.
        """
        start = perf_counter()
        with span("accept", arrival=arrival.id):
            new = await self.inbox.accept(arrival)
        kind = arrival.deed.kind if new else "repeated"
        self.metrics.accepted(arrival.place.platform, kind, perf_counter() - start)

    async def engaged(self, place: Place, caller: Caller) -> bool:
        """Say whether this person talks with the assistant in this thread already."""
        return await self.inbox.knows(place, caller)

    async def admit(self, caller: Caller, place: Place, entry: str) -> Admitted | Refused:
        """Let somebody in or turn them away at once, for what cannot wait for a worker.

        `entry` names the way in, for the record. Whoever cannot be looked up in time is turned
        away.
        """
        found = await self.directory.admit_or_refuse(self._app, caller, place, entry=entry)
        if isinstance(found, Refused):
            self.metrics.refused(found.kind)
        return found

    def notice(self, refused: Refused, locale: str = "") -> Card:
        """Return the fixed notice for somebody who is turned away."""
        return notice(refused, self._app.knowledge, locale, today=self._app.now().date())

    def form(self, deed: Said | Pressed, person: Person, locale: str = "") -> Form | None:
        """Return the form a deed opens at once; None when it opens none."""
        if person.worker_type == "guest":
            return None
        return converse.form_for(deed, self._app.knowledge, locale)

    def opens_form(self, deed: Said | Pressed) -> bool:
        """Say whether a deed opens a form, before anybody is let in."""
        return converse.form_for(deed, self._app.knowledge, "") is not None

    def problems(self, submitted: Submitted, person: Person, locale: str = "") -> Mapping[str, str]:
        """Say what is wrong with each field of a form; nothing when it may be accepted."""
        opened = Pressed(action="form", value=submitted.form, of=submitted.context)
        form = self.form(opened, person, locale)
        return intake.problems(form, submitted) if form is not None else {}

    def look_up(self, text: str, person: Person) -> tuple[Card, ...]:
        """Return tools by name, judged for this person: at most ten."""
        knowledge = self._app.knowledge
        day = knowledge.as_of or self._app.now().date()
        return converse.look_up(text, person, knowledge, day)

    # What a worker does

    async def work(self, arrival: Arrival, attempt: int) -> Done:
        """Answer what was accepted; whatever is to be posted is returned, not posted."""
        with span("work", arrival=arrival.id, attempt=attempt):
            return await self._worked(arrival, attempt)

    async def _worked(self, arrival: Arrival, attempt: int) -> Done:
        start = perf_counter()
        if isinstance(arrival.deed, Left):
            return Done(also=(partial(_gone, arrival=arrival),))
        found = await self._admitted(arrival, attempt)
        if isinstance(found, Refused):
            return await self._turned_away(arrival, found)
        talk = Talk(
            app=self._app,
            arrival=arrival,
            person=found.person,
            locale=arrival.caller.locale or found.profile.locale,
            reach=self._reach,
        )
        async with self._sign_of_life(arrival.place, talk, attempt):
            outcome = await converse.handle(talk)
            await self._shown(arrival, outcome)
        for card in outcome.cards:
            seconds = perf_counter() - start
            self.metrics.answered(arrival.place.platform, card.verdict, seconds)
        return Done(posts=_posts(arrival, outcome), also=outcome.also)

    async def _admitted(self, arrival: Arrival, attempt: int) -> Admitted | Refused:
        caller, place, entry = arrival.caller, arrival.place, arrival.deed.kind
        if attempt < _LOOK_UPS:
            return await self.directory.admit(self._app, caller, place, entry=entry)
        return await self.directory.admit_or_refuse(self._app, caller, place, entry=entry)

    async def _turned_away(self, arrival: Arrival, refused: Refused) -> Done:
        """Give the fixed notice, seen by this person only."""
        self.metrics.refused(refused.kind)
        if refused.silent:
            return Done()
        card = self.notice(refused, arrival.caller.locale)
        match arrival.deed:
            case Opened(what="home"):
                await self.chats[arrival.place.platform].home(arrival.caller, _notice_page(card))
                return Done()
            case Said() | Pressed() | Submitted():
                post = Post(key=f"{arrival.id}#1", place=_private(arrival), card=card)
                return Done(posts=(post,))
            case _:
                return Done()

    @asynccontextmanager
    async def _sign_of_life(self, place: Place, talk: Talk, attempt: int) -> AsyncIterator[None]:
        """Show that an answer is on its way, once somebody has waited for a moment."""
        chat = self.chats.get(place.platform)
        if chat is None:
            yield
            return
        note = talk.say("working" if attempt == 1 else "slow")
        begun = asyncio.Event()
        sign = asyncio.create_task(_after_a_moment(chat, place, note, begun))
        try:
            yield
        finally:
            sign.cancel()
            with suppress(asyncio.CancelledError):
                await sign
            if begun.is_set():
                # Also when it was cut off half way: it may have been shown all the same.
                await chat.working(place, "")

    async def _shown(self, arrival: Arrival, outcome: Outcome) -> None:
        """Show what is not a message. Done again after a crash, it changes nothing."""
        chat = self.chats.get(arrival.place.platform)
        if chat is None:
            return
        if outcome.page is not None:
            await chat.home(arrival.caller, outcome.page)
        if outcome.prompts:
            await chat.suggest(arrival.place, outcome.prompts)

    async def _reach(self, roles: Sequence[str]) -> tuple[Place, ...]:
        knowledge, store = self._app.knowledge, self._app.store
        for role in roles:
            holders = await self.directory.in_role(knowledge, role)
            places = await store.run(people.reach, holders)
            if places:
                return places
        return ()

    def _lost(self, arrival: Arrival) -> Done:
        """Say that an answer will not come, to the one who waits and to the admins."""
        say = sentences(speaks(arrival.caller.locale or self._app.knowledge.company.language))
        told = Card(
            action="answer",
            verdict="not_a_permission_question",
            headline=say("lost"),
            reason=say("lost-why"),
            next_step=say("lost-next", id=arrival.id),
            language=say.language,
        )
        posts: tuple[Post, ...] = ()
        if isinstance(arrival.deed, Said | Pressed | Submitted):
            posts = (Post(key=f"{arrival.id}#lost", place=_private(arrival), card=told),)
        own = sentences(speaks(self._app.knowledge.company.language))
        card = Card(
            action="answer",
            verdict="not_a_permission_question",
            headline=own("lost-admin"),
            reason=own("lost-admin-why", id=arrival.id, attempts=self._options.attempts),
            buttons=(Button(label=own("button-requeue"), action="requeue", value=arrival.id),),
            language=own.language,
        )
        return Done(posts=posts, also=(self._to_admins(f"lost:{arrival.id}", card),))

    def _to_admins(self, key: str, card: Card) -> converse.talk.Action:
        """Return the action that writes to every admin who can be reached."""
        app, directory = self._app, self.directory

        def write(connection: Connection) -> None:
            holders = (
                holder
                for role in sorted(converse.talk.ADMINS)
                for holder in directory.in_role_now(app.knowledge, role)
            )
            places = people.reach(connection, tuple(holders))
            for number, place in enumerate(places, start=1):
                outgoing(connection, Post(key=f"{key}:{number}", place=place, card=card), app.now())

        return write

    # The knowledge base

    def _in_force(self, knowledge: Knowledge) -> None:
        self._app = replace(self._app, knowledge=knowledge)
        self.since = self._app.now()
        self.broken = None
        self._changed.set()
        self.metrics.knowledge(knowledge.version)
        log.info("knowledge in force", extra={"version": knowledge.version})

    async def _not_in_force(self, error: KnowledgeError) -> None:
        """Go on with the last good version, and tell the admins what to mend."""
        self.broken = error
        self.metrics.knowledge_broken()
        # Where, but not what: the sentences quote the files.
        where = [f"{p.file}:{p.line} {p.field}" for p in error.problems[:_SHOWN_PROBLEMS]]
        log.warning("knowledge not in force", extra={"problems": len(error.problems), "at": where})
        say = sentences(speaks(self._app.knowledge.company.language))
        lines = [f"• {problem}" for problem in error.problems[:_SHOWN_PROBLEMS]]
        if len(error.problems) > _SHOWN_PROBLEMS:
            lines.append(say("knowledge-more", number=len(error.problems) - _SHOWN_PROBLEMS))
        card = Card(
            action="answer",
            verdict="not_a_permission_question",
            headline=say("knowledge-broken"),
            reason="\n".join((say("knowledge-broken-why"), *lines)),
            language=say.language,
        )
        # Every process sees the same edit; the key makes it one message.
        key = f"knowledge:{self._app.now():%Y-%m-%d}:{watch.digest(error)}"
        await self._app.store.run(self._to_admins(key, card))


async def _after_a_moment(chat: Chat, place: Place, note: str, begun: asyncio.Event) -> None:
    await asyncio.sleep(_PATIENCE)
    begun.set()
    await chat.working(place, note)


def _posts(arrival: Arrival, outcome: Outcome) -> tuple[Post, ...]:
    here = (
        Post(key=f"{arrival.id}#{number}", place=arrival.place, card=card)
        for number, card in enumerate(outcome.cards, start=1)
    )
    there = (Post(key=key, place=place, card=card) for key, place, card in outcome.elsewhere)
    return (*here, *there)


def _private(arrival: Arrival) -> Place:
    place, caller = arrival.place, arrival.caller
    if place.private:
        return place
    return replace(place, only_for=caller.member or caller.user)


def _notice_page(card: Card) -> Page:
    text = "\n\n".join(part for part in (card.quote, card.reason, card.next_step) if part)
    section = Section(title=card.headline, text=text)
    return Page(title=card.headline, sections=(section,), language=card.language)


def _gone(connection: Connection, *, arrival: Arrival) -> None:
    """Forget how to reach somebody who took the assistant away."""
    caller = arrival.caller
    people.lost(connection, caller.platform, caller.user)
