"""What was filled in, on its way to the record and to the people who decide."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, get_args

from bot.chat import Arrival, Person, Submitted
from bot.decide import UNLISTED
from bot.store.ids import answer_id
from bot.store.requests import Filed, Kind

if TYPE_CHECKING:
    from bot.knowledge import Knowledge

DESKS: Final[dict[Kind, tuple[str, ...]]] = {
    "request": ("council", "admin"),
    "incident": ("security_desk", "privacy_desk", "admin"),
}
"""Who is told: the first of these roles that has anybody in it."""

_PREFIX: Final[dict[Kind, Literal["r-", "i-"]]] = {"request": "r-", "incident": "i-"}


def filing(arrival: Arrival, submitted: Submitted, person: Person) -> Filed:
    """Return what is to be kept; the same arrival always has the same id."""
    kind: Kind = "incident" if submitted.form == "incident" else "request"
    id_ = answer_id(arrival.at, of=arrival.id).replace("a-", _PREFIX[kind], 1)
    values = {
        name: list(value) if isinstance(value, tuple) else value.strip()
        for name, value in submitted.values.items()
    }
    return Filed(id=id_, kind=kind, at=arrival.at, person_id=person.id, values=values)


def tool_named(value: str, knowledge: Knowledge) -> str:
    """Return the readable name of what a button calls `tool`, `tool:edition` or `unlisted:…`."""
    if value.startswith(UNLISTED):
        return value.removeprefix(UNLISTED)
    edition = knowledge.editions.get(value)
    if edition is not None:
        return edition.name
    tool = knowledge.tools.get(value)
    return tool.name if tool is not None else ""


assert set(DESKS) == set(get_args(Kind))  # noqa: S101 - a kind without a desk would reach nobody
