"""The values of `core.model` as JSON text, for the columns that are read whole."""

from __future__ import annotations

import hashlib
from typing import Final, Generic, TypeVar

from pydantic import TypeAdapter
from pydantic_core import PydanticSerializationError

from core.errors import PromptError
from core.model import ImageId, ImageRef, ImageRequest, JobId, MessageRef, Operation, Options, Plan

T = TypeVar("T")


class Codec(Generic[T]):
    """One type's way to JSON and back: `decode(encode(value)) == value`."""

    def __init__(self, adapter: TypeAdapter[T]) -> None:
        self._adapter = adapter

    def encode(self, value: T) -> str:
        """As JSON. Raises `PromptError` for half characters (lone surrogates), which no UTF-8 file can hold."""
        try:
            return self._adapter.dump_json(value).decode()
        except (PydanticSerializationError, UnicodeError) as error:
            raise PromptError("The text holds something that is not a character.", "Type it again.") from error

    def decode(self, text: str) -> T:
        """From JSON that `encode` wrote."""
        return self._adapter.validate_json(text)


# What makes two requests the same wish: who, what, with which words and which pictures.
_Wish = tuple[
    str,
    Operation,
    str,
    Options,
    tuple[ImageRef, ...],
    ImageRef | None,
    ImageRef | None,
    ImageRef | None,
    int | None,
    tuple[ImageRef, ...],
    JobId | None,
]

REQUESTS: Final = Codec[ImageRequest](TypeAdapter(ImageRequest))
PLANS: Final = Codec[Plan](TypeAdapter(Plan))
MESSAGES: Final = Codec[tuple[MessageRef, ...]](TypeAdapter(tuple[MessageRef, ...]))
SENTENCES: Final = Codec[tuple[str, ...]](TypeAdapter(tuple[str, ...]))
FACTS: Final = Codec[tuple[tuple[str, str], ...]](TypeAdapter(tuple[tuple[str, str], ...]))
IMAGE_IDS: Final = Codec[tuple[ImageId, ...]](TypeAdapter(tuple[ImageId, ...]))
_WISHES: Final = Codec[_Wish](TypeAdapter(_Wish))


def fingerprint(request: ImageRequest) -> str:
    """What tells a repeated event from another one under the same key; names, places and tokens do not count."""
    wish = _WISHES.encode(
        (
            request.actor.user,
            request.operation,
            request.prompt,
            request.options,
            request.attachments,
            request.mask,
            request.markup,
            request.chosen,
            request.pick,
            request.replied,
            request.parent_job,
        )
    )
    return hashlib.sha256(wish.encode()).hexdigest()
