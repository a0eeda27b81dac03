"""questions.yaml, asked for real: the knowledge base's own tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

from bot.chat import Card, Person
from bot.check.report import Remark, error
from bot.decide import GENERAL, Ruling
from bot.explain import explain, reasons
from bot.knowledge import Knowledge, QuestionCase
from bot.understand import Reading, understand

Judge = Callable[[Reading, Person, date, Knowledge], Ruling | None]
"""How an answer is judged (`bot.ask.judge`); it is given, as features do not import each other."""


def questions(knowledge: Knowledge, day: date, judge: Judge) -> Iterator[Remark]:
    """Find questions that would now be answered differently."""
    for case in knowledge.questions:
        person = knowledge.people[case.as_]
        reading = understand(case.ask, (), person, knowledge)
        ruling = judge(reading, person, day, knowledge)
        card = explain(reading, ruling, knowledge, person, today=day, asked=case.ask)
        wrong = list(_wrong(case, ruling, card))
        if wrong:
            why = _because(reading, ruling, knowledge)
            yield error(
                "question",
                case,
                wrong[0][0],
                f"{case.ask!r}, asked by {case.as_}: {'; '.join(said for _, said in wrong)},"
                f" because {why}",
            )


def _wrong(case: QuestionCase, ruling: Ruling | None, card: Card) -> Iterator[tuple[str, str]]:
    """The fields that differ, each with what was expected and what came."""
    conditions = ruling.conditions if ruling is not None else ()
    cited = ruling.citations if ruling is not None else tuple(c.section for c in card.citations)
    if card.verdict != case.verdict:
        yield "verdict", f"expected {case.verdict}, got {card.verdict}"
    for field, expected, given in (
        ("conditions", case.conditions, conditions),
        ("cite", case.cite, cited),
    ):
        missing = [name for name in expected if name not in given]
        if missing:
            got = ", ".join(given) or "none"
            yield field, f"expected {field} {', '.join(missing)}, got {got}"


def _because(reading: Reading, ruling: Ruling | None, knowledge: Knowledge) -> str:
    if ruling is None:
        return f"it was read as: {reading.topic.replace('_', ' ')}."
    why = " ".join(reasons(ruling, reading, knowledge)) or "nothing speaks against it."
    return f"it was read as: {_read(ruling)}. {why}"


def _read(ruling: Ruling) -> str:
    question = ruling.leading.question
    tools = [d.edition or d.question.tool or "no tool" for d in ruling.decisions]
    parts = (
        ", ".join(tools),
        f"feature {question.feature}" if question.feature else "",
        f"data {', '.join(sorted(question.data))}" if question.data else "no data",
        f"use {question.use}" if question.use != GENERAL else "no purpose",
        "something nobody described" if question.undescribed else "",
    )
    return "; ".join(part for part in parts if part)
