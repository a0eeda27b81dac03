"""What Microsoft publishes about cards, as a check; and cards and forms of every shape."""

from __future__ import annotations

import html
import json
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Any, get_args, get_type_hints

from hypothesis import strategies as st
from jsonschema import Draft6Validator

from bot.chat import Action, AnswerVerdict, Button, Card, Citation, Fact, Field, Form, Option
from bot.explain import LANGUAGES

BREAK = "\u200b"


@cache
def _schema() -> Draft6Validator:
    path = files("adaptive_cards") / "schemas" / "schema-1.5.json"
    return Draft6Validator(json.loads(path.read_text(encoding="utf-8")))


def refused(card: dict[str, Any]) -> list[str]:
    """Say what the published schema of Adaptive Cards 1.5 has against a card."""
    # What Teams adds to the schema is not in it.
    plain = {name: value for name, value in card.items() if name != "msteams"}
    return [error.message[:300] for error in _schema().iter_errors(plain)]


def cards_in(payload: Any) -> Iterator[dict[str, Any]]:
    """Return every Adaptive Card in a payload."""
    if isinstance(payload, dict):
        if payload.get("type") == "AdaptiveCard":
            yield payload
        for inner in payload.values():
            yield from cards_in(inner)
    elif isinstance(payload, list | tuple):
        for inner in payload:
            yield from cards_in(inner)


def actions_in(payload: Any) -> Iterator[dict[str, Any]]:
    """Return every button in a payload, without its stand-in for old clients."""
    if isinstance(payload, dict):
        if str(payload.get("type", "")).startswith("Action."):
            yield payload
            return
        for inner in payload.values():
            yield from actions_in(inner)
    elif isinstance(payload, list | tuple):
        for inner in payload:
            yield from actions_in(inner)


def read_aloud(payload: Any) -> str:
    """Return what somebody reads in a payload, in order."""
    return " ".join(_texts(payload)).replace(BREAK, "")


def _texts(payload: Any) -> Iterator[str]:
    if isinstance(payload, dict):
        for name in ("title", "text", "label"):
            if isinstance(payload.get(name), str):
                marked_up = payload.get("textFormat") == "markdown"
                yield html.unescape(payload[name]) if marked_up else payload[name]
        for name, inner in payload.items():
            if name not in {"fallback", "data", "entities", "suggestedActions"}:
                yield from _texts(inner)
    elif isinstance(payload, list | tuple):
        for inner in payload:
            yield from _texts(inner)


def letters(text: str) -> str:
    """Return what is left of a text when only its letters and figures count."""
    return "".join(sign for sign in text if sign.isalnum())


SIGNS = "abcdefgh ÄÖéñ  0123.,:;!?-–#*_~`[]()<>&|\\\"'“”{}/@+=\n\u202e\u200d\x00漢字🙂"
words = st.text(st.sampled_from(SIGNS), max_size=60)
nasty = st.sampled_from(
    [
        "<at>everyone</at>",
        "<at id='0'>Ana</at> look",
        "[press here](https://evil.example/x)",
        "![picture](https://evil.example/p.png)",
        "https://evil.example/a?b=c",
        "see www.evil.example now",
        "https://northwind.example@evil.example/",
        "https://northwind.example.evil.example/",
        "javascript:alert(1)",
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "{{DATE(2026-01-01T00:00:00Z, SHORT)}}",
        "&lt;at&gt;",
        "# heading\n> quotation\n- item\n1. first",
        "**bold** _italic_ `code` ~~gone~~",
    ]
)
said = words | nasty | st.builds(" ".join, st.lists(words | nasty, max_size=3))
line = said.filter(lambda text: bool(letters(text)))
long_line = line | st.builds(lambda text, times: f"{text} " * times, line, st.integers(1, 200))
ids = st.text("abcdefghijklmnop0123456789_:.-", min_size=1, max_size=40)

buttons = st.builds(
    Button,
    label=line,
    action=st.sampled_from(get_args(get_type_hints(Button)["action"])),
    value=ids,
    slot=st.none() | st.sampled_from(["data", "tool"]),
)
facts = st.builds(
    Fact,
    label=line,
    text=line,
    verdict=st.none() | st.sampled_from(get_args(AnswerVerdict)),
    source=st.just("") | ids,
)
citations = st.builds(
    Citation, section=ids, title=line, document=line, version=ids, effective=ids, line=line
)


def several(strategy: st.SearchStrategy[Any], most: int) -> st.SearchStrategy[Any]:
    return st.lists(strategy, max_size=most).map(tuple)


cards = st.builds(
    Card,
    action=st.sampled_from(get_args(Action)),
    verdict=st.sampled_from(get_args(AnswerVerdict)),
    headline=line,
    reason=said | long_line,
    conditions=several(line, 5),
    conditions_label=said,
    citations=several(citations, 24),
    alternative=said,
    next_step=said,
    facts=several(facts, 4),
    buttons=several(buttons, 12),
    language=st.sampled_from([*LANGUAGES, "pt", ""]),
    answer_id=st.just("") | ids,
    note=said,
    written_by=st.sampled_from(["rules", "model"]),
)

options = st.lists(
    st.builds(Option, value=line.map(str.strip).filter(bool), label=line, hint=said),
    min_size=1,
    max_size=6,
    unique_by=lambda option: option.value,
).map(tuple)
fields = st.lists(
    st.builds(
        Field,
        id=ids,
        label=line,
        kind=st.sampled_from(["text", "long_text", "choice", "choices", "yes_no", "date"]),
        options=options,
        required=st.booleans(),
        hint=said,
    ),
    min_size=1,
    max_size=4,
    unique_by=lambda field: field.id,
).map(tuple)
forms = st.builds(
    Form,
    id=ids,
    title=line,
    submit=line,
    fields=fields,
    intro=said,
    context=st.just("") | ids,
    language=st.sampled_from(LANGUAGES),
)
