"""A real Chromium, driven through the WebDriver protocol with nothing but the standard library."""

from __future__ import annotations

import base64
import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")

ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
ENTER, TAB, ESCAPE, SHIFT = "\ue007", "\ue004", "\ue00c", "\ue008"
PATIENCE = 15.0
"""Seconds for something to happen in the browser."""

ROOT = Path(__file__).parents[2]


def missing() -> str | None:
    """What this machine lacks for these tests; None when it has everything."""
    chromium = any(map(shutil.which, ("chromium", "chromium-browser", "google-chrome")))
    if not chromium or shutil.which("chromedriver") is None:
        return "needs Chromium and its driver: apt-get install chromium chromium-driver"
    return None


class Chromium:
    """One window."""

    def __init__(self, driver: str, session: str) -> None:
        self._driver = driver
        self._session = session

    def command(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        return request(method, f"{self._driver}/session/{self._session}{path}", body)

    def cdp(self, command: str, **params: Any) -> Any:
        return self.command("POST", "/goog/cdp/execute", {"cmd": command, "params": params})

    def look(self, *, width: int, height: int, dark: bool = False, calm: bool = True) -> None:
        """Be a screen of this size, with these wishes of its owner."""
        self.cdp(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=width < 600,
        )
        wishes = {
            "prefers-color-scheme": "dark" if dark else "light",
            "prefers-reduced-motion": "reduce" if calm else "no-preference",
        }
        features = [{"name": name, "value": value} for name, value in wishes.items()]
        self.cdp("Emulation.setEmulatedMedia", features=features)

    def open(self, address: str) -> None:
        self.command("POST", "/url", {"url": address})

    def run(self, script: str, *arguments: Any) -> Any:
        return self.command("POST", "/execute/sync", {"script": script, "args": list(arguments)})

    def run_async(self, script: str) -> Any:
        return self.command("POST", "/execute/async", {"script": script, "args": []})

    def find(self, css: str) -> str:
        found = self.command("POST", "/element", {"using": "css selector", "value": css})
        return str(found[ELEMENT])

    def count(self, css: str) -> int:
        return len(self.command("POST", "/elements", {"using": "css selector", "value": css}))

    def text(self, css: str) -> str:
        return str(self.command("GET", f"/element/{self.find(css)}/text"))

    def click(self, css: str) -> None:
        self.command("POST", f"/element/{self.find(css)}/click", {})

    def write(self, css: str, text: str) -> None:
        self.command("POST", f"/element/{self.find(css)}/value", {"text": text})

    def press(self, *keys: str) -> None:
        """Press keys one after the other, wherever the focus is; SHIFT + key is one press."""
        for key in keys:
            downs = [{"type": "keyDown", "value": one} for one in key]
            ups = [{"type": "keyUp", "value": one} for one in reversed(key)]
            source = {"type": "key", "id": "keys", "actions": [*downs, *ups]}
            self.command("POST", "/actions", {"actions": [source]})

    def type(self, text: str) -> None:
        self.press(*text)

    def focused(self) -> str:
        """The element with the focus, as tag#id.class."""
        return str(
            self.run(
                "const e = document.activeElement; return e.tagName.toLowerCase()"
                " + (e.id ? '#' + e.id : '') + [...e.classList].map(c => '.' + c).join('')"
            )
        )

    def until(self, found: Callable[[], T]) -> T:
        """Wait until something is true, and return it."""
        end = time.monotonic() + PATIENCE
        while True:
            value = found()
            if value:
                return value
            if time.monotonic() > end:
                raise AssertionError(f"still {value!r} after {PATIENCE} s")
            time.sleep(0.03)

    def picture(self) -> bytes:
        return base64.b64decode(self.command("GET", "/screenshot"))

    def complaints(self) -> list[str]:
        """Errors on the console since the last look, such as refused scripts and styles."""
        entries = self.command("POST", "/se/log", {"type": "browser"})
        return [entry["message"] for entry in entries if entry["level"] == "SEVERE"]


@contextmanager
def chromium(
    *, scripts: bool = True, environment: Mapping[str, str] | None = None
) -> Iterator[Chromium]:
    """Open a window without a screen; close it at the end."""
    port = free_port()
    command = [str(shutil.which("chromedriver")), f"--port={port}"]
    where = {**os.environ, **(environment or {})}  # noqa: TID251 - what it needs of this machine
    with subprocess.Popen(
        command, env=where, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        driver = f"http://127.0.0.1:{port}"
        try:
            wait_for(f"{driver}/status", process)
            session = request("POST", f"{driver}/session", _capabilities(scripts=scripts))
            window = Chromium(driver, session["sessionId"])
            try:
                yield window
            finally:
                window.command("DELETE", "")
        finally:
            process.terminate()


def _capabilities(*, scripts: bool) -> dict[str, Any]:
    arguments = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
    arguments += ["--hide-scrollbars", "--window-size=1280,900"]
    options: dict[str, Any] = {"args": arguments}
    if not scripts:
        options["prefs"] = {"profile.managed_default_content_settings.javascript": 2}
    wanted = {"goog:chromeOptions": options, "goog:loggingPrefs": {"browser": "ALL"}}
    return {"capabilities": {"alwaysMatch": wanted}}


@contextmanager
def playground(home: Path) -> Iterator[str]:
    """Run `greenlight demo` with a home of its own; gives its address."""
    port = free_port()
    command = [sys.executable, "-m", "bot", "demo", "--port", str(port)]
    where = {**os.environ, "GREENLIGHT_HOME": str(home)}  # noqa: TID251 - for the other process
    with subprocess.Popen(
        command, cwd=ROOT, env=where, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        address = f"http://127.0.0.1:{port}"
        try:
            wait_for(address, process)
            yield address
        finally:
            process.terminate()


def request(method: str, address: str, body: Mapping[str, Any] | None = None) -> Any:
    data = None if body is None else json.dumps(body).encode()
    headers = {"Content-Type": "application/json"}
    sent = urllib.request.Request(address, data, headers, method=method)
    try:
        with urllib.request.urlopen(sent, timeout=60) as answered:
            return json.load(answered)["value"]
    except urllib.error.HTTPError as error:
        problem = json.load(error)["value"]
        raise AssertionError(f"{problem['error']}: {problem['message'][:300]}") from None


def wait_for(address: str, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + 3 * PATIENCE
    while True:
        try:
            urllib.request.urlopen(address, timeout=3 * PATIENCE).close()
        except OSError:
            if process.poll() is not None or time.monotonic() > end:
                raise
            time.sleep(0.05)
        else:
            return


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
    return port
