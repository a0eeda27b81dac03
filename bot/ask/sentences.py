"""What is wrong with a question that was given in the wrong shape, in a sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.knowledge.problems import did_you_mean

if TYPE_CHECKING:
    from pydantic import BaseModel, ValidationError


class AskError(ValueError):
    """A question cannot be taken; the message says what is wrong with it."""


def sentence(error: ValidationError, model: type[BaseModel], at: str = "") -> str:
    """Say every mistake in what should have been a `model`."""
    return " ".join(_said(problem, model, at) for problem in error.errors(include_url=False))


def _said(problem: Any, model: type[BaseModel], at: str) -> str:
    path = ".".join(str(part) for part in (at, *problem["loc"]) if part != "")
    match problem["type"]:
        case "missing":
            return f"{path} is missing."
        case "extra_forbidden":
            near = did_you_mean(str(problem["loc"][-1]), model.model_fields)
            return f"{path} is not known here.{near}"
        case _:
            return f"{path or 'This'}: {problem['msg'].rstrip('.')}."
