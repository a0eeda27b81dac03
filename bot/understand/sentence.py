"""A question taken apart: its units, its cues, and the part each word plays in the sentence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Literal

from bot.understand.cues import Cue
from bot.understand.language import function_words
from bot.understand.lexicon import Unit
from bot.understand.shipped import read_yaml, small_words
from bot.understand.text import Token, is_cjk

Role = Literal["data", "made", "purpose"]
"""What words stand for: data that goes in, something that comes out, or what it is for."""

_VERB_LAST = frozenset({"de", "nl", "tr", "ja"})

_BRINGS_DATA = small_words("brings_data")
_BRINGS_PURPOSE = small_words("brings_purpose")
_HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Roles:
    """Concepts by the part they play; the data of `roles.yaml`."""

    put: frozenset[str]
    work_on: frozenset[str]
    make: frozenset[str]
    heads: frozenset[str]
    weak: frozenset[str]
    people: frozenset[str]
    personal: frozenset[str]
    raising: frozenset[str]
    public: frozenset[str]
    deeds: frozenset[str]
    said: frozenset[str]
    sensitive: frozenset[str]
    watched: frozenset[str]
    told: frozenset[str]
    kinds: Mapping[str, frozenset[str]]

    @property
    def verbs(self) -> frozenset[str]:
        """Every verb that shows what its object is."""
        return self.put | self.work_on | self.make


@cache
def roles() -> Roles:
    """The shipped roles."""
    row = read_yaml(_HERE / "roles.yaml")
    kinds = {kind: frozenset(concepts) for kind, concepts in row.pop("kinds").items()}
    return Roles(kinds=kinds, **{name: frozenset(concepts) for name, concepts in row.items()})


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """One message's question, ready to be searched."""

    words: tuple[Token, ...]
    units: tuple[Unit, ...]
    cues: Mapping[str, Sequence[Cue]]
    language: str
    roles: tuple[Role, ...]
    """The role of each token."""
    asked: bool = False
    """It has a question mark."""
    features: frozenset[int] = frozenset()
    """Tokens that name a tool's feature: they may say what it is for, but not which data."""
    taken: frozenset[int] = frozenset()
    """Tokens that name tools or editions and say nothing about data or purpose."""

    @property
    def focus(self) -> frozenset[int]:
        """The tokens of the sentences that name a tool; all tokens when none does."""
        part = 0
        parts: list[int] = []
        for token in self.words:
            part += token.breaks
            parts.append(part)
        named = {parts[i] for i in self.taken}
        return frozenset(i for i, p in enumerate(parts) if not named or p in named)

    def part_of(self, at: int) -> int:
        """The number of the sentence a token stands in."""
        return sum(token.breaks for token in self.words[: at + 1])

    def has(self, *names: str) -> bool:
        """Whether any of these cues was found."""
        return any(name in self.cues for name in names)

    def covered(self, *names: str) -> frozenset[int]:
        """The tokens these cues cover."""
        return frozenset(
            i
            for name in names
            for cue in self.cues.get(name, ())
            for i in range(cue.first, cue.last + 1)
            if not is_cjk(self.words[i].word)  # a run without spaces holds more than the cue
        )

    def free_units(self, *, masked: frozenset[int] = frozenset()) -> list[Unit]:
        """Units that are neither part of a tool's name nor masked."""
        shut = self.taken | masked
        return [
            unit
            for unit in self.units
            if not shut & set(range(unit.first, unit.last + 1))
            and (unit.last > unit.first or not self._is_small(unit.first))
        ]

    def _is_small(self, at: int) -> bool:
        """Function words of the question's language name nothing, nor do "ten minutes"."""
        word = self.words[at].word
        if word in _SPANS and at and _is_number(self.words[at - 1].word):
            return True
        if word in _NOISE:
            return True
        spoken = function_words().get(word, frozenset())
        return self.language in spoken or "en" in spoken

    def words_of(self, places: frozenset[int]) -> str:
        """The words of some tokens, as written."""
        return " ".join(self.words[i].text for i in sorted(places))


def with_unpublished(
    words: Sequence[Token], units: Sequence[Unit], known: Roles
) -> tuple[Unit, ...]:
    """The units, where "not yet published" is as little published as "unpublished"."""
    return tuple(
        replace(unit, concepts=("unpublished",))
        if known.public & set(unit.concepts) and still_to_come(words, unit.first)
        else unit
        for unit in units
    )


def still_to_come(words: Sequence[Token], at: int) -> bool:
    """`not yet published`, `before it is published`, `will be published`."""
    return any(token.word in _NOT_YET for token in words[max(at - 3, 0) : at])


_NOT_YET = small_words("not_yet")
_NOISE = small_words("noise")
_SPANS = small_words("spans")
_NUMBERS = small_words("numbers")


def _is_number(word: str) -> bool:
    return word.isdigit() or word in _NUMBERS


def with_translation(words: Sequence[Token], units: Sequence[Unit]) -> tuple[Unit, ...]:
    """The units, with `translate` where a text goes "into Polish" or becomes an "English page"."""
    found = list(units)
    for at, token in enumerate(words):
        if token.word not in _TONGUES:
            continue
        before = words[at - 1].word if at else ""
        after = words[at + 1].word if at + 1 < len(words) else ""
        if before in _INTO_A_TONGUE or after in {"version", "translation", "page", "text"}:
            found.append(Unit(("translate",), at, at))
    return tuple(found)


_TONGUES = small_words("tongues")
_INTO_A_TONGUE = small_words("into_a_tongue")


def assign_roles(
    words: Sequence[Token], units: Sequence[Unit], language: str, known: Roles
) -> tuple[Role, ...]:
    """The role of every token, from the verbs and prepositions around it."""
    verb_at = _verbs(units, known)
    before = _reading_on(words, verb_at)
    if language not in _VERB_LAST:
        return before
    return _verbs_last(words, verb_at, before)


def _verbs(units: Sequence[Unit], known: Roles) -> dict[int, Role]:
    found: dict[int, Role] = {}
    for unit in units:
        concepts = set(unit.concepts)
        role: Role | None = None
        if concepts & (known.put | known.work_on):
            role = "data"
        elif concepts & known.make and not concepts & known.public:
            role = "made"
        if role is not None:  # "come up with" is one verb: its "with" brings no data
            found.update((at, role) for at in range(unit.first, unit.last + 1))
    return found


def _reading_on(words: Sequence[Token], verb_at: Mapping[int, Role]) -> tuple[Role, ...]:
    roles_found: list[Role] = []
    role: Role = "data"
    for at, token in enumerate(words):
        if token.breaks:
            role = "data"
        if at in verb_at:
            role = verb_at[at]
        elif token.word in _BRINGS_DATA:
            role = "data"
        elif token.word in _BRINGS_PURPOSE:
            role = "purpose"
        roles_found.append(role)
    return tuple(roles_found)


def _verbs_last(
    words: Sequence[Token], verb_at: Mapping[int, Role], before: tuple[Role, ...]
) -> tuple[Role, ...]:
    """Where verbs follow their objects, the next verb of the clause decides."""
    result = list(before)
    following: Role | None = None
    for at in range(len(words) - 1, -1, -1):
        if at in verb_at:
            following = verb_at[at]
        elif words[at].word in _BRINGS_DATA:
            pass
        elif following == "made" and not _under_preposition(words, at):
            result[at] = "made"
        if words[at].breaks or words[at].comma:
            following = None
    return tuple(result)


def _under_preposition(words: Sequence[Token], at: int) -> bool:
    """Whether "with", "from" … stands up to three words before, in the same clause."""
    for back in range(at, max(at - 4, -1), -1):
        if words[back].word in _BRINGS_DATA:
            return True
        if words[back].comma or words[back].breaks:
            return False
    return False
