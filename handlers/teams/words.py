"""Every fixed word of cards and dialogs in Teams; what answers say comes from `bot.explain`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from bot.chat import AnswerVerdict, Card
from bot.explain.sentences import speaks


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """The fixed words of one language."""

    allowed: str
    allowed_with_conditions: str
    needs_clarification: str
    not_reviewed: str
    not_allowed: str
    guest_notice: str
    open_incident: str
    coach: str
    source: str
    sources: str
    choose: str
    """Over choices that wait for an answer."""
    choose_first: str
    answer: str
    yes: str
    no: str
    fill_in: str
    """Under a field that was left empty."""
    correct: str
    """Over a form that could not be taken as it was."""
    for_me: str
    """Under an answer that somebody puts into a conversation with others."""


_WORDS: Final[Mapping[str, Words]] = MappingProxyType(
    {
        "en": Words(
            allowed="Allowed",
            allowed_with_conditions="Allowed with conditions",
            needs_clarification="One question first",
            not_reviewed="Not reviewed yet",
            not_allowed="Not allowed",
            guest_notice="For guests",
            open_incident="Incident",
            coach="Tip",
            source="Source",
            sources="Sources",
            choose="Your answer",
            choose_first="Choose one of these first.",
            answer="Answer",
            yes="Yes",
            no="No",
            fill_in="Please fill this in.",
            correct="Please look at these again:",
            for_me="This answer fits the person who looked it up. Ask Greenlight for yours.",
        ),
        "de": Words(
            allowed="Erlaubt",
            allowed_with_conditions="Erlaubt mit Bedingungen",
            needs_clarification="Erst eine Frage",
            not_reviewed="Noch nicht geprüft",
            not_allowed="Nicht erlaubt",
            guest_notice="Für Gäste",
            open_incident="Vorfall",
            coach="Tipp",
            source="Quelle",
            sources="Quellen",
            choose="Deine Antwort",  # codespell:ignore deine
            choose_first="Wähle zuerst etwas aus.",
            answer="Antworten",
            yes="Ja",
            no="Nein",
            fill_in="Fülle das bitte aus.",
            correct="Sieh dir das noch einmal an:",
            for_me=(
                "Diese Antwort gilt für die Person, die nachgesehen hat. "
                "Frag Greenlight nach deiner."
            ),
        ),
        "fr": Words(
            allowed="Autorisé",
            allowed_with_conditions="Autorisé sous conditions",
            needs_clarification="Une question d’abord",
            not_reviewed="Pas encore examiné",
            not_allowed="Non autorisé",
            guest_notice="Pour les invités",
            open_incident="Incident",
            coach="Conseil",
            source="Source",
            sources="Sources",
            choose="Votre réponse",
            choose_first="Choisissez d’abord une réponse.",
            answer="Répondre",
            yes="Oui",
            no="Non",
            fill_in="Merci de remplir ce champ.",
            correct="À revoir :",
            for_me=(
                "Cette réponse vaut pour la personne qui l’a cherchée. "
                "Demandez la vôtre à Greenlight."
            ),
        ),
        "es": Words(
            allowed="Permitido",
            allowed_with_conditions="Permitido con condiciones",
            needs_clarification="Primero, una pregunta",
            not_reviewed="Aún sin revisar",
            not_allowed="No permitido",
            guest_notice="Para invitados",
            open_incident="Incidente",
            coach="Consejo",
            source="Fuente",
            sources="Fuentes",
            choose="Tu respuesta",
            choose_first="Elige primero una opción.",
            answer="Responder",
            yes="Sí",
            no="No",
            fill_in="Rellena este campo.",
            correct="Revisa lo siguiente:",
            for_me=(
                "Esta respuesta vale para la persona que la buscó. "
                "Pregunta a Greenlight por la tuya."
            ),
        ),
        "nl": Words(
            allowed="Toegestaan",
            allowed_with_conditions="Toegestaan met voorwaarden",
            needs_clarification="Eerst één vraag",
            not_reviewed="Nog niet beoordeeld",
            not_allowed="Niet toegestaan",
            guest_notice="Voor gasten",
            open_incident="Incident",
            coach="Tip",
            source="Bron",
            sources="Bronnen",
            choose="Je antwoord",
            choose_first="Kies eerst een antwoord.",
            answer="Antwoorden",
            yes="Ja",
            no="Nee",
            fill_in="Vul dit in.",
            correct="Kijk hier nog eens naar:",
            for_me=(
                "Dit antwoord geldt voor wie het opzocht. Vraag Greenlight naar jouw antwoord."
            ),
        ),
    }
)

_BY_ACTION: Final = frozenset({"guest_notice", "open_incident", "coach"})


def words(language: str) -> Words:
    """Return the words of a language, or English ones where we do not speak it."""
    return _WORDS[speaks(language)]


def status(card: Card) -> str:
    """Return the word that says what kind of answer this is; empty where it would say nothing."""
    if card.action in _BY_ACTION:
        return str(getattr(words(card.language), card.action))
    return verdict_word(card.verdict, card.language)


def verdict_word(verdict: AnswerVerdict | None, language: str) -> str:
    """Return a verdict in a word or two; empty for what judges nothing."""
    if verdict is None or verdict == "not_a_permission_question":
        return ""
    return str(getattr(words(language), verdict))
