"""Keys of programs: made once, kept as a digest, checked at every call."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from bot import audit
from bot.store import keys
from bot.store.keys import Key

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from bot.app import App

_SHAPE: Final = re.compile(r"gl_([0-9a-z]{10})_[0-9A-Za-z]{40}", re.ASCII)
_SMALL_LETTERS: Final = "0123456789abcdefghjkmnpqrstvwxyz"
_LETTERS: Final = "0123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
"""No letter that is read as another one; 40 of them are more than 230 bits."""

_TERMINAL: Final = "terminal"
"""Whose doing it is, in the record: whoever may run commands on this machine."""

_SEEN_EVERY: Final = timedelta(minutes=1)
"""How precisely the last use of a key is known: a write at every call would slow all of them."""


class Made(NamedTuple):
    """A new key, and the text that is shown once and kept nowhere."""

    key: Key
    text: str


def make(
    name: str, at: datetime, *, person_id: str | None = None, any_person: bool = False
) -> Made:
    """Make a key that acts for a person or, without one, for the person each call names."""
    key_id = _random(_SMALL_LETTERS, 10)
    text = f"gl_{key_id}_{_random(_LETTERS, 40)}"
    key = Key(
        id=key_id,
        name=name,
        digest=digest(text),
        person_id=person_id,
        any_person=any_person,
        created_at=at,
    )
    return Made(key, text)


def keep(connection: Connection, key: Key) -> None:
    """Keep a new key, and that it was made."""
    keys.add(connection, key)
    acts_for = key.person_id or ("anybody" if key.any_person else None)
    written = audit.Entry(
        kind="key_made",
        actor=_TERMINAL,
        subject=key.id,
        detail={"name": key.name, "acts_for": acts_for},
        at=key.created_at,
    )
    audit.write(connection, written)


def end(connection: Connection, key_id: str, at: datetime) -> bool:
    """End a key, and keep that it was ended; return False when none of this id still works."""
    ended = keys.revoke(connection, key_id, at)
    if ended:
        written = audit.Entry(kind="key_revoked", actor=_TERMINAL, subject=key_id, at=at)
        audit.write(connection, written)
    return ended


def digest(text: str) -> str:
    """Return what is kept of a key.

    One round of SHA-256 is enough: the text is random, so there is nothing to guess.
    """
    return hashlib.sha256(text.encode()).hexdigest()


def fits(key: Key | None, text: str) -> bool:
    """Say whether this is the text of a key that still works; as slow for every wrong one."""
    right = hmac.compare_digest(digest(text), key.digest if key is not None else _NOBODYS)
    return right and key is not None and key.revoked_at is None


async def opened(app: App, text: str) -> Key | None:
    """Return the key with this text, and remember that it was used; None when it opens nothing."""
    shape = _SHAPE.fullmatch(text)
    if shape is None:
        return None
    key = await app.store.run(keys.find, shape[1])
    if key is None or not fits(key, text):
        return None
    now = app.now()
    if key.used_at is None or now - key.used_at >= _SEEN_EVERY:
        await app.store.run(keys.used, key.id, now)
    return key


def _random(letters: str, length: int) -> str:
    return "".join(secrets.choice(letters) for _ in range(length))


_NOBODYS: Final = digest("")
"""What an unknown key is compared with, so that it takes as long as a known one."""
