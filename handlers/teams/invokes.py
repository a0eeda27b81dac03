"""What Teams wants answered at once: presses, dialogs, reactions, a search while writing."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

from bot.chat import Card, Deed, Form, Place, Pressed, Rated
from bot.explain import to_text
from bot.gate import Refused
from handlers.teams.activities import Incoming, caller, message_id
from handlers.teams.adapter import Answer
from handlers.teams.buttons import UnreadableError, form_of, pressed_from, unwrapped
from handlers.teams.cards import to_tool_results
from handlers.teams.dialogs import submitted_from, to_dialog, with_problems
from handlers.teams.limits import CARD
from handlers.teams.lines import Line, line
from handlers.teams.send import TeamsChat

if TYPE_CHECKING:
    from bot.gate import Admitted
    from bot.service import Service

log = logging.getLogger("greenlight.teams")

Accept = Callable[[Incoming, Deed, Place], Awaitable[None]]
"""Keeps a deed; raises what tells that it could not be kept."""

Says = Callable[[str], dict[str, Any]]
"""A sentence in the shape in which one kind of invoke is answered."""


def _under_card(text: str) -> dict[str, Any]:
    return {
        "statusCode": 200,
        "type": "application/vnd.microsoft.activity.message",
        "value": text,
    }


def _failed_under_card(text: str) -> dict[str, Any]:
    return {
        "statusCode": 400,
        "type": "application/vnd.microsoft.error",
        "value": {"code": "NotKept", "message": text},
    }


def _in_dialog(text: str) -> dict[str, Any]:
    return {"task": {"type": "message", "value": text}}


def _in_search(text: str) -> dict[str, Any]:
    return {"composeExtension": {"type": "message", "text": text}}


class Invokes:
    """Answers invokes. Whoever presses, fills in or searches passes the gate each time."""

    def __init__(
        self, service: Service, chat: TeamsChat, accept: Accept, where: Callable[[Incoming], Place]
    ) -> None:
        self._service = service
        self._chat = chat
        self._accept = accept
        self._where = where
        self._answers: Mapping[str, Callable[[Incoming], Awaitable[Answer]]] = {
            "adaptiveCard/action": self._pressed,
            "task/fetch": self._opened,
            "task/submit": self._filled,
            "message/fetchTask": self._reacted,
            "message/submitAction": self._rated,
            "composeExtension/query": self._searched,
        }

    async def answer(self, given: Incoming) -> Answer:
        """Answer an invoke; 501 for one we never asked for. What it raises is for `failed`."""
        answer = self._answers.get(given.name)
        if answer is None:
            log.info("teams invoke not known")
            return Answer(501)
        return await answer(given)

    async def _pressed(self, given: Incoming) -> Answer:
        try:
            deed = pressed_from(given.data, message=_stands_in(given))
        except UnreadableError:
            return _says(_under_card, "nothing", given)
        found = await self._admit(given)
        if isinstance(found, Refused) and not self._may_wait(deed, found):
            return self._refused(_under_card, found, given)
        form = None if isinstance(found, Refused) else self._form(deed, found, given)
        if form is not None:
            # A dialog cannot be opened from here, so the form takes the place of the card.
            shown = to_dialog(form, self._chat.domains)["card"]["content"]
            return Answer(200, {"statusCode": 200, "type": CARD, "value": shown})
        await self._accept(given, deed, self._counts_at(given))
        return _says(_under_card, "coming", given)

    async def _opened(self, given: Incoming) -> Answer:
        try:
            deed = pressed_from(given.data, message=_stands_in(given))
        except UnreadableError:
            return _says(_in_dialog, "nothing", given)
        found = await self._admit(given)
        if isinstance(found, Refused):
            return self._refused(_in_dialog, found, given)
        form = self._form(deed, found, given)
        if form is not None:
            return _dialog(to_dialog(form, self._chat.domains))
        return await self._kept(given, deed, "coming")

    async def _filled(self, given: Incoming) -> Answer:
        try:
            deed = submitted_from(given.data)
        except UnreadableError:
            return _says(_in_dialog, "nothing", given)
        found = await self._admit(given)
        if isinstance(found, Refused):
            return self._refused(_in_dialog, found, given)
        problems = self._service.problems(deed, found.person, given.locale)
        if problems:
            opened = Pressed(action="form", value=deed.form, of=deed.context)
            form = self._form(opened, found, given)
            if form is not None:
                return _dialog(with_problems(form, deed, problems, self._chat.domains))
        return await self._kept(given, deed, "sent")

    async def _reacted(self, given: Incoming) -> Answer:
        """Keep a thumb at once, and ask why where it points down."""
        try:
            deed = self._rating(given)
        except UnreadableError:
            return _says(_in_dialog, "nothing", given)
        found = await self._admit(given)
        if isinstance(found, Refused):
            return self._refused(_in_dialog, found, given)
        await self._accept(given, deed, self._where(given))
        answer = self._chat.answer_in(_stands_in(given))
        if not deed.helpful and answer:
            why = Pressed(action="form", value="feedback", of=answer)
            form = self._form(why, found, given)
            if form is not None:
                return _dialog(to_dialog(form, self._chat.domains))
        return _says(_in_dialog, "thanks", given)

    async def _rated(self, given: Incoming) -> Answer:
        """Keep a reaction; Teams takes an empty object as the answer and nothing else."""
        try:
            rated = self._rating(given)
            deed: Deed = submitted_from(given.data) if _with_form(given) else rated
        except UnreadableError:
            return Answer(200, {})
        await self._accept(given, deed, self._where(given))
        return Answer(200, {})

    async def _searched(self, given: Incoming) -> Answer:
        found = await self._admit(given)
        if isinstance(found, Refused):
            return self._refused(_in_search, found, given)
        cards = self._service.look_up(_query(given.data), found.person)
        return Answer(200, to_tool_results(cards, self._chat.domains))

    async def _admit(self, given: Incoming) -> Admitted | Refused:
        who, where = caller(given), self._where(given)
        self._chat.met(who, where)
        return await self._service.admit(who, where, f"teams:{given.name}")

    async def _kept(self, given: Incoming, deed: Deed, said: Line) -> Answer:
        await self._accept(given, deed, self._counts_at(given))
        return _says(_in_dialog, said, given)

    def _counts_at(self, given: Incoming) -> Place:
        return self._chat.sharing.place(unwrapped(given.data), self._where(given), given.sender.id)

    def _form(self, deed: Pressed | Rated, found: Admitted, given: Incoming) -> Form | None:
        if isinstance(deed, Rated):
            return None
        return self._service.form(deed, found.person, given.locale)

    def _rating(self, given: Incoming) -> Rated:
        message = _stands_in(given)
        deed = pressed_from(given.data)
        if not isinstance(deed, Rated):
            raise UnreadableError("No reaction.")
        of = deed.of or self._chat.answer_in(message) or message
        return Rated(of=of, helpful=deed.helpful, reason=deed.reason)

    def _may_wait(self, deed: Pressed | Rated, refused: Refused) -> bool:
        """Whether a worker may find out later who somebody is, and ask the gate again."""
        opens = isinstance(deed, Pressed) and self._service.opens_form(deed)
        return refused.kind == "unknown" and not opens

    def _refused(self, says: Says, refused: Refused, given: Incoming) -> Answer:
        if refused.silent:
            return Answer(200, {})
        notice: Card = self._service.notice(refused, given.locale)
        return Answer(200, says(to_text(notice)))


_FAILED: Final[Mapping[str, Says]] = {
    "adaptiveCard/action": _failed_under_card,
    "task/fetch": _in_dialog,
    "task/submit": _in_dialog,
    "message/fetchTask": _in_dialog,
    "composeExtension/query": _in_search,
}


def failed(given: Incoming) -> Answer:
    """Return the answer to an invoke that broke or could not be kept."""
    says = _FAILED.get(given.name)
    return _says(says, "not_kept", given) if says is not None else Answer(503)


def _says(says: Says, which: Line, given: Incoming) -> Answer:
    return Answer(200, says(line(which, given.locale)))


def _dialog(value: dict[str, Any]) -> Answer:
    return Answer(200, {"task": {"type": "continue", "value": value}})


def _stands_in(given: Incoming) -> str:
    return message_id(given.conversation.id, given.reply_to)


def _with_form(given: Incoming) -> bool:
    return bool(form_of(unwrapped(given.data)).get("form"))


def _query(data: Mapping[str, Any]) -> str:
    """Return what is searched for; what comes first, before anything is typed, is nothing."""
    parameters = data.get("parameters")
    for each in parameters if isinstance(parameters, list) else ():
        named = isinstance(each, dict) and each.get("name") != "initialRun"
        if named and isinstance(each.get("value"), str):
            return str(each["value"])
    return ""
