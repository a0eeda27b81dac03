"""The exam's marks, by company and by style: `uv run python bench/bench_exam.py`."""

from __future__ import annotations

import sys
from collections import Counter, defaultdict
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.exam.marking import COMPANIES, Marked, knowledge_of, mark, questions


def main() -> None:
    every: list[Marked] = []
    for company in COMPANIES:
        knowledge = knowledge_of(company)
        found = [mark(row, knowledge) for row in questions(company)]
        every += found
        _line(company, found)
    _line("all", every)
    print("\nslots read differently:", dict(Counter(s for m in every for s in m.wrong)))
    print("unsafe:", ", ".join(m.id for m in every if m.unsafe) or "none")
    styles: defaultdict[str, list[Marked]] = defaultdict(list)
    for marked in every:
        styles[marked.style].append(marked)
    print()
    for style, found in sorted(styles.items()):
        _line(style, found)


def _line(name: str, found: list[Marked]) -> None:
    right = sum(m.verdict == m.expected for m in found)
    yes = sum(m.expected.startswith("allowed") for m in found)
    needless = sum(m.needless for m in found)
    unsafe = sum(m.unsafe for m in found)
    share = f"{needless}/{yes}"
    print(
        f"{name:<20} {len(found):>4} questions   verdict {right / len(found):>6.1%}   "
        f"unsafe yes {unsafe}   needless refusal {share:>7} ({needless / max(yes, 1):.1%})"
    )


if __name__ == "__main__":
    main()
