"""The words the assistant shares with every door: who is asking, where, and what is shown to them.

Nothing here knows Slack, Teams, HTTP or a terminal; a door turns these values into its own shapes.
"""

from bot.chat.cards import Action, AnswerVerdict, Button, Card, Citation, Fact, Verdict
from bot.chat.events import (
    Arrival,
    Deed,
    Left,
    Opened,
    Pressed,
    Rated,
    Said,
    Stopped,
    Submitted,
    lane,
)
from bot.chat.forms import Field, Form, Option, Page, Section
from bot.chat.people import MESSAGE_LIMIT, Message, Person, Turn
from bot.chat.places import Caller, Place, Platform, Profile
from bot.chat.posting import Chat, Post, SendError

__all__ = [
    "MESSAGE_LIMIT",
    "Action",
    "AnswerVerdict",
    "Arrival",
    "Button",
    "Caller",
    "Card",
    "Chat",
    "Citation",
    "Deed",
    "Fact",
    "Field",
    "Form",
    "Left",
    "Message",
    "Opened",
    "Option",
    "Page",
    "Person",
    "Place",
    "Platform",
    "Post",
    "Pressed",
    "Profile",
    "Rated",
    "Said",
    "Section",
    "SendError",
    "Stopped",
    "Submitted",
    "Turn",
    "Verdict",
    "lane",
]
