"""The local playground: a web page to ask from, with invented people, on this computer only."""

from handlers.web.routes import playground
from handlers.web.serve import PORT, serve

__all__ = ["PORT", "playground", "serve"]
