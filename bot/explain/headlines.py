"""The first line of a verdict: yes, no, not yet, in as few words as will do."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

from bot.decide import Finding, Ruling
from bot.explain import names
from bot.explain.findings import EVERYWHERE, tool_of
from bot.explain.names import Telling

HEADS: Mapping[str, str] = MappingProxyType(
    {
        "red_line": "never",
        "use_prohibited": "use",
        "data_absolute": "never",
        "data_denied": "data",
        "data_unlisted": "data",
        "no_data_at_all": "data",
        "model_denied": "model",
        "data_review": "data_review",
        "unlisted": "unlisted",
        "status_under_review": "under_review",
        "status_prohibited": "tool",
        "status_retired": "over",
        "lapsed": "over",
        "pilot_ended": "over",
        "not_yet": "not_yet",
        "pilot_group": "pilot",
        "worker_type": "tool",
        "department_audience": "department",
        "department_use": "department",
        "department_data": "department",
        "region_audience": "region",
        "region_use": "region",
        "region_data": "region",
        "region_feature": "region",
        "edition_purpose": "purpose",
        "use_tools": "tool",
        "feature_purpose": "purpose",
        "feature_denied": "feature",
        "feature_unlisted": "feature_unlisted",
        "feature_review": "feature_review",
    }
)
"""Finding code -> the headline of a refusal that rests on it."""


def headline(t: Telling, ruling: Ruling, behind: tuple[Finding, ...]) -> str:
    """The verdict in plain words."""
    if ruling.recommended and (ruling.leading.allowed or ruling.verdict == "not_allowed"):
        return _recommended(t, ruling)
    if by_tool(ruling, behind):
        return _several(t, ruling)
    if ruling.leading.allowed:
        return _yes(t, "head", ruling)
    return _no(t, ruling, behind)


def by_tool(ruling: Ruling, behind: tuple[Finding, ...]) -> bool:
    """Whether each tool gets a line: several were asked about, and they can differ."""
    return len(ruling.decisions) > 1 and not (behind and behind[0].code in EVERYWHERE)


def _yes(t: Telling, kind: str, ruling: Ruling, tool: str = "") -> str:
    number = len(ruling.conditions)
    if number:
        return t.say.count(f"{kind}-conditions", number, tool=tool)
    return t.say(kind if kind == "head-recommended" else f"{kind}-allowed", tool=tool)


def _recommended(t: Telling, ruling: Ruling) -> str:
    edition = t.knowledge.editions.get(ruling.leading.edition or "")
    if edition is None or not ruling.leading.allowed:
        return t.say("head-recommended-none")
    return _yes(t, "head-recommended", ruling, names.with_account(t, edition))


def _several(t: Telling, ruling: Ruling) -> str:
    leading = ruling.leading
    yeses = sum(decision.allowed for decision in ruling.decisions)
    if yeses == len(ruling.decisions):
        return _yes(t, "head-several", ruling)
    if leading.allowed:
        return _yes(t, "head-one", ruling, names.asked_tool(t, leading.question))
    yet = "-yet" if ruling.verdict == "not_reviewed" else ""
    return t.say(f"head-several-{'some' if yeses else 'none'}{yet}")


def _no(t: Telling, ruling: Ruling, behind: tuple[Finding, ...]) -> str:
    question = ruling.leading.question
    lead = behind[0] if behind else None
    if lead is None and question.tool is None and ruling.verdict == "not_allowed":
        return t.say("head-recommended-none")
    kind = HEADS.get(lead.code) if lead is not None and lead.verdict == ruling.verdict else None
    if kind is None or lead is None:
        return t.say(f"head-{ruling.verdict}")
    if kind == "unlisted" and lead.verdict == "not_allowed":
        kind = "tool"
    day = lead.words.get("date")
    return t.say(
        f"head-{kind}",
        tool=tool_of(t, ruling.leading, lead),
        feature=names.feature_name(lead.words.get("feature")),
        region=names.region_name(t.knowledge, lead.words.get("region", "")),
        date=t.say.day(date.fromisoformat(day)) if day else "",
    )
