"""What can be counted and followed from outside: metrics always, traces where they are set up.

Nothing here takes content: labels come from closed sets, attributes of spans are ids.
"""

from bot.telemetry.metrics import Metrics
from bot.telemetry.traces import span, tracing

__all__ = ["Metrics", "span", "tracing"]
