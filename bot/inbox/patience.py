"""How long to wait before the next attempt, and what is kept of a failure."""

from __future__ import annotations

import logging
import random
import traceback
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bot.log import broken
from bot.store import StoreError

log = logging.getLogger("greenlight.inbox")

_BOT: Final = Path(__file__).parent.parent
_OURS: Final = (str(_BOT), str(_BOT.parent / "handlers"))
_MACHINERY: Final = (
    str(Path(__file__).parent),
    *(str(_BOT / "store" / name) for name in ("store.py", "server.py", "writer.py")),
)
"""What every error has come through."""


class Interrupted(Exception):  # noqa: N818 - the name is what an admin reads
    """Every attempt ended with its process."""


@dataclass(frozen=True, slots=True)
class Backoff:
    """Waits that grow, a little different each time so that what failed together is spread out."""

    first: float
    factor: float

    def after(self, attempt: int) -> float:
        """Return the seconds to wait after this many attempts."""
        jitter = random.uniform(0.75, 1.25)  # noqa: S311 - nobody gains by guessing it
        return self.first * self.factor ** (attempt - 1) * jitter


WORK: Final = Backoff(first=2.0, factor=3.0)
"""2, 6, 18, 54 seconds: somebody is waiting for an answer."""

POST: Final = Backoff(first=2.0, factor=2.4)
"""2 seconds up to 37 minutes: an hour in ten attempts."""

DATABASE: Final = Backoff(first=0.1, factor=2.0)


def cause(error: BaseException) -> str:
    """Return the kind of an error and where it was raised, without its message.

    Messages of errors quote the values they stumbled over, and those can be what people wrote.
    """
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if frame.filename.startswith(_OURS)]
    telling = [frame for frame in ours if not frame.filename.startswith(_MACHINERY)]
    for where in (telling or list(frames))[-1:]:
        file = Path(where.filename)
        return f"{type(error).__name__} at {file.parent.name}/{file.name}:{where.lineno}"
    return type(error).__name__


def failed(event: str, error: BaseException, **facts: object) -> None:
    """Log that something went wrong that nobody has foreseen; where, but not its message."""
    log.error(event, extra=facts | broken(error))


class Outage:
    """Says once that the database is away, and once that it is back."""

    def __init__(self) -> None:
        self._turns = 0

    def seen(self, error: StoreError) -> float:
        """Take note of a failure; return the seconds to wait."""
        if not self._turns:
            log.error("database away", extra={"problem": str(error)})
        self._turns += 1
        return min(DATABASE.after(self._turns), 5.0)

    def over(self) -> None:
        """Take note that the database answers."""
        if self._turns:
            log.warning("database back", extra={"failures": self._turns})
        self._turns = 0
