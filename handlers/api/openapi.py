"""The description of this door for programs, made from the models it reads and writes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from importlib.metadata import version
from typing import Any, Final

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from handlers.api.asked import AskSent, DecideSent, ToolSent, ToolsSent
from handlers.api.told import AnswerTold, DecidedTold, ErrorTold, OneToolTold, ToolsTold

Json = dict[str, Any]
_Model = type[BaseModel]
_About = tuple[str, str]
"""A summary and a description."""

_SCHEMAS: Final = "#/components/schemas/"


@lru_cache(maxsize=4)
def description(public_url: str) -> Mapping[str, Any]:
    """Return the OpenAPI description of this door as it is reached at an address."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Greenlight",
            "version": version("greenlight"),
            "description": _ABOUT,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": public_url.rstrip("/") or "/"}],
        "security": [{"key": []}],
        "paths": dict(_paths()),
        "components": {
            "schemas": _schemas(),
            "securitySchemes": {
                "key": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "A key made with `greenlight keys add`: gl_<id>_<secret>.",
                }
            },
            "headers": dict(_HEADERS),
        },
    }


def _paths() -> Iterator[tuple[str, Json]]:
    yield "/api/v1/ask", {"post": _posted("ask", _ASK, AskSent, AnswerTold, [_IDEMPOTENCY])}
    yield "/api/v1/decide", {"post": _posted("decide", _DECIDE, DecideSent, DecidedTold, [])}
    yield "/api/v1/tools", {"get": _got("tools", _TOOLS, ToolsSent, ToolsTold, [])}
    one = _got("tool", _TOOL, ToolSent, OneToolTold, [_ID])
    one["responses"]["404"] = _error("No tool has this id.")
    yield "/api/v1/tools/{id}", {"get": one}
    yield (
        "/api/openapi.json",
        {
            "get": {
                "operationId": "openapi",
                "summary": "This description",
                "security": [],
                "responses": {"200": {"description": "OpenAPI 3.1", "content": _json({})}},
            }
        },
    )


def _posted(
    name: str,
    about: tuple[str, str],
    sent: type[BaseModel],
    told: type[BaseModel],
    more: list[Json],
) -> Json:
    body = {"required": True, "content": _json(_ref(sent))}
    found = _operation(name, about, told, more)
    found["responses"] |= {
        "413": _error("The body is too long: over 64 KB, or 256 KB with history."),
        "415": _error("The body is not application/json."),
    }
    return {**found, "requestBody": body}


def _got(
    name: str,
    about: tuple[str, str],
    sent: type[BaseModel],
    told: type[BaseModel],
    more: list[Json],
) -> Json:
    return _operation(name, about, told, [*more, *_parameters(sent)])


def _operation(name: str, about: _About, told: _Model, parameters: list[Json]) -> Json:
    headers = {h: {"$ref": f"#/components/headers/{h}"} for h in ("RateLimit", "RateLimit-Policy")}
    found: Json = {
        "operationId": name,
        "summary": about[0],
        "description": about[1],
        "responses": {
            "200": {"description": "Answered", "headers": headers, "content": _json(_ref(told))},
            **{status: _error(meaning) for status, meaning in _ERRORS.items()},
        },
    }
    found["responses"]["429"]["headers"] = {
        **headers,
        "Retry-After": {"$ref": "#/components/headers/Retry-After"},
    }
    return {**found, "parameters": parameters} if parameters else found


def _parameters(sent: _Model) -> list[Json]:
    schema = sent.model_json_schema(ref_template=f"{_SCHEMAS}{{model}}")
    return [
        {
            "name": name,
            "in": "query",
            "description": field.pop("description", ""),
            "schema": field,
        }
        for name, field in schema["properties"].items()
    ]


def _schemas() -> Json:
    read: tuple[_Model, ...] = (AskSent, DecideSent)
    written: tuple[_Model, ...] = (
        AnswerTold,
        DecidedTold,
        ToolsTold,
        OneToolTold,
        ErrorTold,
    )
    _, found = models_json_schema(
        [*((model, "validation") for model in read), *((m, "serialization") for m in written)],
        ref_template=f"{_SCHEMAS}{{model}}",
    )
    return dict(sorted(found["$defs"].items()))


def _ref(model: type[BaseModel]) -> Json:
    return {"$ref": f"{_SCHEMAS}{model.__name__}"}


def _json(schema: Json) -> Json:
    return {"application/json": {"schema": schema}}


def _error(meaning: str) -> Json:
    return {"description": meaning, "content": _json(_ref(ErrorTold))}


_ABOUT: Final = (
    "What a person may do with which AI tool, and why. Rules that the company wrote decide; no "
    "model is ever asked for a permission, and nothing that is sent here grants one."
)
_ASK: Final = (
    "Ask in somebody's own words",
    "The same object as `greenlight ask --json`. The answer is kept and can be explained later.",
)
_DECIDE: Final = (
    "Decide where nothing is left to understand",
    "Judges a tool, data and a purpose given by their ids. Kept like every other answer.",
)
_TOOLS: Final = ("List tools as one person may use them", "Every edition is judged for the person.")
_TOOL: Final = ("Show one tool as one person may use it", "Every edition is judged for the person.")
_ID: Final[Json] = {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
_IDEMPOTENCY: Final[Json] = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": "The program's own name for this call. Sent again within 24 hours with the same "
    "body, it is the same answer, kept once.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[!-~]+$"},
}
_ERRORS: Final[Mapping[str, str]] = {
    "400": "The body is not JSON.",
    "401": "There is no key, or it opens nothing.",
    "403": "The key does not act for this person, or the person is a guest.",
    "422": "Something in the call cannot be used; `field` says what.",
    "429": "Too many calls in this minute.",
    "500": "Something broke here; the message holds a number to report.",
    "503": "Nothing can be looked up at the moment.",
}
_HEADERS: Final[Mapping[str, Json]] = {
    "RateLimit": {"description": "What is left in this minute.", "schema": {"type": "string"}},
    "RateLimit-Policy": {"description": "How much there is.", "schema": {"type": "string"}},
    "Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer"}},
}
