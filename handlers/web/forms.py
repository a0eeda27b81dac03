"""The fields of a form that was sent, and no more bytes than a form of ours can have."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final
from urllib.parse import parse_qsl

from starlette.exceptions import HTTPException
from starlette.requests import Request

LARGEST: Final = 512 * 1024
"""Bytes: a message far beyond the limit still arrives, and is answered in words."""

_MOST_FIELDS: Final = 20


async def fields(request: Request) -> dict[str, str]:
    """Read the fields of a form; of a repeated one the last counts."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST:
            raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded":
        raise HTTPException(HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
    try:
        pairs = parse_qsl(
            body.decode("ascii"),
            keep_blank_values=True,
            errors="replace",
            max_num_fields=_MOST_FIELDS,
        )
    except ValueError:
        raise HTTPException(HTTPStatus.BAD_REQUEST) from None
    return {name: value.replace("\r\n", "\n") for name, value in pairs}
