"""The exam: questions over sample companies, written blind by several authors, and their marks.

Four companies, each with its own data classes, purposes, tools and rules, and 939 questions with
the slots and verdicts a careful person reads from the format's rules. Three companies were used
while understanding was built; `maple` was written after it and first run as a hold-out.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from bot.ask import judge
from bot.chat import Person, Turn
from bot.decide import STRICTNESS
from bot.knowledge import Knowledge, load
from bot.understand import understand

HERE = Path(__file__).parent
COMPANIES = ("harbor", "kessel", "lumen", "maple")
SECRETS = {
    # Built here so that nothing that looks like a secret stands in a file.
    "aws": "AKIA" + "IOSFODNN7EXAMPLQ",
    "github": "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8",
    "password": "Tr0ub4dor" + "&3x!",
}
YES = STRICTNESS["allowed_with_conditions"]


@dataclass(frozen=True, kw_only=True)
class Marked:
    """One question and how it was answered."""

    id: str
    style: str
    expected: str
    verdict: str
    wrong: tuple[str, ...]
    """The slots that were read differently from what the author expected."""

    @property
    def unsafe(self) -> bool:
        """A yes where the answer is not one: the worst error."""
        return _yes(self.verdict) and not _yes(self.expected)

    @property
    def needless(self) -> bool:
        """A refusal, or a question back, where the answer is a yes."""
        return _yes(self.expected) and not _yes(self.verdict)


def _yes(verdict: str) -> bool:
    return verdict.startswith("allowed")


def knowledge_of(company: str) -> Knowledge:
    """The sample company's knowledge base."""
    return load(HERE / company / "knowledge")


def questions(company: str) -> Iterator[dict[str, Any]]:
    """The exam's questions, with their placeholders for secrets filled in."""
    with (HERE / company / "questions.jsonl").open(encoding="utf-8") as file:
        for line in file:
            row = json.loads(line)
            for name, secret in SECRETS.items():
                row["question"] = row["question"].replace(f"{{{{SECRET:{name}}}}}", secret)
            yield row


def mark(row: dict[str, Any], knowledge: Knowledge) -> Marked:
    """Answer one question and compare it with what its author expects."""
    person = asker(row, knowledge)
    turns = [Turn(turn["role"], turn["text"]) for turn in row.get("history", ())]
    reading = understand(row["question"], turns, person, knowledge)
    ruling = judge(reading, person, knowledge.as_of or date(2026, 11, 20), knowledge)
    verdict = ruling.verdict if ruling is not None else "not_a_permission_question"
    return Marked(
        id=row["id"],
        style=row["style"],
        expected=row["expect"]["verdict"],
        verdict=verdict,
        wrong=tuple(_wrong(row["expect"], person, reading, ruling)),
    )


def asker(row: dict[str, Any], knowledge: Knowledge) -> Person:
    """The person a question is asked by: an id of people.yaml or a whole person."""
    given = row["person"]
    if isinstance(given, str):
        return knowledge.people[given]
    sets = {"groups", "courses"}
    return Person(**{k: frozenset(v) if k in sets else v for k, v in given.items()})


def _wrong(expect: dict[str, Any], person: Person, reading: Any, ruling: Any) -> Iterator[str]:
    if _action(person, reading, ruling) != expect["action"]:
        yield "action"
    if ruling is None or person.worker_type == "guest":
        return
    tools = {d.edition or d.question.tool for d in ruling.decisions}
    found = {
        "tools": "tools" not in expect or tools == set(expect["tools"]),
        "data": "data" not in expect or reading.data == frozenset(expect["data"]),
        "use": "use" not in expect or reading.use == (expect["use"] or "general"),
        "feature": not expect.get("feature")
        or expect["feature"] in {tool.feature for tool in reading.tools},
        "conditions": set(expect.get("conditions_include", ())) <= set(ruling.conditions),
        "cite": set(expect.get("cite_include", ())) <= set(ruling.citations),
        "alternatives": not expect.get("alternatives_include_any")
        or bool(set(expect["alternatives_include_any"]) & set(ruling.alternatives)),
    }
    yield from (slot for slot, right in found.items() if not right)


def _action(person: Person, reading: Any, ruling: Any) -> str:
    if person.worker_type == "guest":
        return "guest_notice"
    if ruling is not None and ruling.verdict == "needs_clarification":
        return "ask_back"
    return str(reading.action)
