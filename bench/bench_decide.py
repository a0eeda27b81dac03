"""How long a decision takes, and the search for alternatives among thousands of editions.

Run: `python bench/bench_decide.py`. The baseline is `json.loads` of the edition that is judged, in
the same run: a ratio travels between machines, microseconds do not.
"""

from __future__ import annotations

import json
import tempfile
import timeit
from collections.abc import Callable
from datetime import date
from pathlib import Path

from bench_knowledge import write

from bot.chat import Person
from bot.decide import Question, alternatives, decide, recommend
from bot.knowledge import Knowledge, load

ANA = Person(id="ana", email="ana@bench.example", department="it", region="DE")
DAY = date(2026, 6, 1)


def knowledge(tools: int) -> Knowledge:
    """Load a knowledge base with this many tools, two editions each, all good for summarising."""
    with tempfile.TemporaryDirectory() as folder:
        write(Path(folder), tools)
        return load(Path(folder))


def asking(data: frozenset[str], use: str) -> Question:
    return Question(
        person=ANA,
        date=DAY,
        tool="tool-0000",
        edition="enterprise",
        feature="image_generation",
        data=data,
        use=use,
    )


def micros(work: Callable[[], object]) -> float:
    """Return the microseconds of one call: the best of several runs of some 50 ms."""
    timer = timeit.Timer(work)
    number = max(1, int(0.05 / max(timer.timeit(1), 1e-7)))
    return min(timer.repeat(repeat=9, number=number)) / number * 1e6


def show(name: str, took: float, baseline: float, target: float | None = None) -> None:
    aim = "" if target is None else f"   target {target:7.0f} µs"
    print(f"{name:44} {took:9.1f} µs   {took / baseline:7.2f} x json.loads{aim}")


def main() -> None:
    small, large = knowledge(60), knowledge(2000)
    edition = json.dumps(small.editions["tool-0000:enterprise"].model_dump(mode="json"))
    baseline = micros(lambda: json.loads(edition))
    granted = asking(frozenset({"public", "internal"}), "image")
    refused = asking(frozenset({"personal"}), "summarise")
    decision = decide(refused, large)
    which = Question(person=ANA, date=DAY, data=frozenset({"personal"}), use="summarise")

    print(f"{len(edition)} characters; {len(large.editions)} editions, all refuse the data")
    show("json.loads of the edition", baseline, baseline)
    show("decide, 60 tools, granted", micros(lambda: decide(granted, small)), baseline, 100)
    show("decide, 60 tools, refused", micros(lambda: decide(refused, small)), baseline, 100)
    show("decide, 2,000 tools, granted", micros(lambda: decide(granted, large)), baseline, 100)
    show("alternatives, 2,000 tools", micros(lambda: alternatives(decision, large)), baseline, 1000)
    show("which tool?, 2,000 tools", micros(lambda: recommend(which, large)), baseline)


if __name__ == "__main__":
    main()
