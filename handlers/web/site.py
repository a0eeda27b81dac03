"""What every page of the playground is made from, and who is looking at it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import urlencode

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.app import App
from bot.ask.person import somebody
from handlers.web.frame import frame
from handlers.web.pages import Pages, markdown
from handlers.web.visits import Visit, Visits

COOKIE: Final = "greenlight"


@dataclass(frozen=True, kw_only=True)
class Site:
    """The assistant, the templates and the visitors."""

    app: App
    pages: Pages
    visits: Visits = field(default_factory=Visits)

    @property
    def today(self) -> date:
        """The day everything is judged on."""
        return self.app.knowledge.as_of or self.app.now().date()

    def visit(self, request: Request) -> Visit:
        """Return the visit of this browser; a new one is kept by `seen`."""
        known: Visit | None = getattr(request.state, "visit", None)
        if known is None:
            name = request.cookies.get(_cookie(request))
            known = self.visits.find(name)
            if known is None:
                request.state.new_name, known = self.visits.start(somebody(self.app.knowledge))
            request.state.visit = known
        return known

    def page(self, request: Request, template: str, **values: Any) -> Response:
        """Return a whole page for whoever is looking."""
        visit = self.visit(request)
        address = request.url.path
        if request.url.query:
            address = f"{address}?{request.url.query}"
        around = frame(visit.person, self.app.knowledge, address, became=visit.told())
        return self.seen(request, self.pages.page(template, around, **values))

    def to(self, request: Request, path: str, fragment: str = "", **query: str) -> Response:
        """Send the browser to another page of ours."""
        address = f"{path}?{urlencode(query)}" if query else path
        address = f"{address}#{fragment}" if fragment else address
        return self.seen(request, RedirectResponse(address, HTTPStatus.SEE_OTHER))

    def seen(self, request: Request, response: Response) -> Response:
        """Give a new visitor the cookie that brings the conversation back."""
        name: str | None = getattr(request.state, "new_name", None)
        if name is not None:
            response.set_cookie(_cookie(request), name, httponly=True, samesite="strict")
        return response

    def for_guests(self, request: Request) -> Response | None:
        """Return what a guest sees instead of a page about the catalogue; None for all others."""
        if self.visit(request).person.worker_type != "guest":
            return None
        knowledge = self.app.knowledge
        ids = [s for s in knowledge.company.guests.cite if knowledge.in_force(s, self.today)]
        if not ids:
            raise HTTPException(HTTPStatus.NOT_FOUND)
        section = knowledge.sections[ids[0]]
        body = markdown(section.body)
        return self.page(request, "notice.html", title=section.title, body=body)


def _cookie(request: Request) -> str:
    # Browsers share cookies between ports: two playgrounds must not end each other's visits.
    return f"{COOKIE}-{request.url.port or 80}"
