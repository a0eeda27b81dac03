"""The directory: who is asking, with which rights, or why they are not answered."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from bot import audit
from bot.chat import Caller, Chat, Person, Place, Platform, Profile, SendError
from bot.directory.joining import person_of
from bot.directory.people_file import Listed, PeopleFile
from bot.directory.profiles import Looked, Profiles
from bot.directory.roles import in_role
from bot.gate import Admitted, Ours, Outsider, Refused, outsider
from bot.knowledge import KnowledgeError, Problem
from bot.store import StoreError, people

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from bot.app import App
    from bot.knowledge import Knowledge
    from bot.store import Store

log = logging.getLogger("greenlight.directory")

_NOBODY_LISTED: Final[Listed] = MappingProxyType({})

_WITHOUT_LOOKUP: Final[frozenset[Outsider]] = frozenset({"bot", "other_organisation"})
"""What the platform's message alone says for good."""

_LASTING: Final = frozenset({"service_url", "bot"})
"""The ways to a conversation that hold for more than the message they came with."""


class Directory:
    """Says who somebody is; every entry point asks it before anything else is done for them.

    Belongs to the event loop it is used in. `csv` is a list of people that comes before
    people.yaml, read again when it changes.
    """

    def __init__(
        self,
        chats: Mapping[Platform, Chat],
        ours: Ours,
        store: Store,
        now: Callable[[], datetime],
        csv: Path | None = None,
    ) -> None:
        self._chats = chats
        self.ours = ours
        """Whose people are answered. A later value counts from the next question on."""
        self._store = store
        self._now = now
        self._profiles = Profiles(chats, now)
        self._file = PeopleFile(csv) if csv is not None else None

    async def read(self, knowledge: Knowledge) -> None:
        """Read the CSV directory now; raises `KnowledgeError` with every mistake in it.

        Without a good reading nobody is admitted, so ask this before serving.
        """
        if self._file is not None:
            await self._file.update(knowledge)
            if self._file.problems:
                raise KnowledgeError(self._file.problems)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What is wrong with the CSV directory as it stands; the last good one is in force."""
        return self._file.problems if self._file is not None else ()

    async def admit(
        self, app: App, caller: Caller, place: Place, *, entry: str = "message"
    ) -> Admitted | Refused:
        """Say who this is; whoever is refused is recorded, with `entry`: the way they came in.

        Raises `SendError` when the platform could not be asked and may be asked again later; also
        while it is not known which Slack workspace is ours.
        """
        if caller.platform == "slack" and not (self.ours.slack_teams or self.ours.slack_enterprise):
            raise SendError("Slack has not said yet which workspace is ours.")
        kind = self._by_message(caller, place)
        if kind in _WITHOUT_LOOKUP or not caller.user or caller.platform not in self._chats:
            return await self._refused(kind, caller, place, entry)
        try:
            looked = await self._profiles.of(caller)
        except SendError as error:
            if not error.for_good:
                raise
            return await self._refused(kind, caller, place, entry)
        found = await self._judged(app.knowledge, caller, place, looked.profile)
        if not isinstance(found, Person):
            return await self._refused(found, caller, place, entry, looked.profile)
        await self._seen(found, caller, place, looked)
        return Admitted(person=found, profile=looked.profile)

    async def admit_or_refuse(
        self,
        app: App,
        caller: Caller,
        place: Place,
        *,
        entry: str = "inline",
        within: float = 2.0,
    ) -> Admitted | Refused:
        """Like `admit`, for what must be answered at once.

        Whoever cannot be looked up in so many seconds is refused; the lookup goes on, so that
        the next try finds it done.
        """
        try:
            async with asyncio.timeout(within):
                return await self.admit(app, caller, place, entry=entry)
        except (SendError, TimeoutError):
            return await self._refused(self._by_message(caller, place), caller, place, entry)

    def forget(self, platform: Platform | None = None, user: str = "") -> None:
        """Look up again next time: one person, everybody on a platform, or everybody."""
        self._profiles.forget(platform, user)

    async def in_role(
        self, knowledge: Knowledge, role: str, department: str = ""
    ) -> tuple[str, ...]:
        """Return the addresses of those who hold a role, then its groups nobody is known of.

        What `store.people.reach` and `unreachable` take. With a department, its own members
        come alone, where the role has any for it.
        """
        return in_role(role, knowledge, await self._listed(knowledge) or {}, department)

    def in_role_now(self, knowledge: Knowledge, role: str) -> tuple[str, ...]:
        """Like `in_role`, with the CSV directory as it was read last; for inside a transaction."""
        listed = self._file.listed if self._file is not None else None
        return in_role(role, knowledge, listed or {})

    def _by_message(self, caller: Caller, place: Place) -> Outsider:
        return outsider(caller, place, None, self.ours) or "unknown"

    async def _judged(
        self, knowledge: Knowledge, caller: Caller, place: Place, profile: Profile
    ) -> Person | Outsider:
        kind = outsider(caller, place, profile, self.ours)
        if kind is not None:
            return kind
        listed = await self._listed(knowledge)
        if listed is None:
            # Somebody the unread file calls a guest would pass for an employee.
            return "unknown"
        person = person_of(caller, profile, knowledge, listed)
        return "guest" if person.worker_type == "guest" else person

    async def _listed(self, knowledge: Knowledge) -> Listed | None:
        return _NOBODY_LISTED if self._file is None else await self._file.update(knowledge)

    async def _seen(self, person: Person, caller: Caller, place: Place, looked: Looked) -> None:
        """Write down who was admitted, once for each lookup and each first direct message."""
        direct = _alone(caller, place)
        before = looked.written
        if before == "direct" or (before == "account" and direct is None):
            return
        account = people.Account(
            platform=caller.platform, team=_team(caller, looked.profile), user=caller.user
        )
        # Said before it is true, so that a hundred messages at once are one write.
        looked.written = "account" if direct is None else "direct"
        try:
            await self._store.run(people.seen, person, account, direct, self._now())
        except StoreError:
            looked.written = before
            raise

    async def _refused(
        self,
        kind: Outsider,
        caller: Caller,
        place: Place,
        entry: str,
        profile: Profile | None = None,
    ) -> Refused:
        team = _team(caller, profile)
        event = {"outsider": kind, "platform": caller.platform, "entry": entry, "team": team}
        log.info("refused", extra={**event, "user": caller.user})
        written = audit.Entry(
            kind="refused",
            actor=f"{caller.platform}:{caller.user}",
            subject=place.channel,
            detail=event,
            at=self._now(),
        )
        # A shared channel says nothing against the colleague who asks there.
        gone = profile is not None and kind not in {"shared_channel", "unknown"}
        await self._store.run(_write_refusal, written, caller if gone else None)
        return Refused(kind=kind, caller=caller, place=place)


def _write_refusal(connection: Connection, entry: audit.Entry, gone: Caller | None) -> None:
    audit.write(connection, entry)
    if gone is not None:
        # Somebody who was one of us once must not be told what only we are told.
        people.lost(connection, gone.platform, gone.user)


def _alone(caller: Caller, place: Place) -> Place | None:
    """Return where this person can be spoken to alone in a month; None when this does not tell."""
    if caller.platform == "slack":
        # A command can be typed where two others speak alone, so no channel of Slack's is taken:
        # its door finds ours by the person.
        return Place(platform="slack", team=place.team, only_for=caller.user)
    if place.kind != "direct" or not place.channel:
        return None
    route = {name: way for name, way in place.route.items() if name in _LASTING}
    return replace(place, thread="", only_for="", route=route)


def _team(caller: Caller, profile: Profile | None) -> str:
    return profile.team if profile is not None and profile.team else caller.team
