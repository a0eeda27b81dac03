"""The few sentences of Slack's own that no card brings along, in the five languages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from bot.explain.sentences import speaks


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """One language."""

    by_ai: str
    """Stands above a text that a model wrote."""
    helpful: str
    not_helpful: str
    helpful_aloud: str
    """What a screen reader says for the button; 75 characters, as Slack allows."""
    not_helpful_aloud: str
    choose: str
    chosen: str
    """Heads the group of options that are chosen already, where there are very many."""
    yes: str
    no: str
    cancel: str
    close: str
    wait: str
    """Title of a window that is not ready yet; 24 characters, as Slack allows."""
    wait_about: str
    started: str
    """A hint below a field whose value is too long to be filled in whole."""
    elsewhere: str
    """The last line of a Home tab that had to leave something out."""


_WORDS: Final[Mapping[str, Words]] = MappingProxyType(
    {
        "en": Words(
            by_ai="AI wrote this. Check it before you use it.",
            helpful="Helpful",
            not_helpful="Not helpful",
            helpful_aloud="This answer helped me",
            not_helpful_aloud="This answer did not help me",
            choose="Choose",
            chosen="Chosen already",
            yes="Yes",
            no="No",
            cancel="Cancel",
            close="Close",
            wait="One moment",
            wait_about="This takes a few seconds.",
            started="Your text is longer than this field. Only its beginning is filled in.",
            elsewhere=(
                "There is more than fits on this page. Ask me for the rest in the Messages tab, "
                "for example: /greenlight tools"
            ),
        ),
        "de": Words(
            by_ai="Das hat eine KI geschrieben. Prüfe es, bevor du es verwendest.",
            helpful="Hilfreich",
            not_helpful="Nicht hilfreich",
            helpful_aloud="Diese Antwort hat mir geholfen",
            not_helpful_aloud="Diese Antwort hat mir nicht geholfen",
            choose="Auswählen",
            chosen="Schon ausgewählt",
            yes="Ja",
            no="Nein",
            cancel="Abbrechen",
            close="Schließen",
            wait="Einen Moment",
            wait_about="Das dauert ein paar Sekunden.",
            started="Dein Text ist länger als dieses Feld. Nur sein Anfang ist eingetragen.",
            elsewhere=(
                "Es gibt mehr, als auf diese Seite passt. Frag mich im Tab „Nachrichten“ nach dem "
                "Rest, zum Beispiel: /greenlight tools"
            ),
        ),
        "fr": Words(
            by_ai="Ce texte a été écrit par une IA. Vérifiez-le avant de l’utiliser.",
            helpful="Utile",
            not_helpful="Pas utile",
            helpful_aloud="Cette réponse m’a aidé",
            not_helpful_aloud="Cette réponse ne m’a pas aidé",
            choose="Choisir",
            chosen="Déjà choisi",
            yes="Oui",
            no="Non",
            cancel="Annuler",
            close="Fermer",
            wait="Un instant",
            wait_about="Cela prend quelques secondes.",
            started="Votre texte dépasse la taille de ce champ. Seul le début y figure.",
            elsewhere=(
                "Tout ne tient pas sur cette page. Demandez-moi la suite dans l’onglet Messages, "
                "par exemple : /greenlight tools"
            ),
        ),
        "es": Words(
            by_ai="Esto lo ha escrito una IA. Compruébalo antes de usarlo.",
            helpful="Útil",
            not_helpful="No es útil",
            helpful_aloud="Esta respuesta me ha ayudado",
            not_helpful_aloud="Esta respuesta no me ha ayudado",
            choose="Elegir",
            chosen="Ya elegidas",
            yes="Sí",
            no="No",
            cancel="Cancelar",
            close="Cerrar",
            wait="Un momento",
            wait_about="Tarda unos segundos.",
            started="Tu texto no cabe entero en este campo. Solo figura el principio.",
            elsewhere=(
                "No cabe todo en esta página. Pídeme el resto en la pestaña Mensajes, por "
                "ejemplo: /greenlight tools"
            ),
        ),
        "nl": Words(
            by_ai="Dit is door AI geschreven. Controleer het voordat je het gebruikt.",
            helpful="Nuttig",
            not_helpful="Niet nuttig",
            helpful_aloud="Dit antwoord heeft me geholpen",
            not_helpful_aloud="Dit antwoord heeft me niet geholpen",
            choose="Kiezen",
            chosen="Al gekozen",
            yes="Ja",
            no="Nee",
            cancel="Annuleren",
            close="Sluiten",
            wait="Een ogenblik",
            wait_about="Dit duurt een paar seconden.",
            started="Je tekst is langer dan dit veld. Alleen het begin is ingevuld.",
            elsewhere=(
                "Er is meer dan op deze pagina past. Vraag me om de rest op het tabblad Berichten, "
                "bijvoorbeeld: /greenlight tools"
            ),
        ),
    }
)


def words(language: str) -> Words:
    """Return the words of a language, or English ones where we do not speak it."""
    return _WORDS[speaks(language)]
