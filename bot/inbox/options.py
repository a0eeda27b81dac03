"""How patient the inbox is, and how much it does at once."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """Times are in seconds."""

    workings: int = 16
    """Arrivals worked on at once in this process. Working is mostly thinking: more at once would
    not be faster, and whoever knocks at a door would wait for all of them."""
    sendings: int = 64
    """Posts sent at once from this process."""
    accept_timeout: float = 2.0
    """Until then an arrival is in the database, or the platform is told to deliver it again."""
    work_timeout: float = 60.0
    lease: float = 30.0
    """After this long without a sign of life, another process takes an arrival over."""
    attempts: int = 5
    post_timeout: float = 30.0
    post_lease: float = 60.0
    """After this long another process takes a post over, and first looks whether it was made."""
    post_attempts: int = 10
    """With the waits between them: about an hour."""
    broken_post_attempts: int = 3
    """For a post that fails in our own code; trying for an hour would only hold up its place."""
    post_age: float = 24 * 3600.0
    """A post that a platform keeps putting off is given up at this age."""
    poll: float = 0.5
    """How often to look without having been woken."""
    grace: float = 10.0
    """For what still runs when the process is to end."""
    retention_days: int = 30
    """How long the words of what was given up are kept."""

    def __post_init__(self) -> None:
        if self.post_timeout >= self.post_lease:
            raise ValueError("post_timeout must be shorter than post_lease: else a post is doubled")
