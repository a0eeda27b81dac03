"""Other assistants ask too: the same answers as the door for programs, as tools of MCP."""

from handlers.mcp.http import Mcp
from handlers.mcp.stdio import run

__all__ = ["Mcp", "run"]
