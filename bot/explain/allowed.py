"""Whom, what and where something is cleared for instead, so that a refusal also informs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.decide import Decision, Finding
from bot.explain import names
from bot.explain.names import Telling

if TYPE_CHECKING:
    from bot.knowledge.models import Edition, Grant

_KINDS = {
    "worker_type": "worker_type",
    "department_audience": "department",
    "department_use": "department",
    "department_data": "department",
    "region_audience": "region",
    "region_data": "region",
    "edition_purpose": "use",
    "feature_purpose": "use",
    "use_tools": "tool",
}
"""Finding code -> the kind of thing its sentence lists."""


def allowed(t: Telling, decision: Decision, finding: Finding) -> str:
    """The list a finding's sentence names; "other departments" where there is none to name."""
    kind = _KINDS.get(finding.code)
    if kind is None:
        return ""
    found = _listed(t, decision, finding)
    if not found:
        return t.say(f"elsewhere-{kind}")
    listed = t.say.named if kind == "use" else t.say.some
    return listed(found, names.NAMED)


def _listed(t: Telling, decision: Decision, finding: Finding) -> tuple[str, ...]:
    knowledge = t.knowledge
    edition = knowledge.editions.get(finding.words.get("edition", ""))
    use = knowledge.uses.get(finding.words.get("use", decision.question.use))
    match finding.code:
        case "department_use" if use is not None:
            return names.department_names(knowledge, use.only_departments or ())
        case "use_tools" if use is not None:
            return tuple(names.key_name(knowledge, key) for key in use.only_tools)
        case _ if edition is not None:
            return _by_edition(t, edition, finding)
        case _:
            return ()


def _by_edition(t: Telling, edition: Edition, finding: Finding) -> tuple[str, ...]:
    knowledge = t.knowledge
    match finding.code:
        case "edition_purpose":
            return _uses(t, edition, edition.only_uses)
        case "feature_purpose":
            feature = edition.features.get(finding.words.get("feature", ""))
            return _uses(t, edition, feature.only_uses if feature is not None else frozenset())
        case "department_data":
            grant = _grant(edition, finding)
            return names.department_names(knowledge, grant.only_departments or () if grant else ())
        case "region_data":
            grant = _grant(edition, finding)
            return names.region_names(knowledge, grant.only_regions or () if grant else ())
        case _:
            return _audience(t, edition, finding)


def _audience(t: Telling, edition: Edition, finding: Finding) -> tuple[str, ...]:
    who, knowledge = edition.who, t.knowledge
    if who is None:
        return ()
    match finding.code:
        case "worker_type":
            known = names.Ordering(tuple(knowledge.company.worker_types))
            types = sorted(who.types or (), key=known)
            return tuple(names.worker_type_name(knowledge, w) for w in types)
        case "department_audience":
            return names.department_names(knowledge, who.departments or ())
        case _:
            return names.region_names(knowledge, who.regions or ())


def _uses(t: Telling, edition: Edition, uses: frozenset[str]) -> tuple[str, ...]:
    ordered = sorted(uses, key=names.Ordering(edition.good_for))
    return tuple(names.use_name(t.knowledge, use) for use in ordered)


def _grant(edition: Edition, finding: Finding) -> Grant | None:
    key = finding.words.get("data", "")
    return edition.data.get(key) or edition.data.get(key.partition(".")[0])
