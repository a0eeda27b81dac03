"""What the doors do on one core: acknowledgements, answers, memory, against bolt and botbuilder.

    uv run python bench/bench_doors.py [--events 4000] [--soak 0]

The server has core 0 to itself; the clients and the platforms' far sides share core 1. Everything
goes over HTTP: signed Slack events in, chat.postMessage out to a stub that notes when it came.
The baselines are slack-bolt and botbuilder alone, which keep nothing and judge nothing, measured
in the same run by the same clients. `--soak N` sends N more messages and watches memory.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import secrets
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
from doors.load import Result, send, slack_messages, teams_messages

ROOT = Path(__file__).parent.parent
SERVER_CORE, OTHER_CORE = 0, 1
SECRET = secrets.token_hex(16)
Environment = dict[str, str]


@dataclass(frozen=True)
class Measured:
    """One server under one load."""

    name: str
    acks: Result
    answered: list[float]
    """Milliseconds from sending a message to its answer at the far side."""
    lost: int
    answers_per_second: float
    cpu_ms: float
    """Processor time of the server for one message, until its answer was posted."""


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextmanager
def running(
    command: list[str], env: Environment, core: int, ready: str
) -> Iterator[psutil.Process]:
    """Run a server on one core until it answers at `ready`."""
    log = Path(tempfile.mkstemp(prefix="bench-")[1])
    with log.open("w") as output:
        started = subprocess.Popen(
            command,
            env={**os.environ, **env},
            cwd=ROOT,
            stdout=output,
            stderr=output,
        )
        psutil.Process(started.pid).cpu_affinity([core])
    try:
        for _ in range(300):
            if started.poll() is not None:
                raise SystemExit(f"{command[:4]} ended:\n{log.read_text()[-2000:]}")
            try:
                with urllib.request.urlopen(ready, timeout=1) as answer:
                    answer.read()
                break
            except urllib.error.HTTPError:
                break
            except OSError:
                time.sleep(0.1)
        yield psutil.Process(started.pid)
    finally:
        started.send_signal(signal.SIGTERM)
        try:
            started.wait(15)
        except subprocess.TimeoutExpired:
            started.kill()
        log.unlink()


def posts(far: str) -> dict[str, list[float]]:
    with urllib.request.urlopen(f"{far}/_posts") as answer:
        found: dict[str, list[float]] = json.load(answer)
    return found


async def measure(
    name: str, url: str, messages: object, far: str, process: psutil.Process, **load: object
) -> Measured:
    """Send messages, then wait until all are answered or nothing comes any more."""
    posts(far)
    before, start = _cpu(process), time.perf_counter()
    acks = await send(url, messages, **load)  # type: ignore[arg-type]
    came: dict[str, list[float]] = {}
    quiet = time.perf_counter()
    while len(came.keys() & acks.sent_at.keys()) < len(acks.sent_at):
        new = await asyncio.to_thread(posts, far)
        for mark, times in new.items():
            came.setdefault(mark, []).extend(times)
        if new:
            quiet = time.perf_counter()
        if time.perf_counter() - quiet > 20:
            break
        await asyncio.sleep(0.05)
    seconds = time.perf_counter() - start
    answered = [(min(came[mark]) - at) * 1000 for mark, at in acks.sent_at.items() if mark in came]
    number = len(acks.sent_at)
    return Measured(
        name,
        acks,
        answered,
        number - len(answered),
        len(answered) / seconds,
        (_cpu(process) - before) * 1000 / number,
    )


def _cpu(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


def shown(measured: Measured) -> str:
    acks = measured.acks
    line = (
        f"{measured.name:34s} acks {len(acks.took) / acks.seconds:7.0f}/s  "
        f"p50 {_at(acks.took, 50):6.1f}  p99 {_at(acks.took, 99):6.1f} ms   refused {acks.refused}"
    )
    if not measured.answered:
        return line
    return (
        f"{line}   answers {measured.answers_per_second:6.0f}/s  "
        f"p50 {_at(measured.answered, 50):7.0f}  p99 {_at(measured.answered, 99):7.0f} ms   "
        f"lost {measured.lost}   {measured.cpu_ms:.2f} ms CPU"
    )


def _at(values: list[float], percent: int) -> float:
    return statistics.quantiles(values, n=100)[percent - 1] if len(values) > 1 else 0.0


async def bench(events: int, soak: int) -> None:
    far_port, home = free_port(), tempfile.mkdtemp(prefix="bench-home-")
    far = f"http://127.0.0.1:{far_port}"
    env = {
        "GREENLIGHT_HOME": home,
        "SLACK_BOT_TOKEN": f"xoxb-{secrets.token_hex(8)}",
        "SLACK_SIGNING_SECRET": SECRET,
        "SLACK_API_URL": f"{far}/api/",
        "SLACK_TEAM_IDS": "T0BENCH",
        "TEAMS_ALLOW_ANONYMOUS": "local",
        "TEAMS_TENANT_IDS": "tenant",
        "TEAMS_CONNECTOR_HOSTS": f"127.0.0.1:{far_port}",
        "PYTHONPATH": str(ROOT / "bench"),
    }
    os.sched_setaffinity(0, {OTHER_CORE})
    far_side = [sys.executable, "-m", "doors.far_side", str(far_port)]
    with running(far_side, env, OTHER_CORE, f"{far}/_posts"):
        for name in ("bolt", "botbuilder"):
            port = free_port()
            alone = [
                sys.executable, "-m", "uvicorn", "doors.alone:asgi", "--port", str(port),
                "--no-access-log", "--log-level", "warning",
            ]  # fmt: skip
            base = f"http://127.0.0.1:{port}"
            with running(alone, {**env, "BASELINE": name}, SERVER_CORE, f"{base}/") as process:
                url, messages = _slack(base) if name == "bolt" else _teams(base, far)
                number = events if name == "bolt" else events // 8
                load = {"number": number, "clients": 16}
                print(shown(await measure(f"{name} alone", url, messages, far, process, **load)))
        port = free_port()
        base = f"http://127.0.0.1:{port}"
        serve = [sys.executable, "-m", "bot", "serve", "--port", str(port)]
        with running(serve, env, SERVER_CORE, f"{base}/readyz") as process:
            await _greenlight(base, far, process, events, soak)


async def _greenlight(base: str, far: str, process: psutil.Process, events: int, soak: int) -> None:
    url, messages = _slack(base)
    await measure("warm-up", url, messages, far, process, number=200, clients=4)
    for name, (url, messages) in {
        "Slack": _slack(base, 10_000),
        "Teams": _teams(base, far),
    }.items():
        load = {"number": events, "clients": 16}
        print(
            shown(await measure(f"Greenlight, {name}, burst", url, messages, far, process, **load))
        )
        load = {"number": 2000, "clients": 32, "rate": 100.0}
        print(
            shown(await measure(f"Greenlight, {name}, 100/s", url, messages, far, process, **load))
        )
    first = 1_000_000
    for part in range(soak // 10_000):
        messages = slack_messages(SECRET, first + part * 10_000)
        load = {"number": 10_000, "clients": 16, "rate": 140.0}
        measured = await measure("soak", url_of(base), messages, far, process, **load)
        rss = process.memory_info().rss / 2**20
        print(
            f"after {(part + 1) * 10_000:7d} more: {rss:6.1f} MB, lost {measured.lost}", flush=True
        )


def url_of(base: str) -> str:
    return f"{base}/slack/events"


def _slack(base: str, first: int = 0) -> tuple[str, object]:
    return url_of(base), slack_messages(SECRET, first)


def _teams(base: str, far: str, first: int = 0) -> tuple[str, object]:
    return f"{base}/api/messages", teams_messages(far, first)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=4000)
    parser.add_argument("--soak", type=int, default=0)
    arguments = parser.parse_args()
    asyncio.run(bench(arguments.events, arguments.soak))
