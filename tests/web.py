"""A browser for tests of the playground: pages and forms over ASGI, without a script engine."""

from __future__ import annotations

import re
from html import unescape

import httpx2

from bot.app import App
from handlers.web import playground

HOME = "http://127.0.0.1:8321"
HTMX = {"HX-Request": "true"}


class Browser(httpx2.AsyncClient):
    """Sends forms as a browser does, and reads pages as people do."""

    def __init__(self, app: App) -> None:
        transport = httpx2.ASGITransport(app=playground(app))
        super().__init__(transport=transport, base_url=HOME, headers={"Origin": HOME})

    async def open(self, path: str) -> str:
        found = await self.get(path)
        assert found.status_code == 200, (path, found.status_code)
        return found.text

    async def submit(self, path: str, **fields: str) -> httpx2.Response:
        """Send a form as a page without a script does."""
        return await self.post(path, data=fields, follow_redirects=True)

    async def ask(self, text: str, **fields: str) -> str:
        """Ask as a page with a script does; returns the new turn."""
        found = await self.post("/ask", data={"text": text, **fields}, headers=HTMX)
        assert found.status_code == 200
        return found.text

    async def become(self, person: str, back: str = "/") -> str:
        return (await self.submit("/person", person=person, back=back)).text


def words(page: str) -> str:
    """The text of a page, as it is read."""
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", page)).split())


def links(page: str) -> list[str]:
    return [unescape(link) for link in re.findall(r'<a[^>]* href="([^"]*)"', page)]


def id_of(turn: str) -> str:
    found = re.search(r'<article class="turn" id="([^"]+)"', turn)
    assert found is not None
    return found.group(1)


def presses(turn: str) -> dict[str, dict[str, str]]:
    """The buttons of a turn that send a message: label -> the fields they send."""
    found = {}
    for form in re.findall(r"<form.*?</form>", turn, re.DOTALL):
        fields = dict(re.findall(r'type="hidden" name="([^"]*)" value="([^"]*)"', form))
        label = unescape(words(form[form.index("<button") :]))
        found[label] = {name: unescape(value) for name, value in fields.items()}
    return found
