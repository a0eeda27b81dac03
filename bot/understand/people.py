"""Whom a question is about: the asker, a colleague named in it, or a kind of worker."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from bot.understand.language import function_words
from bot.understand.shipped import read_yaml, small_words
from bot.understand.text import Token, fold, tokens

if TYPE_CHECKING:
    from bot.chat import Person
    from bot.knowledge import Knowledge

_FOR = small_words("for")
_PEOPLE_OF = small_words("people_of")


@cache
def _everyday() -> dict[str, dict[str, list[str]]]:
    """Words for kinds of workers and for countries."""
    found: dict[str, dict[str, list[str]]] = read_yaml(Path(__file__).parent / "people.yaml")
    return found


class PeopleNames:
    """Names of colleagues, worker types, regions and departments of one company."""

    def __init__(self, knowledge: Knowledge) -> None:
        """Index the people and places that a question may be about."""
        self._people: dict[str, Person | None] = {}
        for person in knowledge.people.values():
            words = [t.word for t in tokens(person.name)]
            for key in {" ".join(words), *words[:1]}:
                # A first name that two people share names neither.
                self._people[key] = None if key in self._people else person
        self._types = _worker_types(knowledge)
        self._regions = _regions(knowledge)
        self._departments = {
            " ".join(t.word for t in tokens(name)): key
            for key, department in knowledge.company.departments.items()
            for name in (key, department.name, *department.aliases)
        }
        self.words = frozenset(word for key in self._people for word in key.split() if word)

    def about(self, words: Sequence[Token], asker: Person) -> Person:
        """The person a question is about; the asker unless the words say otherwise."""
        about = self._colleague(words, asker)
        worker_type = self._worker_type(words, asker)
        if worker_type is not None:
            about = replace(
                about, id="", email="", name="", worker_type=worker_type, groups=frozenset()
            )
            about = replace(about, courses=frozenset())
        region = self._region(words)
        if region is not None and region != about.region:
            about = replace(about, region=region)
        return about

    def department_in(self, words: Sequence[Token]) -> str | None:
        """The department an answer to "which department?" names."""
        return _lookup(self._departments, words)

    def region_in(self, words: Sequence[Token]) -> str | None:
        """The region an answer to "which region?" names."""
        return _lookup(self._regions, words)

    def _colleague(self, words: Sequence[Token], asker: Person) -> Person:
        for at, token in enumerate(words):
            for length in (3, 2, 1):
                key = " ".join(w.word for w in words[at : at + length])
                person = self._people.get(key)
                if person is None or person.id == asker.id or not token.capital:
                    continue
                before = words[at - 1].word if at else ""
                if before in _FOR and not _says_so(words, at + length):
                    return person
        return asker

    def _worker_type(self, words: Sequence[Token], asker: Person) -> str | None:
        for at, token in enumerate(words):
            found = self._types.get(token.word)
            if found is None or found == asker.worker_type:
                continue
            before = [w.word for w in words[max(at - 2, 0) : at]]
            if any(word in _FOR for word in before) and not _is_data(words, at):
                return found
        return None

    def _region(self, words: Sequence[Token]) -> str | None:
        for at in range(len(words)):
            for length in (3, 2, 1):
                key = " ".join(w.word for w in words[at : at + length])
                found = self._regions.get(key)
                if found is None or (len(key) <= 2 and not words[at].text.isupper()):
                    continue
                before = {w.word for w in words[max(at - 2, 0) : at]}
                after = {w.word for w in words[at + length : at + length + 1]}
                if after & _PEOPLE_OF or (before & {"in", "from", "aus", "based", "en", "au", "w"}):
                    return found
        return None


def _says_so(words: Sequence[Token], at: int) -> bool:
    """`Ana said it is fine`: then Ana is no subject of the question."""
    after = {w.word for w in words[at : at + 2]}
    return bool(after & small_words("said"))


def _is_data(words: Sequence[Token], at: int) -> bool:
    """`contractor invoices`, `guest survey`: somebody's data rather than somebody."""
    if at + 1 >= len(words) or words[at + 1].breaks or words[at + 1].comma:
        return False
    following = words[at + 1].word
    return following not in function_words() and following != "use"


def _worker_types(knowledge: Knowledge) -> dict[str, str]:
    found: dict[str, str] = {}
    for key, worker_type in knowledge.company.worker_types.items():
        if key == "employee":
            continue
        own = {fold(key)}
        for name in (worker_type.name, *worker_type.aliases):
            own |= {t.word for t in tokens(name)} if len(tokens(name)) == 1 else set()
        for word in own | set(_everyday()["workers"].get(key, ())):
            found.setdefault(word, key)
            found.setdefault(f"{word}s", key)
    return found


def _regions(knowledge: Knowledge) -> dict[str, str]:
    found: dict[str, str] = {}
    for key, region in knowledge.company.regions.items():
        found[fold(key)] = key
        for name in (region.name, *region.aliases):
            found[" ".join(t.word for t in tokens(name))] = key
        for word in _everyday()["countries"].get(key, ()):
            found.setdefault(word, key)
    return found


def _lookup(known: Mapping[str, str], words: Sequence[Token]) -> str | None:
    for length in (3, 2, 1):
        for at in range(len(words) - length + 1):
            found = known.get(" ".join(w.word for w in words[at : at + length]))
            if found is not None:
                return found
    return None
