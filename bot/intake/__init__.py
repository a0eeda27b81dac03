"""Forms people fill in for the admins: a tool they need, something that went wrong."""

from bot.intake.cards import filed_card, for_admins, status_card
from bot.intake.filing import DESKS, filing, tool_named
from bot.intake.forms import FORMS, feedback_form, incident_form, problems, request_form

__all__ = [
    "DESKS",
    "FORMS",
    "feedback_form",
    "filed_card",
    "filing",
    "for_admins",
    "incident_form",
    "problems",
    "request_form",
    "status_card",
    "tool_named",
]
