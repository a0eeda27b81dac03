"""The plain kinds of value a knowledge file can hold, and how one is refused."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from types import MappingProxyType
from typing import Annotated, Any, Final, NamedTuple, TypeVar

from pydantic import (
    AfterValidator,
    BeforeValidator,
    PlainSerializer,
    Strict,
    StringConstraints,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError

from bot.knowledge.reader import Number

K = TypeVar("K")
V = TypeVar("V")

SCREENED_KINDS: Final = (
    "EMAIL",
    "PHONE",
    "CARD",
    "IBAN",
    "NATIONAL_ID",
    "PASSPORT",
    "IP",
    "ADDRESS",
    "PERSON",
    "DATE_OF_BIRTH",
    "BANK",
    "SECRET",
)
"""What screening can find in a text (PROMPTS.md, "Screening")."""


def refusal(sentence: str) -> PydanticCustomError:
    """Return the error that refuses a value, with a sentence its author can act on."""
    return PydanticCustomError("knowledge", "{sentence}", {"sentence": sentence})


def unknown(word: str, what: str, known: Iterable[str], home: str) -> PydanticCustomError:
    """Return the error that refuses a word which is not known; its reader looks for the nearest."""
    context = {"word": word, "what": what, "known": known, "home": home}
    return PydanticCustomError("unknown", "{word} is not a {what} in {home}", context)


# --- text, numbers, dates

TEXT_SCHEMA: Final = {"type": ["string", "number"]}
LIST_SCHEMA: Final = {"type": "array", "items": TEXT_SCHEMA}


def _not_null(value: Any) -> Any:
    return "" if value is None else value


Text = Annotated[str, StringConstraints(min_length=1), WithJsonSchema(TEXT_SCHEMA)]
"""Text somebody must have written. A bare number is taken as it is written."""

Words = Annotated[
    str, BeforeValidator(_not_null), WithJsonSchema({"type": ["string", "number", "null"]})
]
"""Text that may be left out; it is then empty."""

_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")
_PLAIN_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")


def _id(value: str) -> str:
    if not _ID.fullmatch(value):
        raise refusal(
            f"{value!r} cannot be an id: use letters without accents, digits, '-', '_' and '.'."
        )
    return value


def _plain_id(value: str) -> str:
    if not _PLAIN_ID.fullmatch(value):
        raise refusal(
            f"{value!r} cannot be an id: use letters without accents, digits, '-' and '_'."
        )
    return value


Id = Annotated[
    str,
    AfterValidator(_id),
    WithJsonSchema({**TEXT_SCHEMA, "pattern": "^[A-Za-z0-9][A-Za-z0-9_.-]*$"}),
]
PlainId = Annotated[
    str,
    AfterValidator(_plain_id),
    WithJsonSchema({**TEXT_SCHEMA, "pattern": "^[A-Za-z0-9][A-Za-z0-9_-]*$"}),
]
"""An id without dots: classes and tags, which are joined by one."""


_WHOLE: Final = re.compile(r"[-+]?[0-9]{1,15}")


def _whole(value: Any) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, Number) and _WHOLE.fullmatch(value):
        return int(value)
    raise refusal("This must be a whole number, without quotes.")


Whole = Annotated[int, BeforeValidator(_whole), WithJsonSchema({"type": "integer"})]

Flag = Annotated[bool, Strict()]
"""`true` or `false`; `yes` and `on` are words."""

_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _day(value: Any) -> Any:
    if type(value) is date:
        return value
    if isinstance(value, str) and _DAY.fullmatch(value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            raise refusal(f"{value!r} is not in the calendar.") from None
    raise refusal(f"{_shown(value)} is not a date. Write it as 2026-03-31: year, month, day.")


def _shown(value: Any) -> str:
    if value is None:
        return "Nothing"
    return repr(str(value)) if isinstance(value, str | int | float) else "A list or mapping"


_DAY_SCHEMA: Final = {"type": "string", "format": "date"}
Day = Annotated[date, BeforeValidator(_day), WithJsonSchema(_DAY_SCHEMA)]


def _as_of(value: Any) -> date | None:
    return None if value == "today" else _day(value)


AsOf = Annotated[
    date | None,
    BeforeValidator(_as_of),
    WithJsonSchema({"anyOf": [{"const": "today"}, _DAY_SCHEMA]}),
]
"""The day every date is judged on; None means the day of the question."""


# --- collections nobody can change


def _proxy(value: Mapping[K, V]) -> Mapping[K, V]:
    return MappingProxyType(value) if value else _EMPTY


_EMPTY: Final[Mapping[Any, Any]] = MappingProxyType({})

FrozenMap = Annotated[
    Mapping[K, V], AfterValidator(_proxy), PlainSerializer(dict, return_type=dict[Any, Any])
]
Texts = tuple[Text, ...]


def nothing() -> Mapping[Any, Any]:
    """Return the empty mapping, for `default_factory`."""
    return _EMPTY


# --- what screening found


class Detect(NamedTuple):
    """A kind of finding in pasted text that means this class, or this tag of it."""

    kind: str
    tag: str | None = None


def _detect(value: Any) -> Detect:
    if isinstance(value, Detect):
        return value
    if isinstance(value, dict) and len(value) == 1:
        value = ": ".join(str(part) for part in next(iter(value.items())))
    if not isinstance(value, str):
        raise refusal('Write a kind such as EMAIL, or "tag: KIND".')
    tag, colon, kind = value.rpartition(":")
    kind = kind.strip()
    if kind not in SCREENED_KINDS:
        raise unknown(kind, "kind of finding", SCREENED_KINDS, "screening")
    return Detect(kind, tag.strip() if colon else None)


Detected = Annotated[
    Detect,
    BeforeValidator(_detect),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string", "pattern": f"^([^:]+: *)?({'|'.join(SCREENED_KINDS)})$"},
                {
                    "type": "object",
                    "minProperties": 1,
                    "maxProperties": 1,
                    "additionalProperties": {"enum": list(SCREENED_KINDS)},
                },
            ]
        }
    ),
]
