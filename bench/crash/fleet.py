"""The processes that are killed and started again, and the platform that delivers to them."""

from __future__ import annotations

import asyncio
import random
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import aiohttp

from bot.chat import Arrival, Caller, Place, Said
from bot.inbox import kept

BENCH = Path(__file__).parent.parent


@dataclass
class Fleet:
    """One process that does everything, or one that accepts beside several that work."""

    folder: Path
    roles: list[str]
    arguments: list[str]
    killed: dict[int, float] = field(default_factory=dict)
    """When each process was killed, by its id."""
    _processes: list[asyncio.subprocess.Process] = field(default_factory=list)

    @property
    def socket(self) -> Path:
        return self.folder / "door"

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        self._processes = [await self._start(role) for role in self.roles]
        try:
            yield
        finally:
            for process in self._processes:
                with suppress(ProcessLookupError):
                    process.terminate()
                await process.wait()

    async def killing(self, every: float, enough: asyncio.Event) -> None:
        """Kill one, start it again, wait, until that is enough."""
        while not enough.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(enough.wait(), every)
                return
            # The one that accepts is killed only when there is no other.
            number = random.randrange(int(len(self.roles) > 1), len(self.roles))
            process = self._processes[number]
            process.kill()
            self.killed[process.pid] = time.monotonic()
            await process.wait()
            self._processes[number] = await self._start(self.roles[number])

    async def _start(self, role: str) -> asyncio.subprocess.Process:
        if role != "work":
            self.socket.unlink(missing_ok=True)
        errors = self.folder / "errors.txt"
        with errors.open("ab") as file:
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "crash.worker", "--role", role),
                *("--socket", str(self.socket), *self.arguments),
                cwd=BENCH,
                env={"PYTHONPATH": f"{BENCH}:{BENCH.parent}"},
                stdout=asyncio.subprocess.PIPE,
                stderr=file,
            )
        assert process.stdout is not None
        if await process.stdout.readline() != b"ready\n":
            raise SystemExit(errors.read_text()[-2000:])
        return process


@dataclass
class Platform:
    """Delivers arrivals, each until it is accepted."""

    client: aiohttp.ClientSession
    sent: dict[int, float] = field(default_factory=dict)
    accepted: dict[int, float] = field(default_factory=dict)

    async def deliver(self, arrivals: int, rate: float) -> None:
        """Deliver at a steady rate, one in ten twice."""
        async with asyncio.TaskGroup() as deliveries:
            for number in range(arrivals):
                self.sent[number] = time.monotonic()
                for _ in range(2 if number % 10 == 0 else 1):
                    deliveries.create_task(self._until_accepted(number))
                await asyncio.sleep(1 / rate)

    async def _until_accepted(self, number: int) -> None:
        body = kept.from_arrival(arrival(number))
        while True:
            with suppress(aiohttp.ClientError, OSError, TimeoutError):
                async with self.client.post("http://door/", json=body) as answer:
                    if answer.status == 200:
                        self.accepted.setdefault(number, time.monotonic())
                        return
            await asyncio.sleep(1)


def arrival(number: int) -> Arrival:
    who = f"U{number % 300}"
    return Arrival(
        id=f"slack:{number}",
        at=datetime.now(UTC),
        caller=Caller(platform="slack", user=who, team="T"),
        place=Place(platform="slack", team="T", channel=f"D{who}"),
        deed=Said(text="May I use the assistant with a list of customers? " * 2),
    )
