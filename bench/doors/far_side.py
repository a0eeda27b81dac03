"""Slack's Web API and Teams' connector as cheaply as they can be had: every call succeeds at once.

    python -m bench.doors.far_side PORT

`GET /_posts` gives back when each post was received, by the text that marks it, and forgets them.
With FAR_SIDE_KEEPS=1 a thread can be read back, as in Slack; every answer waits FAR_SIDE_MS.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import sys
import time
from typing import ClassVar
from urllib.parse import parse_qs, urlsplit

PERSON = {
    "id": "U0ANA",
    "team_id": "T0BENCH",
    "is_bot": False,
    "deleted": False,
    "is_restricted": False,
    "is_ultra_restricted": False,
    "is_stranger": False,
    "locale": "en-GB",
    "profile": {"real_name": "Ana Ruiz", "email": "ana@northwind.example"},
}
MARK = re.compile(r"\b1\d{9}\.\d{6}\b|bench-\d+")


KEEPS = os.environ.get("FAR_SIDE_KEEPS") == "1"
LATE = float(os.environ.get("FAR_SIDE_MS", "0")) / 1000


class Api(asyncio.Protocol):
    """One connection, kept alive."""

    posts: ClassVar[dict[str, list[float]]] = {}
    threads: ClassVar[dict[str, list[object]]] = {}
    number = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        self.buffer = b""

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        while True:
            head, separator, rest = self.buffer.partition(b"\r\n\r\n")
            if not separator:
                return
            found = re.search(rb"content-length: *(\d+)", head, re.IGNORECASE)
            length = int(found.group(1)) if found else 0
            if len(rest) < length:
                return
            self.buffer = rest[length:]
            self._answer(head, rest[:length])

    def _answer(self, head: bytes, body: bytes) -> None:
        path = head.split(b" ", 2)[1].decode()
        answer = self._says(path, body)
        payload = json.dumps(answer).encode()
        status = b"201 Created" if "/v3/" in path else b"200 OK"
        written = (
            b"HTTP/1.1 " + status + b"\r\ncontent-type: application/json\r\n"
            b"content-length: " + str(len(payload)).encode() + b"\r\n\r\n" + payload
        )
        if LATE:
            asyncio.get_running_loop().call_later(LATE, self.transport.write, written)  # type: ignore[attr-defined]
        else:
            self.transport.write(written)  # type: ignore[attr-defined]

    def _says(self, path: str, body: bytes) -> object:
        cls = type(self)
        method = urlsplit(path).path.rsplit("/", 1)[-1]
        match method:
            case "_posts":
                posts, cls.posts = cls.posts, {}
                return posts
            case "auth.test":
                return {"ok": True, "team_id": "T0BENCH", "user_id": "U0BOT", "bot_id": "B0BOT"}
            case "users.info":
                asked = parse_qs(urlsplit(path).query) | parse_qs(body.decode())
                return {"ok": True, "user": {**PERSON, "id": asked.get("user", ["U0ANA"])[0]}}
            case "usergroups.list":
                return {"ok": True, "usergroups": []}
            case "conversations.replies":
                asked = parse_qs(urlsplit(path).query) | parse_qs(body.decode())
                return {"ok": True, "messages": cls.threads.get(asked.get("ts", [""])[0], [])}
        if "/members/" in path:
            return {
                "id": "29:ana",
                "name": "Ana Ruiz",
                "email": "ana@northwind.example",
                "aadObjectId": "ana",
                "tenantId": "tenant",
                "userRole": "user",
            }
        if method.startswith("chat.post") or "/activities" in path:
            cls._keep(path, body.decode())
        cls.number += 1
        ts = f"{time.time():.6f}"
        return {"ok": True, "ts": ts, "id": f"m-{cls.number}", "channel": "D0BENCH", "messages": []}

    @classmethod
    def _keep(cls, path: str, text: str) -> None:
        sent = json.loads(text) if text.startswith("{") else {}
        mark = sent.get("metadata") or {}
        if mark.get("event_payload", {}).get("part", 1) > 1:
            return  # the second half of a long answer is no second answer
        if KEEPS and mark:
            message = {"ts": f"{time.time():.6f}", "metadata": mark}
            cls.threads.setdefault(sent.get("thread_ts", ""), []).append(message)
        for found in dict.fromkeys(MARK.findall(text + path)):
            cls.posts.setdefault(found, []).append(time.time())


async def main(port: int) -> None:
    server = await asyncio.get_running_loop().create_server(Api, "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
