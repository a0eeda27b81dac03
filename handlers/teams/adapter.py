"""botbuilder, as far as we use it: which kind of activity is answered by what.

The only file that knows it. Its client, its token check and its reading of activities are not
used: they stall the loop, drop fields, and answer a bad token with 500. What is left is the
dispatch of its `ActivityHandler`; another SDK would take its place here.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Final

from botbuilder.core import ActivityHandler, BotAdapter, InvokeResponse, TurnContext
from botbuilder.schema import Activity

from handlers.teams.activities import Incoming

_INCOMING: Final = "incoming"


@dataclass(frozen=True, slots=True)
class Answer:
    """What an invoke is answered with."""

    status: int
    body: dict[str, Any] | None = None


Hears = Callable[[Incoming], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ears:
    """What listens to which kind of activity."""

    said: Hears
    installed: Hears
    removed: Hears
    invoked: Callable[[Incoming], Awaitable[Answer]]
    ignored: Hears


class Adapter(BotAdapter):  # type: ignore[misc]  # botbuilder publishes no types
    """Gives one activity at a time to the ears."""

    def __init__(self, ears: Ears) -> None:
        super().__init__()
        self._turns = _Turns(ears)

    async def hear(self, given: Incoming) -> Answer | None:
        """Answer an activity; None when it is no invoke."""
        # Only what dispatch needs: botbuilder would refuse or lose the rest.
        context = TurnContext(self, Activity(type=given.type, name=given.name, action=given.action))
        context.turn_state[_INCOMING] = given
        await self.run_pipeline(context, self._turns.on_turn)
        answered = context.turn_state.get(self._INVOKE_RESPONSE_KEY)
        return Answer(answered.status, answered.body) if answered is not None else None

    async def send_activities(self, context: Any, activities: Any) -> Any:
        """Refuse: everything is said through `TeamsChat`, from the outbox."""
        raise NotImplementedError

    async def update_activity(self, context: Any, activity: Any) -> Any:
        """Refuse, as above."""
        raise NotImplementedError

    async def delete_activity(self, context: Any, reference: Any) -> None:
        """Refuse, as above."""
        raise NotImplementedError


class _Turns(ActivityHandler):  # type: ignore[misc]  # botbuilder publishes no types
    def __init__(self, ears: Ears) -> None:
        self._ears = ears

    async def on_message_activity(self, context: Any) -> None:
        await self._ears.said(context.turn_state[_INCOMING])

    async def on_installation_update(self, context: Any) -> None:
        given: Incoming = context.turn_state[_INCOMING]
        match given.action:
            case "add":
                await self._ears.installed(given)
            case "remove":
                await self._ears.removed(given)
            case _:
                # An upgrade takes the app away and brings it back; nobody has left.
                await self._ears.ignored(given)

    async def on_conversation_update_activity(self, context: Any) -> None:
        given: Incoming = context.turn_state[_INCOMING]
        hears = self._ears.removed if given.about_us else self._ears.ignored
        await hears(given)

    async def on_invoke_activity(self, context: Any) -> None:
        answer = await self._ears.invoked(context.turn_state[_INCOMING])
        response = InvokeResponse(status=answer.status, body=answer.body)
        context.turn_state[BotAdapter._INVOKE_RESPONSE_KEY] = response  # noqa: SLF001 - its place

    async def _ignored(self, context: Any) -> None:
        await self._ears.ignored(context.turn_state[_INCOMING])

    on_message_update_activity = _ignored
    on_message_delete_activity = _ignored
    on_message_reaction_activity = _ignored
    on_event_activity = _ignored
    on_end_of_conversation_activity = _ignored
    on_typing_activity = _ignored
    on_unrecognized_activity_type = _ignored
