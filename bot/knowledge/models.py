"""Every kind of entry a knowledge base holds; attributes are named as the keys of its files.

Python's own words carry an underscore: `from_`, `class_`, `as_`.
"""

from bot.knowledge.company import (
    Cited,
    Company,
    ImpliedCondition,
    Named,
    RedLine,
    Role,
    Screening,
    Unlisted,
)
from bot.knowledge.data import DataClass, DataFile, DataRule, Tag
from bot.knowledge.people import PersonEntry, QuestionCase
from bot.knowledge.rules import Condition, PolicyException, Use
from bot.knowledge.texts import Course, Section
from bot.knowledge.tools import (
    Access,
    Approval,
    Cost,
    Edition,
    Feature,
    Grant,
    ModelRule,
    Pilot,
    Review,
    Tool,
    VendorTerms,
    Who,
)
from bot.knowledge.values import Detect

__all__ = [
    "Access",
    "Approval",
    "Cited",
    "Company",
    "Condition",
    "Cost",
    "Course",
    "DataClass",
    "DataFile",
    "DataRule",
    "Detect",
    "Edition",
    "Feature",
    "Grant",
    "ImpliedCondition",
    "ModelRule",
    "Named",
    "PersonEntry",
    "Pilot",
    "PolicyException",
    "QuestionCase",
    "RedLine",
    "Review",
    "Role",
    "Screening",
    "Section",
    "Tag",
    "Tool",
    "Unlisted",
    "Use",
    "VendorTerms",
    "Who",
]
