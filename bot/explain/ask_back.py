"""One question back, with the answers to choose from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.chat import Button, Card
from bot.decide import (
    GENERAL,
    UNLISTED,
    Decision,
    Question,
    Ruling,
    Slot,
    would_be_allowed,
)
from bot.explain import findings, names
from bot.explain.names import Telling
from bot.explain.next_steps import source_button
from bot.explain.sentences import one_line
from bot.explain.verdict import understood

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.knowledge import Knowledge
    from bot.knowledge.models import DataClass, Named

SHOWN_TOOLS = 6
SHOWN_EXAMPLES = 2
LABEL_LIMIT = 75
"""Characters a button's label may have on every platform."""


def ask_back(t: Telling, ruling: Ruling) -> Card:
    """Ask for the one thing that could change the verdict."""
    slot = ruling.ask_for or "data"
    decision = ruling.leading
    asked = decision.question
    known = asked.tool is not None or asked.data or asked.use != GENERAL
    reason = (_asked(t, decision, slot), understood(t, ruling) if known else "")
    citations = names.citations(t, ruling.citations)
    return Card(
        action="ask_back",
        verdict="needs_clarification",
        headline=t.say("head-needs_clarification"),
        reason="\n".join(line for line in reason if line),
        citations=citations,
        facts=findings.facts(t, ruling),
        buttons=(
            *choices(t, slot, decision),
            *(source_button(t, cited.section) for cited in citations[:1]),
        ),
        language=t.say.language,
        tags=("needs_clarification", slot),
    )


def _asked(t: Telling, decision: Decision, slot: Slot) -> str:
    question = decision.question
    tool = names.tool_name(t, question.tool, question.edition)
    if slot == "data" and t.reading.thing:
        return t.say("ask-data-thing", thing=names.echo(t.reading.thing))
    return t.say(f"ask-{slot}", tool=tool)


def choices(t: Telling, slot: Slot, decision: Decision) -> tuple[Button, ...]:
    """The answers there are to choose from."""
    company = t.knowledge.company
    match slot:
        case "data":
            ranked = sorted(t.knowledge.classes.values(), key=lambda c: c.rank)
            found = {c.id: _described(t, c) for c in ranked}
        case "department":
            found = _named(company.departments)
        case "region":
            found = _named(company.regions)
        case "tool":
            found = _tools(t, decision.question)
        case _:
            found = _of_edition(t, decision, slot)
    return tuple(
        Button(label=_label(label), action="choose", slot=slot, value=value)
        for value, label in found.items()
    )


def _of_edition(t: Telling, decision: Decision, slot: Slot) -> dict[str, str]:
    """The editions of the tool, or the features and purposes of the edition, that was meant."""
    knowledge, tool = t.knowledge, decision.question.tool
    if slot == "edition" and tool is not None and not tool.startswith(UNLISTED):
        editions = knowledge.tools[tool].editions
        return {e.id: names.with_account(t, e) for e in editions}
    edition = knowledge.editions.get(decision.edition or "")
    if slot == "feature" and edition is not None:
        return {feature: names.feature_name(feature) for feature in edition.features}
    if slot == "use":
        uses = edition.good_for if edition is not None and edition.good_for else knowledge.uses
        return {use: names.use_name(knowledge, use) for use in tuple(uses)[:SHOWN_TOOLS]}
    return {}


def _tools(t: Telling, question: Question) -> dict[str, str]:
    """The tools the message may have meant; else those this person can use."""
    keys = t.reading.tool_choices or open_to(t.knowledge, question)
    return {key: names.key_name(t.knowledge, key) for key in keys[:SHOWN_TOOLS]}


def open_to(knowledge: Knowledge, question: Question) -> tuple[str, ...]:
    """Editions that would be a yes to this question, those good for most things first."""
    found = [
        edition
        for edition in knowledge.editions.values()
        if edition.account != "personal"
        and would_be_allowed(_about(question, edition.tool_id, edition.id), edition, knowledge)
    ]
    return tuple(e.key for e in sorted(found, key=lambda e: -len(e.good_for)))


def _about(question: Question, tool: str, edition: str) -> Question:
    return Question(
        person=question.person,
        date=question.date,
        tool=tool,
        edition=edition,
        data=question.data,
        use=question.use,
    )


def _described(t: Telling, data_class: DataClass) -> str:
    examples = ", ".join(data_class.examples[:SHOWN_EXAMPLES])
    name = one_line(data_class.name)
    return t.say("choice", name=name, examples=examples) if examples else name


def _named(named: Mapping[str, Named]) -> dict[str, str]:
    return {id_: one_line(entry.name) for id_, entry in named.items()}


def _label(text: str) -> str:
    return text if len(text) <= LABEL_LIMIT else f"{text[: LABEL_LIMIT - 1].rstrip()}…"
