"""`greenlight serve` in a process of its own, as it is run."""

from __future__ import annotations

import asyncio
import signal
import socket
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


def said(log: Path) -> str:
    """What a process has logged."""
    return log.read_text(encoding="utf-8")


@asynccontextmanager
async def served(environment: Mapping[str, str], log: Path) -> AsyncIterator[str]:
    """Serve until the block ends; yields the address once it is ready."""
    port = free_port()
    command = [sys.executable, "-m", "bot", "serve", "--host", "127.0.0.1", "--port", str(port)]
    with log.open("wb") as errors:
        process = await asyncio.create_subprocess_exec(
            *command, env=dict(environment), stdout=PIPE, stderr=errors
        )
        try:
            assert process.stdout is not None
            async with asyncio.timeout(60):
                ready = await process.stdout.readline()
            assert b"ready" in ready, said(log)
            yield f"http://127.0.0.1:{port}"
        finally:
            if process.returncode is None:
                process.send_signal(signal.SIGTERM)
            await process.wait()
