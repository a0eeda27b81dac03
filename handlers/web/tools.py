"""The catalogue page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import Response

from bot.decide import GENERAL, STRICTNESS
from bot.lookup import LONGEST, Asked, by_openness, found, shelves
from handlers.web.faces import FACES
from handlers.web.site import Site
from handlers.web.words import PAGE, VERDICTS

if TYPE_CHECKING:
    from bot.knowledge import Knowledge
    from bot.knowledge.models import DataClass

Option = dict[str, str]

MOST = 200
"""Tools on one page; a longer list is searched, not read."""


async def tools(site: Site, request: Request) -> Response:
    """Show every edition as this person may use it."""
    instead = site.for_guests(request)
    if instead is not None:
        return instead
    knowledge, person = site.app.knowledge, site.visit(request).person
    asked = _asked(request, knowledge)
    fitting = found(asked.search, knowledge.tools.values(), knowledge)
    shown = shelves(fitting, asked, person, site.today, knowledge)
    if not asked.search:
        shown = by_openness(shown)
    return site.page(
        request,
        "tools.html",
        asked=asked,
        shelves=shown[:MOST],
        more=len(shown) > MOST,
        count=_count(len(shown), sum(len(shelf.rows) for shelf in shown)),
        faces=FACES,
        classes=[_class(data_class) for data_class in _ranked(knowledge)],
        uses=list(_uses(knowledge)),
        verdicts=list(_verdicts()),
    )


def _asked(request: Request, knowledge: Knowledge) -> Asked:
    """Read the filters; what the knowledge base does not know filters nothing."""
    query = request.query_params
    data, use, verdict = query.get("data", ""), query.get("use", ""), query.get("verdict", "")
    return Asked(
        search=query.get("q", "")[:LONGEST],
        data=data if data in _keys(knowledge) else "",
        use=use if use in knowledge.uses else GENERAL,
        verdict=verdict if verdict in {"yes", *STRICTNESS} else "",
    )


def _keys(knowledge: Knowledge) -> set[str]:
    classes = knowledge.classes.values()
    return {*knowledge.classes, *(f"{c.id}.{tag}" for c in classes for tag in c.tags)}


def _ranked(knowledge: Knowledge) -> list[DataClass]:
    return sorted(knowledge.classes.values(), key=lambda data_class: data_class.rank)


def _class(data_class: DataClass) -> dict[str, object]:
    options = [{"value": data_class.id, "name": f"{data_class.name} ({PAGE['data_whole']})"}]
    for tag in data_class.tags:
        name = f"{data_class.name}: {tag.replace('_', ' ')}"
        options.append({"value": f"{data_class.id}.{tag}", "name": name})
    return {"name": data_class.name, "options": options}


def _uses(knowledge: Knowledge) -> Iterator[Option]:
    yield {"value": GENERAL, "name": PAGE["use_any"]}
    named = (use for use in knowledge.uses.values() if use.id != GENERAL)
    for use in sorted(named, key=lambda use: use.name.casefold()):
        yield {"value": use.id, "name": use.name}


def _verdicts() -> Iterator[Option]:
    yield {"value": "", "name": PAGE["verdict_any"]}
    yield {"value": "yes", "name": PAGE["verdict_yes"]}
    for verdict in sorted(STRICTNESS, key=STRICTNESS.__getitem__):
        yield {"value": verdict, "name": VERDICTS["en"][verdict]}


def _count(tools_: int, editions: int) -> str:
    if not tools_:
        return PAGE["none_found"]
    tool = "1 tool" if tools_ == 1 else f"{tools_} tools"
    return f"{tool}, {'1 edition' if editions == 1 else f'{editions} editions'}"
