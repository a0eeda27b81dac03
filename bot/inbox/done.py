"""What a worker makes of an arrival."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.chat import Arrival, Post

if TYPE_CHECKING:
    from sqlalchemy import Connection

Action = Callable[["Connection"], object]
"""A storage action with its arguments bound (`functools.partial`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What is written when an arrival has been worked on: all of it, or nothing."""

    posts: tuple[Post, ...] = ()
    """In the order they are to be read."""
    also: tuple[Action, ...] = ()
    """Written in the same transaction, before the posts."""


Work = Callable[[Arrival, int], Awaitable[Done]]
"""Works on an arrival; the number is the attempt, from 1. May be called again after any failure."""

Lost = Callable[[Arrival], Done]
"""What is said when an arrival is given up."""
