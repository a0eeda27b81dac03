"""Forms as dialogs of Teams, and what comes back when one is filled in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any, Final
from urllib.parse import quote, unquote

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.chat import Field as FormField
from bot.chat import Form, Option, Submitted
from handlers.teams.buttons import UnreadableError, form_of, unwrapped
from handlers.teams.limits import CARD, DIALOG_TITLE, VERSION
from handlers.teams.markup import harmless, short
from handlers.teams.words import Words, words

if TYPE_CHECKING:
    from microsoft_teams.cards.core import CardElement

_INPUT: Final = "in."
"""Before the id of every field, so that none is taken for what the form says of itself."""

_EXPANDED: Final = 5
_TALL: Final = 4

_Id = Annotated[str, Field(max_length=200)]
_Value = Annotated[str, Field(max_length=20_000)]


class _Form(BaseModel):
    """What a dialog carries besides its fields."""

    model_config = ConfigDict(extra="ignore", strict=True, frozen=True)

    form: Annotated[_Id, Field(min_length=1)]
    context: _Id = ""
    several: Annotated[list[_Id], Field(max_length=100)] = []


class _Filled(BaseModel):
    """The fields of a dialog."""

    model_config = ConfigDict(strict=True, frozen=True)

    values: Annotated[dict[_Id, _Value], Field(max_length=100)]


def to_dialog(form: Form, ours: Sequence[str] = ()) -> dict[str, Any]:
    """Return a form as the value of a dialog: `{"task": {"type": "continue", "value": …}}`."""
    return _dialog(form, {}, ours)


def with_problems(
    form: Form, submitted: Submitted, problems: Mapping[str, str], ours: Sequence[str] = ()
) -> dict[str, Any]:
    """Return a form once more, with what was filled in and a sentence where something is wrong."""
    filled = tuple(
        replace(field, value=submitted.values.get(field.id, "")) for field in form.fields
    )
    return _dialog(replace(form, fields=filled), problems, ours)


def submitted_from(data: Mapping[str, Any]) -> Submitted:
    """Read the value of a dialog that was filled in, or of a reaction with a form.

    Only shape and length are looked at: whether it may be accepted is for the assistant to say.
    Raises `UnreadableError`.
    """
    inner = unwrapped(data)
    if "reaction" in inner:
        inner = form_of(inner)
    answers = {
        name.removeprefix(_INPUT): value
        for name, value in inner.items()
        if name.startswith(_INPUT) and value is not None
    }
    try:
        form = _Form.model_validate(dict(inner))
        values = _Filled(values=answers).values
    except ValidationError:
        raise UnreadableError("A dialog was sent that is none of ours.") from None
    several = {name: _parted(values.get(name, "")) for name in form.several}
    return Submitted(form=form.form, values={**values, **several}, context=form.context)


def _parted(value: str) -> tuple[str, ...]:
    return tuple(unquote(each) for each in value.split(",") if each)


def _joined(values: Sequence[str]) -> str:
    # Teams puts commas between the values of a multiple choice, so none may hold one.
    return ",".join(quote(each, safe="") for each in values)


def _dialog(form: Form, problems: Mapping[str, str], ours: Sequence[str]) -> dict[str, Any]:
    from microsoft_teams.cards.core import AdaptiveCard, SubmitAction

    hidden = {"form": form.id, "context": form.context, "several": _several(form)}
    send = SubmitAction(
        title=harmless(form.submit),
        data={name: value for name, value in hidden.items() if value},
    )
    card = AdaptiveCard(
        version=VERSION,
        lang=form.language,
        body=list(_body(form, problems, ours)),
        actions=[send],
    )
    tall = len(form.fields) >= _TALL or any(each.kind == "long_text" for each in form.fields)
    return {
        "title": short(form.title, DIALOG_TITLE),
        "height": "large" if tall else "medium",
        "width": "medium",
        "card": {
            "contentType": CARD,
            "content": card.model_dump(mode="json", by_alias=True, exclude_none=True),
        },
    }


def _several(form: Form) -> list[str]:
    return [field.id for field in form.fields if field.kind == "choices"]


def _body(form: Form, problems: Mapping[str, str], ours: Sequence[str]) -> Iterator[CardElement]:
    from handlers.teams import elements

    say = words(form.language)
    if problems:
        yield from elements.line(say.correct, wrong=True)
    known = {field.id for field in form.fields}
    for name, sentence in problems.items():
        if name not in known:
            yield from elements.line(sentence, wrong=True)
    for paragraph in form.intro.split("\n"):
        yield from elements.line(paragraph, ours)
    for field in form.fields:
        yield from elements.line(problems.get(field.id, ""), wrong=True, space="Medium")
        yield _input(field, say)
        yield from elements.line(field.hint, ours, small=True, space="None")


def _input(field: FormField, say: Words) -> CardElement:
    from microsoft_teams.cards.core import DateInput, TextInput

    about: dict[str, Any] = {
        "id": f"{_INPUT}{field.id}",
        "label": harmless(field.label),
        "is_required": True if field.required else None,
        "error_message": say.fill_in if field.required else None,
        "spacing": "Default",
    }
    value = field.value if isinstance(field.value, str) else ""
    match field.kind:
        case "text" | "long_text":
            return TextInput(
                value=value or None,
                max_length=field.most,
                is_multiline=True if field.kind == "long_text" else None,
                **about,
            )
        case "date":
            return DateInput(value=value or None, **about)
        case "yes_no" if not field.options:
            yes_no = (Option(value="yes", label=say.yes), Option(value="no", label=say.no))
            return _choice(replace(field, options=yes_no), about)
        case "choice" | "choices" | "yes_no":
            return _choice(field, about)


def _choice(field: FormField, about: Mapping[str, Any]) -> CardElement:
    from microsoft_teams.cards.core import Choice, ChoiceSetInput

    several = field.kind == "choices"
    chosen = (field.value,) if isinstance(field.value, str) else field.value
    offered = [each for each in chosen if each in {option.value for option in field.options}]
    return ChoiceSetInput(
        choices=[
            Choice(
                title=harmless(f"{each.label} – {each.hint}" if each.hint else each.label),
                value=_joined((each.value,)) if several else each.value,
            )
            for each in field.options
        ],
        value=(_joined(offered) if several else "".join(offered[:1])) or None,
        is_multi_select=True if several else None,
        style="expanded" if several or len(field.options) <= _EXPANDED else "compact",
        wrap=True,
        **about,
    )
