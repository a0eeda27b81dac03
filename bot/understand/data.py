"""Which data a question is about: example phrases, class names, detectors, descriptions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

from bot import screen
from bot.understand.language import function_words
from bot.understand.lexicon import Lexicon, Unit, ordinary_words
from bot.understand.negation import is_negated
from bot.understand.phrases import NEAR, Example, Match, PhraseIndex, without_parts
from bot.understand.sentence import Roles, Sentence, roles
from bot.understand.text import Text, Token, fold, tokens

if TYPE_CHECKING:
    from bot.knowledge import Knowledge

_HEAD_WEIGHT = 0.35
_NAMED_BY_TAG = 0.9
_ROUGHLY = 0.45
_SURE_USE = 0.8
_SURE = 0.95
_GUESS = 0.7
_SHORT = 30
_CLASS_NOUNS = frozenset(
    "data info information class level material material materials document documents file files "
    "category rated classified content stuff daten informationen klasse stufe unterlagen donnees "
    "informations classe datos informacion clase gegevens informatie klasse dati dados dane udaje "
    "veri".split()
)
_NEARBY = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class DataReading:
    """The data a question names, and what it left open."""

    keys: frozenset[str] = frozenset()
    rules: frozenset[str] = frozenset()
    undescribed: bool = False
    thing: str = ""
    because: Mapping[str, str] = field(default_factory=dict)
    negated: frozenset[str] = frozenset()
    """Keys the person said are not in it."""


class DataNames:
    """How one company speaks of its data."""

    def __init__(self, knowledge: Knowledge, lexicon: Lexicon) -> None:
        """Index the example phrases of all classes and tags."""
        self._knowledge = knowledge
        self._lexicon = lexicon
        self._roles = roles()
        language = knowledge.company.language
        general = dict.fromkeys(self._roles.heads, _HEAD_WEIGHT)
        self._index = PhraseIndex(
            _examples(knowledge),
            lexicon,
            language,
            general,
            skip=function_words().keys(),
            verbs=self._roles.verbs,
            accept_one=NEAR,
        )
        self._rough = PhraseIndex(
            _examples(knowledge),
            lexicon,
            language,
            general,
            skip=function_words().keys(),
            verbs=self._roles.verbs,
            accept=_ROUGHLY,
        )
        self._rank = {
            key: data_class.rank
            for name, data_class in knowledge.classes.items()
            for key in (name, *(f"{name}.{tag}" for tag in data_class.tags))
        }
        self._names = _class_names(knowledge)
        self._detects = _detects(knowledge)
        self._lowest = min(knowledge.classes.values(), key=lambda c: c.rank).id
        self._context = screen.Context(own_domains=frozenset(knowledge.company.domains))

    def read(
        self, text: Text, sentence: Sentence, purposes: Sequence[Match], *, put_it: bool
    ) -> DataReading:
        """Everything the question says about data. `purposes` are the uses found in it."""
        masked = sentence.covered("personal_account", "company_account", "may", "any_ai")
        found = self._matches(sentence, masked, purposes)
        found += self._unexplained(sentence, masked, found, purposes)
        kept, negated = _split_negated(sentence, found)
        because = {m.target: sentence.words_of(m.tokens) for m in reversed(kept)}
        because |= self._named_classes(sentence)
        seen = self._detected(text) | self._pasted(text, sentence.language)
        for key, words in seen.items():
            if not any(
                other.partition(".")[0] == key for other in (*because, *seen) if "." in other
            ):
                because.setdefault(key, words)
        if not because:
            because |= self._by_nature(sentence, masked)
        keys = frozenset(because) - negated
        places = {m.target: m.tokens for m in kept}
        keys, rules = self.described(sentence, keys, places)
        undescribed, thing = (
            (False, "")
            if keys
            else _undescribed(sentence, text, self._roles, purposes, put_it=put_it)
        )
        if kept and _strange_beside(sentence, kept):
            undescribed = True  # a guess beside words nobody explained: better to ask
        return DataReading(
            keys=frozenset(keys),
            rules=rules,
            undescribed=undescribed,
            thing=thing,
            because={key: words for key, words in because.items() if key in keys},
            negated=negated,
        )

    def denied(self, sentence: Sentence) -> frozenset[str]:
        """The keys a message says are not in it: "no customer names in there"."""
        found = self._matches(sentence, frozenset(), ())
        return _split_negated(sentence, found)[1]

    def _matches(
        self, sentence: Sentence, masked: frozenset[int], purposes: Sequence[Match]
    ) -> list[Match]:
        units = sentence.free_units(masked=masked)
        found = [
            match
            for match in self._index.find(units)
            if not self._comes_out(match, sentence, purposes)
        ]
        found = [m for m in found if not _part_of_purpose(m, purposes)]
        return self._not_lower(without_parts(_in_focus(sentence, found)))

    def _unexplained(
        self,
        sentence: Sentence,
        masked: frozenset[int],
        found: Sequence[Match],
        purposes: Sequence[Match],
    ) -> list[Match]:
        """Data words no phrase covers well: the class whose phrases come closest to them."""
        if found or len(sentence.words) > _SHORT:
            return []
        explained = frozenset(i for m in purposes if m.score > _SURE_USE for i in m.tokens)
        units = [
            unit
            for unit in sentence.free_units(masked=masked | explained)
            if sentence.roles[unit.first] == "data" and self._is_thing(unit)
        ]
        if not units:
            return []
        rough = [m for m in self._rough.find(units) if not self._comes_out(m, sentence, purposes)]
        return self._not_lower(without_parts(rough))[:2]

    def _is_thing(self, unit: Unit) -> bool:
        known = self._roles
        shut = known.verbs | known.heads | known.weak
        return not unit.concepts[0].startswith("~") and not set(unit.concepts) & shut

    def _not_lower(self, found: list[Match]) -> list[Match]:
        """Of equally good readings of the same words the stricter one stands."""
        best: dict[frozenset[int], Match] = {}
        for match in found:
            other = best.get(match.telling)
            if other is None or (
                match.score >= other.score - 0.01
                and self._rank[match.target] > self._rank[other.target]
            ):
                best[match.telling] = match
        return list(best.values())

    def _comes_out(self, match: Match, sentence: Sentence, purposes: Sequence[Match]) -> bool:
        """Whether the words name what is made rather than what goes in."""
        role = sentence.roles[min(match.telling)]
        if role == "made":
            return True
        if role == "data":
            return False
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
                run = words[at : at + length]
                key = " ".join(w.word for w in run)
                target = self._names.get(key)
                if target is None or not {*range(at, at + length)}.isdisjoint(sentence.taken):
                    continue
                beside = {
                    w.word for w in (*words[at - 1 : at], *words[at + length : at + length + 1])
                }
                if beside & _CLASS_NOUNS or any(c.isdigit() for c in key):
                    if not is_negated(sentence.words, at):
                        found[target] = " ".join(w.text for w in run)
                    break
        return found

    def _detected(self, text: Text) -> dict[str, str]:
        """What the detectors see in the message, pasted or not, as classes."""
        found: dict[str, str] = {}
        for finding in screen.scan(text.whole, self._context):
            if finding.subtype in {"role", "toll_free"}:
                continue
            words = text.whole[finding.start : finding.end]
            if finding.subtype == "colleague":
                rule = self._knowledge.rules.get("colleagues")
                keys: Iterable[str] = (rule.class_,) if rule is not None else ()
            else:
                keys = self._detects.get(finding.kind, ())
            for key in keys:
                found.setdefault(key, words)
        return found

    def _pasted(self, text: Text, language: str) -> dict[str, str]:
        """What pasted content says about itself, where the phrases leave no doubt."""
        words = tokens(text.pasted)
        if not words:
            return {}
        units = [
            unit
            for unit in self._lexicon.units(words, language)
            if unit.last > unit.first or words[unit.first].word not in function_words()
        ]
        found: dict[str, str] = {}
        personal = self._about_people(set(self._rank))
        for match in self._index.find(units):
            sure = len(match.tokens) > 1 or match.target in personal
            if match.score > _SURE and sure:
                found.setdefault(match.target, match.text)
        return found

    def _by_nature(self, sentence: Sentence, masked: frozenset[int]) -> dict[str, str]:
        """Words no example covers but whose nature is plain: passwords, people's data."""
        found: dict[str, str] = {}
        units = [u for u in sentence.free_units(masked=masked) if sentence.roles[u.first] == "data"]
        for unit in units:
            if is_negated(sentence.words, unit.first):
                continue
            for kind, concepts in self._roles.kinds.items():
                if concepts & set(unit.concepts):
                    for key in self._detects.get(kind, ()):
                        found.setdefault(key, sentence.words[unit.first].text)
        if found:
            return found
        at = self._people_data(units)
        if at is not None and not is_negated(sentence.words, at):
            for kind in ("PERSON", "EMAIL", "PHONE"):
                for key in self._detects.get(kind, ()):
                    return {key.partition(".")[0]: sentence.words[at].text}
        return found

    def _people_data(self, units: Sequence[Unit]) -> int | None:
        """Where people's data is named: "client roster", "patients' info", "home addresses"."""
        known = self._roles
        people = [u.first for u in units if set(u.concepts) & known.people]
        facts = [u.first for u in units if set(u.concepts) & (known.heads | known.personal)]
        near = (p for p in people for f in facts if p != f and abs(p - f) <= _NEARBY)
        return next(near, None)

    def described(
        self,
        sentence: Sentence,
        keys: frozenset[str],
        places: Mapping[str, frozenset[int]] = MappingProxyType({}),
    ) -> tuple[frozenset[str], frozenset[str]]:
        """Apply what the question says about the data: invented, aggregated, hashed …"""
        result = set(keys)
        applied: set[str] = set()
        for rule_id in ("public_list", "results", "colleagues", "hashed", "aggregated", "invented"):
            rule = self._knowledge.rules.get(rule_id)
            cue = {"hashed": ("hashed", "without_names")}.get(rule_id, (rule_id,))
            if rule is None or not sentence.has(*cue):
                continue
            if rule_id == "colleagues":
                changed = self._of_colleagues(sentence, rule.class_, result, places)
            else:
                changed = self._changed(rule_id, rule.class_, result)
            if changed is not None:
                result = changed
                applied.add(rule_id)
        return frozenset(result), frozenset(applied)

    def _changed(self, rule_id: str, target: str, keys: set[str]) -> set[str] | None:
        """The keys after a rule; None when the rule has nothing to change."""
        absolute = {k for k in keys if self._knowledge.classes[k.partition(".")[0]].absolute}
        if rule_id == "results":
            return keys | {target}
        same = {k for k in keys if k.partition(".")[0] == target.partition(".")[0]}
        if rule_id == "public_list":
            return keys if same else {*keys, target}
        people = self._about_people(keys)
        if rule_id == "hashed":
            if not keys:
                return None
            return keys if same or not people else (keys - people) | {target}
        # aggregated, invented: what was personal or sensitive is so no longer
        if not keys:
            return {target}
        return (
            absolute | {k for k in keys - absolute if self._rank[k] < self._rank[target]} | {target}
        )

    def _of_colleagues(
        self,
        sentence: Sentence,
        target: str,
        keys: set[str],
        places: Mapping[str, frozenset[int]],
    ) -> set[str] | None:
        """Names of colleagues are one thing, their salaries another: only the former change."""
        said = sentence.covered("colleagues")
        about = {
            key
            for key in self._about_people(keys)
            if "." not in key or (key in places and places[key] <= said)
        }
        return (keys - about) | {target} if about or not keys else None

    def _about_people(self, keys: set[str]) -> set[str]:
        personal = {
            key.partition(".")[0]
            for kind in ("PERSON", "EMAIL")
            for key in self._detects.get(kind, ())
        }
        return {key for key in keys if key.partition(".")[0] in personal}


def _examples(knowledge: Knowledge) -> Iterator[Example]:
    for name, data_class in knowledge.classes.items():
        for example in data_class.examples:
            yield Example(name, example)
        for tag, described in data_class.tags.items():
            key = f"{name}.{tag}"
            for example in described.examples:
                yield Example(key, example)
            words = tag.replace("_", " ").replace("-", " ")
            yield Example(key, words, _NAMED_BY_TAG, with_head=True)


def _class_names(knowledge: Knowledge) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, data_class in knowledge.classes.items():
        for written in (name.replace("_", " "), data_class.name):
            found.setdefault(" ".join(t.word for t in tokens(written)), name)
    return found


def _detects(knowledge: Knowledge) -> dict[str, tuple[str, ...]]:
    """Detector kind -> the classes and tags it means."""
    found: dict[str, list[str]] = {}
    for name, data_class in knowledge.classes.items():
        for entry in data_class.detect:
            key = f"{name}.{entry.tag}" if entry.tag else name
            found.setdefault(entry.kind, []).append(key)
    return {kind: tuple(keys) for kind, keys in found.items()}


def _part_of_purpose(match: Match, purposes: Sequence[Match]) -> bool:
    """The "board" of a "mood board" is no board of directors."""
    return match.score < _SURE and any(
        purpose.score > _SURE and match.tokens < purpose.tokens for purpose in purposes
    )


def _strange_beside(sentence: Sentence, kept: Sequence[Match]) -> bool:
    """Whether a word no dictionary has stands right beside the words that were found."""
    places = {i for match in kept for i in match.tokens}
    if len(places) > 1 and max(m.score for m in kept) > _GUESS:
        return False
    return any(
        unit.concepts[0].startswith("~")
        and unit.first not in places
        and {unit.first - 1, unit.first + 1} & places
        and len(sentence.words[unit.first].word) > _SHORT_WORD
        and sentence.words[unit.first].word not in ordinary_words()
        for unit in sentence.free_units()
    )


_SHORT_WORD = 4


def _in_focus(sentence: Sentence, found: Sequence[Match]) -> list[Match]:
    """Where the sentence that names the tool describes data, weak guesses elsewhere are noise."""
    focus = sentence.focus
    inside = [m for m in found if not m.tokens.isdisjoint(focus)]
    if not inside or len(focus) == len(sentence.words):
        return list(found)
    return [m for m in found if m in inside or (m.score > _SURE and len(m.tokens) > 1)]


def _split_negated(
    sentence: Sentence, found: Iterable[Match]
) -> tuple[list[Match], frozenset[str]]:
    kept: list[Match] = []
    negated: set[str] = set()
    for match in found:
        if is_negated(sentence.words, min(match.tokens)):
            negated.add(match.target)
        else:
            kept.append(match)
    return kept, frozenset(negated) - {m.target for m in kept}


def _undescribed(
    sentence: Sentence, text: Text, known: Roles, purposes: Sequence[Match], *, put_it: bool
) -> tuple[bool, str]:
    """Whether the question points at a thing that nobody described, and in which words."""
    if text.pasted.strip():
        return True, ""
    purpose = frozenset(i for m in purposes if m.score > _SURE for i in m.tokens)
    pointed = [
        cue
        for cue in sentence.cues.get("undescribed_thing", ())
        if cue.last not in purpose and sentence.roles[cue.last] != "made"
    ]
    if pointed and not sentence.has("no_data"):
        cue = pointed[0]
        return True, " ".join(w.text for w in sentence.words[cue.first : cue.last + 1])
    if put_it:
        return _object_of_put(sentence, known)
    return False, ""


def _object_of_put(sentence: Sentence, known: Roles) -> tuple[bool, str]:
    """The words between "put" and "into <tool>", when no example explains them."""
    words = sentence.words
    for unit in sentence.units:
        if not set(unit.concepts) & known.put or unit.first in sentence.taken:
            continue
        for end in range(unit.last + 1, len(words)):
            if words[end].breaks:
                break
            if words[end].word in _INTO and not sentence.taken.isdisjoint({end + 1, end + 2}):
                thing = words[unit.last + 1 : end]
                if any(t.word not in function_words() for t in thing) or _points(thing):
                    return True, " ".join(t.text for t in thing)
                break
    return False, ""


def _points(thing: Sequence[Token]) -> bool:
    return any(t.word in {"it", "this", "that", "these", "those", "them"} for t in thing)


_INTO = frozenset("into in to through on dans in bei a en naar".split())
