"""A company's data classes as understanding needs them: phrases, ranks, detectors."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from bot.understand.phrases import Example
from bot.understand.shipped import small_words
from bot.understand.text import tokens

if TYPE_CHECKING:
    from bot.knowledge import Knowledge

_NAMED_BY_TAG = 0.75
_ABSENT = small_words("absent")


class Classes:
    """The data keys (`personal`, `personal.customer`) of one knowledge base."""

    def __init__(self, knowledge: Knowledge) -> None:
        """Read ranks, detectors and names of all classes."""
        self._classes = knowledge.classes
        self.rank = {
            key: data_class.rank
            for name, data_class in knowledge.classes.items()
            for key in (name, *(f"{name}.{tag}" for tag in data_class.tags))
        }
        self.detects = _detects(knowledge)
        """Detector kind -> the keys it means."""
        self.names = _names(knowledge)
        """Folded name or id of a class -> its key."""
        self.lowest = min(knowledge.classes.values(), key=lambda c: c.rank).id
        self._personal = frozenset(
            class_of(key) for kind in ("PERSON", "EMAIL") for key in self.detects.get(kind, ())
        )

    def examples(self) -> Iterator[Example]:
        """Every example phrase, and each tag's own name."""
        for name, data_class in self._classes.items():
            for example in data_class.examples:
                if not is_denial(example):
                    yield Example(name, example)
            for tag, described in data_class.tags.items():
                for example in described.examples:
                    yield Example(f"{name}.{tag}", example)
                words = tag.replace("_", " ").replace("-", " ")
                yield Example(f"{name}.{tag}", words, _NAMED_BY_TAG, with_head=True)

    def absolute(self, keys: Iterable[str]) -> set[str]:
        """Those of the keys that belong in no tool."""
        return {key for key in keys if self._classes[class_of(key)].absolute}

    def personal(self, keys: Iterable[str]) -> set[str]:
        """Those of the keys whose class detects people."""
        return {key for key in keys if class_of(key) in self._personal}


def is_denial(example: str) -> bool:
    """`no company data`: who says so names nothing, and "company data" is not public."""
    first = next((token.word for token in tokens(example)), "")
    return first in _ABSENT


def class_of(key: str) -> str:
    """`personal` for both `personal` and `personal.customer`."""
    return key.partition(".")[0]


def _names(knowledge: Knowledge) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, data_class in knowledge.classes.items():
        for written in (name.replace("_", " "), data_class.name):
            found.setdefault(" ".join(t.word for t in tokens(written)), name)
    return found


def _detects(knowledge: Knowledge) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for name, data_class in knowledge.classes.items():
        for entry in data_class.detect:
            key = f"{name}.{entry.tag}" if entry.tag else name
            found.setdefault(entry.kind, []).append(key)
    return {kind: tuple(keys) for kind, keys in found.items()}
