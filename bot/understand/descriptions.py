"""How a description changes the data: invented, aggregated, hashed, published …."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from bot.understand.classes import Classes, class_of
from bot.understand.negation import is_negated
from bot.understand.sentence import Sentence, roles, still_to_come

if TYPE_CHECKING:
    from bot.knowledge import Knowledge

_NO_PLACES: Mapping[str, frozenset[int]] = MappingProxyType({})
_CUES: Mapping[str, tuple[str, ...]] = {"hashed": ("hashed", "without_names")}
_CONCEPTS: Mapping[str, frozenset[str]] = {
    "invented": frozenset({"fake"}),
    "hashed": frozenset({"hashed", "pseudonymous"}),
    "aggregated": frozenset({"aggregated"}),
}
_ORDER = ("public_list", "colleagues", "hashed", "aggregated", "invented", "results")
"""`results` comes last: what is unpublished stays so, however it is summed up."""

_BESIDE = 3


class Descriptions:
    """The data rules of one company, and what "published" means for its classes."""

    def __init__(self, knowledge: Knowledge, classes: Classes) -> None:
        """Take over the rules the company has; one that is absent does not apply."""
        self._rules = knowledge.rules
        self._classes = classes
        self._known = roles()

    def apply(
        self,
        sentence: Sentence,
        keys: frozenset[str],
        places: Mapping[str, frozenset[int]] = _NO_PLACES,
    ) -> tuple[frozenset[str], frozenset[str]]:
        """The keys as described, and the rules that changed or confirmed them.

        `places` are the tokens each key was read from, where it was read from words.
        """
        result = self._published(sentence, set(keys), places)
        applied: set[str] = set()
        for rule_id in _ORDER:
            rule = self._rules.get(rule_id)
            if rule is None or not self._said(rule_id, sentence, places):
                continue
            changed = self._changed(rule_id, rule.class_, result, sentence, places)
            if changed is not None:
                result = changed
                applied.add(rule_id)
        return frozenset(result), frozenset(applied)

    def _said(self, rule_id: str, sentence: Sentence, places: Mapping[str, frozenset[int]]) -> bool:
        """Whether the message describes its data so; "pretend you are …" describes none."""
        acted = sentence.covered("roleplay", "extract")
        for name in _CUES.get(rule_id, (rule_id,)):
            for cue in sentence.cues.get(name, ()):
                if cue.first not in acted and not is_negated(sentence.words, cue.first):
                    return True
        concepts = _CONCEPTS.get(rule_id, frozenset())
        named = {at for tokens in places.values() for at in tokens}
        return any(
            concepts & set(unit.concepts)
            and unit.first not in acted
            and not is_negated(sentence.words, unit.first)
            and any(abs(unit.first - at) <= _BESIDE for at in named)
            for unit in sentence.units
        )

    def _changed(
        self,
        rule_id: str,
        target: str,
        keys: set[str],
        sentence: Sentence,
        places: Mapping[str, frozenset[int]],
    ) -> set[str] | None:
        """The keys after a rule; None when it has nothing to change or confirm."""
        match rule_id:
            case "results":
                return keys | {target}
            case "public_list":
                same = any(class_of(k) == class_of(target) for k in keys)
                return keys if same else {*keys, target}
            case "colleagues":
                return self._of_colleagues(target, keys, sentence, places)
            case "hashed":
                return self._hashed(target, keys)
            case "aggregated":
                people = self._classes.personal(keys)
                return (keys - people) | {target} if people or not keys else None
            case _:
                return self._classes.absolute(keys) | {target}

    def _hashed(self, target: str, keys: set[str]) -> set[str] | None:
        people = self._classes.personal(keys)
        if not people:
            return None
        same = any(class_of(key) == class_of(target) for key in keys)
        return keys if same else (keys - people) | {target}

    def _of_colleagues(
        self,
        target: str,
        keys: set[str],
        sentence: Sentence,
        places: Mapping[str, frozenset[int]],
    ) -> set[str] | None:
        """Names of colleagues are one thing, their salaries another: only the former change."""
        said = sentence.covered("colleagues")
        about = {key for key in keys if key in places and places[key] <= said}
        about |= {key for key in self._classes.personal(keys) if "." not in key}
        return (keys - about) | {target} if about or not keys else None

    def _published(
        self, sentence: Sentence, keys: set[str], places: Mapping[str, frozenset[int]]
    ) -> set[str]:
        """What has been published is public, unless it is about people or belongs nowhere."""
        said = [
            unit
            for unit in sentence.units
            if set(unit.concepts) & self._known.public
            and sentence.roles[unit.first] != "made"
            and not still_to_come(sentence.words, unit.first)
        ]
        if not said:
            return keys
        if not keys:
            return {self._classes.lowest}
        kept = self._classes.absolute(keys) | self._classes.personal(keys)
        changed = {
            key
            for key in keys - kept
            if key in places
            and any(abs(at - unit.first) <= _BESIDE for at in places[key] for unit in said)
        }
        return (keys - changed) | {self._classes.lowest} if changed else keys
