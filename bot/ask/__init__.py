"""Asking: a message in, an answer out, with a record from which it can be judged again."""

from bot.ask.answer import Answer, Stages, answer
from bot.ask.judge import judge
from bot.ask.line import as_line
from bot.ask.record import Replay, replay

__all__ = ["Answer", "Replay", "Stages", "answer", "as_line", "judge", "replay"]
