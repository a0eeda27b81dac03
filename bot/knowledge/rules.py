"""uses.yaml, conditions.yaml, exceptions.yaml: purposes, what an answer asks, who is excepted."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from bot.knowledge.audience import NotRegions, OnlyDepartments
from bot.knowledge.placed import Placed
from bot.knowledge.references import (
    Cites,
    ClassRef,
    ConditionRef,
    CourseRef,
    ExceptionPerson,
    RedLineRef,
    SomeCites,
    ToolRef,
    UseRef,
)
from bot.knowledge.values import Day, Id, Text, Texts

UseEffect = Literal["ok", "conditions", "prohibited"]
Check = Literal["self", "system"]


class Use(Placed):
    """Something people want AI for."""

    id: Id
    name: Text
    examples: Texts = ()
    effect: UseEffect
    red_line: RedLineRef | None = None
    conditions: tuple[ConditionRef, ...] = ()
    only_tools: tuple[ToolRef, ...] = ()
    """Nothing else may be used for this purpose; empty: anything may."""
    only_departments: OnlyDepartments = None
    not_regions: NotRegions = frozenset()
    cite: Cites = ()


class Condition(Placed):
    """Something an answer can ask of the person."""

    text: Text
    check: Check = "self"
    course: CourseRef | None = None
    """The condition is met, and dropped, once the person has finished this course."""

    __slots__ = ("_id",)

    @property
    def id(self) -> str:
        """The key under which the condition stands."""
        return getattr(self, "_id", "")

    def keyed_as(self, key: str) -> None:
        """Remember the key. Only loading calls this."""
        _set_id(self, key)


_set_id: Any = Condition.__dict__["_id"].__set__


class PolicyException(Placed):
    """One purpose, named people, a short time."""

    id: Id
    people: frozenset[ExceptionPerson]
    """E-mail addresses in lower case, or ids of people.yaml."""
    tool: ToolRef
    use: UseRef
    data: tuple[ClassRef, ...] = ()
    from_: Day = Field(alias="from")
    to: Day
    by: Text
    cite: SomeCites
    conditions: tuple[ConditionRef, ...] = ()
