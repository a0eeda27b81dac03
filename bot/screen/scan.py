"""Reads a text once plainly, then in every way something could have been hidden in it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, lru_cache
from typing import Final

import re2

from bot.screen import (
    codes,
    contact,
    dates,
    evasion,
    ids,
    merge,
    normal,
    numbers,
    people,
    places,
    secret,
)
from bot.screen.finding import Context, Finding
from bot.screen.page import Hit, Page
from bot.screen.view import View

_DEFAULT: Final = Context()
_AT: Final = re2.compile(r"(?i)@|[\[({] ?(?:at|ät) ?[\])}]")
_HIDEABLE: Final = frozenset(
    {"EMAIL", "PHONE", "CARD", "IBAN", "NATIONAL_ID", "SECRET", "PASSPORT", "IP"}
)


class _Gate:
    """One search for every literal without which a costly detector cannot find anything."""

    def __init__(self) -> None:
        options = re2.Options()
        options.case_sensitive = False
        self._set = re2.Set.SearchSet(options)
        self._set.Add("")
        self.providers = [provider for provider, _ in secret.providers()]
        for _, literals in secret.providers():
            self._set.Add("|".join(map(re2.escape, literals)))
        self._words = len(self.providers) + 1
        for words in (secret.gate(), people.gate(), ("swift", "bic", "ifsc")):
            self._set.Add("|".join(re2.escape(word).replace(r"\ ", r"[ _-]?") for word in words))
        self._set.Compile()

    def open(self, text: str) -> tuple[list[secret.Provider], bool, bool, bool]:
        found = set(self._set.Match(text))
        if 0 not in found:
            raise RuntimeError("The first search ran out of memory.")
        named = [provider for at, provider in enumerate(self.providers, 1) if at in found]
        first = self._words
        return named, first in found, first + 1 in found, first + 2 in found


_gate = cache(_Gate)


def _hits(page: Page) -> Iterator[Hit]:
    text = page.text
    providers, passwords, persons, banks = _gate().open(text)
    for provider in providers:
        yield from secret.find_provider(page, provider)
    if passwords:
        yield from secret.find(page)
    if persons:
        yield from people.find(page)
    if banks:
        yield from codes.find_bank_codes(page)
    if page.context.roster:
        yield from people.find_roster(page)
    if _AT.search(text):
        yield from contact.emails(page)
    if any(map(str.isdigit, text)):
        yield from _numeric(page)


def _numeric(page: Page) -> Iterator[Hit]:
    yield from numbers.find(page)
    yield from ids.find_forms(page)
    yield from codes.find(page)
    yield from contact.addresses(page)
    yield from dates.find(page)
    yield from places.find(page)


def _subtype(hit: Hit, value: str, context: Context) -> str:
    """Say `public` of an address or a number the company publishes."""
    if not context.public or hit.kind not in ("EMAIL", "PHONE"):
        return hit.subtype
    return "public" if _canonical(value) in _published(context.public) else hit.subtype


def _canonical(value: str) -> str:
    if "@" in value:
        return value.strip().casefold()
    # A number is the same with or without its country code; its last nine digits tell.
    return "".join(filter(str.isdigit, value)).lstrip("0")[-9:]


@lru_cache(maxsize=8)
def _published(public: frozenset[str]) -> frozenset[str]:
    return frozenset(map(_canonical, public))


def _found(view: View, context: Context) -> Iterator[Finding]:
    for hit in _hits(Page(view, context)):
        start, end = view.span(hit.start, hit.end)
        subtype = _subtype(hit, view.text[hit.start : hit.end], context)
        yield Finding(start, end, hit.kind, subtype, hit.score, hit.rule)


def _hidden(text: str, view: View, context: Context) -> Iterator[Finding]:
    """Give what only this reading shows: what stands there openly was found before."""
    for hit in _hits(Page(view, context)):
        start, end = view.span(hit.start, hit.end)
        if hit.kind in _HIDEABLE and text[start:end] != view.text[hit.start : hit.end]:
            rule = f"{hit.rule}/{view.name}"
            yield Finding(start, end, hit.kind, hit.subtype, hit.score * 0.9, rule)


def _known(one: Finding, found: list[Finding], reading: str) -> bool:
    """Say whether a hidden value is one that was found before, and not a longer one."""
    for other in found:
        if other.kind == one.kind and other.start < one.end and one.start < other.end:
            within = other.start <= one.start and one.end <= other.end
            # Without the break, the next line's first word joins what ends this one.
            if within or reading == "joined":
                return True
    return False


def scan(text: str, context: Context = _DEFAULT) -> tuple[Finding, ...]:
    """Find personal data, secrets and attempts to hide them."""
    view = normal.plain(text)
    found = list(_found(view, context))
    if view.text.isspace() or not view.text:
        return ()
    for reading in evasion.readings(text, view):
        for one in _hidden(text, reading, context):
            if not _known(one, found, reading.name):
                found.append(one)
    return merge.merged(found)
