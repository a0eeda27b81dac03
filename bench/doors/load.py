"""Messages as Slack and Teams send them, as fast as so many clients can, or at a steady rate."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import itertools
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

QUESTIONS = (
    "can I put our customer list into ChatGPT?",
    "may I use Midjourney for social posts?",
    "which tool can I use to translate a contract?",
    "can I record the meeting with Otter?",
    "is it ok to use Claude for code with internal data",
    "what does the policy say about images of people?",
    "can I use DeepL for a public press release?",
    "which AI tools can I use?",
)


@dataclass
class Result:
    """What the clients saw."""

    took: list[float] = field(default_factory=list)
    """Milliseconds from sending a message to its acknowledgement."""
    sent_at: dict[str, float] = field(default_factory=dict)
    refused: int = 0
    seconds: float = 0.0


def slack_messages(secret: str, first: int = 0) -> Iterator[tuple[str, bytes, dict[str, str]]]:
    """Signed direct messages, each with the mark its answer will carry."""
    for number in itertools.count(first):
        mark = f"1{int(time.time()) % 10**9:09d}.{number % 10**6:06d}"
        event = {
            "type": "message",
            "channel_type": "im",
            "user": f"U0ANA{number % 1000}",
            "channel": f"D0BENCH{number % 1000}",
            "team": "T0BENCH",
            "text": QUESTIONS[number % len(QUESTIONS)],
            "ts": mark,
            "client_msg_id": f"c-{number}",
        }
        body = json.dumps(
            {
                "type": "event_callback",
                "team_id": "T0BENCH",
                "api_app_id": "A0BENCH",
                "event_id": f"Ev{number}",
                "event_time": int(time.time()),
                "event": event,
                "authorizations": [{"team_id": "T0BENCH", "user_id": "U0BOT", "is_bot": True}],
            }
        ).encode()
        at = str(int(time.time()))
        signed = hmac.new(secret.encode(), b"v0:" + at.encode() + b":" + body, hashlib.sha256)
        yield (
            mark,
            body,
            {
                "x-slack-request-timestamp": at,
                "x-slack-signature": f"v0={signed.hexdigest()}",
            },
        )


def teams_messages(service: str, first: int = 0) -> Iterator[tuple[str, bytes, dict[str, str]]]:
    """Personal messages without a token: the server runs in its development mode."""
    for number in itertools.count(first):
        mark = f"bench-{number}"
        body = json.dumps(
            {
                "type": "message",
                "id": f"{number}",
                "channelId": "msteams",
                "serviceUrl": service,
                "from": {"id": f"29:ana{number % 50}", "aadObjectId": f"ana{number % 50}"},
                "recipient": {"id": "28:bot", "name": "Greenlight"},
                "conversation": {"id": mark, "conversationType": "personal", "tenantId": "tenant"},
                "channelData": {"tenant": {"id": "tenant"}},
                "locale": "en-GB",
                "text": QUESTIONS[number % len(QUESTIONS)],
            }
        ).encode()
        yield mark, body, {}


async def send(
    url: str,
    messages: Iterator[tuple[str, bytes, dict[str, str]]],
    *,
    number: int,
    clients: int,
    rate: float | None = None,
) -> Result:
    """Send so many messages with so many clients; with a rate, no faster than that."""
    result = Result()
    target = urlsplit(url)
    start = time.perf_counter()
    due = (start + n / rate if rate else 0.0 for n in itertools.count())
    left = iter(range(number))

    async def client() -> None:
        reader, writer = await asyncio.open_connection(target.hostname, target.port)
        for _ in left:
            wait = next(due) - time.perf_counter()
            if wait > 0:
                await asyncio.sleep(wait)
            mark, body, headers = next(messages)
            head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
            request = (
                f"POST {target.path} HTTP/1.1\r\nhost: {target.netloc}\r\n"
                f"content-type: application/json\r\n{head}content-length: {len(body)}\r\n\r\n"
            ).encode()
            began = time.perf_counter()
            result.sent_at[mark] = time.time()
            writer.write(request + body)
            status = await _answered(reader)
            result.took.append((time.perf_counter() - began) * 1000)
            result.refused += status >= 300
        writer.close()

    await asyncio.gather(*(client() for _ in range(clients)))
    result.seconds = time.perf_counter() - start
    return result


async def _answered(reader: asyncio.StreamReader) -> int:
    head = await reader.readuntil(b"\r\n\r\n")
    length = 0
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            length = int(line.partition(b":")[2])
    if length:
        await reader.readexactly(length)
    return int(head.split(b" ", 2)[1])
