"""The protocol's server: tools listed and called, errors told as results."""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import version
from typing import Any, Final

import mcp_types as types
from mcp.server import Server, ServerRequestContext
from mcp.shared.exceptions import MCPError
from pydantic import BaseModel

from handlers.api.callers import Caller
from handlers.api.problems import CallError, note
from handlers.mcp.tools import TOOLS

Context = ServerRequestContext[Any, Any]


def server(caller: Callable[[Context], Caller]) -> Server[Any]:
    """Return the server; `caller` says who makes a request."""

    async def listed(
        _context: Context, _params: types.PaginatedRequestParams | None
    ) -> types.ListToolsResult:
        return types.ListToolsResult(tools=_DESCRIBED)

    async def called(context: Context, params: types.CallToolRequestParams) -> types.CallToolResult:
        tool = TOOLS.get(params.name)
        if tool is None:
            raise MCPError(types.INVALID_PARAMS, "There is no such tool.")
        try:
            return _result(await tool.call(caller(context), params.arguments or {}))
        except CallError as error:
            return _mistake(error)
        except Exception as error:  # noqa: BLE001 - an assistant is told a number, never a trace
            return _mistake(note(error, params.name))

    return Server(
        "greenlight",
        title="Greenlight",
        version=version("greenlight"),
        instructions=_ABOUT,
        on_list_tools=listed,
        on_call_tool=called,
        get_tool_input_schema=_SCHEMAS.get,
    )


def _result(told: BaseModel) -> types.CallToolResult:
    # The text is for clients that know no structured content; the protocol asks for both.
    text = types.TextContent(text=told.model_dump_json())
    return types.CallToolResult(content=[text], structured_content=told.model_dump(mode="json"))


def _mistake(error: CallError) -> types.CallToolResult:
    text = f"{error.field}: {error.message}" if error.field else error.message
    return types.CallToolResult(content=[types.TextContent(text=text)], is_error=True)


_DESCRIBED: Final = [tool.described() for tool in TOOLS.values()]
_SCHEMAS: Final = {tool.name: tool.input_schema for tool in _DESCRIBED}

_ABOUT: Final = (
    "Greenlight says what a person of this company may do with which AI tool, and why. Ask "
    "may_i before using an AI tool with company data. Its verdicts come from the company's own "
    "rules; no model and no message can grant a permission."
)
