"""What this door itself says: short, and without any content."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, Literal

from bot.explain.sentences import speaks

Line = Literal["privately", "unreachable", "coming", "not_kept", "nothing", "thanks", "sent"]

_LINES: Final[Mapping[str, Mapping[Line, str]]] = MappingProxyType(
    {
        "en": {
            "privately": "I have answered you in our own chat.",
            "unreachable": (
                "I cannot write to you privately yet. Open a chat with me and ask there."
            ),
            "coming": "The answer is on its way.",
            "not_kept": "That did not reach me. Please try again in a minute.",
            "nothing": "There is nothing behind this any more. Please ask me again.",
            "thanks": "Thank you.",
            "sent": "Thank you, I have it. You will hear from me in the chat.",
        },
        "de": {
            "privately": "Ich habe Ihnen in unserem eigenen Chat geantwortet.",
            "unreachable": (
                "Ich kann Ihnen noch nicht privat schreiben. "
                "Öffnen Sie einen Chat mit mir und fragen Sie dort."
            ),
            "coming": "Die Antwort ist unterwegs.",
            "not_kept": (
                "Das ist nicht angekommen. Bitte versuchen Sie es in einer Minute noch einmal."
            ),
            "nothing": "Dahinter steht nichts mehr. Bitte fragen Sie mich noch einmal.",
            "thanks": "Vielen Dank.",
            "sent": "Danke, das ist angekommen. Sie hören im Chat von mir.",
        },
        "fr": {
            "privately": "Je vous ai répondu dans notre propre conversation.",
            "unreachable": (
                "Je ne peux pas encore vous écrire en privé. "
                "Ouvrez une conversation avec moi et posez-y votre question."
            ),
            "coming": "La réponse arrive.",
            "not_kept": "Cela ne m’est pas parvenu. Veuillez réessayer dans une minute.",
            "nothing": "Il n’y a plus rien derrière ceci. Posez-moi de nouveau la question.",
            "thanks": "Merci.",
            "sent": "Merci, c’est bien reçu. Je vous répondrai dans la conversation.",
        },
        "es": {
            "privately": "Le he respondido en nuestro propio chat.",
            "unreachable": (
                "Todavía no puedo escribirle en privado. Abra un chat conmigo y pregunte allí."
            ),
            "coming": "La respuesta está en camino.",
            "not_kept": "Eso no me ha llegado. Inténtelo de nuevo en un minuto.",
            "nothing": "Detrás de esto ya no hay nada. Vuelva a preguntarme.",
            "thanks": "Gracias.",
            "sent": "Gracias, lo tengo. Le escribiré en el chat.",
        },
        "nl": {
            "privately": "Ik heb u in onze eigen chat geantwoord.",
            "unreachable": (
                "Ik kan u nog niet privé schrijven. Open een chat met mij en vraag het daar."
            ),
            "coming": "Het antwoord komt eraan.",
            "not_kept": "Dat is niet aangekomen. Probeer het over een minuut opnieuw.",
            "nothing": "Hier staat niets meer achter. Vraag het mij opnieuw.",
            "thanks": "Dank u wel.",
            "sent": "Dank u, ik heb het. U hoort van mij in de chat.",
        },
    }
)


def line(which: Line, language: str) -> str:
    """Return a sentence in the language, or in English where we do not speak it."""
    return _LINES[speaks(language)][which]
