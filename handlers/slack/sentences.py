"""What the door itself has to say, where no answer says it, in the five languages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from bot.explain.sentences import speaks


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentences:
    """One language."""

    not_kept: str
    """Nothing was stored: the only case in which somebody has to ask again."""
    not_opened: str
    """A form could not be shown in the three seconds Slack gives."""
    belongs: str
    """Stands above an answer that could not be shown where it was asked for."""


_SENTENCES: Final[Mapping[str, Sentences]] = MappingProxyType(
    {
        "en": Sentences(
            not_kept="I could not take this in just now, so nothing was kept. "
            "Please try again in a minute.",
            not_opened="The form could not be opened in time. Please try again.",
            belongs="About what you asked in {channel}, where I cannot write to you:",
        ),
        "de": Sentences(
            not_kept="Ich konnte das gerade nicht annehmen, es wurde nichts gespeichert. "
            "Bitte versuche es in einer Minute noch einmal.",
            not_opened="Das Formular ließ sich nicht rechtzeitig öffnen. "
            "Bitte versuche es noch einmal.",
            belongs="Zu deiner Frage in {channel}, wo ich dir nicht schreiben kann:",
        ),
        "es": Sentences(
            not_kept="Ahora mismo no he podido recibirlo y no se ha guardado nada. "
            "Vuelve a intentarlo dentro de un minuto.",
            not_opened="El formulario no se ha podido abrir a tiempo. Vuelve a intentarlo.",
            belongs="Sobre lo que preguntaste en {channel}, donde no puedo escribirte:",
        ),
        "fr": Sentences(
            not_kept="Je n’ai pas pu prendre ceci en compte, rien n’a été enregistré. "
            "Veuillez réessayer dans une minute.",
            not_opened="Le formulaire n’a pas pu s’ouvrir à temps. Veuillez réessayer.",
            belongs="À propos de votre question dans {channel}, où je ne peux pas vous écrire :",
        ),
        "nl": Sentences(
            not_kept="Ik kon dit nu niet aannemen, er is niets bewaard. "
            "Probeer het over een minuut opnieuw.",
            not_opened="Het formulier kon niet op tijd worden geopend. Probeer het opnieuw.",
            belongs="Over je vraag in {channel}, waar ik je niet kan schrijven:",
        ),
    }
)


def sentences(language: str) -> Sentences:
    """Return the sentences of a language, or English ones where we do not speak it."""
    return _SENTENCES[speaks(language)]
