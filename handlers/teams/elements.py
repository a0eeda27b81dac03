"""What cards are laid out with: lines of text, rows of buttons, choices.

Importing this loads the card library, which takes half a second: `handlers.teams.cards` and
`handlers.teams.dialogs` do so with the first card, a door should do so when it starts.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, Literal

from microsoft_teams.cards.core import (
    Action,
    ActionSet,
    CardElement,
    Choice,
    ChoiceSetInput,
    Container,
    ExecuteAction,
    OpenUrlAction,
    RichTextBlock,
    SubmitAction,
    TextBlock,
    TextRun,
)

from bot.chat import Button
from handlers.teams.buttons import CHOSEN, OPENS_FORM, data_of
from handlers.teams.limits import BUTTONS
from handlers.teams.markup import harmless, lengths, linked, literal, paragraphs, tamed
from handlers.teams.words import words

Space = Literal["None", "Small", "Default", "Medium", "Large"]

_LONGEST: Final = 2_000
"""Characters of one element: what is longer becomes several, so that a card can be parted."""

_LONGEST_HEADING: Final = 300
_EXPANDED: Final = 8
"""Choices that are all in view; more of them open from a field."""

_FEW: Final = 3
_SHORT: Final = 24
"""Choices that are few and short are buttons: one press instead of two."""

_WIDE: Final = 66
_AROUND: Final = 5
"""Letters that fit side by side into a row of buttons, and the room around each label."""

_HEAVY: Final = 10_000
"""Bytes of one row, choice or quotation; a message takes two of them and the text besides."""


def heading(text: str, ours: Sequence[str] = (), *, large: bool = True) -> Iterator[CardElement]:
    """Lay out a heading; a screen reader finds it as one."""
    first, *others = [*lengths(text, _LONGEST_HEADING)] or [""]
    yield TextBlock(
        text=literal(first, ours),
        size="Large" if large else "Medium",
        weight="Bolder",
        style="heading",
        wrap=True,
        spacing="None" if large else "Default",
    )
    for other in others:
        yield from line(other, ours)


def line(
    text: str,
    ours: Sequence[str] = (),
    *,
    label: str = "",
    small: bool = False,
    wrong: bool = False,
    space: Space = "Small",
) -> Iterator[CardElement]:
    """Lay out plain text, with a label before it where there is one."""
    pieces = [*lengths(text, _LONGEST)] or ([""] if label else [])
    for place, piece in enumerate(pieces):
        runs = [
            _run(words, url, small=small, wrong=wrong)
            for words, url in linked(piece, ours)
            if words
        ]
        if label and not place:
            size = "Small" if small else None
            runs.insert(0, TextRun(text=f"{harmless(label)} ", weight="Bolder", size=size))
        yield RichTextBlock(inlines=runs, spacing="None" if place else space)


def _run(text: str, url: str, *, small: bool, wrong: bool) -> CardElement:
    return TextRun(
        text=text if url else harmless(text),
        size="Small" if small else None,
        is_subtle=True if small else None,
        color="Attention" if wrong else None,
        underline=True if url else None,
        select_action=OpenUrlAction(url=url) if url else None,
    )


def prose(text: str, ours: Sequence[str] = (), *, broken: bool = False) -> Iterator[TextBlock]:
    """Lay out Markdown that the company has written, paragraph by paragraph.

    `broken` is for text in which every line stands for itself, as on our own pages; else lines
    are joined, as Markdown does, but for lists.
    """
    for paragraph in paragraphs(text, broken=broken):
        for piece in lengths(paragraph, _LONGEST):
            yield TextBlock(text=tamed(piece, ours), wrap=True, spacing="Small")


def quoted(text: str, ours: Sequence[str] = ()) -> Iterator[CardElement]:
    """Lay out what the company has written, set apart from what the assistant says."""
    pieces: list[CardElement] = []
    weight = 0
    for piece in prose(text, ours):
        weighs = 100 + len((piece.text or "").encode())
        weight += weighs
        if pieces and weight > _HEAVY:
            yield Container(items=pieces, style="emphasis", spacing="Default")
            pieces, weight = [], weighs
        pieces.append(piece)
    if pieces:
        yield Container(items=pieces, style="emphasis", spacing="Default")


def button(given: Button, of: str, *, alone: bool = True) -> Action:
    """Make a button; one that is not `alone` sends what was chosen above it along."""
    title, data = harmless(given.label), data_of(given, of)
    if given.action in OPENS_FORM:
        data["msteams"] = {"type": "task/fetch"}
        return SubmitAction(title=title, data=data, associated_inputs="none")
    inputs: Literal["auto", "none"] = "none" if alone else "auto"
    return ExecuteAction(
        title=title,
        verb=given.action,
        data=data,
        associated_inputs=inputs,
        fallback=SubmitAction(title=title, data=data, associated_inputs=inputs),
    )


def rows(buttons: Sequence[Button], of: str) -> Iterator[CardElement]:
    """Lay out buttons in rows that Teams shows whole, as far as labels can be guessed."""
    row: list[Action] = []
    width = weight = 0
    for each in buttons:
        made = button(each, of)
        width += len(each.label) + _AROUND
        weight += _weight(each)
        if row and (len(row) == BUTTONS or width > _WIDE or weight > _HEAVY):
            yield ActionSet(actions=row, spacing="Small")
            row, width, weight = [], len(each.label) + _AROUND, _weight(each)
        row.append(made)
    if row:
        yield ActionSet(actions=row, spacing="Small")


def _weight(button: Button) -> int:
    """Return about how many bytes a button has: all it carries stands in it twice."""
    return 300 + 2 * len(f"{button.label}{button.value}".encode())


def choices(buttons: Sequence[Button], of: str, language: str) -> Iterator[CardElement]:
    """Lay out the answers to a question: as buttons, or to choose from and send."""
    few = len(buttons) <= _FEW and all(len(each.label) <= _SHORT for each in buttons)
    if few or not _one_choice(buttons):
        yield from rows(buttons, of)
        return
    say = words(language)
    send = Button(label=say.answer, action="choose", value="", slot=buttons[0].slot)
    choice = ChoiceSetInput(
        id=CHOSEN,
        label=say.choose,
        choices=[Choice(title=harmless(each.label), value=each.value) for each in buttons],
        style="expanded" if len(buttons) <= _EXPANDED else "compact",
        wrap=True,
        is_required=True,
        error_message=say.choose_first,
    )
    # One element: a message that has to be parted must not part a choice from its button.
    yield Container(items=[choice, ActionSet(actions=[button(send, of, alone=False)])])


def _one_choice(buttons: Sequence[Button]) -> bool:
    """Whether these can be one input: each with a value of its own, for the same question."""
    values = {each.value for each in buttons}
    weight = sum(len(f"{each.label}{each.value}".encode()) + 64 for each in buttons)
    return (
        len({each.slot for each in buttons}) == 1
        and len(values) == len(buttons)
        and all(values)
        and weight <= _HEAVY
    )
