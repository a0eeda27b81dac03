"""Deeds of people in chats, for tests: what a door would make of a message, a press, a form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import count

from bot.app import App
from bot.chat import Arrival, Caller, Card, Deed, Person, Place, Pressed, Said
from bot.converse import Outcome, Talk, handle
from tests.conftest import NOW

DIRECT = Place(platform="slack", team="T1", channel="D1", thread="1.0")
CHANNEL = Place(
    platform="slack", team="T1", channel="C1", thread="1.0", kind="channel", only_for="U1"
)


@dataclass
class Chatting:
    """One person talking with the assistant in one place; keeps the last card."""

    app: App
    person: Person
    place: Place = DIRECT
    locale: str = "en-GB"
    admins: tuple[Place, ...] = ()
    asked_roles: list[Sequence[str]] = field(default_factory=list)
    numbers: count[int] = field(default_factory=lambda: count(1))
    card: Card | None = None

    async def does(self, deed: Deed, *, id_: str | None = None) -> Outcome:
        arrival = Arrival(
            id=id_ or f"slack:{self.person.id}:{next(self.numbers)}",
            at=NOW,
            caller=Caller(platform="slack", user=f"U-{self.person.id}", team="T1"),
            place=self.place,
            deed=deed,
        )

        async def reach(roles: Sequence[str]) -> tuple[Place, ...]:
            self.asked_roles.append(roles)
            return self.admins

        talk = Talk(
            app=self.app, arrival=arrival, person=self.person, locale=self.locale, reach=reach
        )
        outcome = await handle(talk)
        for action in outcome.also:
            await self.app.store.run(action)
        self.card = outcome.cards[0] if outcome.cards else None
        return outcome

    async def says(self, text: str, *, command: bool = False) -> Card:
        outcome = await self.does(Said(text=text, command=command))
        return outcome.cards[0]

    async def presses(self, action: str, value: str = "") -> Outcome:
        """Press the button of the last card with this action, and value where there are more."""
        assert self.card is not None
        button = next(b for b in self.card.buttons if b.action == action and value in ("", b.value))
        return await self.does(
            Pressed(
                action=button.action,
                value=button.value,
                slot=button.slot or "",
                of=self.card.answer_id,
            )
        )
