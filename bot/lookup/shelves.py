"""The catalogue as one person sees it: every edition judged for them, today. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from bot.chat import Verdict
from bot.decide import GENERAL, STRICTNESS, Decision, Question, Ruling, decide
from bot.explain import reasons
from bot.understand import Reading

if TYPE_CHECKING:
    from bot.chat import Person
    from bot.knowledge import Knowledge
    from bot.knowledge.models import Edition, Tool

SOON: Final = timedelta(days=60)
"""How long before its end an approval is marked."""

SHOWN_USES: Final = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the reader wants to see."""

    search: str = ""
    data: str = ""
    """A class or class.tag; empty: not decided yet."""
    use: str = GENERAL
    verdict: str = ""
    """A verdict, `yes` for both kinds of yes, or empty for all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """Until when an approval holds: the name of the label, and the day where there is one."""

    label: str
    day: date | None = None
    soon: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One edition, judged."""

    edition: Edition
    decision: Decision
    key: str
    name: str
    account: str
    verdict: Verdict
    why: tuple[str, ...]
    conditions: tuple[str, ...]
    term: Term
    good_for: tuple[str, ...]
    recognise: str
    access: str
    ask: str
    """A question to start from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """One tool with its editions, the most open first."""

    id: str
    name: str
    vendor: str
    owner: str
    category: str
    rows: tuple[Row, ...]


def shelves(
    tools: Iterable[Tool], asked: Asked, person: Person, day: date, knowledge: Knowledge
) -> tuple[Shelf, ...]:
    """Judge the editions of these tools; those that do not fit the filter are left out."""
    judge = _Judge(asked, person, day, knowledge)
    found = (judge.shelf(tool) for tool in tools)
    return tuple(shelf for shelf in found if shelf.rows)


def by_openness(found: Iterable[Shelf]) -> tuple[Shelf, ...]:
    """Tools with a yes first, then by name."""
    return tuple(
        sorted(found, key=lambda s: (STRICTNESS[s.rows[0].verdict] > 1, s.name.casefold()))
    )


@dataclass(frozen=True, slots=True)
class _Judge:
    asked: Asked
    person: Person
    day: date
    knowledge: Knowledge

    def shelf(self, tool: Tool) -> Shelf:
        rows = [row for edition in tool.editions if (row := self._row(tool, edition)) is not None]
        rows.sort(key=lambda row: STRICTNESS[row.verdict])
        return Shelf(
            id=tool.id,
            name=tool.name,
            vendor=tool.vendor,
            owner=tool.owner,
            category=tool.category,
            rows=tuple(rows),
        )

    def _row(self, tool: Tool, edition: Edition) -> Row | None:
        question = Question(
            person=self.person,
            date=self.day,
            tool=tool.id,
            edition=edition.id,
            data=frozenset({self.asked.data} if self.asked.data else ()),
            use=self.asked.use,
        )
        decision = decide(question, self.knowledge)
        if not _wanted(decision, self.asked.verdict):
            return None
        known, uses = self.knowledge.conditions, self.knowledge.uses
        return Row(
            edition=edition,
            decision=decision,
            key=edition.key,
            name=edition.name,
            account=edition.account,
            verdict=decision.verdict,
            why=() if decision.allowed else self._why(decision),
            conditions=tuple(known[c].text for c in decision.conditions),
            term=term(edition, self.day),
            good_for=tuple(uses[use].name for use in edition.good_for[:SHOWN_USES]),
            recognise=edition.how_to_recognise if decision.allowed else "",
            access=" ".join(_access(edition)) if decision.allowed else "",
            ask=self._question(edition),
        )

    def _why(self, decision: Decision) -> tuple[str, ...]:
        ruling = Ruling(
            verdict=decision.verdict,
            decisions=(decision,),
            conditions=decision.conditions,
            citations=decision.citations,
            alternatives=(),
            ask_for=decision.ask_for,
            knowledge_version=decision.knowledge_version,
        )
        reading = Reading(topic="permission", action="answer")
        return reasons(ruling, reading, self.knowledge)

    def _question(self, edition: Edition) -> str:
        use = "" if self.asked.use == GENERAL else self.knowledge.uses[self.asked.use].name
        data_class = self.knowledge.classes.get(self.asked.data.partition(".")[0])
        purpose = f" for: {use}" if use else ""
        data = f" with {data_class.name.lower()} data" if data_class is not None else ""
        return f"Can I use {edition.name}{purpose}{data}?"


def _wanted(decision: Decision, verdict: str) -> bool:
    if not verdict:
        return True
    return decision.allowed if verdict == "yes" else decision.verdict == verdict


def _access(edition: Edition) -> Iterator[str]:
    if edition.access is not None:
        yield edition.access.path
        if edition.access.note:
            yield f"({edition.access.note})"


def term(edition: Edition, day: date) -> Term:
    """Say until when an edition is approved."""
    if edition.review is not None and edition.status == "under_review":
        return Term(label="decision", day=edition.review.decision_expected)
    if edition.status in {"prohibited", "retired", "under_review"}:
        return Term(label="no_approval")
    starts = edition.approval.valid_from if edition.approval is not None else None
    if starts is not None and starts > day:
        return Term(label="from", day=starts)
    return _ending(edition, day)


def _ending(edition: Edition, day: date) -> Term:
    approved = edition.approval.expires if edition.approval is not None else None
    pilot = edition.pilot.until if edition.status == "pilot" and edition.pilot else None
    ends = min((end for end in (approved, pilot) if end is not None), default=None)
    if ends is None:
        return Term(label="no_end")
    if ends < day:
        return Term(label="ended", day=ends)
    label = "pilot_until" if ends == pilot else "until"
    return Term(label=label, day=ends, soon=ends - day <= SOON)
