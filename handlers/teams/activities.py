"""What Bot Service sends, read once; and what of it is a deed of somebody."""

from __future__ import annotations

import hashlib
import html
import json
import re
from collections.abc import Iterator
from typing import Annotated, Any, Final

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from bot.chat import Caller, Place, Said

_NOT_FILES: Final = frozenset({"text/html", "messagereference"})
"""Attachments that are the message itself, or one that it quotes."""

_MARKED_UP: Final = frozenset({"xml", "html"})
_LINE: Final = re.compile(r"<(?:br|/p|/div|/li)\s*/?>", re.IGNORECASE)
_TAG: Final = re.compile(r"</?[a-zA-Z][^<>]*>")
_AT: Final = re.compile(r"</?at(?:\s[^<>]*)?>", re.IGNORECASE)
_LEADING_AT: Final = re.compile(r"\s*<at(?:\s[^<>]*)?>[^<]*</at>", re.IGNORECASE)


def _text(value: object) -> object:
    return value if isinstance(value, str) else ""


def _object(value: object) -> object:
    return value if isinstance(value, dict) else {}


def _objects(value: object) -> object:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


Text = Annotated[str, BeforeValidator(_text)]
"""Platforms change; what is not text where we know text is taken as not said."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True, populate_by_name=True)


class Account(_Part):
    """Somebody, or the assistant."""

    id: Text = ""
    aad_object_id: Text = Field(default="", alias="aadObjectId")
    role: Text = ""
    tenant_id: Text = Field(default="", alias="tenantId")
    targeted: Annotated[bool, BeforeValidator(lambda value: value is True)] = Field(
        default=False, alias="isTargeted"
    )


class Tenant(_Part):
    """An organisation in Entra."""

    id: Text = ""


class Conversation(_Part):
    """Where something was said; the id of a channel carries the thread."""

    id: Text = ""
    type: Text = Field(default="", alias="conversationType")
    tenant_id: Text = Field(default="", alias="tenantId")


class ChannelData(_Part):
    """What only Teams says."""

    tenant: Annotated[Tenant, BeforeValidator(_object)] = Tenant()


class Entity(_Part):
    """Something a message refers to."""

    type: Text = ""
    mentioned: Annotated[Account, BeforeValidator(_object)] = Account()
    text: Text = ""


class Attachment(_Part):
    """Something that came with a message."""

    kind: Text = Field(default="", alias="contentType")
    name: Text = ""


class Incoming(_Part):
    """One activity as it came in. Parts that are missing or unreadable are empty."""

    type: Text = ""
    id: Text = ""
    name: Text = ""
    action: Text = ""
    channel: Text = Field(default="", alias="channelId")
    service_url: Text = Field(default="", alias="serviceUrl")
    sender: Annotated[Account, BeforeValidator(_object)] = Field(default=Account(), alias="from")
    recipient: Annotated[Account, BeforeValidator(_object)] = Account()
    conversation: Annotated[Conversation, BeforeValidator(_object)] = Conversation()
    channel_data: Annotated[ChannelData, BeforeValidator(_object)] = Field(
        default=ChannelData(), alias="channelData"
    )
    locale: Text = ""
    text: Text = ""
    text_format: Text = Field(default="", alias="textFormat")
    value: Any = None
    reply_to: Text = Field(default="", alias="replyToId")
    entities: Annotated[tuple[Entity, ...], BeforeValidator(_objects)] = ()
    attachments: Annotated[tuple[Attachment, ...], BeforeValidator(_objects)] = ()
    removed: Annotated[tuple[Account, ...], BeforeValidator(_objects)] = Field(
        default=(), alias="membersRemoved"
    )

    @property
    def data(self) -> dict[str, Any]:
        """The value, where it is an object."""
        return self.value if isinstance(self.value, dict) else {}

    @property
    def tenant(self) -> str:
        """The organisation in whose Teams this happened; empty when two are named."""
        named = {self.channel_data.tenant.id, self.conversation.tenant_id} - {""}
        return named.pop() if len(named) == 1 else ""

    @property
    def from_person(self) -> bool:
        """Whether somebody did this, rather than this or another bot."""
        sender = self.sender
        return bool(sender.id) and not (
            sender.id == self.recipient.id
            or sender.id.startswith("28:")
            or sender.role.lower() in {"bot", "skill"}
        )

    @property
    def about_us(self) -> bool:
        """Whether the assistant itself is among those who were removed."""
        return any(one.id == self.recipient.id for one in self.removed)


def parse(raw: bytes) -> Incoming | None:
    """Read an activity; None when it is none."""
    try:
        body = _keepable(json.loads(raw))
    except (ValueError, RecursionError):
        return None
    if not isinstance(body, dict):
        return None
    given = Incoming.model_validate(body)
    if not given.type or not given.conversation.id:
        return None
    # What has no name of its own is named by what it says: the same for every delivery.
    own = given.id or hashlib.sha256(raw).hexdigest()[:32]
    return given.model_copy(update={"id": own})


def _keepable(value: Any) -> Any:
    """Return what was sent without the signs that no database keeps."""
    match value:
        case str():
            return value.replace("\x00", "").encode("utf-8", "replace").decode()
        case dict():
            return {_keepable(name): _keepable(each) for name, each in value.items()}
        case list():
            return [_keepable(each) for each in value]
        case _:
            return value


def caller(given: Incoming) -> Caller:
    """Return who did this."""
    sender = given.sender
    return Caller(
        platform="teams",
        user=sender.aad_object_id or sender.id,
        team=sender.tenant_id or given.tenant,
        member=sender.id,
        locale=given.locale,
    )


def place(given: Incoming, *, public: bool) -> Place:
    """Return where it was done. In company an answer is for the asker only, unless `public`."""
    channel, _, thread = given.conversation.id.partition(";messageid=")
    kind = _kind(given.conversation)
    theirs = given.sender.tenant_id
    return Place(
        platform="teams",
        team=given.tenant,
        channel=channel,
        thread=thread,
        kind=kind,
        shared=bool(theirs) and theirs != given.tenant,
        only_for="" if kind == "direct" or public else given.sender.id,
        route={
            "service_url": given.service_url,
            "bot": given.recipient.id,
            # An invoke has an id, but there is no message to reply to.
            "reply_to": given.id if given.type == "message" else "",
            "locale": given.locale,
            **({"targeted": "yes"} if given.recipient.targeted else {}),
        },
    )


def message_id(conversation: str, activity: str) -> str:
    """Return the name of a message: those of Teams are unique in their conversation only."""
    return f"{conversation.partition(';')[0]}|{activity}" if activity else ""


def parts_of(message: str) -> tuple[str, str]:
    """Return the conversation and the activity a message name is made of."""
    conversation, _, activity = message.rpartition("|")
    return conversation, activity


def said(given: Incoming) -> Said:
    """Return what somebody wrote, without mark-up and without calling us by name."""
    return Said(
        text=_words(given),
        command=given.recipient.targeted,
        refused_files=tuple(_files(given.attachments)),
    )


def _kind(conversation: Conversation) -> Any:
    match conversation.type.lower():
        case "personal":
            return "direct"
        case "channel":
            return "channel"
        case "" if conversation.id.startswith("a:"):
            return "direct"
        case _:
            # What is unknown may be overheard.
            return "group"


def _words(given: Incoming) -> str:
    text = given.text
    named = False
    for entity in given.entities:
        ours = entity.type == "mention" and entity.mentioned.id == given.recipient.id
        if ours and entity.text and entity.text in text:
            text, named = text.replace(entity.text, " ", 1), True
    if not named and given.conversation.type.lower() not in {"", "personal"}:
        leading = _LEADING_AT.match(text)
        text = text[leading.end() :] if leading else text
    text = _AT.sub("", text)
    if given.text_format.lower() in _MARKED_UP:
        text = _TAG.sub("", _LINE.sub("\n", text))
    return html.unescape(text).replace("\u00a0", " ").strip()


def _files(attachments: tuple[Attachment, ...]) -> Iterator[str]:
    for each in attachments:
        kind = each.kind.lower()
        if kind not in _NOT_FILES and ".card." not in kind:
            yield each.name or kind.partition("/")[0] or "file"
