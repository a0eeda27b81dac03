from __future__ import annotations

import logging
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from importlib import resources
from pathlib import Path

import pytest
from web import HOME, HTMX, Browser, id_of, words

from bot.app import App
from handlers.web import chat
from handlers.web.words import PAGE, PROBLEMS, VERDICTS

WEB = Path(str(resources.files("handlers.web")))
LOOKUP = Path(str(resources.files("bot.lookup")))
SECRET = "the words of the message"


@pytest.fixture
async def browser(app: App) -> AsyncIterator[Browser]:
    async with Browser(app) as opened:
        yield opened


# --- Who may send


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Origin": HOME}, 303),
        ({"Origin": "http://127.0.0.1:9999"}, 403),
        ({"Origin": "https://127.0.0.1:8321"}, 403),
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://evil.example", "Sec-Fetch-Site": "same-origin"}, 403),
        ({"Sec-Fetch-Site": "same-origin"}, 303),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({}, 403),
    ],
)
@pytest.mark.parametrize("path", ["/ask", "/person", "/new"])
async def test_only_our_own_pages_may_send_forms(
    browser: Browser, path: str, headers: dict[str, str], status: int
) -> None:
    del browser.headers["Origin"]

    found = await browser.post(path, data={"text": "hi", "person": "ben"}, headers=headers)

    assert found.status_code == status


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example:8321", "192.168.0.7:8321", "", "[", "x@y:z"]
)
@pytest.mark.parametrize("path", ["/", "/static/greenlight.css"])
async def test_another_name_for_this_computer_is_not_answered(
    browser: Browser, path: str, host: str
) -> None:
    found = await browser.get(path, headers={"Host": host})

    assert found.status_code == 421
    assert "set-cookie" not in found.headers


@pytest.mark.parametrize("host", ["127.0.0.1:8321", "localhost:8321", "[::1]:8321", "localhost"])
async def test_this_computer_goes_by_several_names(browser: Browser, host: str) -> None:
    assert (await browser.get("/", headers={"Host": host})).status_code == 200


@pytest.mark.parametrize("path", ["/ask", "/person", "/new"])
async def test_opening_an_address_changes_nothing(browser: Browser, path: str) -> None:
    found = await browser.get(path, params={"text": "hi", "person": "ben"})

    assert found.status_code == 405
    assert found.headers["allow"] == "POST"
    assert "Ana Ruiz" in words(await browser.open("/"))


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b'{"text": "hi"}', "application/json", 415),
        (b"text=hi", "text/plain", 415),
        (b"text=hi", "application/x-www-form-urlencoded; charset=utf-8", 303),
        (b"&".join(b"a=1" for _ in range(100)), "application/x-www-form-urlencoded", 400),
        ("text=ä".encode(), "application/x-www-form-urlencoded", 400),
        (b"text=%ff%fe", "application/x-www-form-urlencoded", 303),
    ],
)
async def test_only_forms_are_read(browser: Browser, body: bytes, kind: str, status: int) -> None:
    found = await browser.post("/ask", content=body, headers={"Content-Type": kind})

    assert found.status_code == status


# --- What is sent along


@pytest.mark.parametrize("path", ["/", "/tools", "/nothing", "/static/greenlight.css"])
async def test_every_answer_says_that_nothing_from_elsewhere_may_run(
    browser: Browser, path: str
) -> None:
    headers = (await browser.get(path)).headers

    policy = headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self';")
    assert "unsafe" not in policy
    assert "http" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"


async def test_pages_are_not_kept_by_the_browser_but_our_files_are(browser: Browser) -> None:
    page = await browser.get("/")
    style = re.search(r'href="(/static/greenlight\.css\?v=[0-9a-f]{12})"', page.text)
    assert style is not None

    file = await browser.get(style.group(1))

    assert page.headers["cache-control"] == "no-store"
    assert "immutable" in file.headers["cache-control"]


def test_nothing_on_the_pages_comes_from_another_server() -> None:
    ours = (WEB / "static/icon.svg", *WEB.glob("static/greenlight.*"))
    for file in (*WEB.glob("templates/*"), *ours):
        addresses = re.findall(r"(?:https?:)?//[\w.]+", file.read_text("utf-8"))
        assert set(addresses) <= {"http://www.w3.org"}, file


def test_no_page_needs_styles_or_scripts_inside_it() -> None:
    for file in WEB.glob("templates/*"):
        text = file.read_text("utf-8")
        inside = re.search(r"\sstyle=|<style|\son\w+=|javascript:|<script(?! src)", text)
        assert inside is None, file


def test_the_style_sheet_stays_small() -> None:
    assert (WEB / "static/greenlight.css").stat().st_size < 25_000


def test_htmx_comes_with_its_licence_and_is_named_in_the_notice() -> None:
    assert (WEB / "static/htmx.min.js").stat().st_size > 10_000
    assert "BSD" in (WEB / "static/htmx.LICENSE.txt").read_text("utf-8")
    assert "htmx" in (WEB.parent.parent / "NOTICE").read_text("utf-8")


# --- Words


def test_every_word_of_the_pages_is_used_and_every_used_word_is_there() -> None:
    templates = "".join(file.read_text("utf-8") for file in WEB.glob("templates/*"))
    files = [file for file in (*WEB.glob("*.py"), *LOOKUP.glob("*.py")) if file.name != "words.py"]
    code = "".join(file.read_text("utf-8") for file in files)
    used = set(re.findall(r"\bwords\.(\w+)", templates))

    assert used <= PAGE.keys()
    composed = {name for name in PAGE if name.startswith(("account_", "slot_"))}
    unused = {n for n in PAGE.keys() - used - composed if not re.search(rf"""["']{n}["']""", code)}
    assert unused == set()


def test_badges_have_words_in_every_language() -> None:
    for words_ in VERDICTS.values():
        assert words_.keys() == VERDICTS["en"].keys()
        assert all(words_.values())


# --- When something breaks


async def test_a_page_that_does_not_exist_says_so_plainly(browser: Browser) -> None:
    found = await browser.get("/nothing/here")

    assert found.status_code == 404
    assert PROBLEMS[404][0] in words(found.text)


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(*_: object, **__: object) -> None:
        raise RuntimeError(f"cannot handle {SECRET}")

    monkeypatch.setattr(chat, "sheet", breaks)


async def test_what_breaks_becomes_a_page_with_a_number_that_is_in_the_log(
    browser: Browser, broken: None, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR, "greenlight.web"):
        found = await browser.post("/ask", data={"text": SECRET}, follow_redirects=True)

    number = re.search(r"w-[0-9a-f]{10}", found.text)
    assert found.status_code == 500
    assert number is not None
    assert "no permission was given" in words(found.text)
    assert number.group() in [vars(record).get("number") for record in caplog.records]
    assert SECRET not in "".join(str(vars(record)) for record in caplog.records)
    assert SECRET not in found.text
    assert "Traceback" not in found.text


async def test_in_the_conversation_what_breaks_becomes_a_turn(
    browser: Browser, broken: None
) -> None:
    found = await browser.post("/ask", data={"text": SECRET}, headers=HTMX)

    assert found.status_code == 500
    assert found.text.lstrip().startswith('<article class="turn">')
    assert "<html" not in found.text


async def test_an_answer_that_failed_is_shown_without_a_record(app: App) -> None:
    class Broken:
        async def run(self, *_: object) -> None:
            raise RuntimeError(SECRET)

    async with Browser(replace(app, store=Broken())) as browser:  # type: ignore[arg-type]
        turn = await browser.ask("hello")

    assert "nothing was decided" in words(turn)
    assert id_of(turn)
    assert "/answers/" not in turn
