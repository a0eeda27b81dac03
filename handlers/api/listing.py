"""The catalogue as the person of a call sees it."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from bot import lookup
from bot.chat import Person
from bot.decide import GENERAL
from handlers.api.deciding import GUEST, Ids, day, notice
from handlers.api.problems import CallError, invalid
from handlers.api.told import EditionTold, OneToolTold, TermTold, ToolsTold, ToolTold
from handlers.api.words import data_of, use_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.app import App
    from bot.knowledge import Knowledge, Tool
    from bot.lookup import Row, Shelf
    from handlers.api.asked import ToolSent, ToolsSent


def tools(app: App, person: Person, asked: ToolsSent) -> ToolsTold:
    """Return one page of the tools that fit; raises a `CallError`, for a guest always."""
    _not_for_guests(app, person)
    knowledge, today = app.knowledge, day(app)
    wanted = _wanted(asked, knowledge, search=asked.q, verdict=asked.verdict)
    fitting = lookup.found(asked.q, knowledge.tools.values(), knowledge)
    shown: list[Shelf] = []
    more = None
    for tool in fitting[_start(asked.cursor, fitting) :]:
        shelf = lookup.shelves((tool,), wanted, person, today, knowledge)
        if shelf and len(shown) == asked.limit:
            more = shown[-1].id
            break
        shown += shelf
    ids = Ids.none()
    return ToolsTold(
        tools=tuple(_tool(shelf, knowledge, ids) for shelf in shown),
        next=more,
        texts=ids.texts(knowledge),
        day=today,
        knowledge_version=knowledge.version,
    )


def tool(app: App, person: Person, tool_id: str, asked: ToolSent) -> OneToolTold:
    """Return one tool; raises a `CallError`, for a guest always."""
    _not_for_guests(app, person)
    knowledge, today = app.knowledge, day(app)
    found = knowledge.tools.get(tool_id)
    if found is None:
        raise CallError(HTTPStatus.NOT_FOUND, "no_tool", "The catalogue has no tool with this id.")
    (shelf,) = lookup.shelves((found,), _wanted(asked, knowledge), person, today, knowledge)
    ids = Ids.none()
    return OneToolTold(
        tool=_tool(shelf, knowledge, ids),
        texts=ids.texts(knowledge),
        day=today,
        knowledge_version=knowledge.version,
    )


def _not_for_guests(app: App, person: Person) -> None:
    if person.worker_type == GUEST:
        raise CallError(HTTPStatus.FORBIDDEN, "guest", notice(app, person))


def _wanted(
    asked: ToolSent, knowledge: Knowledge, *, search: str = "", verdict: str = ""
) -> lookup.Asked:
    return lookup.Asked(
        search=search,
        data=data_of(asked.data, knowledge) if asked.data else "",
        use=use_of(asked.use, knowledge) if asked.use else GENERAL,
        verdict=verdict,
    )


def _start(cursor: str, fitting: Sequence[Tool]) -> int:
    """Return where the page begins: behind the last tool of the page before."""
    if not cursor:
        return 0
    place = next((i for i, found in enumerate(fitting) if found.id == cursor), None)
    if place is None:
        raise invalid("This list has changed. Begin again without a cursor.", "cursor")
    return place + 1


def _tool(shelf: Shelf, knowledge: Knowledge, ids: Ids) -> ToolTold:
    default = knowledge.tools[shelf.id].default_edition
    return ToolTold(
        id=shelf.id,
        name=shelf.name,
        vendor=shelf.vendor,
        category=shelf.category,
        owner=shelf.owner,
        editions=tuple(_edition(row, default, ids) for row in shelf.rows),
    )


def _edition(row: Row, default: str, ids: Ids) -> EditionTold:
    edition, decision = row.edition, row.decision
    ids.add(decision.conditions, decision.citations, (row.key,))
    return EditionTold(
        key=row.key,
        name=row.name,
        account=edition.account,
        status=edition.status,
        default=edition.id == default,
        verdict=row.verdict,
        reasons=row.why,
        conditions=decision.conditions,
        citations=decision.citations,
        good_for=edition.good_for,
        term=TermTold.model_validate(
            {"kind": row.term.label, "day": row.term.day, "soon": row.term.soon}
        ),
        recognise=row.recognise,
        access=row.access,
    )
