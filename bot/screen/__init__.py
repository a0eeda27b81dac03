"""Finds what must not leave the company in a text, and takes it out."""

from bot.screen.finding import KINDS, Context, Finding, Kind, ScreenError
from bot.screen.scan import scan

__all__ = ["KINDS", "Context", "Finding", "Kind", "ScreenError", "scan"]
