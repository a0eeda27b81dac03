"""What people call a department, a region or a worker type, and the id behind it."""

from __future__ import annotations

from collections.abc import Mapping

from bot.knowledge.company import Named


def by_any_name(word: str, named: Mapping[str, Named]) -> str | None:
    """Return the id behind an id, a name or an alias, in any case; None when it is none of them."""
    if word in named:
        return word
    folded = word.strip().casefold()
    if not folded:
        return None
    for id_, entry in named.items():
        if folded in {one.casefold() for one in (id_, entry.name, *entry.aliases)}:
            return id_
    return None
