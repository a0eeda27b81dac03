"""What screening costs at worst, and that it fails closed where a library fails silently."""

from __future__ import annotations

import time

import pytest

from bot.screen import ScreenError, codes, ids, people, places, scan, screen_safely, secret, tables
from bot.screen.finding import KINDS
from bot.screen.policy import FOR_MODEL

HOSTILE = [
    "a.", "a.a@", "a@b.co ", "12-12-", "1 ", "4", "4242 ", "+1", "020 7946 0958 ", "password '",
    "ssn 536228741 ", "password is ", "pw=a1", "login a / ", "Dear Mr A ", "rue a 1 ", "DE89 3704 ",
    "deadbeef", "YW5u", "4\u00b72", "4242\n", "<b>a", "<a ", "&#64;", "<mailto:a@b.co|", "%41",
    "1:2:", "::1 ", "-----BEGIN PRIVATE KEY-----", "a://b:c1d2@", "4\u0336", "\ufdfa", "\u0430b",
    "4\u200b", "\ud800", "[[EMAIL_1]]", "a ", "x" * 400 + " ", "Aa Bb ",
]  # fmt: skip


@pytest.mark.parametrize("unit", HOSTILE)
def test_the_longest_hostile_message_takes_less_than_a_second(unit, capfd):
    scan("warm up +49 30 901820")
    start = time.perf_counter()

    scan((unit * 16_000)[:16_000])

    assert time.perf_counter() - start < 1
    assert "out of memory" not in capfd.readouterr().err


def test_a_short_question_without_digits_costs_next_to_nothing():
    text = "Could you please help me draft a launch post for our new app"
    scan(text)
    start = time.perf_counter()

    for _ in range(200):
        scan(text)

    assert (time.perf_counter() - start) / 200 < 0.001


def test_screening_opens_no_socket(monkeypatch):
    def refuse(*_: object) -> None:
        raise AssertionError("Screening opened a socket.")

    monkeypatch.setattr("socket.socket", refuse)
    monkeypatch.setattr("socket.getaddrinfo", refuse)

    assert [one.kind for one in scan("mail anna@example.com, call +49 30 901820")] == [
        "EMAIL",
        "PHONE",
    ]


class _Silent:
    """A search that ran out of memory: re2 reports it as no match."""

    def Match(self, text: str) -> list[int]:  # noqa: N802
        return []


async def test_a_search_that_runs_out_of_memory_is_an_error_and_not_an_empty_answer(monkeypatch):
    monkeypatch.setattr(tables.labels(), "_set", _Silent())

    with pytest.raises(ScreenError, match="not sent"):
        await screen_safely("call 4155550143")


def test_every_kind_has_a_default():
    assert set(KINDS) <= set(FOR_MODEL)


def test_every_rule_of_the_tables_compiles():
    for provider, gate in secret.providers():
        assert gate
        assert secret._compiled(provider.form).programsize < 12_000
    for patterns in (places._patterns(), people._patterns(), secret._patterns().items()):
        assert all(pattern.programsize < 12_000 for _, pattern in patterns)
    assert len(ids._rules()) >= 30
    assert len(secret.providers()) >= 55
    assert codes._lengths()["NO"] == 15
