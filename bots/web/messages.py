"""The playground's messages as values, and the JSON in which their contents are kept."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum

from pydantic import TypeAdapter

from core.administration.asking import Choice
from core.model import ImageId, Verb


class Kind(StrEnum):
    """What a message is to its reader."""

    SAID = "said"  # a person's words
    WORKING = "working"  # a job on its way; becomes the result, under the same id
    RESULT = "result"
    FAILED = "failed"
    ANSWER = "answer"  # words of Easel's that no job stands behind


@dataclass(frozen=True, slots=True)
class Picture:
    """One of Easel's pictures in a message."""

    image: ImageId
    number: int  # as people call it: "picture 2"
    width: int
    height: int
    alt: str
    media_type: str
    parent: ImageId | None = None
    deleted: bool = False
    veiled: bool = False  # blurred until it is clicked on


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file in a message: a person's, or one that Easel answers with, which says in `alt` what it shows."""

    upload: str
    name: str
    width: int
    height: int
    alt: str = ""


@dataclass(frozen=True, slots=True)
class Button:
    """A verb on a picture."""

    verb: Verb
    image: ImageId
    nanodollars: int = 0  # what it costs about


class OwnData(StrEnum):
    """What the page offers under an answer to /privacy."""

    NONE = ""
    EXPORT = "export"
    DELETE = "delete"


@dataclass(frozen=True, slots=True)
class Body:
    """What a message says and shows."""

    text: str = ""
    attachments: tuple[Attachment, ...] = ()
    pictures: tuple[Picture, ...] = ()
    remarks: tuple[str, ...] = ()
    footer: str = ""
    buttons: tuple[Button, ...] = ()
    choices: tuple[Choice, ...] = ()  # of a question that somebody has to decide
    own_data: OwnData = OwnData.NONE


BODY: TypeAdapter[Body] = TypeAdapter(Body)


@dataclass(frozen=True, slots=True)
class Message:
    """One message. `seq` is the number of its last change; 0 until it is written."""

    id: str
    channel: str
    thread: str | None  # the id of the message that the thread hangs on
    author: str
    kind: Kind
    created_at_us: int
    body: Body = field(default_factory=Body)
    only_for: str | None = None
    job: str | None = None
    reply_to: str | None = None
    edited: bool = False
    replies: int = 0
    seq: int = 0

    def seen_by(self, person: str) -> bool:
        """Whether this person may know that it exists."""
        return self.only_for is None or self.only_for == person

    @property
    def pictures_left(self) -> tuple[Picture, ...]:
        """Its pictures that are not deleted, under their old numbers."""
        return tuple(picture for picture in self.body.pictures if not picture.deleted)

    @property
    def pictures_gone(self) -> bool:
        """Whether some of its pictures were deleted."""
        return len(self.pictures_left) < len(self.body.pictures)

    @property
    def holds_pictures(self) -> bool:
        """Whether an edit could start from it."""
        return bool(self.pictures_left or self.body.attachments)

    @property
    def deleted(self) -> bool:
        """Whether everything that it showed is gone."""
        return bool(self.body.pictures) and not self.pictures_left


def without_picture(body: Body, image: ImageId) -> Body:
    """The body after one of its pictures was deleted: its place stays, so that the others keep their numbers."""
    return replace(
        body,
        pictures=tuple(
            replace(picture, deleted=True, alt="") if picture.image == image else picture for picture in body.pictures
        ),
        buttons=tuple(button for button in body.buttons if button.image != image),
    )
