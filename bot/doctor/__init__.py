"""Looks at everything an installation needs, all at once, and says how to put right what is wrong.

What belongs to one chat platform is looked at by its door; here is what every installation has.
"""

from bot.doctor.finding import Finding, Probe, examine, good, problem
from bot.doctor.here import here

__all__ = ["Finding", "Probe", "examine", "good", "here", "problem"]
