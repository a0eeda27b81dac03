"""Laws that hold for every answer, whatever was found."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_explain_knowledge import ANA, DAY, acme
from test_explain_sentences import finding_codes

from bot.chat import Person, Verdict
from bot.decide import STRICTNESS, Decision, Finding, Question, Ruling, Slot, recommend, rule
from bot.decide.words import Check
from bot.explain import LANGUAGES, MOST_LINES, explain, reasons, to_text
from bot.explain.headlines import HEADS
from bot.understand.words import NamedTool, Reading, Topic

WORDS = {
    "edition": "painter:pro",
    "data": "personal.hr_case",
    "use": "image_publish",
    "feature": "upscale",
    "model": "draw-2",
    "department": "marketing",
    "region": "UK",
    "worker_type": "employee",
    "tool": "foo\nbar",
    "group": "pilot-x",
    "date": "2026-12-24",
    "because": "A reason\nover two lines",
    "note": "a note",
    "red_line": "RL-1",
    "exception": "EX-7",
}
NOT_YET = {"unlisted", "status_under_review", "data_review", "feature_unlisted", "feature_review"}


def verdicts_of(code: str) -> tuple[Verdict, ...]:
    """Say which verdicts a finding of this code can have."""
    if code.startswith("which_"):
        return ("needs_clarification",)
    if code not in HEADS:
        return ("allowed", "allowed_with_conditions")
    if code == "unlisted":
        return ("not_reviewed", "not_allowed")
    return ("not_reviewed",) if code in NOT_YET else ("not_allowed",)


CODES: dict[Verdict, list[str]] = {
    verdict: sorted(c for c in finding_codes() - {"guest"} if verdict in verdicts_of(c))
    for verdict in STRICTNESS
}
OPENINGS: dict[Verdict, tuple[str, ...]] = {
    "not_allowed": ("Not ", "No,"),
    "not_reviewed": ("Not yet",),
    "needs_clarification": ("I need one thing first.",),
    "allowed_with_conditions": ("Yes,", "Use "),
    "allowed": ("Yes,", "Use "),
}
MODEST = re.compile(r"\{|\}|None|!")

verdicts = st.sampled_from(tuple(STRICTNESS))
tools = st.sampled_from(("chatgpt", "painter", "writer", "unlisted:foo", None))


@st.composite
def findings(draw: st.DrawFn, verdict: Verdict) -> Finding:
    code = draw(st.sampled_from(CODES[verdict]))
    return Finding(
        check=draw(st.sampled_from(get_args(Check))),
        code=code,
        verdict=verdict,
        cites=draw(st.sampled_from([(), ("AUP-2",), ("MKT-1", "AUP-9", "DATA-3")])),
        at="tools/x.yaml:3",
        words=WORDS,
        conditions=tuple(draw(st.sets(st.sampled_from(sorted(acme().conditions)), max_size=2))),
        lifted_by=draw(st.sampled_from([None, None, "EX-7"])),
    )


@st.composite
def decisions(draw: st.DrawFn) -> Decision:
    verdict: Verdict = draw(verdicts)
    found = draw(st.lists(verdicts.flatmap(findings), max_size=3))
    found += draw(st.lists(findings(verdict), max_size=4))
    tool = draw(tools)
    known = tool is not None and not tool.startswith("unlisted:")
    conditions = draw(st.sets(st.sampled_from(sorted(acme().conditions)), min_size=1))
    return Decision(
        question=Question(
            person=ANA,
            date=DAY,
            tool=tool,
            feature=draw(st.sampled_from([None, "upscale", "agent_mode"])),
            data=draw(st.frozensets(st.sampled_from(["public", "personal.customer", "secret"]))),
            rules=draw(st.sampled_from([frozenset(), frozenset({"hashed"})])),
            use=draw(st.sampled_from(sorted(acme().uses))),
            claimed=draw(st.booleans()),
        ),
        verdict=verdict,
        findings=tuple(found),
        conditions=tuple(conditions) if verdict == "allowed_with_conditions" else (),
        citations=draw(st.sampled_from([(), ("AUP-2",), ("MKT-1", "DATA-3", "AUP-4", "AUP-2")])),
        ask_for=draw(st.sampled_from(get_args(Slot))),
        knowledge_version="1",
        edition=f"{tool}:{acme().tools[tool].default_edition}" if known and tool else None,
    )


@st.composite
def rulings(draw: st.DrawFn) -> Ruling:
    found = tuple(draw(st.lists(decisions(), min_size=1, max_size=5)))
    leading = draw(st.sampled_from(found))
    keys = st.lists(st.sampled_from(sorted(acme().editions)), max_size=4, unique=True)
    return Ruling(
        verdict=leading.verdict,
        decisions=found,
        conditions=leading.conditions,
        citations=leading.citations,
        alternatives=() if leading.allowed else tuple(draw(keys)),
        ask_for=leading.ask_for if leading.verdict == "needs_clarification" else None,
        knowledge_version="1",
        recommended=len(found) == 1 and found[0].edition is not None and draw(st.booleans()),
    )


readings = st.builds(
    Reading,
    topic=st.just("permission"),
    action=st.just("answer"),
    language=st.sampled_from(LANGUAGES),
    tools=st.just((NamedTool(tool="unlisted:foo", written="Foo\nBar " * 20),)),
    thing=st.text(max_size=200).map(lambda text: text.replace("{", "").replace("}", "")),
    because=st.just({"personal.customer": "customer\n\nlists " * 9}),
)


@settings(deadline=None, max_examples=60)
@given(readings, rulings())
def test_every_answer_is_short_whole_and_says_its_verdict_first(
    reading: Reading, ruling: Ruling
) -> None:
    card = explain(reading, ruling, acme(), ANA, today=DAY)

    lines = to_text(card).split("\n")
    assert 1 <= len(lines) <= MOST_LINES
    assert all(line.strip() for line in lines)
    assert lines[0] == card.headline
    assert card.verdict == ruling.verdict
    assert len(card.headline) < 700
    for part in (card.headline, card.alternative, card.next_step, *(f.text for f in card.facts)):
        assert MODEST.search(part) is None
    if card.language == "en":
        assert card.headline.startswith(OPENINGS[ruling.verdict])


PEOPLE = (
    ANA,
    replace(ANA, department="people", region="DE"),
    replace(ANA, department="legal", region=None),
    replace(ANA, department=None, region="FR", worker_type="contractor"),
)
ASKED = (
    NamedTool(tool="chatgpt"),
    NamedTool(tool="chatgpt", edition="free"),
    NamedTool(tool="chatgpt", feature="agent_mode"),
    NamedTool(tool="copilot", feature="voice"),
    NamedTool(tool="painter", feature="upscale", model="draw-2"),
    NamedTool(tool="painter", edition="beta"),
    NamedTool(tool="writer"),
    NamedTool(tool="unlisted:foo", written="Foo"),
)


@pytest.mark.parametrize("person", PEOPLE)
@pytest.mark.parametrize("use", sorted(acme().uses))
@pytest.mark.parametrize("key", ["public", "personal", "personal.hr_case", "secret", ""])
def test_every_real_ruling_is_told(person: Person, use: str, key: str) -> None:
    reading = Reading(topic="permission", action="answer", tools=ASKED[-1:])
    common = Question(person=person, date=DAY, use=use, data=frozenset({key} - {""}))
    told = [
        replace(common, tool=n.tool, edition=n.edition, feature=n.feature, model=n.model)
        for n in ASKED
    ]
    rulings_ = [rule([q], acme()) for q in (common, *told)]
    rulings_ += [rule(told, acme()), rule(told, acme(), want="one"), recommend(common, acme())]

    for ruling in rulings_:
        card = explain(reading, ruling, acme(), person, today=DAY)
        assert len(to_text(card).split("\n")) <= MOST_LINES
        assert card.headline.startswith(OPENINGS[ruling.verdict]), card.headline
        assert MODEST.search(to_text(card)) is None, to_text(card)


@settings(deadline=None, max_examples=40)
@given(rulings(), st.sampled_from(LANGUAGES))
def test_every_deciding_finding_is_a_reason(ruling: Ruling, language: str) -> None:
    reading = Reading(topic="permission", action="answer", language=language)

    found = reasons(ruling, reading, acme())

    decided = [d for d in ruling.decisions if d.verdict == ruling.verdict]
    assert found or not any(d.deciding for d in decided)
    assert all(MODEST.search(reason) is None for reason in found)


@settings(deadline=None, max_examples=40)
@given(
    st.sampled_from(get_args(Topic)),
    st.sampled_from(LANGUAGES),
    st.text(max_size=40),
    st.lists(st.sampled_from(["AUP-9", "AUP-0", "MKT-1", "gone"]), max_size=3),
)
def test_every_topic_is_answered_in_every_language(
    topic: Topic, language: str, asked: str, sections: list[str]
) -> None:
    reading = Reading(topic=topic, action="answer", language=language, sections=tuple(sections))

    card = explain(reading, None, acme(), ANA, today=DAY, asked=asked)

    assert card.headline
    assert card.verdict == "not_a_permission_question"
    assert 2 <= len(to_text(card).split("\n")) <= MOST_LINES
    assert "{" not in to_text(card)
