"""company.yaml: who we are, who decides, what is never negotiable."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, WithJsonSchema

from bot.knowledge.placed import Entry, Placed
from bot.knowledge.references import ClassRef, ConditionRef, DepartmentRef, RegionRef, SomeCites
from bot.knowledge.values import (
    SCREENED_KINDS,
    AsOf,
    FrozenMap,
    Id,
    Text,
    Texts,
    Words,
    nothing,
    refusal,
    unknown,
)

CiteKind = Literal["worker_type", "department", "region", "pilot", "lapsed", "not_yet"]
Implied = Literal["no_data_named", "private_edition_exists", "purpose_not_stated"]
Screened = Literal["allow", "tokenise", "mask", "block"]


class Named(Entry):
    """A department, a region or a worker type."""

    name: Text
    aliases: Texts = ()


class Role(Entry):
    """People who are asked or told something; any id is allowed, some have a built-in meaning."""

    name: Text
    members: Texts = ()
    """E-mail addresses, Slack user groups or Entra groups."""
    by_department: FrozenMap[DepartmentRef, Texts] = Field(default_factory=nothing)


class Unlisted(Placed):
    """What holds for an AI tool that is not in tools/."""

    verdict: Literal["not_reviewed", "not_allowed"]
    cite: SomeCites


class Cited(Placed):
    """A rule of the house that only names its sections."""

    cite: SomeCites


class ImpliedCondition(Placed):
    """A condition the decision adds by itself."""

    condition: ConditionRef
    classes: tuple[ClassRef, ...] = ()


class RedLine(Placed):
    """Something no tool, use or exception ever makes right."""

    id: Id
    text: Text
    cite: SomeCites


class Screening(Entry):
    """What happens with one kind of finding; what is left out keeps its default."""

    model: Screened | None = None
    log: Screened | None = None
    class_: ClassRef | None = Field(default=None, alias="class")


def _domain(value: str) -> str:
    if "@" in value or "." not in value or " " in value:
        raise refusal(
            f"{value!r} is not a domain. Write only what stands behind the @, as example.org."
        )
    return value.lower()


def _language(value: str) -> str:
    if not value.isascii() or not value.replace("-", "").isalpha() or len(value) < 2:
        raise refusal(f"{value!r} is not a language. Write a code such as en, de or pt-BR.")
    return value


def _screened_kind(value: str) -> str:
    if value.isupper() and value not in SCREENED_KINDS:
        raise unknown(value, "kind of finding", SCREENED_KINDS, "screening")
    return value


Domain = Annotated[str, AfterValidator(_domain)]
Language = Annotated[str, AfterValidator(_language), WithJsonSchema({"type": "string"})]
ScreenedKind = Annotated[str, AfterValidator(_screened_kind)]
"""A kind in capitals, or a subtype such as `aws_access_key`."""


class Company(Placed):
    """The company, its people and its defaults."""

    name: Text
    domains: tuple[Domain, ...] = ()
    language: Language
    as_of: AsOf = None
    departments: FrozenMap[Id, Named]
    regions: FrozenMap[Id, Named]
    region_groups: FrozenMap[Id, tuple[RegionRef, ...]] = Field(default_factory=nothing)
    worker_types: FrozenMap[Id, Named]
    roles: FrozenMap[Id, Role]
    contacts: FrozenMap[str, Words] = Field(default_factory=nothing)
    unlisted: Unlisted
    guests: Cited
    claims: Cited
    cite_for: FrozenMap[CiteKind, SomeCites] = Field(default_factory=nothing)
    implied_conditions: FrozenMap[Implied, ImpliedCondition] = Field(default_factory=nothing)
    red_lines: tuple[RedLine, ...] = ()
    screening: FrozenMap[ScreenedKind, Screening] = Field(default_factory=nothing)
