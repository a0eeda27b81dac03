"""The few pages people may open in a browser: what this is, what is kept, under which terms."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import Final

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Route

from bot.app import App

_PAGE: Final = """<!doctype html><html lang="en"><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><title>Greenlight</title>
<body style="font:1rem/1.5 system-ui;max-width:36rem;margin:4rem auto;padding:0 1rem">
<h1>{title}</h1>{text}<p><a href="/">Greenlight</a> · <a href="/privacy">Privacy</a> ·
<a href="/terms">Terms</a></p>
"""

_ABOUT: Final = """<p>This server answers Slack, Microsoft Teams and programs. Ask it in your chat:
type <code>/greenlight help</code> in Slack, or write to the app in Teams.</p>
<p><a href="/readyz">Is it ready?</a> · <a href="/api/openapi.json">For programs</a></p>"""

_PRIVACY: Final = """<p>Greenlight is run by {company} for its own people, on its own systems.</p>
<ul><li>It keeps who asked, when, and what was decided by which rule.</li>
<li>{words}</li>
<li>Files are never opened. Personal data that it notices in a message is named by its kind and not
repeated.</li>
<li>Rules decide. Nothing of what you write is sent to an AI model to get an answer.</li>
<li>Type <code>/greenlight forget</code> in Slack, or <code>forget</code> in Teams, to delete your
words at once.</li></ul>"""

_KEPT: Final = "The words of messages are deleted after {days} days."
_NOT_KEPT: Final = "The words of messages are not kept."

_TERMS: Final = """<p>Greenlight is for the people of {company}. What it answers are the rules of
{company}, and only as good as they are kept: every answer names the section it stands on.</p>"""


def pages(app: Callable[[], App]) -> list[BaseRoute]:
    """Return the pages; none of them holds a word of the catalogue or of the policies."""

    async def about(_request: Request) -> Response:
        return _page("Greenlight", _ABOUT)

    async def privacy(_request: Request) -> Response:
        days = app().settings.retention_days
        words = _KEPT.format(days=days) if days else _NOT_KEPT
        return _page("Privacy", _PRIVACY.format(company=_company(app()), words=words))

    async def terms(_request: Request) -> Response:
        return _page("Terms", _TERMS.format(company=_company(app())))

    return [Route("/", about), Route("/privacy", privacy), Route("/terms", terms)]


def _company(app: App) -> str:
    return escape(app.knowledge.company.name)


def _page(title: str, text: str) -> Response:
    return HTMLResponse(_PAGE.format(title=title, text=text))
