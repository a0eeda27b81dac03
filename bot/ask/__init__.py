"""Asking: a message in, an answer out, with a record from which it can be judged again."""

from bot.ask.answering import Answer, Stages, answer
from bot.ask.choosing import chosen
from bot.ask.judging import judge
from bot.ask.line import Asked, as_line, from_line
from bot.ask.record import Replay, reading_of, replay
from bot.ask.sentences import AskError

__all__ = [
    "Answer",
    "AskError",
    "Asked",
    "Replay",
    "Stages",
    "answer",
    "as_line",
    "chosen",
    "from_line",
    "judge",
    "reading_of",
    "replay",
]
