"""Corrects words that nobody writes: "clinet list" is read as "client list"."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.understand.language import function_words
from bot.understand.lexicon import Lexicon, everyday_words, ordinary_words
from bot.understand.shipped import word_lists
from bot.understand.text import Token, is_cjk, tokens

if TYPE_CHECKING:
    from bot.knowledge import Knowledge

_SHORTEST = 4
_LONG = 10
_REMEMBERED = 20_000


class Spelling:
    """The words a company and our dictionary know, to correct others against."""

    def __init__(self, knowledge: Knowledge, lexicon: Lexicon) -> None:
        """Collect the vocabulary; a word of the knowledge base counts like a dictionary word."""
        self._lexicon = lexicon
        self._own = _own_words(knowledge)
        self._shapes: defaultdict[tuple[str, int], list[str]] = defaultdict(list)
        vocabulary = self._own | lexicon.vocabulary("en")
        for word in sorted(vocabulary):
            if len(word) >= _SHORTEST and word.isalpha():
                self._shapes[word[0], len(word)].append(word)
        self._everyday: defaultdict[tuple[str, int], list[str]] = defaultdict(list)
        self._known: dict[str, str] = {}

    def correct(self, words: Sequence[Token], language: str) -> tuple[Token, ...]:
        """The tokens with misspelt words replaced by the nearest known one.

        Only in English: of other languages we know too few words to tell rare from wrong.
        """
        if language != "en":
            return tuple(words)
        return tuple(self._token(token) for token in words)

    def _token(self, token: Token) -> Token:
        word = token.word
        if len(word) < _SHORTEST or not word.isalpha() or is_cjk(word):
            return token
        if self._is_known(word):
            return token
        if word not in self._known:
            if len(self._known) > _REMEMBERED:
                self._known.clear()
            self._known[word] = self._nearest(word)
        return replace(token, word=self._known[word])

    def _is_known(self, word: str) -> bool:
        if word in self._own or word in ordinary_words() or word in function_words():
            return True
        if self._lexicon.knows(word) or word in _cue_words():
            return True
        return any(self._lexicon.parts(word, language) for language in ("de", "nl", "sv", "da"))

    def _nearest(self, word: str) -> str:
        """The nearest word of the company or the dictionary, else the nearest common word."""
        return self._closest(word, self._shapes) or self._closest(word, self._common()) or word

    def _common(self) -> Mapping[tuple[str, int], list[str]]:
        if not self._everyday:
            for word in everyday_words():
                self._everyday[word[0], len(word)].append(word)
        return self._everyday

    def _closest(self, word: str, shapes: Mapping[tuple[str, int], list[str]]) -> str | None:
        limit = 1 if len(word) < _LONG else 2
        letters = dict.fromkeys((word[0], word[1])) if len(word) > _SHORTEST else word[:1]
        candidates = [
            known
            for size in range(len(word) - limit, len(word) + limit + 1)
            for letter in letters
            for known in shapes.get((letter, size), ())
        ]
        best = process.extractOne(word, candidates, scorer=OSA.distance, score_cutoff=limit)
        return best[0] if best is not None else None


@cache
def _cue_words() -> frozenset[str]:
    """Words of cue phrases in any language: "danke" is no misspelt "dank"."""
    return frozenset(
        part
        for languages in word_lists()["cues"].values()
        for phrases in languages.values()
        for parts in phrases
        for part in parts
        if part.isalpha()
    )


def _own_words(knowledge: Knowledge) -> frozenset[str]:
    """Every word of names, aliases and examples in a knowledge base."""
    written: list[str] = []
    for tool in knowledge.tools.values():
        written += [tool.name, *tool.aliases]
        for edition in tool.editions:
            written += [edition.name, *edition.aliases]
            written += [a for f in edition.features.values() for a in f.aliases]
    for data_class in knowledge.classes.values():
        written += [data_class.name, *data_class.examples]
        written += [e for tag in data_class.tags.values() for e in tag.examples]
    for use in knowledge.uses.values():
        written += [use.name, *use.examples]
    company = knowledge.company
    for place in (*company.regions.values(), *company.departments.values()):
        written += [place.name, *place.aliases]
    written += [p.name for p in knowledge.people.values()]
    return frozenset(t.word for text in written for t in tokens(text))
