"""What a program is told when it cannot be answered: a code for it, a plain sentence for people."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Mapping
from http import HTTPStatus

from starlette.responses import Response

from bot.log import broken
from handlers.api.replies import reply

log = logging.getLogger("greenlight.api")


class CallError(Exception):
    """A call cannot be answered; the message is a sentence for whoever wrote the program."""

    def __init__(
        self,
        status: HTTPStatus,
        code: str,
        message: str,
        *,
        field: str = "",
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.field = field
        self.headers = headers or {}

    def response(self) -> Response:
        """Return what is sent."""
        error = {"code": self.code, "message": self.message}
        if self.field:
            error["field"] = self.field
        return reply({"error": error}, self.status, self.headers)


def invalid(message: str, field: str = "") -> CallError:
    """Return the problem of a value that cannot be used."""
    return CallError(HTTPStatus.UNPROCESSABLE_ENTITY, "invalid", message, field=field)


def unavailable() -> CallError:
    """Return the problem of a database that cannot be used at the moment."""
    return CallError(
        HTTPStatus.SERVICE_UNAVAILABLE,
        "unavailable",
        "Nothing can be looked up at the moment. Please try again.",
        headers={"Retry-After": "5"},
    )


def ours(number: str) -> CallError:
    """Return the problem of something that broke here, under the number it is logged with."""
    return CallError(
        HTTPStatus.INTERNAL_SERVER_ERROR,
        "broken",
        "Something went wrong here, so nothing was decided. If it happens twice, tell the people "
        f"who run Greenlight the number {number}.",
    )


def note(error: Exception, call: str) -> CallError:
    """Log what broke, without its words; return what is told about it."""
    number = f"p-{secrets.token_hex(5)}"
    log.error("call failed", extra={"number": number, "call": call, **broken(error)})
    return ours(number)
