"""The forms themselves, and what is wrong with one that was filled in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from bot import screen
from bot.chat import Field, Form, Option, Submitted
from bot.explain.sentences import Sentences, sentences

if TYPE_CHECKING:
    from bot.knowledge import Knowledge

FORMS: Final = ("request", "incident", "feedback")

_REASONS: Final = ("wrong", "unclear", "missing", "slow", "other")


def request_form(knowledge: Knowledge, language: str, tool: str = "") -> Form:
    """Ask for a tool; `tool` is the one already named."""
    say = sentences(language)
    return Form(
        id="request",
        title=say("form-request"),
        submit=say("form-send"),
        intro=say("form-request-intro"),
        language=say.language,
        fields=(
            Field(
                id="tool",
                label=say("field-tool"),
                hint=say("field-tool-hint"),
                value=tool[:200],
                most=200,
            ),
            Field(
                id="use",
                label=say("field-use"),
                kind="long_text",
                hint=say("field-use-hint"),
                most=1500,
            ),
            _data(knowledge, say("field-data")),
            Field(
                id="tried",
                label=say("field-tried"),
                kind="long_text",
                required=False,
                most=1000,
            ),
        ),
    )


def incident_form(knowledge: Knowledge, language: str) -> Form:
    """Report that something went wrong."""
    say = sentences(language)
    return Form(
        id="incident",
        title=say("form-incident"),
        submit=say("form-send"),
        intro=say("form-incident-intro"),
        language=say.language,
        fields=(
            Field(
                id="what",
                label=say("field-what"),
                kind="long_text",
                hint=say("field-what-hint"),
                most=2000,
            ),
            Field(id="tool", label=say("field-incident-tool"), required=False, most=200),
            _data(knowledge, say("field-incident-data")),
            Field(id="when", label=say("field-when"), required=False, most=200),
        ),
    )


def feedback_form(answer_id: str, language: str) -> Form:
    """Ask what was wrong with an answer."""
    say = sentences(language)
    reasons = tuple(Option(value=r, label=say(f"reason-{r}")) for r in _REASONS)
    return Form(
        id="feedback",
        title=say("form-feedback"),
        submit=say("form-send"),
        context=answer_id,
        language=say.language,
        fields=(
            Field(id="reason", label=say("field-reason"), kind="choice", options=reasons),
            Field(
                id="words",
                label=say("field-words"),
                kind="long_text",
                required=False,
                most=1000,
            ),
        ),
    )


def _data(knowledge: Knowledge, label: str) -> Field:
    classes = sorted(knowledge.classes.values(), key=lambda one: one.rank)
    options = tuple(
        Option(value=one.id, label=one.name, hint=", ".join(one.examples[:2])) for one in classes
    )
    return Field(id="data", label=label, kind="choices", options=options)


def problems(form: Form, submitted: Submitted) -> Mapping[str, str]:
    """Say what is wrong with each field; nothing when it can be accepted."""
    say = sentences(form.language)
    found = {f.id: _problem(f, submitted.values.get(f.id, ""), say) for f in form.fields}
    return {field: sentence for field, sentence in found.items() if sentence}


def _problem(field: Field, value: str | tuple[str, ...], say: Sentences) -> str:
    text = " ".join(value) if isinstance(value, tuple) else value
    if not text.strip():
        return say("problem-empty") if field.required else ""
    if field.options:
        known = {option.value for option in field.options}
        given = value if isinstance(value, tuple) else (value,)
        return "" if known.issuperset(given) else say("problem-choice")
    if len(text) > field.most:
        return say("problem-long", length=say.figure(len(text)), limit=say.figure(field.most))
    # A form is read by people and kept: a key in it would be a second leak.
    if any(found.kind == "SECRET" for found in screen.scan(text)):
        return say("problem-secret")
    return ""
