"""Decision into a Card, in the asker's language. Pure; the sentences live in `locale/`."""

from bot.explain.explain import explain, reasons
from bot.explain.sentences import LANGUAGES
from bot.explain.text import MOST_LINES, to_text

__all__ = ["LANGUAGES", "MOST_LINES", "explain", "reasons", "to_text"]
