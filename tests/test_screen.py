"""What screening finds: each gate on the sets that were tuned on and on those held out."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from bot.screen import Context, Finding, scan
from tests.screen import sets
from tests.screen.make import Case

UNSTRUCTURED = {"PERSON", "ADDRESS", "DATE_OF_BIRTH"}
SIDES = pytest.mark.parametrize("held_out", [False, True], ids=["tuned on", "held out"])
_MARKUP = re.compile("</?p>|<mailto:|<tel:|[<>|*\u202e\u202c\u0336]")


def _covers(findings: tuple[Finding, ...], start: int, end: int) -> bool:
    return any(one.start <= start and end <= one.end for one in findings)


def _values(held_out: bool, wanted: Callable[[str], bool]) -> list[bool]:
    hits = []
    for case in sets.positives():
        if case.held_out == held_out:
            findings = scan(case.text)
            for kind, value in case.wanted:
                at = case.text.find(value)
                if wanted(kind):
                    hits.append(_covers(findings, at, at + len(value)))
    return hits


def _hidden_well(case: Case) -> bool:
    """Say whether nearly nothing of a hidden value stays uncovered, mark-up aside."""
    findings = scan(case.text)
    value = case.wanted[0][1]
    at = case.text.find(value)
    markup = {n for m in _MARKUP.finditer(value) for n in range(m.start(), m.end())}
    left = [
        n
        for n in range(len(value))
        if n not in markup and not _covers(findings, at + n, at + n + 1)
    ]
    return len(left) <= 0.1 * len(value)


def test_the_sets_are_as_large_as_they_claim():
    kinds = {kind for case in sets.positives() for kind, _ in case.wanted}

    assert sum(len(case.wanted) for case in sets.positives()) >= 300
    assert len(kinds) == 11
    assert len(sets.negatives()) >= 200
    assert len(sets.provider_secrets()) >= 60
    assert len(sets.passwords()) >= 40
    assert len(sets.evasions()) >= 17 * 7


@SIDES
def test_structured_personal_data_is_found(held_out):
    assert sets.share(_values(held_out, lambda kind: kind not in UNSTRUCTURED)) >= 0.97


@SIDES
def test_names_addresses_and_birth_dates_are_found_where_something_announces_them(held_out):
    assert sets.share(_values(held_out, lambda kind: kind in UNSTRUCTURED)) >= 0.85


@SIDES
def test_nothing_is_found_in_a_marketers_ordinary_numbers(held_out):
    lines = [case for case in sets.negatives() if case.held_out == held_out]

    assert sets.share(bool(scan(case.text)) for case in lines) <= 0.02


@SIDES
def test_keys_of_providers_are_found(held_out):
    cases = [case for case in sets.provider_secrets() if case.held_out == held_out]

    assert sets.share(any(f.kind == "SECRET" for f in scan(c.text)) for c in cases) >= 0.97


@SIDES
def test_passwords_told_in_a_sentence_are_found(held_out):
    hits = []
    for case in sets.passwords():
        if case.held_out == held_out:
            at = case.text.find(case.wanted[0][1])
            secrets = tuple(one for one in scan(case.text) if one.kind == "SECRET")
            hits.append(_covers(secrets, at, at + len(case.wanted[0][1])))

    assert sets.share(hits) >= 0.9


@SIDES
def test_values_that_were_hidden_are_found(held_out):
    cases = [case for case in sets.evasions() if case.held_out == held_out]

    assert sets.share(map(_hidden_well, cases)) >= 0.8


def test_a_hidden_value_is_reported_where_it_stands_in_the_original():
    text = "note YW5uYS5rZXJuQGV4YW1wbGUuY29t please"

    (finding,) = scan(text)

    assert text[finding.start : finding.end] == "YW5uYS5rZXJuQGV4YW1wbGUuY29t"
    assert (finding.kind, finding.rule) == ("EMAIL", "email/base64")


@pytest.mark.parametrize(
    ("text", "kind", "subtype"),
    [
        ("ask anna@example.com", "EMAIL", ""),
        ("ask anna@acme.example", "EMAIL", "colleague"),
        ("ask anna@mail.acme.example", "EMAIL", "colleague"),
        ("ask press@acme.example", "EMAIL", "role"),
        ("ask no-reply@example.com", "EMAIL", "role"),
        ("ask hello.desk@acme.example", "EMAIL", "public"),
        ("call +1 800 555 0199", "PHONE", "toll_free"),
        ("call +49 30 23125 014", "PHONE", ""),
        ("call +49 30 23125 000", "PHONE", "public"),
        ("telefon 030 23125000", "PHONE", "public"),
        ("we like Nora Lindqvist a lot", "PERSON", "roster"),
        ("Lindqvist, Nora is out", "PERSON", "roster"),
        ("please ask Nora today", "PERSON", "roster"),
        ("ping @Nora", "PERSON", "roster"),
    ],
)
def test_the_company_decides_what_is_its_own(text, kind, subtype):
    context = Context(
        own_domains=frozenset({"acme.example"}),
        roster=frozenset({"Nora Lindqvist", "Mark Grace"}),
        public=frozenset({"hello.desk@acme.example", "+49 30 23125-000"}),
    )

    assert [(one.kind, one.subtype) for one in scan(text, context)] == [(kind, subtype)]


def test_a_first_name_of_the_roster_is_a_word_where_nobody_is_addressed():
    context = Context(roster=frozenset({"Mark Grace", "Will May", "Nora Lindqvist"}))

    assert scan("Mark the date: May will bring grace, will it not", context) == ()


def test_a_mistyped_card_counts_only_beside_a_word_for_cards():
    assert [one.subtype for one in scan("my card 4242 4242 4242 4241")] == ["invalid"]
    assert scan("item 4242424242424241") == ()


def test_a_13_digit_number_is_no_card_and_a_2_series_number_is_one():
    assert scan("4222222222222") == ()
    assert [one.subtype for one in scan("2223 0031 2200 3222")] == ["mastercard"]


def test_an_iban_is_checked_by_its_sum_and_its_countrys_length():
    assert scan("DE89 3704 0044 0532 0130 01") == ()
    assert [one.subtype for one in scan("DE89370400440532013000")] == ["de"]
    assert [one.subtype for one in scan("iban DE89 3704 0044 0532 0130 01")] == ["invalid"]


def test_a_secret_wins_over_an_address_that_overlaps_it():
    password = "".join(["hunt", "er2", "!X"])

    found = scan(f"postgres://shop:{password}@db.example.com/shop")

    assert ("SECRET", "url_password") in [(one.kind, one.subtype) for one in found]


def test_both_halves_of_a_linked_address_are_found():
    text = "write <mailto:anna@example.com|anna@example.com> &amp; <tel:+12025550143|call>"

    found = [text[one.start : one.end] for one in scan(text)]

    assert found == ["anna@example.com", "anna@example.com", "+12025550143"]


def test_an_attribute_of_a_tag_is_read_too():
    text = '<a href="mailto:anna@example.com">Anna</a> <at id="0">Bot</at>'

    assert [text[one.start : one.end] for one in scan(text)] == ["anna@example.com"]


def test_neighbouring_numbers_are_told_apart():
    iban = "DE89370400440532013000"

    assert [one.kind for one in scan(f"{iban} {iban}")] == ["IBAN", "IBAN"]
    assert [one.kind for one in scan("4242424242424242 5555555555554444")] == ["CARD", "CARD"]


def test_a_column_of_numbers_is_not_joined_into_a_card():
    assert scan("42424242\n42424242\n42424242\n42424242") == ()
    assert [one.rule for one in scan("here: 4242 4242\n4242 4242")] == ["card/joined"]
