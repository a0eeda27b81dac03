"""`decide`: one question, one edition, every finding, one verdict. Nothing else grants anything."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from bot.decide import everywhere
from bot.decide.edition import edition_checks
from bot.decide.exceptions import exceptions_for, lifted
from bot.decide.words import STRICTNESS, UNLISTED, Decision, Finding, Question, Slot

if TYPE_CHECKING:
    from bot.chat import Verdict
    from bot.knowledge import Edition, Knowledge

GUEST = "guest"
"""The worker type that is told nothing."""

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


def decide(question: Question, knowledge: Knowledge) -> Decision:
    """Judge one question against one edition, without looking for alternatives.

    Pure: the same question and knowledge give the same decision for ever. The question's ids
    must exist in `knowledge` (a KeyError is a bug in the caller, never a permission).
    """
    edition = edition_of(question, knowledge)
    return settled(question, edition, tuple(findings(question, edition, knowledge)), knowledge)


def edition_of(question: Question, knowledge: Knowledge) -> Edition | None:
    """The edition a question is about: the named one, else its tool's default edition.

    None for a tool outside the catalogue, for no tool, and for whatever a guest asks about.
    """
    tool = question.tool
    if tool is None or tool.startswith(UNLISTED) or question.person.worker_type == GUEST:
        return None
    edition = question.edition or knowledge.tools[tool].default_edition
    return knowledge.editions[f"{tool}:{edition}"]


def findings(
    question: Question, edition: Edition | None, knowledge: Knowledge
) -> Iterator[Finding]:
    """Every finding on a question, each marked with the exception that lifts it, if one does."""
    found = _unlifted(question, edition, knowledge)
    exceptions = exceptions_for(question, edition, knowledge)
    return lifted(found, exceptions, question, knowledge) if exceptions else found


def would_be(verdict: Verdict, question: Question, edition: Edition, knowledge: Knowledge) -> bool:
    """Whether `decide` would say this or better; stops at the first finding that says otherwise."""
    limit = STRICTNESS[verdict]
    return all(
        not finding.counts or STRICTNESS[finding.verdict] <= limit
        for finding in findings(question, edition, knowledge)
    )


def would_be_allowed(question: Question, edition: Edition, knowledge: Knowledge) -> bool:
    """Whether `decide` would say yes, with or without conditions."""
    return would_be("allowed_with_conditions", question, edition, knowledge)


def strictest(found: Iterable[Verdict]) -> Verdict:
    """The strictest of some verdicts; `not_allowed` when there are none, as nothing granted."""
    return max(found, key=STRICTNESS.__getitem__, default="not_allowed")


def _unlifted(
    question: Question, edition: Edition | None, knowledge: Knowledge
) -> Iterator[Finding]:
    if question.person.worker_type == GUEST:
        yield everywhere.guest(knowledge)
        return  # a guest learns nothing else
    yield from everywhere.use_effect(question, knowledge)
    yield from everywhere.absolute_data(question, knowledge)
    if edition is None:
        yield from everywhere.no_edition(question, knowledge)
    elif edition.status in everywhere.REFUSED_STATUS:
        yield everywhere.refused_status(edition)
        return  # no description of a thing could help
    else:
        yield from edition_checks(question, edition, knowledge)
    yield from everywhere.missing_thing(question, edition)


def settled(
    question: Question,
    edition: Edition | None,
    found: Sequence[Finding],
    knowledge: Knowledge,
) -> Decision:
    """The decision that these findings make: the strictest is the verdict, in whatever order."""
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
        findings=tuple(found),
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
    if question.person.worker_type != GUEST:
        for rule in sorted(question.rules):
            cited.update(dict.fromkeys(knowledge.rules[rule].cite))
        if question.claimed:
            cited.update(dict.fromkeys(knowledge.company.claims.cite))
    return tuple(s for s in cited if knowledge.in_force(s, question.date))
