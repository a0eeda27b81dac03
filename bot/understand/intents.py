"""What a message is about: a permission, or one of the other things people come with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from bot.chat import Action
from bot.understand.cues import Cue
from bot.understand.data import DataReading
from bot.understand.naming import ToolReading
from bot.understand.sentence import Sentence
from bot.understand.shipped import small_words
from bot.understand.uses import GENERAL, UseReading
from bot.understand.words import Claim, Topic

ACTIONS: Mapping[Topic, Action] = {
    "permission": "answer",
    "my_tools": "answer",
    "policy": "answer",
    "request": "open_request",
    "request_status": "request_status",
    "incident": "open_incident",
    "run_template": "run_template",
    "list_templates": "list_templates",
    "coach": "coach",
    "small_talk": "answer",
    "out_of_scope": "out_of_scope",
    "extract": "refuse",
    "empty": "answer",
    "unreadable": "answer",
    "too_long": "answer",
}
"""The action each topic starts with; judging may turn `answer` into `ask_back`."""

_CLAIMS: Mapping[str, Claim] = {
    "claim_approval": "approval",
    "claim_rank": "rank",
    "claim_urgency": "urgency",
    "roleplay": "roleplay",
    "pasted_policy": "pasted_policy",
}
_POINTERS = small_words("pointers")
_WHO = small_words("who")
_RULES = frozenset({"rule", "policy", "guideline_doc", "handbook"})
_CURT = 5
"""Without a question mark, so few words that name data or a purpose still ask about them."""

_CHATTY = 7
"""A greeting in a longer message is only its beginning."""


def topic_of(
    sentence: Sentence,
    tools: ToolReading,
    use: UseReading,
    data: DataReading,
) -> Topic:
    """The topic of a message, before its conversation is taken into account."""
    named = bool(tools.tools or tools.choices)
    subject = bool(data.keys) or use.use != GENERAL or data.undescribed
    asks = sentence.has("may", "which_tool", "alternatives_ask")
    if sentence.has("extract") and not (named and (asks or subject)):
        return "extract"
    other = _other_wish(sentence, named=named, subject=subject, asks=asks)
    if other is not None:
        return other
    if named or (subject and (asks or sentence.has("any_ai"))) or sentence.has("which_tool"):
        return "permission"
    if sentence.has("any_ai") and (asks or sentence.asked):
        return "permission"
    said = bool(data.places) or use.use != GENERAL
    return _without_subject(sentence, subject=subject, said=said)


def _other_wish(sentence: Sentence, *, named: bool, subject: bool, asks: bool) -> Topic | None:
    """Reports, requests, templates, policy text and lessons."""
    for topic in _PLAIN:
        if sentence.has(topic):
            return topic
    if sentence.has("request_tool") and not _judged_first(sentence, subject=subject):
        return "request"
    if sentence.has("my_tools") and not named and not subject:
        return "my_tools"
    judged = named and (subject or sentence.has("may"))
    if _about_rules(sentence, named=named) and not judged:
        return "policy"
    return "coach" if sentence.has("coach") and not (asks and named and subject) else None


_PLAIN: tuple[Literal["incident", "request_status", "list_templates", "run_template"], ...] = (
    "incident",
    "request_status",
    "list_templates",
    "run_template",
)
"""Topics whose cues leave no doubt."""


def _about_rules(sentence: Sentence, *, named: bool) -> bool:
    """The policy's own text is asked for: by a cue, or "which rule", "a section on"."""
    if sentence.has("policy_text"):
        return True
    if not named and sentence.words and sentence.words[0].word in _WHO:
        return True
    spoken_of = any(_RULES & set(unit.concepts) for unit in sentence.units)
    return spoken_of and not named and not sentence.has("may", "any_ai") and sentence.asked


def _judged_first(sentence: Sentence, *, subject: bool) -> bool:
    """`Can I use X with our client list, or do I need to request it?` asks for a verdict."""
    requests = sentence.cues["request_tool"]
    asking = sentence.cues.get("may", ())
    outside = [c for c in asking if not any(r.first <= c.first <= r.last for r in requests)]
    return bool(outside) and subject


def _without_subject(sentence: Sentence, *, subject: bool, said: bool) -> Topic:
    """`said`: the person's own words name a subject, not only what they pasted."""
    points = any(token.word in _POINTERS for token in sentence.words)
    if sentence.has("may") and points:
        return "permission"
    if sentence.has("out_of_scope") and not said:
        return "out_of_scope"
    if sentence.has("small_talk") and len(sentence.words) <= _CHATTY:
        return "small_talk"
    if subject and (sentence.asked or sentence.has("may")):
        return "permission"
    if subject and not sentence.has("small_talk"):
        return "out_of_scope" if len(sentence.words) > _CURT else "permission"
    if sentence.has("may"):
        return "policy"
    return "small_talk" if sentence.has("small_talk") else "policy"


def claims_in(sentence: Sentence, pasted: Mapping[str, Sequence[Cue]]) -> frozenset[Claim]:
    """What is claimed to get a yes. Pasted content can only claim to be a policy or approval."""
    found = {claim for cue, claim in _CLAIMS.items() if sentence.has(cue)}
    found |= {_CLAIMS[cue] for cue in ("pasted_policy", "claim_approval") if cue in pasted}
    return frozenset(found)
