"""The checks of KNOWLEDGE.md, "Deciding": each looks at one thing and yields what it finds.

A check never looks at another check's result. Cheap checks that refuse often come first in
`edition_checks`, because the search for alternatives stops at the first refusal; the verdict
does not depend on the order.
"""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Literal

from bot.decide.words import GENERAL, UNLISTED, Check, Finding, Question

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.chat import Verdict
    from bot.knowledge import Edition, Feature, Grant, Knowledge, Use

Place = Literal["department", "region"]

REFUSED_STATUS: Mapping[str, Verdict] = {
    "under_review": "not_reviewed",
    "prohibited": "not_allowed",
    "retired": "not_allowed",
}


def guest(question: Question, knowledge: Knowledge) -> Iterator[Finding]:
    """A guest gets the guest section, whatever was asked."""
    if question.person.worker_type == "guest":
        company = knowledge.company
        yield Finding(
            check="guest",
            code="guest",
            verdict="not_allowed",
            cites=company.guests.cite,
            at=company.at("guests"),
        )


def use_effect(question: Question, knowledge: Knowledge) -> Iterator[Finding]:
    """A prohibited use or a red line is refused whatever the tool."""
    use = knowledge.uses[question.use]
    line = next((r for r in knowledge.company.red_lines if r.id == use.red_line), None)
    if line is not None:
        yield Finding(
            check="use",
            code="red_line",
            verdict="not_allowed",
            cites=_together(use.cite, line.cite),
            at=use.at("red_line"),
            words={"use": use.id, "red_line": line.id},
        )
    elif use.effect == "prohibited":
        yield Finding(
            check="use",
            code="use_prohibited",
            verdict="not_allowed",
            cites=use.cite,
            at=use.at("effect"),
            words={"use": use.id},
        )


def absolute_data(question: Question, knowledge: Knowledge) -> Iterator[Finding]:
    """A class marked absolute goes into no AI tool, listed or not."""
    for key in sorted(question.data):
        data_class = knowledge.classes[class_of(key)]
        if data_class.absolute:
            yield Finding(
                check="absolute",
                code="data_absolute",
                verdict="not_allowed",
                cites=_class_cites(key, knowledge),
                at=data_class.at("absolute"),
                words={"data": key},
            )


def unlisted_tool(question: Question, knowledge: Knowledge) -> Iterator[Finding]:
    """A tool outside the catalogue gets the company's word for that."""
    if question.tool is not None and question.tool.startswith(UNLISTED):
        rule = knowledge.company.unlisted
        yield Finding(
            check="unlisted",
            code="unlisted",
            verdict=rule.verdict,
            cites=rule.cite,
            at=knowledge.company.at("unlisted"),
            words={"tool": question.tool.removeprefix(UNLISTED)},
        )


def refused_status(edition: Edition) -> Iterator[Finding]:
    """An edition under review, prohibited or retired is judged by that alone."""
    verdict = REFUSED_STATUS.get(edition.status)
    if verdict is not None:
        words = {"edition": edition.key, "because": edition.reason or ""}
        if edition.review is not None and edition.review.decision_expected is not None:
            words["date"] = edition.review.decision_expected.isoformat()
        yield Finding(
            check="status",
            code=f"status_{edition.status}",
            verdict=verdict,
            cites=edition.cite,
            at=edition.at("status"),
            words=words,
        )


def edition_checks(question: Question, edition: Edition, knowledge: Knowledge) -> Iterator[Finding]:
    """Everything that is asked of an edition whose status lets it be judged."""
    words = {"edition": edition.key}
    yield _yes("status", f"status_{edition.status}", edition.cite, edition.at("status"), words)
    yield from _data(question, edition, knowledge)
    yield from _audience(question, edition, knowledge)
    yield from _dates(question, edition, knowledge)
    yield from _purpose(question, edition, knowledge)
    yield from _feature(question, edition, knowledge)
    yield from _model(question, edition, knowledge)
    yield from _implied(question, edition, knowledge)
    yield from _carries(edition.conditions, edition.at("conditions"), question, knowledge)


def missing_thing(question: Question, edition: Edition | None) -> Iterator[Finding]:
    """A thing that nobody described is asked about, unless no description could help."""
    if not question.undescribed:
        return
    if edition is not None and all(grant.effect == "deny" for grant in edition.data.values()):
        yield Finding(
            check="data",
            code="no_data_at_all",
            verdict="not_allowed",
            cites=edition.cite,
            at=edition.at("data"),
            words={"edition": edition.key},
        )
        return
    yield Finding(check="missing", code="which_data", verdict="needs_clarification", ask_for="data")


def missing_tool(question: Question) -> Iterator[Finding]:
    """Without a tool there is nothing to judge beyond the purpose and absolute data."""
    if question.tool is None:
        yield Finding(
            check="missing", code="which_tool", verdict="needs_clarification", ask_for="tool"
        )


def class_of(key: str) -> str:
    """The class of a data key: `personal` for both `personal` and `personal.customer`."""
    return key.partition(".")[0]


def grant_for(grants: Mapping[str, Grant], key: str) -> tuple[str, Grant | None]:
    """The most specific grant for a data key, and the key it is written under."""
    if key in grants:
        return key, grants[key]
    parent = class_of(key)
    return parent, grants.get(parent)


def _data(question: Question, edition: Edition, knowledge: Knowledge) -> Iterator[Finding]:
    for key in sorted(question.data):
        written, grant = grant_for(edition.data, key)
        at = edition.at(f"data.{written}")
        cites = (grant.cite if grant is not None else ()) or _class_cites(key, knowledge)
        if grant is None or grant.effect == "deny":
            code = "data_unlisted" if grant is None else "data_denied"
            yield _refusal("data", code, cites, at, {"data": key, "edition": edition.key})
        else:
            yield from _granted(question, edition, knowledge, key, grant, cites, at)


def _granted(
    question: Question,
    edition: Edition,
    knowledge: Knowledge,
    key: str,
    grant: Grant,
    cites: tuple[str, ...],
    at: str,
) -> Iterator[Finding]:
    words = {"data": key, "edition": edition.key}
    if grant.effect == "review":
        yield Finding(
            check="data",
            code="data_review",
            verdict="not_reviewed",
            cites=cites,
            at=at,
            words=words,
        )
        return
    yield from _only("department", "data", grant.only_departments, question, cites, at, words)
    yield from _only("region", "data", grant.only_regions, question, cites, at, words)
    carried = open_conditions(
        (*grant.allow_if, *_tag_conditions(key, knowledge)), question, knowledge
    )
    yield _yes("data", "data_granted", cites, at, words, carried)


def _audience(question: Question, edition: Edition, knowledge: Knowledge) -> Iterator[Finding]:
    who, person = edition.who, question.person
    cite_for = knowledge.company.cite_for
    words = {"edition": edition.key}
    if who is not None:
        if who.types is not None and person.worker_type not in who.types:
            cites = who.cite or cite_for.get("worker_type", ()) or edition.cite
            yield _refusal(
                "worker_type",
                "worker_type",
                cites,
                edition.at("who.types"),
                {**words, "worker_type": person.worker_type},
            )
        places: tuple[tuple[Place, frozenset[str] | None], ...] = (
            ("department", who.departments),
            ("region", who.regions),
        )
        for slot, allowed in places:
            cites = who.cite or cite_for.get(slot, ()) or edition.cite
            at = edition.at(f"who.{slot}s")
            yield from _only(slot, "audience", allowed, question, cites, at, words)
    if edition.status == "pilot" and edition.pilot is not None:
        yield from _pilot(question, edition, knowledge)


def _pilot(question: Question, edition: Edition, knowledge: Knowledge) -> Iterator[Finding]:
    pilot = edition.pilot
    assert pilot is not None  # noqa: S101 - the caller looked
    cites = knowledge.company.cite_for.get("pilot", ()) or edition.cite
    words = {"edition": edition.key, "group": pilot.group}
    if pilot.until is not None:
        words["date"] = pilot.until.isoformat()
        if question.date > pilot.until:
            yield _refusal("pilot", "pilot_ended", cites, edition.at("pilot.until"), words)
    if pilot.group not in question.person.groups:
        yield _refusal("pilot", "pilot_group", cites, edition.at("pilot.group"), words)


def _dates(question: Question, edition: Edition, knowledge: Knowledge) -> Iterator[Finding]:
    approval = edition.approval
    if approval is None:
        return
    cite_for = knowledge.company.cite_for
    if approval.valid_from is not None and question.date < approval.valid_from:
        yield _refusal(
            "dates",
            "not_yet",
            cite_for.get("not_yet", ()) or edition.cite,
            edition.at("approval.valid_from"),
            {"edition": edition.key, "date": approval.valid_from.isoformat()},
        )
    if approval.expires is not None and question.date > approval.expires:
        yield _refusal(
            "dates",
            "lapsed",
            cite_for.get("lapsed", ()) or edition.cite,
            edition.at("approval.expires"),
            {"edition": edition.key, "date": approval.expires.isoformat()},
        )


def _purpose(question: Question, edition: Edition, knowledge: Knowledge) -> Iterator[Finding]:
    use = knowledge.uses[question.use]
    words = {"use": use.id, "edition": edition.key}
    if use.id != GENERAL and edition.only_uses and use.id not in edition.only_uses:
        yield _refusal("purpose", "edition_purpose", edition.cite, edition.at("only_uses"), words)
    if use.only_tools and not _names(use.only_tools, edition):
        yield _refusal(
            "purpose", "use_tools", use.cite or edition.cite, use.at("only_tools"), words
        )
    yield from _use_audience(question, use, edition, words)
    if use.cite or use.conditions:
        # The purpose itself is fine; its sections and conditions belong to the answer.
        carried = open_conditions(use.conditions, question, knowledge)
        yield _yes("purpose", "use_ok", use.cite, use.at("conditions"), words, carried)


def _use_audience(
    question: Question, use: Use, edition: Edition, words: dict[str, str]
) -> Iterator[Finding]:
    cites = use.cite or edition.cite
    departments = use.only_departments or None
    yield from _only(
        "department", "use", departments, question, cites, use.at("only_departments"), words
    )
    yield from _not_in(use.not_regions, "use", question, cites, use.at("not_regions"), words)


def _feature(question: Question, edition: Edition, knowledge: Knowledge) -> Iterator[Finding]:
    if question.feature is None:
        return
    words = {"feature": question.feature, "edition": edition.key}
    feature = edition.features.get(question.feature)
    if feature is None:
        yield Finding(
            check="feature",
            code="feature_unlisted",
            verdict="not_reviewed",
            cites=edition.cite,
            at=edition.at("features"),
            words=words,
        )
        return
    at = f"features.{question.feature}"
    cites = feature.cite or edition.cite
    if feature.status != "allow":
        denied = feature.status == "deny"
        yield Finding(
            check="feature",
            code="feature_denied" if denied else "feature_review",
            verdict="not_allowed" if denied else "not_reviewed",
            cites=cites,
            at=edition.at(f"{at}.status"),
            words={**words, "note": feature.note or ""},
        )
        return
    yield from _feature_limits(question, feature, edition, words)
    carried = open_conditions(feature.conditions, question, knowledge)
    yield _yes("feature", "feature_ok", cites, edition.at(at), words, carried)


def _feature_limits(
    question: Question, feature: Feature, edition: Edition, words: dict[str, str]
) -> Iterator[Finding]:
    cites = feature.cite or edition.cite
    at = f"features.{question.feature}"
    if feature.only_uses and question.use not in {GENERAL, *feature.only_uses}:
        yield _refusal(
            "feature",
            "feature_purpose",
            cites,
            edition.at(f"{at}.only_uses"),
            {**words, "use": question.use},
        )
    yield from _not_in(
        feature.not_regions, "feature", question, cites, edition.at(f"{at}.not_regions"), words
    )


def _model(question: Question, edition: Edition, knowledge: Knowledge) -> Iterator[Finding]:
    if question.model is None:
        return
    for index, rule in enumerate(edition.models):
        if not any(fnmatchcase(question.model, pattern) for pattern in rule.match):
            continue
        for key in sorted(question.data):
            written, grant = grant_for(rule.data, key)
            if grant is None:
                continue  # a model rule only narrows; what it does not name stays as it is
            cites = grant.cite or _class_cites(key, knowledge)
            at = edition.at(f"models.{index}.data.{written}")
            words = {"data": key, "edition": edition.key, "model": question.model}
            if grant.effect == "deny":
                yield _refusal("model", "model_denied", cites, at, words)
            else:
                yield from _granted(question, edition, knowledge, key, grant, cites, at)


def _implied(question: Question, edition: Edition, knowledge: Knowledge) -> Iterator[Finding]:
    implied = knowledge.company.implied_conditions
    rule = implied.get("no_data_named")
    if rule is not None and not question.data and _denies_any(edition, rule.classes):
        yield from _carries((rule.condition,), edition.at("data"), question, knowledge)
    rule = implied.get("private_edition_exists")
    if rule is not None and question.edition is None and edition.account == "company":
        editions = knowledge.tools[edition.tool_id].editions
        if any(other.account == "personal" for other in editions):
            yield from _carries((rule.condition,), edition.at("account"), question, knowledge)
    rule = implied.get("purpose_not_stated")
    if rule is not None and question.use == GENERAL and edition.only_uses:
        yield from _carries((rule.condition,), edition.at("only_uses"), question, knowledge)


def _denies_any(edition: Edition, classes: tuple[str, ...]) -> bool:
    for key in classes:
        _, grant = grant_for(edition.data, key)
        if grant is None or grant.effect == "deny":
            return True
    return False


def _only(
    slot: Place,
    scope: str,
    allowed: frozenset[str] | None,
    question: Question,
    cites: tuple[str, ...],
    at: str,
    words: Mapping[str, str],
) -> Iterator[Finding]:
    """Refuse a person outside the departments or regions that are named; ask when unknown."""
    if allowed is None:
        return
    person = question.person
    mine = person.department if slot == "department" else person.region
    if mine is None:
        yield Finding(
            check=slot,
            code=f"which_{slot}",
            verdict="needs_clarification",
            cites=cites,
            at=at,
            words=words,
            ask_for=slot,
        )
    elif mine not in allowed:
        yield _refusal(slot, f"{slot}_{scope}", cites, at, {**words, slot: mine})


def _not_in(
    regions: frozenset[str],
    scope: str,
    question: Question,
    cites: tuple[str, ...],
    at: str,
    words: Mapping[str, str],
) -> Iterator[Finding]:
    if not regions:
        return
    mine = question.person.region
    if mine is None:
        yield Finding(
            check="region",
            code="which_region",
            verdict="needs_clarification",
            cites=cites,
            at=at,
            words=words,
            ask_for="region",
        )
    elif mine in regions:
        yield _refusal("region", f"region_{scope}", cites, at, {**words, "region": mine})


def _refusal(
    check: Check, code: str, cites: tuple[str, ...], at: str, words: Mapping[str, str]
) -> Finding:
    return Finding(
        check=check,
        code=code,
        verdict="not_allowed",
        cites=cites,
        at=at,
        words=words,
    )


def _yes(
    check: Check,
    code: str,
    cites: tuple[str, ...],
    at: str,
    words: Mapping[str, str],
    conditions: tuple[str, ...] = (),
) -> Finding:
    return Finding(
        check=check,
        code=code,
        verdict="allowed_with_conditions" if conditions else "allowed",
        cites=cites,
        at=at,
        words=words,
        conditions=conditions,
    )


def _carries(
    conditions: tuple[str, ...], at: str, question: Question, knowledge: Knowledge
) -> Iterator[Finding]:
    carried = open_conditions(conditions, question, knowledge)
    if carried:
        yield _yes("condition", "condition", (), at, {}, carried)


def _names(tools: tuple[str, ...], edition: Edition) -> bool:
    return edition.key in tools or edition.tool_id in tools


def _class_cites(key: str, knowledge: Knowledge) -> tuple[str, ...]:
    data_class = knowledge.classes[class_of(key)]
    tag = data_class.tags.get(key.partition(".")[2])
    return (tag.cite if tag is not None else ()) or data_class.cite


def _tag_conditions(key: str, knowledge: Knowledge) -> tuple[str, ...]:
    tag = knowledge.classes[class_of(key)].tags.get(key.partition(".")[2])
    return tag.conditions if tag is not None else ()


def open_conditions(
    conditions: tuple[str, ...], question: Question, knowledge: Knowledge
) -> tuple[str, ...]:
    """The conditions still to be met: one with a course is met for good by finishing it."""
    courses = question.person.courses
    known = knowledge.conditions
    return tuple(dict.fromkeys(c for c in conditions if (known[c].course or "") not in courses))


def _together(first: tuple[str, ...], second: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*first, *second)))
