"""How a verdict looks: always a word, a sign and a lamp, never the colour alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, get_args

from bot.chat import AnswerVerdict, Card
from handlers.web.words import VERDICTS


@dataclass(frozen=True, slots=True, kw_only=True)
class Face:
    """The badge of a verdict."""

    word: str
    icon: str
    tone: str
    """Chooses the colours and the lamp that is lit."""
    language: str = "en"


_LOOKS: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "allowed": ("check", "go"),
        "allowed_with_conditions": ("check-list", "go-if"),
        "needs_clarification": ("question", "ask"),
        "not_reviewed": ("clock", "wait"),
        "not_allowed": ("cross", "stop"),
        "not_a_permission_question": ("info", "info"),
        "guest_notice": ("info", "info"),
        "open_incident": ("bell", "info"),
        "coach": ("spark", "info"),
    }
)


def face_of_card(card: Card) -> Face:
    """Return the badge of an answer, in the language of the answer."""
    by_action = card.verdict == "not_a_permission_question" or card.action == "guest_notice"
    name = card.action if by_action and card.action in _LOOKS else card.verdict
    return _face(name, card.language if card.language in VERDICTS else "en")


def _face(name: str, language: str) -> Face:
    icon, tone = _LOOKS[name]
    return Face(word=VERDICTS[language][name], icon=icon, tone=tone, language=language)


FACES: Final[Mapping[AnswerVerdict, Face]] = MappingProxyType(
    {verdict: _face(verdict, "en") for verdict in get_args(AnswerVerdict)}
)
"""The badge of each verdict, in the language of the pages."""
