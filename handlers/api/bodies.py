"""What a program sent, as a checked value: at most so many bytes of JSON, no key unknown."""

from __future__ import annotations

import json
import math
from http import HTTPStatus
from typing import Any, Final, Never, TypeVar

from pydantic import BaseModel, ValidationError
from starlette.requests import Request

from bot.ask.answering import mended
from bot.ask.sentences import sentence
from handlers.api.problems import CallError, invalid

Model = TypeVar("Model", bound=BaseModel)

BODY_LIMIT: Final = 64 * 1024
"""Bytes of a call."""

HISTORY_LIMIT: Final = 256 * 1024
"""Bytes of a call that carries the conversation before it."""


async def read(request: Request, limit: int) -> bytes:
    """Read the body of a call; stops reading where it becomes too long."""
    kind, _, parameters = request.headers.get("content-type", "").partition(";")
    if kind.strip().lower() != "application/json" or not _utf8(parameters):
        raise _not_json_type()
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise _not_json_type()
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > limit:
            raise too_long(limit)
    return bytes(body)


def parsed(body: bytes) -> dict[str, Any]:
    """Parse a body into an object whose texts can be kept and shown."""
    try:
        found = _mended(
            json.loads(body.decode("utf-8-sig"), parse_constant=_refused, parse_float=_finite)
        )
    except UnicodeDecodeError:
        raise _not_json("The body is not UTF-8 text.") from None
    except (ValueError, RecursionError):
        raise _not_json("The body is not JSON.") from None
    if not isinstance(found, dict):
        raise _not_json("The body is not a JSON object.")
    return found


def query(request: Request) -> dict[str, str]:
    """Return what stands behind the address; raises a `CallError` for what is there twice."""
    found: dict[str, str] = {}
    for name, value in request.query_params.multi_items():
        if name in found:
            raise invalid(f"{name} is given twice. Give it once.", name)
        found[name] = mended(value)
    return found


def checked(found: object, model: type[Model]) -> Model:
    """Read a value as a model; raises a `CallError` that names every mistake."""
    try:
        return model.model_validate(found)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        field = ".".join(str(part) for part in first["loc"])
        raise invalid(sentence(error, model).replace(": Value error, ", ": "), field) from None


def too_long(limit: int) -> CallError:
    """Return the problem of a body that is too long."""
    return CallError(
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        "too_long",
        f"The body is longer than {limit // 1024} KB. Send the part that matters.",
    )


def _mended(value: Any) -> Any:
    if isinstance(value, str):
        return mended(value)
    if isinstance(value, list):
        return [_mended(one) for one in value]
    if isinstance(value, dict):
        return {mended(key): _mended(one) for key, one in value.items()}
    return value


def _utf8(parameters: str) -> bool:
    name, _, charset = parameters.strip().lower().partition("=")
    return not name or (name.strip() == "charset" and charset.strip(' "') in {"utf-8", "utf8"})


def _finite(written: str) -> float:
    number = float(written)
    if not math.isfinite(number):
        _refused(written)
    return number


def _refused(written: str) -> Never:
    raise ValueError(written)


def _not_json(message: str) -> CallError:
    return CallError(HTTPStatus.BAD_REQUEST, "not_json", message)


def _not_json_type() -> CallError:
    return CallError(
        HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
        "not_json",
        "Send JSON as UTF-8, with the header Content-Type: application/json.",
    )
