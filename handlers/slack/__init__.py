"""Slack: the door people come in by, and the chat platform the assistant speaks through."""

from handlers.slack.door import SlackDoor
from handlers.slack.send import SlackChat

__all__ = ["SlackChat", "SlackDoor"]
