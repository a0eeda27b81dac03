"""Finds what must not leave the company in a text, and takes it out."""

from bot.screen.finding import KINDS, Context, Finding, Kind, ScreenError
from bot.screen.jsonl import run_jsonl
from bot.screen.policy import FOR_MODEL, IRREVERSIBLE, Screened, Treated, Treatment, apply, policy
from bot.screen.safe import screen_safely, screened
from bot.screen.scan import scan
from bot.screen.vault import Restored, Restorer, Vault

__all__ = [
    "FOR_MODEL", "IRREVERSIBLE", "KINDS", "Context", "Finding", "Kind", "Restored", "Restorer",
    "ScreenError", "Screened", "Treated", "Treatment", "Vault", "apply", "policy", "run_jsonl",
    "scan", "screen_safely", "screened",
]  # fmt: skip
