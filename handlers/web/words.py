"""Every fixed word of the pages, in one place; what answers say comes from `bot.explain`."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

PAGE: Final[Mapping[str, str]] = MappingProxyType(
    {
        # Frame
        "brand": "Greenlight",
        "skip": "Skip to the content",
        "nav": "Pages",
        "nav_ask": "Ask",
        "nav_tools": "Tools",
        "nav_rules": "Rules",
        "you_are": "You are",
        "change": "Change",
        "change_more": "person",
        "people_title": "Who do you want to be?",
        "people_about": "The same question gets another answer from another desk.",
        "people_find": "Find a person",
        "people_close": "Close",
        "people_now": "you are this person",
        "became": "You are now",
        "became_rest": "From now on, answers fit this person.",
        "place_unknown": "no department named",
        "footer": "A playground with invented people. Everything stays on this computer.",
        "version": "Knowledge base",
        "back_to_chat": "Back to the conversation",
        # Asking
        "ask_title": "Ask",
        "hello": "May I use AI for this?",
        "hello_about": (
            "Name the tool, the data and what it is for, in your own words. You get a yes or a "
            "no, the reason, and the rule it comes from."
        ),
        "hello_guest": "Ask what applies to you.",
        "examples": "Questions to try",
        "asked_before": "Ask the same again",
        "conversation": "Conversation",
        "question": "Your question",
        "question_hint": "Enter sends, Shift and Enter starts a new line.",
        "placeholder": "Can I use … for …?",
        "send": "Ask",
        "new": "New conversation",
        "you_asked": "You asked:",
        "waiting": "Looking it up …",
        "record": "Record of this answer",
        "actions": "What you can do next",
        # Problems while asking
        "offline": (
            "No answer came back. The playground may have been stopped. Your question is still in "
            "the field: start the playground again and press Ask."
        ),
        "empty": "Write a question first.",
        # Tools
        "tools_title": "Tools",
        "tools_about": "What the catalogue says for you, today.",
        "find_tool": "Find a tool",
        "find_tool_hint": "Its name, or a task",
        "data": "With which data",
        "data_any": "Not named",
        "data_whole": "any",
        "use": "What for",
        "use_any": "Not named",
        "verdict": "Answer",
        "verdict_any": "All answers",
        "verdict_yes": "What I may use",
        "show": "Show",
        "clear": "Clear",
        "none_found": "No tool fits these filters.",
        "none_found_hint": "Try fewer letters of the name, or another kind of data.",
        "more_found": "These are the first ones. Search for a name to see the others.",
        "conditions": "Conditions",
        "owner": "Owner",
        "vendor": "Vendor",
        "account_company": "Company account",
        "account_personal": "Private account",
        "account_none": "No account",
        "until": "Approved until",
        "pilot_until": "Pilot until",
        "ended": "Approval ended",
        "from": "Approved from",
        "decision": "Decision expected",
        "no_end": "No end date",
        "no_approval": "No approval",
        "ends_soon": "ends soon",
        "good_for": "Good for",
        "get_it": "How to get it",
        "recognise": "How to recognise it",
        "ask_about": "Ask about it",
        # Rules and lessons
        "rules_title": "Rules",
        "rules_about": "The sections that answers stand on.",
        "section": "Section",
        "section_version": "Version",
        "in_force": "In force",
        "not_yet": "Not in force yet",
        "over": "No longer in force",
        "effective": "Since",
        "effective_future": "From",
        "expires": "Until",
        "next_review": "Next review",
        "written_for": "Written for",
        "everybody": "Everybody",
        "countries": "Countries",
        "all_countries": "All",
        "cited_by": "Where it is used",
        "cited_by_nothing": "Nothing stands on this section yet.",
        "lesson": "Lesson",
        "minutes": "minutes",
        "lesson_done": "You have finished this lesson.",
        # The record of an answer
        "answer_title": "Record of an answer",
        "answer_given": "Given",
        "answer_day": "Judged on",
        "answer_forgotten": "Its text is no longer kept.",
        "answer_understood": "What was understood",
        "answer_by": "Understood by",
        "by_rules": "rules, without a model",
        "by_model": "rules and a model",
        "read_from": "from",
        "answer_findings": "What was found",
        "answer_sections": "Sections",
        "answer_again": "Judged again now",
        "again_same": "The same verdict for the same reasons.",
        "again_other_reasons": "The same verdict, for other reasons.",
        "again_changed": "Today the answer would be another one:",
        "again_gone": "It cannot be judged again: the knowledge base no longer has",
        "answer_nothing": "Nothing was judged: this was not a question for permission.",
        "lifted": "lifted by exception",
        "topic": "About",
        "tool": "Tool",
        "yes": "yes",
        "slot_tools": "Tools",
        "slot_data": "Data",
        "slot_rules": "Data rules",
        "slot_use": "Purpose",
        "slot_undescribed": "Something nobody described",
        "slot_claims": "Claims made",
        "slot_sections": "Sections found",
        "slot_course": "Lesson",
        "slot_template": "Template",
        # Problems
        "problem_number": "If you tell somebody about it, name this number:",
        "problem_home": "Go to the start page",
    }
)
"""Page words, by the name the templates use."""

PROBLEMS: Final[Mapping[int, tuple[str, str]]] = MappingProxyType(
    {
        400: ("That did not arrive in one piece.", "Go back and send it again."),
        403: (
            "That came from another page.",
            "The playground only takes what is sent from its own pages. Open it afresh.",
        ),
        404: ("There is no such page.", "It may have another name now, or it is not for you."),
        405: ("That is not how this page is used.", "Start from the page before it."),
        413: ("That is too much for one message.", "Send the part that matters."),
        415: ("That did not come from a form.", "Use the form on the page."),
        421: (
            "The playground has another address.",
            "Open it as http://127.0.0.1 with the port that was shown when it started.",
        ),
        500: (
            "Something broke here.",
            "It is our fault, not yours. Nothing was decided and no permission was given.",
        ),
    }
)
"""Status -> what happened, and what to do."""

VERDICTS: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        "en": {
            "allowed": "Allowed",
            "allowed_with_conditions": "Allowed with conditions",
            "needs_clarification": "One question first",
            "not_reviewed": "Not reviewed yet",
            "not_allowed": "Not allowed",
            "not_a_permission_question": "Information",
            "guest_notice": "For guests",
            "open_incident": "Incident",
            "coach": "Tip",
            "sources": "Sources",
        },
        "de": {
            "allowed": "Erlaubt",
            "allowed_with_conditions": "Erlaubt mit Bedingungen",
            "needs_clarification": "Erst eine Frage",
            "not_reviewed": "Noch nicht geprüft",
            "not_allowed": "Nicht erlaubt",
            "not_a_permission_question": "Auskunft",
            "guest_notice": "Für Gäste",
            "open_incident": "Vorfall",
            "coach": "Tipp",
            "sources": "Quellen",
        },
        "fr": {
            "allowed": "Autorisé",
            "allowed_with_conditions": "Autorisé sous conditions",
            "needs_clarification": "Une question d’abord",
            "not_reviewed": "Pas encore examiné",
            "not_allowed": "Non autorisé",
            "not_a_permission_question": "Information",
            "guest_notice": "Pour les invités",
            "open_incident": "Incident",
            "coach": "Conseil",
            "sources": "Sources",
        },
        "es": {
            "allowed": "Permitido",
            "allowed_with_conditions": "Permitido con condiciones",
            "needs_clarification": "Primero, una pregunta",
            "not_reviewed": "Aún sin revisar",
            "not_allowed": "No permitido",
            "not_a_permission_question": "Información",
            "guest_notice": "Para invitados",
            "open_incident": "Incidente",
            "coach": "Consejo",
            "sources": "Fuentes",
        },
        "nl": {
            "allowed": "Toegestaan",
            "allowed_with_conditions": "Toegestaan met voorwaarden",
            "needs_clarification": "Eerst één vraag",
            "not_reviewed": "Nog niet beoordeeld",
            "not_allowed": "Niet toegestaan",
            "not_a_permission_question": "Informatie",
            "guest_notice": "Voor gasten",
            "open_incident": "Incident",
            "coach": "Tip",
            "sources": "Bronnen",
        },
    }
)
"""Language of a card -> its badge words, by verdict or action."""

REQUEST: Final[Mapping[str, str]] = MappingProxyType(
    {
        "en": "I want to request {tool}",
        "de": "Ich möchte {tool} beantragen",
        "fr": "Je veux demander {tool}",
        "es": "Quiero solicitar {tool}",
        "nl": "Ik wil {tool} aanvragen",  # codespell:ignore wil
    }
)
"""What pressing "request it" says for the person."""

EXAMPLES: Final = ("Which tools can I use?", "What is our rule on recording meetings?")
"""Questions that suit everybody who is not a guest."""

GUEST_EXAMPLES: Final = ("What applies to me?",)
