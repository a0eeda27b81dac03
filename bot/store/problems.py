"""What can be wrong with the database, said to the person who runs Greenlight."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa


class StoreError(Exception):
    """The database cannot be used; the message says why and what to do."""


def of_server(error: Exception) -> StoreError:
    """Return what is wrong with a PostgreSQL server, in one sentence.

    Nothing of the driver's own message is repeated: it can quote parts of the address, and a
    mistyped address can have the password where the host should be.
    """
    return StoreError(
        f"The PostgreSQL database cannot be used: {_reason(error)}. "
        "Check the server, and GREENLIGHT_DATABASE_URL."
    )


def _reason(error: Exception) -> str:
    if isinstance(error, TimeoutError | sa.exc.TimeoutError):
        return "it does not answer in time"
    cause = getattr(error, "orig", None) or error
    state = getattr(cause, "sqlstate", None) or ""
    for prefix, reason in _BY_STATE:
        if state.startswith(prefix):
            return reason
    said = str(cause).lower()
    return next((reason for words, reason in _BY_WORDS if words in said), "it cannot be reached")


_REFUSED: Final = "it refuses the user or the password"
_NO_DATABASE: Final = "it has no database of that name"

_BY_STATE: Final = (
    ("28", _REFUSED),
    ("3D", _NO_DATABASE),
    ("25006", "it can only be read at the moment"),
    ("40", "two writers got into each other's way"),
    ("42501", "its user may not write there"),
    ("53100", "its disk is full"),
    ("53", "it has no room for more"),
    ("55P03", "somebody else holds a lock"),
    ("57", "it is stopping or starting"),
)
"""SQLSTATE of the server, most exact first."""

_BY_WORDS: Final = (
    ("password", _REFUSED),
    ("pg_hba", _REFUSED),
    ("role ", _REFUSED),
    ("does not exist", _NO_DATABASE),
    ("refused", "nothing listens at that host and port"),
    ("resolve", "that host is not known"),
    ("translate", "that host is not known"),
    ("name or service", "that host is not known"),
    ("timeout", "it does not answer in time"),
    ("timed out", "it does not answer in time"),
    ("ssl", "the encryption it wants is not the one we use"),
    ("too many", "it has no room for more"),
    ("starting up", "it is stopping or starting"),
    ("shutting down", "it is stopping or starting"),
)
"""Before a connection stands there is no SQLSTATE, only the words of libpq."""
