"""`decide`: one question, one edition, every finding, one verdict. Nothing else grants anything."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.decide import checks
from bot.decide.words import STRICTNESS, UNLISTED, Decision, Finding, Question, Slot

if TYPE_CHECKING:
    from bot.chat import Verdict
    from bot.knowledge import Edition, Knowledge, PolicyException

ASK_ORDER: tuple[Slot, ...] = (
    "tool",
    "edition",
    "data",
    "feature",
    "use",
    "department",
    "region",
)
"""Which missing slot is asked for first when several are missing."""

_LIFTABLE = frozenset(
    {"use_prohibited", "pilot_ended", "pilot_group", "worker_type", "edition_purpose", "use_tools"}
    | {f"{slot}_{scope}" for slot in ("department", "region") for scope in ("audience", "use")}
    | {"which_department", "which_region", "feature_purpose", "region_feature"}
)
"""Denials of who, purpose and region, which an exception lifts; data is lifted by class."""

_LIFTABLE_DATA = frozenset(
    {"data_unlisted", "data_denied", "data_review", "model_denied", "department_data"}
    | {"region_data"}
)


def decide(question: Question, knowledge: Knowledge) -> Decision:
    """Judge one question against one edition, without looking for alternatives.

    Pure: the same question and knowledge give the same decision for ever. The question's ids
    must exist in `knowledge` (a KeyError is a bug in the caller, never a permission).
    """
    edition = edition_of(question, knowledge)
    found = tuple(findings(question, edition, knowledge))
    return _settled(question, edition, found, knowledge)


def edition_of(question: Question, knowledge: Knowledge) -> Edition | None:
    """The edition a question is about: the named one, else its tool's default; None if unlisted."""
    if question.tool is None or question.tool.startswith(UNLISTED):
        return None
    edition = question.edition or knowledge.tools[question.tool].default_edition
    return knowledge.editions[f"{question.tool}:{edition}"]


def findings(
    question: Question, edition: Edition | None, knowledge: Knowledge
) -> Iterator[Finding]:
    """Every finding on a question, each marked with the exception that lifts it, if one does."""
    exceptions = _exceptions(question, edition, knowledge)
    for finding in _unlifted(question, edition, knowledge):
        yield _lifted(finding, exceptions)
    for exception in exceptions:
        yield Finding(
            check="exception",
            code="exception",
            verdict="allowed",
            cites=exception.cite,
            at=exception.at(),
            words={"exception": exception.id, "date": exception.to.isoformat()},
        )
        carried = checks.open_conditions(exception.conditions, question, knowledge)
        if carried:
            yield Finding(
                check="condition",
                code="condition",
                verdict="allowed_with_conditions",
                at=exception.at("conditions"),
                conditions=carried,
            )


def would_be_allowed(question: Question, edition: Edition, knowledge: Knowledge) -> bool:
    """Whether `decide` would say yes; stops at the first finding that says otherwise."""
    limit = STRICTNESS["allowed_with_conditions"]
    return all(
        not finding.counts or STRICTNESS[finding.verdict] <= limit
        for finding in findings(question, edition, knowledge)
    )


def strictest(found: Iterable[Verdict]) -> Verdict:
    """The strictest of some verdicts; `not_allowed` when there are none, as nothing granted."""
    return max(found, key=STRICTNESS.__getitem__, default="not_allowed")


def _unlifted(
    question: Question, edition: Edition | None, knowledge: Knowledge
) -> Iterator[Finding]:
    for finding in checks.guest(question, knowledge):
        yield finding
        return  # a guest learns nothing else
    yield from checks.use_effect(question, knowledge)
    yield from checks.absolute_data(question, knowledge)
    if edition is None:
        yield from checks.unlisted_tool(question, knowledge)
        yield from checks.missing_tool(question)
    elif edition.status in checks.REFUSED_STATUS:
        yield from checks.refused_status(edition)
        return
    else:
        yield from checks.edition_checks(question, edition, knowledge)
    yield from checks.missing_thing(question, edition)


def _settled(
    question: Question,
    edition: Edition | None,
    found: tuple[Finding, ...],
    knowledge: Knowledge,
) -> Decision:
    counting = [f for f in found if f.counts]
    verdict = strictest(f.verdict for f in counting)
    deciding = [f for f in counting if f.verdict == verdict]
    asked = {f.ask_for for f in deciding if f.ask_for is not None}
    yes = STRICTNESS[verdict] <= STRICTNESS["allowed_with_conditions"]
    order = knowledge.condition_order
    conditions = {c for f in counting for c in f.conditions} if yes else set()
    return Decision(
        question=question,
        verdict=verdict,
        findings=found,
        conditions=tuple(sorted(conditions, key=order.__getitem__)),
        citations=_citations(question, deciding, counting if yes else deciding, knowledge),
        ask_for=min(asked, key=ASK_ORDER.index, default=None),
        knowledge_version=knowledge.version,
        edition=edition.key if edition is not None else None,
    )


def _citations(
    question: Question,
    deciding: Iterable[Finding],
    behind: Iterable[Finding],
    knowledge: Knowledge,
) -> tuple[str, ...]:
    cited = dict.fromkeys(
        section for group in (deciding, behind) for finding in group for section in finding.cites
    )
    if question.person.worker_type != "guest":
        for rule in sorted(question.rules):
            cited.update(dict.fromkeys(knowledge.rules[rule].cite))
        if question.claimed:
            cited.update(dict.fromkeys(knowledge.company.claims.cite))
    return tuple(s for s in cited if knowledge.in_force(s, question.date))


def _exceptions(
    question: Question, edition: Edition | None, knowledge: Knowledge
) -> tuple[PolicyException, ...]:
    if edition is None or not knowledge.exceptions:
        return ()
    person = question.person
    me = {person.email, person.id} - {""}
    return tuple(
        exception
        for exception in knowledge.exceptions.values()
        if exception.tool in (edition.key, edition.tool_id)
        and exception.use == question.use
        and exception.from_ <= question.date <= exception.to
        and not me.isdisjoint(exception.people)
        and person.worker_type != "guest"
    )


def _lifted(finding: Finding, exceptions: tuple[PolicyException, ...]) -> Finding:
    for exception in exceptions:
        if finding.code in _LIFTABLE or (
            finding.code in _LIFTABLE_DATA and _covers(exception, finding.words["data"])
        ):
            return replace(finding, lifted_by=exception.id)
    return finding


def _covers(exception: PolicyException, key: str) -> bool:
    return key in exception.data or checks.class_of(key) in exception.data
