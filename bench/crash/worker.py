"""One process of the assistant, made to be killed.

    python -m crash.worker --role accept|work|both --socket ... --far ... --url ... --inbox ...

`--inbox module:function` names what opens the inbox: an async context manager called with the
database's address, the chats and the options. `small`, below, works for a moment and answers.
"""

from __future__ import annotations

import argparse
import asyncio
import importlib
import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

import aiohttp
import sqlalchemy as sa
from aiohttp import web

from bot.chat import Arrival, Card, Chat, Platform, Post
from bot.inbox import Done, Inbox, Options, kept
from bot.store import Store, StoreError
from bot.store.tables import audit

if TYPE_CHECKING:
    from sqlalchemy import Connection

WORK = 0.02


@dataclass
class FarChat:
    """Posts to the far side; `finds` says whether it can be asked what is there."""

    client: aiohttp.ClientSession
    finds: bool

    async def post(self, post: Post) -> str:
        body = {"key": post.key, "by": os.getpid()}
        async with self.client.post("http://far/post", json=body) as answer:
            answer.raise_for_status()
            return str((await answer.json())["id"])

    async def posted(self, post: Post) -> str | None:
        if not self.finds:
            return None
        async with self.client.get("http://far/posted", params={"key": post.key}) as answer:
            found: str | None = (await answer.json())["id"]
            return found


@asynccontextmanager
async def small(url: str, chats: Mapping[Platform, Chat], options: Options) -> AsyncIterator[Inbox]:
    """An inbox whose work takes a moment, leaves a row of its own, and answers."""

    async def work(arrival: Arrival, attempt: int) -> Done:
        await asyncio.sleep(WORK)
        card = Card(action="answer", verdict="allowed", headline="Yes.")
        post = Post(key=f"re:{arrival.id}", place=arrival.place, card=card)
        return Done(posts=(post,), also=(partial(effect, id_=arrival.id),))

    def now() -> datetime:
        return datetime.now(UTC)

    async with Store.open(url, only_one=True) as store:
        yield Inbox(store, work=work, lost=lambda _: Done(), chats=chats, now=now, options=options)


def effect(connection: Connection, id_: str) -> None:
    """Write something that must be there once for each arrival."""
    row = {"at": datetime.now(UTC), "kind": "bench", "actor": "", "subject": id_, "detail": {}}
    connection.execute(sa.insert(audit), row)


def door(inbox: Inbox) -> web.Application:
    """Accepts arrivals: 200 when kept, 503 when not."""

    async def arrive(request: web.Request) -> web.Response:
        try:
            await inbox.accept(kept.to_arrival(await request.json()))
        except StoreError:
            return web.Response(status=503)
        return web.Response()

    app = web.Application()
    app.add_routes([web.post("/", arrive)])
    return app


async def main(args: argparse.Namespace) -> None:
    module, _, name = args.inbox.partition(":")
    opened = getattr(importlib.import_module(module), name)
    options = Options(lease=args.lease, post_lease=args.post_lease, post_timeout=args.post_timeout)
    far = aiohttp.UnixConnector(args.far, limit=0)
    async with aiohttp.ClientSession(connector=far) as client:
        chats = {"slack": FarChat(client, args.finds == "yes")}
        async with (
            opened(args.url, chats, options) as inbox,
            nullcontext() if args.role == "accept" else inbox.running(),
        ):
            if args.role != "work":
                runner = web.AppRunner(door(inbox))
                await runner.setup()
                await web.UnixSite(runner, args.socket).start()
            print("ready", flush=True)
            await asyncio.Event().wait()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--role", choices=["accept", "work", "both"], required=True)
    for given in ("socket", "far", "url", "inbox", "finds"):
        parser.add_argument(f"--{given}", required=True)
    for seconds in ("lease", "post-lease", "post-timeout"):
        parser.add_argument(f"--{seconds}", type=float, required=True)
    asyncio.run(main(parser.parse_args()))
