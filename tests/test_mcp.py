from __future__ import annotations

import json
import logging
import re
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx2
import jsonschema
import pytest
from conftest import NOW
from mcp import Client, MCPError, StdioServerParameters
from mcp.client.streamable_http import streamable_http_client
from mcp_types import CallToolResult
from programs import (
    CUSTOMERS,
    Doors,
    Served,
    called,
    found_in,
    kept,
    problem,
    words_of_the_catalogue,
)

from bot import ask
from bot.app import App
from bot.ask import AskError
from bot.chat import Message
from bot.keys import end
from bot.knowledge import Knowledge
from bot.store import answers
from handlers.mcp import run
from handlers.mcp.tools import TOOLS

DECIDE = {"tool": "chatgpt", "data": ["personal.customer"], "use": "summarise"}
HANDSHAKE = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {
        "protocolVersion": "2025-11-25",
        "capabilities": {},
        "clientInfo": {"name": "test", "version": "1"},
    },
}
JSON = {"Accept": "application/json, text/event-stream"}
SERVE = "import sys; from bot import settings; from handlers.mcp import run; "


@pytest.fixture
def doors(app: App) -> Doors:
    return Doors(Served(app))


@asynccontextmanager
async def assistant(address: str, key: str, mode: str = "auto") -> AsyncIterator[Client]:
    """Another assistant, connected with a key."""
    headers = {"Authorization": f"Bearer {key}"}
    async with httpx2.AsyncClient(headers=headers) as http:
        transport = streamable_http_client(f"{address}/mcp", http_client=http)
        async with Client(transport, mode=mode) as client:
            yield client


def told(result: CallToolResult) -> dict[str, Any]:
    """What a tool answered: the same as structured content and as text."""
    assert not result.is_error, result.content
    (content,) = result.content
    assert content.type == "text"
    assert json.loads(content.text) == result.structured_content
    assert result.structured_content is not None
    return result.structured_content


def refused(result: CallToolResult) -> str:
    assert result.is_error
    (content,) = result.content
    assert content.type == "text"
    return content.text


# --- What the tools are


async def test_there_are_three_tools_and_none_of_them_changes_anything(doors: Doors) -> None:
    async with doors.listening() as address, assistant(address, await doors.key("ana")) as client:
        tools = (await client.list_tools()).tools

    assert [tool.name for tool in tools] == ["may_i", "list_tools", "decide"]
    for tool in tools:
        assert tool.annotations is not None
        assert tool.annotations.read_only_hint is True
        assert tool.annotations.destructive_hint is False
        assert tool.annotations.open_world_hint is False
        assert tool.description is not None
        assert "never from a model" in tool.description
        jsonschema.Draft202012Validator.check_schema(tool.input_schema)
        assert tool.output_schema is not None
        jsonschema.Draft202012Validator.check_schema(tool.output_schema)


def test_the_description_of_the_tools_names_no_tool_of_the_catalogue(shipped: Knowledge) -> None:
    described = " ".join(tool.described().model_dump_json() for tool in TOOLS.values())

    # "cursor" is the name of a tool, too.
    assert set(found_in(described, words_of_the_catalogue(shipped))) <= {"cursor"}


@pytest.mark.parametrize("mode", ["auto", "legacy"])
async def test_old_and_new_assistants_are_answered_alike(doors: Doors, mode: str) -> None:
    async with (
        doors.listening() as address,
        assistant(address, await doors.key("ana"), mode) as client,
    ):
        assert client.server_info is not None
        assert client.server_info.name == "greenlight"
        assert client.instructions is not None
        answer = told(await client.call_tool("may_i", {"question": CUSTOMERS}))

    assert answer["verdict"] == "not_allowed"


# --- Asking


@pytest.mark.parametrize(
    "question", [CUSTOMERS, "can I use ChatGPT to brainstorm?", "which tool for captions?", "hello"]
)
async def test_an_assistant_is_told_what_the_person_would_be_told(
    doors: Doors, app: App, question: str
) -> None:
    person = app.knowledge.people["ana"]
    direct = await ask.answer(app, Message(person=person, text=question), door="terminal")

    async with doors.listening() as address, assistant(address, await doors.key("ana")) as client:
        found = told(await client.call_tool("may_i", {"question": question}))

    card = direct.card
    assert (found["verdict"], found["answer"]) == (card.verdict, direct.text)
    assert found["conditions"] == list(card.conditions)
    assert [c["section"] for c in found["citations"]] == [c.section for c in card.citations]
    assert found["allowed"] == card.verdict.startswith("allowed")
    record = await app.store.run(answers.find, found["answer_id"])
    assert record is not None
    assert (record.door, record.person_id) == ("mcp", "ana")


async def test_decide_and_list_tools_answer_as_over_http(doors: Doors) -> None:
    key = await doors.key("ana")
    async with doors.listening() as address, assistant(address, key) as client:
        decided = told(await client.call_tool("decide", DECIDE))
        listed = told(await client.call_tool("list_tools", {"q": "kopilot", "limit": 3}))
    async with doors.client(key) as program:
        over_http = (await program.post("/api/v1/decide", json=DECIDE)).json()
        tools = (await program.get("/api/v1/tools?q=kopilot&limit=3")).json()

    assert {**decided, "answer_id": ""} == {**over_http, "answer_id": ""}
    assert listed == tools


@pytest.mark.parametrize("person", ["ana", "noah"])
async def test_every_answer_has_the_shape_that_the_tool_promises(doors: Doors, person: str) -> None:
    calls = [
        ("may_i", {"question": CUSTOMERS}),
        ("may_i", {"question": "thanks"}),
        ("decide", DECIDE),
        ("decide", {"tool": ["unlisted:x", "copilot"], "want": "one"}),
    ]
    if person != "noah":
        calls.append(("list_tools", {"verdict": "yes"}))
    async with doors.listening() as address, assistant(address, await doors.key(person)) as client:
        for name, arguments in calls:
            found = told(await client.call_tool(name, arguments))
            schema = TOOLS[name].described().output_schema
            assert schema is not None
            jsonschema.Draft202012Validator(schema).validate(found)


@pytest.mark.parametrize(
    ("name", "arguments", "said"),
    [
        ("may_i", {}, "question is missing"),
        ("may_i", {"question": 5}, "question"),
        ("may_i", {"question": "x", "persn": "ana"}, "Did you mean 'person'?"),
        ("may_i", {"question": "x", "person": "clara"}, "one person only"),
        ("decide", {"tool": "nope"}, "unlisted:name"),
        ("decide", {"tool": "chatgpt", "use": "sumarise"}, "Did you mean 'summarise'?"),
        ("list_tools", {"limit": 0}, "limit"),
        ("list_tools", {"cursor": "nope"}, "Begin again"),
    ],
)
async def test_a_mistake_is_told_so_that_the_assistant_can_mend_it(
    doors: Doors, app: App, name: str, arguments: dict[str, Any], said: str
) -> None:
    async with doors.listening() as address, assistant(address, await doors.key("ana")) as client:
        result = await client.call_tool(name, arguments)

    assert said in refused(result)
    assert await kept(app) == 0


async def test_a_tool_that_is_not_there_is_an_error_of_the_protocol(doors: Doors) -> None:
    async with doors.listening() as address, assistant(address, await doors.key("ana")) as client:
        with pytest.raises(MCPError, match="no such tool"):
            await client.call_tool("grant", {})


async def test_what_breaks_is_told_as_a_number_and_logged_without_words(
    doors: Doors, app: App, caplog: pytest.LogCaptureFixture
) -> None:
    key = await doors.key("ana")
    async with doors.listening() as address, assistant(address, key) as client:
        doors.served.app = replace(app, knowledge=replace(app.knowledge, sections=None))
        result = await client.call_tool("list_tools", {"limit": 1})

    number = re.findall(r"p-[0-9a-f]{10}", refused(result))
    logged = [vars(record) for record in caplog.records if record.name == "greenlight.api"]
    assert [event["number"] for event in logged] == number
    assert len(number) == 1


# --- Guests


async def test_no_word_of_the_catalogue_reaches_a_guest(doors: Doors, shipped: Knowledge) -> None:
    words = words_of_the_catalogue(shipped)
    calls = [
        *(("may_i", {"question": case.ask}) for case in shipped.questions[::9]),
        *(("decide", {"tool": tool}) for tool in list(shipped.tools)[::9]),
        *(("list_tools", {"q": tool}) for tool in list(shipped.tools)[::9]),
        ("decide", {"tool": "chatgtp5", "data": ["persona"], "use": "sumarise"}),
        ("list_tools", {"data": "persona", "cursor": "nope"}),
        ("list_tools", {}),
    ]
    leaks = []
    async with doors.listening() as address, assistant(address, await doors.key("noah")) as guest:
        listed = f"{(await guest.list_tools()).model_dump_json()} {guest.instructions}"
        for name, arguments in calls:
            result = await guest.call_tool(name, arguments)
            text = result.model_dump_json()
            leaks += [(name, word) for word in found_in(text, words)]

    assert leaks == []
    assert set(found_in(listed, words)) <= {"cursor"}


async def test_a_guest_is_never_told_yes(doors: Doors) -> None:
    async with doors.listening() as address, assistant(address, await doors.key("noah")) as guest:
        asked = told(await guest.call_tool("may_i", {"question": "can I use ChatGPT?"}))
        decided = told(await guest.call_tool("decide", {"tool": "chatgpt", "data": ["public"]}))
        listed = await guest.call_tool("list_tools", {})

    assert (asked["allowed"], asked["verdict"]) == (False, "not_allowed")
    assert decided["verdict"] == "not_allowed"
    assert "guests" in refused(listed)


# --- Keys and limits


async def test_nothing_is_answered_without_a_key(doors: Doors, app: App) -> None:
    revoked = await doors.key("ana")
    await app.store.run(end, revoked.split("_")[1], NOW)

    for key in ("", "gl_x_y", revoked):
        async with doors.client(key) as program:
            response = await called(program, ("POST", "/mcp", HANDSHAKE), headers=JSON)
        assert problem(response) == (401, "no_key", None)
        assert response.headers["www-authenticate"].startswith("Bearer")


@pytest.mark.parametrize("method", ["GET", "DELETE", "PUT"])
async def test_there_is_nothing_to_listen_to_and_nothing_to_end(doors: Doors, method: str) -> None:
    async with doors.client(await doors.key("ana")) as program:
        response = await program.request(method, "/mcp", headers=JSON)

    assert problem(response) == (405, "method", None)
    assert response.headers["allow"] == "POST"


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        ("https://greenlight.example.com", 200),
        ("https://evil.example", 403),
        ("http://greenlight.example.com", 403),
        ("null", 403),
    ],
)
async def test_pages_of_other_sites_may_not_ask(
    doors: Doors, app: App, origin: str, status: int
) -> None:
    public = app.settings.model_copy(update={"public_url": "https://greenlight.example.com/"})
    doors.served.app = replace(app, settings=public)
    key = await doors.key("ana")

    headers = {**JSON, "Origin": origin, "Authorization": f"Bearer {key}"}
    async with doors.listening() as address, httpx2.AsyncClient(base_url=address) as http:
        response = await http.post("/mcp", json=HANDSHAKE, headers=headers)

    assert response.status_code == status


async def test_a_key_acts_for_the_person_each_call_names(doors: Doors) -> None:
    async with doors.listening() as address, assistant(address, await doors.key()) as client:
        nobody = await client.call_tool("may_i", {"question": "can I use ChatGPT?"})
        ana = await client.call_tool("decide", {"tool": "chatgpt", "person": "ana"})
        guest = await client.call_tool("list_tools", {"person": "noah@partner.example"})

    assert "Say which." in refused(nobody)
    assert told(ana)["verdict"] == "allowed_with_conditions"
    assert "guests" in refused(guest)


async def test_questions_count_together_with_those_over_http(doors: Doors) -> None:
    key = await doors.key("ana")
    async with doors.client(key) as program:
        for _ in range(119):
            await program.post("/api/v1/decide", json={})

    async with doors.listening() as address, assistant(address, key) as client:
        last = await client.call_tool("may_i", {"question": "hello"})
        one_more = await client.call_tool("decide", {"tool": "chatgpt"})
        looked_up = await client.call_tool("list_tools", {"limit": 1})

    assert not last.is_error
    assert "120 times a minute" in refused(one_more)
    assert not looked_up.is_error


async def test_a_body_has_a_longest(doors: Doors) -> None:
    key = await doors.key("ana")
    headers = {**JSON, "Authorization": f"Bearer {key}"}
    call = {**HANDSHAKE, "params": {"text": "x" * 300_000}}
    async with doors.listening() as address, httpx2.AsyncClient(base_url=address) as http:
        response = await http.post("/mcp", json=call, headers=headers)

    assert response.status_code == 413


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b"[" * 9_000, b'{"id": "\xff"}'])
async def test_what_is_no_message_of_the_protocol_breaks_nothing(
    doors: Doors, body: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    key = await doors.key("ana")
    found = []
    async with doors.listening() as address, httpx2.AsyncClient(base_url=address) as http:
        for version in ("2025-11-25", "2026-07-28", "nonsense"):
            headers = {
                **JSON,
                "Authorization": f"Bearer {key}",
                "Content-Type": "application/json",
                "MCP-Protocol-Version": version,
            }
            found.append(await http.post("/mcp", content=body, headers=headers))

    assert {response.status_code for response in found} == {400}
    assert [r for r in caplog.records if r.levelno >= logging.ERROR] == []


async def test_neither_keys_nor_words_are_logged(
    doors: Doors, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    key = await doors.key("ana")
    async with doors.listening() as address, assistant(address, key) as client:
        await client.call_tool("may_i", {"question": "about my zebra in ChatGPT"})
        await client.call_tool("decide", {"tool": "unlisted:zebra"})
        await client.call_tool("list_tools", {"q": "zebra"})

    logged = str([vars(record) for record in caplog.records if "httpx" not in record.name])
    assert "asked" in logged
    assert "zebra" not in logged
    assert key.rpartition("_")[2] not in logged


# --- On this machine


def at_this_machine(home: Path, person: str | None) -> StdioServerParameters:
    return StdioServerParameters(
        command=sys.executable,
        args=["-c", f"{SERVE} run(settings.read(), {person!r})"],
        env={"GREENLIGHT_HOME": str(home)},
        cwd=Path(__file__).parents[1],
    )


@pytest.mark.parametrize("mode", ["auto", "legacy"])
async def test_an_assistant_on_this_machine_asks_as_one_person(home: Path, mode: str) -> None:
    server = at_this_machine(home, "ana@northwind.example")
    async with Client(server, mode=mode) as client:
        names = [tool.name for tool in (await client.list_tools()).tools]
        asked = told(await client.call_tool("may_i", {"question": CUSTOMERS}))
        decided = told(await client.call_tool("decide", {"tool": "chatgpt", "person": "ana"}))
        other = await client.call_tool("decide", {"tool": "chatgpt", "person": "clara"})

    assert names == ["may_i", "list_tools", "decide"]
    assert asked["verdict"] == "not_allowed"
    assert decided["verdict"] == "allowed_with_conditions"
    assert "one person only" in refused(other)


async def test_a_guest_on_this_machine_is_told_nothing_either(home: Path) -> None:
    async with Client(at_this_machine(home, "noah")) as guest:
        listed = await guest.call_tool("list_tools", {})

    assert "guests" in refused(listed)


def test_nobody_of_that_name_is_said_in_a_sentence(home: Path) -> None:
    from bot import settings

    with pytest.raises(AskError, match="neither an id nor an e-mail address"):
        run(settings.read(), "nobody")


def test_only_the_protocol_is_on_stdout_and_the_end_of_stdin_ends_it(home: Path) -> None:
    command = [sys.executable, "-c", f"{SERVE} run(settings.read(), None)"]
    said = f"{json.dumps(HANDSHAKE)}\n" + "nonsense\n" + '{"jsonrpc": "2.0"}\n'

    ended = subprocess.run(
        command, input=said.encode(), capture_output=True, timeout=50, check=True
    )

    lines = [json.loads(line) for line in ended.stdout.splitlines()]
    assert lines[0]["result"]["serverInfo"]["name"] == "greenlight"
    assert {line["jsonrpc"] for line in lines} == {"2.0"}
    assert b"Traceback" not in ended.stderr


def test_it_stops_when_it_is_interrupted(home: Path) -> None:
    command = [sys.executable, "-c", f"{SERVE} run(settings.read(), None)"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(f"{json.dumps(HANDSHAKE)}\n".encode())
        process.stdin.flush()
        process.stdout.readline()
        process.send_signal(signal.SIGINT)
        code = process.wait(20)

    assert code in {-signal.SIGINT, 130}
