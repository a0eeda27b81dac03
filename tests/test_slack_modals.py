"""Forms as Slack modals and pages as the Home tab: they fit, and come back as they were meant."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_slack_blocks import read_parts

from bot.chat import Button, Fact, Field, Form, Option, Page, Place, Pressed, Section, Submitted
from bot.explain import LANGUAGES
from handlers.slack.buttons import pressed_from
from handlers.slack.fields import ACTION
from handlers.slack.home import to_home
from handlers.slack.lint import elements, problems_of_view, strings
from handlers.slack.modals import (
    busy_view,
    done_view,
    errors_for,
    place_from,
    submitted_from,
    to_view,
)
from handlers.slack.words import words

PLACE = Place(
    platform="slack",
    team="T1",
    channel="C1",
    thread="171.1",
    kind="channel",
    only_for="U1",
    route={"asker": "U1"},
)
TOOLS = (Option(value="chatgpt", label="ChatGPT", hint="Texts"), Option(value="sora", label="Sora"))
FORM = Form(
    id="request",
    title="Request a tool",
    submit="Send",
    intro="The AI Council decides.\n• Two days\n• One reason is enough",
    context="a-1m82s4x32nzp52anv",
    fields=(
        Field(id="tool", label="Which tool?", kind="choice", options=TOOLS, value="sora"),
        Field(id="why", label="What for?", kind="long_text", hint="One sentence is enough."),
        Field(id="link", label="Website", required=False, value="https://acme.example", most=200),
        Field(id="data", label="Which data?", kind="choices", options=TOOLS, value=("sora",)),
        Field(id="urgent", label="Is it urgent?", kind="yes_no", value="no"),
        Field(id="until", label="Until when?", kind="date", value="2026-12-01", required=False),
    ),
)


def inputs(view: Mapping[str, Any]) -> dict[str, Any]:
    return {b["block_id"]: b["element"] for b in view["blocks"] if b["type"] == "input"}


def untouched(element: Mapping[str, Any]) -> dict[str, Any]:
    """What Slack sends back for a field that nobody touched."""
    kind = element["type"]
    match kind:
        case "plain_text_input":
            return {"type": kind, "value": element.get("initial_value")}
        case "checkboxes" | "multi_static_select":
            return {"type": kind, "selected_options": element.get("initial_options", [])}
        case "datepicker":
            return {"type": kind, "selected_date": element.get("initial_date")}
        case _:
            return {"type": kind, "selected_option": element.get("initial_option")}


def sent_back(view: Mapping[str, Any]) -> dict[str, Any]:
    state = {id_: {ACTION: untouched(element)} for id_, element in inputs(view).items()}
    return {**json.loads(json.dumps(view)), "state": {"values": state}}


def options_of(element: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    groups = element.get("option_groups") or [element]
    return [option for group in groups for option in group["options"]]


def many(number: int, name: str = "Tool") -> tuple[Option, ...]:
    return tuple(Option(value=f"k{n}", label=f"{name} {n}") for n in range(number))


def of(*found: Field, **parts: Any) -> Form:
    return Form(**{"id": "f", "title": "Form", "submit": "Send", "fields": found, **parts})


# --- Forms


def test_a_form_is_a_modal_that_slack_takes():
    view = to_view(FORM, PLACE)

    assert problems_of_view(view) == []
    assert [e["type"] for e in inputs(view).values()] == [
        "static_select",
        "plain_text_input",
        "plain_text_input",
        "checkboxes",
        "radio_buttons",
        "datepicker",
    ]
    assert (view["title"]["text"], view["submit"]["text"], view["close"]["text"]) == (
        "Request a tool",
        "Send",
        "Cancel",
    )


def test_what_is_filled_in_already_comes_back_with_the_form():
    assert submitted_from(sent_back(to_view(FORM, PLACE))) == Submitted(
        form="request",
        context="a-1m82s4x32nzp52anv",
        values={
            "tool": "sora",
            "why": "",
            "link": "https://acme.example",
            "data": ("sora",),
            "urgent": "no",
            "until": "2026-12-01",
        },
    )


def test_what_nobody_chose_comes_back_empty():
    form = of(
        Field(id="one", label="One", kind="choice", options=TOOLS, required=False),
        Field(id="some", label="Some", kind="choices", options=TOOLS, required=False),
        Field(id="yes", label="Yes", kind="yes_no", required=False),
        Field(id="day", label="Day", kind="date", value="soon", required=False),
    )

    back = submitted_from(sent_back(to_view(form)))

    assert back == Submitted(form="f", values={"one": "", "some": (), "yes": "", "day": ""})


def test_the_place_of_the_answer_comes_back_with_the_form():
    assert place_from(to_view(FORM, PLACE)) == PLACE
    assert place_from(to_view(FORM)) is None


def test_a_modal_remembers_ids_and_nothing_that_was_written():
    form = of(Field(id="why", label="Why?", value="our secret launch"), context="a-1")

    remembered = json.loads(to_view(form, PLACE)["private_metadata"])

    assert remembered == {
        "form": "f",
        "context": "a-1",
        "place": {
            "team": "T1",
            "channel": "C1",
            "thread": "171.1",
            "kind": "channel",
            "only_for": "U1",
            "route": {"asker": "U1"},
        },
    }


@pytest.mark.parametrize(
    "view",
    [
        {},
        {"callback_id": "other", "private_metadata": '{"form":"f"}'},
        {"callback_id": "gl:form"},
        {"callback_id": "gl:form", "private_metadata": "no"},
        {"callback_id": "gl:form", "private_metadata": "[1]"},
        {"callback_id": "gl:form", "private_metadata": '{"form":1}'},
    ],
)
def test_what_is_no_form_of_ours_is_nothing(view):
    assert submitted_from(view) is None
    assert place_from(view) is None


def test_required_fields_are_required_and_the_others_are_not():
    view = to_view(FORM)

    optional = [b["block_id"] for b in view["blocks"] if b.get("optional")]

    assert optional == ["link", "until"]


def test_a_title_too_long_for_the_bar_stands_in_full_below_it():
    view = to_view(of(title="Tell us what helped you and what did not"))

    assert view["title"]["text"] == "Tell us what helped you…"
    assert "Tell us what helped you and what did not" in set(strings(view["blocks"]))


# --- Choices


@pytest.mark.parametrize("number", [1, 99, 100, 101, 1_234])
def test_no_choice_is_dropped_however_many_there_are(number):
    field = Field(id="tool", label="Tool", kind="choice", options=many(number), value="k0")

    view = to_view(of(field))

    found = inputs(view)["tool"]
    assert problems_of_view(view) == []
    assert [o["value"] for o in options_of(found)] == [f"k{n}" for n in range(number)]
    assert found["initial_option"]["value"] == "k0"


def test_groups_say_from_where_to_where_they_go():
    field = Field(id="tool", label="Tool", kind="choice", options=many(150))

    groups = inputs(to_view(of(field)))["tool"]["option_groups"]

    assert [group["label"]["text"] for group in groups] == [
        "Tool 0 – Tool 99",
        "Tool 100 – Tool 149",
    ]


@pytest.mark.parametrize(
    ("number", "kind"),
    [(10, "checkboxes"), (11, "multi_static_select"), (250, "multi_static_select")],
)
def test_several_choices_keep_what_is_chosen_already(number, kind):
    field = Field(
        id="tools",
        label="Tools",
        kind="choices",
        options=many(number),
        value=("k1", f"k{number - 1}"),
    )

    view = to_view(of(field))

    found = inputs(view)["tools"]
    assert found["type"] == kind
    assert problems_of_view(view) == []
    assert {o["value"] for o in options_of(found)} == {f"k{n}" for n in range(number)}
    back = submitted_from(sent_back(view))
    assert back is not None
    assert back.values == {"tools": ("k1", f"k{number - 1}")}


def test_a_choice_too_long_for_its_line_is_spelled_out_below():
    label, hint = "A very long name of a tool " * 4, "What it is good for, at length. " * 4
    field = Field(
        id="t", label="T", kind="choice", options=(Option(value="t", label=label, hint=hint),)
    )

    view = to_view(of(field))

    assert problems_of_view(view) == []
    assert f"{label}: {hint}" in set(strings(view["blocks"]))


@pytest.mark.parametrize("kind", ["choice", "choices"])
def test_a_choice_among_nothing_is_an_error_for_whoever_made_the_form(kind):
    with pytest.raises(ValueError, match="'tool' has nothing to choose from"):
        to_view(of(Field(id="tool", label="Tool", kind=kind)))


# --- Texts


def test_a_text_longer_than_its_field_is_begun_and_the_hint_says_so():
    text = "word " * 1_000

    view = to_view(
        of(Field(id="t", label="T", kind="long_text", value=text, most=16_000, hint="Hm."))
    )

    (block,) = view["blocks"]
    assert problems_of_view(view) == []
    assert block["element"]["max_length"] == 3_000
    assert text.startswith(block["element"]["initial_value"])
    assert block["hint"]["text"] == f"Hm.\n{words('en').started}"


def test_a_text_as_long_as_its_field_is_filled_in_whole():
    text = '"&<' * 1_000

    view = to_view(of(Field(id="t", label="T", kind="long_text", value=text)))

    assert inputs(view)["t"]["initial_value"] == text
    assert problems_of_view(view) == []


def test_a_field_of_one_line_takes_no_line_ends():
    view = to_view(of(Field(id="t", label="T", value="one\r\ntwo")))

    assert inputs(view)["t"]["initial_value"] == "one two"


def test_very_long_labels_and_hints_are_split_and_not_cut():
    label, hint = "label " * 600, "hint " * 600

    view = to_view(of(Field(id="t", label=label, hint=hint)))

    assert problems_of_view(view) == []
    read = "".join("".join(strings(read_parts(view["blocks"]))).split())
    assert "".join(label.split()) in read
    assert "".join(hint.split()) in read


# --- What a modal cannot hold


@pytest.mark.parametrize(
    ("form", "said"),
    [
        (of(*(Field(id=f"f{n}", label="F") for n in range(101))), "101"),
        (of(context="x" * 3_000), "longer than a modal remembers"),
        (of(intro="\N{GRINNING FACE} " * 20_000), "longer than Slack takes at once"),
        (
            of(
                Field(
                    id="t", label="T", kind="choice", options=(Option(value="x" * 151, label="X"),)
                )
            ),
            "value attribute cannot exceed 150",
        ),
    ],
)
def test_a_form_that_no_modal_holds_is_an_error_for_whoever_made_it(form, said):
    with pytest.raises(ValueError, match=said):
        to_view(form)


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ({"title": {"text": "x" * 25}}, "title of 25"),
        ({"private_metadata": "x" * 3_001}, "private_metadata of 3001"),
        ({"callback_id": "x" * 256}, "callback_id of 256"),
        ({"blocks": [{"type": "divider"}] * 101}, "101 blocks"),
        ({"blocks": [{"type": "markdown", "text": "x" * 240_001}]}, "bytes in all"),
        ({"blocks": to_view(FORM)["blocks"], "submit": None}, "needs `submit`"),
    ],
)
def test_the_check_finds_what_slack_would_refuse_of_a_view(parts, said):
    view = {name: part for name, part in {**to_view(FORM), **parts}.items() if part is not None}

    assert any(said in problem for problem in problems_of_view(view))


# --- Problems, waiting, the end


def test_problems_stand_below_their_fields():
    answer = errors_for(to_view(FORM), {"why": "Say what for.", "until": "That day is over."})

    assert answer == {
        "response_action": "errors",
        "errors": {"why": "Say what for.", "until": "That day is over."},
    }


def test_a_problem_of_no_field_stands_below_the_first():
    answer = errors_for(to_view(FORM), {"tool": "Choose one.", "": "It is <!here> closed."})

    assert answer["errors"] == {"tool": "Choose one. It is ‹!here> closed."}


@pytest.mark.parametrize("language", [*LANGUAGES, "pt"])
def test_waiting_and_the_end_are_modals_in_every_language(language):
    waiting = busy_view("", language)
    done = done_view(
        "Thank you", "Your request is number R-17.\n• It is decided this week.", language
    )

    assert problems_of_view(waiting) == []
    assert problems_of_view(done) == []
    assert (waiting["title"]["text"], waiting["close"]["text"]) == (
        words(language).wait,
        words(language).close,
    )
    assert "submit" not in done


def test_an_end_without_words_is_still_a_modal():
    assert problems_of_view(done_view("Done", "", "en")) == []


# --- Any form at all

NASTY = st.sampled_from(
    [
        "<!channel>",
        "<@U024BE7LH>",
        "<#C1>",
        "<https://evil.example|x>",
        "&",
        "<",
        ">",
        "\n",
        "`",
        "*",
    ]
    + ["\x00", "\ud800", "• ", "1. ", '"', "\\", "word ", "\N{GRINNING FACE}"]
)
anything = st.lists(NASTY | st.text(max_size=20), max_size=12).map("".join)
long = st.tuples(anything, st.integers(1, 300)).map(lambda t: (t[0] * t[1])[:6_000])
ids = st.text("abcdefghij-:_", min_size=1, max_size=40)
an_option = st.builds(Option, value=ids, label=anything, hint=anything)
options = st.lists(an_option, min_size=1, max_size=13, unique_by=lambda o: o.value).map(tuple)
a_field = st.builds(
    Field,
    id=ids,
    label=anything | long,
    kind=st.sampled_from(["text", "long_text", "choice", "choices", "yes_no", "date"]),
    options=options,
    required=st.booleans(),
    hint=anything | long,
    value=anything | long | st.lists(ids, max_size=3).map(tuple),
    most=st.integers(0, 20_000),
)
a_form = st.builds(
    Form,
    id=ids,
    title=anything,
    submit=anything,
    fields=st.lists(a_field, min_size=1, max_size=4, unique_by=lambda f: f.id).map(tuple),
    intro=anything | long,
    context=ids,
    language=st.sampled_from([*LANGUAGES, "xx"]),
)
a_place = st.builds(
    Place,
    platform=st.just("slack"),
    team=ids,
    channel=ids,
    thread=ids,
    kind=st.sampled_from(["direct", "group", "channel"]),
    shared=st.booleans(),
    only_for=st.just("") | ids,
    route=st.dictionaries(ids, ids, max_size=3),
)


@settings(max_examples=15, deadline=None)
@given(a_form, a_place)
def test_no_form_whatever_breaks_a_limit_or_forgets_where_it_belongs(form, place):
    view = to_view(form, place)

    assert problems_of_view(view) == []
    back = submitted_from(sent_back(view))
    assert back is not None
    assert (back.form, back.context, set(back.values)) == (
        form.id,
        form.context,
        {field.id for field in form.fields},
    )
    assert place_from(view) == place
    json.dumps(view, ensure_ascii=False).encode()


# --- The Home tab

PAGE = Page(
    title="Good to see you, Ana",
    sections=(
        Section(
            title="Your tools",
            text="You can use **31** tools. [How](https://acme.example/ai)",
            facts=(Fact(label="ChatGPT", text="for public and internal", verdict="allowed"),),
            buttons=(Button(label="Find a tool", action="form", value="find"),),
        ),
        Section(
            title="Requests",
            text="- one\n- two",
            buttons=(Button(label="Request a tool", action="form", value="request"),),
        ),
    ),
)


def test_a_page_is_a_home_tab_that_slack_takes():
    view = to_home(PAGE)

    assert problems_of_view(view) == []
    assert [block["type"] for block in view["blocks"]] == [
        "header",
        "divider",
        "header",
        "rich_text",
        "rich_text",
        "actions",
        "divider",
        "header",
        "rich_text",
        "actions",
    ]


def test_the_buttons_of_all_sections_come_back_as_what_was_offered():
    buttons = [e for b in to_home(PAGE)["blocks"] for e in elements(b) if "action_id" in e]

    assert [b["action_id"] for b in buttons] == ["gl:form:0", "gl:form:1"]
    assert [pressed_from(b) for b in buttons] == [
        Pressed(action="form", value="find"),
        Pressed(action="form", value="request"),
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_too_long_ends_with_where_the_rest_is(language):
    sections = tuple(Section(title=f"Part {n}", text="words") for n in range(60))

    view = to_home(Page(title="All", sections=sections, language=language))

    assert problems_of_view(view) == []
    assert view["blocks"][-1]["elements"][0]["text"] == words(language).elsewhere
    assert view["blocks"][-2]["type"] == "rich_text"


def test_a_heading_too_long_for_one_is_shown_in_full():
    title = "A heading that goes on, " * 10

    view = to_home(Page(title=title, sections=()))

    assert problems_of_view(view) == []
    assert view["blocks"][0]["type"] == "rich_text"


def test_a_page_that_just_fits_has_no_such_line():
    sections = tuple(Section(title=f"Part {n}", text="words") for n in range(33))

    view = to_home(Page(title="All", sections=sections))

    assert len(view["blocks"]) == 100
    assert view["blocks"][-1]["type"] == "rich_text"


def test_a_page_too_heavy_ends_with_where_the_rest_is():
    sections = tuple(Section(title="Part", text="\N{GRINNING FACE} " * 2_000) for _ in range(14))

    view = to_home(Page(title="All", sections=sections))

    assert problems_of_view(view) == []
    assert view["blocks"][-1]["elements"][0]["text"] == words("en").elsewhere


def test_an_empty_page_is_still_a_page():
    assert problems_of_view(to_home(Page(title="", sections=()))) == []


a_section = st.builds(
    Section,
    title=anything,
    text=anything | long,
    facts=st.lists(st.builds(Fact, label=anything, text=anything), max_size=3).map(tuple),
    buttons=st.lists(
        st.builds(Button, label=anything, action=st.just("ask"), value=anything), max_size=6
    ).map(tuple),
)


@settings(max_examples=20, deadline=None)
@given(st.builds(Page, title=anything, sections=st.lists(a_section, max_size=4).map(tuple)))
def test_no_page_whatever_breaks_a_limit_or_calls_anybody(page):
    view = to_home(page)

    assert problems_of_view(view) == []
    json.dumps(view, ensure_ascii=False).encode()
