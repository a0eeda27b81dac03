"""The checks that need no approved edition: what holds for every tool, and what is missing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from bot.decide.data import class_cites, class_of
from bot.decide.found import refusal
from bot.decide.words import UNLISTED, Finding, Question

if TYPE_CHECKING:
    from bot.chat import Verdict
    from bot.knowledge import Edition, Knowledge

REFUSED_STATUS: Mapping[str, Verdict] = {
    "under_review": "not_reviewed",
    "prohibited": "not_allowed",
    "retired": "not_allowed",
}
"""The statuses that decide alone."""


def guest(knowledge: Knowledge) -> Finding:
    """A guest gets the guest section, whatever was asked."""
    company = knowledge.company
    return refusal("guest", company.guests.cite, company.at("guests"), {}, code="guest")


def use_effect(question: Question, knowledge: Knowledge) -> Iterator[Finding]:
    """A prohibited use or a red line is refused whatever the tool."""
    use = knowledge.uses[question.use]
    if use.red_line is not None:
        lines = knowledge.company.red_lines
        cites = next((line.cite for line in lines if line.id == use.red_line), ())
        yield refusal(
            "use",
            tuple(dict.fromkeys((*use.cite, *cites))),
            use.at("red_line"),
            {"use": use.id, "red_line": use.red_line},
            code="red_line",
        )
    elif use.effect == "prohibited":
        yield refusal("use", use.cite, use.at("effect"), {"use": use.id}, code="use_prohibited")


def absolute_data(question: Question, knowledge: Knowledge) -> Iterator[Finding]:
    """A class marked absolute goes into no AI tool, listed or not."""
    for key in sorted(question.data):
        data_class = knowledge.classes[class_of(key)]
        if data_class.absolute:
            cites = class_cites(key, knowledge)
            yield refusal(
                "absolute", cites, data_class.at("absolute"), {"data": key}, code="data_absolute"
            )


def no_edition(question: Question, knowledge: Knowledge) -> Iterator[Finding]:
    """A tool outside the catalogue gets the company's word for that; no tool is asked about."""
    if question.tool is None:
        yield Finding(
            check="missing", code="which_tool", verdict="needs_clarification", ask_for="tool"
        )
        return
    rule = knowledge.company.unlisted
    yield Finding(
        check="unlisted",
        code="unlisted",
        verdict=rule.verdict,
        cites=rule.cite,
        at=knowledge.company.at("unlisted"),
        words={"tool": question.tool.removeprefix(UNLISTED)},
    )


def refused_status(edition: Edition) -> Finding:
    """An edition under review, prohibited or retired is judged by that alone."""
    words = {"edition": edition.key, "because": edition.reason}
    if edition.review is not None and edition.review.decision_expected is not None:
        words["date"] = edition.review.decision_expected.isoformat()
    return Finding(
        check="status",
        code=f"status_{edition.status}",
        verdict=REFUSED_STATUS[edition.status],
        cites=edition.cite,
        at=edition.at("status"),
        words=words,
    )


def missing_thing(question: Question, edition: Edition | None) -> Iterator[Finding]:
    """A thing that nobody described is asked about, unless no description could help."""
    if question.unnamed_feature and edition is not None:
        yield Finding(
            check="missing",
            code="which_feature",
            verdict="needs_clarification",
            ask_for="feature",
            at=edition.at("features"),
            words={"edition": edition.key},
        )
    if not question.undescribed:
        return
    if edition is not None and all(grant.effect == "deny" for grant in edition.data.values()):
        words = {"edition": edition.key}
        yield refusal("data", edition.cite, edition.at("data"), words, code="no_data_at_all")
        return
    yield Finding(check="missing", code="which_data", verdict="needs_clarification", ask_for="data")
