"""The emulator that keeps Slack's state: the npm package `emulate`, fetched once, run here."""

from __future__ import annotations

import asyncio
import itertools
import json
import shutil
import subprocess
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import aiohttp

VERSION: Final = "0.11.2"
"""The newest for Node 20. Never without a version: `latest` is another package altogether."""

FOLDER: Final = Path(__file__).parents[2] / ".rigs" / "slack"
BOT_USER: Final = "U0GREENBOT"
APP: Final = "A0GREEN001"
BOT_TOKEN: Final = "xoxb-test"
PEOPLE: Final = {
    "ana": ("Ana Ruiz", "ana@northwind.example"),
    "bob": ("Bob Newcomer", "bob@northwind.example"),
    "gus": ("Gus Guest", "gus@partner.example"),
}
CHANNELS: Final = {"marketing": False, "partners": False, "launch": True}
"""Whether each is private."""

_START: Final = """
import {readFileSync} from 'fs';
const {createEmulator} = await import(process.argv[1]);
const seed = JSON.parse(readFileSync(process.argv[3]));
const options = {service: 'slack', hostname: '127.0.0.1', port: +process.argv[2], seed};
console.log((await createEmulator(options)).url);
"""


@cache
def missing() -> str | None:
    """Say why there is no emulator; None when there is one, fetched now if it has to be."""
    if not (shutil.which("node") and shutil.which("npm")):
        return "Slack rig skipped: Node and npm are not installed."
    if _entry().exists():
        return None
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / "package.json").write_text('{"private": true}')
    fetching = subprocess.run(
        ["npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", f"emulate@{VERSION}"],
        cwd=FOLDER,
        capture_output=True,
        timeout=180,
        check=False,
    )
    if fetching.returncode or not _entry().exists():
        return f"Slack rig skipped: npm could not install emulate@{VERSION}."
    return None


def _entry() -> Path:
    return FOLDER / "node_modules" / "emulate" / "dist" / "api.js"


@dataclass
class Emulator:
    """A running emulator."""

    http: aiohttp.ClientSession
    url: str
    tokens: Iterator[str]
    """Tokens of the bot: the emulator takes 5,000 calls an hour with each."""
    ids: dict[str, str]
    """The ids of people and `#channels`, by name."""

    async def call(
        self, method: str, args: Mapping[str, Any], token: str | None = None
    ) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {token or next(self.tokens)}"}
        address = f"{self.url}/api/{method}"
        async with self.http.post(address, json=dict(args), headers=headers) as response:
            if response.status != 200:
                return {"ok": False, "error": f"emulate_{response.status}"}
            found: dict[str, Any] = await response.json(content_type=None)
            return found


@asynccontextmanager
async def emulator(home: Path, port: int) -> AsyncIterator[Emulator]:
    """Run the emulator with our people and channels until the block ends."""
    pool = [f"xoxb-pool-{number}" for number in range(10)]
    seed = home / "seed.json"
    seed.write_text(json.dumps(_seed(pool)))
    command = ["node", "--input-type=module", "-e", _START, _entry().as_uri(), str(port), str(seed)]
    process = await asyncio.create_subprocess_exec(
        *command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL
    )
    try:
        assert process.stdout is not None
        async with asyncio.timeout(30):
            assert await process.stdout.readline()
        async with aiohttp.ClientSession() as http:
            running = Emulator(http, f"http://127.0.0.1:{port}", itertools.cycle(pool), {})
            await _furnish(running)
            yield running
    finally:
        process.terminate()
        await process.wait()


def _seed(pool: list[str]) -> dict[str, Any]:
    bot = {
        "type": "bot",
        "user_id": BOT_USER,
        "bot_user_id": BOT_USER,
        "app_id": APP,
        "scopes": ["chat:write"],
    }
    return {
        "slack": {
            "team": {"name": "Northwind", "domain": "northwind"},
            "users": [
                {"name": name, "real_name": full, "email": email}
                for name, (full, email) in PEOPLE.items()
            ],
            "channels": [{"name": n, "is_private": private} for n, private in CHANNELS.items()],
            "oauth_apps": [
                {
                    "client_id": "1.2",
                    "client_secret": "none",
                    "app_id": APP,
                    "name": "Greenlight",
                    "redirect_uris": [],
                    "bot_name": "greenlight",
                    "bot_user_id": BOT_USER,
                    "scopes": ["chat:write"],
                }
            ],
            "tokens": [
                *({"token": token, **bot} for token in (BOT_TOKEN, *pool)),
                *({"token": f"xoxp-{name}", "user": name} for name in PEOPLE),
            ],
        }
    }


async def _furnish(running: Emulator) -> None:
    for user in (await running.call("users.list", {}))["members"]:
        running.ids[user["name"]] = user["id"]
    kinds = {"types": "public_channel,private_channel"}
    for channel in (await running.call("conversations.list", kinds, "xoxp-ana"))["channels"]:
        running.ids[f"#{channel['name']}"] = channel["id"]
    for name in CHANNELS:
        invited = {"channel": running.ids[f"#{name}"], "users": BOT_USER}
        await running.call("conversations.invite", invited, "xoxp-ana")
