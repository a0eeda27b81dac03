"""The inbox alone: how fast it is, and what is lost or doubled when its processes are killed.

    uv run python bench/bench_inbox.py speed [--on sqlite postgresql]
    uv run python bench/bench_inbox.py crash [--on sqlite postgresql] [--arrivals 1000] [--rate 50]
        [--every 2] [--lease 30] [--post-lease 60] [--inbox crash.worker:small]

Crash: arrivals at a steady rate, one in ten delivered twice, each sent again every second until it
is accepted. On SQLite the only process is killed with SIGKILL, on PostgreSQL one of two workers
beside a process that accepts; each is started again at once. Twice: with a far side that can be
asked for a post by its key, and with one that cannot. The work takes 20 ms, making a post 40 ms.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import secrets
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import aiohttp
import psycopg
import sqlalchemy as sa
from crash.far_side import FarSide, Made
from crash.fleet import Fleet, Platform, arrival

from bot.chat import Arrival, Card, Post
from bot.inbox import Done, Inbox, Options
from bot.store import Store
from bot.store.tables import audit

KEEPER = Path(__file__).parent.parent / "tests" / "postgres_keeper.py"


async def crash(url: str, finds: str, args: argparse.Namespace, folder: Path) -> None:
    given = {
        "url": url,
        "far": str(folder / "far"),
        "finds": finds,
        "inbox": args.inbox,
        "lease": str(args.lease),
        "post-lease": str(args.post_lease),
        "post-timeout": str(args.post_lease / 2),
    }
    roles = ["both"] if url.startswith("sqlite") else ["accept", "work", "work"]
    fleet = Fleet(folder, roles, [word for name in given for word in (f"--{name}", given[name])])
    far, enough = FarSide(), asyncio.Event()
    door = aiohttp.UnixConnector(str(fleet.socket), limit=0)
    patience = aiohttp.ClientTimeout(total=3)
    async with (
        far.at(folder / "far"),
        fleet.running(),
        aiohttp.ClientSession(connector=door, timeout=patience) as client,
        asyncio.TaskGroup() as tasks,
    ):
        platform = Platform(client)
        tasks.create_task(fleet.killing(args.every, enough))
        await platform.deliver(args.arrivals, args.rate)
        enough.set()
        until = time.monotonic() + 2 * max(args.lease, args.post_lease)
        while len(far.made) < args.arrivals and time.monotonic() < until:  # noqa: ASYNC110
            await asyncio.sleep(0.1)
        # A double would come when the lease of a post is over.
        await asyncio.sleep(args.post_lease + 2 if finds == "no" else 2)
    effects = await effects_in(url)
    name = f"{url.partition(':')[0]}, far side {'can' if finds == 'yes' else 'cannot'} be asked"
    report(name, platform, far.made, fleet, effects)


def report(
    name: str,
    platform: Platform,
    made: dict[str, list[Made]],
    fleet: Fleet,
    effects: tuple[int, int],
) -> None:
    sent = {f"re:slack:{number}": at for number, at in platform.sent.items()}
    lost = [
        f"re:slack:{number}" for number in platform.accepted if f"re:slack:{number}" not in made
    ]
    doubled = {key: posts for key, posts in made.items() if len(posts) > 1}
    took = sorted(posts[0].at - sent[key] for key, posts in made.items())
    print(
        f"{name}: {len(platform.accepted)} accepted, {len(fleet.killed)} kills: LOST {len(lost)}, "
        f"DUPLICATED {len(doubled)}, rows left by the work {effects[0]} for {effects[1]} arrivals, "
        f"answered after p50 {took[len(took) // 2] * 1e3:.0f} ms, "
        f"p99 {took[len(took) * 99 // 100]:.2f} s, at most {took[-1]:.2f} s",
        flush=True,
    )
    for key, (first, second, *_) in doubled.items():
        why = reason(first, fleet.killed.get(first.by))
        print(f"    {key} again after {second.at - first.at:.1f} s: {why}", flush=True)


def reason(first: Made, killed: float | None) -> str:
    """Say why a post was made again."""
    if killed is None or not -1 < killed - first.at < 1:
        return "UNEXPLAINED"
    if killed < first.at:
        return "its process was killed while the post was on its way"
    after = (killed - first.at) * 1e3
    return f"its process was killed {after:.0f} ms after it was made, before that was written down"


async def effects_in(url: str) -> tuple[int, int]:
    """How many rows the work has left, and about how many arrivals."""
    rows = sa.select(sa.func.count(), sa.func.count(audit.c.subject.distinct()))
    query = rows.where(audit.c.kind == "bench")
    async with Store.open(url) as store:
        found = await store.run(lambda connection: connection.execute(query).one())
    return found[0], found[1]


class Counter:
    """A chat that only notes when something came."""

    def __init__(self) -> None:
        self.came: list[float] = []
        self.next = asyncio.Event()

    async def post(self, post: Post) -> str:
        self.came.append(time.perf_counter())
        self.next.set()
        return post.key

    async def posted(self, _: Post) -> None:
        return None


async def answer(arrival: Arrival, _: int) -> Done:
    card = Card(action="answer", verdict="allowed", headline="Yes.")
    return Done(posts=(Post(key=f"re:{arrival.id}", place=arrival.place, card=card),))


async def speed(url: str) -> None:
    numbers, chat = count(), Counter()
    async with Store.open(url) as store:
        inbox = Inbox(
            store,
            work=answer,
            lost=lambda _: Done(),
            chats={"slack": chat},
            now=lambda: datetime.now(UTC),
            options=Options(accept_timeout=60, workings=64),
        )
        waiting = 0
        for callers, many in ((1, 300), (64, 3000), (500, 3000)):
            todo = iter(range(many))

            async def accept(todo: Iterator[int] = todo) -> None:
                for _ in todo:
                    await inbox.accept(arrival(next(numbers)))

            wall, cpu = time.perf_counter(), time.process_time()
            await asyncio.gather(*(accept() for _ in range(callers)))
            wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
            say(url, f"accepted, {callers} at once", many, wall, cpu)
            waiting += many
        wall, cpu = time.perf_counter(), time.process_time()
        async with inbox.running():
            while len(chat.came) < waiting:
                chat.next.clear()
                await chat.next.wait()
            wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
            say(url, "answered, all waiting", waiting, wall, cpu)
            accepted, answered = [], []
            for _ in range(300):
                chat.next.clear()
                start = time.perf_counter()
                await inbox.accept(arrival(next(numbers)))
                accepted.append(time.perf_counter() - start)
                await chat.next.wait()
                answered.append(chat.came[-1] - start)
            for what, took in (("accepted", accepted), ("posted", answered)):
                p50, p95 = statistics.median(took), statistics.quantiles(took, n=20)[18]
                print(f"    one alone is {what} after p50 {p50 * 1e3:.1f}, p95 {p95 * 1e3:.1f} ms")


def say(url: str, what: str, many: int, wall: float, cpu: float) -> None:
    engine = url.partition(":")[0]
    rate, each = many / wall, cpu / many * 1e6
    print(f"{engine}: {what}: {rate:.0f}/s, {each:.0f} µs of this process each", flush=True)


@contextmanager
def databases(engine: str) -> Iterator[Iterator[str]]:
    """Addresses of empty databases, gone with this process."""
    with tempfile.TemporaryDirectory(prefix="greenlight-") as folder:
        if engine == "sqlite":
            yield (f"sqlite:///{folder}/{number}.db" for number in count())
            return
        command = [sys.executable, str(KEEPER), f"{folder}/pg", str(os.getpid()), "18"]
        Path(folder, "pg").mkdir()
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as keeper:
            assert keeper.stdout is not None
            uri = keeper.stdout.readline().strip()
            yield (_made(uri) for _ in count())
            keeper.terminate()


def _made(uri: str) -> str:
    name = f"b{secrets.token_hex(4)}"
    with psycopg.connect(uri, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return uri.replace("/postgres?", f"/{name}?")


async def bench(args: argparse.Namespace) -> None:
    for engine in args.on:
        with databases(engine) as urls:
            if args.what == "speed":
                await speed(next(urls))
            else:
                for finds in ("yes", "no"):
                    with tempfile.TemporaryDirectory(prefix="greenlight-crash-") as folder:
                        await crash(next(urls), finds, args, Path(folder))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=["speed", "crash"])
    parser.add_argument("--on", nargs="+", default=["sqlite", "postgresql"])
    parser.add_argument("--arrivals", type=int, default=1000)
    parser.add_argument("--rate", type=float, default=50.0)
    parser.add_argument("--every", type=float, default=2.0)
    parser.add_argument("--lease", type=float, default=30.0)
    parser.add_argument("--post-lease", type=float, default=60.0)
    parser.add_argument("--inbox", default="crash.worker:small")
    asyncio.run(bench(parser.parse_args()))
