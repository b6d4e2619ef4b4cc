"""What the page sends, checked before anything looks at it: shapes, lengths, and that every id is an id."""

from __future__ import annotations

import re
from typing import Annotated, TypeVar
from uuid import UUID

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from bots.web import limits
from core.administration.asking import Act
from core.errors import NotFound, PromptTooLong, Refused
from core.model import Verb

Id = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$")]
Name = Annotated[str, StringConstraints(min_length=1, max_length=32, pattern=r"^[a-z][a-z0-9_-]*$")]
Text = Annotated[str, StringConstraints(max_length=limits.JSON_BYTES)]

F = TypeVar("F", bound=BaseModel)
_ID = re.compile("[0-9a-f]{32}", re.ASCII)
DIGITS_MAX = 18  # of a number in an address: what fits into the database's integers


class BadRequest(Refused):
    """The page and the server do not understand each other."""

    code = "bad_request"


class _Form(BaseModel):
    model_config = ConfigDict(frozen=True, strict=True, extra="ignore", hide_input_in_errors=True)


class SessionForm(_Form):
    """The token from the link."""

    token: Annotated[str, StringConstraints(max_length=1024)]


class MessageForm(_Form):
    """What a person said."""

    client_key: Annotated[UUID, Field(strict=False)]
    person: Name
    channel: Name
    thread: Id | None = None
    reply_to: Id | None = None
    text: Text = ""
    command: Name | None = None
    options: dict[Name, Text | int | bool | None] = Field(default_factory=dict, max_length=32)
    attachments: list[Id] = Field(default_factory=list, max_length=limits.ATTACHMENTS_PER_MESSAGE)
    references: list[Id] = Field(default_factory=list, max_length=limits.ATTACHMENTS_PER_MESSAGE)
    mask: Id | None = None
    markup: Id | None = None
    image: Id | None = None
    pick: Annotated[int, Field(ge=1, le=100)] | None = None


class ActionForm(_Form):
    """A button, pressed."""

    client_key: Annotated[UUID, Field(strict=False)]
    person: Name
    channel: Name
    thread: Id | None = None
    verb: Annotated[Verb, Field(strict=False)]
    image: Id
    instruction: Text = ""


class ChoiceForm(_Form):
    """A question, decided."""

    person: Name
    channel: Name
    act: Annotated[Act, Field(strict=False)]
    subject: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,64}$")]


class PersonForm(_Form):
    """Who asks."""

    person: Name


class PlaceForm(_Form):
    """Who asks, and where they are told."""

    person: Name
    channel: Name


async def read(request: web.Request, form: type[F]) -> F:
    """The request's JSON as a form. Raises `BadRequest`, which never repeats what was sent."""
    if request.content_type != "application/json":
        raise BadRequest("This was not sent as JSON.", "Reload the page and try again.")
    body = await request.read()
    try:
        return form.model_validate_json(body)
    except ValidationError as error:
        named = ".".join(str(part) for part in error.errors(include_url=False, include_input=False)[0]["loc"][:1])
        known = named if named in form.model_fields else "the whole"
        raise BadRequest(f"The page sent something unexpected ({known}).", "Reload the page and try again.") from None


def check_text(text: str) -> None:
    """Raises `PromptTooLong` for what no message may hold."""
    if len(text) > limits.CAPABILITIES.text_characters:
        raise PromptTooLong(
            f"This message has {len(text):,} characters; {limits.CAPABILITIES.text_characters:,} are the most.",
            "Shorten it.",
        )


def number_or_none(request: web.Request, name: str) -> int | None:
    """A number in the address. Raises `BadRequest`."""
    value = request.query.get(name) or None
    if value is None:
        return None
    if not (value.isascii() and value.isdigit() and len(value) <= DIGITS_MAX):
        raise BadRequest("The page asked for something unexpected.", "Reload the page.")
    return int(value)


def id_or_none(request: web.Request, name: str) -> str | None:
    """An id in the address. Raises `NotFound`."""
    value = request.query.get(name) or None
    if value is not None and not _ID.fullmatch(value):
        raise NotFound("There is nothing here.", "Reload the page.")
    return value
