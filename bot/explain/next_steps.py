"""What to do next: the alternative, whom to ask, and the buttons that lead there."""

from __future__ import annotations

from collections.abc import Iterator

from bot.chat import Button, Citation
from bot.decide import Finding, Ruling
from bot.explain import names
from bot.explain.names import Telling
from bot.explain.sentences import one_line
from bot.explain.text import SHOWN_CONDITIONS

SHOWN_USES = 3
SHOWN_BUTTONS = 2
"""Alternatives, and sections, that get a button of their own."""

_ASK_FOR_IT = frozenset({"unlisted", "status", "dates", "pilot", "department", "region", "feature"})
"""What a refusal is about when asking for it can change it."""


def alternative(t: Telling, ruling: Ruling) -> str:
    """The one best alternative, with what it is good for."""
    if not ruling.alternatives:
        return ""
    key, leading = ruling.alternatives[0], ruling.leading
    edition = t.knowledge.editions[key]
    if key == leading.edition and leading.question.feature is not None:
        feature = names.feature_name(leading.question.feature)
        return t.say("instead-without", tool=one_line(edition.name), feature=feature)
    tool = names.with_account(t, edition)
    if any(key == decision.edition for decision in ruling.decisions):
        return t.say("instead-asked", tool=tool)
    uses = good_for(t, key, leading.question.use)
    return t.say("instead-good", tool=tool, uses=uses) if uses else t.say("instead", tool=tool)


def good_for(t: Telling, key: str, asked: str = "") -> str:
    """What an edition is good for, in a few names; what was asked about comes first."""
    uses = sorted(t.knowledge.editions[key].good_for, key=lambda use: use != asked)
    return ", ".join(names.use_name(t.knowledge, use) for use in uses[:SHOWN_USES])


def next_step(t: Telling, ruling: Ruling, behind: tuple[Finding, ...]) -> str:
    """The one thing to do after reading the answer."""
    if ruling.leading.allowed:
        return _lesson(t, ruling) or _access(t, ruling)
    lead = behind[0] if behind else None
    if lead is None:
        return t.with_contact("next-request", "request")
    if lead.code == "data_absolute":
        return t.with_contact("next-slipped", "incident", "security", "privacy")
    if lead.code in {"status_under_review", "not_yet"}:
        return t.with_contact("next-waiting", "request")
    if ruling.verdict == "not_reviewed":
        return t.with_contact("next-review", "request")
    return _after_refusal(t, ruling, lead)


def _after_refusal(t: Telling, ruling: Ruling, lead: Finding) -> str:
    if lead.check in {"data", "model"}:
        return t.with_contact("next-data", "privacy", "request")
    if lead.check == "use":
        return t.with_contact("next-question", "champions", "privacy")
    if ruling.alternatives and lead.check not in _ASK_FOR_IT:
        return t.with_contact("next-question", "champions")
    return t.with_contact("next-request", "request")


def _lesson(t: Telling, ruling: Ruling) -> str:
    course = _course(t, ruling)
    if course is None:
        return ""
    found = t.knowledge.courses[course]
    return t.say("next-lesson", title=found.title, minutes=found.minutes)


def _course(t: Telling, ruling: Ruling) -> str | None:
    """The lesson behind the first condition that one would meet."""
    found = (t.knowledge.conditions[c].course for c in ruling.conditions)
    return next((c for c in found if c is not None and c in t.knowledge.courses), None)


def _access(t: Telling, ruling: Ruling) -> str:
    edition = t.knowledge.editions.get(ruling.leading.edition or "")
    if edition is None or edition.access is None:
        return ""
    note = one_line(edition.access.note)
    path = one_line(edition.access.path)
    return t.say("next-access", contact=f"{path} ({note})" if note else path)


def buttons(
    t: Telling, ruling: Ruling, conditions: tuple[str, ...], citations: tuple[Citation, ...]
) -> Iterator[Button]:
    """What can be pressed under a verdict."""
    yield Button(label=t.say("button-why"), action="why", value="why")
    for key in ruling.alternatives[:SHOWN_BUTTONS]:
        label = t.say("button-instead", tool=names.key_name(t.knowledge, key))
        yield Button(label=label, action="instead", value=key)
    if _can_be_requested(ruling):
        yield request_button(t, ruling.leading.edition or ruling.leading.question.tool or "")
    if len(conditions) > SHOWN_CONDITIONS:
        yield Button(label=t.say("button-more"), action="more", value="more")
    course = _course(t, ruling) if ruling.leading.allowed else None
    if course is not None:
        yield Button(label=t.say("button-course"), action="course", value=course)
    for cited in citations[:SHOWN_BUTTONS]:
        yield source_button(t, cited.section)


def _can_be_requested(ruling: Ruling) -> bool:
    if ruling.leading.allowed:
        return False
    return ruling.verdict == "not_reviewed" or any(
        f.check in _ASK_FOR_IT for f in ruling.leading.deciding
    )


def request_button(t: Telling, tool: str) -> Button:
    """Press to ask for a tool."""
    return Button(label=t.say("button-request"), action="request", value=tool)


def source_button(t: Telling, section: str) -> Button:
    """Press to read a section."""
    return Button(label=t.say("button-source", section=section), action="source", value=section)
