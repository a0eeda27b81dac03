"""Exceptions: one purpose, one tool, named people and days; each lifts what it names, and says so.

An exception that names data is for that data: it opens a tool, a place or a purpose only for
questions about nothing else. No exception lifts a red line, absolute data, a status, a date of an
approval or a feature.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.decide.data import class_of, tag_conditions
from bot.decide.found import carrying
from bot.decide.words import Finding, Question

if TYPE_CHECKING:
    from bot.knowledge import Edition, Knowledge, PolicyException

_LIFTABLE = frozenset(
    """
    use_prohibited edition_purpose use_tools department_use region_use feature_purpose
    worker_type department_audience region_audience which_department which_region region_feature
    pilot_group pilot_ended
    data_unlisted data_denied data_review department_data region_data model_denied
    """.split()
)
"""Denials of purpose, of who and where, and of data."""


def exceptions_for(
    question: Question, edition: Edition | None, knowledge: Knowledge
) -> tuple[PolicyException, ...]:
    """The exceptions that are for this person, edition, use and day."""
    if edition is None or not knowledge.exceptions:
        return ()
    me = {question.person.email.lower(), question.person.id} - {""}
    return tuple(
        exception
        for exception in knowledge.exceptions.values()
        if exception.use == question.use
        and exception.tool in (edition.key, edition.tool_id)
        and exception.from_ <= question.date <= exception.to
        and not me.isdisjoint(exception.people)
    )


def lifted(
    found: Iterable[Finding],
    exceptions: tuple[PolicyException, ...],
    question: Question,
    knowledge: Knowledge,
) -> Iterator[Finding]:
    """The findings, each marked with the exception that lifts it; then what was excepted."""
    by: dict[str, list[Finding]] = {}
    for finding in found:
        exception = next((e for e in exceptions if _lifts(e, finding, question)), None)
        if exception is None:
            yield finding
        else:
            by.setdefault(exception.id, []).append(finding)
            yield replace(finding, lifted_by=exception.id)
    for id_, lifts in by.items():
        yield from _said(knowledge.exceptions[id_], lifts, question, knowledge)


def _lifts(exception: PolicyException, finding: Finding, question: Question) -> bool:
    if finding.code not in _LIFTABLE:
        return False
    if "data" in finding.words:
        return _names(exception, finding.words["data"])
    return not exception.data or all(_names(exception, key) for key in question.data)


def _names(exception: PolicyException, key: str) -> bool:
    return key in exception.data or class_of(key) in exception.data


def _said(
    exception: PolicyException, lifts: list[Finding], question: Question, knowledge: Knowledge
) -> Iterator[Finding]:
    yield Finding(
        check="exception",
        code="exception",
        verdict="allowed",
        cites=exception.cite,
        at=exception.at(),
        words={"exception": exception.id, "date": exception.to.isoformat()},
    )
    keys = {finding.words["data"] for finding in lifts if "data" in finding.words}
    of_tags = (condition for key in sorted(keys) for condition in tag_conditions(key, knowledge))
    asked = (*exception.conditions, *of_tags, *_data_limits(exception, question, knowledge))
    yield from carrying(asked, exception.at("conditions"), question, knowledge)


def _data_limits(
    exception: PolicyException, question: Question, knowledge: Knowledge
) -> tuple[str, ...]:
    """The condition for a question without data, where the exception leaves a listed class out."""
    rule = knowledge.company.implied_conditions.get("no_data_named")
    if rule is None or question.data or not exception.data:
        return ()
    whole = all(_names(exception, key) for key in rule.classes)
    return () if whole else (rule.condition,)
