"""The CSV directory in force: read again when it changes, and never half."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from bot.chat import Person
from bot.directory import people_csv
from bot.knowledge import KnowledgeError
from bot.knowledge.problems import Problem

if TYPE_CHECKING:
    from bot.knowledge import Knowledge

log = logging.getLogger("greenlight.directory")

Listed = Mapping[str, Person]
"""People by e-mail address in lower case."""


class _State(NamedTuple):
    """What a reading depends on: another file, or other departments, make it another one."""

    inode: int
    size: int
    changed: int
    knowledge: str


class PeopleFile:
    """The people of one file. With mistakes in it, those of the last good reading stay."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._read_at: _State | None = None
        self._reading = asyncio.Lock()
        self.listed: Listed | None = None
        """None before the first good reading."""
        self.problems: tuple[Problem, ...] = ()
        """What is wrong with the file as it stands."""

    async def update(self, knowledge: Knowledge) -> Listed | None:
        """Read the file if it changed; return the people in force."""
        async with self._reading:
            # Taken before the file is read: what is written meanwhile is read the next time.
            state = self._state(knowledge)
            if state != self._read_at:
                await self._read(knowledge)
                self._read_at = state
        return self.listed

    async def _read(self, knowledge: Knowledge) -> None:
        try:
            self.listed = await asyncio.to_thread(people_csv.read, self._path, knowledge)
        except KnowledgeError as error:
            self.problems = error.problems
            # Where, but not what: the sentences quote addresses.
            where = [f"{p.file}:{p.line} {p.field}" for p in error.problems[:20]]
            event = {"problems": len(error.problems), "where": where}
            log.error("people file refused", extra=event)  # noqa: TRY400 - see above
        else:
            self.problems = ()
            log.info("people file read", extra={"people": len(self.listed)})

    def _state(self, knowledge: Knowledge) -> _State:
        try:
            found = self._path.stat()
        except OSError:
            return _State(0, 0, 0, knowledge.version)
        return _State(found.st_ino, found.st_size, found.st_mtime_ns, knowledge.version)
