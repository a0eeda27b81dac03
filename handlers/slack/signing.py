"""Where Slack's requests arrive, and whether one is Slack's own, before a word of it is read."""

from __future__ import annotations

import hmac
import time
from collections.abc import Mapping
from hashlib import sha256
from typing import Final

PATH: Final = "/slack/events"
"""Where all requests of Slack's arrive."""

_OLDEST: Final = 300
"""Seconds: an older request may have been recorded and sent again."""


class Signing:
    """Checks signatures with our signing secret."""

    def __init__(self, secret: str) -> None:
        self._secret = secret.encode()

    def signed(self, raw: bytes, headers: Mapping[str, str]) -> bool:
        """Say whether a request carries a fresh signature of Slack's."""
        stamp = headers.get("x-slack-request-timestamp", "")
        given = headers.get("x-slack-signature", "")
        if not (stamp.isascii() and stamp.isdigit() and len(stamp) < 20):
            return False
        if abs(time.time() - int(stamp)) > _OLDEST:
            return False
        made = hmac.new(self._secret, b"v0:" + stamp.encode() + b":" + raw, sha256).hexdigest()
        return hmac.compare_digest(f"v0={made}".encode(), given.encode("utf-8", "replace"))
