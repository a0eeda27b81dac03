"""Finds a company's example phrases in a question: paraphrased, inflected, translated, misspelt.

A phrase is a set of units (concepts or stems). How much of a phrase's weight a question covers,
close together, is its score. Units that many targets share ("list", "report") weigh little;
units that name one target ("payslip") weigh much.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.understand.language import is_small
from bot.understand.lexicon import Lexicon, Unit
from bot.understand.shipped import small_words
from bot.understand.text import tokens

NEAR = 0.62
"""How much a weaker synonym counts against the word itself."""

ACCEPT = 0.66
"""The share of a phrase's weight that must be found for it to count."""

WHOLE = 0.95
"""A score above this means that the whole phrase was found."""

_HEAD_WEIGHT = 0.6
_INITIAL = 2
_ALIKE = 0.99
_OPTIONAL = 0.5
"""The weight of what follows "from", "with" … in an example: "error codes from the line"."""

_TAILS = small_words("tails")
_HEAD_WINDOW = 1
_WINDOW = 3
"""How many further words than the phrase has may lie between its first and last unit."""


@dataclass(frozen=True, slots=True)
class Example:
    """A phrase to be found."""

    target: str
    text: str
    trust: float = 1.0
    with_head: bool = False
    """Only together with a word for information: "customer" alone is no customer data."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """One example phrase of one target (a data key or a use)."""

    target: str
    text: str
    units: tuple[tuple[str, ...], ...]
    weights: tuple[float, ...]
    total: float
    """The sum of the weights."""
    general: tuple[bool, ...]
    """Which units are general words such as "list"."""
    trust: float = 1.0
    """1.0 for an example somebody wrote; less for phrases derived from names."""


@dataclass(frozen=True, slots=True)
class Match:
    """A phrase found in a question."""

    target: str
    text: str
    score: float
    """0 to 1: the share of the phrase that was found, times its trust."""
    weight: float
    """How telling the found units are; ties between phrases go to the larger."""
    tokens: frozenset[int]
    """Indexes of the tokens that were found."""
    telling: frozenset[int]
    """Those of them that are more than general words such as "list"."""


class PhraseIndex:
    """Phrases of all targets, indexed by unit."""

    def __init__(
        self,
        examples: Iterable[Example],
        lexicon: Lexicon,
        language: str,
        general: Mapping[str, float],
        verbs: Collection[str],
    ) -> None:
        """Index `examples`.

        `general` damps concepts that say little; `verbs` are concepts of deeds.
        """
        self._general = general
        self._near = lexicon.near
        self._head = tuple(sorted(general))
        self._verbs = verbs
        read = [
            (example, units, optional)
            for example in examples
            for units, optional in self._readings(example, lexicon, language)
        ]
        self._spread = _spread((example.target, units) for example, units, _ in read)
        self.phrases: list[Phrase] = []
        self._by_unit: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
        seen: set[tuple[str, tuple[tuple[str, ...], ...]]] = set()
        for example, units, optional in read:
            if (example.target, units) not in seen:
                seen.add((example.target, units))
                self._add(example, units, optional)

    def _readings(
        self, example: Example, lexicon: Lexicon, language: str
    ) -> Iterator[tuple[tuple[tuple[str, ...], ...], frozenset[tuple[str, ...]]]]:
        words = tokens(example.text)
        tail = next((i for i, w in enumerate(words) if i and w.word in _TAILS), len(words))
        for reading in lexicon.readings(words, language):
            units = {
                unit.concepts: unit.first >= tail
                for unit in reversed(reading)
                if unit.last > unit.first or not is_small(words[unit.first].word, language)
            }
            if units:
                parts = [*reversed(units), *([self._head] if example.with_head else [])]
                optional = frozenset(u for u, late in units.items() if late)
                yield tuple(parts), optional

    def _add(
        self,
        example: Example,
        units: tuple[tuple[str, ...], ...],
        optional: frozenset[tuple[str, ...]],
    ) -> None:
        weights = tuple(
            self._unit_weight(unit) * (_OPTIONAL if unit in optional else 1.0) for unit in units
        )
        number = len(self.phrases)
        self.phrases.append(
            Phrase(
                example.target,
                example.text,
                units,
                weights,
                sum(weights),
                tuple(any(concept in self._general for concept in unit) for unit in units),
                example.trust,
            )
        )
        for place, unit in enumerate(units):
            for concept in unit:
                self._by_unit[concept].append((number, place))

    def _unit_weight(self, unit: tuple[str, ...]) -> float:
        if unit == self._head:
            return _HEAD_WEIGHT
        return max(self._weight(concept) for concept in unit)

    def _weight(self, concept: str) -> float:
        rare = 1.0 / (1.0 + 0.35 * math.log(self._spread.get(concept, 1)))
        return rare * self._general.get(concept, 1.0)

    def find(
        self,
        units: Sequence[Unit],
        *,
        accept: float = ACCEPT,
        accept_one: float | None = None,
        window: int = 0,
    ) -> list[Match]:
        """Every phrase the units cover well enough, best first.

        `accept` is the share of a phrase's weight that must be found, `accept_one` the share
        for a phrase of one unit. The units must stand close together, or within `window` tokens.

        A word that only modifies the next one is no match: "booking" in "booking engine".
        """
        modifies = self._modifiers(units)
        one = accept if accept_one is None else accept_one
        hits: defaultdict[int, dict[int, list[tuple[float, Unit]]]] = defaultdict(dict)
        for unit in units:
            for concept, strength in self._meant(unit):
                for number, place in self._by_unit.get(concept, ()):
                    hits[number].setdefault(place, []).append((strength, unit))
        found = [
            match
            for number, places in hits.items()
            if (match := self._match(self.phrases[number], places, accept, one, window)) is not None
            and (match.score > WHOLE or max(match.tokens) not in modifies)
        ]
        found.sort(key=lambda m: (-m.score, -m.weight, m.target))
        return found

    def _modifiers(self, units: Sequence[Unit]) -> frozenset[int]:
        """Tokens directly before another noun that is more than a word for information."""
        nouns = {
            unit.first
            for unit in units
            if not any(c in self._general or c in self._verbs for c in unit.concepts)
            and len(unit.concepts[0]) > _INITIAL
        }
        return frozenset(unit.last for unit in units if unit.last + 1 in nouns)

    def _meant(self, unit: Unit) -> Iterable[tuple[str, float]]:
        for concept in unit.concepts:
            yield concept, 1.0
        general = any(concept in self._general for concept in unit.concepts)
        for concept in unit.concepts:
            for other in self._near.get(concept, ()):
                # "list" is near "price list", but a list is not therefore one of prices.
                if other not in unit.concepts and (not general or other in self._general):
                    yield other, NEAR

    def _match(
        self,
        phrase: Phrase,
        places: Mapping[int, list[tuple[float, Unit]]],
        several: float,
        one: float,
        window: int,
    ) -> Match | None:
        total = phrase.total
        accept = one if len(phrase.units) == 1 else several
        weights = phrase.weights
        reachable = total if len(places) == len(weights) else sum([weights[p] for p in places])
        if reachable < accept * total:
            return None
        room = _HEAD_WINDOW if phrase.units[-1] == self._head else _WINDOW
        chosen = _closest(places, max(len(phrase.units) + room, window))
        chosen = _each_once(chosen)
        covered = sum(phrase.weights[place] * strength for place, (strength, _) in chosen.items())
        score = covered / total * phrase.trust
        if covered < accept * total or not _tells(phrase, chosen):
            return None
        covering = frozenset(
            i for place, (_, unit) in chosen.items() for i in _with_twins(unit, places[place])
        )
        telling = frozenset(
            i
            for place, (_, unit) in chosen.items()
            if not phrase.general[place]
            for i in range(unit.first, unit.last + 1)
        )
        return Match(phrase.target, phrase.text, score, covered, covering, telling or covering)


def _spread(read: Iterable[tuple[str, tuple[tuple[str, ...], ...]]]) -> dict[str, int]:
    """In how many targets each concept occurs."""
    targets: defaultdict[str, set[str]] = defaultdict(set)
    for target, units in read:
        for unit in units:
            for concept in unit:
                targets[concept].add(target)
    return {concept: len(found) for concept, found in targets.items()}


def _tells(phrase: Phrase, chosen: Mapping[int, tuple[float, Unit]]) -> bool:
    """Whether something other than general words was found, if the phrase has any."""
    if all(phrase.general):
        return len(chosen) == len(phrase.units)
    return any(not phrase.general[place] for place in chosen)


def _closest(
    places: Mapping[int, list[tuple[float, Unit]]], window: int
) -> dict[int, tuple[float, Unit]]:
    """For each place of a phrase its best hit, all within one window of the question."""
    if all(len(hits) == 1 for hits in places.values()):
        found = {place: hits[0] for place, hits in places.items()}
        firsts = [unit.first for _, unit in found.values()]
        if max(firsts) < min(firsts) + window:
            return found
    best: dict[int, tuple[float, Unit]] = {}
    best_score = -1.0
    starts = sorted({unit.first for hits in places.values() for _, unit in hits})
    for start in starts:
        chosen: dict[int, tuple[float, Unit]] = {}
        for place, hits in places.items():
            inside = [
                (strength, -unit.first, unit)
                for strength, unit in hits
                if start <= unit.first < start + window
            ]
            if inside:
                strength, _, unit = max(inside, key=lambda hit: hit[:2])
                chosen[place] = (strength, unit)
        score = sum(strength for strength, _ in chosen.values())
        if score > best_score:
            best, best_score = chosen, score
    return best


def _each_once(chosen: dict[int, tuple[float, Unit]]) -> dict[int, tuple[float, Unit]]:
    """A word found for itself is not found again as a synonym of the phrase's next word."""
    found = {unit for strength, unit in chosen.values() if strength == 1.0}
    return {
        place: (strength, unit)
        for place, (strength, unit) in chosen.items()
        if strength == 1.0 or unit not in found
    }


def _with_twins(unit: Unit, hits: Sequence[tuple[float, Unit]]) -> Iterator[int]:
    """The tokens of a unit, and of the same word said twice beside it ("SQL query")."""
    yield from range(unit.first, unit.last + 1)
    for _, other in hits:
        if other.first == unit.last + 1 or other.last == unit.first - 1:
            yield from range(other.first, other.last + 1)


def merit(match: Match) -> float:
    """How good a reading is: well covered, telling, and explaining several words."""
    whole = 1.2 if match.score > WHOLE else 1.0
    return whole * match.score * match.weight * (1 + 0.25 * (len(match.tokens) - 1))


def without_parts(matches: Sequence[Match]) -> list[Match]:
    """Leave out matches whose telling words a better match of another target covers."""
    kept: list[Match] = []
    for match in sorted(matches, key=lambda m: (-merit(m), -len(m.tokens), m.target)):
        if not any(
            match.telling <= other.tokens and merit(match) < merit(other) * _ALIKE for other in kept
        ):
            kept.append(match)
    return kept
