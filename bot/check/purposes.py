"""Purposes and editions that do not fit together, and people left without any tool."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date

from bot.chat import Person
from bot.check.report import Remark, editions, error, warning
from bot.decide import GENERAL, Question, best, decide
from bot.knowledge import Edition, Knowledge, Use
from bot.knowledge.tools import IN_USE


def good_for(knowledge: Knowledge, day: date) -> Iterator[Remark]:
    """Find editions recommended for, or limited to, what they may not be used for."""
    for tool, path, edition in editions(knowledge):
        if edition.status not in IN_USE:
            continue
        for field, named in (("good_for", edition.good_for), ("only_uses", edition.only_uses)):
            whys = {use: _why_not(knowledge.uses[use], edition, knowledge, day) for use in named}
            for use, why in whys.items():
                if why:
                    yield error(
                        "refused-use",
                        tool,
                        f"{path}.{field}",
                        f"{edition.name} names {use} under {field}, but {why}. Take it out, or"
                        " change the use.",
                    )
            if whys and all(whys.values()) and edition.data:
                yield error(
                    "useless-grants",
                    tool,
                    f"{path}.data",
                    f"{edition.name} is cleared for data, but for none of the uses under {field}"
                    " may anybody use it. Correct the uses, or retire the edition.",
                )


def _why_not(use: Use, edition: Edition, knowledge: Knowledge, day: date) -> str:
    """Why nobody may use this edition for this purpose; empty where somebody may."""
    nobody = Person(id="")
    asked = Question(person=nobody, date=day, tool=edition.tool_id, edition=edition.id, use=use.id)
    codes = {finding.code for finding in decide(asked, knowledge).findings}
    who = edition.who
    whys = {
        "nobody may use AI for that": codes & {"red_line", "use_prohibited"},
        f"for that only {', '.join(use.only_tools)} may be used": codes & {"use_tools"},
        "its only_uses leave that out": codes & {"edition_purpose"},
        "that is for departments it is not for": who is not None
        and _apart(who.departments, use.only_departments),
        "that is not for the regions it is for": who is not None
        and who.regions is not None
        and who.regions <= use.not_regions,
    }
    return next((why for why, holds in whys.items() if holds), "")


def _apart(one: frozenset[str] | None, other: frozenset[str] | None) -> bool:
    return one is not None and other is not None and one.isdisjoint(other)


def is_prohibited(use: Use) -> bool:
    """Whether a purpose is refused to everybody."""
    return use.effect == "prohibited" or use.red_line is not None


def dead_ends(knowledge: Knowledge, day: date) -> Iterator[Remark]:
    """Find uses that no tool serves for the employees of some department."""
    for use in knowledge.uses.values():
        left = [] if is_prohibited(use) or use.id == GENERAL else _left(use, knowledge, day)
        if left:
            yield warning(
                "dead-end",
                use,
                "id",
                f"No tool may be used for {use.id} by employees of {_told(left, knowledge)}. Name a"
                " tool they have under only_tools, open one to them, or say in only_departments or"
                " not_regions that it is not for them.",
            )


def _left(use: Use, knowledge: Knowledge, day: date) -> list[tuple[str, str]]:
    """Departments and regions the use is meant for, where no tool serves it."""
    company = knowledge.company
    types = [one for one in company.worker_types if one != "guest"]
    worker_type = "employee" if "employee" in types else types[0]
    return [
        (department, region)
        for department in company.departments
        for region in company.regions
        if (not use.only_departments or department in use.only_departments)
        and region not in use.not_regions
        and not best(
            Question(
                person=Person(id="", department=department, region=region, worker_type=worker_type),
                date=day,
                use=use.id,
            ),
            knowledge,
        ).allowed
    ]


def _told(left: Sequence[tuple[str, str]], knowledge: Knowledge) -> str:
    """Name departments; with their regions where a department is served in others."""
    regions: defaultdict[str, list[str]] = defaultdict(list)
    for department, region in left:
        regions[department].append(region)
    everywhere = len(knowledge.company.regions)
    return ", ".join(
        department if len(some) == everywhere else f"{department} ({', '.join(some)})"
        for department, some in regions.items()
    )
