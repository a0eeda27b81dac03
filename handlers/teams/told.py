"""What the app says about itself in Teams, in five languages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

COMMANDS: Final = ("tools", "request", "incident", "status", "learn", "help")
"""What may be typed as it stands; the same words as after /greenlight in Slack."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What the app says about itself in one language."""

    short: str
    full: str
    commands: tuple[str, str, str, str, str, str]
    """What each command does, in the order of the commands."""
    prompts: tuple[tuple[str, str], ...]
    """Things to begin with: a title, and the question it puts into the message box."""
    search: str
    search_about: str
    tool: str
    tool_about: str


TOLD: Final[Mapping[str, Told]] = MappingProxyType(
    {
        "en": Told(
            short="Which AI tool may I use, with which data? Ask, and get the rule.",
            full=(
                "Greenlight answers whether you may use an AI tool for a task and with which data, "
                "from your company's own rules. Every answer names the rule it stands on and what "
                "to do next. Ask in your own words, look up a tool while you write, request a new "
                "tool, or report that something went into a tool that should not have. Answers "
                "come from rules your company wrote. Where a model helped to write a text, the "
                "text is labelled."
            ),
            commands=(
                "The AI tools you can use",
                "Ask for a tool",
                "Report that something went wrong",
                "How your requests are doing",
                "A tip and a short lesson",
                "What you can ask here",
            ),
            prompts=(
                ("My tools", "Which tools can I use?"),
                ("Check a use", "Can I put a customer list into ChatGPT?"),
                ("Look up a rule", "What is our rule on recording meetings?"),
                (
                    "Something went wrong",
                    "I pasted confidential data into an AI tool by mistake",
                ),
            ),
            search="Look up a tool",
            search_about="Whether you may use an AI tool, and with which data",
            tool="Tool",
            tool_about="The name of an AI tool",
        ),
        "de": Told(
            short="Welches KI-Werkzeug darf ich nutzen, mit welchen Daten? Frag nach.",
            full=(
                "Greenlight sagt dir, ob du ein KI-Werkzeug für eine Aufgabe nutzen darfst und mit "
                "welchen Daten, nach den Regeln deines Unternehmens. Jede Antwort nennt die Regel, "
                "auf der sie beruht, und den nächsten Schritt. Frag in deinen eigenen Worten, "
                "schlage beim Schreiben ein Werkzeug nach, beantrage ein neues oder melde, dass "
                "etwas in ein Werkzeug geraten ist, das dort nicht hingehört. Die Antworten kommen "
                "aus Regeln, die dein Unternehmen geschrieben hat. Wo ein Modell beim Schreiben "
                "geholfen hat, ist der Text gekennzeichnet."
            ),
            commands=(
                "Die KI-Werkzeuge, die du nutzen darfst",
                "Ein Werkzeug beantragen",
                "Melden, dass etwas schiefging",
                "Wie es um deine Anträge steht",
                "Ein Tipp und eine kurze Lektion",
                "Was du hier fragen kannst",
            ),
            prompts=(
                ("Meine Werkzeuge", "Welche Tools kann ich nutzen?"),
                ("Eine Nutzung prüfen", "Darf ich eine Kundenliste in ChatGPT eingeben?"),
                (
                    "Eine Regel nachschlagen",
                    "Was sagt unsere Regel zum Aufzeichnen von Besprechungen?",
                ),
                (
                    "Etwas ging schief",
                    "Ich habe aus Versehen vertrauliche Daten in ChatGPT kopiert",
                ),
            ),
            search="Werkzeug nachschlagen",
            search_about="Ob du ein KI-Werkzeug nutzen darfst, und mit welchen Daten",
            tool="Werkzeug",
            tool_about="Der Name eines KI-Werkzeugs",
        ),
        "fr": Told(
            short="Quel outil d’IA puis-je utiliser, avec quelles données ? Demandez.",
            full=(
                "Greenlight dit si vous pouvez utiliser un outil d’IA pour une tâche et avec "
                "quelles données, selon les règles de votre entreprise. Chaque réponse cite la "
                "règle sur laquelle elle repose et indique la suite. Demandez avec vos mots, "
                "cherchez un outil en écrivant, demandez un nouvel outil ou signalez que quelque "
                "chose a été mis par erreur dans un outil. Les réponses viennent de règles écrites "
                "par votre entreprise. Là où un modèle a aidé à écrire, le texte est signalé."
            ),
            commands=(
                "Les outils d’IA que vous pouvez utiliser",
                "Demander un outil",
                "Signaler un problème",
                "Où en sont vos demandes",
                "Un conseil et une courte leçon",
                "Ce que vous pouvez demander ici",
            ),
            prompts=(
                ("Mes outils", "Quels outils puis-je utiliser ?"),
                (
                    "Vérifier un usage",
                    "Puis-je mettre une liste de clients dans ChatGPT ?",
                ),
                (
                    "Chercher une règle",
                    "Quelle est notre règle sur l’enregistrement des réunions ?",
                ),
                (
                    "Un problème",
                    "J’ai collé par erreur des données confidentielles dans ChatGPT",
                ),
            ),
            search="Chercher un outil",
            search_about="Si vous pouvez utiliser un outil d’IA, et avec quelles données",
            tool="Outil",
            tool_about="Le nom d’un outil d’IA",
        ),
        "es": Told(
            short="¿Qué herramienta de IA puedo usar y con qué datos? Pregunta.",
            full=(
                "Greenlight te dice si puedes usar una herramienta de IA para una tarea y con qué "
                "datos, según las normas de tu empresa. Cada respuesta cita la norma en la que se "
                "basa y el siguiente paso. Pregunta con tus palabras, busca una herramienta "
                "mientras escribes, solicita una nueva o avisa de que algo ha acabado por error en "
                "una herramienta. Las respuestas salen de normas que escribió tu empresa. Donde un "
                "modelo ayudó a escribir, el texto lo indica."
            ),
            commands=(
                "Las herramientas de IA que puedes usar",
                "Solicitar una herramienta",
                "Avisar de que algo salió mal",
                "Cómo van tus solicitudes",
                "Un consejo y una lección breve",
                "Qué puedes preguntar aquí",
            ),
            prompts=(
                ("Mis herramientas", "¿Qué herramientas puedo usar?"),
                ("Comprobar un uso", "¿Puedo poner una lista de clientes en ChatGPT?"),
                ("Buscar una norma", "¿Cuál es nuestra norma sobre grabar reuniones?"),
                (
                    "Algo salió mal",
                    "He pegado por error datos confidenciales en ChatGPT",
                ),
            ),
            search="Buscar una herramienta",
            search_about="Si puedes usar una herramienta de IA, y con qué datos",
            tool="Herramienta",
            tool_about="El nombre de una herramienta de IA",
        ),
        "nl": Told(
            short="Welke AI-tool mag ik gebruiken, met welke gegevens? Vraag het.",
            full=(
                "Greenlight vertelt je of je een AI-tool voor een taak mag gebruiken en met welke "
                "gegevens, volgens de regels van je bedrijf. Elk antwoord noemt de regel waarop "
                "het steunt en wat je daarna doet. Vraag het in je eigen woorden, zoek een tool op "
                "terwijl je schrijft, vraag een nieuwe aan of meld dat er iets in een tool terecht "
                "is gekomen wat daar niet hoort. De antwoorden komen uit regels die je bedrijf "
                "heeft geschreven. Waar een model hielp met schrijven, staat dat bij de tekst."
            ),
            commands=(
                "De AI-tools die je mag gebruiken",
                "Een tool aanvragen",
                "Melden dat er iets misging",
                "Hoe het met je aanvragen staat",
                "Een tip en een korte les",
                "Wat je hier kunt vragen",
            ),
            prompts=(
                ("Mijn tools", "Welke tools kan ik gebruiken?"),
                ("Een gebruik nagaan", "Mag ik een klantenlijst in ChatGPT zetten?"),
                ("Een regel opzoeken", "Wat is onze regel over het opnemen van vergaderingen?"),
                (
                    "Er ging iets mis",
                    "Ik heb per ongeluk vertrouwelijke gegevens in ChatGPT geplakt",
                ),
            ),
            search="Een tool opzoeken",
            search_about="Of je een AI-tool mag gebruiken, en met welke gegevens",
            tool="Tool",
            tool_about="De naam van een AI-tool",
        ),
    }
)
"""Language -> what the app says; the first one speaks to everybody else."""
