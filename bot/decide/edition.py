"""The checks of an edition in use: whom it is for, when, for what, with which feature.

A check never looks at another check's result, and the verdict does not depend on their order.
Those that refuse most often come first: whoever looks for alternatives stops at the first refusal.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from bot.decide.data import data, denies_any, model
from bot.decide.found import (
    Place,
    carrying,
    cited,
    not_in,
    only_in,
    open_conditions,
    passing,
    refusal,
)
from bot.decide.words import GENERAL, Finding, Question

if TYPE_CHECKING:
    from bot.knowledge import Edition, Feature, Knowledge


def edition_checks(question: Question, edition: Edition, knowledge: Knowledge) -> Iterator[Finding]:
    """Everything that is asked of an edition whose status lets it be judged."""
    words = {"edition": edition.key}
    yield passing(
        "status", edition.cite, edition.at("status"), words, code=f"status_{edition.status}"
    )
    yield from data(question, edition, knowledge)
    yield from _audience(question, edition, knowledge)
    yield from _dates(question, edition, knowledge)
    yield from _purpose(question, edition, knowledge)
    yield from _feature(question, edition, knowledge)
    yield from model(question, edition, knowledge)
    yield from _implied(question, edition, knowledge)
    if edition.conditions:
        yield from carrying(edition.conditions, edition.at("conditions"), question, knowledge)


def _audience(question: Question, edition: Edition, knowledge: Knowledge) -> Iterator[Finding]:
    who = edition.who
    assert who is not None  # noqa: S101 - loading refuses an edition in use without it
    words = {"edition": edition.key}
    worker_type = question.person.worker_type
    if who.types is not None and worker_type not in who.types:
        cites = cited(who.cite, "worker_type", edition, knowledge)
        at = edition.at("who.types")
        told = {**words, "worker_type": worker_type}
        yield refusal("worker_type", cites, at, told, code="worker_type")
    places: tuple[tuple[Place, frozenset[str] | None], ...] = (
        ("department", who.departments),
        ("region", who.regions),
    )
    for slot, allowed in places:
        if allowed is not None:
            cites = cited(who.cite, slot, edition, knowledge)
            at = edition.at(f"who.{slot}s")
            yield from only_in(slot, "audience", allowed, question, knowledge, cites, at, words)
    if edition.status == "pilot":
        yield from _pilot(question, edition, knowledge)


def _pilot(question: Question, edition: Edition, knowledge: Knowledge) -> Iterator[Finding]:
    pilot = edition.pilot
    assert pilot is not None  # noqa: S101 - loading refuses a pilot without it
    cites = cited((), "pilot", edition, knowledge)
    until = pilot.until.isoformat()
    words = {"edition": edition.key, "group": pilot.group, "date": until}
    if question.date > pilot.until:
        yield refusal("pilot", cites, edition.at("pilot.until"), words, code="pilot_ended")
    if pilot.group not in question.person.groups:
        yield refusal("pilot", cites, edition.at("pilot.group"), words, code="pilot_group")


def _dates(question: Question, edition: Edition, knowledge: Knowledge) -> Iterator[Finding]:
    approval = edition.approval
    if approval is None:
        return
    first, last = approval.valid_from, approval.expires
    if first is not None and question.date < first:
        cites = cited((), "not_yet", edition, knowledge)
        words = {"edition": edition.key, "date": first.isoformat()}
        yield refusal("dates", cites, edition.at("approval.valid_from"), words, code="not_yet")
    if last is not None and question.date > last:
        cites = cited((), "lapsed", edition, knowledge)
        words = {"edition": edition.key, "date": last.isoformat()}
        yield refusal("dates", cites, edition.at("approval.expires"), words, code="lapsed")


def _purpose(question: Question, edition: Edition, knowledge: Knowledge) -> Iterator[Finding]:
    use = knowledge.uses[question.use]
    words = {"use": use.id, "edition": edition.key}
    if use.id != GENERAL and edition.only_uses and use.id not in edition.only_uses:
        yield refusal(
            "purpose", edition.cite, edition.at("only_uses"), words, code="edition_purpose"
        )
    if use.only_tools and not {edition.key, edition.tool_id}.intersection(use.only_tools):
        cites = use.cite or edition.cite
        yield refusal("purpose", cites, use.at("only_tools"), words, code="use_tools")
    if use.only_departments is not None:
        cites = cited(use.cite, "department", edition, knowledge)
        allowed, at = use.only_departments, use.at("only_departments")
        yield from only_in("department", "use", allowed, question, knowledge, cites, at, words)
    if use.not_regions:
        cites = cited(use.cite, "region", edition, knowledge)
        yield from not_in(use.not_regions, "use", question, cites, use.at("not_regions"), words)
    if use.cite or use.conditions:
        # The purpose itself is fine; its sections and conditions belong to the answer.
        carried = open_conditions(use.conditions, question, knowledge)
        yield passing("purpose", use.cite, use.at("conditions"), words, carried, code="use_ok")


def _feature(question: Question, edition: Edition, knowledge: Knowledge) -> Iterator[Finding]:
    if question.feature is None:
        return
    words = {"feature": question.feature, "edition": edition.key}
    feature = edition.features.get(question.feature)
    path = f"features.{question.feature}"
    if feature is None:
        yield Finding(
            check="feature",
            code="feature_unlisted",
            verdict="not_reviewed",
            cites=edition.cite,
            at=edition.at("features"),
            words=words,
        )
    elif feature.status != "allow":
        denied = feature.status == "deny"
        yield Finding(
            check="feature",
            code="feature_denied" if denied else "feature_review",
            verdict="not_allowed" if denied else "not_reviewed",
            cites=feature.cite or edition.cite,
            at=edition.at(f"{path}.status"),
            words={**words, "note": feature.note},
        )
    else:
        yield from _feature_limits(question, feature, edition, knowledge, words)
        carried = open_conditions(feature.conditions, question, knowledge)
        cites, at = feature.cite or edition.cite, edition.at(path)
        yield passing("feature", cites, at, words, carried, code="feature_ok")


def _feature_limits(
    question: Question,
    feature: Feature,
    edition: Edition,
    knowledge: Knowledge,
    words: dict[str, str],
) -> Iterator[Finding]:
    path = f"features.{question.feature}"
    if feature.only_uses and question.use not in {GENERAL, *feature.only_uses}:
        cites = feature.cite or edition.cite
        told = {**words, "use": question.use}
        yield refusal(
            "feature", cites, edition.at(f"{path}.only_uses"), told, code="feature_purpose"
        )
    if feature.not_regions:
        cites = cited(feature.cite, "region", edition, knowledge)
        at = edition.at(f"{path}.not_regions")
        yield from not_in(feature.not_regions, "feature", question, cites, at, words)


def _implied(question: Question, edition: Edition, knowledge: Knowledge) -> Iterator[Finding]:
    """The conditions that a decision adds by itself."""
    implied = knowledge.company.implied_conditions
    rule = implied.get("no_data_named")
    if rule is not None and not question.data and denies_any(edition, rule.classes):
        yield from carrying((rule.condition,), edition.at("data"), question, knowledge)
    rule = implied.get("private_edition_exists")
    if rule is not None and question.edition is None and edition.account == "company":
        editions = knowledge.tools[edition.tool_id].editions
        if any(other.account == "personal" for other in editions):
            yield from carrying((rule.condition,), edition.at("account"), question, knowledge)
    rule = implied.get("purpose_not_stated")
    if rule is not None and question.use == GENERAL and edition.only_uses:
        yield from carrying((rule.condition,), edition.at("only_uses"), question, knowledge)
