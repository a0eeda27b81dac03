"""How this process is: pages for machines and for those who run it, and what doctors look at."""

from handlers.ops.checks import Check, Checks
from handlers.ops.measured import Measured
from handlers.ops.operations import Operations

__all__ = ["Check", "Checks", "Measured", "Operations"]
