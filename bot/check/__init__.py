"""`greenlight check`: every mistake of a knowledge base, and what a careful colleague would ask.

`run(folder, today=…, judge=…)` gives a `Report`; errors must be put right, warnings may be meant.
"""

from bot.check.checking import run
from bot.check.report import Remark, Report
from bot.check.telling import as_json, as_text, tell

__all__ = ["Remark", "Report", "as_json", "as_text", "run", "tell"]
