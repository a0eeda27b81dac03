"""Answers as bytes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final

from pydantic import BaseModel
from starlette.responses import Response

_HEADERS: Final = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}

_encode: Final = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode


def reply(
    found: Mapping[str, Any] | BaseModel,
    status: HTTPStatus = HTTPStatus.OK,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Return an object as JSON that no cache keeps."""
    text = found.model_dump_json() if isinstance(found, BaseModel) else _encode(dict(found))
    return Response(
        text.encode(),
        status_code=status,
        headers={**_HEADERS, **(headers or {})},
        media_type="application/json",
    )
