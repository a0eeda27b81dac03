"""data.yaml: what kinds of data there are, and how a description changes the kind."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from bot.knowledge.placed import Entry, Placed
from bot.knowledge.references import Cites, ClassRef, ConditionRef, SomeCites
from bot.knowledge.values import (
    Detected,
    Flag,
    FrozenMap,
    PlainId,
    Text,
    Texts,
    Whole,
    Words,
    nothing,
)

DataRuleId = Literal["hashed", "aggregated", "invented", "colleagues", "public_list", "results"]


class Tag(Placed):
    """A part of a class that has its own words, and may have its own section and conditions."""

    examples: Texts = ()
    cite: Cites = ()
    """Used instead of the class's sections wherever the tag is present."""
    conditions: tuple[ConditionRef, ...] = ()
    """Carried whenever the tag is granted."""


class DataClass(Placed):
    """A class of data, written `personal`; a tag of it is written `personal.customer`."""

    id: PlainId
    rank: Whole
    """Order for display and for "unsure: treat one higher"."""
    name: Text
    means: Words = ""
    examples: Texts = ()
    """Phrases people use; they also teach understanding."""
    tags: FrozenMap[PlainId, Tag] = Field(default_factory=nothing)
    detect: tuple[Detected, ...] = ()
    absolute: Flag = False
    """In no AI tool, ever."""
    cite: SomeCites


class DataRule(Placed):
    """How a description changes the class."""

    id: DataRuleId
    class_: ClassRef = Field(alias="class")
    text: Text
    cite: SomeCites


class DataFile(Entry):
    """data.yaml."""

    classes: tuple[DataClass, ...]
    rules: tuple[DataRule, ...] = ()
