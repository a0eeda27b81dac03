"""An operating-system lock beside the database: gone with the process, however it ends."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from bot.store.problems import StoreError


@contextmanager
def only_one(database: Path) -> Iterator[None]:
    """Be the only long-running process on this database, or say who is."""
    path = database.with_name(f"{database.name}.serving")
    with path.open("a+", encoding="utf-8") as file:
        if not _taken(file, wait=False):
            file.seek(0)
            raise StoreError(
                f"Greenlight is already running on {database} (process {file.read() or '?'}). "
                "Stop that one, or give this one a folder of its own with GREENLIGHT_HOME."
            )
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield


@contextmanager
def one_at_a_time(database: Path) -> Iterator[None]:
    """Wait until nobody else prepares this database."""
    with database.with_name(f"{database.name}.preparing").open("a+", encoding="utf-8") as file:
        _taken(file, wait=True)
        yield


def _taken(file: IO[str], *, wait: bool) -> bool:
    try:
        _lock(file, wait=wait)
    except OSError:
        if wait:
            raise
        return False
    return True


if sys.platform == "win32":
    import msvcrt

    _FAR = 1 << 30
    """Locked bytes cannot be read by others on Windows, so lock one that is never written."""

    def _lock(file: IO[str], *, wait: bool) -> None:
        os.lseek(file.fileno(), _FAR, os.SEEK_SET)
        msvcrt.locking(file.fileno(), msvcrt.LK_LOCK if wait else msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _lock(file: IO[str], *, wait: bool) -> None:
        fcntl.flock(file, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
