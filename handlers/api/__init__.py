"""The door for programs: questions, decisions and the catalogue over HTTP, with keys."""

from handlers.api.door import Api

__all__ = ["Api"]
