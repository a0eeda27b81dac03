"""References between files: an id that must exist somewhere else.

A reference is checked while its field is read, against the `Names` given as validation context;
without that context (a single model built by hand) it is taken as it is.
"""

from __future__ import annotations

from typing import Annotated, Any, Final

from pydantic import AfterValidator, BeforeValidator, ValidationInfo, WithJsonSchema

from bot.knowledge.names import HOMES, Kind, Names
from bot.knowledge.values import LIST_SCHEMA, TEXT_SCHEMA, refusal, unknown


def names_of(info: ValidationInfo) -> Names | None:
    """Return what references are checked against, if anything."""
    return info.context if isinstance(info.context, Names) else None


def _reference(kind: Kind) -> AfterValidator:
    def check(value: str, info: ValidationInfo) -> str:
        names = names_of(info)
        known = names.known.get(kind) if names else None
        if known is None or value in known:
            return value
        raise unknown(value, kind, known, HOMES[kind])

    return AfterValidator(check)


DepartmentRef = Annotated[str, _reference("department")]
WorkerTypeRef = Annotated[str, _reference("worker type")]
RegionRef = Annotated[str, _reference("region")]
ClassRef = Annotated[str, _reference("data class")]
"""`class` or `class.tag`."""
UseRef = Annotated[str, _reference("use")]
ConditionRef = Annotated[str, _reference("condition")]
SectionRef = Annotated[str, _reference("section")]
CourseRef = Annotated[str, _reference("course")]
RedLineRef = Annotated[str, _reference("red line")]
PersonRef = Annotated[str, _reference("person")]


def _tool_or_edition(value: str, info: ValidationInfo) -> str:
    names = names_of(info)
    if names is None:
        return value
    tools, editions = names.known.get("tool"), names.known.get("edition")
    tool, colon, _ = value.partition(":")
    if tools is None or editions is None or value in editions or tool in names.unread_tools:
        return value
    if tool not in tools:
        raise unknown(tool, "tool", tools, "tools/")
    if colon:
        own = [key for key in editions if key.startswith(f"{tool}:")]
        raise unknown(value, "tool:edition", own, f"tools/{tool}.yaml")
    return value


def _edition(value: str, info: ValidationInfo) -> str:
    found = _tool_or_edition(value, info)
    names = names_of(info)
    return found if names is None or ":" in found else names.defaults.get(found, found)


ToolRef = Annotated[str, AfterValidator(_tool_or_edition)]
"""`tool` (every edition of it) or `tool:edition`."""
EditionRef = Annotated[str, AfterValidator(_edition)]
"""`tool:edition`; a tool alone becomes its default edition."""


def _exception_person(value: str, info: ValidationInfo) -> str:
    if "@" in value:
        return value.lower()
    names = names_of(info)
    people = names.known.get("person") if names else None
    if people is None or value in people:
        return value
    raise unknown(value, "person", people, "people.yaml (or an e-mail address)")


ExceptionPerson = Annotated[str, AfterValidator(_exception_person)]
"""An e-mail address (people.yaml need not hold everybody), or an id of people.yaml."""


def _cites(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


def _some_cite(value: tuple[str, ...]) -> tuple[str, ...]:
    if not value:
        raise refusal("Name at least one policy section: an answer must be able to cite it.")
    return value


_CITE_SCHEMA: Final = {"anyOf": [TEXT_SCHEMA, LIST_SCHEMA]}
Cites = Annotated[tuple[SectionRef, ...], BeforeValidator(_cites), WithJsonSchema(_CITE_SCHEMA)]
"""Sections, as a list or a single one."""
SomeCites = Annotated[Cites, AfterValidator(_some_cite), WithJsonSchema(_CITE_SCHEMA)]
"""Like `Cites`, and never empty."""
