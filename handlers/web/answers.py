"""The page with the record of one answer, for the person who asked."""

from __future__ import annotations

from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from bot.ask import replay
from bot.store import answers as kept
from handlers.web.faces import FACES
from handlers.web.record import view
from handlers.web.site import Site


async def answer(site: Site, request: Request) -> Response:
    """Show a record to the person who asked; for all others there is none."""
    instead = site.for_guests(request)
    if instead is not None:
        return instead
    store, knowledge = site.app.store, site.app.knowledge
    record = await store.run(kept.find, request.path_params["id"])
    if record is None or record.person_id != site.visit(request).person.id:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    words = await store.run(kept.words_of, record.id)
    again = replay(record, knowledge)
    return site.page(
        request, "answer.html", view=view(record, words, again, knowledge), faces=FACES
    )
