"""Words into slots, by rules alone. No reading ever grants anything."""

from __future__ import annotations

import gc
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from bot.understand.read import Reader
from bot.understand.words import Claim, NamedTool, Reading, Topic

if TYPE_CHECKING:
    from bot.chat import Person, Turn
    from bot.knowledge import Knowledge


def understand(text: str, history: Sequence[Turn], person: Person, knowledge: Knowledge) -> Reading:
    """Turn a message into slots: tools, data, purpose, intent, language.

    Never raises on any text. The index over a knowledge base is built at its first question
    (about 0.2 s) and kept for the last few versions.
    """
    return reader_for(knowledge).read(text, history, person)


@lru_cache(maxsize=4)
def reader_for(knowledge: Knowledge) -> Reader:
    """The reader for a knowledge base."""
    was_running = gc.isenabled()
    gc.disable()  # a hundred thousand small objects that all stay: collecting finds nothing
    try:
        return Reader(knowledge)
    finally:
        gc.freeze()  # and no later collection looks at them again
        if was_running:
            gc.enable()


__all__ = ["Claim", "NamedTool", "Reader", "Reading", "Topic", "reader_for", "understand"]
