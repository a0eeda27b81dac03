"""Text in Teams stands for itself: it calls nobody, fetches nothing and opens only our links."""

from __future__ import annotations

import re
from copy import deepcopy
from html import unescape
from typing import Any

import pytest
from hypothesis import given, settings
from markdown_it import MarkdownIt
from teams_rules import BREAK, line, refused, said

from bot.chat import Button, Card, Field, Form
from handlers.teams.cards import to_activity, to_adaptive
from handlers.teams.dialogs import to_dialog
from handlers.teams.limits import problems
from handlers.teams.markup import (
    harmless,
    is_ours,
    lengths,
    linked,
    literal,
    markdown,
    paragraphs,
    tamed,
)

OURS = ("northwind.example",)
COMMONMARK = MarkdownIt("commonmark")
PROSE = settings(max_examples=15, deadline=None)


def shown(text: str) -> str:
    """Return what a reader of Markdown sees, without the space in it."""
    plain = unescape(re.sub(r"<[^>]+>", " ", COMMONMARK.render(text)))
    return "".join(plain.replace(BREAK, "").split())


@given(text=said)
@PROSE
def test_in_a_message_every_sign_stands_for_itself(text):
    html = COMMONMARK.render(markdown(text))

    assert set(re.findall(r"</?(\w+)", html)) <= {"p", "br", "pre", "code"}
    assert "href" not in html


@given(text=said)
@PROSE
def test_a_message_reads_as_it_was_written(text):
    one_line = " ".join(text.split())

    visible = "".join(c for c in one_line if c.isprintable() or c == "\u200d")
    assert shown(markdown(one_line)) == "".join(visible.split())


@given(text=said)
@PROSE
def test_on_a_card_text_reads_as_it_was_written_and_does_nothing(text):
    tame = harmless(text)

    assert not re.search(r"<[A-Za-z/!?]|\]\(|\{\{|\w://\w|\bwww\.\w", tame)
    assert tame.replace(BREAK, "") == re.sub(r"[\x00\u202e]", "", text)


@given(text=said)
@PROSE
def test_a_heading_of_a_card_has_no_marks(text):
    html = COMMONMARK.render(literal(" ".join(text.split())))

    assert set(re.findall(r"</?(\w+)", html)) <= {"p"}


@given(text=said)
@PROSE
def test_markdown_of_our_own_opens_no_foreign_link(text):
    html = COMMONMARK.render(tamed(text, OURS))

    assert "<img" not in html
    assert re.findall(r'href="([^"]*)"', html) == []
    assert "<at" not in html


@given(text=line)
@PROSE
def test_a_long_text_is_parted_and_kept(text):
    pieces = list(lengths(text, 20))

    assert max(map(len, pieces)) <= 20
    assert "".join("".join(pieces).split()) == "".join(text.split())


@pytest.mark.parametrize(
    ("url", "ours"),
    [
        ("https://northwind.example/a", True),
        ("https://it.northwind.example:8443", True),
        ("https://NORTHWIND.example/", True),
        ("http://northwind.example/a", False),
        ("https://northwind.example.evil.example/", False),
        ("https://northwind.example@evil.example/", False),
        ("https://evil.example\\@northwind.example/", False),
        ("https://evilnorthwind.example/", False),
        ("https://evil.example/?https://northwind.example", False),
        ("javascript://northwind.example/%0aalert(1)", False),
        ("northwind.example", False),
    ],
)
def test_an_address_is_ours_only_when_its_host_is(url, ours):
    assert is_ours(url, OURS) is ours


def test_an_address_of_ours_stays_whole_and_loses_the_full_stop_behind_it():
    text = "See https://it.northwind.example/ai?x=1, then https://evil.example."

    assert list(linked(text, OURS)) == [
        ("See ", ""),
        ("https://it.northwind.example/ai?x=1", "https://it.northwind.example/ai?x=1"),
        (", then https://evil.example.", ""),
    ]
    assert "https://it.northwind.example/ai?x=1," in markdown(text, OURS)
    assert f"https:{BREAK}//{BREAK}evil.example" in markdown(text, OURS)


def test_markdown_is_parted_into_what_a_card_can_show():
    text = "### Questions\n1. One?\n   *Yes.*\n2. Two?\nA line\nand another.\n\n• a\n• b"

    assert list(paragraphs(text)) == [
        "### Questions",
        "1. One?\n   *Yes.*\n2. Two?",
        "A line\nand another.",
        "- a\n- b",
    ]
    assert list(paragraphs("R-1: open\nR-2: done\n• a\n• b", broken=True)) == [
        "R-1: open",
        "R-2: done",
        "- a\n- b",
    ]


def test_what_a_card_cannot_show_becomes_what_it_can():
    assert tamed("## How\n`/greenlight help` **now**") == "**How**\n/greenlight help **now**"


# The checks themselves


CARD = Card(
    action="answer",
    verdict="allowed",
    headline="Yes.",
    buttons=(Button(label="Why?", action="why", value="why"),),
)
FORM = Form(id="f", title="T", submit="Send", fields=(Field(id="a", label="A", kind="text"),))


def broken(payload: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    payload = deepcopy(payload)
    *steps, last = [int(step) if step.isdigit() else step for step in path.split("/")]
    inner: Any = payload
    for step in steps:
        inner = inner[step]
    if value is None:
        del inner[last]
    else:
        inner[last] = value
    return payload


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("version", "1.6"),
        ("body/0/items/1/wrap", None),
        ("body/0/items/1/text", "<at>Ana</at>"),
        ("body/0/items/1/text", "[x](https://evil.example)"),
        ("body/0/items/1/text", "x" * 40_000),
        ("body/0/items/1", {"type": "Image", "url": "https://evil.example/p.png"}),
        ("body/0/items/1", {"type": "Media"}),
        ("body/1/actions/0/style", "positive"),
        ("body/1/actions/0/fallback", None),
        ("body/1/actions/0/title", ""),
        ("body/1/actions/0", {"type": "Action.OpenUrl", "url": "https://evil.example"}),
        ("body/1/actions", [{"type": "Action.Submit", "title": "x"}] * 7),
    ],
)
def test_the_check_finds_what_teams_would_not_take_in_a_card(path, value):
    card = to_adaptive(CARD)

    assert problems(card, OURS) == ()
    assert len(problems(broken(card, path, value), OURS)) == 1


ROOT = {"type": "https://schema.org/Message", "@type": "Message"}
CLAIM = {"position": 1, "appearance": {"name": "A", "abstract": "B"}}


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("textFormat", "xml"),
        ("text", ""),
        ("entities", [ROOT, ROOT]),
        ("entities", [{**ROOT, "citation": [CLAIM] * 21}]),
        ("entities", [{**ROOT, "citation": [{**CLAIM, "position": 2}]}]),
        ("entities", [{**ROOT, "citation": [{**CLAIM, "appearance": {}}]}]),
        (
            "entities",
            [{**ROOT, "citation": [{**CLAIM, "appearance": {"name": "A", "abstract": "x" * 161}}]}],
        ),
        ("suggestedActions", {"actions": [{"type": "imBack", "title": "x", "value": "x"}] * 4}),
        ("channelData", {"feedbackLoop": {"type": "other"}}),
    ],
)
def test_the_check_finds_what_teams_would_not_take_in_a_message(path, value):
    activity = {**to_activity(CARD, feedback=True, personal=True), "text": "See [1]."}
    del activity["attachments"]

    assert problems(activity) == ()
    assert len(problems(broken(activity, path, value))) == 1


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("title", "x" * 65),
        ("height", ""),
        ("card/contentType", "text/html"),
        ("card/content/body/0/label", None),
        ("card/content/body/0/errorMessage", None),
        ("card/content/body", [{"type": "Input.Date", "id": "a", "label": "A"}] * 2),
        (
            "card/content/body/0",
            {"type": "Input.ChoiceSet", "id": "a", "label": "A", "choices": []},
        ),
        (
            "card/content/body/0",
            {
                "type": "Input.ChoiceSet",
                "id": "a",
                "label": "A",
                "isMultiSelect": True,
                "choices": [{"title": "x", "value": "a,b"}],
            },
        ),
    ],
)
def test_the_check_finds_what_teams_would_not_take_in_a_dialog(path, value):
    dialog = to_dialog(FORM)

    assert problems(dialog) == ()
    assert len(problems(broken(dialog, path, value))) == 1


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("body/0/type", "Contianer"),
        ("body/0/items/1/text", None),
        ("body/0/items/1/size", "Huge"),
        ("body/0/items/1/wrpa", True),
    ],
)
def test_the_published_schema_refuses_slips(path, value):
    assert refused(to_adaptive(CARD)) == []
    assert refused(broken(to_adaptive(CARD), path, value)) != []
