"""How findings are made: what they cite, the conditions they carry, whom a limit lets in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Literal

from bot.decide.words import Check, Finding, Question

if TYPE_CHECKING:
    from bot.knowledge import Edition, Knowledge
    from bot.knowledge.company import CiteKind

Place = Literal["department", "region"]


def refusal(
    check: Check, cites: tuple[str, ...], at: str, words: Mapping[str, str], *, code: str
) -> Finding:
    """A finding that says no."""
    return Finding(check=check, code=code, verdict="not_allowed", cites=cites, at=at, words=words)


def passing(
    check: Check,
    cites: tuple[str, ...],
    at: str,
    words: Mapping[str, str],
    conditions: tuple[str, ...] = (),
    *,
    code: str,
) -> Finding:
    """A finding that says yes, with the conditions of that yes."""
    return Finding(
        check=check,
        code=code,
        verdict="allowed_with_conditions" if conditions else "allowed",
        cites=cites,
        at=at,
        words=words,
        conditions=conditions,
    )


def carrying(
    conditions: tuple[str, ...], at: str, question: Question, knowledge: Knowledge
) -> Iterator[Finding]:
    """A finding that only carries conditions, if any of them is still to be met."""
    carried = open_conditions(conditions, question, knowledge)
    if carried:
        yield passing("condition", (), at, {}, carried, code="condition")


def open_conditions(
    conditions: tuple[str, ...], question: Question, knowledge: Knowledge
) -> tuple[str, ...]:
    """The conditions still to be met: one with a course is met for good by finishing it."""
    if not conditions:
        return ()
    courses = question.person.courses
    known = knowledge.conditions
    return tuple(dict.fromkeys(c for c in conditions if (known[c].course or "") not in courses))


def cited(
    own: tuple[str, ...], kind: CiteKind, edition: Edition, knowledge: Knowledge
) -> tuple[str, ...]:
    """What a finding of this kind cites: its own, else the company's for it, else the edition's."""
    return own or knowledge.company.cite_for.get(kind, ()) or edition.cite


def only_in(
    slot: Place,
    scope: str,
    allowed: frozenset[str] | None,
    question: Question,
    knowledge: Knowledge,
    cites: tuple[str, ...],
    at: str,
    words: Mapping[str, str],
) -> Iterator[Finding]:
    """Refuse a person outside the departments or regions that are named; ask when unknown."""
    if allowed is None:
        return
    person, company = question.person, knowledge.company
    department = slot == "department"
    mine = person.department if department else person.region
    if mine is None:
        # Naming everybody limits nobody: no answer could change the verdict.
        if not allowed.issuperset(company.departments if department else company.regions):
            yield _unknown(slot, cites, at, words)
    elif mine not in allowed:
        yield refusal(slot, cites, at, {**words, slot: mine}, code=f"{slot}_{scope}")


def not_in(
    regions: frozenset[str],
    scope: str,
    question: Question,
    cites: tuple[str, ...],
    at: str,
    words: Mapping[str, str],
) -> Iterator[Finding]:
    """Refuse a person in one of these regions; ask when the region is unknown."""
    mine = question.person.region
    if mine is None:
        yield _unknown("region", cites, at, words)
    elif mine in regions:
        yield refusal("region", cites, at, {**words, "region": mine}, code=f"region_{scope}")


def _unknown(slot: Place, cites: tuple[str, ...], at: str, words: Mapping[str, str]) -> Finding:
    return Finding(
        check=slot,
        code=f"which_{slot}",
        verdict="needs_clarification",
        cites=cites,
        at=at,
        words=words,
        ask_for=slot,
    )
