"""Health, readiness, metrics and traces: what can be seen of a process, and by whom."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx2
import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from pydantic import SecretStr
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Mount, Route

from bot import ask
from bot.app import App
from bot.chat import Arrival, Caller, Message, Place, Said
from bot.inbox import arrivals
from bot.knowledge import KnowledgeError, Problem
from bot.log import JsonLines
from bot.store import StoreError
from bot.telemetry import Metrics, span, traces
from handlers.ops import Check, Checks, Measured, Operations

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
SINCE = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)


class Process:
    """A process as seen over HTTP, with everything that can be wrong with it."""

    def __init__(self, app: App) -> None:
        self.app = app
        self.broken: KnowledgeError | None = None
        self.metrics = Metrics()
        self.time = 0.0
        self.operations = Operations(
            app=lambda: self.app,
            broken=lambda: self.broken,
            since=lambda: SINCE,
            metrics=self.metrics,
            checks=Checks(clock=lambda: self.time),
        )

    async def get(self, path: str, *, client: str = "127.0.0.1", **headers: str) -> httpx2.Response:
        site = Starlette(routes=self.operations.routes())
        transport = httpx2.ASGITransport(app=site, client=(client, 1))
        async with httpx2.AsyncClient(transport=transport, base_url="http://here") as browser:
            return await browser.get(path, headers=headers)

    async def ready(self, **given: Any) -> dict[str, Any]:
        found: dict[str, Any] = (await self.get("/readyz", **given)).json()
        return found

    async def figures(self) -> str:
        return (await self.get("/metrics")).text


@pytest.fixture
def process(app: App) -> Process:
    return Process(app)


class Away:
    """A database that has gone."""

    async def run(self, *_: object) -> None:
        raise StoreError("The PostgreSQL database cannot be used: it does not answer in time.")


class Hangs:
    async def run(self, *_: object) -> None:
        await asyncio.Event().wait()


# --- alive and ready


async def test_a_process_that_runs_says_that_it_lives_and_nothing_else(process: Process) -> None:
    found = await process.get("/healthz", client="203.0.113.7")

    assert (found.status_code, found.text) == (200, "ok\n")


async def test_alive_does_not_ask_the_database(process: Process) -> None:
    process.app = replace(process.app, store=Away())  # type: ignore[arg-type]

    assert (await process.get("/healthz")).status_code == 200


async def test_ready_names_every_check(process: Process) -> None:
    found = await process.get("/readyz")

    assert found.status_code == 200
    body = found.json()
    assert body["status"] == "ready"
    assert list(body["checks"]) == ["database", "knowledge", "queues"]
    version = process.app.knowledge.version
    assert body["checks"]["knowledge"] == {
        "ok": True,
        "detail": f"Version {version} is in force since 2026-11-22 08:00:00 UTC.",
    }


@pytest.mark.parametrize("store", [Away(), Hangs()])
async def test_without_its_database_a_process_is_not_ready(
    process: Process, store: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("handlers.ops.operations._DATABASE", 0.01)
    broken = Process(replace(process.app, store=store))

    found = await broken.get("/readyz")

    assert found.status_code == 503
    assert found.json()["status"] == "not ready"
    assert not found.json()["checks"]["database"]["ok"]


async def test_a_platform_that_refuses_us_degrades_but_does_not_take_us_out(
    process: Process,
) -> None:
    async def refused() -> Check:
        return Check(ok=False, detail="Slack refuses SLACK_BOT_TOKEN: invalid_auth.")

    process.operations.checks.register("slack", refused)

    found = await process.get("/readyz")

    assert found.status_code == 200
    assert found.json()["status"] == "degraded"
    assert found.json()["checks"]["slack"]["ok"] is False


async def test_a_broken_edit_degrades_and_says_where_it_is(process: Process) -> None:
    problem = Problem("tools/chatgpt.yaml", 12, "status", "is wrong about Zanzibar")
    process.broken = KnowledgeError([problem])

    found = await process.ready()

    assert found["status"] == "degraded"
    assert "tools/chatgpt.yaml:12" in found["checks"]["knowledge"]["detail"]
    assert "Zanzibar" not in json.dumps(found)


async def test_what_waits_for_long_in_the_inbox_degrades(process: Process) -> None:
    await process.app.store.run(arrivals.add, arrival("1"), NOW - timedelta(minutes=3))

    found = await process.ready()

    assert found["status"] == "degraded"
    assert found["checks"]["queues"]["detail"].startswith(
        "Inbox: 1 wait, 0 in work, 0 given up; the oldest is 180 s old."
    )


async def test_when_a_token_expires_is_told_and_measured(process: Process) -> None:
    async def lasts() -> Check:
        return Check(ok=True, detail="The app may sign in.", expires=NOW)

    process.operations.checks.register("teams", lasts)

    found = await process.ready()

    assert found["checks"]["teams"]["expires"] == NOW.isoformat()
    line = f'greenlight_check_expires_timestamp_seconds{{check="teams"}} {NOW.timestamp()}'
    assert figure(await process.figures(), line) == NOW.timestamp()


@pytest.mark.parametrize(
    "given",
    [
        {"client": "203.0.113.7"},
        {"client": "127.0.0.1", "X-Forwarded-For": "203.0.113.7"},
        {"client": "not an address"},
    ],
)
async def test_others_are_told_that_we_are_ready_but_nothing_about_why(
    process: Process, given: dict[str, str]
) -> None:
    found = await process.ready(**given)

    assert found["status"] == "ready"
    assert found["checks"]["knowledge"] == {"ok": True}


# --- checks


async def test_a_platform_is_asked_once_a_minute_whoever_asks_us(process: Process) -> None:
    asked: list[float] = []

    async def look() -> Check:
        asked.append(process.time)
        return Check(ok=True, detail="")

    process.operations.checks.register("slack", look)

    for process.time in (0.0, 59.0, 60.0):
        await asyncio.gather(process.ready(), process.ready())

    assert asked == [0.0, 60.0]


async def test_a_check_that_hangs_or_breaks_is_a_check_that_fails(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def hangs() -> Check:
        await asyncio.Event().wait()
        raise AssertionError

    async def breaks() -> Check:
        raise ValueError("the customer list of Zanzibar")

    checks = Checks()
    checks.register("hangs", hangs, limit=0.01)
    checks.register("breaks", breaks)

    found = await checks.results()

    assert found["hangs"].check.detail == "No answer within 0.01 seconds."
    assert found["breaks"].check.detail == "The check itself failed (ValueError)."
    assert "Zanzibar" not in "".join(map(JsonLines().format, caplog.records))


# --- metrics, and who may read them


def secured(process: Process, token: str) -> None:
    settings = process.app.settings.model_copy(update={"metrics_token": SecretStr(token)})
    process.app = replace(process.app, settings=settings)


@pytest.mark.parametrize("client", ["127.0.0.1", "127.8.8.8", "::1", "::ffff:127.0.0.1"])
async def test_without_a_token_this_machine_may_read_metrics(process: Process, client: str) -> None:
    assert (await process.get("/metrics", client=client)).status_code == 200


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "X-Real-IP"])
async def test_a_proxy_on_this_machine_is_not_this_machine(process: Process, header: str) -> None:
    found = await process.get("/metrics", **{header: "127.0.0.1"})

    assert found.status_code == 403
    assert "GREENLIGHT_METRICS_TOKEN" in found.text


async def test_another_machine_may_read_metrics_with_the_token_only(process: Process) -> None:
    token = os.urandom(16).hex()
    secured(process, token)

    async def status(client: str, authorization: str) -> int:
        found = await process.get("/metrics", client=client, Authorization=authorization)
        return found.status_code

    assert await status("203.0.113.7", f"Bearer {token}") == 200
    assert await status("203.0.113.7", f"bearer {token}") == 200
    assert await status("203.0.113.7", f"Bearer {token}x") == 401
    assert await status("203.0.113.7", f"Basic {token}") == 401
    assert await status("127.0.0.1", "") == 401


async def test_metrics_say_how_much_waits(process: Process) -> None:
    await process.app.store.run(arrivals.add, arrival("1"), NOW - timedelta(seconds=40))
    await process.app.store.run(arrivals.add, arrival("2"), NOW)

    text = await process.figures()

    assert figure(text, 'greenlight_queue_rows{box="inbox",state="ready"}') == 2
    assert figure(text, 'greenlight_queue_rows{box="outbox",state="dead"}') == 0
    assert figure(text, 'greenlight_queue_oldest_seconds{box="inbox"}') == 40


async def test_metrics_count_what_happens(process: Process) -> None:
    metrics = process.metrics
    metrics.accepted("slack", "said", 0.003)
    metrics.answered("slack", "not_allowed", 0.02)
    metrics.refused("guest")
    metrics.posted("slack", "sent")
    metrics.knowledge_broken()
    metrics.knowledge("abc123")
    metrics.knowledge("def456")

    text = await process.figures()

    assert figure(text, 'greenlight_accept_seconds_count{door="slack",kind="said"}') == 1
    assert figure(text, 'greenlight_answers_total{door="slack",verdict="not_allowed"}') == 1
    assert figure(text, 'greenlight_answer_seconds_sum{door="slack"}') == 0.02
    assert figure(text, 'greenlight_refusals_total{kind="guest"}') == 1
    assert figure(text, 'greenlight_posts_total{outcome="sent",platform="slack"}') == 1
    assert figure(text, "greenlight_knowledge_load_failures_total") == 1
    assert figure(text, "greenlight_knowledge_broken") == 0
    assert figure(text, 'greenlight_knowledge_info{version="def456"}') == 1
    assert "abc123" not in text
    assert figure(text, "process_open_fds") > 0


async def test_the_version_in_force_is_told_from_the_start(process: Process) -> None:
    version = process.app.knowledge.version

    assert figure(await process.figures(), f'greenlight_knowledge_info{{version="{version}"}}') == 1


async def test_two_processes_of_one_test_share_no_figures(process: Process, app: App) -> None:
    other = Process(app)

    process.metrics.refused("guest")

    assert "greenlight_refusals_total{" not in await other.figures()


async def test_without_the_database_the_other_figures_are_still_told(process: Process) -> None:
    process.metrics.refused("guest")
    process.app = replace(process.app, store=Away())  # type: ignore[arg-type]

    text = await process.figures()

    assert figure(text, 'greenlight_refusals_total{kind="guest"}') == 1
    assert figure(text, 'greenlight_check_ok{check="database"}') == 0


async def test_requests_are_counted_by_door_pattern_and_kind_of_answer(process: Process) -> None:
    async def answer(request: Request) -> Response:
        return PlainTextResponse("", int(request.path_params["status"]))

    async def breaks(_request: Request) -> Response:
        raise ValueError

    site = Starlette(
        routes=[
            Route("/api/v1/{status}", answer),
            Mount("/slack", routes=[Route("/{status}", answer), Route("/events/x", breaks)]),
        ]
    )
    transport = httpx2.ASGITransport(
        app=Measured(site, process.metrics), raise_app_exceptions=False
    )
    async with httpx2.AsyncClient(transport=transport, base_url="http://here") as browser:
        for path in ("/api/v1/201", "/api/v1/404", "/slack/200", "/slack/events/x", "/secret"):
            await browser.get(path)

    text = await process.figures()
    counted = [line for line in text.splitlines() if line.startswith("greenlight_requests_total{")]
    assert sorted(counted) == [
        'greenlight_requests_total{door="api",kind="/api/v1/{status}",status="2xx"} 1.0',
        'greenlight_requests_total{door="api",kind="/api/v1/{status}",status="4xx"} 1.0',
        'greenlight_requests_total{door="none",kind="none",status="4xx"} 1.0',
        'greenlight_requests_total{door="slack",kind="/events/x",status="5xx"} 1.0',
        'greenlight_requests_total{door="slack",kind="/{status}",status="2xx"} 1.0',
    ]


# --- traces and logs


@pytest.fixture(scope="session")
def exporter() -> InMemorySpanExporter:
    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    trace.set_tracer_provider(provider)
    return exporter


@pytest.fixture
def spans(exporter: InMemorySpanExporter) -> Iterator[InMemorySpanExporter]:
    exporter.clear()
    yield exporter
    exporter.clear()


def test_a_span_carries_ids_and_no_sentences(spans: InMemorySpanExporter) -> None:
    with span("work", arrival="slack:Ev01", attempt=2, text="the list of Zanzibar"):
        pass

    (made,) = spans.get_finished_spans()
    assert made.name == "work"
    assert made.attributes == {"arrival": "slack:Ev01", "attempt": 2}


def test_a_span_names_an_error_without_its_words(spans: InMemorySpanExporter) -> None:
    with pytest.raises(ValueError, match="Zanzibar"), span("work"):
        raise ValueError("the list of Zanzibar")

    (made,) = spans.get_finished_spans()
    assert made.status.description == "ValueError"
    assert "Zanzibar" not in made.to_json()


async def test_a_marked_word_is_in_no_log_no_figure_and_no_span(
    process: Process, spans: InMemorySpanExporter, caplog: pytest.LogCaptureFixture
) -> None:
    marker = f"Zanzibar{os.urandom(4).hex()}"
    person = process.app.knowledge.people["ana"]
    asked = Message(person=person, text=f"may I put {marker} customer data into ChatGPT?")

    with caplog.at_level(logging.INFO):
        with span("ask", person=person.id, text=asked.text):
            given = await ask.answer(process.app, asked, door="slack")
        process.metrics.answered("slack", given.card.verdict, given.ms / 1000)

    logged = "".join(JsonLines().format(record) for record in caplog.records)
    traced = "".join(made.to_json() for made in spans.get_finished_spans())
    shown = await process.figures() + json.dumps(await process.ready())
    assert given.answer_id in logged
    assert '"ask"' in traced
    assert "not_allowed" in shown
    assert marker not in logged + traced + shown


def test_what_a_library_complains_about_is_logged_without_its_words() -> None:
    said = logging.LogRecord(
        "slack_bolt.App", logging.WARNING, "app.py", 7, "Unhandled: %s", ("Zanzibar",), None, "run"
    )
    said.body = "Zanzibar"

    line = json.loads(JsonLines().format(said))

    assert line["logger"] == "slack_bolt.App"
    assert line["by"] == "app.py:7 run"
    assert "Zanzibar" not in json.dumps(line)


def test_what_the_web_server_complains_about_is_logged_in_its_words() -> None:
    said = logging.LogRecord(
        "uvicorn.error", logging.WARNING, "x.py", 1, "Invalid %s", ("y",), None
    )

    assert json.loads(JsonLines().format(said))["event"] == "Invalid y"


def test_traces_without_what_sends_them_are_one_line_with_the_fix(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setitem(sys.modules, "opentelemetry.exporter.otlp.proto.http.trace_exporter", None)

    with traces.tracing("http://127.0.0.1:4318"), span("work"):
        pass

    (record,) = caplog.records
    assert "Install greenlight[telemetry]" in record.getMessage()


@pytest.fixture
async def collector() -> AsyncIterator[tuple[str, list[bytes]]]:
    """An OpenTelemetry collector: its address, and what it was sent."""
    sent: list[bytes] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            assert self.path == "/v1/traces"
            sent.append(self.rfile.read(int(self.headers["content-length"])))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None: ...

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", sent
        server.shutdown()


PROGRAM = """
import sys
from opentelemetry import trace
from bot.telemetry import span, tracing
with tracing(sys.argv[1]):
    with span("work", arrival="slack:Ev01"):
        with trace.get_tracer("mcp").start_as_current_span("tool", attributes={"said": "Zanzibar"}):
            pass
"""


async def test_our_spans_reach_the_collector_and_those_of_libraries_do_not(
    collector: tuple[str, list[bytes]],
) -> None:
    address, sent = collector

    await run(PROGRAM, address)

    whole = b"".join(sent)
    assert b"slack:Ev01" in whole
    assert b"greenlight" in whole
    assert b"Zanzibar" not in whole


async def test_a_collector_that_is_away_does_not_keep_a_process_from_ending() -> None:
    await run(PROGRAM, "http://127.0.0.1:9")


async def run(program: str, *arguments: str) -> None:
    command = [sys.executable, "-c", program, *arguments]
    root = Path(__file__).parents[1]
    await asyncio.to_thread(
        subprocess.run, command, check=True, cwd=root, capture_output=True, timeout=30
    )


# --- helpers


def arrival(number: str) -> Arrival:
    return Arrival(
        id=f"slack:Ev{number}",
        at=NOW,
        caller=Caller(platform="slack", user="U1", team="T1"),
        place=Place(platform="slack", team="T1", channel=f"D{number}"),
        deed=Said(text="may I?"),
    )


def figure(text: str, name: str) -> float:
    """Return the value of one metric of a page of them."""
    (line,) = [line for line in text.splitlines() if line.startswith(f"{name.split('} ')[0]}")]
    return float(line.rpartition(" ")[2])
