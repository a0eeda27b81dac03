"""What Slack wants an answer to within three seconds: commands, presses, shortcuts, forms."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from slack_bolt.response import BoltResponse

from bot.chat import Arrival, Card, Pressed, Rated, Said, SendError, Submitted
from bot.explain import to_text
from bot.gate import Admitted, Refused
from handlers.slack.blocks import to_message
from handlers.slack.interactions import Asked
from handlers.slack.keeper import Keeper, deadline
from handlers.slack.line import told
from handlers.slack.modals import done_view, errors_for, to_view
from handlers.slack.sentences import sentences

if TYPE_CHECKING:
    from bot.service import Service
    from handlers.slack.send import SlackChat

log = logging.getLogger("greenlight.slack")

_LAST_WORDS: Final = 0.7
"""Seconds for opening a form, or saying that something failed, after all else."""

_ROUTE: Final = ("asker", "asker_team", "reply")
"""What a form remembers of where it was opened: ids, no address that can be written to."""


class Inline:
    """Deals with what people wait for, and leaves the rest to the inbox."""

    def __init__(self, service: Service, chat: SlackChat, keeper: Keeper) -> None:
        self._service = service
        self._chat = chat
        self._keeper = keeper

    async def asked(self, asked: Asked) -> BoltResponse:
        """Deal with a command, a press or a shortcut: it opens a form, or goes to the inbox."""
        until = deadline()
        try:
            arrival = await self._placed(asked.arrival, until)
        except (SendError, TimeoutError):
            # Nobody is answered where it is not known who reads along.
            return await self._not_kept(asked.arrival)
        if isinstance(arrival.deed, Rated):
            return await self._rated(arrival, arrival.deed, asked.trigger, until)
        if isinstance(arrival.deed, Said | Pressed) and self._service.opens_form(arrival.deed):
            done = await self._opened(arrival, arrival.deed, asked.trigger, until)
            if done is not None:
                return done
        return await self._kept(arrival, until)

    async def submitted(self, asked: Asked, submitted: Submitted) -> BoltResponse:
        """Deal with a filled-in form: say what is wrong with it, or keep and close it."""
        until = deadline()
        arrival, view = asked.arrival, asked.view
        found = await self._admitted(arrival, until)
        if found is None:
            return self._errors(view, {"": self._sentence("")})
        if isinstance(found, Refused):
            return self._closed(found)
        locale = found.profile.locale
        problems = self._service.problems(submitted, found.person, locale)
        if problems:
            return self._errors(view, problems)
        if not await self._keeper.keep(arrival, until):
            # The form stays open, with everything that was written.
            return self._errors(view, {"": self._sentence(locale)})
        return BoltResponse(status=200)

    async def _placed(self, arrival: Arrival, until: float) -> Arrival:
        """Add whether others read along, which commands and presses do not say."""
        place = arrival.place
        if place.kind == "direct" or place.channel.startswith("D"):
            return arrival
        async with asyncio.timeout_at(until):
            shared = await self._chat.channels.shared(place.channel)
        return replace(arrival, place=replace(place, shared=shared))

    async def _opened(
        self, arrival: Arrival, deed: Said | Pressed, trigger: str, until: float
    ) -> BoltResponse | None:
        """Open the form of a deed; None: there is none, or too late, so a worker takes over."""
        found = await self._admitted(arrival, until)
        if found is None:
            return None
        if isinstance(found, Refused):
            return await self._refused(arrival, found)
        form = self._service.form(deed, found.person, found.profile.locale)
        if form is None:
            return None
        ids = {name: part for name, part in arrival.place.route.items() if name in _ROUTE}
        try:
            view = to_view(form, replace(arrival.place, route=ids))
            async with asyncio.timeout_at(until + _LAST_WORDS):
                opening = self._chat.line.web.views_open(trigger_id=trigger, view=view)
                await told("views.open", opening)
        except (SendError, TimeoutError, ValueError) as error:
            log.warning("slack form not opened", extra={"form": form.id, "why": str(error)})
            return None
        return BoltResponse(status=200)

    async def _rated(
        self, arrival: Arrival, rated: Rated, trigger: str, until: float
    ) -> BoltResponse:
        """Keep a rating; after a bad one, ask for the reason."""
        if not await self._keeper.keep(arrival, until):
            return await self._not_kept(arrival)
        if not rated.helpful:
            asking = Pressed(action="form", value="feedback", of=rated.of)
            await self._opened(arrival, asking, trigger, until)
        return BoltResponse(status=200)

    async def _admitted(self, arrival: Arrival, until: float) -> Admitted | Refused | None:
        """Let somebody in or turn them away; None when it is not known in time who they are."""
        try:
            async with asyncio.timeout_at(until):
                found = await self._service.admit(
                    arrival.caller, arrival.place, f"slack:{arrival.deed.kind}"
                )
        except (SendError, TimeoutError):
            return None
        # A worker asks again, with more patience than Slack has.
        return None if isinstance(found, Refused) and found.kind == "unknown" else found

    async def _kept(self, arrival: Arrival, until: float) -> BoltResponse:
        if await self._keeper.keep(arrival, until):
            return BoltResponse(status=200)
        return await self._not_kept(arrival)

    async def _not_kept(self, arrival: Arrival) -> BoltResponse:
        return await self._answered(arrival, {"text": self._sentence("")})

    async def _refused(self, arrival: Arrival, refused: Refused) -> BoltResponse:
        if refused.silent:
            return BoltResponse(status=200)
        card = self._service.notice(refused, arrival.caller.locale)
        first = to_message(card, feedback=False, private=True)[0]
        return await self._answered(arrival, {"text": first.text, "blocks": first.blocks})

    async def _answered(self, arrival: Arrival, body: Mapping[str, Any]) -> BoltResponse:
        """Tell only the one who asked: in the answer to a command, else where Slack said."""
        shown = {"response_type": "ephemeral", "replace_original": False, **body}
        if isinstance(arrival.deed, Said) and arrival.deed.command:
            return BoltResponse(status=200, body=shown)
        url = arrival.place.route.get("response_url")
        if url:
            try:
                async with asyncio.timeout(_LAST_WORDS):
                    await self._chat.line.respond(url, shown)
            except (SendError, TimeoutError) as error:
                log.warning("slack told nothing", extra={"id": arrival.id, "why": str(error)})
        return BoltResponse(status=200)

    def _errors(self, view: Mapping[str, Any], problems: Mapping[str, str]) -> BoltResponse:
        return BoltResponse(status=200, body=errors_for(view, problems))

    def _closed(self, refused: Refused) -> BoltResponse:
        """Show the fixed notice in the place of the form."""
        if refused.silent:
            return BoltResponse(status=200)
        card: Card = self._service.notice(refused, refused.caller.locale)
        _, _, rest = to_text(card).partition("\n")
        view = done_view(card.headline, rest or card.headline, card.language)
        return BoltResponse(status=200, body={"response_action": "update", "view": view})

    def _sentence(self, locale: str) -> str:
        company = self._service.app.knowledge.company
        return sentences(locale or company.language).not_kept
