"""An answer as the one JSON object that programs read (KNOWLEDGE.md, "What an answer is")."""

from __future__ import annotations

from typing import Any

from bot.ask.answer import Answer
from bot.ask.record import judged
from bot.explain import to_text


def as_line(answer: Answer, id_: object = None) -> dict[str, Any]:
    """Return the object; `id_` is the caller's own name for the question."""
    ruling, reading, card = answer.ruling, answer.reading, answer.card
    quoted = [citation.section for citation in card.citations]
    return {
        "id": id_,
        "action": card.action,
        "verdict": card.verdict,
        "judged": judged(ruling.decisions) if ruling is not None else [],
        "data": sorted(reading.data),
        "use": reading.use,
        "conditions": list(ruling.conditions) if ruling is not None else [],
        "citations": list(ruling.citations) if ruling is not None else quoted,
        "alternatives": list(ruling.alternatives) if ruling is not None else [],
        "reasons": list(answer.reasons),
        "ask_for": ruling.ask_for if ruling is not None else None,
        "text": to_text(card),
        "knowledge_version": answer.knowledge_version,
        "answer_id": answer.answer_id,
        "understood_by": reading.understood_by,
        "ms": round(answer.ms, 2),
    }
