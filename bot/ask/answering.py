"""`answer`: understand, decide, keep, explain. What was decided is kept before it is told."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from time import perf_counter
from typing import TYPE_CHECKING, Final

from bot.ask.judging import judge
from bot.ask.record import record_of, words_of
from bot.chat import Action, Card, Message, Turn
from bot.decide import Ruling
from bot.explain import explain, reasons, to_text
from bot.log import broken
from bot.store import answers, ids
from bot.understand import understand
from bot.understand.words import Reading

if TYPE_CHECKING:
    from bot.app import App

log = logging.getLogger("greenlight.ask")

_LONG: Final = 2_000
"""Characters whose reading takes so long that other work goes on meanwhile."""

_UNKEEPABLE: Final = re.compile("[\x00\ud800-\udfff]")
"""What no database keeps and no platform shows: NUL, and halves of characters."""


@dataclass(slots=True)
class Stages:
    """How long each part of an answer took, in milliseconds."""

    understand: float = 0.0
    decide: float = 0.0
    store: float = 0.0
    """Waiting for the commit included; answers given at once wait together."""
    explain: float = 0.0

    @contextmanager
    def time(self, stage: str) -> Iterator[None]:
        """Measure one part."""
        start = perf_counter()
        try:
            yield
        finally:
            setattr(self, stage, (perf_counter() - start) * 1000)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a person is told, and all that stands behind it."""

    answer_id: str
    reading: Reading
    ruling: Ruling | None
    """None when nothing was judged."""
    card: Card
    text: str
    """The card as plain text."""
    reasons: tuple[str, ...] = ()
    knowledge_version: str
    ms: float
    stages: Stages = field(default_factory=Stages)
    failed: bool = False
    """Something of ours broke; the card says so, and gives no permission."""


async def answer(
    app: App,
    message: Message,
    *,
    door: str,
    day: date | None = None,
    reading: Reading | None = None,
    answer_id: str | None = None,
    conversation: str = "",
) -> Answer:
    """Answer a message from a door such as `terminal`, judged on `day` or on today.

    `reading` is what the message means where that is known already: see `chosen`. An `answer_id`
    that was used before is used again: the new answer takes the old one's place. `conversation`
    is the name under which the words can be found for the next turn. Never raises
    for what somebody wrote. Whatever breaks is logged with the answer's id, without content, and
    the person reads a sentence with that id.
    """
    start = perf_counter()
    at = app.now()
    asked = _Asked(
        app,
        _clean(message),
        answer_id or ids.answer_id(at),
        day or app.knowledge.as_of or at.date(),
        conversation=conversation,
        again=answer_id is not None,
    )
    try:
        found = await asked.answered(door, reading)
    except Exception as error:  # noqa: BLE001 - whatever breaks, the person gets a sentence
        event = {"answer_id": asked.id, "door": door, **broken(error)}
        log.error("answer failed", extra=event)  # noqa: TRY400 - messages of errors quote content
        found = asked.broken()
    return replace(found, ms=(perf_counter() - start) * 1000)


class _Asked:
    """One message on its way to an answer."""

    def __init__(
        self, app: App, message: Message, id_: str, day: date, *, conversation: str, again: bool
    ) -> None:
        self.app = app
        self.conversation = conversation
        self.again = again
        self.message = message
        self.id = id_
        self.day = day
        self.stages = Stages()

    async def answered(self, door: str, known: Reading | None) -> Answer:
        app, person, text = self.app, self.message.person, self.message.text
        with self.stages.time("understand"):
            # Whoever knocks at a door must not wait until somebody's long text is read.
            long = len(text) > _LONG
            reading = await asyncio.to_thread(self._read, known) if long else self._read(known)
        with self.stages.time("decide"):
            ruling = judge(reading, person, self.day, app.knowledge)
        reading = replace(reading, action=_action(reading, ruling))
        with self.stages.time("store"):
            await self._keep(reading, ruling, door)
        with self.stages.time("explain"):
            card = explain(reading, ruling, app.knowledge, person, today=self.day, asked=text)
            why = reasons(ruling, reading, app.knowledge) if ruling is not None else ()
            plain = to_text(card)
        self._log(reading, ruling, door)
        return Answer(
            answer_id=self.id,
            reading=reading,
            ruling=ruling,
            card=card,
            text=plain,
            reasons=why,
            knowledge_version=app.knowledge.version,
            ms=0.0,
            stages=self.stages,
        )

    def _read(self, known: Reading | None) -> Reading:
        message, knowledge = self.message, self.app.knowledge
        read = known or understand(message.text, message.history, message.person, knowledge)
        if message.person.worker_type == "guest":
            # Nothing of what a guest asks is judged, so nothing of it is kept as understood.
            return Reading(topic="permission", action="guest_notice", language=read.language)
        return read

    async def _keep(self, reading: Reading, ruling: Ruling | None, door: str) -> None:
        app, at = self.app, self.app.now()
        record = record_of(
            reading,
            ruling,
            answer_id=self.id,
            at=at,
            day=self.day,
            person=self.message.person,
            door=door,
            knowledge_version=app.knowledge.version,
            ms=self.stages.understand + self.stages.decide,
        )
        words = words_of(self.id, self.message, reading, at, app.settings.retention_days)
        if words is not None and self.conversation:
            words = replace(words, conversation=self.conversation)
        await app.store.run(answers.add_again if self.again else answers.add, record, words)

    def broken(self) -> Answer:
        """Return the answer for when something of ours broke: honest, and no permission."""
        headline = "Something went wrong here, so nothing was decided."
        step = (
            "Please ask again. If it happens twice, tell the people who run Greenlight this "
            f"number: {self.id}"
        )
        return Answer(
            answer_id=self.id,
            reading=Reading(topic="unreadable", action="answer"),
            ruling=None,
            card=Card(
                action="answer",
                verdict="not_a_permission_question",
                headline=headline,
                next_step=step,
            ),
            text=f"{headline}\n{step}",
            knowledge_version=self.app.knowledge.version,
            ms=0.0,
            stages=self.stages,
            failed=True,
        )

    def _log(self, reading: Reading, ruling: Ruling | None, door: str) -> None:
        log.info(
            "asked",
            extra={
                "answer_id": self.id,
                "person": self.message.person.id,
                "door": door,
                "topic": reading.topic,
                "action": reading.action,
                "verdict": ruling.verdict if ruling is not None else None,
                "editions": [d.edition for d in ruling.decisions] if ruling is not None else [],
            },
        )


def _action(reading: Reading, ruling: Ruling | None) -> Action:
    if reading.action == "guest_notice" or ruling is None:
        return reading.action
    return "ask_back" if ruling.verdict == "needs_clarification" else reading.action


def _clean(message: Message) -> Message:
    history = tuple(Turn(turn.role, mended(turn.text)) for turn in message.history)
    return replace(message, text=mended(message.text), history=history)


def mended(text: str) -> str:
    """Return a text without what cannot be kept or shown."""
    return _UNKEEPABLE.sub("\ufffd", text)
