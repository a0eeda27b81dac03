"""The pages people read: the sections of the policies, and the lessons."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from http import HTTPStatus
from itertools import groupby
from typing import TYPE_CHECKING, Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from bot.explain.sentences import sentences
from handlers.web.citing import Use, uses_of_sections
from handlers.web.pages import labelled, markdown
from handlers.web.site import Site
from handlers.web.words import PAGE

if TYPE_CHECKING:
    from datetime import date

    from bot.knowledge import Knowledge
    from bot.knowledge.models import Section


async def rules(site: Site, request: Request) -> Response:
    """List the sections, by document."""
    instead = site.for_guests(request)
    if instead is not None:
        return instead
    documents: dict[str, list[dict[str, str]]] = {}
    for section in site.app.knowledge.sections.values():
        listed = {"id": section.id, "title": section.title, "state": state(section, site.today)}
        documents.setdefault(section.document, []).append(listed)
    shown = [{"name": name, "sections": found} for name, found in documents.items()]
    return site.page(request, "rules.html", documents=shown)


async def section(site: Site, request: Request) -> Response:
    """Show one section, with where it is used; a guest sees the guest section only."""
    knowledge, id_ = site.app.knowledge, request.path_params["id"]
    found = knowledge.sections.get(id_)
    guest = site.visit(request).person.worker_type == "guest"
    if found is None or (guest and id_ not in knowledge.company.guests.cite):
        raise HTTPException(HTTPStatus.NOT_FOUND)
    return site.page(
        request,
        "section.html",
        section=found,
        state=state(found, site.today),
        facts=labelled(_facts(found, knowledge, site.today)),
        body=markdown(found.body),
        uses=None if guest else _grouped(uses_of_sections(knowledge).get(id_, ())),
    )


async def course(site: Site, request: Request) -> Response:
    """Show one lesson."""
    person = site.visit(request).person
    found = site.app.knowledge.courses.get(request.path_params["id"])
    if found is None or person.worker_type == "guest":
        raise HTTPException(HTTPStatus.NOT_FOUND)
    done = found.id in person.courses
    return site.page(request, "course.html", course=found, body=markdown(found.body), done=done)


def state(section: Section, day: date) -> str:
    """Say whether a section counts, as the name of the word for it."""
    if section.in_force(day):
        return "in_force"
    return "not_yet" if day < section.effective else "over"


def _facts(section: Section, knowledge: Knowledge, day: date) -> dict[str, str | None]:
    write = sentences("en").day
    since = "effective" if section.effective <= day else "effective_future"
    return {
        "section_version": section.version,
        since: write(section.effective),
        "expires": write(section.expires) if section.expires is not None else None,
        "next_review": write(section.next_review) if section.next_review is not None else None,
        "owner": section.owner,
        "written_for": _readers(section, knowledge),
        "countries": _countries(section, knowledge),
    }


def _readers(section: Section, knowledge: Knowledge) -> str:
    if section.audience is None:
        return PAGE["everybody"]
    named: dict[str, Any] = {**knowledge.company.worker_types, **knowledge.company.departments}
    return ", ".join(entry.name for id_, entry in named.items() if id_ in section.audience)


def _countries(section: Section, knowledge: Knowledge) -> str:
    if section.regions is None:
        return PAGE["all_countries"]
    regions = knowledge.company.regions.items()
    return ", ".join(region.name for id_, region in regions if id_ in section.regions)


def _grouped(uses: Iterable[Use]) -> list[tuple[str, list[Use]]]:
    return [(kind, list(group)) for kind, group in _by_kind(uses)]


def _by_kind(uses: Iterable[Use]) -> Iterator[tuple[str, Iterable[Use]]]:
    ordered = sorted(uses, key=lambda use: _ORDER.index(use.kind))
    yield from groupby(ordered, key=lambda use: use.kind)


_ORDER = ("Red line", "House rule", "Data", "Purpose", "Tool", "Exception")
