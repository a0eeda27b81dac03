"""The whole server: a real process, its pages, and how it starts and ends."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from bot import settings
from bot.settings import SettingsError
from handlers.server import serve
from handlers.worker import work


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


@contextmanager
def serving() -> Iterator[tuple[str, subprocess.Popen[str]]]:
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", "serve", "--port", str(port)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        assert "Greenlight is ready" in process.stdout.readline()
        yield f"http://127.0.0.1:{port}", process
    finally:
        process.kill()
        process.communicate()


def get(address: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(address, timeout=20) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def test_it_serves_its_pages_and_ends_by_itself_when_told_to(home, shipped):
    with serving() as (base, process):
        ready = json.loads(get(f"{base}/readyz")[1])
        pages = {path: get(base + path) for path in ("/", "/privacy", "/terms", "/healthz")}
        elsewhere = get(f"{base}/slack/events")[0]
        process.send_signal(signal.SIGTERM)
        process.wait(20)

    assert ready["status"] == "ready"
    assert {status for status, _ in pages.values()} == {200}
    assert elsewhere == 404
    text = " ".join(body for _, body in pages.values()).lower()
    assert [tool.name for tool in shipped.tools.values() if tool.name.lower() in text] == []
    # Killed by the signal it would be -15, with nothing drained.
    assert process.returncode == 0


def test_a_second_one_on_the_same_database_is_refused_in_a_sentence(home):
    with serving():
        second = subprocess.run(
            [sys.executable, "-m", "bot", "serve", "--port", str(free_port())],
            capture_output=True,
            text=True,
            check=False,
        )

    assert second.returncode == 2
    assert "already running" in second.stderr
    assert "Traceback" not in second.stderr


def test_a_taken_port_is_said_in_a_sentence(home):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        with pytest.raises(SettingsError, match="is taken"):
            serve(settings.read(), host="127.0.0.1", port=port)


def test_a_worker_on_sqlite_says_what_to_do(home):
    with pytest.raises(SettingsError, match="needs PostgreSQL"):
        work(settings.read())


def test_anonymous_teams_is_refused_where_others_can_reach_it(home):
    given = settings.read(teams_allow_anonymous="local", teams_tenant_ids="t")

    with pytest.raises(SettingsError, match="TEAMS_ALLOW_ANONYMOUS"):
        serve(given, host="0.0.0.0", port=free_port())
