"""Who and where: everybody, or a list; region groups become their regions while they are read."""

from __future__ import annotations

from typing import Annotated, Any, Final

from pydantic import AfterValidator, BeforeValidator, ValidationInfo, WithJsonSchema

from bot.knowledge.references import DepartmentRef, WorkerTypeRef, names_of
from bot.knowledge.values import LIST_SCHEMA, refusal, unknown


def _everyone(value: Any) -> Any:
    if value == "all":
        return None
    if isinstance(value, list):
        return value
    near = " Did you mean all?" if str(value).lower() == "all" else ""
    raise refusal(f"Write all, or a list in [brackets].{near}")


def _somebody(value: Any) -> Any:
    if value == []:
        raise refusal("An empty list lets nobody in. Write all, or name who is meant.")
    return _everyone(value)


def _limit(value: Any) -> Any:
    return None if value == [] else _everyone(value)


def _a_list(value: Any) -> Any:
    if not isinstance(value, list):
        raise refusal("Write a list in [brackets].")
    return value


def _region_or_group(value: str, info: ValidationInfo) -> str:
    names = names_of(info)
    regions = names.known.get("region") if names else None
    if names is None or regions is None or value in regions or value in names.groups:
        return value
    raise unknown(value, "region or region group", {*regions, *names.groups}, "company.yaml")


def _expanded(value: frozenset[str] | None, info: ValidationInfo) -> frozenset[str] | None:
    names = names_of(info)
    if value is None or names is None or value.isdisjoint(names.groups):
        return value
    return frozenset().union(*(names.groups.get(one, {one}) for one in value))


def _reader(value: str, info: ValidationInfo) -> str:
    names = names_of(info)
    if names is None:
        return value
    departments, types = names.known.get("department"), names.known.get("worker type")
    if departments is None or types is None or value in departments or value in types:
        return value
    raise unknown(value, "department or worker type", {*departments, *types}, "company.yaml")


_SOMEBODY: Final = WithJsonSchema({"anyOf": [{"const": "all"}, {**LIST_SCHEMA, "minItems": 1}]})
_LIMIT: Final = WithJsonSchema({"anyOf": [{"const": "all"}, LIST_SCHEMA]})

_Region = Annotated[str, AfterValidator(_region_or_group)]
_Regions = Annotated[frozenset[_Region] | None, AfterValidator(_expanded)]

WhoTypes = Annotated[frozenset[WorkerTypeRef] | None, BeforeValidator(_somebody), _SOMEBODY]
WhoDepartments = Annotated[frozenset[DepartmentRef] | None, BeforeValidator(_somebody), _SOMEBODY]
WhoRegions = Annotated[_Regions, BeforeValidator(_somebody), _SOMEBODY]
"""Whom something is for: None is everybody. Region groups are already their regions."""

Readers = Annotated[
    frozenset[Annotated[str, AfterValidator(_reader)]] | None,
    BeforeValidator(_somebody),
    _SOMEBODY,
]
"""Departments and worker types; None is everybody."""

OnlyDepartments = Annotated[frozenset[DepartmentRef] | None, BeforeValidator(_limit), _LIMIT]
OnlyRegions = Annotated[_Regions, BeforeValidator(_limit), _LIMIT]
"""A limit: None (also an empty list) limits nothing."""

NotRegions = Annotated[
    frozenset[_Region],
    AfterValidator(_expanded),
    BeforeValidator(_a_list),
    WithJsonSchema(LIST_SCHEMA),
]
"""Regions that are left out."""
