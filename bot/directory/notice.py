"""What those read who are not answered: fixed sentences, whatever was asked.

Guests read the company's own section for guests. Everybody else reads nothing the company wrote.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from bot.chat import Card, Person
from bot.decide import Question, rule
from bot.explain import explain
from bot.explain.sentences import speaks
from bot.understand.words import Reading

if TYPE_CHECKING:
    from bot.gate import Outsider, Refused
    from bot.knowledge import Knowledge

_Told = Literal["others", "shared", "unknown"]


class _Notice(NamedTuple):
    headline: str
    next_step: str


_OTHERS: Final = MappingProxyType(
    {
        "en": _Notice(
            "This assistant is for the people of {company}.",
            "Please ask the person you work with there.",
        ),
        "de": _Notice(
            "Dieser Assistent ist für die Mitarbeitenden von {company} da.",
            "Bitte fragen Sie die Person, mit der Sie dort zusammenarbeiten.",
        ),
        "fr": _Notice(
            "Cet assistant est réservé aux collaborateurs de {company}.",
            "Veuillez vous adresser à la personne avec qui vous y travaillez.",
        ),
        "es": _Notice(
            "Este asistente es para quienes trabajan en {company}.",
            "Pregunta a la persona con la que trabajas allí.",
        ),
        "nl": _Notice(
            "Deze assistent is er voor de mensen van {company}.",
            "Vraag het aan degene met wie je daar samenwerkt.",
        ),
    }
)
_SHARED: Final = MappingProxyType(
    {
        "en": _Notice(
            "I do not answer where people of another organisation can read along.",
            "If you work at {company}, please ask me in a direct message.",
        ),
        "de": _Notice(
            "Wo Menschen einer anderen Organisation mitlesen können, antworte ich nicht.",
            "Wenn Sie bei {company} arbeiten, fragen Sie mich bitte in einer Direktnachricht.",
        ),
        "fr": _Notice(
            "Je ne réponds pas là où des personnes d’une autre organisation peuvent lire.",
            "Si vous travaillez chez {company}, écrivez-moi en message direct.",
        ),
        "es": _Notice(
            "No respondo donde puede leer gente de otra organización.",
            "Si trabajas en {company}, escríbeme por mensaje directo.",
        ),
        "nl": _Notice(
            "Ik antwoord niet waar mensen van een andere organisatie kunnen meelezen.",
            "Werk je bij {company}, stel me je vraag dan in een privébericht.",
        ),
    }
)
_UNKNOWN: Final = MappingProxyType(
    {
        "en": _Notice(
            "I could not find out who you are, so I cannot answer.",
            "Please try again in a few minutes.",
        ),
        "de": _Notice(
            "Ich konnte nicht feststellen, wer Sie sind, und kann deshalb nicht antworten.",
            "Bitte versuchen Sie es in ein paar Minuten noch einmal.",
        ),
        "fr": _Notice(
            "Je n’ai pas pu établir qui vous êtes et ne peux donc pas répondre.",
            "Veuillez réessayer dans quelques minutes.",
        ),
        "es": _Notice(
            "No he podido averiguar quién eres, así que no puedo responder.",
            "Inténtalo de nuevo dentro de unos minutos.",
        ),
        "nl": _Notice(
            "Ik kon niet vaststellen wie je bent en kan daarom niet antwoorden.",
            "Probeer het over een paar minuten nog eens.",
        ),
    }
)
_NOTICES: Final[Mapping[_Told, Mapping[str, _Notice]]] = MappingProxyType(
    {"others": _OTHERS, "shared": _SHARED, "unknown": _UNKNOWN}
)


def notice(refused: Refused, knowledge: Knowledge, locale: str = "", *, today: date) -> Card:
    """Return the notice for somebody who is refused, in their language or the company's.

    Check `refused.silent` first: those who are to be sent nothing are not sent this either.
    """
    language = speaks(locale or refused.caller.locale or knowledge.company.language)
    if refused.kind == "guest":
        return _for_a_guest(knowledge, language, knowledge.as_of or today)
    found = _NOTICES[_told(refused.kind)][language]
    company = knowledge.company.name
    return Card(
        action="guest_notice",
        verdict="not_a_permission_question",
        headline=found.headline.format(company=company),
        next_step=found.next_step.format(company=company),
        language=language,
        tags=("guest",),
    )


def _for_a_guest(knowledge: Knowledge, language: str, day: date) -> Card:
    """Return what a guest would be answered, so that there is one notice for guests."""
    guest = Person(id="guest", worker_type="guest")
    reading = Reading(topic="permission", action="guest_notice", language=language)
    ruling = rule([Question(person=guest, date=day)], knowledge)
    return explain(reading, ruling, knowledge, guest, today=day)


def _told(kind: Outsider) -> _Told:
    match kind:
        case "shared_channel":
            return "shared"
        case "unknown":
            return "unknown"
        case _:
            return "others"
