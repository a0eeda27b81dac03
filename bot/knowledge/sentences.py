"""Turns what pydantic found into sentences for the person who wrote the file."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from bot.knowledge.problems import Problem, did_you_mean, listed
from bot.knowledge.reader import Number, Source
from bot.knowledge.tools import GRANT_KEYS, Grant

Location = tuple[int | str, ...]

_SHOWN = 60
"""Characters of a wrong value that are repeated to its author."""

_MOST_HINTS = 200
"""Mistakes of one file for which the nearest right spelling is looked up."""


def problems_of(error: ValidationError, source: Source, kind: Any) -> Iterator[Problem]:
    """Say every mistake pydantic found in `source`, which should have been a `kind`."""
    for count, one in enumerate(error.errors(include_url=False)):
        location = tuple(part for part in one["loc"] if part != "[key]")
        path = ".".join(str(part) for part in location)
        if one["type"] == "unknown":
            sentence = _unknown(one["ctx"], hint=count < _MOST_HINTS)
        else:
            sentence = _sentence(one, location, kind)
        yield source.problem(path, sentence)


def _unknown(said: dict[str, Any], *, hint: bool) -> str:
    word, known = str(said["word"])[:_SHOWN], sorted(said["known"])
    sentence = f"{word!r} is not a {said['what']} in {said['home']}."
    if not known:
        return f"{sentence} There is none yet."
    near = did_you_mean(word, known) if hint else ""
    return f"{sentence}{near or f' There is: {listed(known)}.'}"


def _sentence(one: ErrorDetails, location: Location, kind: Any) -> str:
    name = str(location[-1])[:_SHOWN] if location else "this file"
    match one["type"]:
        case "knowledge":
            return one["msg"]
        case "missing":
            return f"{name!r} is missing."
        case "extra_forbidden":
            return _unknown_key(name, _keys(_model(kind, location[:-1])))
        case "literal_error":
            return _not_a_word(name, one)
        case "string_too_short":
            return f"{name!r} is empty. Write something."
        case _:
            return _wrong_type(one)


def _unknown_key(name: str, keys: tuple[str, ...]) -> str:
    near = did_you_mean(name, keys)
    return f"{name!r} is not a key here.{near or f' There is: {listed(keys, most=30)}.'}"


def _not_a_word(name: str, one: ErrorDetails) -> str:
    words = re.findall(r"'([^']*)'", one.get("ctx", {}).get("expected", ""))
    given = one["input"]
    if not isinstance(given, str):
        return f"{_said(given)} Use one of {listed(words)}."
    article = "an" if name[0] in "aeio" else "a"
    what = "one of the keys" if given == name else f"{article} {name.replace('_', ' ')}"
    near = did_you_mean(given, words)
    return f"{str(given)[:_SHOWN]!r} is not {what}.{near} Use one of {listed(words)}."


_WANTED = {
    "string_type": "Text is wanted",
    "bool_type": "true or false is wanted, without quotes",
    "bool_parsing": "true or false is wanted, without quotes",
    "tuple_type": "A list is wanted, [in brackets]",
    "frozen_set_type": "A list is wanted, [in brackets]",
    "dict_type": "A mapping is wanted, {key: value}",
    "mapping_type": "A mapping is wanted, {key: value}",
    "model_type": "A mapping is wanted, {key: value}",
    "model_attributes_type": "A mapping is wanted, {key: value}",
}


def _wrong_type(one: ErrorDetails) -> str:
    wanted = _WANTED.get(one["type"])
    if wanted is None:
        return f"{one['msg']}."
    if one["type"] == "string_type" and isinstance(one["input"], bool):
        return f"{wanted}. Put quotes around {str(one['input']).lower()}."
    return f"{wanted}. {_said(one['input'])}"


def _said(given: Any) -> str:
    match given:
        case None:
            return "Nothing stands here: write it, or remove the line."
        case bool():
            return f"Here stands {str(given).lower()}."
        case Number():
            return f"Here stands the number {given}."
        case str():
            return f"Here stands {given[:_SHOWN]!r}."
        case list():
            return "Here stands a list."
        case _:
            return "Here stands a mapping."


def _keys(model: type[BaseModel] | None) -> tuple[str, ...]:
    if model is None:
        return ()
    if model is Grant:
        return GRANT_KEYS
    return tuple(field.alias or name for name, field in model.model_fields.items())


def _model(kind: Any, location: Location) -> type[BaseModel] | None:
    """Find the model that a location inside `kind` holds."""
    found = _inner(kind)
    for part in location:
        found = _inner(_step(found, part))
    return found if isinstance(found, type) and issubclass(found, BaseModel) else None


def _step(kind: Any, part: int | str) -> Any:
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        fields = {field.alias or name: field for name, field in kind.model_fields.items()}
        return fields[str(part)].annotation if part in fields else None
    arguments = get_args(kind)
    if not arguments:
        return None
    return arguments[1] if get_origin(kind) in {dict, Mapping} else arguments[0]


def _inner(kind: Any) -> Any:
    """Take `Annotated[X, …]` and `X | None` off a kind."""
    while True:
        arguments = get_args(kind)
        if hasattr(kind, "__metadata__"):
            kind = arguments[0]
        elif type(None) in arguments:
            kind = next(argument for argument in arguments if argument is not type(None))
        else:
            return kind
