"""Turning values into pages: the templates, what frames every page, Markdown, problems."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined
from markdown_it import MarkdownIt
from markupsafe import Markup, escape
from starlette.datastructures import Headers
from starlette.responses import HTMLResponse, Response
from starlette.types import Scope

from bot.explain.sentences import sentences
from handlers.web.words import PAGE, PROBLEMS

if TYPE_CHECKING:
    from bot.knowledge import Knowledge
    from handlers.web.frame import Frame

STATIC: Final = Path(__file__).parent / "static"

_MARKDOWN: Final = MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")


@dataclass(frozen=True)
class Pages:
    """The templates, knowing which sections there are to link to."""

    environment: Environment

    @classmethod
    def for_knowledge(cls, knowledge: Knowledge) -> Pages:
        """Prepare the templates for one knowledge base."""
        environment = Environment(
            loader=PackageLoader("handlers.web"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        environment.filters["with_sections"] = _linking(knowledge)
        environment.filters["day"] = sentences("en").day
        environment.globals |= {"words": PAGE, "static": static}
        return cls(environment)

    def render(self, template: str, **values: Any) -> Markup:
        """Return a part of a page."""
        return Markup(self.environment.get_template(template).render(values))  # noqa: S704 - escaped

    def page(self, template: str, frame: Frame, **values: Any) -> Response:
        """Return a whole page."""
        return HTMLResponse(self.render(template, frame=frame, **values))

    def problem(self, scope: Scope, status: HTTPStatus, number: str = "") -> Response:
        """Return a page, or an answer in the conversation, that says what went wrong."""
        what, advice = PROBLEMS.get(status, PROBLEMS[HTTPStatus.BAD_REQUEST])
        in_conversation = Headers(scope=scope).get("hx-request") == "true"
        template = "problem-turn.html" if in_conversation else "problem.html"
        body = self.render(template, what=what, advice=advice, number=number)
        return HTMLResponse(body, status)


def markdown(text: str) -> Markup:
    """Render Markdown below a page's title; HTML is shown as text, pictures are left out."""
    tokens = _MARKDOWN.parse(text)
    headings = [token for token in tokens if token.type in {"heading_open", "heading_close"}]
    lift = min((int(token.tag[1]) for token in headings), default=2) - 2
    for token in headings:
        token.tag = f"h{min(int(token.tag[1]) - lift, 6)}"
    return Markup(_MARKDOWN.renderer.render(tokens, _MARKDOWN.options, {}))  # noqa: S704 - escaped


@lru_cache(maxsize=32)
def static(name: str) -> str:
    """Return the address of a file of ours; it changes with the file, so browsers may keep it."""
    return f"/static/{name}?v={sha256((STATIC / name).read_bytes()).hexdigest()[:12]}"


def _linking(knowledge: Knowledge) -> Callable[[str], Markup]:
    """Make the filter that turns the ids of sections in a text into links."""
    ids = "|".join(re.escape(section) for section in sorted(knowledge.sections, key=len)[::-1])
    named = re.compile(rf"(?<![\w-])(?:{ids})(?![\w-])") if ids else re.compile(r"(?!)")

    def with_sections(text: str) -> Markup:
        return Markup(named.sub(_link, str(escape(text))))  # noqa: S704 - escaped just here

    return with_sections


def _link(found: re.Match[str]) -> str:
    section = found.group()
    return f'<a href="/sections/{quote(section)}">{section}</a>'


def labelled(pairs: Mapping[str, str | None]) -> tuple[tuple[str, str], ...]:
    """Return the pairs that have a value, their names in the words of the pages."""
    return tuple((PAGE[name], value) for name, value in pairs.items() if value)
