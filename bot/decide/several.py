"""Several tools in one question, or none: one ruling over the decisions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Literal

from bot.decide.alternatives import best, with_alternatives
from bot.decide.one import decide, strictest
from bot.decide.words import STRICTNESS, Decision, Question, Ruling

if TYPE_CHECKING:
    from bot.knowledge import Knowledge


def rule(
    questions: Sequence[Question], knowledge: Knowledge, *, want: Literal["all", "one"] = "all"
) -> Ruling:
    """Judge every tool asked about: all wanted, the strictest verdict; one wanted, the best."""
    decisions = tuple(with_alternatives(decide(q, knowledge), knowledge) for q in questions)
    verdicts = [d.verdict for d in decisions]
    verdict = strictest(verdicts) if want == "all" else min(verdicts, key=STRICTNESS.__getitem__)
    return _together(decisions, verdict, knowledge, recommended=False)


def recommend(question: Question, knowledge: Knowledge) -> Ruling:
    """Answer "which tool?" with the best edition for this person, data and purpose."""
    decision = best(question, knowledge)
    return _together(
        (decision,), decision.verdict, knowledge, recommended=decision.edition is not None
    )


def _together(
    decisions: tuple[Decision, ...],
    verdict: str,
    knowledge: Knowledge,
    *,
    recommended: bool,
) -> Ruling:
    leading = [d for d in decisions if d.verdict == verdict]
    rest = [d for d in decisions if d.verdict != verdict]
    order = knowledge.condition_order
    yes = leading[0].allowed
    conditions = {c for d in leading for c in d.conditions} if yes else set()
    return Ruling(
        verdict=leading[0].verdict,
        decisions=decisions,
        conditions=tuple(sorted(conditions, key=order.__getitem__)),
        citations=_merged(d.citations for d in (*leading, *rest)),
        alternatives=() if yes else _alternatives(decisions, leading),
        ask_for=next((d.ask_for for d in leading if d.ask_for is not None), None),
        knowledge_version=knowledge.version,
        recommended=recommended,
    )


def _alternatives(decisions: tuple[Decision, ...], leading: Sequence[Decision]) -> tuple[str, ...]:
    allowed_here = [d.edition for d in decisions if d.allowed and d.edition is not None]
    offered = _merged(d.alternatives for d in leading)
    return tuple(dict.fromkeys((*allowed_here, *offered)))


def _merged(groups: Iterable[Iterable[str]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(item for group in groups for item in group))
