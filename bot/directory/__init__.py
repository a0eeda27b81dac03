"""Who is asking: the platform's account, joined with what the company knows of its people."""

from bot.directory.directory import Directory
from bot.directory.named import person_named
from bot.directory.notice import notice

__all__ = ["Directory", "notice", "person_named"]
