"""Keeps the knowledge in force up to date: an edit counts within seconds, a broken one never."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Awaitable, Callable, Iterator
from contextlib import aclosing
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final

from watchfiles import awatch

from bot.knowledge import Knowledge, KnowledgeError, Problem, load
from bot.knowledge.assemble import version
from bot.knowledge.files import DEEPEST, read_folder
from bot.log import broken
from bot.understand import reader_for

log = logging.getLogger("greenlight.watch")

_PATIENCE: Final = 60
"""Looks at a folder that is not quiet before the log says that an edit waits."""

_TELLING: Final = 30.0
"""Seconds that telling of a broken edit may take."""

Good = Callable[[Knowledge], None]
Bad = Callable[[KnowledgeError], Awaitable[None]]

Entry = tuple[str, int, int, int]
"""Path, size, and when the content and the entry itself last changed."""

Fingerprint = frozenset[Entry]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How often the folder is looked at."""

    poll: float = 15.0
    """Seconds between looks that nothing asked for: some file systems tell of no change."""
    quiet: float = 1.0
    """Seconds in which nothing may change before an edit counts as finished."""
    sleep: Callable[[float], Awaitable[object]] = asyncio.sleep


async def watch(
    folder: Path, *, loaded: Knowledge, good: Good, bad: Bad, pace: Pace | None = None
) -> None:
    """Watch the folder that `loaded` came from, until cancelled. Whatever goes wrong, it goes on.

    `good` is called with each new version, whose reader is built by then, and with the one in
    force when a broken edit was taken back. `bad` is awaited once for each set of problems.
    Whichever of them raises is called again at the next look. Dates are judged on the day of each
    question, so midnight needs no new version.
    """
    await Watch(folder, loaded, good=good, bad=bad, pace=pace).forever()


def digest(error: KnowledgeError) -> str:
    """Return the name of a set of problems, the same in every process that meets them."""
    return sha256(str(error).encode("utf-8", "surrogatepass")).hexdigest()[:12]


class Watch:
    """The folder, and what was made of it so far."""

    def __init__(
        self, folder: Path, loaded: Knowledge, *, good: Good, bad: Bad, pace: Pace | None = None
    ) -> None:
        self._folder: Final = folder
        self._good: Final = good
        self._bad: Final = bad
        self._pace: Final = pace or Pace()
        self._in_force = loaded
        self._done: Fingerprint | None = None
        """What the folder looked like when it was last read; None when it must be read again."""
        self._refused = False
        """Whether the edit that was last read is broken."""
        self._told: tuple[Problem, ...] = ()
        """What is wrong with it, once that was told."""

    async def forever(self) -> None:
        """Watch until cancelled. Whatever goes wrong is logged, and the folder looked at again."""
        await self.look()
        while True:
            try:
                await self._follow()
            except Exception as error:  # noqa: BLE001 - the folder is gone, or no watch is left
                log.debug("not notified", extra=broken(error))
                await self._pace.sleep(self._pace.poll)
                await self.look()

    async def look(self) -> None:
        """Look once: bring into force what is new, tell of what is broken. Never raises."""
        try:
            seen = await asyncio.to_thread(fingerprint, self._folder)
            if seen != self._done:
                self._done = await self._read(seen)
        except Exception as error:  # noqa: BLE001 - an error here must not end the watching
            log.error("knowledge not read", extra=broken(error))  # noqa: TRY400 - no content

    async def _follow(self) -> None:
        """Look whenever the file system tells of a change, until another folder has this name."""
        watched = _identity(self._folder)
        changes = awatch(
            self._folder,
            rust_timeout=int(self._pace.poll * 1000),
            yield_on_timeout=True,
        )
        async with aclosing(changes):
            async for _ in changes:
                await self.look()
                if _identity(self._folder) != watched:
                    return

    async def _read(self, seen: Fingerprint) -> Fingerprint:
        """Read the folder as soon as it is quiet; return what it looked like then."""
        while True:
            quiet = await self._quiet(seen)
            found = await asyncio.to_thread(self._load)
            seen = await asyncio.to_thread(fingerprint, self._folder)
            if seen == quiet:
                break
        if isinstance(found, KnowledgeError):
            await self._refuse(found)
        else:
            self._bring_into_force(found)
        return quiet

    async def _quiet(self, seen: Fingerprint) -> Fingerprint:
        looks = 0
        while True:
            await self._pace.sleep(self._pace.quiet)
            again = await asyncio.to_thread(fingerprint, self._folder)
            lock = await asyncio.to_thread(_git_lock, self._folder)
            if again == seen and lock is None:
                return again
            seen = again
            looks += 1
            if looks == _PATIENCE:
                why = f"git has not let go of {lock}" if lock else "the folder keeps changing"
                log.warning("edit waits", extra={"folder": str(self._folder), "why": why})

    def _load(self) -> Knowledge | KnowledgeError:
        files, problems = read_folder(self._folder)
        if not problems and version(files) == self._in_force.version:
            return self._in_force
        try:
            found = load(self._folder)
        except KnowledgeError as error:
            return error
        # Built here, so that nobody's question waits for it.
        reader_for(found)
        return found

    def _bring_into_force(self, found: Knowledge) -> None:
        if found is self._in_force and not self._refused:
            return
        self._good(found)
        self._in_force, self._refused, self._told = found, False, ()

    async def _refuse(self, error: KnowledgeError) -> None:
        self._refused = True
        if error.problems == self._told:
            return
        async with asyncio.timeout(_TELLING):
            await self._bad(error)
        self._told = error.problems


def fingerprint(folder: Path) -> Fingerprint:
    """Return what can be told of a folder without reading its files; empty when it is not there."""
    return frozenset(_entries(str(folder), DEEPEST))


def _entries(folder: str, deeper: int) -> Iterator[Entry]:
    try:
        with os.scandir(folder) as found:
            inside = [entry for entry in found if not entry.name.startswith(".")]
    except OSError:
        return
    for entry in inside:
        if entry.is_dir():
            if deeper:
                yield from _entries(entry.path, deeper - 1)
            continue
        try:
            there = entry.stat()
        except OSError:  # a link that leads nowhere, or a file that has just gone
            yield (entry.path, -1, 0, 0)
        else:
            yield (entry.path, there.st_size, there.st_mtime_ns, there.st_ctime_ns)


def _identity(folder: Path) -> tuple[int, int] | None:
    try:
        there = folder.stat()
    except OSError:
        return None
    return there.st_dev, there.st_ino


def _git_lock(folder: Path) -> Path | None:
    """Return the file by which git says that it is changing this folder just now."""
    real = folder.resolve()
    for above in (real, *real.parents):
        git = above / ".git"
        if git.is_file():  # a worktree or submodule says where its real one is
            git = above / git.read_text("utf-8", "replace").removeprefix("gitdir:").strip()
        if git.is_dir():
            lock = git / "index.lock"
            return lock if lock.exists() else None
    return None
