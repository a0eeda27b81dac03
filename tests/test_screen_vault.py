"""What leaves and what comes back: policy, vault, stream, failure."""

from __future__ import annotations

import asyncio
import json
import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot import screen
from bot.screen import Context, Finding, ScreenError, Vault, apply, policy, scan

PIECES = st.sampled_from(
    [
        "anna@example.com", "+1 202 555 0143", "4242 4242 4242 4242", "DE89370400440532013000",
        "[[EMAIL_1]]", "EMAIL_1", "(PHONE 1)", "[[TYPED_1]]", "[", "]]", "password is ",
        "Hi Anna Kern", "\u200b", "\ud800", "\ufdfa", "\u0336", "4", "@", "<b>", "&#64;", "\n", " ",
        "ssn 536-22-8741", "\u0660",
    ]
)  # fmt: skip
TEXTS = st.one_of(
    st.text(), st.lists(PIECES).map("".join), st.lists(st.one_of(PIECES, st.text())).map("".join)
)
TOKENISE = policy(dict.fromkeys(screen.KINDS, "tokenise") | {"role": "tokenise"})


@given(TEXTS)
@example("[[EMAIL_1]] [EMAIL_1] (EMAIL 1) EMAIL_1")
@example("\ud800\udc00 a@b.co")
def test_any_text_can_be_scanned_and_every_finding_lies_in_it(text):
    end = 0
    for one in scan(text, Context(roster=frozenset({"Anna Kern"}))):
        assert end <= one.start < one.end <= len(text)
        end = one.end


@given(TEXTS)
def test_what_was_tokenised_comes_back_letter_for_letter(text):
    vault = Vault()
    reversible = tuple(one for one in scan(text) if one.kind not in screen.IRREVERSIBLE)

    masked = apply(text, reversible, TOKENISE, vault).masked

    assert vault.restore(masked).text == text


@given(TEXTS, st.lists(st.integers(1, 9), min_size=1))
def test_a_streamed_answer_is_restored_like_a_whole_one(text, sizes):
    vault = Vault()
    masked = apply(text, scan(text), TOKENISE, vault).masked
    stream = screen.Restorer(vault)
    shown = []
    at = 0
    while at < len(masked):
        size = sizes[len(shown) % len(sizes)]
        shown.append(stream.feed(masked[at : at + size]))
        at += size

    last = stream.finish()

    assert "".join(shown) + last.text == vault.restore(masked).text
    assert last.lost == vault.restore(masked).lost


def test_defaults_block_secrets_mask_what_is_checked_and_tokenise_the_rest():
    vault = Vault()
    text = "anna@example.com paid with 4242 4242 4242 4242, info@example.com knows"

    result = screen.screened(text, vault=vault)

    assert result.masked == "[[EMAIL_1]] paid with [CARD], info@example.com knows"
    assert [one.action for one in result.findings] == ["tokenise", "mask", "allow"]
    assert not result.blocked
    assert screen.screened("the password is Winter!2031").blocked


def test_the_same_value_gets_the_same_token():
    result = screen.screened("anna@example.com, bob@example.com, anna@example.com")

    assert result.masked == "[[EMAIL_1]], [[EMAIL_2]], [[EMAIL_1]]"


def test_a_company_can_change_what_happens_with_a_kind_or_a_subtype():
    rules = policy({"EMAIL": "block", "role": "mask"})

    assert screen.screened("anna@example.com", rules=rules).blocked
    assert screen.screened("info@example.com", rules=rules).masked == "[EMAIL]"


def test_no_policy_makes_an_irreversible_kind_come_back():
    vault = Vault()
    rules = policy({"CARD": "tokenise", "visa": "tokenise", "SECRET": "tokenise"})

    result = screen.screened("card 4242 4242 4242 4242", rules=rules, vault=vault)

    assert result.masked == "card [CARD]"
    assert vault.tokens == ()


def test_a_token_somebody_typed_fetches_nobodys_value():
    vault = Vault()
    result = screen.screened("tell anna@example.com about [[EMAIL_1]]", vault=vault)

    assert result.masked == "tell [[EMAIL_1]] about [[TYPED_1]]"
    assert result.typed == ("[[EMAIL_1]]",)
    assert vault.restore(result.masked).text == "tell anna@example.com about [[EMAIL_1]]"


@pytest.mark.parametrize(
    "answer", ["[[EMAIL_1]]", "[EMAIL_1]", "(EMAIL 1)", "[[EMAIL 1]]", "EMAIL_1", "[[ EMAIL_1 ]]"]
)
def test_a_token_is_known_again_after_a_model_changed_its_brackets(answer):
    vault = Vault()
    vault.token("EMAIL", "anna@example.com")

    assert vault.restore(f"ask {answer}'s team").text == "ask anna@example.com's team"


def test_unknown_and_lost_tokens_are_reported():
    vault = Vault()
    vault.token("EMAIL", "anna@example.com")

    restored = vault.restore("ask [[EMAIL_7]]")

    assert restored.text == "ask [[EMAIL_7]]"
    assert (restored.unknown, restored.lost) == (("[[EMAIL_7]]",), ("[[EMAIL_1]]",))


def test_a_vault_does_not_show_its_values():
    vault = Vault()
    vault.token("EMAIL", "anna@example.com")

    assert "anna" not in repr(vault)


async def test_a_text_over_the_limit_is_refused_whole():
    with pytest.raises(ScreenError, match="not sent: it has 16,001 characters"):
        await screen.screen_safely("a" * 16_001)


async def test_an_error_in_screening_means_not_sent(monkeypatch):
    def broken(text: str, context: Context) -> tuple[Finding, ...]:
        raise ZeroDivisionError(text)

    monkeypatch.setattr("bot.screen.safe.scan", broken)

    with pytest.raises(ScreenError, match="not sent"):
        await screen.screen_safely("anna@example.com")


async def test_a_slow_screening_means_not_sent_and_does_not_hold_the_loop(monkeypatch):
    monkeypatch.setattr("bot.screen.safe.scan", lambda text, context: time.sleep(0.5) or ())
    start = time.perf_counter()

    with pytest.raises(ScreenError, match="too long"):
        await screen.screen_safely("hello", limit=0.05)

    assert time.perf_counter() - start < 0.4


async def test_many_texts_are_screened_at_once():
    results = await asyncio.gather(
        *(screen.screen_safely(f"mail anna{n}@example.com") for n in range(20))
    )

    assert {one.masked for one in results} == {"mail [[EMAIL_1]]"}


def test_lines_of_json_are_screened_and_a_broken_one_counts_as_blocked():
    lines = [
        '{"id": 7, "text": "mail anna@example.com"}', "", "not json", '{"id": 8}',
        json.dumps({"id": 9, "text": "a" * 16_001}), "[" * 100_000,
    ]  # fmt: skip

    rows = [json.loads(line) for line in screen.run_jsonl(lines)]

    assert rows[0] == {
        "id": 7,
        "findings": [{"start": 5, "end": 21, "kind": "EMAIL", "subtype": "", "action": "tokenise"}],
        "masked": "mail [[EMAIL_1]]",
        "blocked": False,
    }
    assert [row["blocked"] for row in rows[1:]] == [True] * 4
    assert "16,001" in rows[3]["error"]
