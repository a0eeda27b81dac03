"""The catalogues: complete, alike, compiled, and without a sentence nobody says."""

from __future__ import annotations

import ast
import re
import string
import subprocess
import sys
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import get_args

import pytest
from babel.dates import format_date
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

import bot.decide
from bot.decide import Slot
from bot.decide.words import Check
from bot.explain.explain import TOPICS
from bot.explain.headlines import HEADS
from bot.explain.sentences import LANGUAGES, LOCALE, sentences, speaks
from bot.understand.words import Topic

DECIDE = Path(bot.decide.__file__).parent
EXPLAIN = LOCALE.parent
STATUSES = ("approved", "limited", "pilot", "under_review", "prohibited", "retired")
SCOPES = ("audience", "use", "data", "feature")

Forms = tuple[str, ...]


def catalogue(language: str, ending: str = "po") -> dict[str, Forms]:
    path = LOCALE / language / "LC_MESSAGES" / f"greenlight.{ending}"
    with path.open("rb") as file:
        found = read_po(file, locale=language) if ending == "po" else read_mo(file)
    return {
        message.id if isinstance(message.id, str) else message.id[0]: (
            (message.string,) if isinstance(message.string, str) else tuple(message.string or ())
        )
        for message in found
        if message.id
    }


def placeholders(forms: Forms) -> set[str]:
    return {name for form in forms for _, name, _, _ in string.Formatter().parse(form) if name}


@cache
def finding_codes() -> frozenset[str]:
    """Every code a check can give a finding, read from the source of `decide`."""
    found: set[str] = set()
    for path in DECIDE.glob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                found |= _codes_of_call(node)
            elif isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "code":
                found |= _codes(node.value)
    return frozenset(found)


def _codes_of_call(node: ast.Call) -> set[str]:
    name = ast.unparse(node.func)
    given = [keyword.value for keyword in node.keywords if keyword.arg == "code"]
    if name in {"_refusal", "_yes"}:
        given.append(node.args[1])
    return {code for value in given for code in _codes(value)}


def _codes(node: ast.expr) -> set[str]:
    if isinstance(node, ast.Constant):
        return {str(node.value)}
    if isinstance(node, ast.IfExp):
        return _codes(node.body) | _codes(node.orelse)
    if isinstance(node, ast.JoinedStr):
        return _expanded(ast.unparse(node))
    return set()


def _expanded(written: str) -> set[str]:
    if "status_" in written:
        return {f"status_{status}" for status in STATUSES}
    if "which_" in written:
        return {"which_department", "which_region"}
    # A department is never limited for a feature.
    both = {f"{slot}_{scope}" for slot in ("department", "region") for scope in SCOPES}
    return both - {"department_feature"}


def test_the_codes_are_found_in_the_source() -> None:
    assert {"unlisted", "data_denied", "data_unlisted", "lapsed", "exception"} <= finding_codes()


def test_every_finding_has_a_sentence() -> None:
    known = catalogue("en")

    assert {code for code in finding_codes() if f"finding-{code}" not in known} == set()


def test_every_check_has_a_word_and_every_slot_a_question() -> None:
    known = catalogue("en")

    assert {c for c in get_args(Check) if f"about-{c}" not in known} == set()
    assert {s for s in get_args(Slot) if f"ask-{s}" not in known} == set()


def test_every_finding_that_refuses_has_a_headline() -> None:
    yes = {"data_granted", "use_ok", "feature_ok", "condition", "exception", "guest"}
    yes |= {"status_approved", "status_limited", "status_pilot"}
    asking = {code for code in finding_codes() if code.startswith("which_")}

    assert finding_codes() - yes - asking == HEADS.keys()
    assert {h for h in HEADS.values() if f"head-{h}" not in catalogue("en")} == set()


def test_every_topic_is_told() -> None:
    assert set(get_args(Topic)) - {"permission"} == TOPICS.keys()


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_says_the_same_things(language: str) -> None:
    english, other = catalogue("en"), catalogue(language)

    assert english.keys() == other.keys()
    for id_, forms in english.items():
        assert placeholders(other[id_]) == placeholders(forms), id_
        assert len(other[id_]) == len(forms), id_


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_sentence_is_said_calmly(language: str) -> None:
    for id_, forms in catalogue(language).items():
        for form in forms:
            assert form, id_
            assert "!" not in form, id_
            assert "  " not in form, id_


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_compiled_catalogue_is_up_to_date(language: str) -> None:
    hint = "run: pybabel compile -d bot/explain/locale -D greenlight"

    assert catalogue(language, "mo") == catalogue(language), hint


@pytest.mark.parametrize("language", LANGUAGES)
def test_dates_and_numbers_are_written_as_babel_writes_them(language: str) -> None:
    locale = {"en": "en_GB"}.get(language, language)
    say = sentences(language)

    for days in range(0, 366, 7):
        day = date(2026, 1, 1) + timedelta(days=days)
        assert say.day(day) == format_date(day, "long", locale=locale)
    assert say.figure(18204) == format_decimal(18204, locale=locale)


def test_no_sentence_is_left_over() -> None:
    bot = EXPLAIN.parent
    source = "\n".join(path.read_text(encoding="utf-8") for path in bot.rglob("*.py"))
    said = set(re.findall(r'"([a-z][a-z_-]*)"', source))
    prefixes = (
        *("finding-", "about-", "ask-", "number-", "month-", "tip-", "elsewhere-", "account-"),
        *("kind-", "form-", "filed-", "help-", "new-", "prompt-", "reason-", "state-"),
    )
    heads = {f"head-{kind}" for kind in HEADS.values()}
    heads |= {f"head-{verdict}" for verdict in ("not_allowed", "not_reviewed", "allowed")}
    heads |= {f"head-{k}-{e}" for k in ("several", "one") for e in ("allowed", "conditions")}
    heads |= {"head-conditions", "head-recommended-conditions"}
    heads |= {f"head-several-{k}{yet}" for k in ("some", "none") for yet in ("", "-yet")}
    lines = {f"line-{w}" for w in ("allowed", "not_allowed", "not_reviewed", "needs_clarification")}

    left = {id_ for id_ in catalogue("en") if not id_.startswith(prefixes)}

    assert left - said - heads - lines == set()


@pytest.mark.parametrize(
    ("asked", "spoken"),
    [("de", "de"), ("de-AT", "de"), ("pt_BR", "en"), ("", "en"), ("FR", "fr")],
)
def test_an_unknown_language_is_answered_in_english(asked: str, spoken: str) -> None:
    assert speaks(asked) == spoken


def test_the_first_sentence_does_not_wait_for_babel() -> None:
    code = (
        "import sys; from bot.explain.sentences import sentences; "
        "sentences('de').day(__import__('datetime').date(2026, 3, 2)); "
        "sys.exit(any(name.startswith('babel') for name in sys.modules))"
    )

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
