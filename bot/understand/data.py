"""Which data a question is about: example phrases, class names, detectors, descriptions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot import screen
from bot.understand.classes import Classes, class_of
from bot.understand.descriptions import Descriptions
from bot.understand.language import function_words
from bot.understand.lexicon import Lexicon, Unit
from bot.understand.negation import is_negated
from bot.understand.phrases import ACCEPT, NEAR, WHOLE, Match, PhraseIndex, without_parts
from bot.understand.pointing import is_guess, part_unexplained, undescribed
from bot.understand.sentence import Sentence, roles
from bot.understand.shipped import small_words
from bot.understand.text import Text, tokens

if TYPE_CHECKING:
    from bot.knowledge import Knowledge

_HEAD_WEIGHT = 0.35
_ROUGHLY = 0.45
_CLEARLY = 0.8
_LONG = 45
_STORY = 60
_TWO_WORDS = 2
_SURE_USE = 0.8
_NEARBY = 3
_VAGUE = frozenset({"PERSON", "ADDRESS"})
_MASKS = ("personal_account", "company_account", "may", "any_ai", "followup")
_BEFORE_A_VERB = small_words("before_a_verb")
_CLASS_NOUNS = small_words("class_nouns")


@dataclass(frozen=True, slots=True, kw_only=True)
class DataReading:
    """The data a question names, and what it left open."""

    keys: frozenset[str] = frozenset()
    rules: frozenset[str] = frozenset()
    undescribed: bool = False
    thing: str = ""
    because: Mapping[str, str] = field(default_factory=dict)
    places: frozenset[frozenset[int]] = frozenset()
    """The tokens of each phrase that named data beyond doubt."""


class DataNames:
    """How one company speaks of its data."""

    def __init__(self, knowledge: Knowledge, lexicon: Lexicon) -> None:
        """Index the example phrases of all classes and tags."""
        self._knowledge = knowledge
        self._lexicon = lexicon
        self._roles = roles()
        self._classes = Classes(knowledge)
        self._index = PhraseIndex(
            self._classes.examples(),
            lexicon,
            knowledge.company.language,
            dict.fromkeys(self._roles.heads, _HEAD_WEIGHT),
            verbs=self._roles.verbs,
        )
        self._context = screen.Context(own_domains=frozenset(knowledge.company.domains))
        self.descriptions = Descriptions(knowledge, self._classes)

    def read(
        self, text: Text, sentence: Sentence, purposes: Sequence[Match], *, put_it: bool
    ) -> DataReading:
        """Everything the question says about data. `purposes` are the uses found in it."""
        found = self._matches(sentence, purposes)
        kept = [m for m in found if not is_negated(sentence.words, min(m.tokens))]
        because = {m.target: sentence.words_of(m.tokens) for m in reversed(kept)}
        because |= self._named_classes(sentence)
        because |= self._seen(text, sentence, because)
        if not because and not found:
            because |= self._by_nature(sentence)
        places = {m.target: m.tokens for m in kept}
        keys, rules = self.descriptions.apply(sentence, frozenset(because), places)
        thing = None if keys else undescribed(sentence, text, self._roles, purposes, put_it=put_it)
        return DataReading(
            keys=keys,
            rules=rules,
            # A guess beside words that nobody explained: better to ask.
            undescribed=thing is not None
            or (len(sentence.words) <= _LONG and is_guess(sentence, kept))
            or part_unexplained(sentence, kept, self._roles)
            or (not keys and _is_long_story(sentence)),
            thing=thing or "",
            because={key: words for key, words in because.items() if key in keys},
            places=frozenset(m.tokens for m in kept if m.score > WHOLE or len(m.tokens) > 1),
        )

    def denied(self, sentence: Sentence) -> frozenset[str]:
        """The keys a message says are not in it: "no customer names in there"."""
        found = self._matches(sentence, ())
        away = {m.target for m in found if is_negated(sentence.words, min(m.tokens))}
        return frozenset(away) - {m.target for m in found if m.target not in away}

    def _matches(self, sentence: Sentence, purposes: Sequence[Match]) -> list[Match]:
        units = [u for u in self._units(sentence) if not self._is_deed(sentence, u)]
        long = len(sentence.words) > _LONG  # much is said besides: only clear words count
        accept = _CLEARLY if long else ACCEPT
        found = [
            match
            for match in self._index.find(units, accept=accept, accept_one=accept if long else NEAR)
            if not self._comes_out(match, sentence, purposes)
            and not _part_of_purpose(match, purposes)
            and (self._is_sensitive(match, units) or _is_plain(match, long=long))
            and not self._is_somebody(match, units)
        ]
        found = self._strictest(without_parts(_in_focus(sentence, found)))
        return found or self._roughly(sentence, units, purposes)

    def _units(self, sentence: Sentence) -> list[Unit]:
        return sentence.free_units(masked=sentence.covered(*_MASKS) | sentence.features)

    def _is_somebody(self, match: Match, units: Sequence[Unit]) -> bool:
        """`Can my intern use …`: a person alone is no data about that person."""
        if match.score > WHOLE or len(match.tokens) > 1:
            return False
        at = next(iter(match.tokens))
        somebody = any(u.first == at and set(u.concepts) & self._roles.people for u in units)
        facts = self._roles.heads | self._roles.personal
        return somebody and not any(
            set(u.concepts) & facts and abs(u.first - at) <= _NEARBY for u in units
        )

    def _is_sensitive(self, match: Match, units: Sequence[Unit]) -> bool:
        return any(
            set(unit.concepts) & self._roles.sensitive
            for unit in units
            if unit.first in match.telling
        )

    def _is_deed(self, sentence: Sentence, unit: Unit) -> bool:
        """`show me`, `to calculate`: a verb where verbs stand, not the noun of the same root."""
        if not all(concept in self._roles.deeds for concept in unit.concepts):
            return False
        if unit.last > unit.first or not self._roles.said.isdisjoint(unit.concepts):
            return True
        before = sentence.words[unit.first - 1].word if unit.first else ""
        return not before or sentence.words[unit.first].breaks or before in _BEFORE_A_VERB

    def _roughly(
        self, sentence: Sentence, units: Sequence[Unit], purposes: Sequence[Match]
    ) -> list[Match]:
        """For sensitive things no phrase covers well: the phrase that comes closest."""
        purpose = frozenset(i for m in purposes if m.score > _SURE_USE for i in m.tokens)
        things = [
            unit
            for unit in units
            if set(unit.concepts) & self._roles.sensitive
            and unit.first not in purpose
            and sentence.roles[unit.first] == "data"
        ]
        close = self._index.find(things, accept=_ROUGHLY)
        rough = [m for m in close if not self._comes_out(m, sentence, purposes)]
        return self._strictest(without_parts(rough))[:1]

    def _strictest(self, found: Iterable[Match]) -> list[Match]:
        """Of equally good readings of the same words the stricter one stands."""
        best: dict[frozenset[int], Match] = {}
        rank = self._classes.rank
        for match in found:
            other = best.get(match.telling)
            if other is None or (
                match.score >= other.score - 0.01 and rank[match.target] > rank[other.target]
            ):
                best[match.telling] = match
        return list(best.values())

    def _comes_out(self, match: Match, sentence: Sentence, purposes: Sequence[Match]) -> bool:
        """Whether the words name what is made rather than what goes in."""
        role = sentence.roles[min(match.telling)]
        if role != "purpose":
            return role == "made"
        return any(
            match.telling <= purpose.tokens and not self._works_on(purpose.text)
            for purpose in purposes
        )

    def _works_on(self, phrase: str) -> bool:
        return any(
            set(unit.concepts) & self._roles.work_on for unit in self._lexicon.meanings(phrase)
        )

    def _named_classes(self, sentence: Sentence) -> dict[str, str]:
        """Classes called by their own name: "restricted data", "C3 files"."""
        found: dict[str, str] = {}
        words = sentence.words
        for at in range(len(words)):
            for length in (3, 2, 1):
                key = " ".join(w.word for w in words[at : at + length])
                target = self._classes.names.get(key)
                if target is None or not sentence.taken.isdisjoint(range(at, at + length)):
                    continue
                around = (*words[max(at - 1, 0) : at], *words[at + length : at + length + 1])
                spoken_of = any(w.word in _CLASS_NOUNS for w in around)
                if (spoken_of or key[-1:].isdigit()) and not is_negated(words, at):
                    found[target] = key
                    break
        return found

    def _seen(self, text: Text, sentence: Sentence, named: Mapping[str, str]) -> dict[str, str]:
        """What the detectors see, and what pasted content says of itself, unless named better."""
        seen = self._detected(text) | self._pasted(text, sentence.language)
        better = {class_of(key) for key in (*named, *seen) if "." in key}
        return {k: words for k, words in seen.items() if k not in better and k not in named}

    def _detected(self, text: Text) -> dict[str, str]:
        found: dict[str, str] = {}
        colleagues = self._knowledge.rules.get("colleagues")
        for finding in screen.scan(text.whole, self._context):
            keys = self._classes.detects.get(finding.kind, ())
            written = text.whole[finding.start : finding.end]
            if finding.kind in _VAGUE and written not in text.pasted:
                keys = ()  # a name in the person's own words is not yet a record about somebody
            elif finding.subtype == "colleague":
                keys = (colleagues.class_,) if colleagues is not None else ()
            elif finding.subtype in {"role", "toll_free"}:
                keys = ()
            for key in keys:
                # Named by its kind: an answer, its record and a shared copy never repeat it.
                found.setdefault(key, f"[{finding.kind}]")
        return found

    def _pasted(self, text: Text, language: str) -> dict[str, str]:
        words = tokens(text.pasted)
        units = [
            unit
            for unit in self._lexicon.units(words, language)
            if unit.last > unit.first or words[unit.first].word not in function_words()
        ]
        strong = {u.first for u in units if set(u.concepts) & self._roles.told}
        found = {
            match.target: match.text
            for match in self._index.find(units)
            if match.score > WHOLE and (len(match.tokens) > 1 or match.telling & strong)
        }
        told = [unit for unit in units if unit.first in strong]
        closest = self._strictest(self._index.find(told, accept=_ROUGHLY))[:1]
        return found | {match.target: match.text for match in closest}

    def _by_nature(self, sentence: Sentence) -> dict[str, str]:
        """Words no example covers but whose nature is plain: passwords, people's data."""
        units = [
            unit
            for unit in self._units(sentence)
            if sentence.roles[unit.first] == "data" and not is_negated(sentence.words, unit.first)
        ]
        found = {
            key: sentence.words[unit.first].text
            for unit in units
            for kind, concepts in self._roles.kinds.items()
            if concepts & set(unit.concepts)
            for key in self._classes.detects.get(kind, ())
        }
        return found or self._of_people(sentence, units)

    def _of_people(self, sentence: Sentence, units: Sequence[Unit]) -> dict[str, str]:
        """People's data: "client roster", "patients' info", "home addresses"."""
        known = self._roles
        people = [u.first for u in units if set(u.concepts) & known.people]
        facts = [u.first for u in units if set(u.concepts) & (known.heads | known.personal)]
        at = next((p for p in people for f in facts if 0 < abs(p - f) <= _NEARBY), None)
        for kind in ("PERSON", "EMAIL", "PHONE"):
            for key in self._classes.detects.get(kind, ()):
                if at is not None:
                    return {class_of(key): sentence.words[at].text}
        return {}


def _is_plain(match: Match, *, long: bool) -> bool:
    """Whether a match of no sensitive thing is good enough; in a long message, of two words."""
    return match.score >= ACCEPT and not (long and len(match.tokens) < _TWO_WORDS)


def _is_long_story(sentence: Sentence) -> bool:
    """Much was said and nothing of it understood as data: better to ask than to guess."""
    return len(sentence.words) > _STORY and not sentence.has("no_data")


def _part_of_purpose(match: Match, purposes: Sequence[Match]) -> bool:
    """The "board" of a "mood board" is no board of directors."""
    return match.score < WHOLE and any(
        purpose.score > WHOLE and match.tokens < purpose.tokens for purpose in purposes
    )


def _in_focus(sentence: Sentence, found: Sequence[Match]) -> list[Match]:
    """Where the sentence that names the tool describes data, weak guesses elsewhere are noise."""
    focus = sentence.focus
    inside = [m for m in found if not m.tokens.isdisjoint(focus)]
    if not inside or len(focus) == len(sentence.words):
        return list(found)
    return [m for m in found if m in inside or (m.score > WHOLE and len(m.tokens) > 1)]
