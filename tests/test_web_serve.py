from __future__ import annotations

import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot import settings
from bot.settings import SettingsError
from handlers.listening import listening
from handlers.web.serve import serve


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        yield holder.getsockname()[1]


def test_a_taken_port_leads_to_the_next_free_one(taken: int) -> None:
    with listening("127.0.0.1", taken) as listener:
        assert taken < listener.getsockname()[1] <= taken + 19


def test_a_port_that_does_not_exist_is_refused_in_words() -> None:
    with pytest.raises(SettingsError, match="Choose another"):
        listening("127.0.0.1", 70_000)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "example.org", ""])
def test_the_playground_listens_on_this_computer_only(host: str) -> None:
    with pytest.raises(SettingsError, match="this computer only"):
        serve(settings.read(), host=host)


def test_the_command_serves_says_where_and_stops_when_told(home: Path, taken: int) -> None:
    command = [sys.executable, "-m", "bot", "demo", "--port", str(taken)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        assert process.stdout is not None
        said = process.stdout.readline().decode()
        ready = process.stdout.readline().decode()
        address = ready.split()[3]
        with urllib.request.urlopen(f"{address}/tools") as page:
            status = page.status
        process.send_signal(signal.SIGINT)
        process.wait(20)

    assert said == f"Port {taken} is taken, so this is port {address.rpartition(':')[2]}.\n"
    assert ready == f"Greenlight is ready: {address} (Ctrl+C stops it)\n"
    assert status == 200
