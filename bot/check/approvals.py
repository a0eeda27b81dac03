"""Approvals that nobody owns, that never end, or that end now; what is offered instead."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from bot.check.report import Remark, editions, warning
from bot.decide.data import denies_any
from bot.knowledge import Edition, Knowledge, Tool
from bot.knowledge.tools import IN_USE

SOON = timedelta(days=30)


def owners(knowledge: Knowledge, _day: date) -> Iterator[Remark]:
    """Find tools in use that nobody looks after."""
    for tool in knowledge.tools.values():
        if not tool.owner and any(edition.status in IN_USE for edition in tool.editions):
            yield warning(
                "no-owner",
                tool,
                "owner",
                f"{tool.name} is in use and nobody owns it. Write owner: with the team that"
                " answers for it.",
            )


def alternatives(knowledge: Knowledge, _day: date) -> Iterator[Remark]:
    """Find editions that refuse somebody and name nothing to use instead."""
    for tool, path, edition in editions(knowledge):
        if not edition.alternatives and _may_refuse(edition, knowledge):
            yield warning(
                "no-alternatives",
                tool,
                f"{path}.alternatives",
                f"{edition.name} refuses some questions and names nothing to use instead. Write"
                ' alternatives: ["tool:edition"], the best first.',
            )


def _may_refuse(edition: Edition, knowledge: Knowledge) -> bool:
    who = edition.who
    if edition.status not in IN_USE or who is None or edition.only_uses:
        return True
    limits = (who.types, who.departments, who.regions)
    classes = (c.id for c in knowledge.classes.values() if not c.absolute)
    return any(limit is not None for limit in limits) or denies_any(edition, classes)


def dates(knowledge: Knowledge, day: date) -> Iterator[Remark]:
    """Find approvals, pilots, reviews and exceptions whose day has come or is near."""
    for tool, path, edition in editions(knowledge):
        if edition.status in IN_USE:
            yield from _ends(tool, path, edition, day)
            yield from _review(tool, path, edition, day)
    for section in knowledge.sections.values():
        if section.next_review is not None and section.next_review < day and section.in_force(day):
            yield warning(
                "review-overdue",
                section,
                "next_review",
                f"{section.id} was to be reviewed by {section.next_review}. Review it and write"
                " the next day.",
            )
    for exception in knowledge.exceptions.values():
        if day <= exception.to <= day + SOON:
            yield warning(
                "exception-ending",
                exception,
                "to",
                f"{exception.id} ends on {exception.to}. Tell the people it names, or decide"
                " about a new one.",
            )


def _ends(tool: Tool, path: str, edition: Edition, day: date) -> Iterator[Remark]:
    where, last = _last_day(path, edition)
    if last is None:
        yield warning(
            "no-expiry",
            tool,
            f"{path}.approval",
            f"The approval of {edition.name} never ends. Write expires: in approval, so that"
            " somebody looks at it again.",
        )
    elif last < day:
        yield warning(
            "lapsed",
            tool,
            where,
            f"{edition.name} lapsed on {last}: everybody is refused. Renew the approval, or write"
            " status: retired.",
        )
    elif last <= day + SOON:
        left = (last - day).days
        yield warning(
            "expires-soon",
            tool,
            where,
            f"{edition.name} ends on {last}, in {left} days; then everybody is refused. Renew the"
            " approval, or tell those who use it.",
        )


def _last_day(path: str, edition: Edition) -> tuple[str, date | None]:
    """The day after which an edition is refused, and where it is written."""
    approval, pilot = edition.approval, edition.pilot
    expires = approval.expires if approval is not None else None
    until = pilot.until if edition.status == "pilot" and pilot is not None else None
    if until is not None and (expires is None or until < expires):
        return f"{path}.pilot.until", until
    return f"{path}.approval.expires", expires


def _review(tool: Tool, path: str, edition: Edition, day: date) -> Iterator[Remark]:
    due = edition.approval.next_review if edition.approval is not None else None
    _, last = _last_day(path, edition)
    if due is not None and due < day and (last is None or day <= last):
        yield warning(
            "review-overdue",
            tool,
            f"{path}.approval.next_review",
            f"{edition.name} was to be reviewed by {due}. Review it and write the next day.",
        )
