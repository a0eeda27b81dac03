"""`greenlight doctor`: is everything in order, and if not, what is to be done."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Thread
from typing import Any

import typer
from typing_extensions import override

from bot import doctor, settings
from bot.doctor import Finding
from bot.settings import SettingsError


def run(*, as_json: bool) -> int:
    """Look at everything and tell; return the exit code."""
    findings = asyncio.run(_found())
    typer.echo(_as_json(findings) if as_json else _told(findings))
    return 0 if all(found.ok for found in findings) else 1


async def _found() -> Sequence[Finding]:
    asyncio.get_running_loop().set_default_executor(_Daemons())
    try:
        given = settings.read()
    except SettingsError as error:
        fix = "Correct the variable in the environment or in .env, then look again."
        return [doctor.problem("settings", line, fix) for line in str(error).splitlines()]
    # Loading what speaks to the platforms takes a second; a mistyped setting is told at once.
    from handlers.ops.doctor import probes

    return await doctor.examine({**doctor.here(given), **probes(given, _now)})


def _now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 - no app here


class _Daemons(ThreadPoolExecutor):
    """Threads that nobody waits for: a name server that never answers must not keep us."""

    @override
    def submit(self, call: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()

        def work() -> None:
            try:
                future.set_result(call(*args, **kwargs))
            except BaseException as error:  # noqa: BLE001 - handed to the one who waits
                future.set_exception(error)

        Thread(target=work, daemon=True).start()
        return future

    @override
    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Wait for nothing."""


def _told(findings: Sequence[Finding]) -> str:
    width = max(len(found.name) for found in findings)
    wrong = sum(not found.ok for found in findings)
    lines = [line for found in findings for line in _lines(found, width)]
    last = f"{wrong} to put right." if wrong else "Everything is in order."
    return "\n".join((*lines, "", last))


def _lines(found: Finding, width: int) -> Sequence[str]:
    word = "OK     " if found.ok else "PROBLEM"
    if sys.stdout.isatty():
        word = typer.style(word, fg="green" if found.ok else "red", bold=True)
    first = f"{word}  {found.name:<{width}}  {found.detail}"
    return [first, f"{'':{width + 11}}{found.fix}"] if found.fix else [first]


def _as_json(findings: Sequence[Finding]) -> str:
    checks = [
        {
            "name": found.name,
            "ok": found.ok,
            "detail": found.detail,
            "fix": found.fix,
            "expires": found.expires.isoformat() if found.expires else None,
        }
        for found in findings
    ]
    whole = {"ok": all(found.ok for found in findings), "checks": checks}
    return json.dumps(whole, ensure_ascii=False, indent=2)
