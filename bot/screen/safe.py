"""How a feature screens a text: off the event loop, in limited time, closed on failure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from bot.chat import MESSAGE_LIMIT
from bot.screen.finding import Context, Finding, ScreenError
from bot.screen.policy import FOR_MODEL, Screened, Treatment, apply
from bot.screen.scan import scan
from bot.screen.vault import Vault

TIME_LIMIT: Final = 2.0
_DEFAULT: Final = Context()


def screened(
    text: str,
    context: Context = _DEFAULT,
    rules: Mapping[str, Treatment] = FOR_MODEL,
    vault: Vault | None = None,
) -> Screened:
    """Find and take out in one step; a text over the limit is refused whole."""
    if len(text) > MESSAGE_LIMIT:
        raise ScreenError(
            f"This was not sent: it has {len(text):,} characters, and at most {MESSAGE_LIMIT:,} "
            "can be checked. Send it in parts."
        )
    findings: tuple[Finding, ...] = scan(text, context)
    return apply(text, findings, rules, Vault() if vault is None else vault)


async def screen_safely(
    text: str,
    context: Context = _DEFAULT,
    rules: Mapping[str, Treatment] = FOR_MODEL,
    vault: Vault | None = None,
    *,
    limit: float = TIME_LIMIT,
) -> Screened:
    """Screen a text in a worker thread; if that fails or takes too long, nothing is sent."""
    # Whoever awaits this has asyncio loaded; the command line need not wait for it.
    import asyncio

    try:
        async with asyncio.timeout(limit):
            return await asyncio.to_thread(screened, text, context, rules, vault)
    except ScreenError:
        raise
    except TimeoutError as error:
        raise ScreenError(
            "This was not sent: checking it for personal data took too long. Send less text."
        ) from error
    except Exception as error:
        # Whatever went wrong, the text was not checked and must not leave.
        raise ScreenError(
            "This was not sent: it could not be checked for personal data. Tell your administrator."
        ) from error
