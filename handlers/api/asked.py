"""What programs send. A key that is not known is a mistake, never a silence."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainValidator,
    StrictBool,
    StrictInt,
    StrictStr,
)

from bot.ask.person import PersonLine
from bot.decide import GENERAL
from bot.lookup import LONGEST

MOST_TOOLS = 10
PAGE = 50
MOST = 200
"""Tools on one page."""

MOST_TURNS = 200


def _person(value: object) -> object:
    if value is None or isinstance(value, str | dict):
        return value
    raise ValueError("write an id, an e-mail address, or a whole person")


def _day(value: object) -> date | None:
    if value is None or type(value) is date:
        return value
    try:
        return date.fromisoformat(value)  # type: ignore[arg-type]  # a TypeError says it as well
    except (TypeError, ValueError):
        raise ValueError("write it as 2026-03-31: year, month, day") from None


def _list(value: object) -> object:
    return [value] if isinstance(value, str) else value


Name = Annotated[str, Field(min_length=1, max_length=200)]
SomePerson = Annotated[
    Any,
    PlainValidator(_person, json_schema_input_type=str | PersonLine | None),
    Field(
        description="Whom the call is for: an id or an e-mail address. Needed with a key that "
        "acts for the person each call names; a whole person only with a key made for that."
    ),
]
PersonName = Annotated[
    str | None,
    Field(
        description="An id or e-mail address. Needed with a key that acts for the person each "
        "call names."
    ),
]
Day = Annotated[
    date | None,
    BeforeValidator(_day),
    Field(description="The day it is judged on; today when it is left out."),
]
_Several = Annotated[list[Name], Field(min_length=1, max_length=MOST_TOOLS)]
Names = Annotated[
    _Several,
    BeforeValidator(_list, json_schema_input_type=Name | _Several),
    Field(
        description="A tool's id or name, tool:edition, or unlisted:name for a tool that the "
        "catalogue does not have. Several as a list."
    ),
]
_Kinds = Annotated[list[Name], Field(max_length=50)]
Data = Annotated[_Kinds, BeforeValidator(_list, json_schema_input_type=Name | _Kinds)]


class _Sent(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class TurnSent(_Sent):
    """An earlier message of the conversation."""

    role: Literal["user", "assistant"]
    text: str


class AskSent(_Sent):
    """A question in somebody's own words."""

    id: StrictInt | StrictStr | StrictBool | None = None
    """The program's own name for the question; comes back."""
    question: str
    person: SomePerson = None
    history: Annotated[list[TurnSent], Field(max_length=MOST_TURNS)] = []
    date: Day = None


class MayISent(_Sent):
    """A question in somebody's own words, as another assistant asks it."""

    question: str
    """The question in the person's own words: which tool, which data, what it is for."""
    person: PersonName = None


class DecideSent(_Sent):
    """A question whose parts are known: nothing is left to understand."""

    person: SomePerson = None
    tool: Names
    edition: Name | None = None
    """An edition of the tool; left out: its default edition."""
    feature: Name | None = None
    """A feature's id, or its name."""
    model: Name | None = None
    """The model behind the tool."""
    data: Data = []
    """Every class of data there is, as `class` or `class.tag`."""
    use: Name = GENERAL
    """The id or the name of a purpose."""
    department: Name | None = None
    """Only where the directory does not say it."""
    region: Name | None = None
    """Only where the directory does not say it."""
    want: Literal["all", "one"] = "all"
    """Several tools: all of them wanted, or one to be chosen."""
    date: Day = None


class ToolSent(_Sent):
    """For whom, and for what, a tool is to be judged."""

    person: PersonName = None
    data: str = ""
    """Judge it with this data: `class` or `class.tag`."""
    use: str = GENERAL
    """Judge it for this purpose."""


class ToolsSent(ToolSent):
    """Which tools are to be shown, for whom, and judged for what."""

    q: Annotated[str, Field(max_length=LONGEST)] = ""
    """A name that is roughly right, or a task."""
    verdict: Literal[
        "",
        "yes",
        "allowed",
        "allowed_with_conditions",
        "needs_clarification",
        "not_reviewed",
        "not_allowed",
    ] = ""
    """Only editions with this verdict; `yes` means both kinds of yes."""
    limit: Annotated[int, Field(ge=1, le=MOST)] = PAGE
    """Tools on one page."""
    cursor: str = ""
    """The `next` of the page before."""
