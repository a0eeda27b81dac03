"""What is wrong with a knowledge base, said to the person who edits it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from rapidfuzz import fuzz, process
from typing_extensions import override


class Problem(NamedTuple):
    """One mistake: where it stands and how to put it right."""

    file: str
    """Path inside the knowledge folder, or the folder itself."""
    line: int
    """0 when the whole file is meant."""
    field: str
    message: str

    @override
    def __str__(self) -> str:
        where = f"{self.file}:{self.line}" if self.line else self.file
        return ": ".join(part for part in (where, self.field, self.message) if part)


class KnowledgeError(Exception):
    """The folder cannot be used; `problems` names every mistake in every file."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(set(problems)))
        super().__init__("\n".join(str(problem) for problem in self.problems))


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word somebody most likely meant, or None when nothing is close."""
    found = process.extractOne(
        word[:100], tuple(known), scorer=fuzz.ratio, processor=str.casefold, score_cutoff=65
    )
    return None if found is None else str(found[0])


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return ` Did you mean 'x'?`, or nothing when no known word is close."""
    found = nearest(word, known)
    return "" if found is None else f" Did you mean {found!r}?"


def listed(words: Iterable[str], *, most: int = 12) -> str:
    """Return words as `a, b, c`, cut after `most` of them."""
    everything = list(words)
    more = len(everything) - most
    shown = ", ".join(everything[:most])
    return f"{shown} and {more} more" if more > 0 else shown
