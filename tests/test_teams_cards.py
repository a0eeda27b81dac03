"""Cards in Teams: what is sent, that Teams takes it, and that nothing in it acts by itself."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from typing import Any, get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from teams_rules import actions_in, cards, cards_in, letters, read_aloud, refused

from bot import ask
from bot.chat import Button, Card, Citation, Fact, Message, Page, Pressed, Rated, Section, Verdict
from bot.explain import LANGUAGES
from handlers.teams.cards import (
    UnreadableError,
    pressed_from,
    to_activities,
    to_activity,
    to_adaptive,
    to_page,
    to_page_activities,
    to_tool_results,
)
from handlers.teams.limits import ROOM, problems, size
from handlers.teams.words import words

OURS = ("northwind.example",)
CITED = Citation(
    section="DATA-3",
    title="Personal data",
    document="Data and AI",
    version="2.4",
    effective="2026-04-01",
    line="Data and AI, section DATA-3 “Personal data”, version 2.4, in force since 1 April 2026",
)
REFUSAL = Card(
    action="answer",
    verdict="not_allowed",
    headline="Not with this data.",
    reason="ChatGPT Enterprise is not cleared for customer list (Personal).",
    citations=(CITED,),
    next_step="Questions about this data: #ask-privacy",
    facts=(Fact(label="Data", text="Not cleared.", verdict="not_allowed", source="x.yaml:1"),),
    buttons=(
        Button(label="Why?", action="why", value="why"),
        Button(label="Read DATA-3", action="source", value="DATA-3"),
    ),
    answer_id="a-1",
)
QUESTIONS = (
    ("can I put our customer list into ChatGPT?", "ana"),
    ("Can I use ChatGPT for a social post?", "ana"),
    ("darf ich Lebensläufe in Copilot hochladen?", "clara"),
    ("can I use ChatGPT?", "quinn"),
    ("can I use an AI tool?", "jonas"),
    ("what is our rule on recording meetings?", "kate"),
    ("which tools can I use?", "ben"),
    ("I want to request Jasper", "liam"),
    ("I pasted a password into ChatGPT", "iris"),
    ("what applies to me?", "noah"),
    ("hello", "rosa"),
    ("puis-je utiliser DeepL pour un contrat ?", "hugo"),
    ("can I use <at>Ana</at> [x](https://evil.example) for a blog post?", "vera"),
    ("can I use ChatGPT or Midjourney for pictures of a customer?", "mara"),
)


def card_of(activity: dict[str, Any]) -> dict[str, Any]:
    return activity["attachments"][0]["content"]


def activities(card: Card, *, personal: bool = True, **more: Any) -> tuple[dict[str, Any], ...]:
    return to_activities(card, feedback=True, personal=personal, **more)


# Formats


def test_a_card_with_buttons_is_one_adaptive_card_and_no_text():
    (activity,) = activities(REFUSAL)

    assert "text" not in activity
    assert [a["contentType"] for a in activity["attachments"]] == [
        "application/vnd.microsoft.card.adaptive"
    ]
    assert activity["summary"] == "Not with this data."


def test_a_card_without_buttons_is_text_with_numbered_sources():
    (activity,) = activities(replace(REFUSAL, buttons=(), facts=()))

    assert activity["textFormat"] == "markdown"
    assert activity["text"] == (
        "**Not allowed: Not with this data.**\n\n"
        "ChatGPT Enterprise is not cleared for customer list (Personal). [1]\n\n"
        "Questions about this data: \\#ask-privacy\n\n".replace("\\#", "#")
        + f"Source: [1] {CITED.line}"
    )
    assert activity["entities"] == [
        {
            "type": "https://schema.org/Message",
            "@type": "Message",
            "@context": "https://schema.org",
            "citation": [
                {
                    "@type": "Claim",
                    "position": 1,
                    "appearance": {
                        "@type": "DigitalDocument",
                        "name": "DATA-3 Personal data",
                        "abstract": CITED.line,
                        "image": {"@type": "ImageObject", "name": "Text"},
                    },
                }
            ],
        }
    ]


def test_a_headline_alone_is_plain_text():
    card = Card(
        action="answer", verdict="not_a_permission_question", headline="Done [1] *and* dusted."
    )

    (activity,) = activities(card)

    assert (activity["text"], activity["textFormat"]) == (card.headline, "plain")
    assert "entities" not in activity


def test_a_notification_holds_the_headline_and_nothing_else():
    for card in (REFUSAL, replace(REFUSAL, buttons=())):
        (activity,) = activities(card)

        assert activity["summary"] == card.headline


def test_only_what_a_model_wrote_is_labelled():
    for written_by, label in (("rules", None), ("model", ["AIGeneratedContent"])):
        for buttons in ((), REFUSAL.buttons):
            card = replace(REFUSAL, written_by=written_by, buttons=buttons)

            (activity,) = activities(card)

            entities = activity.get("entities", [{}])
            assert [e.get("additionalType") for e in entities] == [label]


def test_feedback_is_asked_for_where_there_is_an_answer_to_rate():
    rated = [
        to_activity(card, feedback=feedback, personal=True).get("channelData")
        for card in (REFUSAL, replace(REFUSAL, answer_id=""))
        for feedback in (True, False)
    ]

    assert rated == [{"feedbackLoop": {"type": "custom"}}, None, None, None]


ASKS = tuple(
    Button(label=f"Question {n}", action="ask", value=f"Can I use tool {n}?") for n in range(3)
)


def test_things_to_say_are_suggested_in_a_chat_of_two():
    (activity,) = activities(replace(REFUSAL, buttons=ASKS))

    assert activity["suggestedActions"] == {
        "to": [],
        "actions": [{"type": "imBack", "title": b.label, "value": b.value} for b in ASKS],
    }
    assert "attachments" not in activity


@pytest.mark.parametrize(
    ("buttons", "personal"),
    [(ASKS, False), ((*ASKS, ASKS[0]), True), ((*ASKS[:1], *REFUSAL.buttons), True)],
)
def test_things_to_say_are_buttons_where_not_all_would_be_seen(buttons, personal):
    (activity,) = activities(replace(REFUSAL, buttons=buttons), personal=personal)

    assert "suggestedActions" not in activity
    assert [a["title"] for a in actions_in(card_of(activity))] == [b.label for b in buttons]


def test_a_card_that_replaces_a_card_stays_one_when_its_buttons_are_gone():
    (activity,) = activities(replace(REFUSAL, buttons=()), in_place=True)

    assert list(actions_in(card_of(activity))) == []


# Cards


def test_a_verdict_is_said_in_words_in_every_language():
    verdicts = get_args(Verdict)

    for language in LANGUAGES:
        for verdict in verdicts:
            card = to_adaptive(replace(REFUSAL, verdict=verdict, language=language))

            assert read_aloud(card).startswith(getattr(words(language), verdict))


def test_a_guest_sees_no_verdict():
    card = to_adaptive(replace(REFUSAL, action="guest_notice"))

    assert read_aloud(card).startswith("For guests Not with this data.")
    assert card["body"][0].get("style") is None


def test_findings_wait_until_they_are_asked_for():
    detail = replace(REFUSAL, verdict="not_a_permission_question", buttons=())

    for waiting in (REFUSAL, replace(REFUSAL, buttons=()), replace(REFUSAL, action="ask_back")):
        assert "x.yaml:1" not in read_aloud(to_adaptive(waiting))
    for shown in (detail, replace(REFUSAL, tags=("detail",))):
        assert "Data (Not allowed):  Not cleared. x.yaml:1" in read_aloud(to_adaptive(shown))
    assert "Data (Not allowed): Not cleared. (x.yaml:1)" in activities(detail)[0]["text"]


def test_conditions_beyond_three_wait_for_their_button():
    conditions = tuple(f"Condition {n}." for n in range(5))
    card = replace(REFUSAL, conditions=conditions, more_conditions="+2 more", buttons=())
    more = replace(card, buttons=(Button(label="All", action="more", value="more"),))

    assert "Condition 4." in read_aloud(to_adaptive(card))
    assert "+2 more" not in read_aloud(to_adaptive(card))
    assert "Condition 3." not in read_aloud(to_adaptive(more))
    assert "+2 more" in read_aloud(to_adaptive(more))


def test_few_short_choices_are_buttons():
    buttons = tuple(
        Button(label=label, action="choose", value=label, slot="edition") for label in ("A", "B")
    )

    card = to_adaptive(replace(REFUSAL, buttons=buttons))

    assert [(a["type"], a["title"]) for a in actions_in(card)] == [
        ("Action.Execute", "A"),
        ("Action.Execute", "B"),
    ]


@pytest.mark.parametrize(("number", "style"), [(4, "expanded"), (14, "compact")])
def test_many_choices_are_chosen_from_and_sent_with_one_button(number, style):
    buttons = tuple(
        Button(label=f"Kind {n}", action="choose", value=f"k{n}", slot="data")
        for n in range(number)
    )

    card = to_adaptive(replace(REFUSAL, buttons=(*buttons, *REFUSAL.buttons)))

    (choice, _) = next(e for e in card["body"] if "items" in e and "choices" in e["items"][0])[
        "items"
    ]
    send, *others = actions_in(card)
    assert (choice["style"], len(choice["choices"])) == (style, number)
    # The other buttons must work before anything is chosen.
    assert send["associatedInputs"] == "auto"
    assert {a["associatedInputs"] for a in others} == {"none"}
    assert pressed_from({**send["data"], choice["id"]: "k2"}) == Pressed(
        action="choose", value="k2", slot="data", of="a-1"
    )


def test_what_opens_a_form_asks_for_it():
    buttons = tuple(
        Button(label=action, action=action, value="v") for action in ("request", "incident", "form")
    )

    card = to_adaptive(replace(REFUSAL, buttons=buttons))

    assert [(a["type"], a["data"]["msteams"]) for a in actions_in(card)] == [
        ("Action.Submit", {"type": "task/fetch"})
    ] * 3


def test_a_link_opens_only_under_our_own_domain():
    card = replace(
        REFUSAL, next_step="See https://it.northwind.example/ai. Not https://evil.example/ai."
    )

    opened = [a["url"] for a in actions_in(to_adaptive(card, OURS)) if "url" in a]

    assert opened == ["https://it.northwind.example/ai"]
    assert problems(to_adaptive(card, OURS), OURS) == ()
    assert "url" not in str(to_adaptive(card))


# Presses


def test_every_press_comes_back_however_teams_wraps_it():
    (why, _) = actions_in(to_adaptive(REFUSAL))
    meant = Pressed(action="why", value="why", of="a-1", message="m|1")

    execute = {"action": {"type": "Action.Execute", "verb": "why", "data": why["data"]}}
    assert pressed_from(execute, message="m|1") == meant
    assert pressed_from(why["fallback"]["data"], message="m|1") == meant
    assert pressed_from({"data": why["data"], "context": {"theme": "dark"}}, message="m|1") == meant


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"action": "approve_everything"},
        {"action": "why", "value": 7},
        {"action": "why", "value": "x" * 5000},
        {"action": {"data": {"action": {"data": {"action": {"data": {"action": "why"}}}}}}},
        {"actionValue": {"reaction": "love"}},
    ],
)
def test_what_is_none_of_our_presses_is_refused_without_repeating_it(data):
    with pytest.raises(UnreadableError) as refusal:
        pressed_from(data)

    assert "approve" not in str(refusal.value)
    assert refusal.value.__cause__ is None


def test_a_reaction_is_read_with_what_was_written():
    def reaction(**given: Any) -> Any:
        return pressed_from({"actionName": "feedback", "actionValue": given})

    assert reaction(reaction="like") == Rated(of="", helpful=True)
    assert reaction(reaction="dislike", feedback='{"feedbackText": "too long"}') == Rated(
        of="", helpful=False, reason="too long"
    )
    assert reaction(reaction="dislike", feedback="too long") == Rated(
        of="", helpful=False, reason="too long"
    )


# Pages and finds


PAGE = Page(
    title="Hello Ana",
    sections=(
        Section(
            title="Your tools",
            text="**Two** tools, see [the list](https://it.northwind.example/ai)\n\n- one\n- two",
            facts=(Fact(label="Left today", text="3 of 5", verdict="allowed"),),
            buttons=ASKS,
        ),
        Section(title="", text="<at>all</at> [x](https://evil.example)"),
    ),
)


def test_a_page_keeps_its_emphasis_and_only_our_links():
    card = to_page(PAGE, OURS)

    assert problems(card, OURS) == ()
    assert refused(card) == []
    assert "**Two** tools, see [the list](https://it.northwind.example/ai)" in read_aloud(card)
    assert "evil.example" not in read_aloud(card)
    assert [a["title"] for a in actions_in(card)] == [b.label for b in ASKS]


def test_a_long_page_becomes_several_messages():
    page = replace(PAGE, sections=PAGE.sections * 60)

    made = to_page_activities(page, OURS)

    assert len(made) > 1
    assert [problems(each, OURS) for each in made] == [()] * len(made)
    assert sum(read_aloud(each).count("Your tools") for each in made) == 60


def test_a_find_has_a_preview_and_nothing_to_press_and_says_whose_answer_it_is():
    named = replace(REFUSAL, tags=("not_allowed", "tool:ChatGPT Enterprise"))

    result = to_tool_results([named, REFUSAL])["composeExtension"]

    assert (result["type"], result["attachmentLayout"]) == ("result", "list")
    find, other = result["attachments"]
    assert other["preview"]["content"]["title"] == "Not with this data."
    assert "ChatGPT Enterprise: Not with this data." in read_aloud(find)
    assert find["preview"]["content"] == {
        "title": "ChatGPT Enterprise",
        "text": "Not allowed. ChatGPT Enterprise is not cleared for customer list (Personal).",
    }
    assert list(actions_in(find)) == []
    assert words("en").for_me in read_aloud(find)
    assert refused(find["content"]) == []


# Laws


@pytest.mark.parametrize(("asked", "person"), QUESTIONS)
@pytest.mark.parametrize("personal", [True, False])
async def test_real_answers_are_taken_by_teams(app, asked, person, personal):
    message = Message(person=app.knowledge.people[person], text=asked)

    card = (await ask.answer(app, message, door="teams")).card
    detail = replace(card, buttons=())

    for each in (card, detail):
        made = to_activities(each, feedback=True, personal=personal, ours=OURS)
        assert [problems(one, OURS) for one in made] == [()]
        assert [refused(one) for one in cards_in(made)] in ([], [[]])
        assert len(made) == 1


SLOW = settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@given(card=cards, personal=st.booleans(), in_place=st.booleans())
@SLOW
def test_whatever_a_card_holds_teams_takes_it(card, personal, in_place):
    made = to_activities(card, feedback=True, personal=personal, in_place=in_place)

    assert [problems(each) for each in made] == [()] * len(made)


@given(card=cards)
@settings(SLOW, max_examples=8)
def test_whatever_a_card_holds_the_published_schema_takes_it(card):
    assert refused(to_adaptive(card)) == []


@given(card=cards)
@SLOW
def test_nothing_of_a_card_is_lost(card):
    made = to_activities(card, feedback=True, personal=False)

    read = read_aloud(made)
    parts = [card.headline, card.reason, card.alternative, card.next_step, card.note]
    parts += [each.line for each in card.citations] + [b.label for b in card.buttons]
    if card.verdict == "not_a_permission_question":
        parts += [f.text for f in card.facts]
    lost = [w for part in parts for w in map(letters, part.split()) if w not in letters(read)]
    assert lost == []
    assert len(letters(read)) >= sum(len(letters(part)) for part in parts)


@given(card=cards)
@SLOW
def test_every_button_comes_back_as_what_it_was(card):
    made = to_activities(card, feedback=True, personal=False)

    came_back = {
        (p.action, p.value, p.slot, p.of)
        for action in actions_in(made)
        if "url" not in action and action["data"].get("value")
        for p in [pressed_from(action["data"])]
    }
    chosen = {choice["value"] for choice in _choices(made)}
    for button in card.buttons:
        meant = (button.action, button.value, button.slot or "", card.answer_id)
        assert meant in came_back or (button.action == "choose" and button.value in chosen)


def _choices(payload: Any) -> list[dict[str, Any]]:
    if isinstance(payload, dict):
        if payload.get("type") == "Input.ChoiceSet":
            return list(payload["choices"])
        return [c for inner in payload.values() for c in _choices(inner)]
    if isinstance(payload, list | tuple):
        return [c for inner in payload for c in _choices(inner)]
    return []


def test_a_long_quotation_and_a_long_headline_are_kept():
    card = replace(REFUSAL, headline="Very long. " * 60, quote="A paragraph.\n\n" * 400)

    made = activities(card)

    assert read_aloud(made).count("Very long.") == 60
    assert read_aloud(made).count("A paragraph.") == 400
    assert [problems(each) for each in made] == [()] * len(made)


def test_a_card_far_too_long_becomes_several_messages():
    card = replace(REFUSAL, reason="\n".join(f"Line {n} is here." * 20 for n in range(200)))

    for each in (card, replace(card, buttons=())):
        made = activities(each)

        assert len(made) > 1
        assert max(size(one) for one in made) <= ROOM
        assert [n for n in range(200) if f"Line {n} is" not in read_aloud(made)] == []
        assert [("channelData" in one) for one in made] == [False] * (len(made) - 1) + [True]


def test_importing_the_cards_does_not_load_the_card_library():
    code = (
        "import sys, handlers.teams.cards, handlers.teams.dialogs\n"
        "print('microsoft_teams' in str(sys.modules))"
    )

    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert found.stdout.strip() == "False"
