"""What Slack takes at most. Where it names no figure, or counts unclearly, we stay well below."""

from __future__ import annotations

import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final, Literal

from handlers.slack.text import length

Surface = Literal["message", "home", "modal"]
Block = Mapping[str, Any]

BLOCKS: Final[Mapping[Surface, int]] = MappingProxyType({"message": 50, "home": 100, "modal": 100})
MESSAGE: Final = 11_500
"""All blocks of a message, as JSON. Slack names no figure and refuses from about 13,200 on."""
VIEW: Final = 240_000
"""All blocks of a view in bytes; Slack says 250 kB."""
MARKDOWN: Final = 11_500
"""All `markdown` blocks of a message; Slack says 12,000."""
SECTION: Final = 3_000
HEADER: Final = 150
ID: Final = 255
ACTIONS: Final = 25
CONTEXT: Final = 10
CONTEXT_ACTIONS: Final = 5
BUTTON: Final = 75
VALUE: Final = 2_000
OPTION: Final = 75
OPTION_VALUE: Final = 150
OPTIONS: Final = 100
GROUPS: Final = 100
BOXES: Final = 10
"""Options of radio buttons and checkboxes."""
PLACEHOLDER: Final = 150
LABEL: Final = 2_000
"""The label of a field, and its hint."""
INPUT: Final = 3_000
TITLE: Final = 24
"""A modal's title and its two buttons."""
METADATA: Final = 3_000


def weight(block: Block) -> int:
    """How much of a message a block takes, counted strictly: all of its JSON, escaped."""
    written = json.dumps(block, ensure_ascii=False)
    return length(written) + 4 * written.count("&") + 3 * (written.count("<") + written.count(">"))


def volume(block: Block) -> int:
    """How many bytes of a view a block takes."""
    return len(json.dumps(block))
