"""Cards as Slack messages: nothing is lost, nothing is too long, and nobody is called by them."""

from __future__ import annotations

import html
import json
import re
import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from slack_sdk.models.blocks import Block as SlackBlock

from bot.ask import judge
from bot.chat import AnswerVerdict, Button, Card, Citation, Fact, Pressed, Rated
from bot.explain import LANGUAGES, explain
from bot.knowledge import Knowledge
from bot.understand import understand
from handlers.slack import limits
from handlers.slack.blocks import SHOWN_CONDITIONS, Message, to_message
from handlers.slack.buttons import pressed_from
from handlers.slack.facts import SIGNS
from handlers.slack.lint import elements, problems, strings
from handlers.slack.markdown import lines
from handlers.slack.neutral import neutral, neutral_pieces
from handlers.slack.rich import to_rich
from handlers.slack.text import literal, pieces, shortened, size
from handlers.slack.words import words

DAY = date(2026, 11, 22)
ID = "a-1m82s4x32nzp52anv"

QUESTIONS = [
    ("ana", "can I put our customer list into ChatGPT?"),
    ("ana", "Can I use ChatGPT for a LinkedIn post?"),
    ("ana", "can I paste our data into ChatGPT?"),
    ("ana", "may I use Grok?"),
    ("ana", "can I use midjourney for a campaign image"),
    ("ana", "can I use ChatGPT, Claude and Grok for a blog post?"),
    ("ana", "what is our rule on recording meetings?"),
    ("ana", "I pasted a password into ChatGPT"),
    ("ana", "which tools can I use?"),
    ("ben", "I want to request Sora"),
    ("clara", "may AI rank the applicants?"),
    ("david", "Darf ich Quellcode in Copilot einfügen?"),
    ("emma", "Puis-je utiliser ChatGPT pour un contrat ?"),
    ("noah", "can I use ChatGPT?"),
    ("jonas", "can I use <!channel> & <@U123> for a blog post?"),
]


def answered(knowledge: Knowledge, who: str, asked: str) -> Card:
    person = knowledge.people[who]
    reading = understand(asked, (), person, knowledge)
    ruling = judge(reading, person, DAY, knowledge)
    card = explain(reading, ruling, knowledge, person, today=DAY, asked=asked)
    return replace(card, answer_id=ID)


def wrong(messages: list[Message]) -> list[str]:
    return [said for message in messages for said in problems(message.blocks, "message")]


def shown(messages: list[Message]) -> str:
    """All that is to be read, without white space."""
    read = (text for m in messages for b in m.blocks for text in strings(read_parts(b)))
    return squeezed("".join(read))


def read_parts(value: Any) -> Any:
    """A payload without what nobody reads: ids, types, values."""
    if isinstance(value, Mapping):
        unread = {"type", "action_id", "block_id", "value", "style", "accessibility_label"}
        return {k: read_parts(v) for k, v in value.items() if k not in unread}
    return [read_parts(v) for v in value] if isinstance(value, list) else value


def squeezed(text: str) -> str:
    return "".join(text.split())


def buttons_of(messages: list[Message]) -> Iterator[Mapping[str, Any]]:
    for message in messages:
        for block in message.blocks:
            yield from (e for e in elements(block) if "action_id" in e)


def presses(element: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """What Slack sends back for each way to press an element."""
    sent = {"type": element["type"], "action_id": element["action_id"], "action_ts": "1.2"}
    match element["type"]:
        case "static_select":
            for option in element["options"]:
                yield {**sent, "selected_option": option}
        case "feedback_buttons":
            for side in ("positive_button", "negative_button"):
                yield {**sent, "value": element[side]["value"]}
        case _:
            yield {**sent, "value": element["value"]}


def card(**parts: Any) -> Card:
    return Card(**{"action": "answer", "verdict": "not_allowed", "headline": "Not so.", **parts})


# --- Cards of the shipped knowledge


@pytest.mark.parametrize(("who", "asked"), QUESTIONS)
def test_an_answer_fits_into_one_message_that_slack_takes(shipped, who, asked):
    messages = to_message(answered(shipped, who, asked))

    assert len(messages) == 1
    assert wrong(messages) == []


def test_every_question_of_the_company_is_answered_within_the_limits(shipped):
    cards = [answered(shipped, q.as_, q.ask) for q in shipped.questions if q.as_][:250]

    found = [said for each in cards for said in wrong(to_message(each))]

    assert len(cards) > 100
    assert found == []


def test_every_section_and_every_lesson_of_the_company_can_be_read_whole(shipped):
    texts = [text.body for found in (shipped.sections, shipped.courses) for text in found.values()]

    for text in texts:
        messages = to_message(card(quote=text))

        assert wrong(messages) == []
        said = re.sub(r"[^\w]|(?m:^\d+(?=\.))", "", text)
        assert said in re.sub(r"[^\w]", "", shown(messages))


@pytest.mark.parametrize(("who", "asked"), QUESTIONS)
def test_the_verdict_comes_first_and_nothing_of_the_card_is_missing(shipped, who, asked):
    found = answered(shipped, who, asked)

    messages = to_message(found)

    assert messages[0].blocks[0]["text"]["text"].endswith(literal(found.headline))
    read = shown(messages)
    cited = tuple(citation.line for citation in found.citations)
    said = (*found.reason.split("\n"), *found.conditions, *cited)
    for part in (*said, found.alternative, found.next_step, found.quote):
        assert squeezed(literal(part).removeprefix("• ").lstrip("1234. ")) in read


@pytest.mark.parametrize(("who", "asked"), QUESTIONS)
def test_the_typed_models_of_slack_take_every_block(shipped, who, asked):
    (message,) = to_message(answered(shipped, who, asked))

    read = [SlackBlock.parse(block) for block in message.blocks]

    assert [type(block).type for block in read] == [b["type"] for b in message.blocks]


@pytest.mark.parametrize(("who", "asked"), QUESTIONS)
def test_every_button_comes_back_as_what_was_offered(shipped, who, asked):
    found = answered(shipped, who, asked)

    back = [pressed_from(p, "9.9") for e in buttons_of(to_message(found)) for p in presses(e)]

    pressed = {(d.action, d.value, d.slot, d.of) for d in back if isinstance(d, Pressed)}
    offered = {(b.action, b.value, b.slot or "", ID) for b in found.buttons}
    needless = {("more", "more", "", ID)} if len(found.conditions) <= SHOWN_CONDITIONS else set()
    assert pressed == offered - needless
    assert {d.message for d in back if isinstance(d, Pressed)} <= {"9.9"}


def test_an_answer_can_be_rated(shipped):
    found = answered(shipped, *QUESTIONS[0])

    back = [pressed_from(p) for e in buttons_of(to_message(found)) for p in presses(e)]

    assert [d for d in back if isinstance(d, Rated)] == [
        Rated(of=ID, helpful=True),
        Rated(of=ID, helpful=False),
    ]


def test_nobody_is_asked_to_rate_what_answers_nothing():
    assert shown(to_message(card())) == "⛔Notso."
    assert not list(buttons_of(to_message(card(answer_id=ID), feedback=False)))


def test_a_guest_sees_the_notice_and_neither_verdict_nor_buttons(shipped):
    found = answered(shipped, "noah", "can I use ChatGPT?")

    (message,) = to_message(found)

    assert message.blocks[0]["text"]["text"] == found.headline
    assert {block["type"] for block in message.blocks} == {"header", "rich_text", "context"}


def test_choices_with_much_to_read_become_a_menu(shipped):
    asked = answered(shipped, "ana", "can I paste our data into ChatGPT?")

    (menu,) = (e for e in buttons_of(to_message(asked)) if e["type"] == "static_select")

    assert menu["placeholder"]["text"] == "Choose"
    assert [o["text"]["text"] for o in menu["options"]] == [b.label for b in asked.buttons]


def test_a_few_short_choices_stay_buttons():
    few = tuple(Button(label=n, action="choose", slot="tool", value=n) for n in ("Claude", "Sora"))

    found = [e["type"] for e in buttons_of(to_message(card(buttons=few)))]

    assert found == ["button", "button"]


def test_the_steps_of_an_incident_are_a_numbered_list(shipped):
    (message,) = to_message(answered(shipped, "ana", "I pasted a password into ChatGPT"))

    (steps,) = message.blocks[1]["elements"]

    assert (steps["type"], steps["style"], len(steps["elements"])) == (
        "rich_text_list",
        "ordered",
        4,
    )


# --- What pops up


@pytest.mark.parametrize(("who", "asked"), QUESTIONS)
def test_a_notification_says_the_headline_and_no_more(shipped, who, asked):
    found = answered(shipped, who, asked)

    (message,) = to_message(found)

    assert html.unescape(message.text) == found.headline


def test_where_only_its_reader_is_the_text_is_the_answer_without_the_question(shipped):
    found = answered(shipped, "ana", "can I put our customer list into ChatGPT?")

    (message,) = to_message(found, private=True)

    headline, *others = message.text.split("\n")
    assert headline == found.headline
    assert others[-1] == found.next_step
    assert not any(line.startswith("I read this as") for line in others)


def test_whoever_only_hears_the_text_hears_that_ai_wrote_it():
    (message,) = to_message(card(written_by="model", reason="A draft."))

    assert message.text == "Not so.\nAI wrote this. Check it before you use it."


# --- Parts of a card


def test_all_conditions_stand_there_and_then_no_button_leads_to_them():
    told = tuple(f"Condition {n}." for n in range(SHOWN_CONDITIONS))
    more = Button(label="All conditions", action="more", value="more")

    messages = to_message(card(conditions=told, conditions_label="Conditions", buttons=(more,)))

    assert shown(messages).endswith(squeezed("Conditions" + "".join(told)))
    assert not list(buttons_of(messages))


def test_very_many_conditions_end_with_how_many_more_there_are():
    told = tuple(f"Condition {n}." for n in range(12))
    more = Button(label="All conditions", action="more", value="more")

    messages = to_message(card(conditions=told, buttons=(more,), language="de"))

    assert "Condition6.+5weitere" in shown(messages)
    assert [e["action_id"] for e in buttons_of(messages)] == ["gl:more:0"]


def test_a_card_without_a_way_to_the_others_shows_every_condition():
    told = tuple(f"Condition {n}." for n in range(40))

    assert squeezed("".join(told)) in shown(to_message(card(conditions=told)))


FACT = Fact(label="Data", text="Not cleared.", verdict="not_allowed", source="tools/x.yaml:3")
WHY = Button(label="Why?", action="why", value="why")
CHOICE = Button(label="Public", action="choose", slot="data", value="public")


@pytest.mark.parametrize(
    ("parts", "there"),
    [
        ({"buttons": (WHY,)}, False),
        ({"buttons": (CHOICE,)}, False),
        ({"note": "Shared by Ana"}, False),
        ({"tags": ("detail",), "buttons": (WHY,)}, True),
        ({"verdict": "not_a_permission_question"}, True),
        ({}, True),
    ],
)
def test_findings_are_shown_where_they_are_what_was_asked_for(parts, there):
    messages = to_message(card(facts=(FACT,), **parts))

    assert ("⛔Data:Notcleared.tools/x.yaml:3" in shown(messages)) is there


def test_a_shared_card_says_who_shared_it():
    (message,) = to_message(card(note="Shared by <!here> Ana"))

    assert message.blocks[-1]["elements"][0]["text"] == "Shared by ‹!here> Ana"


def test_addresses_and_commands_of_the_company_can_be_followed():
    step = "Ask at https://it.acme.example/ai?x=1&y=2, or: /greenlight request"

    (message,) = to_message(card(next_step=step))

    (section,) = message.blocks[1]["elements"]
    link, command = section["elements"][1], section["elements"][3]
    assert (link["type"], link["url"]) == ("link", "https://it.acme.example/ai?x=1&y=2")
    assert (command["text"], command["style"]) == ("/greenlight request", {"code": True})


def test_an_address_in_a_reason_leads_nowhere_because_the_asker_may_have_written_it():
    (message,) = to_message(card(reason="“https://evil.example” is not in our catalogue."))

    assert "link" not in set(strings(message.blocks))


def test_a_headline_too_long_for_a_heading_is_shown_in_full():
    headline = "Not with this tool, " * 20

    messages = to_message(card(headline=headline))

    assert messages[0].blocks[0]["type"] == "rich_text"
    assert squeezed(headline) in shown(messages)


def test_a_policy_in_markdown_keeps_its_shape():
    policy = (
        "# Rule\nSee **this** and [that](https://acme.example/x).\n\n1. One\n   - *Two*\n2. Three\n"
        "\n> Said\n\n```\nx < 1\n```\n\n| A | B |\n|---|---|\n| 1 | `2` |\n"
    )

    found = [block.to_dict() for block in to_rich(lines(policy))]

    assert problems(found, "home") == []
    kinds = [element["type"] for block in found for element in block["elements"]]
    assert kinds == [
        "rich_text_section",
        "rich_text_list",
        "rich_text_list",
        "rich_text_list",
        "rich_text_quote",
        "rich_text_preformatted",
        "rich_text_section",
    ]
    assert "Seethisandthat(https://acme.example/x)." in shown([Message("", found)])
    assert [e.get("offset") for e in found[0]["elements"][1:4]] == [None, None, 1]


def test_marks_of_a_policy_are_marks_in_slack():
    (block,) = to_rich(lines("a **b** *c* ~~d~~ `e` ![f](g) <https://acme.example>  \nend"))

    (section,) = block.to_dict()["elements"]
    marked = {e["text"]: e["style"] for e in section["elements"] if "style" in e}
    assert marked == {
        "b": {"bold": True},
        "c": {"italic": True},
        "d": {"strike": True},
        "e": {"code": True},
    }
    assert [e["url"] for e in section["elements"] if e["type"] == "link"] == [
        "https://acme.example"
    ]
    assert "f (g)" in [e.get("text") for e in section["elements"]]


def test_paragraphs_of_a_policy_stand_apart_and_rows_of_a_table_do_not():
    (block,) = to_rich(lines("One.\n\nTwo.\n\n| a | b |\n|---|---|\n| 1 | 2 |", quoted=True))

    (quote,) = block.to_dict()["elements"]
    said = "".join(element["text"] for element in quote["elements"])
    assert said == "One.\n\nTwo.\na · b\n1 · 2"


def test_a_list_inside_a_quotation_is_marked_as_quoted():
    (block,) = to_rich(lines("Rules:\n\n- one\n- two", quoted=True))

    said, points = block.to_dict()["elements"]
    assert (said["type"], points["border"], len(points["elements"])) == ("rich_text_quote", 1, 2)


@pytest.mark.parametrize("language", LANGUAGES)
def test_our_own_words_fit_in_every_language(language):
    draft = card(written_by="model", reason="Draft.", answer_id=ID, language=language)

    messages = to_message(draft)

    assert wrong(messages) == []
    assert squeezed(words(language).by_ai) in shown(messages)


def test_every_verdict_but_none_has_a_sign_of_its_own():
    assert set(SIGNS) == set(get_args(AnswerVerdict)) - {"not_a_permission_question"}
    assert len(set(SIGNS.values())) == len(SIGNS)


# --- What a model wrote


def test_a_long_draft_rolls_over_into_further_messages_and_nothing_is_lost():
    draft = "\n\n".join(f"Paragraph {n}: {'word ' * 60}" for n in range(110))
    button = Button(label="Why?", action="why", value="why")

    messages = to_message(card(written_by="model", reason=draft, buttons=(button,), answer_id=ID))

    assert len(messages) == 4
    assert wrong(messages) == []
    assert squeezed(draft) in shown(messages)
    assert messages[0].blocks[1]["elements"][0]["text"] == words("en").by_ai
    assert [b["type"] for b in messages[-1].blocks] == ["markdown", "actions", "context_actions"]


def test_code_that_runs_over_several_messages_is_code_in_each():
    code = "Run:\n```python\n" + "print('x')\n" * 2_000 + "```\nDone."

    found = list(neutral_pieces(code, 5_000))

    assert len(found) > 3
    assert all(piece.count("```") == 2 for piece in found)
    assert all(size(piece) <= 5_000 for piece in found)
    assert "".join(found).count("print('x')") == 2_000


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("Hi <!channel> and <@U024BE7LH>", "Hi &lt;!channel> and &lt;@U024BE7LH>"),
        ("see <#C024BE7LR|general>", "see &lt;#C024BE7LR|general>"),
        ("R&D and x < 3", "R&D and x &lt; 3"),
        ("as typed: &lt;!here&gt;", "as typed: &amp;lt;!here&amp;gt;"),
        ("[our site](https://evil.example/a_b)", "our site (`https://evil.example/a_b`)"),
        ("![logo](https://evil.example/?d=1)", "logo (`https://evil.example/?d=1`)"),
        ("<https://evil.example|our site>", "&lt;`https://evil.example`|our site>"),
        ("go to https://evil.example.", "go to `https://evil.example`."),
        ("**www.evil.example**", "**`www.evil.example`**"),
        ("[x][1] and\n[1]: https://evil.example", "[x] [1] and\n[1] : `https://evil.example`"),
        ("[x](\nhttps://evil.example)", "[x] (\n`https://evil.example`)"),
        ("`<!here>` and `a < b`", "`‹!here>` and `a < b`"),
        ("```\n<!here> a < b && c\n```", "```\n‹!here> a < b && c\n```"),
        ("\\`[x](https://evil.example)\\`", "\\`x (`https://evil.example`)\\`"),
        ("> quoted\n- [ ] open\n- [x] done", "> quoted\n- [ ] open\n- [x] done"),
        ("| a | b |\n|---|---|\n| 1 | 2 |", "| a | b |\n|---|---|\n| 1 | 2 |"),
        ("# Title\n**bold** *it* ~~no~~", "# Title\n**bold** *it* ~~no~~"),
    ],
)
def test_a_draft_keeps_its_looks_but_calls_nobody_and_leads_nowhere(written, said):
    assert neutral(written) == said


HOSTILE = ["`", "``` ", "[", "![", "](", "[a](", "[a](b ", "<", "<a:", "&", "&a", "www.", "a://"]
HOSTILE += ["http://.", "~~~", "\n", "> ", "*", "1. ", "- ", "[a]:", "| ", "\\`", "a ", "\ud800"]


@pytest.mark.parametrize("unit", HOSTILE)
@pytest.mark.parametrize("by", ["model", "rules"])
def test_the_longest_hostile_text_is_shown_in_less_than_a_second(unit, by):
    text = (unit * 16_000)[:16_000]
    start = time.process_time()

    messages = to_message(card(reason=text, written_by=by))

    assert time.process_time() - start < 1
    assert wrong(messages) == []


# --- Any card at all

NASTY = st.sampled_from(
    ["<!channel>", "<!here|x>", "<@U024BE7LH>", "<#C1>", "<!subteam^S1>", "<!date^1^{date}|x>"]
    + ["<https://evil.example|x>", "[x](https://evil.example)", "```", "`", "*", "_", "~", "> "]
    + ["&lt;", "&", "<", ">", "\n", "\n\n", "• ", "1. ", "\r\n", "\x00", "\ud800", "\u202e", '"']
    + ["\N{GRINNING FACE}", "word ", "ﷺ", "https://acme.example/x ", "/greenlight request "]
)
anything = st.lists(NASTY | st.text(max_size=10), max_size=12).map("".join)
long = st.tuples(anything, st.integers(1, 900)).map(lambda t: (t[0] * t[1])[:12_000])
texts = anything | long
a_button = st.builds(
    Button,
    label=anything,
    action=st.sampled_from(["choose", "why", "more", "source", "ask", "incident", "forget"]),
    value=texts,
    slot=st.none() | anything,
)
a_fact = st.builds(Fact, label=anything, text=anything, source=anything)
a_citation = st.builds(
    Citation, section=anything, title=st.just(""), document=st.just(""), version=st.just(""),
    effective=st.just(""), line=anything,
)  # fmt: skip
a_card = st.builds(
    Card,
    action=st.sampled_from(["answer", "ask_back", "guest_notice", "coach"]),
    verdict=st.sampled_from(get_args(AnswerVerdict)),
    headline=texts,
    reason=texts,
    conditions=st.lists(anything, max_size=9).map(tuple),
    conditions_label=anything,
    citations=st.lists(a_citation, max_size=3).map(tuple),
    alternative=anything,
    next_step=anything,
    quote=texts,
    facts=st.lists(a_fact, max_size=3).map(tuple),
    buttons=st.lists(a_button, max_size=8).map(tuple),
    language=st.sampled_from([*LANGUAGES, "xx", ""]),
    answer_id=st.sampled_from(["", ID]),
    note=anything,
    written_by=st.sampled_from(["rules", "model"]),
)


@settings(max_examples=15, deadline=None)
@given(a_card, st.booleans())
def test_no_card_whatever_breaks_a_limit_or_calls_anybody(found, private):
    messages = to_message(found, private=private)

    assert messages
    assert wrong(messages) == []
    assert all(0 < size(message.text) < 40_000 for message in messages)
    assert not any("<" in message.text or ">" in message.text for message in messages)
    json.dumps([m.blocks for m in messages], ensure_ascii=False).encode()


plain = st.lists(st.text("abcdefgh", min_size=1, max_size=12), min_size=1, max_size=1_500)


@settings(max_examples=15, deadline=None)
@given(plain, plain, st.sampled_from([" ", "\n", "\n\n"]), st.sampled_from(["rules", "model"]))
def test_reason_quote_and_conditions_are_split_and_never_cut(reason, other, between, by):
    found = card(
        reason=between.join(reason),
        quote=between.join(other),
        conditions=(between.join(reason), " ".join(other)),
        written_by=by,
    )

    read = shown(to_message(found))

    assert "".join(reason) in read
    assert "".join(other) in read
    assert read.count("".join(other)) >= 2


@settings(max_examples=20, deadline=None)
@given(st.builds(Button, label=anything, action=st.sampled_from(["ask", "choose", "instead"]),
                 value=st.text(max_size=40), slot=st.sampled_from([None, "data"])))  # fmt: skip
def test_whatever_a_button_carries_comes_back_even_if_slack_escapes_it(button):
    (element,) = buttons_of(to_message(card(buttons=(button,), answer_id=ID), feedback=False))

    (sent,) = presses(json.loads(html.escape(json.dumps(element), quote=False)))
    back = pressed_from(sent)

    assert back == Pressed(action=button.action, value=button.value, slot=button.slot or "", of=ID)


@settings(max_examples=15, deadline=None)
@given(texts, st.integers(8, 3_000))
def test_pieces_fit_and_lose_only_white_space(text, most):
    found = pieces(text, most)

    assert all(size(piece) <= most for piece in found)
    assert squeezed("".join(found)) == squeezed(text)


@settings(max_examples=15, deadline=None)
@given(texts, st.integers(8, 200))
def test_what_is_shortened_says_so(text, most):
    found = shortened(text, most)

    assert size(found) <= most
    assert found == text or found.endswith("…")


# --- Buttons that do not fit


@pytest.mark.parametrize(
    ("number", "value", "rows"), [(26, "x", [25, 1]), (8, "x" * 1_900, [2] * 4)]
)
def test_many_or_heavy_buttons_stand_in_several_rows(number, value, rows):
    many = tuple(Button(label=f"B{n}", action="ask", value=value) for n in range(number))

    messages = to_message(card(buttons=many))

    assert wrong(messages) == []
    blocks = [block for message in messages for block in message.blocks]
    assert [len(b["elements"]) for b in blocks if b["type"] == "actions"] == rows


def test_a_label_that_is_cut_is_spelled_out_above():
    label = "Use this for everything that is public already, and for nothing else at all, please"

    messages = to_message(card(buttons=(Button(label=label, action="instead", value="x"),)))

    (button,) = buttons_of(messages)
    assert button["text"]["text"] == (
        "Use this for everything that is public already, and for nothing else at…"
    )
    assert squeezed(label) in shown(messages)


def test_a_button_that_cannot_carry_its_value_becomes_words():
    asked = "please " * 400

    messages = to_message(card(buttons=(Button(label="Ask", action="ask", value=asked),)))

    assert not list(buttons_of(messages))
    assert squeezed(asked) in shown(messages)


@pytest.mark.parametrize(
    "action",
    [
        {},
        {"action_id": "gl:why:0"},
        {"action_id": "gl:why:0", "value": "why"},
        {"action_id": "gl:why:0", "value": "[1]"},
        {"action_id": "other", "value": "{}"},
        {"action_id": "gl:choose:0", "selected_option": None},
        {"action_id": 7, "value": 7},
    ],
)
def test_what_is_no_button_of_ours_is_nothing(action):
    assert pressed_from(action) is None


# --- The check itself


def row(*found: dict[str, Any]) -> dict[str, Any]:
    return {"type": "actions", "elements": list(found)}


def push(text: str = "Go", value: str = "v", id_: str = "a") -> dict[str, Any]:
    label = {"type": "plain_text", "text": text}
    return {"type": "button", "text": label, "value": value, "action_id": id_}


def plain_text(kind: str, text: str) -> dict[str, Any]:
    return {"type": kind, "text": {"type": "plain_text", "text": text}}


def menu(*options: dict[str, Any], **parts: Any) -> dict[str, Any]:
    return {"type": "static_select", "action_id": "m", "options": list(options), **parts}


def option(text: str = "o", value: str = "o") -> dict[str, Any]:
    return {"text": {"type": "plain_text", "text": text}, "value": value}


BROKEN = {
    "0 blocks": [],
    "51 blocks": [{"type": "divider"}] * 51,
    "header of 151": [plain_text("header", "x" * 151)],
    "header without text": [plain_text("header", " ")],
    "section of 3001": [plain_text("section", "x" * 3_001)],
    "section without text": [{"type": "section"}],
    "unknown block": [{"type": "surprise"}],
    "no type": [{}],
    "characters of markdown": [{"type": "markdown", "text": "x" * 6_000}] * 2,
    "characters in all": [plain_text("section", "x" * 2_900)] * 5,
    "markdown without text": [{"type": "markdown", "text": " "}],
    "block_id of 256": [{"type": "divider", "block_id": "x" * 256}],
    "is there 2 times": [row(push(), push())],
    "0 in actions": [row()],
    "26 in actions": [row(*(push(id_=str(n)) for n in range(26)))],
    "11 in context": [{"type": "context", "elements": [option()["text"]] * 11}],
    "6 in context_actions": [{"type": "context_actions", "elements": [{}] * 6}],
    "without action_id": [row(push(id_=""))],
    "action_id of 256": [row(push(id_="x" * 256))],
    "button of 76": [row(push(text="x" * 76))],
    "button without text": [row(push(text=""))],
    "value of 2001": [row(push(value="x" * 2_001))],
    "0 in options": [row(menu())],
    "101 in options": [row(menu(*(option(value=str(n)) for n in range(101))))],
    "option of 76": [row(menu(option(text="x" * 76)))],
    "option value of 151": [row(menu(option(value="x" * 151)))],
    "not options of one group": [row(menu(option(), initial_option=option(value="other")))],
    "placeholder of 151": [row(menu(option(), placeholder=option("x" * 151)["text"]))],
    "rich_text without": [{"type": "rich_text", "elements": []}],
    "empty text": [{"type": "rich_text", "elements": [{"type": "text", "text": ""}]}],
    "input is not for message": [{"type": "input", "element": {}, "label": option()["text"]}],
    "alert is not for message": [{"type": "alert"}],
    "more than one table": [{"type": "table"}] * 2,
    "0 in option_groups": [row(menu(option_groups=[]))],
    "group without text": [row({**menu(), "option_groups": [{"label": {}, "options": []}]})],
    "max_length 0": [row({"type": "plain_text_input", "action_id": "t", "max_length": 0})],
    "initial_date 'soon'": [row({"type": "datepicker", "action_id": "d", "initial_date": "soon"})],
    "field of 2001": [{"type": "section", "fields": [option("x" * 2_001)["text"]]}],
    "description of 76": [row(menu({**option(), "description": option("x" * 76)["text"]}))],
    "label without text": [{"type": "input", "element": {}}],
    "input without element": [{"type": "input", "label": option()["text"]}],
    "calls people": [plain_text("section", "Hi <!here>")],
    "calls people: '<https": [plain_text("section", "<https://evil.example|x>")],
    "positive_button without value": [
        {
            "type": "context_actions",
            "elements": [{"type": "feedback_buttons", "action_id": "r", "positive_button": {}}],
        }
    ],
}


@pytest.mark.parametrize("problem", BROKEN)
def test_the_check_finds_what_slack_would_refuse(problem):
    found = problems(BROKEN[problem], "message")

    expected = "unknown block ''" if problem == "no type" else problem
    assert any(expected in said.replace(",", "") for said in found), found


def test_the_limits_are_not_above_those_of_the_typed_models():
    from slack_sdk.models import blocks

    assert blocks.HeaderBlock.text_max_length >= limits.HEADER
    assert blocks.SectionBlock.text_max_length >= limits.SECTION
    assert blocks.MarkdownBlock.text_max_length >= limits.MARKDOWN
    assert blocks.ButtonElement.text_max_length >= limits.BUTTON
    assert blocks.ButtonElement.value_max_length >= limits.VALUE
    assert blocks.Option.label_max_length >= limits.OPTION
    assert blocks.Option.value_max_length >= limits.OPTION_VALUE
