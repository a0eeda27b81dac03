"""Forms in Teams: what is asked, that Teams takes it, and that what was filled in comes back."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from teams_rules import forms, letters, read_aloud, refused

from bot.chat import Field, Form, Option, Submitted
from handlers.teams.cards import UnreadableError
from handlers.teams.dialogs import submitted_from, to_dialog, with_problems
from handlers.teams.limits import problems
from handlers.teams.words import words

KINDS = (Option(value="text", label="Text", hint="words"), Option(value="a,b", label="Both"))
FORM = Form(
    id="request",
    title="Request a tool",
    submit="Send",
    intro="It takes about ten days.",
    context="jasper",
    fields=(
        Field(id="tool", label="Tool", value="Jasper", most=80),
        Field(id="why", label="What for", kind="long_text", hint="One sentence is enough."),
        Field(id="data", label="Data", kind="choices", options=KINDS, value=("a,b",)),
        Field(id="kind", label="Kind", kind="choice", options=KINDS, required=False),
        Field(id="paid", label="Paid", kind="yes_no", value="no"),
        Field(id="by", label="By", kind="date", required=False, value="2026-12-01"),
    ),
)
QUICK = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def body(dialog: dict[str, Any]) -> list[dict[str, Any]]:
    return dialog["card"]["content"]["body"]


def inputs(dialog: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {e["label"]: e for e in body(dialog) if e["type"].startswith("Input.")}


def sent(dialog: dict[str, Any], **filled: str) -> dict[str, Any]:
    """Return what Teams sends: the data of the button, and every input that holds something."""
    (send,) = dialog["card"]["content"]["actions"]
    fields = [e for e in body(dialog) if e["type"].startswith("Input.")]
    values = {e["id"]: e.get("value", "") for e in fields}
    given = {e["id"]: filled[label] for label, e in inputs(dialog).items() if label in filled}
    return {**send["data"], **{k: v for k, v in {**values, **given}.items() if v}}


def test_every_field_has_a_label_and_says_what_is_missing():
    dialog = to_dialog(FORM)

    assert (dialog["title"], dialog["height"], dialog["width"]) == (
        "Request a tool",
        "large",
        "medium",
    )
    assert {label: e["type"] for label, e in inputs(dialog).items()} == {
        "Tool": "Input.Text",
        "What for": "Input.Text",
        "Data": "Input.ChoiceSet",
        "Kind": "Input.ChoiceSet",
        "Paid": "Input.ChoiceSet",
        "By": "Input.Date",
    }
    missing = {label: e.get("errorMessage") for label, e in inputs(dialog).items()}
    assert missing == {
        label: None if label in {"Kind", "By"} else "Please fill this in." for label in missing
    }
    assert inputs(dialog)["Tool"]["maxLength"] == 80
    assert inputs(dialog)["What for"]["isMultiline"] is True
    assert "One sentence is enough." in read_aloud(dialog)
    assert refused(dialog["card"]["content"]) == []


def test_what_was_filled_in_comes_back():
    dialog = to_dialog(FORM)

    data = sent(dialog, **{"What for": "Copy", "Kind": "text", "Paid": "yes"})

    assert submitted_from({"data": data, "context": {"theme": "default"}}) == Submitted(
        form="request",
        context="jasper",
        values={
            "tool": "Jasper",
            "why": "Copy",
            "data": ("a,b",),
            "kind": "text",
            "paid": "yes",
            "by": "2026-12-01",
        },
    )


def test_a_form_that_came_with_a_reaction_is_read_too():
    data = sent(to_dialog(FORM), **{"What for": "Copy"})
    value = {
        "actionName": "feedback",
        "actionValue": {"reaction": "dislike", "feedback": json.dumps(data)},
    }

    assert submitted_from(value) == submitted_from({"data": data})


def test_what_could_not_be_taken_is_shown_again_with_the_sentences():
    submitted = submitted_from(sent(to_dialog(FORM), Tool="[x](https://evil.example)"))

    again = with_problems(FORM, submitted, {"tool": "Name one tool.", "": "Try again."})

    elements = body(again)
    tool = next(n for n, e in enumerate(elements) if e.get("label") == "Tool")
    assert read_aloud(elements[0]) == words("en").correct
    assert read_aloud(elements[1]) == "Try again."
    assert read_aloud(elements[tool - 1]) == "Name one tool."
    assert elements[tool]["value"] == "[x](https://evil.example)"
    assert inputs(again)["Data"]["value"] == "a%2Cb"
    assert submitted_from(sent(again)) == submitted
    assert problems(again) == ()


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"form": ""},
        {"form": 7},
        {"form": "f", "in.a": 7},
        {"form": "f", "in.a": "x" * 20_001},
        {"form": "f", "several": "a"},
        {"form": "f" * 201},
        {"form": "f", **{f"in.{n}": "x" for n in range(101)}},
        {"actionValue": {"reaction": "dislike", "feedback": "no JSON"}},
        {"actionValue": {"reaction": "dislike", "feedback": "[1]"}},
    ],
)
def test_what_is_none_of_our_forms_is_refused(data):
    with pytest.raises(UnreadableError):
        submitted_from(data)


@given(form=forms)
@QUICK
def test_whatever_a_form_asks_teams_takes_it(form):
    assert problems(to_dialog(form)) == ()


@given(form=forms)
@settings(QUICK, max_examples=8)
def test_whatever_a_form_asks_the_published_schema_takes_it(form):
    assert refused(to_dialog(form)["card"]["content"]) == []


@given(form=forms)
@QUICK
def test_everything_a_form_asks_is_shown(form):
    read = letters(read_aloud(body(to_dialog(form))))

    asked = [form.intro, *(f.label for f in form.fields), *(f.hint for f in form.fields)]
    chosen = [f for f in form.fields if f.kind in {"choice", "choices", "yes_no"}]
    asked += [o.label for f in chosen for o in f.options]
    assert [w for text in asked for w in map(letters, text.split()) if w not in read] == []


@given(form=forms, data=st.data())
@QUICK
def test_whatever_is_filled_in_comes_back(form, data):
    values: dict[str, Any] = {}
    for field in form.fields:
        offered = [option.value for option in field.options]
        match field.kind:
            case "choices":
                values[field.id] = tuple(data.draw(st.lists(st.sampled_from(offered), unique=True)))
            case "choice" | "yes_no":
                values[field.id] = data.draw(st.sampled_from(offered))
            case _:
                values[field.id] = data.draw(st.text(min_size=1, max_size=20))
    meant = Submitted(form=form.id, values=values, context=form.context)

    came_back = submitted_from(sent(with_problems(form, meant, {})))

    assert came_back == meant
