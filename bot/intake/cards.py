"""What the person who filed something reads, and what the people who decide read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from bot.chat import Button, Card, Fact, Person
from bot.explain.sentences import Sentences, sentences
from bot.intake.filing import DESKS
from bot.store.requests import Filed

if TYPE_CHECKING:
    from bot.knowledge import Knowledge

_LABELS = {
    "request": {
        "tool": "field-tool",
        "use": "field-use",
        "data": "field-data",
        "tried": "field-tried",
    },
    "incident": {
        "what": "field-what",
        "tool": "field-incident-tool",
        "data": "field-incident-data",
        "when": "field-when",
    },
}


def filed_card(filed: Filed, knowledge: Knowledge, language: str, *, reached: bool) -> Card:
    """Tell the person what happens next; honest when nobody could be told."""
    say = sentences(language)
    who = _desk(filed, knowledge)
    contact = knowledge.company.contacts.get("request", "")
    if filed.kind == "incident":
        contact = knowledge.company.contacts.get("security", "")
    unreached = say("filed-unreached", who=who, contact=contact)
    return Card(
        action="open_incident" if filed.kind == "incident" else "open_request",
        verdict="not_a_permission_question",
        headline=say(f"filed-{filed.kind}", id=filed.id),
        reason=say(f"filed-{filed.kind}-why", who=who) if reached else unreached,
        language=say.language,
        tags=("filed",),
    )


def for_admins(filed: Filed, person: Person, knowledge: Knowledge) -> Card:
    """Show what was filed to those who decide, with a button to mark it as done."""
    say = sentences(knowledge.company.language)
    tool = str(filed.values.get("tool", ""))
    facts = tuple(_facts(filed, knowledge, say))
    return Card(
        action="open_incident" if filed.kind == "incident" else "open_request",
        verdict="not_a_permission_question",
        headline=say(f"new-{filed.kind}", id=filed.id, tool=tool),
        reason=say("filed-by", name=person.name or person.email or person.id),
        facts=facts,
        buttons=(Button(label=say("button-close"), action="close", value=filed.id),),
        language=say.language,
        tags=("filed", "detail"),
    )


def _facts(filed: Filed, knowledge: Knowledge, say: Sentences) -> Iterator[Fact]:
    for field, label in _LABELS[filed.kind].items():
        value = filed.values.get(field, "")
        classes = knowledge.classes
        if isinstance(value, list):
            value = ", ".join(classes[id_].name if id_ in classes else id_ for id_ in value)
        if value:
            yield Fact(label=say(label), text=str(value))


def status_card(filed: Sequence[Filed], knowledge: Knowledge, language: str) -> Card:
    """List what somebody filed."""
    say = sentences(language)
    contact = knowledge.company.contacts.get("request", "/greenlight request")
    return Card(
        action="request_status",
        verdict="not_a_permission_question",
        headline=say("requests") if filed else say("requests-none"),
        reason="\n".join(status_lines(filed, say)),
        next_step="" if filed else say("requests-none-next", contact=contact),
        language=say.language,
        tags=("requests",),
    )


def status_lines(filed: Sequence[Filed], say: Sentences) -> Iterator[str]:
    """One line for each request."""
    for one in filed:
        what = str(one.values.get("tool") or say(f"form-{one.kind}"))
        state, day = say(f"state-{one.state}"), say.day((one.closed_at or one.at).date())
        yield say("request-line", id=one.id, what=what, state=state, day=day)


def _desk(filed: Filed, knowledge: Knowledge) -> str:
    roles = knowledge.company.roles
    found = next((roles[role] for role in DESKS[filed.kind] if role in roles), None)
    return found.name if found is not None else knowledge.company.name
