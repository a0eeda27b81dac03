"""What people read: verdict cards, questions back, and everything that is not a verdict."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from test_explain_knowledge import ANA, DAY, GUEST, NOBODY, acme

from bot.chat import Action, Button, Card, Person
from bot.decide import Question, Ruling, Slot, recommend, rule
from bot.explain import explain, reasons, to_text
from bot.explain.sentences import sentences
from bot.understand.words import NamedTool, Reading, Topic

CHATGPT = NamedTool(tool="chatgpt")
FOO = NamedTool(tool="unlisted:foo", written="Foo", category="assistant")
PERMISSION = Reading(topic="permission", action="answer")


def judge(reading: Reading, person: Person = ANA) -> Ruling:
    common = Question(
        person=person,
        date=DAY,
        data=reading.data,
        rules=reading.rules,
        use=reading.use,
        undescribed=reading.undescribed,
        claimed=bool(reading.claims),
    )
    if reading.which_tool:
        return recommend(common, acme())
    questions = [
        replace(common, tool=n.tool, edition=n.edition, feature=n.feature, model=n.model,
                category=n.category)
        for n in reading.tools
    ]  # fmt: skip
    return rule(questions or [common], acme(), want=reading.want)


def card(reading: Reading, person: Person = ANA, asked: str = "") -> Card:
    ruling = judge(reading, person) if reading.topic == "permission" else None
    return explain(reading, ruling, acme(), person, today=DAY, asked=asked)


def told(reading: Reading, person: Person = ANA, asked: str = "") -> str:
    return to_text(card(reading, person, asked))


def may(*tools: NamedTool, **slots: object) -> Reading:
    return replace(PERMISSION, tools=tools, **slots)  # type: ignore[arg-type]


def about(topic: Topic, action: Action, **slots: object) -> Reading:
    return replace(Reading(topic=topic, action=action), **slots)  # type: ignore[arg-type]


def test_a_yes_names_what_was_understood_and_its_conditions() -> None:
    assert told(may(CHATGPT, use="social_post")) == (
        "Yes, with five conditions.\n"
        "I read this as: ChatGPT Enterprise (assuming the company account); no data named; "
        "Social media post.\n"
        "• A named person checks facts, tone and figures before it is used.\n"
        "• Only in the company edition, signed in with your work account. "
        "You recognise it by this: company logo top left.\n"
        "• Only with data this tool is cleared for. (+2 more)\n"
        "Source: AI in Marketing, section MKT-1 “Customer-facing text”, version 2.2, "
        "in force since 2 March 2026; also AUP-2\n"
        "The lesson “AI at Acme” takes 12 minutes."
    )


def test_a_no_says_which_data_and_what_instead() -> None:
    reading = may(
        CHATGPT,
        data=frozenset({"personal.customer"}),
        because={"personal.customer": "customer lists"},
        use="summarise",
    )

    assert told(reading) == (
        "Not with this data.\n"
        "ChatGPT Enterprise is not cleared for customer lists (Personal). "
        "It is cleared for Public and Internal.\n"
        "I read this as: ChatGPT Enterprise (assuming the company account); "
        "customer lists (Personal); Summarise.\n"
        "Source: Acceptable use of AI, section DATA-3 “Personal data”, version 1.0, "
        "in force since 1 January 2026\n"
        "Instead: Copilot M365 (the company account). "
        "It is cleared for this and good for: Summarise.\n"
        "Questions about this data: #ask-privacy"
    )


def test_a_tool_nobody_reviewed_is_not_yet_and_a_claim_changes_nothing() -> None:
    assert told(may(FOO, claims=frozenset({"approval"}))) == (
        "Not yet: nobody has reviewed Foo.\n"
        "Foo is not in our catalogue, so nobody has checked yet what happens to the data you "
        "enter.\n"
        "Approvals count once they are in our register, so I go by what it says.\n"
        "I read this as: Foo; no data named.\n"
        "Source: Acceptable use of AI, section AUP-2 “Only tools in the catalogue”, version 1.0, "
        "in force since 1 January 2026; also AUP-4\n"
        "Instead: ChatGPT Enterprise (the company account). "
        "It is cleared for this and good for: Social media post, Summarise.\n"
        "To have it reviewed: /greenlight request"
    )


def test_a_private_account_is_refused_with_its_reason_in_german() -> None:
    reading = may(NamedTool(tool="chatgpt", edition="free"), language="de", use="summarise")

    assert told(reading).split("\n")[:3] == [
        "Nicht mit ChatGPT Free.",
        "ChatGPT Free ist für die Arbeit nicht freigegeben. "
        "Private accounts may train on what we type.",
        "So verstehe ich es: ChatGPT Free (privates Konto); keine Daten genannt; Summarise.",
    ]


def test_a_review_in_progress_names_the_day_of_the_decision() -> None:
    lines = told(may(NamedTool(tool="writer"))).split("\n")

    assert lines[:2] == [
        "Not yet: Writer Team is being reviewed.",
        "Writer Team is being reviewed; a decision is expected by 10 December 2026. "
        "The contract is being checked.",
    ]
    assert lines[-1] == "If you need it sooner: /greenlight request"


def test_a_red_line_is_refused_with_its_own_words_and_no_way_around() -> None:
    found = card(may(CHATGPT, use="rank_people"))

    assert found.headline == "No, not with any AI tool."
    assert found.reason.startswith("AI never ranks, scores or selects people.\n")
    assert found.alternative == ""


def test_a_secret_is_not_repeated() -> None:
    key = frozenset({"secret"})

    assert "hunter2" not in told(may(CHATGPT, data=key, because={"secret": "hunter2"}))
    assert "Password (Secret)" in told(may(CHATGPT, data=key, because={"secret": "Password"}))


def test_a_denied_feature_offers_the_same_tool_without_it() -> None:
    text = told(may(NamedTool(tool="chatgpt", feature="agent_mode"), data=frozenset({"public"})))

    assert "Not with this feature.\nAgent mode is not cleared in ChatGPT Enterprise. " in text
    assert "It acts by itself." in text
    assert "Instead: Copilot M365" in text or "without agent mode" in text


def test_several_tools_get_a_line_each() -> None:
    lines = told(may(CHATGPT, FOO, data=frozenset({"public"}), use="summarise")).split("\n")

    assert lines[:3] == [
        "Not yet with all of them.",
        "ChatGPT Enterprise (assuming the company account): yes, with two conditions.",
        "Foo: not reviewed yet.",
    ]
    assert "Of these, take ChatGPT Enterprise (the company account)." in lines


def test_of_several_one_can_be_taken() -> None:
    copilot = NamedTool(tool="copilot")

    found = card(may(FOO, copilot, want="one", data=frozenset({"public"}), use="summarise"))

    assert found.headline == "Yes, take Copilot M365 (the company account)."


def test_all_of_several_can_be_a_yes() -> None:
    copilot = NamedTool(tool="copilot")
    reading = may(CHATGPT, copilot, data=frozenset({"public"}), use="summarise")

    assert card(reading).headline == "Yes, to all of them, with two conditions."


def test_which_tool_is_answered_with_one() -> None:
    reading = may(which_tool=True, use="summarise", data=frozenset({"personal"}))

    assert told(reading).split("\n")[:2] == [
        "Use Copilot M365 (the company account).",
        "Our first choice for: Summarise.",
    ]


def test_which_tool_may_have_no_answer() -> None:
    reading = may(which_tool=True, use="image_publish", data=frozenset({"personal"}))

    found = card(reading)

    assert found.headline == "No, none of our tools is cleared for this."
    assert "The closest is Painter Pro (the company account)." in found.reason


def test_an_exception_that_helps_is_named() -> None:
    reading = may(NamedTool(tool="painter"), use="summarise", data=frozenset({"personal"}))

    assert "Exception EX-7 makes this possible for you until 31 December 2026." in told(reading)


def test_a_data_rule_that_was_applied_is_said() -> None:
    reading = may(
        NamedTool(tool="copilot"), data=frozenset({"personal"}), rules=frozenset({"hashed"})
    )

    assert "Hashed data still counts as personal." in told(reading)


def test_something_nobody_described_is_asked_about() -> None:
    found = card(may(CHATGPT, undescribed=True, thing="the notes"))

    assert found.action == "ask_back"
    assert to_text(found) == (
        "I need one thing first.\n"
        "What is in “the notes”? If two fit, take the later one.\n"
        "I read this as: ChatGPT Enterprise (assuming the company account); no data named.\n"
        "• Public: published blog post, press release\n"
        "• Internal: team update, project plan\n"
        "• Personal: subscriber list, support ticket\n"
        "• Secret: password, API key"
    )
    assert [(b.slot, b.value) for b in found.buttons] == [
        ("data", "public"),
        ("data", "internal"),
        ("data", "personal"),
        ("data", "secret"),
    ]


def test_a_tool_nobody_named_is_asked_about_with_the_candidates() -> None:
    found = card(may(tool_choices=("chatgpt:enterprise", "copilot"), use="summarise"))

    assert [b.value for b in found.buttons] == ["chatgpt:enterprise", "copilot"]
    assert [b.label for b in found.buttons] == ["ChatGPT Enterprise", "Copilot"]


def test_without_candidates_the_tools_open_to_the_person_are_offered() -> None:
    assert [b.value for b in card(may(use="social_post")).buttons] == [
        "chatgpt:enterprise",
        "copilot:m365",
    ]


@pytest.mark.parametrize(
    ("person", "slot", "question"),
    [
        (replace(ANA, department=None), "department", "Which department are you in?"),
        (
            replace(ANA, department="legal", region=None),
            "region",
            "Which country do you work in?",
        ),
    ],
)
def test_who_the_directory_does_not_describe_is_asked(
    person: Person, slot: str, question: str
) -> None:
    reading = may(NamedTool(tool="painter"), use="image_publish", data=frozenset({"public"}))

    found = card(reading, replace(person, region=person.region if slot == "region" else "FR"))

    assert found.reason.startswith(question)
    assert {b.slot for b in found.buttons if b.action == "choose"} == {slot}


def test_a_guest_reads_the_guest_section_and_nothing_else() -> None:
    for reading in (may(CHATGPT), about("my_tools", "answer"), about("incident", "open_incident")):
        found = card(reading, GUEST)

        assert found.action == "guest_notice"
        assert found.facts == ()
        assert found.buttons == ()
        assert to_text(found) == (
            "Guests and partners\n"
            "“Guests work with their own company's rules. Ask the person you work with.”\n"
            "Source: Acceptable use of AI, section AUP-6 “Guests and partners”, version 1.0, "
            "in force since 1 January 2026"
        )


def test_a_policy_is_quoted_word_for_word() -> None:
    reading = about("policy", "answer", sections=("MKT-1", "AUP-2"))

    assert told(reading, asked="who writes press releases?") == (
        "Here is the rule: “Customer-facing text”.\n"
        "“Copy made with AI may be published after two steps. A named person checks facts and "
        "tone. … Press releases are written by Marketing, e.g. by hand.”\n"
        "Source: AI in Marketing, section MKT-1 “Customer-facing text”, version 2.2, "
        "in force since 2 March 2026; also AUP-2"
    )


def test_a_section_of_tomorrow_is_announced_and_not_cited() -> None:
    found = card(about("policy", "answer", sections=("AUP-9",)))

    assert found.headline == "Not in force yet: “Agents”."
    assert found.reason.startswith("It counts from 1 January 2027.")
    assert found.citations == ()


def test_a_section_of_yesterday_is_not_cited_either() -> None:
    found = card(about("policy", "answer", sections=("AUP-0", "AUP-2")))

    assert found.headline == "No longer in force: “Old rule”."
    assert found.reason.startswith("It counted until 30 June 2026.")
    assert [c.section for c in found.citations] == ["AUP-2"]


def test_a_policy_that_is_not_there_is_said_with_somebody_to_ask() -> None:
    text = told(about("policy", "answer"))

    assert text.startswith("I found no section about that.\n")
    assert text.endswith("Somebody who knows: #ask-privacy")


def test_my_tools_are_listed_with_what_they_are_good_for() -> None:
    assert told(about("my_tools", "answer")) == (
        "You can use two AI tools.\n"
        "• ChatGPT Enterprise (the company account): Social media post, Summarise\n"
        "• Copilot M365 (the company account): Summarise\n"
        "What may go in depends on the data. Name the tool and the data, and I will tell you."
    )


def test_a_request_says_what_happens_next() -> None:
    text = told(about("request", "open_request", tools=(FOO,)))

    assert text.startswith("Let's get Foo looked at.\n")
    assert "AI Council decides" in text
    assert text.endswith("Start here: /greenlight request")


def test_a_request_for_what_is_already_there_is_saved() -> None:
    text = told(about("request", "open_request", tools=(CHATGPT,)))

    assert text.startswith("ChatGPT is already cleared for you.\n")


def test_an_incident_is_met_calmly_and_judged_by_nobody() -> None:
    found = card(about("incident", "open_incident"))

    assert found.verdict == "not_a_permission_question"
    assert "4. Report it: #security-now\nNobody is blamed for reporting." in to_text(found)


def test_a_template_that_cannot_run_is_named() -> None:
    text = told(about("run_template", "run_template", template="launch-post"))

    assert text.startswith("I cannot run “launch-post”: templates are not installed")


def test_coaching_is_one_tip_and_a_lesson() -> None:
    text = told(about("coach", "coach"))

    assert text.startswith("One habit that helps:\n")
    assert text.endswith("A lesson that fits: AI at Acme (12 min)")


def test_small_talk_knows_the_name_when_there_is_one() -> None:
    assert told(about("small_talk", "answer")).startswith("Good to hear from you, Ana.\n")
    assert told(about("small_talk", "answer"), NOBODY).startswith("Good to hear from you.\n")


def test_too_long_names_both_lengths() -> None:
    text = told(about("too_long", "answer"), asked="x" * 18_204)

    assert "It has 18,204 characters, and I read up to 16,000." in text


@pytest.mark.parametrize("topic", ["out_of_scope", "extract", "empty", "unreadable"])
def test_what_is_not_a_question_gets_something_to_try(topic: Topic) -> None:
    assert "Try: “Can I use ChatGPT Enterprise for Social media post?”" in told(
        about(topic, "answer")
    )


def test_the_facts_hold_every_finding_with_its_place() -> None:
    reading = may(CHATGPT, data=frozenset({"personal"}), use="summarise")
    ruling = judge(reading)

    found = card(reading)

    assert len(found.facts) == sum(len(d.findings) for d in ruling.decisions)
    denied = next(f for f in found.facts if f.label == "Data")
    assert denied.text == "ChatGPT Enterprise is not cleared for Personal. (DATA-3)"
    assert denied.source.startswith("tools/chatgpt.yaml:")


def test_reasons_are_the_sentences_that_decided() -> None:
    reading = may(CHATGPT, data=frozenset({"personal"}), use="summarise")

    assert reasons(judge(reading), reading, acme()) == (
        "ChatGPT Enterprise is not cleared for Personal.",
    )


def test_the_buttons_lead_to_why_instead_request_more_and_the_source() -> None:
    no = card(may(FOO, data=frozenset({"public"}), use="summarise"))
    yes = card(may(CHATGPT, use="social_post"))

    assert [b.action for b in no.buttons] == ["why", "instead", "instead", "request", "source"]
    assert [b.action for b in yes.buttons] == ["why", "more", "course", "source", "source"]


def test_a_date_of_the_past_is_judged_as_of_then() -> None:
    ruling = rule([Question(person=ANA, date=date(2026, 2, 1), tool="chatgpt", use="social_post")],
                  acme())  # fmt: skip

    found = explain(may(CHATGPT), ruling, acme(), ANA, today=DAY)

    assert "MKT-1" not in [c.section for c in found.citations]


PAINTER = NamedTool(tool="painter")
HR = replace(ANA, department="people", region="DE")


@pytest.mark.parametrize(
    ("reading", "person", "headline", "sentence"),
    [
        (
            may(PAINTER, use="image_publish", data=frozenset({"public"})),
            ANA,
            "Not for your department.",
            "Painter Pro is cleared for Legal and People Team; the directory lists you in "
            "Marketing. Also in the way: country.",
        ),
        (
            may(PAINTER, data=frozenset({"public"})),
            replace(HR, region="UK"),
            "Not in United Kingdom.",
            "Painter Pro is cleared in EU; the directory lists you in United Kingdom.",
        ),
        (
            may(CHATGPT, data=frozenset({"public"})),
            replace(ANA, worker_type="contractor"),
            "Not with ChatGPT Enterprise.",
            "ChatGPT Enterprise is cleared for Employee; the directory lists you as Contractor.",
        ),
        (
            may(PAINTER, use="social_post", data=frozenset({"public"})),
            HR,
            "Not for this purpose.",
            "Painter Pro is cleared for Published image, but not for Social media post.",
        ),
        (
            may(CHATGPT, use="image_publish", data=frozenset({"public"})),
            ANA,
            "Not with ChatGPT Enterprise.",
            "For Published image we use Painter Pro; ChatGPT Enterprise is not cleared for it.",
        ),
        (
            may(CHATGPT, use="contract_review", data=frozenset({"public"})),
            ANA,
            "Not for your department.",
            "Contract review is cleared for Legal; the directory lists you in Marketing.",
        ),
        (
            may(PAINTER, data=frozenset({"personal.hr_case"})),
            replace(HR, department="legal", region="FR"),
            "Not for your department.",
            "Painter Pro takes Personal (hr case) only from People Team; the directory lists you "
            "in Legal. Also in the way: country.",
        ),
        (
            may(replace(PAINTER, feature="upscale"), data=frozenset({"public"})),
            HR,
            "Not in Germany.",
            "Upscale in Painter Pro is not cleared in Germany.",
        ),
        (
            may(NamedTool(tool="copilot", feature="voice"), data=frozenset({"public"})),
            ANA,
            "Not yet: nobody has reviewed voice.",
            "Nobody has reviewed voice in Copilot M365 yet.",
        ),
        (
            may(NamedTool(tool="painter", edition="beta"), data=frozenset({"public"})),
            ANA,
            "Not outside the pilot group.",
            "A small group is trying out Painter Beta until 31 January 2027, and you are not on "
            "its list.",
        ),
        (
            may(replace(PAINTER, model="draw-2"), data=frozenset({"public"})),
            HR,
            "Not with this model.",
            "With the model draw-2, Painter Pro is not cleared for Public.",
        ),
        (
            may(CHATGPT, use="fake_reviews"),
            ANA,
            "No, we don't use AI for this.",
            "AI is not used here for: Invented reviews.",
        ),
    ],
)
def test_a_refusal_says_what_would_be_right(
    reading: Reading, person: Person, headline: str, sentence: str
) -> None:
    found = card(reading, person)

    assert (found.headline, found.reason.split("\n")[0]) == (headline, sentence)


@pytest.mark.parametrize(
    ("slot", "question", "values"),
    [
        ("edition", "Which edition or account of ChatGPT?", ["enterprise", "free"]),
        ("feature", "Which feature of ChatGPT?", ["agent_mode"]),
        ("use", "What would you like to use it for?", ["social_post", "summarise"]),
    ],
)
def test_other_slots_are_asked_with_the_choices_of_the_tool(
    slot: Slot, question: str, values: list[str]
) -> None:
    ruling = replace(judge(may(CHATGPT, undescribed=True)), ask_for=slot)

    found = explain(may(CHATGPT), ruling, acme(), ANA, today=DAY)

    assert found.reason.startswith(question)
    assert [b.value for b in found.buttons if b.action == "choose"] == values


def test_nobody_in_the_directory_is_told_why_there_are_no_tools() -> None:
    stranger = replace(NOBODY, worker_type="visitor", department="x", region="y")
    knowledge = replace(
        acme(), editions={"chatgpt:enterprise": acme().editions["chatgpt:enterprise"]}
    )

    found = explain(about("my_tools", "answer"), None, knowledge, stranger, today=DAY)

    assert to_text(found) == (
        "No AI tool is open to you yet.\n"
        "Some tools depend on your department or country, which the directory does not tell me.\n"
        "Questions: /greenlight request"
    )


def test_a_long_question_back_is_one_line_of_choices() -> None:
    buttons = tuple(
        Button(label=f"Team {n}", action="choose", slot="department", value=str(n))
        for n in range(14)
    )
    long = Card(
        action="ask_back", verdict="needs_clarification", headline="One thing.", buttons=buttons
    )

    assert to_text(long).split("\n")[1].startswith("Team 0 · Team 1 · ")


def test_long_lists_end_in_a_number() -> None:
    say = sentences("en")

    assert say.some(["A", "B", "C"], 2) == "A, B and C"
    assert say.some(["A", "B", "C", "D"], 2) == "A, B and two more"
    assert say.named(["A", "B", "C", "D"], 2) == "A, B, +2"


def test_a_tool_outside_the_catalogue_can_be_forbidden_outright() -> None:
    ruling = judge(may(FOO))
    finding = replace(ruling.decisions[0].findings[0], verdict="not_allowed")
    decision = replace(ruling.decisions[0], verdict="not_allowed", findings=(finding,))

    found = explain(
        may(FOO),
        replace(ruling, verdict="not_allowed", decisions=(decision,)),
        acme(),
        ANA,
        today=DAY,
    )

    assert found.headline == "Not with Foo."
    assert found.reason.startswith("Foo is not in our catalogue, and we only use tools that are.")
