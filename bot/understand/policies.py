"""Which policy section answers a question about the policy itself; which lesson fits.

Sections are indexed by concepts, not by words, so a German question finds an English section.
The ranking is BM25, by SQLite's full-text index in memory.
"""

from __future__ import annotations

import math
import sqlite3
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from bot.understand.lexicon import Lexicon, Unit
from bot.understand.sentence import Sentence
from bot.understand.shipped import small_words
from bot.understand.text import squeeze, tokens

if TYPE_CHECKING:
    from bot.knowledge import Knowledge

_TITLE, _DOCUMENT, _BODY = 4.0, 1.5, 1.0
_COVERED = 0.34
"""The share of a question's telling words that a section must contain to be an answer."""

_MOST = 3
_BY_WHOM = "whom"
_WHO = small_words("who")
_SMALL = small_words("small")


class PolicyIndex:
    """The sections and lessons of one knowledge base, by what they talk about."""

    def __init__(self, knowledge: Knowledge, lexicon: Lexicon) -> None:
        """Index titles and texts by their concepts."""
        self._knowledge = knowledge
        self._lexicon = lexicon
        self._language = knowledge.company.language
        self._database = sqlite3.connect(":memory:", check_same_thread=False)
        self._database.execute(
            "CREATE VIRTUAL TABLE texts USING fts5"
            "(kind UNINDEXED, id UNINDEXED, title, document, body, tokenize='unicode61')"
        )
        self._concepts: dict[tuple[str, str], frozenset[str]] = {}
        self._titles: dict[tuple[str, str], frozenset[str]] = {}
        self._spread: dict[str, int] = {}
        for section in knowledge.sections.values():
            self._add("section", section.id, section.title, section.document, section.body)
        for course in knowledge.courses.values():
            self._add("course", course.id, course.title, "", course.body)

    def _add(self, kind: str, key: str, title: str, document: str, body: str) -> None:
        parts = [self._terms(text) for text in (title, document, body)]
        self._database.execute(
            "INSERT INTO texts VALUES (?, ?, ?, ?, ?)", (kind, key, *map(" ".join, parts))
        )
        found = frozenset(term for part in parts for term in part)
        self._concepts[kind, key] = found
        self._titles[kind, key] = frozenset(term for term in parts[0] if not term.startswith("x"))
        for term in found:
            self._spread[term] = self._spread.get(term, 0) + 1

    def _terms(self, text: str) -> list[str]:
        said = tokens(text)
        words = tuple(t for t in said if t.word not in _SMALL)
        asked = [_BY_WHOM for t in said if t.word in _WHO]
        return _as_terms(self._lexicon.units(words, self._language)) + asked

    def find(self, sentence: Sentence) -> tuple[str, ...]:
        """The sections that answer a question, best first; empty when none does."""
        named = sections_named(sentence, self._knowledge)
        return named or self._ranked("section", self._asked(sentence))

    def course(self, sentence: Sentence) -> str | None:
        """The lesson that fits a question best; the first lesson when none fits."""
        found = self._ranked("course", self._asked(sentence))
        if found:
            return found[0]
        return next((key for kind, key in self._concepts if kind == "course"), None)

    def _asked(self, sentence: Sentence) -> list[str]:
        small = {i for i, token in enumerate(sentence.words) if token.word in _SMALL}
        units = [u for u in sentence.free_units() if u.first not in small]
        terms = _as_terms(units)
        if sentence.words and sentence.words[0].word in _WHO:
            terms.append(_BY_WHOM)  # "who approves …" is answered by a section that says who
        return list(dict.fromkeys(terms))

    def _ranked(self, kind: str, terms: Sequence[str]) -> tuple[str, ...]:
        if not terms:
            return ()
        query = " OR ".join(f'"{term}"' for term in terms)
        rows: Iterable[tuple[str, float]] = self._database.execute(
            "SELECT id, bm25(texts, 0, 0, ?, ?, ?) FROM texts WHERE texts MATCH ? AND kind = ? "
            "ORDER BY 2 LIMIT 12",
            (_TITLE, _DOCUMENT, _BODY, query, kind),
        )
        telling = {term: self._telling(term) for term in terms}
        total = sum(telling.values())
        good = [
            key
            for key, _ in rows
            if not self._titles[kind, key].isdisjoint(terms)
            or sum(w for t, w in telling.items() if t in self._concepts[kind, key])
            >= _COVERED * total
        ]
        return tuple(good[:_MOST])

    def _telling(self, term: str) -> float:
        spread = self._spread.get(term, 0)
        return 1.0 + math.log((len(self._concepts) + 1) / (spread + 1))


def _as_terms(units: Sequence[Unit]) -> list[str]:
    """Concepts as words of the full-text index: letters and digits only."""
    return [
        "".join(c if c.isalnum() else "x" for c in concept)
        for unit in units
        for concept in unit.concepts
    ]


def sections_named(sentence: Sentence, knowledge: Knowledge) -> tuple[str, ...]:
    """The sections a message calls by their ids: "show me MKT-1"."""
    words = [token.word for token in sentence.words]
    if not any(c.isdigit() for word in words for c in word):
        return ()
    runs = {"".join(words[at : at + length]) for at in range(len(words)) for length in (1, 2, 3)}
    return tuple(key for key in knowledge.sections if squeeze(key) in runs)
