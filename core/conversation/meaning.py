"""What a message holds once it is looked up, and what it may mean. Values only; `understanding` decides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from core.commands import Does
from core.model import ImageRef, Operation, Options, StoredImage

Pictures = tuple[ImageRef | None, ...]  # numbered from 1; None for one that is deleted or not this person's to see


class Why(StrEnum):
    """What a person is told instead of a picture; the sentences are each platform's own."""

    UNSEEN_WORDS = "unseen_words"  # they answered Easel, and the platform does not show what they wrote
    UNSEEN_PICTURE = "unseen_picture"  # they pointed at a message of which the platform shows nothing
    NO_WORDS = "no_words"  # a picture, and not a word about what to do with it
    NO_PICTURE = "no_picture"  # they answered a message of Easel's that holds no picture
    NOT_A_PICTURE = "not_a_picture"  # they attached files, or pointed at some, and none of them is a picture
    STILL_DRAWING = "still_drawing"  # they answered a picture that is still being drawn
    DELETED = "deleted"  # the message that they answered is gone
    NOT_READABLE = "not_readable"  # the message that they answered is not Easel's to read
    WHICH_NUMBER = "which_number"  # they answered "which one?" with something else than a number


class Lost(StrEnum):
    """Why the replied-to message is not known."""

    DELETED = "deleted"
    NOT_READABLE = "not_readable"


@dataclass(frozen=True, slots=True)
class Question:
    """A wish that waits for "which one?" to be answered, by the person who was asked."""

    words: str
    options: Options
    choices: tuple[ImageRef, ...]  # numbered from 1


@dataclass(frozen=True, slots=True)
class Replied:
    """The message that this one answers."""

    ours: bool
    by: str = "somebody"  # the author's name; never empty
    pictures: Pictures = ()
    files: bool = False  # it has files that are no pictures
    blank: bool = False  # the platform shows nothing of it
    drawing: bool = False  # it stands for a picture that is still being drawn
    question: Question | None = None
    lost: Lost | None = None


@dataclass(frozen=True, slots=True)
class Heard:
    """A message as it came, with everything that it points at looked up.

    `unseen`: the platform shows nothing of it, because Easel may not read messages that do not mention it.
    `to_others`: it mentions somebody, and Easel is not among them.
    """

    platform: str
    words: str  # without Easel's mention
    mentioned: bool = False
    direct: bool = False  # in direct messages
    session: bool = False  # in a thread that hangs from a picture of Easel's
    to_others: bool = False
    unseen: bool = False
    pictures: tuple[ImageRef, ...] = ()  # attached, embedded or forwarded
    files: bool = False  # attached files that are no pictures
    replied: Replied | None = None
    thread: Pictures = ()  # of the newest message with pictures in this thread
    question: Question | None = None  # Easel asked this person right before


@dataclass(frozen=True, slots=True)
class Draw:
    """A request for pictures: the parts of an `ImageRequest` that a message decides."""

    operation: Operation
    prompt: str
    options: Options = field(default_factory=Options)
    attachments: tuple[ImageRef, ...] = ()
    chosen: ImageRef | None = None
    pick: int | None = None
    replied: tuple[ImageRef, ...] = ()
    replied_by: str = ""
    in_thread: bool = False


@dataclass(frozen=True, slots=True)
class Ask:
    """A question that is answered in words: /help, /quota, /history, and /character with the pictures beside it."""

    about: Does
    words: str = ""
    pictures: tuple[ImageRef, ...] = ()


@dataclass(frozen=True, slots=True)
class Hint:
    """No picture, and this is why."""

    why: Why


@dataclass(frozen=True, slots=True)
class Silence:
    """Words between people, or none that anything could be done with."""


Meaning = Draw | Ask | Hint | Silence


def refs_of(platform: str, shown: Sequence[StoredImage | None]) -> Pictures:
    """Pictures of ours as the core takes them, under their numbers."""
    return tuple(
        None if image is None else ImageRef(platform, image=image.id, name=f"picture {number}")
        for number, image in enumerate(shown, start=1)
    )
