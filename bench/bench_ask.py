"""How fast `greenlight ask --jsonl` answers, on one core, and where the time goes.

    python bench/bench_ask.py [--questions 3000]

The questions are those of the shipped knowledge base and of the exams in tests/, asked again until
there are enough. The baseline is a loop that parses each line and prints it back.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any

import psutil

from bot import ask, settings
from bot.app import App
from bot.knowledge import load
from bot.understand import reader_for

ROOT = Path(__file__).parent.parent
CORE = 0
ECHO = "import sys, json\nfor line in sys.stdin: print(json.dumps(json.loads(line)), flush=True)"


@dataclass(frozen=True)
class Exam:
    """Questions to one knowledge base."""

    name: str
    knowledge: Path
    lines: tuple[dict[str, Any], ...]


@dataclass(frozen=True)
class Run:
    """What one process took for all its lines."""

    questions: int
    start_up: float
    """Seconds from the start of the process to its first answer."""
    seconds: float
    """For all lines at once."""
    cpu: float
    """Seconds of processor time in that; less than `seconds` when others use the machine."""
    alone: tuple[float, ...]
    """Milliseconds of questions asked one at a time, as seen from outside."""
    megabytes: float
    errors: int


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--questions", type=int, default=3000)
    wanted = parser.parse_args().questions
    found = exams()
    enough = [enlarged(exam, wanted // len(found) + 1) for exam in found]
    with tempfile.TemporaryDirectory() as home:
        os.environ["GREENLIGHT_HOME"] = home
        runs = [asked(exam) for exam in enough]
        echo = [echoed(exam) for exam in enough]
        stages = asyncio.run(stage_times(found))
    report(runs, echo, stages)


def exams() -> list[Exam]:
    shipped = load(settings.shipped("knowledge"))
    own = tuple({"person": q.as_, "question": q.ask} for q in shipped.questions)
    found = [Exam("shipped", shipped.folder, own)]
    for file in sorted((ROOT / "tests" / "exam").glob("*/questions.jsonl")):
        with file.open(encoding="utf-8") as lines:
            questions = tuple(json.loads(line) for line in lines)
        found.append(Exam(file.parent.name, file.parent / "knowledge", questions))
    return found


def enlarged(exam: Exam, wanted: int) -> Exam:
    again = itertools.islice(itertools.cycle(exam.lines), max(wanted, len(exam.lines)))
    return Exam(exam.name, exam.knowledge, tuple(again))


def started(command: list[str]) -> subprocess.Popen[bytes]:
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(process.pid, {CORE})
    return process


def asked(exam: Exam) -> Run:
    """Ask one line, then some one at a time, then all the others at once."""
    lines = [json.dumps(line).encode() + b"\n" for line in exam.lines]
    begun = time.perf_counter()
    process = started(
        [sys.executable, "-m", "bot", "ask", "--jsonl", "--knowledge", str(exam.knowledge)]
    )
    assert process.stdin is not None
    assert process.stdout is not None
    write, answers = process.stdin, process.stdout

    def one(line: bytes) -> float:
        before = time.perf_counter()
        write.write(line)
        write.flush()
        answers.readline()
        return (time.perf_counter() - before) * 1000

    one(lines[0])
    start_up = time.perf_counter() - begun
    alone = tuple(one(line) for line in lines[:150])
    begun, before = _cpu(process), time.perf_counter()
    feeder = threading.Thread(target=_feed, args=(write, lines))
    feeder.start()
    told = [json.loads(answers.readline()) for _ in lines]
    seconds = time.perf_counter() - before
    cpu = _cpu(process) - begun
    memory = psutil.Process(process.pid).memory_info().rss
    feeder.join()
    process.wait()
    errors = sum("error" in line for line in told)
    return Run(len(told), start_up, seconds, cpu, alone, memory / 1e6, errors)


def _cpu(process: subprocess.Popen[bytes]) -> float:
    times = psutil.Process(process.pid).cpu_times()
    return float(times.user + times.system)


def _feed(write: IO[bytes], lines: list[bytes]) -> None:
    write.write(b"".join(lines))
    write.close()


def echoed(exam: Exam) -> float:
    """Seconds the baseline takes for the same lines."""
    lines = b"".join(json.dumps(line).encode() + b"\n" for line in exam.lines)
    process = started([sys.executable, "-c", ECHO])
    before = time.perf_counter()
    process.communicate(lines)
    return time.perf_counter() - before


async def stage_times(found: list[Exam]) -> Counter[str]:
    """Milliseconds of each stage, summed over every question once, one after the other."""
    total: Counter[str] = Counter()
    for exam in found:
        async with App.open(settings.read(knowledge=exam.knowledge)) as app:
            reader_for(app.knowledge)
            somebody = next(iter(app.knowledge.people.values()))
            for line in exam.lines:
                asked = ask.from_line(line, app.knowledge, somebody)
                given = await ask.answer(app, asked.message, door="bench", day=asked.day)
                total.update(asdict(given.stages))
                total["questions"] += 1
    return total


def report(runs: list[Run], echo: list[float], stages: Counter[str]) -> None:
    questions = sum(run.questions for run in runs)
    seconds, cpu = (sum(getattr(run, name) for run in runs) for name in ("seconds", "cpu"))
    alone = sorted(ms for run in runs for ms in run.alone)
    cuts = statistics.quantiles(alone, n=20)
    asked_stages = {stage: ms for stage, ms in stages.items() if stage != "questions"}
    whole = sum(asked_stages.values())
    for label, value in (
        ("questions", f"{questions} ({sum(run.errors for run in runs)} errors)"),
        ("questions/s, one core", f"{questions / seconds:.0f}"),
        ("questions/s of its own time", f"{questions / cpu:.0f}"),
        ("one at a time, p50 ms", f"{statistics.median(alone):.1f}"),
        ("one at a time, p95 ms", f"{cuts[18]:.1f}"),
        ("start to first answer, s", " ".join(f"{run.start_up:.2f}" for run in runs)),
        ("memory, MB", " ".join(f"{run.megabytes:.0f}" for run in runs)),
        ("echo baseline, lines/s", f"{questions / sum(echo):.0f}"),
        ("times slower than echo", f"{seconds / sum(echo):.0f}"),
        *(
            (f"  {stage}", f"{ms / stages['questions']:.2f} ms, {ms / whole:.0%}")
            for stage, ms in asked_stages.items()
        ),
    ):
        print(f"{label:28}{value}")


if __name__ == "__main__":
    main()
