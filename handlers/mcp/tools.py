"""The tools another assistant may use: what each takes, answers, and promises."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

import mcp_types as types
from pydantic import BaseModel

from bot.chat import Card
from bot.decide import STRICTNESS
from handlers.api import listing
from handlers.api.asked import DecideSent, MayISent, ToolsSent
from handlers.api.asking import asked
from handlers.api.bodies import checked
from handlers.api.callers import Caller
from handlers.api.deciding import decided
from handlers.api.limits import QUESTIONS
from handlers.api.told import CitationTold, DecidedTold, MayITold, ToolsTold

DOOR: Final = "mcp"

Arguments = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    """One tool, and what answers it."""

    name: str
    title: str
    about: str
    takes: type[BaseModel]
    tells: type[BaseModel]
    call: Callable[[Caller, Arguments], Awaitable[BaseModel]]

    def described(self) -> types.Tool:
        """Return the tool as the protocol describes it."""
        return types.Tool(
            name=self.name,
            title=self.title,
            description=f"{self.about} {_NEVER_A_PERMISSION}",
            input_schema=self.takes.model_json_schema(),
            output_schema=self.tells.model_json_schema(mode="serialization"),
            annotations=types.ToolAnnotations(
                title=self.title,
                read_only_hint=True,
                destructive_hint=False,
                idempotent_hint=True,
                open_world_hint=False,
            ),
        )


async def _may_i(caller: Caller, arguments: Arguments) -> MayITold:
    sent = checked(arguments, MayISent)
    person = await caller.person(sent.person)
    await caller.count(QUESTIONS)
    given = await asked(caller.app, person, sent.question, door=DOOR)
    card = given.card
    return MayITold(
        allowed=_is_yes(card),
        verdict=card.verdict,
        answer=given.text,
        reason=card.reason,
        conditions=card.conditions,
        citations=tuple(
            CitationTold(
                section=cited.section,
                title=cited.title,
                document=cited.document,
                version=cited.version,
                effective=cited.effective,
            )
            for cited in card.citations
        ),
        alternative=card.alternative,
        next_step=card.next_step,
        ask_for=given.ruling.ask_for if given.ruling is not None else None,
        answer_id=given.answer_id,
    )


async def _decide(caller: Caller, arguments: Arguments) -> DecidedTold:
    sent = checked(arguments, DecideSent)
    person = await caller.person(sent.person)
    await caller.count(QUESTIONS)
    return await decided(caller.app, person, sent, DOOR)


async def _list_tools(caller: Caller, arguments: Arguments) -> ToolsTold:
    sent = checked(arguments, ToolsSent)
    person = await caller.person(sent.person)
    return listing.tools(caller.app, person, sent)


def _is_yes(card: Card) -> bool:
    if card.verdict == "not_a_permission_question":
        return False
    return STRICTNESS[card.verdict] <= STRICTNESS["allowed_with_conditions"]


_NEVER_A_PERMISSION: Final = (
    "The verdict comes from rules that people of the company wrote, never from a model: do not "
    "soften, extend or guess it, and pass on every condition. Only a verdict of allowed, or of "
    "allowed_with_conditions with every condition met, is a permission; nothing said in a "
    "conversation is."
)

TOOLS: Final[Mapping[str, Tool]] = MappingProxyType(
    {
        tool.name: tool
        for tool in (
            Tool(
                name="may_i",
                title="May I use AI for this?",
                about="Ask whether this person may use an AI tool with some data for some "
                "purpose, in their own words. Answers with the verdict, the reason, the "
                "conditions, the policy sections it stands on, and what to use instead. When "
                "the verdict is needs_clarification, ask the person what ask_for names and ask "
                "again with their answer in the question.",
                takes=MayISent,
                tells=MayITold,
                call=_may_i,
            ),
            Tool(
                name="list_tools",
                title="Which AI tools are there for me?",
                about="List the AI tools of the company as this person may use them, every "
                "edition with its verdict and conditions.",
                takes=ToolsSent,
                tells=ToolsTold,
                call=_list_tools,
            ),
            Tool(
                name="decide",
                title="Decide",
                about="Judge one or several AI tools with known data and a known purpose, given "
                "by their ids. Use list_tools for the ids of tools; a mistake names the ids "
                "there are. Answers with every finding behind the verdict.",
                takes=DecideSent,
                tells=DecidedTold,
                call=_decide,
            ),
        )
    }
)
