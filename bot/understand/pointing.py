"""Things a question points at without saying what is in them: "this file", "the notes"."""

from __future__ import annotations

from collections.abc import Sequence

from bot.understand.language import function_words
from bot.understand.lexicon import ordinary_words
from bot.understand.phrases import Match
from bot.understand.sentence import Roles, Sentence
from bot.understand.shipped import small_words
from bot.understand.text import Text, Token

_INTO = small_words("pointing_into")
_IT = small_words("it")
_AND = small_words("and")
_FEATURE = small_words("feature")
_POINTING = small_words("pointing")
_LONGER_WORD = 5
_GUESS = 0.7


def undescribed(
    sentence: Sentence, text: Text, known: Roles, purposes: Sequence[Match], *, put_it: bool
) -> str | None:
    """The words that point at something nobody described; None when nothing does.

    Empty words stand for pasted content that says nothing about itself.
    """
    if text.pasted.strip():
        return ""
    purpose = frozenset(i for m in purposes for i in m.tokens)
    pointed = [
        cue
        for cue in sentence.cues.get("undescribed_thing", ())
        if cue.last not in purpose and sentence.roles[cue.last] != "made"
    ]
    if pointed and not sentence.has("no_data"):
        cue = max(pointed, key=lambda c: (c.last, c.first))  # "this file" rather than "put this"
        return _words(sentence.words[cue.first : cue.last + 1])
    return _object_of_put(sentence, known, purpose) if put_it else None


def points_at_feature(words: Sequence[Token]) -> bool:
    """`that feature`, `the new function`: a feature nobody named."""
    return any(
        token.word in _FEATURE
        and not _POINTING.isdisjoint({w.word for w in words[max(at - 2, 0) : at]})
        for at, token in enumerate(words)
    )


def is_guess(sentence: Sentence, kept: Sequence[Match]) -> bool:
    """Whether what was found is one word beside words that no dictionary has."""
    places = {i for match in kept for i in match.tokens}
    if not kept or (len(places) > 1 and max(m.score for m in kept) > _GUESS):
        return False
    return any(
        unit.concepts[0].startswith("~")
        and unit.first not in places
        and {unit.first - 1, unit.first + 1} & places
        and len(sentence.words[unit.first].word) >= _LONGER_WORD
        and sentence.words[unit.first].word not in ordinary_words()
        for unit in sentence.free_units()
    )


def part_unexplained(sentence: Sentence, kept: Sequence[Match], known: Roles) -> bool:
    """Whether of several things that go into a tool one says nothing about its content."""
    run = _put_run(sentence, known)
    if run is None or not kept:
        return False
    places = {i for match in kept for i in match.tokens}
    parts: list[list[int]] = [[]]
    for at in range(*run):
        if sentence.words[at].word in _AND:
            parts.append([])
        else:
            parts[-1].append(at)
    return any(
        places.isdisjoint(part)
        and any(set(u.concepts) & known.heads for u in sentence.units if u.first in part)
        for part in parts
    )


def _object_of_put(sentence: Sentence, known: Roles, purpose: frozenset[int]) -> str | None:
    """The words between "put" and "into <tool>", when no example explains them."""
    run = _put_run(sentence, known)
    if run is None or run[1] - 1 in purpose:
        return None
    thing = sentence.words[run[0] : run[1]]
    said = any(t.word not in function_words() or t.word in _IT for t in thing)
    return _words(thing) if said else None


def _put_run(sentence: Sentence, known: Roles) -> tuple[int, int] | None:
    """Where the words between "put" and "into <tool>" begin and end."""
    words = sentence.words
    for unit in sentence.units:
        if not set(unit.concepts) & known.put or unit.first in sentence.taken:
            continue
        for end in range(unit.last + 1, len(words)):
            if words[end].breaks:
                break
            if words[end].word in _INTO and not sentence.taken.isdisjoint({end + 1, end + 2}):
                return unit.last + 1, end
    return None


def _words(run: Sequence[Token]) -> str:
    return " ".join(token.text for token in run)
