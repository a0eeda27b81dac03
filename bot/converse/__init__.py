"""Conversation: what somebody did in a chat, and what they and others are shown for it.

`handle` is the one place where a deed becomes cards. It decides nothing about tools and data;
that is for `bot.ask` and what lies below it.
"""

from bot.converse.handle import handle
from bot.converse.inline import form_for, look_up
from bot.converse.talk import Outcome, Talk

__all__ = ["Outcome", "Talk", "form_for", "handle", "look_up"]
