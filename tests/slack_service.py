"""What stands behind the Slack door in its tests: keeps what arrives, and answers as it is told."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.app import App
from bot.chat import (
    Arrival,
    Caller,
    Card,
    Field,
    Form,
    Person,
    Place,
    Pressed,
    Profile,
    Said,
    Submitted,
)
from bot.gate import Admitted, Outsider, Refused

NOTICE = "Greenlight answers colleagues only."


@dataclass
class Desk:
    """The seam between a door and the assistant, remembering instead of answering."""

    app: App = field(repr=False)
    arrivals: list[Arrival] = field(default_factory=list)
    asked: list[tuple[Caller, Place, str]] = field(default_factory=list)
    threads: set[str] = field(default_factory=set)
    """Threads in which people talk with the assistant."""
    turned_away: Outsider | None = None
    wrong: Mapping[str, str] = field(default_factory=dict)
    broken: Exception | None = None
    slow: bool = False

    async def accept(self, arrival: Arrival) -> None:
        await self._keep_waiting()
        if self.broken is not None:
            raise self.broken
        if arrival.id not in {known.id for known in self.arrivals}:
            self.arrivals.append(arrival)

    async def engaged(self, place: Place, caller: Caller) -> bool:
        await self._keep_waiting()
        if self.broken is not None:
            raise self.broken
        return place.thread in self.threads

    async def admit(self, caller: Caller, place: Place, entry: str) -> Admitted | Refused:
        await self._keep_waiting()
        self.asked.append((caller, place, entry))
        if self.turned_away is not None:
            return Refused(kind=self.turned_away, caller=caller, place=place)
        person = Person(id="alice", name="Alice")
        return Admitted(person=person, profile=Profile(name="Alice", locale="en-GB"))

    def notice(self, refused: Refused, locale: str = "") -> Card:
        return Card(action="guest_notice", verdict="not_a_permission_question", headline=NOTICE)

    def opens_form(self, deed: Said | Pressed) -> bool:
        return _form_of(deed) != ""

    def form(self, deed: Said | Pressed, person: Person, locale: str = "") -> Form | None:
        form = _form_of(deed)
        if not form:
            return None
        fields = (Field(id="tool", label="Tool"),)
        context = deed.of if isinstance(deed, Pressed) else ""
        return Form(
            id=form, title=f"The {form} form", submit="Send", fields=fields, context=context
        )

    def problems(self, submitted: Submitted, person: Person, locale: str = "") -> Mapping[str, str]:
        return self.wrong

    async def _keep_waiting(self) -> None:
        if self.slow:
            await asyncio.Event().wait()


def _form_of(deed: Said | Pressed) -> str:
    if isinstance(deed, Said):
        word = deed.text.split(" ")[0]
        return word if deed.command and word == "request" else ""
    if deed.action == "form":
        return deed.value
    return deed.action if deed.action == "request" else ""
