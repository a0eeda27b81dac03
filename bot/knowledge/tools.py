"""tools/<tool>.yaml: a tool and its editions, the unit of permission."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field, GetJsonSchemaHandler, model_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema
from typing_extensions import override

from bot.knowledge.audience import (
    NotRegions,
    OnlyDepartments,
    OnlyRegions,
    WhoDepartments,
    WhoRegions,
    WhoTypes,
)
from bot.knowledge.placed import Entry, Placed
from bot.knowledge.references import Cites, ClassRef, ConditionRef, EditionRef, SomeCites, UseRef
from bot.knowledge.values import (
    Day,
    Flag,
    FrozenMap,
    Id,
    Text,
    Texts,
    Whole,
    Words,
    nothing,
    refusal,
    unknown,
)

Account = Literal["company", "personal", "none"]
Support = Literal["supported", "best_effort", "none"]
Status = Literal["approved", "limited", "pilot", "under_review", "prohibited", "retired"]
GrantEffect = Literal["allow", "deny", "review"]
FeatureStatus = Literal["allow", "deny"]
CostKind = Literal["free", "licence", "chargeback"]

IN_USE: frozenset[Status] = frozenset({"approved", "limited", "pilot"})
"""The statuses under which somebody may use an edition, and so needs an audience and data."""


class Review(Placed):
    """An edition that is being looked at."""

    opened: Day | None = None
    decision_expected: Day | None = None


class Pilot(Placed):
    """Only people in this group, until that day."""

    group: Text
    until: Day


class Who(Placed):
    """Whom an edition is for; None is everybody."""

    types: WhoTypes
    departments: WhoDepartments
    regions: WhoRegions
    cite: Cites = ()


class Grant(Placed):
    """What an edition says about a class or a tag of data."""

    effect: GrantEffect
    allow_if: tuple[ConditionRef, ...] = ()
    only_departments: OnlyDepartments = None
    only_regions: OnlyRegions = None
    cite: Cites = ()

    @model_validator(mode="before")
    @classmethod
    def _one_shape(cls, value: Any) -> Any:
        """Bring every spelling into one: a word, or a mapping that says one effect."""
        if isinstance(value, str):
            return {"effect": _effect(value)}
        if not isinstance(value, dict):
            raise refusal(_GRANT)
        return _spelled_out(value)

    @classmethod
    @override
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return _grant_schema(handler.resolve_ref_schema(handler(schema)))


GRANT_KEYS = ("allow", "deny", "review", "allow_if", "only_departments", "only_regions", "cite")
_EFFECTS: tuple[GrantEffect, ...] = ("allow", "deny", "review")
_GRANT = "Write allow, deny, review, or a mapping such as {allow_if: [a-condition]}."


def _effect(word: str) -> str:
    if word not in _EFFECTS:
        raise unknown(word, "word", _EFFECTS, "a data grant")
    return word


def _spelled_out(value: dict[str, Any]) -> dict[str, Any]:
    said: list[str] = [key for key in _EFFECTS if key in value]
    if any(value[key] is not True for key in said):
        raise refusal(f"{said[0]} can only be true here. Leave it out otherwise.")
    if "effect" in value:
        raise refusal(f"'effect' is not a key here. {_GRANT}")
    if not said and not value.keys().isdisjoint(("allow_if", "only_departments", "only_regions")):
        said = ["allow"]
    if len(said) != 1:
        raise refusal(f"Say one thing: allow, deny or review. {_GRANT}")
    if said[0] != "allow" and "allow_if" in value:
        raise refusal(f"{said[0]} and allow_if cannot both hold. Keep one of the two.")
    return {"effect": said[0], **{k: v for k, v in value.items() if k not in _EFFECTS}}


def _grant_schema(spelled: JsonSchemaValue) -> JsonSchemaValue:
    fields = {k: v for k, v in spelled["properties"].items() if k != "effect"}
    words = {word: {"const": True} for word in _EFFECTS}
    mapping = {
        "type": "object",
        "properties": {**words, **fields},
        "additionalProperties": False,
        "minProperties": 1,
    }
    return {"title": "Grant", "anyOf": [{"enum": list(_EFFECTS)}, mapping]}


class Feature(Placed):
    """A feature that needs its own word."""

    aliases: Texts = ()
    status: FeatureStatus
    only_uses: frozenset[UseRef] = frozenset()
    conditions: tuple[ConditionRef, ...] = ()
    not_regions: NotRegions = frozenset()
    cite: Cites = ()
    note: Words = ""


class ModelRule(Placed):
    """The same edition with another model: it only narrows."""

    match: Texts
    """Patterns with `*` for the model's name."""
    data: FrozenMap[ClassRef, Grant]


class Approval(Placed):
    """Who approved an edition, and for how long."""

    by: Text
    decided_on: Day | None = None
    valid_from: Day | None = None
    expires: Day | None = None
    next_review: Day | None = None


class Cost(Entry):
    """Who pays."""

    kind: CostKind
    note: Words = ""


class Access(Entry):
    """How a person gets it."""

    path: Text
    note: Words = ""


class VendorTerms(Entry):
    """What the vendor promises."""

    trains_on_input: Flag | None = None
    retention_days: Whole | None = None
    residency: Texts = ()


class Edition(Placed):
    """One account, plan, tenant or hosting of a tool: the unit of permission."""

    id: Id
    name: Text
    aliases: Texts = ()
    account: Account
    how_to_recognise: Words = ""
    support: Support | None = None
    status: Status
    reason: Words = ""
    review: Review | None = None
    pilot: Pilot | None = None
    """Always there when the status is `pilot`."""
    who: Who | None = None
    """None only for an edition nobody may use (see `IN_USE`)."""
    data: FrozenMap[ClassRef, Grant] = Field(default_factory=nothing)
    """Class or class.tag -> grant; what is not listed is denied."""
    models: tuple[ModelRule, ...] = ()
    features: FrozenMap[Id, Feature] = Field(default_factory=nothing)
    only_uses: frozenset[UseRef] = frozenset()
    """Empty: every purpose."""
    conditions: tuple[ConditionRef, ...] = ()
    good_for: tuple[UseRef, ...] = ()
    """Best first."""
    not_good_for: Texts = ()
    approval: Approval | None = None
    alternatives: tuple[EditionRef, ...] = ()
    """Always `tool:edition`."""
    cost: Cost | None = None
    access: Access | None = None
    vendor_terms: VendorTerms | None = None
    cite: SomeCites

    __slots__ = ("_tool_id",)

    @property
    def tool_id(self) -> str:
        """The tool this edition belongs to."""
        return getattr(self, "_tool_id", "")

    def belong_to(self, tool_id: str) -> None:
        """Remember the tool. Only loading calls this."""
        _set_tool_id(self, tool_id)

    @property
    def key(self) -> str:
        """`tool:edition`, as it is written everywhere else."""
        return f"{self.tool_id}:{self.id}"


_set_tool_id: Any = Edition.__dict__["_tool_id"].__set__


class Tool(Placed):
    """A product, with the editions in which people meet it."""

    id: Id
    name: Text
    vendor: Words = ""
    aliases: Texts = ()
    category: Text
    owner: Words = ""
    default_edition: Text
    """Judged when nobody names an edition."""
    editions: tuple[Edition, ...]
