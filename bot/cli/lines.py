"""`ask --jsonl`: questions from stdin, answers to stdout, one JSON object a line, in order."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import suppress
from typing import Any, Final

from bot.app import App
from bot.ask import AskError, answer, as_line, from_line
from bot.ask.line import encoded, parsed
from bot.chat import Person

TOGETHER: Final = 16
"""Lines that are answered at once where many wait, and share a commit of the store."""

_CHUNK: Final = 1 << 16
_AHEAD: Final = 4
"""Chunks read ahead of the answers."""


async def answer_lines(
    app: App, person: Person, source: int, write: Callable[[bytes], object]
) -> bool:
    """Answer every line of a file descriptor; return whether all of them could be answered.

    What has come is answered before more is waited for, so a caller may write one line, read its
    answer, and write the next.
    """
    good = True
    async for lines in _arriving(source):
        for start in range(0, len(lines), TOGETHER):
            some = [line for line in lines[start : start + TOGETHER] if line.strip()]
            answered = await asyncio.gather(*(_answered(app, person, line) for line in some))
            good = good and not any("error" in found for found in answered)
            write(b"".join(encoded(found) for found in answered))
    return good


async def _answered(app: App, person: Person, line: bytes) -> dict[str, Any]:
    id_ = None
    try:
        found = parsed(line)
        id_ = found.get("id")
        asked = from_line(found, app.knowledge, person)
    except AskError as error:
        return {"id": id_, "error": str(error)}
    given = await answer(app, asked.message, door="terminal", day=asked.day)
    if given.failed:
        return {"id": id_, "error": given.text.replace("\n", " ")}
    return as_line(given, id_)


async def _arriving(source: int) -> AsyncIterator[Sequence[bytes]]:
    """Yield the lines that have arrived, as they arrive.

    A thread reads them, because a file cannot be waited for in a loop; it is a daemon, so that
    an interrupt need not wait for a line that never comes.
    """
    chunks: asyncio.Queue[Sequence[bytes] | None] = asyncio.Queue()
    ahead = threading.Semaphore(_AHEAD)
    loop = asyncio.get_running_loop()

    def put(lines: Sequence[bytes] | None) -> None:
        ahead.acquire()
        loop.call_soon_threadsafe(chunks.put_nowait, lines)

    def read() -> None:
        rest = b""
        with suppress(RuntimeError):  # the loop is closed: nobody answers any more
            while chunk := os.read(source, _CHUNK):
                *lines, rest = (rest + chunk).split(b"\n")
                if lines:
                    put(lines)
            put([rest])
            put(None)

    threading.Thread(target=read, name="stdin", daemon=True).start()
    while (lines := await chunks.get()) is not None:
        yield lines
        ahead.release()
