"""How a command ends: quietly when interrupted, in a plain sentence when something is wrong."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import typer

CANNOT_START: Final = 2
INTERRUPTED: Final = 130

log = logging.getLogger("greenlight.cli")


@contextmanager
def plainly() -> Iterator[None]:
    """Turn what goes wrong inside into a sentence on stderr and an exit code; never a trace."""
    try:
        yield
    except typer.Exit:
        raise
    except KeyboardInterrupt:
        raise typer.Exit(INTERRUPTED) from None
    except BrokenPipeError:
        # Whoever read us has gone. Python would complain once more while it closes stdout.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise typer.Exit(1) from None
    except Exception as error:  # noqa: BLE001 - the last place that can say it in words
        raise typer.Exit(_said(error)) from None


def _said(error: Exception) -> int:
    # Imported here because they are loaded by now, or the error is not theirs.
    from bot.ask.sentences import AskError
    from bot.knowledge import KnowledgeError
    from bot.settings import SettingsError
    from bot.store import StoreError

    if isinstance(error, KnowledgeError | SettingsError | StoreError | AskError):
        typer.echo(str(error), err=True)
        return CANNOT_START
    return _unexpected(error)


def _unexpected(error: Exception) -> int:
    from datetime import UTC, datetime

    from bot.log import broken
    from bot.store.ids import answer_id

    id_ = answer_id(datetime.now(UTC)).replace("a-", "e-", 1)  # noqa: TID251 - no app here
    log.error("command failed", extra={"error_id": id_, **broken(error)})
    typer.echo(
        "Something went wrong in Greenlight itself. Please report the line above, which holds "
        f"nothing of what you wrote, under the number {id_}.",
        err=True,
    )
    return 1
