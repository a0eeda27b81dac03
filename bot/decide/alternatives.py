"""What a refused person can use instead, and which tool is best when none was named."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.decide.one import decide, would_be_allowed
from bot.decide.words import GENERAL, STRICTNESS, Decision, Question

if TYPE_CHECKING:
    from bot.knowledge import Edition, Knowledge

SAME_CATEGORY = 3
"""How many editions of the same category are offered when nothing else is (KNOWLEDGE.md)."""

MOST = 10
"""How many alternatives are worth carrying: nobody reads more, and the search can stop."""


def with_alternatives(decision: Decision, knowledge: Knowledge) -> Decision:
    """The decision, with what this person may use instead if it is a refusal."""
    refused = STRICTNESS[decision.verdict] >= STRICTNESS["not_reviewed"]
    if not refused or decision.question.person.worker_type == "guest":
        return decision
    return replace(decision, alternatives=alternatives(decision, knowledge))


def alternatives(decision: Decision, knowledge: Knowledge) -> tuple[str, ...]:
    """Keys of the editions right for the question's person, data and purpose, best first."""
    question = decision.question
    if _nothing_can_help(decision):
        return ()
    edition = knowledge.editions[decision.edition] if decision.edition is not None else None
    offered = dict.fromkeys(_first_choices(question, edition, knowledge))
    if not offered:
        keys = _same_category(question, edition, knowledge)
        offered = dict.fromkeys(_allowed(question, keys, edition, knowledge, SAME_CATEGORY))
    if edition is not None and question.feature is not None:
        without = replace(question, feature=None)
        if would_be_allowed(without, edition, knowledge):
            offered[edition.key] = None
    return tuple(offered)[:MOST]


def best(question: Question, knowledge: Knowledge) -> Decision:
    """Judge the best edition for a question that names no tool.

    When none fits, the decision refuses and cites the sections that rule the likeliest out.
    """
    plain = replace(question, feature=None)
    suited = knowledge.good_for.get(question.use, ())
    yes = [d for key in suited if (d := _judged(plain, key, knowledge)).allowed]
    if not yes:
        everything = (_judged(plain, key, knowledge) for key in _broadest(knowledge))
        yes = [d for d in everything if d.allowed]
        yes = yes[:1]
    if yes:
        return min(yes, key=lambda d: _preference(d, suited))
    return _none_fits(plain, suited, knowledge)


def _none_fits(question: Question, suited: tuple[str, ...], knowledge: Knowledge) -> Decision:
    without_tool = decide(question, knowledge)
    if without_tool.verdict == "not_allowed":
        return without_tool
    tried = [_judged(question, key, knowledge) for key in suited or _broadest(knowledge)]
    asking = [d for d in tried if d.verdict == "needs_clarification"]
    if asking:
        return asking[0]
    if not tried:
        return replace(without_tool, verdict="not_allowed", ask_for=None)
    closest = min(tried, key=lambda d: len(d.deciding))
    return replace(closest, verdict="not_allowed")


def _judged(question: Question, key: str, knowledge: Knowledge) -> Decision:
    tool, _, edition = key.partition(":")
    return decide(replace(question, tool=tool, edition=edition), knowledge)


def _preference(decision: Decision, suited: tuple[str, ...]) -> tuple[int, int]:
    key = decision.edition or ""
    position = suited.index(key) if key in suited else len(suited)
    return position, STRICTNESS[decision.verdict]


def _broadest(knowledge: Knowledge) -> tuple[str, ...]:
    """Company editions, those recommended for most purposes first: the all-rounders."""
    editions = [e for e in knowledge.editions.values() if e.account == "company"]
    return tuple(e.key for e in sorted(editions, key=lambda e: -len(e.good_for)))


def _first_choices(
    question: Question, edition: Edition | None, knowledge: Knowledge
) -> Iterator[str]:
    own = edition.alternatives if edition is not None else ()
    suited = knowledge.good_for.get(question.use, ()) if question.use != GENERAL else ()
    yield from _allowed(question, (*own, *suited), edition, knowledge, MOST)


def _allowed(
    question: Question,
    keys: Iterable[str],
    refused: Edition | None,
    knowledge: Knowledge,
    most: int,
) -> Iterator[str]:
    found = 0
    for key in keys:
        if refused is not None and key == refused.key:
            continue
        other = knowledge.editions[key]
        asked = replace(question, tool=other.tool_id, edition=other.id, feature=None, model=None)
        if would_be_allowed(asked, other, knowledge):
            yield key
            found += 1
            if found == most:
                return


def _same_category(
    question: Question, edition: Edition | None, knowledge: Knowledge
) -> tuple[str, ...]:
    category = (
        knowledge.tools[edition.tool_id].category if edition is not None else question.category
    )
    keys = knowledge.by_category.get(category or "", ())
    company = [key for key in keys if knowledge.editions[key].account == "company"]
    if edition is not None:  # the company's own edition of the tool they asked for comes first
        company.sort(key=lambda key: knowledge.editions[key].tool_id != edition.tool_id)
    return tuple(company)


def _nothing_can_help(decision: Decision) -> bool:
    """A red line, a prohibited use or absolute data rules out every tool alike."""
    hopeless = {"red_line", "use_prohibited", "data_absolute", "guest"}
    return any(f.counts and f.code in hopeless for f in decision.findings)
