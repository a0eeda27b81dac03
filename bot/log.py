"""Logs as JSON lines: what happened, to which id, where in the code. Never what people wrote."""

from __future__ import annotations

import json
import logging
import traceback
from datetime import UTC, datetime
from typing import Final

from typing_extensions import override

_ALWAYS_THERE: Final = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime"}

_QUOTE_NOBODY: Final = ("greenlight.", "alembic.", "psycopg.pool.", "uvicorn.", "watchfiles.")
"""Loggers whose messages never hold what people wrote. Chat SDKs log whole requests."""


class JsonLines(logging.Formatter):
    """One JSON object for each event, with whatever we gave as `extra`.

    Of libraries that might quote people it says who complains and where, without the words.
    """

    @override
    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        event: dict[str, object] = {
            "at": at,
            "level": record.levelname.lower(),
            "logger": record.name,
        }
        if f"{record.name}.".startswith(_QUOTE_NOBODY):
            event["event"] = record.getMessage()
        else:
            event["event"] = "a library complains"
            event["by"] = f"{record.pathname}:{record.lineno} {record.funcName}"
        if f"{record.name}.".startswith("greenlight."):
            event |= {k: v for k, v in vars(record).items() if k not in _ALWAYS_THERE}
        if record.exc_info is not None and record.exc_info[1] is not None:
            event |= broken(record.exc_info[1])
        return json.dumps(event, ensure_ascii=False, default=str)


def broken(error: BaseException) -> dict[str, object]:
    """Return the kind of an error and where it was raised, without its message.

    Messages of errors quote the values they stumbled over, and those can be what people wrote.
    """
    frames = traceback.extract_tb(error.__traceback__)
    where = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
    return {"error": type(error).__name__, "where": where}


def to_stderr(level: int) -> None:
    """Write our events of this level and above to stderr, and warnings of everybody else."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger("greenlight").setLevel(level)
