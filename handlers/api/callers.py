"""Who calls, with which key, and for whom."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Final, Protocol

from bot.ask import AskError
from bot.ask.person import given
from bot.chat import Person
from bot.directory import person_named
from bot.keys import opened
from bot.store import StoreError
from handlers.api.limits import Limit, Limits
from handlers.api.problems import CallError, invalid, unavailable

if TYPE_CHECKING:
    from bot.app import App
    from bot.store.keys import Key


class Served(Protocol):
    """What this door is given: whoever has the assistant in force now."""

    @property
    def app(self) -> App:
        """The assistant, for one call; the next one asks again."""


class Caller(Protocol):
    """Somebody who calls: a program with a key, or somebody at this machine."""

    @property
    def app(self) -> App:
        """The assistant this call is answered by."""

    async def person(self, named: object) -> Person:
        """Return the person a call is for; `named` is whom the call names, or None."""

    async def count(self, limit: Limit) -> Mapping[str, str]:
        """Count a call; return the headers that tell what is left."""


@dataclass(frozen=True, slots=True)
class Program:
    """A program with a key."""

    app: App
    key: Key
    limits: Limits

    async def person(self, named: object) -> Person:
        """Return the person a call is for; raises a `CallError` where the key may not act for them.

        A key that carries a person acts for nobody else, so naming anybody else is refused
        rather than ignored.
        """
        carried = self.key.person_id
        if carried is not None:
            return _same(await self._known(carried, _gone()), named)
        if named is None:
            raise invalid("This key acts for the person each call names. Say which.", "person")
        if isinstance(named, str):
            return await self._known(named, invalid(_NOBODY, "person"))
        if not self.key.any_person:
            raise _forbidden("This key acts for people of the directory. Name one by id or e-mail.")
        try:
            return given(named, self.app.knowledge)
        except AskError as error:
            raise invalid(str(error), "person") from None

    async def count(self, limit: Limit) -> Mapping[str, str]:
        """Count a call of this key."""
        return await self.limits.count(limit, self.key.id)

    async def _known(self, named: str, otherwise: CallError) -> Person:
        found = await person_named(self.app, named)
        if found is None:
            raise otherwise
        return found


@dataclass(frozen=True, slots=True)
class Local:
    """Somebody at this machine, as one person, as often as they like."""

    app: App
    who: Person

    async def person(self, named: object) -> Person:
        """Return the person; raises a `CallError` when another one is named."""
        return _same(self.who, named)

    async def count(self, limit: Limit) -> Mapping[str, str]:  # noqa: ARG002 - nothing is counted
        """Return no headers: nothing is counted."""
        return {}


async def program(app: App, authorization: str | None, limits: Limits) -> Program:
    """Return the program that shows this header; raises a `CallError` for a key of nobody."""
    scheme, _, text = (authorization or "").partition(" ")
    if scheme.lower() != "bearer" or not text.strip():
        raise _unknown("Send a key, in the header Authorization.", "Bearer")
    try:
        key = await opened(app, text.strip())
    except StoreError:
        raise unavailable() from None
    if key is None:
        raise _unknown(
            "This key is not known here, or it was revoked.", 'Bearer error="invalid_token"'
        )
    return Program(app, key, limits)


def _same(person: Person, named: object) -> Person:
    if named in (None, person.id) or (isinstance(named, str) and named.lower() == person.email):
        return person
    raise _forbidden("This key acts for one person only. Leave person out.")


def _forbidden(message: str) -> CallError:
    return CallError(HTTPStatus.FORBIDDEN, "not_this_person", message, field="person")


def _unknown(message: str, challenge: str) -> CallError:
    headers = {"WWW-Authenticate": challenge}
    return CallError(HTTPStatus.UNAUTHORIZED, "no_key", message, headers=headers)


def _gone() -> CallError:
    message = "The person this key acts for is no longer in the directory."
    return CallError(HTTPStatus.FORBIDDEN, "person_gone", message)


_NOBODY: Final = "The directory has nobody with this id or e-mail address."
