"""What a refused person can use instead, and which tool is best when none was named."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING

from bot.decide.index import index_of
from bot.decide.one import decide, edition_of, would_be, would_be_allowed
from bot.decide.words import STRICTNESS, Decision, Question

if TYPE_CHECKING:
    from bot.chat import Verdict
    from bot.knowledge import Edition, Knowledge

SAME_CATEGORY = 3
"""How many editions of the same category are offered when nothing else is (KNOWLEDGE.md)."""

MOST = 10
"""How many alternatives are worth carrying: nobody reads more, and the search can stop."""

TRIED = 25
"""Among how many of the first choices the one is looked for that comes closest to a yes."""

_HOPELESS = frozenset({"red_line", "data_absolute", "guest"})
"""Findings that rule out every tool alike, and that nobody is excepted from."""

_WHO = frozenset({"worker_type", "department", "region", "pilot"})


def with_alternatives(decision: Decision, knowledge: Knowledge) -> Decision:
    """The decision, with what this person may use instead if it is a refusal."""
    if STRICTNESS[decision.verdict] < STRICTNESS["not_reviewed"]:
        return decision
    return replace(decision, alternatives=alternatives(decision, knowledge))


def alternatives(decision: Decision, knowledge: Knowledge) -> tuple[str, ...]:
    """Keys of the editions right for the question's person, data and purpose, best first."""
    question = decision.question
    if any(finding.code in _HOPELESS for finding in decision.findings):
        return ()
    edition = edition_of(question, knowledge)
    own = edition.alternatives if edition is not None else ()
    suited = knowledge.good_for.get(question.use, ())
    found = list(_allowed(question, (*own, *suited), edition, knowledge, MOST))
    if not found:
        keys = _same_category(question, edition, knowledge)
        found = list(_allowed(question, keys, edition, knowledge, SAME_CATEGORY))
    if edition is not None and question.feature is not None:
        without = replace(question, feature=None)
        if would_be_allowed(without, edition, knowledge):
            found.append(edition.key)
    return tuple(found)


def best(question: Question, knowledge: Knowledge) -> Decision:
    """Judge the best edition for a question that names no tool.

    Best is the first that is recommended for the purpose and allowed; where none is, the company
    edition with the most purposes. When none fits, the decision refuses and cites the sections
    that rule the likeliest one out.
    """
    plain = replace(question, feature=None)
    suited = knowledge.good_for.get(plain.use, ())
    broadest = index_of(knowledge).broadest
    return (
        _first(plain, (*suited, *broadest), "allowed_with_conditions", knowledge)
        or _first(plain, (*suited, *broadest), "needs_clarification", knowledge)
        or _none_fits(plain, suited or broadest, knowledge)
    )


def _first(
    question: Question, keys: Iterable[str], verdict: Verdict, knowledge: Knowledge
) -> Decision | None:
    """The decision about the first of the editions that would get this verdict or a better one."""
    for key in index_of(knowledge).worth_judging(keys, question.data):
        edition = knowledge.editions[key]
        asked = _about(edition, question)
        if would_be(verdict, asked, edition, knowledge):
            return decide(asked, knowledge)
    return None


def _none_fits(question: Question, keys: tuple[str, ...], knowledge: Knowledge) -> Decision:
    without_tool = decide(question, knowledge)
    if without_tool.verdict == "not_allowed" or not keys:
        return replace(without_tool, verdict="not_allowed", ask_for=None)
    likely = [knowledge.editions[key] for key in keys[:TRIED]]
    tried = (decide(_about(edition, question), knowledge) for edition in likely)
    return replace(min(tried, key=_distance), verdict="not_allowed")


def _distance(decision: Decision) -> tuple[int, int]:
    """How far from a yes: a tool that is not for this person helps less than their own."""
    deciding = decision.deciding
    return sum(finding.check in _WHO for finding in deciding), len(deciding)


def _about(edition: Edition, question: Question) -> Question:
    return replace(question, tool=edition.tool_id, edition=edition.id)


def _allowed(
    question: Question,
    keys: Iterable[str],
    refused: Edition | None,
    knowledge: Knowledge,
    most: int,
) -> Iterator[str]:
    """Keys of the first editions that would be allowed as they are, each once."""
    plain = replace(question, feature=None, model=None)
    likely = dict.fromkeys(index_of(knowledge).worth_judging(keys, question.data))
    others = (knowledge.editions[key] for key in likely if refused is None or key != refused.key)
    fitting = (e.key for e in others if would_be_allowed(_about(e, plain), e, knowledge))
    return islice(fitting, most)


def _same_category(
    question: Question, edition: Edition | None, knowledge: Knowledge
) -> tuple[str, ...]:
    """Company editions of the category; of the very tool that was asked for, first."""
    in_category = index_of(knowledge).company_in
    if edition is None:
        return in_category.get(question.category or "", ())
    tool = knowledge.tools[edition.tool_id]
    of_tool = tuple(e.key for e in tool.editions if e.account == "company")
    return (*of_tool, *in_category[tool.category])
