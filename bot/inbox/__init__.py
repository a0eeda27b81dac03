"""The durable inbox and outbox: accepted once, worked once, posted once, though processes die.

A door calls `await inbox.accept(arrival)` and may then say yes to the platform. A process inside
`async with inbox.running()` works on what was accepted. What it posts is written in the transaction
that ends the work, and posted from there. `outgoing` speaks to somebody who did not ask.
"""

from bot.inbox.admin import Dead, Depth, dead, depth, requeue, run_again
from bot.inbox.done import Action, Done, Lost, Work
from bot.inbox.inbox import Inbox
from bot.inbox.options import Options
from bot.inbox.posts import key_of, outgoing
from bot.inbox.retention import forget

__all__ = [
    "Action",
    "Dead",
    "Depth",
    "Done",
    "Inbox",
    "Lost",
    "Options",
    "Work",
    "dead",
    "depth",
    "forget",
    "key_of",
    "outgoing",
    "requeue",
    "run_again",
]
