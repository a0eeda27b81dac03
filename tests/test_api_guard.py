from __future__ import annotations

import json
import logging
import re
import shlex
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx2
import jsonschema
import pytest
import sqlalchemy as sa
from conftest import NOW
from hypothesis import HealthCheck, given
from hypothesis import settings as tries
from hypothesis import strategies as st
from openapi_spec_validator import OpenAPIV31SpecValidator
from programs import (
    CALLS,
    DECIDE,
    Doors,
    Served,
    called,
    found_in,
    kept,
    problem,
    words_of_the_catalogue,
)
from starlette.routing import Mount, Route
from starlette.testclient import TestClient

from bot import settings
from bot.app import App
from bot.decide import GENERAL
from bot.keys import end
from bot.knowledge import Knowledge
from bot.store import Store
from handlers.api.openapi import description


@pytest.fixture
def doors(app: App) -> Doors:
    return Doors(Served(app))


@pytest.fixture
async def ana(doors: Doors) -> AsyncIterator[httpx2.AsyncClient]:
    """A program that acts for Ana."""
    async with doors.client(await doors.key("ana")) as client:
        yield client


@pytest.fixture
async def anyone(doors: Doors) -> AsyncIterator[httpx2.AsyncClient]:
    """A program that acts for whom it names, be they in the directory or not."""
    async with doors.client(await doors.key(any_person=True)) as client:
        yield client


# --- Guests


def _for_guests(knowledge: Knowledge) -> Iterator[tuple[str, str, Any]]:
    for case in knowledge.questions[::4]:
        yield ("POST", "/api/v1/ask", {"question": case.ask})
    for tool in list(knowledge.tools)[::6]:
        yield ("POST", "/api/v1/decide", {"tool": tool, "use": "summarise"})
        yield ("GET", f"/api/v1/tools/{tool}", None)
        yield ("GET", f"/api/v1/tools?q={tool}", None)
    yield ("POST", "/api/v1/decide", {"tool": "chatgtp5", "use": "sumarise", "data": ["persona"]})
    yield ("POST", "/api/v1/decide", {"tool": "x", "edition": "y", "feature": "z"})
    yield ("GET", "/api/v1/tools", None)
    yield ("GET", "/api/v1/tools?data=persona", None)
    yield ("GET", "/api/v1/tools?cursor=nope", None)
    yield ("GET", "/api/v1/tools/nope", None)


async def test_no_word_of_the_catalogue_reaches_a_guest(doors: Doors, shipped: Knowledge) -> None:
    words = {
        word: re.compile(rf"\b{re.escape(word)}\b") for word in words_of_the_catalogue(shipped)
    }
    leaks, asked = [], list(_for_guests(shipped))
    async with doors.client(await doors.key("noah")) as guest:
        for call in asked:
            response = await called(guest, call)
            assert response.status_code in {200, 403}
            leaks += [(call, word) for word in found_in(response.text, words)]

    assert leaks == []
    assert len(asked) > 50


@pytest.mark.parametrize("call", CALLS)
async def test_a_guest_gets_the_notice_and_nothing_else(
    doors: Doors, shipped: Knowledge, call: tuple[str, str, Any]
) -> None:
    async with doors.client(await doors.key("noah")) as guest:
        response = await called(guest, call)

    section = shipped.sections[shipped.company.guests.cite[0]]
    if response.status_code == 403:
        assert problem(response) == (403, "guest", None)
        assert section.title in response.json()["error"]["message"]
    else:
        found = response.json()
        assert (found["verdict"], found["citations"]) == ("not_allowed", [section.id])
        assert (found["conditions"], found["alternatives"]) == ([], [])


@pytest.mark.parametrize("path", ["/api/v1/tools/chatgpt", "/api/v1/tools/nope", "/api/v1/tools"])
async def test_a_guest_cannot_find_out_what_there_is(doors: Doors, path: str) -> None:
    async with doors.client(await doors.key("noah")) as guest:
        one, other = await guest.get(path), await guest.get("/api/v1/tools?data=nope&cursor=x")

    assert one.json() == other.json()


async def test_a_person_described_as_a_guest_is_one(anyone: httpx2.AsyncClient) -> None:
    person = {"id": "ana", "department": "marketing", "worker_type": "guest"}

    found = (await anyone.post("/api/v1/decide", json={**DECIDE, "person": person})).json()

    assert [f["code"] for d in found["decisions"] for f in d["findings"]] == ["guest"]


# --- Keys


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer ", "Basic abc", "Bearer gl_x_y", "Bearer \u00e9", "gl_"]
)
async def test_nothing_is_answered_without_a_key(
    doors: Doors, call: tuple[str, str, Any], header: str
) -> None:
    async with doors.client() as nobody:
        response = await called(nobody, call, headers=[(b"Authorization", header.encode())])

    assert problem(response) == (401, "no_key", None)
    assert response.headers["www-authenticate"].startswith("Bearer")


async def test_a_revoked_key_and_a_wrong_one_look_alike(doors: Doors, app: App) -> None:
    right, revoked = await doors.key("ana"), await doors.key("ana")
    wrong = right[:-1] + ("a" if right[-1] != "a" else "b")
    await app.store.run(end, revoked.split("_")[1], NOW)

    found = []
    for key in (wrong, revoked):
        async with doors.client(key) as program:
            found.append(await called(program, CALLS[0]))

    assert {problem(response) for response in found} == {(401, "no_key", None)}
    assert found[0].text == found[1].text


async def test_a_key_is_refused_from_the_moment_it_is_revoked(doors: Doors, app: App) -> None:
    key = await doors.key("ana")
    async with doors.client(key) as program:
        before = await called(program, CALLS[3])
        await app.store.run(end, key.split("_")[1], NOW)
        after = await called(program, CALLS[3])

    assert (before.status_code, after.status_code) == (200, 401)


# --- Limits


@pytest.mark.parametrize(
    ("path", "most"), [("/api/v1/decide", 120), ("/api/v1/ask", 120), ("/api/v1/tools", 600)]
)
async def test_a_key_that_calls_too_often_is_told_when_to_come_back(
    doors: Doors, path: str, most: int
) -> None:
    method = "GET" if path.endswith("tools") else "POST"
    wrong = (method, f"{path}?x=1", None if method == "GET" else {"x": 1})
    async with doors.client(await doors.key("ana")) as busy:
        found = [await called(busy, wrong) for _ in range(most)]
        refused = await called(busy, wrong)
    async with doors.client(await doors.key("ana")) as other:
        answered = await called(other, wrong)

    left = [int(re.findall(r"r=(\d+)", one.headers["ratelimit"])[0]) for one in found]
    assert left == list(range(most - 1, -1, -1))
    assert {response.status_code for response in (*found, answered)} == {422}
    assert problem(refused) == (429, "too_many", None)
    assert 1 <= int(refused.headers["retry-after"]) <= 60
    assert refused.headers["ratelimit-policy"] in {
        f'"questions";q={most};w=60',
        f'"looks";q={most};w=60',
    }


async def test_questions_and_decisions_are_counted_together_and_lists_apart(
    ana: httpx2.AsyncClient,
) -> None:
    told = [(await called(ana, call)).headers["ratelimit"].partition(";t=")[0] for call in CALLS]

    assert told == [
        '"questions";r=119',
        '"questions";r=118',
        '"looks";r=599',
        '"looks";r=598',
    ]


# --- What arrives


def said(length: int) -> dict[str, str]:
    return {"role": "user", "text": "x" * length}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"nonsense",
        b"[]",
        b'"text"',
        b"null",
        b'{"question": NaN}',
        b'{"question": 1e999}',
        b'{"question": "\xff"}',
        b"[" * 60_000,
        b'{"a":' * 20_000,
        b'{"id": ' + b"9" * 5_000 + b', "question": ""}',
    ],
)
@pytest.mark.parametrize("path", ["/api/v1/ask", "/api/v1/decide"])
async def test_what_is_no_json_object_is_refused(
    ana: httpx2.AsyncClient, path: str, body: bytes
) -> None:
    response = await ana.post(path, content=body, headers={"Content-Type": "application/json"})

    assert problem(response)[:2] in {(400, "not_json"), (413, "too_long")}


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Content-Type": "text/plain"},
        {"Content-Type": "application/x-www-form-urlencoded"},
        {"Content-Type": "application/json; charset=latin-1"},
        {"Content-Type": "application/json", "Content-Encoding": "gzip"},
    ],
)
async def test_only_json_as_utf8_is_read(ana: httpx2.AsyncClient, headers: dict[str, str]) -> None:
    response = await ana.post("/api/v1/ask", content=b'{"question": "hi"}', headers=headers)

    assert problem(response) == (415, "not_json", None)


@pytest.mark.parametrize(
    "kind",
    ["application/json", "Application/JSON; charset=UTF-8", 'application/json;charset="utf-8"'],
)
async def test_json_may_say_that_it_is_utf8(ana: httpx2.AsyncClient, kind: str) -> None:
    body = b'\xef\xbb\xbf{"question": "hi"}'
    response = await ana.post("/api/v1/ask", content=body, headers={"Content-Type": kind})

    assert response.status_code == 200


@pytest.mark.parametrize(
    ("path", "body", "fits"),
    [
        ("/api/v1/ask", {"question": "x" * 60_000}, True),
        ("/api/v1/ask", {"question": "x" * 66_000}, False),
        (
            "/api/v1/ask",
            {"question": "x", "history": [{"role": "user", "text": "x" * 250_000}]},
            True,
        ),
        (
            "/api/v1/ask",
            {"question": "x", "history": [{"role": "user", "text": "x" * 263_000}]},
            False,
        ),
        ("/api/v1/decide", {"tool": "chatgpt", "use": "x" * 66_000}, False),
    ],
)
async def test_a_body_has_a_longest(
    ana: httpx2.AsyncClient, path: str, body: dict[str, Any], fits: bool
) -> None:
    response = await ana.post(path, json=body)

    assert response.status_code == 200 if fits else problem(response) == (413, "too_long", None)


async def test_a_body_that_never_ends_is_not_read_to_its_end(ana: httpx2.AsyncClient) -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        while True:
            sent += 4096
            yield b" " * 4096

    headers = {"Content-Type": "application/json"}
    response = await ana.post("/api/v1/decide", content=endless(), headers=headers)

    assert problem(response) == (413, "too_long", None)
    assert sent <= 80_000


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "question"),
        ({"question": None}, "question"),
        ({"question": 5}, "question"),
        ({"question": "x", "history": "y"}, "history"),
        ({"question": "x", "history": [{"role": "system", "text": "y"}]}, "history.0.role"),
        ({"question": "x", "history": [{"role": "user"}]}, "history.0.text"),
        ({"question": "x", "history": [{"role": "user", "text": ""}] * 201}, "history"),
        ({"question": "x", "date": "31.3.2026"}, "date"),
        ({"question": "x", "id": {}}, "id"),
        ({"question": "x", "persn": "ana"}, "persn"),
    ],
)
async def test_a_question_in_the_wrong_shape_is_refused_with_its_field(
    ana: httpx2.AsyncClient, app: App, body: dict[str, Any], field: str
) -> None:
    status, code, said = problem(await ana.post("/api/v1/ask", json=body))

    assert (status, code) == (422, "invalid")
    assert said is not None
    assert said.startswith(field)
    assert await kept(app) == 0


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/api/v1/ask", 405, "method"),
        ("PUT", "/api/v1/decide", 405, "method"),
        ("DELETE", "/api/v1/tools", 405, "method"),
        ("POST", "/api/openapi.json", 405, "method"),
        ("GET", "/api/v1", 404, "nowhere"),
        ("GET", "/api/", 404, "nowhere"),
        ("POST", "/api/v1/ask/", 404, "nowhere"),
        ("GET", "/api/v1/tools/a/b", 404, "nowhere"),
        ("OPTIONS", "/api/v1/ask", 405, "method"),
    ],
)
async def test_what_is_not_there_is_said_in_json(
    ana: httpx2.AsyncClient, method: str, path: str, status: int, code: str
) -> None:
    assert problem(await ana.request(method, path)) == (status, code, None)


def test_nothing_here_speaks_websocket(doors: Doors) -> None:
    from starlette.websockets import WebSocketDisconnect

    client = TestClient(doors.asgi)

    with pytest.raises(WebSocketDisconnect), client.websocket_connect("/api/v1/ask"):
        pass


# --- What breaks


async def test_a_database_that_cannot_be_used_is_said_and_asked_again_later(
    app: App, home: Any
) -> None:
    async with Store.open(settings.read().database) as store:
        doors = Doors(Served(replace(app, store=store)))
        key = await doors.key("ana")
    async with doors.client(key) as program:
        response = await called(program, CALLS[1])

    assert problem(response) == (503, "unavailable", None)
    assert int(response.headers["retry-after"]) > 0


async def test_what_breaks_is_told_as_a_number_and_logged_without_words(
    doors: Doors, caplog: pytest.LogCaptureFixture
) -> None:
    class Broken:
        @property
        def app(self) -> App:
            raise RuntimeError("words that somebody wrote")

    key = await doors.key("ana")
    async with Doors(Broken()).client(key) as program:  # type: ignore[arg-type]
        response = await called(program, CALLS[0])

    assert problem(response) == (500, "broken", None)
    number = re.findall(r"p-[0-9a-f]{10}", response.text)
    assert [getattr(record, "number", None) for record in caplog.records] == number
    assert "words that somebody wrote" not in response.text + str([vars(r) for r in caplog.records])


@pytest.mark.parametrize("call", CALLS[:2])
async def test_an_answer_that_cannot_be_kept_is_not_given(
    doors: Doors, app: App, ana: httpx2.AsyncClient, call: tuple[str, str, Any]
) -> None:
    await app.store.run(lambda connection: connection.execute(sa.text("DROP TABLE messages")))

    response = await called(ana, call)

    assert problem(response) == (500, "broken", None)
    assert "verdict" not in response.json()


async def test_neither_keys_nor_words_are_logged(
    doors: Doors, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    key = await doors.key("ana")
    async with doors.client(key) as program:
        await program.post("/api/v1/ask", json={"question": "about my zebra in ChatGPT"})
        await program.post("/api/v1/decide", json={"tool": "unlisted:zebra"})
        await program.get("/api/v1/tools?q=zebra")
        await program.get("/api/v1/tools/zebra")

    logged = str([vars(record) for record in caplog.records if "greenlight" in record.name])
    assert "asked" in logged
    assert "zebra" not in logged
    assert key.rpartition("_")[2] not in logged


# --- The description


def test_the_description_is_valid_openapi() -> None:
    OpenAPIV31SpecValidator(json.loads(json.dumps(description("")))).validate()


def test_the_description_names_every_route_and_no_other(doors: Doors) -> None:
    (mount,) = doors.api.routes()
    assert isinstance(mount, Mount)
    routes = [route for route in mount.routes if isinstance(route, Route)]
    there = {
        (f"{mount.path}{route.path}", method)
        for route in routes
        for method in (route.methods or set()) - {"HEAD"}
    }

    described = description("")["paths"]

    assert len(routes) == len(mount.routes)
    assert {(p, m.upper()) for p, methods in described.items() for m in methods} == there


async def test_the_description_is_there_for_everybody_and_knows_its_address(
    doors: Doors, app: App
) -> None:
    public = app.settings.model_copy(update={"public_url": "https://greenlight.example.com/"})
    doors.served.app = replace(app, settings=public)

    async with doors.client() as nobody:
        found = (await nobody.get("/api/openapi.json")).json()

    assert found["openapi"].startswith("3.1")
    assert found["servers"] == [{"url": "https://greenlight.example.com"}]
    # "cursor" is the name of a tool, too.
    words = set(json.dumps(found).lower().split()) - {"cursor"}
    assert words_of_the_catalogue(app.knowledge).isdisjoint(words)


@pytest.mark.parametrize("person", ["ana", "noah"])
async def test_every_answer_has_the_shape_that_is_described(doors: Doors, person: str) -> None:
    found = json.loads(json.dumps(description("")))
    calls = [
        *CALLS,
        ("POST", "/api/v1/ask", {"question": "which tool?", "id": "mine"}),
        ("POST", "/api/v1/decide", {"tool": ["unlisted:x", "copilot"]}),
        ("POST", "/api/v1/decide", {"tool": 5}),
        ("POST", "/api/v1/ask", {}),
        ("GET", "/api/v1/tools?verdict=not_reviewed", None),
        ("GET", "/api/v1/tools/nope", None),
    ]
    async with doors.client(await doors.key(person)) as program:
        for call in calls:
            response = await called(program, call)
            template = re.sub(r"tools/\w+", "tools/{id}", call[1].partition("?")[0])
            operation = found["paths"][template][call[0].lower()]
            content = operation["responses"][str(response.status_code)]["content"]
            schema = {**content["application/json"]["schema"], "components": found["components"]}
            jsonschema.Draft202012Validator(schema).validate(response.json())


async def test_every_answer_is_kept_by_no_cache(ana: httpx2.AsyncClient) -> None:
    for call in (*CALLS, ("GET", "/api/nowhere", None), ("GET", "/api/openapi.json", None)):
        response = await called(ana, call)

        assert response.headers["cache-control"] == "no-store"
        assert response.headers["x-content-type-options"] == "nosniff"
        assert response.headers["content-type"] == "application/json"


# --- The documentation


def examples() -> list[str]:
    text = (Path(__file__).parents[1] / "docs" / "api.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
    joined = [line for block in blocks for line in re.split(r"\n(?=curl )", block)]
    return [command for command in joined if command.startswith("curl ")]


def as_request(command: str, key: str) -> tuple[str, str, dict[str, str], str | None]:
    """The method, address, headers and body that curl would send."""
    _, *words = shlex.split(command.replace("\\\n", " ").replace("$GREENLIGHT_KEY", key))
    headers, body, address = {}, None, ""
    while words:
        match words.pop(0):
            case "-H":
                name, _, value = words.pop(0).partition(": ")
                headers[name] = value
            case "-d":
                body = words.pop(0)
            case word:
                address = word
    return ("GET" if body is None else "POST"), address, headers, body


@pytest.mark.parametrize("command", examples())
async def test_every_example_of_the_documentation_works(doors: Doors, command: str) -> None:
    method, address, headers, body = as_request(command, await doors.key("ana"))
    path = address.removeprefix("http://127.0.0.1:8322")

    async with doors.client() as curl:
        response = await curl.request(method, path, headers=headers, content=body)

    assert response.status_code == 200
    assert len(examples()) == 6


def test_every_code_of_an_error_is_in_the_documentation() -> None:
    folder = Path(__file__).parents[1]
    table = (folder / "docs" / "api.md").read_text(encoding="utf-8")
    sources = [path.read_text(encoding="utf-8") for path in (folder / "handlers/api").glob("*.py")]
    found = {code for text in sources for code in re.findall(_RAISED, text)}

    assert {"too_many", "invalid", "nowhere"} <= found
    assert [code for code in sorted(found) if f"`{code}`" not in table] == []


_RAISED = re.compile(r'HTTPStatus\.[A-Z_]+,\s+"(\w+)"')


# --- Whatever is sent

_TEXT = st.text(st.characters(), max_size=20)
_ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | _TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_TEXT, inner, max_size=3),
    max_leaves=8,
)
_TOOL = st.sampled_from(["chatgpt", "copilot:chat", "unlisted:x", "nope", "", ":", "chatgpt:"])
_KNOWN = {
    "question": _TEXT,
    "person": st.sampled_from(["ana", "nobody"]) | st.fixed_dictionaries({"id": _TEXT}),
    "history": st.lists(
        st.fixed_dictionaries({"role": st.sampled_from(["user", "assistant"]), "text": _TEXT}),
        max_size=3,
    ),
    "date": st.dates().map(str),
    "tool": _TOOL | st.lists(_TOOL, max_size=3),
    "edition": st.sampled_from(["enterprise", "personal", "x"]),
    "feature": _TEXT,
    "model": _TEXT,
    "data": st.lists(st.sampled_from(["personal", "secret.key", "public", "x"]), max_size=3),
    "use": st.sampled_from([GENERAL, "summarise", "x"]),
    "department": st.sampled_from(["marketing", "x"]),
    "region": st.sampled_from(["UK", "x"]),
    "want": st.sampled_from(["all", "one"]),
    "id": _ANY,
}


@st.composite
def bodies(draw: st.DrawFn) -> object:
    keys = draw(st.sets(st.sampled_from(sorted(_KNOWN)), max_size=8))
    found = {key: draw(_KNOWN[key]) for key in sorted(keys)}
    for key in draw(st.sets(st.sampled_from(sorted(_KNOWN)), max_size=2)):
        found[key] = draw(_ANY)
    return found


@tries(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=bodies() | _ANY, path=st.sampled_from(["/api/v1/ask", "/api/v1/decide"]))
async def test_no_body_breaks_anything(app: App, body: object, path: str) -> None:
    doors = Doors(Served(app))
    content = json.dumps(body).encode()

    for key in (await doors.key("ana"), await doors.key(any_person=True), await doors.key("noah")):
        async with doors.client(key) as program:
            response = await program.post(
                path, content=content, headers={"Content-Type": "application/json"}
            )

        assert response.status_code in {200, 400, 403, 422}
        assert response.status_code == 200 or problem(response)


@tries(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    query=st.dictionaries(
        st.sampled_from(["q", "data", "use", "verdict", "limit", "cursor", "person", "x"]),
        _TEXT | st.sampled_from(["yes", "5", "chatgpt", "personal", "ana", "summarise"]),
        max_size=4,
    ),
    tool=st.sampled_from(["", "/chatgpt", "/x", "/%20", "/%ff"]),
)
async def test_no_query_breaks_anything(app: App, query: dict[str, str], tool: str) -> None:
    doors = Doors(Served(app))
    clean = {key: value.encode("utf-8", "replace") for key, value in query.items()}

    async with doors.client(await doors.key("ana")) as program:
        response = await program.get(f"/api/v1/tools{tool}", params=clean)

    assert response.status_code in {200, 403, 404, 422}
