"""The card that answers "may I?": verdict first, then why, what to keep to, and what to do next."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from bot.chat import AnswerVerdict, Card
from bot.decide import GENERAL, STRICTNESS, Decision, Finding, Ruling
from bot.explain import findings, headlines, names, next_steps
from bot.explain.names import Telling
from bot.explain.sentences import one_line, stopped
from bot.explain.text import SHOWN_CONDITIONS

SHOWN_TOOLS = 3
"""Lines for several tools; the last one gathers what is left."""


def verdict_card(t: Telling, ruling: Ruling) -> Card:
    """Tell a ruling."""
    decision = ruling.leading
    behind = findings.behind(decision)
    conditions = condition_lines(t, ruling)
    cited = tuple(s for f in behind[:1] for s in f.cites if s in ruling.citations)
    citations = names.citations(t, (*cited, *ruling.citations))
    return Card(
        action="answer",
        verdict=ruling.verdict,
        headline=headlines.headline(t, ruling, behind),
        reason="\n".join(line for line in _reason(t, ruling, behind) if line),
        conditions=conditions,
        conditions_label=t.say("conditions") if conditions else "",
        more_conditions=_more(t, len(conditions) - SHOWN_CONDITIONS),
        citations=citations,
        alternative=next_steps.alternative(t, ruling),
        next_step=next_steps.next_step(t, ruling, behind),
        facts=findings.facts(t, ruling),
        buttons=tuple(next_steps.buttons(t, ruling, conditions, citations)),
        language=t.say.language,
        tags=_tags(ruling.verdict, behind),
    )


def condition_lines(t: Telling, ruling: Ruling) -> tuple[str, ...]:
    """The company's words for each condition, with how to tell the company account."""
    known = t.knowledge.conditions
    lines = []
    for condition in ruling.conditions:
        text = stopped(one_line(known[condition].text))
        sign = _sign(t, ruling, condition)
        lines.append(t.say("recognise", condition=text, sign=sign) if sign else text)
    return tuple(lines)


def understood(t: Telling, ruling: Ruling) -> str:
    """What was read out of the message, so that a misreading is seen at once."""
    question = ruling.leading.question
    data = names.data_names(t, question.data)
    parts = [
        *([] if len(ruling.decisions) > 1 else [names.asked_tool(t, question)]),
        t.say.both(data) or t.say("no-data"),
        "" if question.use == GENERAL else names.use_name(t.knowledge, question.use),
    ]
    return t.say("understood", parts="; ".join(part for part in parts if part))


def _reason(t: Telling, ruling: Ruling, behind: tuple[Finding, ...]) -> Iterator[str]:
    decision = ruling.leading
    if headlines.by_tool(ruling, behind):
        yield from _tools(t, ruling)
    elif ruling.recommended and decision.allowed:
        yield _because(t, decision)
    if not decision.allowed and behind:
        yield _why_not(t, ruling, behind)
    yield " ".join(_notes(t, ruling))
    yield understood(t, ruling)


def _why_not(t: Telling, ruling: Ruling, behind: tuple[Finding, ...]) -> str:
    decision = ruling.leading
    parts = (
        _closest(t, ruling),
        findings.sentence(t, decision, findings.together(behind)),
        findings.cleared(t, behind),
        findings.also(t, behind),
    )
    return " ".join(part for part in parts if part)


def _closest(t: Telling, ruling: Ruling) -> str:
    """Which tool a refusal is about when the asker named none."""
    edition = t.knowledge.editions.get(ruling.leading.edition or "")
    if edition is None or not ruling.recommended:
        return ""
    return t.say("closest", tool=names.with_account(t, edition))


def _because(t: Telling, decision: Decision) -> str:
    """Why this tool of all was recommended."""
    edition = t.knowledge.editions[decision.edition or ""]
    use = decision.question.use
    if use in edition.good_for:
        return t.say("first-choice", use=names.use_name(t.knowledge, use))
    uses = next_steps.good_for(t, edition.key)
    return t.say("good-choice", uses=uses) if uses else t.say("cleared-choice")


def _tools(t: Telling, ruling: Ruling) -> Iterator[str]:
    """One line a tool; what is left goes into the last, so that the card stays short."""
    lines = [_tool(t, decision) for decision in ruling.decisions]
    yield from lines[: SHOWN_TOOLS - 1]
    yield " ".join(lines[SHOWN_TOOLS - 1 :])


def _tool(t: Telling, decision: Decision) -> str:
    tool = names.asked_tool(t, decision.question)
    number = len(decision.conditions)
    if number:
        return t.say.count("line-conditions", number, tool=tool)
    behind = findings.behind(decision)
    word = "allowed" if decision.allowed else decision.verdict
    about = findings.about(t, behind[0]) if behind else ""
    return t.say(f"line-{word}", tool=tool, about=about)


def _notes(t: Telling, ruling: Ruling) -> Iterator[str]:
    """What else the reader should know: exceptions used, data rules applied, claims made."""
    decision = ruling.leading
    if decision.allowed:
        lifting = {f.lifted_by for f in decision.findings}
        for finding in decision.findings:
            if finding.code == "exception" and finding.words["exception"] in lifting:
                yield _excepted(t, finding)
    for rule in sorted(decision.question.rules & t.knowledge.rules.keys()):
        yield stopped(one_line(t.knowledge.rules[rule].text))
    if decision.question.claimed:
        yield t.say("claimed")


def _excepted(t: Telling, finding: Finding) -> str:
    day = date.fromisoformat(finding.words["date"])
    return t.say("excepted", exception=finding.words["exception"], date=t.say.day(day))


def _sign(t: Telling, ruling: Ruling, condition: str) -> str:
    """How to recognise the company account, with the condition that asks for it."""
    implied = t.knowledge.company.implied_conditions.get("private_edition_exists")
    edition = t.knowledge.editions.get(ruling.leading.edition or "")
    if implied is None or implied.condition != condition or edition is None:
        return ""
    return one_line(edition.how_to_recognise).rstrip(".")


def _more(t: Telling, number: int) -> str:
    return t.say.count("more", number, count=number) if number > 0 else ""


def _tags(verdict: AnswerVerdict, behind: tuple[Finding, ...]) -> tuple[str, ...]:
    refused = verdict != "not_a_permission_question" and STRICTNESS[verdict] > 1
    return (verdict, *(behind[0].check for _ in behind[:1] if refused))
