"""Names of people, where something beside them says so: a title, a salutation, the roster."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from typing import Final

import re2

from bot.screen import tables
from bot.screen.letters import HAN, HANGUL, KANA, LETTERS, UPPER
from bot.screen.page import Hit, Page, Pattern

_NAME: Final = rf"(?:[{UPPER}][{LETTERS}'-]+|[{UPPER}]\.)"
_PARTICLE: Final = "(?:van|von|de|der|den|da|di|del|la|le|el|bin|ter|zu|dos|do)"
_FULL: Final = rf"{_NAME}(?: (?:{_PARTICLE} ){{0,2}}{_NAME}){{0,3}}"
_WORD: Final = re2.compile(rf"[{LETTERS}][{LETTERS}'-]*")
_HEADER: Final = re2.compile(
    rf"(?m)^ ?(?:From|To|Cc|Bcc|Von|An|De|Para|À|Da|Van|Aan|Från|Till): ?\"?({_FULL})"
)
_CJK: Final = re2.compile(
    rf"([{HAN}]{{2,4}}|[{KANA}]{{2,10}}) ?(?:さん|様|先生|女士|小姐)"
    rf"|([{HANGUL}]{{2,4}}) ?(?:님|씨)(?:[^{HANGUL}]|$)"
    rf"|(?:私の名前は|名前は|我叫|我的名字是|제 이름은) ?([{HAN}{HANGUL}{KANA}]{{2,6}})"
)
_LONGEST_NAME: Final = 5


@cache
def _words() -> Mapping[str, frozenset[str]]:
    return {key: frozenset(values) for key, values in tables.load("people").items()}


@cache
def _patterns() -> tuple[tuple[str, Pattern], ...]:
    lists = tables.load("people")
    either = {key: "|".join(re2.escape(word) for word in lists[key]) for key in lists}
    shapes = {
        "title": rf"(?:^|[^{LETTERS}])(?:{either['titles']})\.? {{1,2}}({_FULL})",
        "introduced": rf"(?:^|[^{LETTERS}])(?i:{either['introductions']})[: ]{{1,3}}({_FULL})",
        "closing": rf"(?i:{either['closings']})[,!.]? ?\n{{1,2}} ?({_FULL}) ?(?:\n|$)",
        "labelled": rf"(?:^|[^{LETTERS}])(?i:{either['labels']})(?: ?: ?)({_NAME} {_FULL})",
        "salutation": rf"(?:^|[\n>.!?:;\"(]) {{0,3}}(?:{either['salutations']}),? (@?{_FULL})",
    }
    return tuple((name, re2.compile(shape)) for name, shape in shapes.items())


def gate() -> tuple[str, ...]:
    """Words that must occur before names are looked for at all."""
    lists = tables.load("people")
    return (
        *lists["titles"],
        *lists["introductions"],
        *lists["salutations"],
        *lists["headers"],
        *lists["closings"],
        *lists["labels"],
    )


def find(page: Page) -> Iterator[Hit]:
    """Find names beside a title, a salutation, an introduction or in a mail header."""
    strangers = _words()["not_names"]
    for name, pattern in _patterns():
        for match in pattern.finditer(page.text):
            start, end = match.span(1)
            start += page.text[start] == "@"
            end = _until(page.text, start, end, strangers)
            if end > start + 1:
                yield Hit(start, end, "PERSON", name, 0.7, name)
    for match in _HEADER.finditer(page.text):
        start, end = match.span(1)
        end = _until(page.text, start, end, strangers)
        if end > start + 1:
            yield Hit(start, end, "PERSON", "header", 0.7, "header")
    for match in _CJK.finditer(page.text):
        start, end = next(match.span(group) for group in (1, 2, 3) if match.start(group) >= 0)
        if page.text[start:end] not in strangers:
            yield Hit(start, end, "PERSON", "title", 0.6, "title")


def _until(text: str, start: int, end: int, strangers: frozenset[str]) -> int:
    """Cut a name off before the first word that names nobody: `Dear Anna Regards`, `Hi Team`."""
    last = start
    for word in _WORD.finditer(text[start:end]):
        if text[start + word.start() : start + word.end()].lower() in strangers:
            break
        last = start + word.end()
    return last


class _Roster:
    """Known names by their first word, and the first names alone."""

    def __init__(self, names: frozenset[str]) -> None:
        self.full: dict[str, list[tuple[str, ...]]] = {}
        self.first: set[str] = set()
        for name in names:
            words = tuple(name.casefold().replace(",", " ").split())[:_LONGEST_NAME]
            if len(words) > 1:
                for order in {words, (*words[-1:], *words[:-1])}:
                    self.full.setdefault(order[0], []).append(order)
                self.first.add(words[0])


def _meant(written: str) -> bool:
    """Say whether words are a name and not a sentence: `Will May` and not `May will`."""
    parts = written.replace(",", " ").split()
    capitals = [not part[0].islower() for part in parts]
    return all(capitals) or (not any(capitals) and all(len(part) >= 5 for part in parts))


@lru_cache(maxsize=8)
def _roster(names: frozenset[str]) -> _Roster:
    return _Roster(names)


def find_roster(page: Page) -> Iterator[Hit]:
    """Find people of the roster: full names anywhere, first names where somebody is addressed."""
    roster = _roster(page.context.roster)
    spans = [match.span() for match in _WORD.finditer(page.text)]
    words = [page.text[start:end].casefold().removesuffix("'s") for start, end in spans]
    called = _words()["called"]
    for at, word in enumerate(words):
        start, end = spans[at]
        for name in roster.full.get(word, ()):
            last = at + len(name) - 1
            written = page.text[start : spans[last][1]] if last < len(spans) else ""
            if tuple(words[at : last + 1]) == name and _meant(written):
                yield Hit(start, spans[last][1], "PERSON", "roster", 1.0, "roster")
        addressed = page.text[start - 1 : start] == "@" or (at and words[at - 1] in called)
        if word in roster.first and addressed and page.text[start].isupper():
            yield Hit(start, end, "PERSON", "roster", 0.7, "roster_first_name")
