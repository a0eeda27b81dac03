"""What the person wants to do: one of the company's uses, or `general` when nobody said."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.understand.lexicon import Lexicon
from bot.understand.negation import is_negated
from bot.understand.phrases import WHOLE, Example, Match, PhraseIndex, merit
from bot.understand.sentence import Sentence, roles

if TYPE_CHECKING:
    from bot.knowledge import Knowledge

GENERAL = "general"

_WEAK = 0.5
_ACCEPT = 0.74
_BY_NAME = 0.97
_BY_ID = 0.93
_CLOSE = 0.04
_OBJECT_ONLY = 0.45
_BARRED = 0.65
_LIKELY = 0.65
_TOGETHER = 0.6
_TWICE = 2
_CLEARLY = 0.85
_LONG = 45
_SHORT = 14
_MASKS = ("may", "any_ai", "personal_account", "company_account", "roleplay", "claim_rank")
_EFFECTS = {"ok": 0, "conditions": 1, "prohibited": 2}


@dataclass(frozen=True, slots=True, kw_only=True)
class UseReading:
    """The purpose that was found, and the words that named it."""

    use: str = GENERAL
    words: str = ""


class UseNames:
    """How one company speaks of what AI is used for."""

    def __init__(self, knowledge: Knowledge, lexicon: Lexicon) -> None:
        """Index names and examples of all uses."""
        self._uses = knowledge.uses
        self._deeds = _deeds(knowledge, lexicon)
        self._barred = {
            use for use in knowledge.uses if self._strictness(use) == _EFFECTS["prohibited"]
        }
        weak = dict.fromkeys(roles().weak, _WEAK)
        self._index = PhraseIndex(
            _examples(knowledge),
            lexicon,
            knowledge.company.language,
            weak,
            verbs=roles().verbs,
        )

    def find(self, sentence: Sentence) -> list[Match]:
        """Every phrase that points at a purpose, best first."""
        masked = sentence.covered(*_MASKS)
        units = [
            unit
            for unit in sentence.free_units(masked=masked)
            if not is_negated(sentence.words, unit.first)
        ]
        long = len(sentence.words) > _LONG
        found = self._index.find(units, accept=_CLEARLY if long else _LIKELY)
        return [m for m in found if m.score >= _ACCEPT or self._is_barred(m)]

    def _is_barred(self, match: Match) -> bool:
        """A prohibited purpose is thought of already when two of its words are found."""
        return match.target in self._barred and len(match.telling) > 1

    def choose(
        self, found: Sequence[Match], sentence: Sentence, data: Collection[frozenset[int]]
    ) -> UseReading:
        """The purpose of the question. A prohibited purpose that is clearly there wins.

        `data` are the tokens of each phrase that named data: the "code" of "error codes" is no
        purpose.
        """
        apart = [m for m in found if not self._inside_data(m, data)]
        if not apart:
            return self._by_deed(sentence, frozenset())
        best = self._best(apart, sentence)
        deed = self._by_deed(sentence, best.tokens)
        if deed.use != GENERAL and best.target not in self._barred:
            return deed
        return UseReading(use=best.target, words=sentence.words_of(best.tokens))

    def _inside_data(self, match: Match, data: Collection[frozenset[int]]) -> bool:
        if match.target in self._barred or (match.score > WHOLE and len(match.tokens) > 1):
            return False
        return any(
            match.tokens < tokens or (match.tokens == tokens and match.score < WHOLE)
            for tokens in data
        )

    def _by_deed(self, sentence: Sentence, explained: frozenset[int]) -> UseReading:
        """A prohibited purpose, when its examples alone speak of what is done: "rank", "spy on"."""
        if len(sentence.words) > _LONG:
            return UseReading()
        for unit in sentence.free_units():
            for concept in unit.concepts:
                owner = self._deeds.get(concept)
                if (
                    owner in self._barred
                    and unit.first not in explained
                    and not is_negated(sentence.words, unit.first)
                ):
                    return UseReading(use=owner, words=sentence.words[unit.first].text)
        return UseReading()

    def across(self, earlier: Sentence, sentence: Sentence) -> str | None:
        """A purpose that two turns name together: "cover letters", then "rank them for me".

        None when they name none, or the second turn speaks of its own.
        """
        before, now = earlier.free_units(), sentence.free_units()
        if not now or len(sentence.words) > _SHORT:
            return None
        shift = len(earlier.words)
        moved = [replace(u, first=u.first + shift, last=u.last + shift) for u in now]
        found = [
            match
            for match in self._index.find(
                [*before, *moved], accept=_TOGETHER, window=shift + len(sentence.words)
            )
            if min(match.tokens) < shift <= max(match.tokens)
        ]
        return max(found, key=merit).target if found else None

    def _best(self, found: Sequence[Match], sentence: Sentence) -> Match:
        verbs = frozenset(
            u.first for u in sentence.units if set(u.concepts) & roles().verbs - roles().put
        )
        worth = {id(m): merit(m) * _of_deed(m, verbs, sentence) for m in found}

        def value(match: Match) -> float:
            return worth[id(match)]

        first = max(found, key=lambda m: (value(m), -len(m.text), m.target))
        rivals = [m for m in found if value(m) >= value(first) * (1 - _CLOSE)]
        strict = max(rivals, key=lambda m: (self._strictness(m.target), value(m)))
        barred = [
            m
            for m in found
            if self._strictness(m.target) == _EFFECTS["prohibited"]
            and not m.telling <= first.telling
            and m.score > _BARRED
        ]
        return max(barred, key=value) if barred else strict

    def _strictness(self, use: str) -> int:
        described = self._uses[use]
        return _EFFECTS["prohibited"] if described.red_line else _EFFECTS[described.effect]


def _deeds(knowledge: Knowledge, lexicon: Lexicon) -> dict[str, str]:
    """Concepts of deeds that one use speaks of at least twice as often as all others."""
    counted: defaultdict[str, Counter[str]] = defaultdict(Counter)
    language = knowledge.company.language
    for example in _examples(knowledge):
        for unit in lexicon.meanings(example.text, language):
            for concept in set(unit.concepts) & roles().watched:
                counted[concept][example.target] += 1
    owners: dict[str, str] = {}
    for concept, uses in counted.items():
        (first, most), *others = uses.most_common()
        if most >= _TWICE * sum(count for _, count in others):
            owners[concept] = first
    return owners


def _of_deed(match: Match, verbs: frozenset[int], sentence: Sentence) -> float:
    """Less for a purpose read only from the thing that is worked on: "sum up an offer"."""
    if not verbs or match.tokens & verbs:
        return 1.0
    return _OBJECT_ONLY if sentence.roles[min(match.telling)] == "data" else 1.0


def _examples(knowledge: Knowledge) -> Iterator[Example]:
    for use in knowledge.uses.values():
        if use.id == GENERAL:
            continue
        for example in use.examples:
            yield Example(use.id, example)
        yield Example(use.id, use.name, _BY_NAME)
        yield Example(use.id, use.id.replace("_", " ").replace("-", " "), _BY_ID)
