"""`run`: load, look, ask; everything that is wrong and everything worth a second look."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Final

from bot.check import approvals, ceilings, names, purposes, references
from bot.check.questions import Judge, questions
from bot.check.report import Remark, Report, broken, report
from bot.knowledge import Knowledge, KnowledgeError, load

Lint = Callable[[Knowledge, date], Iterator[Remark]]

LINTS: Final[tuple[Lint, ...]] = (
    approvals.owners,
    approvals.alternatives,
    approvals.dates,
    names.aliases,
    names.phrases,
    ceilings.lower_class_stricter,
    ceilings.switched_off_features,
    ceilings.conditions_against_grants,
    ceilings.unreachable_grants,
    purposes.good_for,
    purposes.dead_ends,
    references.cited_sections,
    references.uncited_refusals,
    references.unused,
)


def run(folder: Path, *, today: date, judge: Judge) -> Report:
    """Check a knowledge folder; its dates are judged on the company's `as_of`, else on today.

    `judge` is `bot.ask.judge`. A folder that cannot be loaded gives a report of its mistakes; one
    that is not there raises `KnowledgeError`.
    """
    try:
        knowledge = load(folder)
    except KnowledgeError as error:
        if not folder.is_dir():
            raise
        return broken(error.problems)
    day = knowledge.as_of or today
    remarks = [remark for lint in LINTS for remark in lint(knowledge, day)]
    return report([*remarks, *questions(knowledge, day, judge)], knowledge)
