"""Well-known AI products and their well-known features: the shipped lists."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from bot.understand.shipped import read_yaml, word_lists
from bot.understand.text import squeeze

_HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Product:
    """A well-known AI product, whether or not a company's catalogue has it."""

    category: str
    common: bool
    context: frozenset[str]
    names: tuple[tuple[str, str, tuple[str, ...]], ...]
    """Each name it goes by, the product's own first: as written, squeezed, as words."""


@cache
def known_features() -> dict[str, str]:
    """Well-known features: squeezed words -> feature id."""
    return {
        squeeze(words): feature
        for feature, names in read_yaml(_HERE / "features.yaml").items()
        for words in names
    }


@cache
def products() -> tuple[Product, ...]:
    """The shipped list of well-known AI products."""
    return tuple(
        Product(
            category=row["category"],
            common=row["common"],
            context=frozenset(row["context"]),
            names=tuple((name, key, tuple(words)) for name, key, words in row["names"]),
        )
        for row in word_lists()["products"]
    )
