"""What a person said, understood: a request for a picture, a question that Easel answers in words, or just talk.

Pure: it is handed everything that the message points at, and decides. The rules, in their order:

1. a command (`/imagine …`, or chosen from the menu) means what the command table says;
2. with a picture chosen or painted on, the words are an edit of it;
3. `@easel …` draws; with an attached picture, or one in the replied-to message or the thread, it edits that;
4. words in reply to a message that holds pictures edit them;
5. words in a thread that holds a picture are a turn: they edit its newest one;
6. anything else is talk, and Easel stays silent.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import assert_never

from bots.web.messages import Message
from bots.web.people import PLATFORM
from bots.web.uploads import Upload, reference
from core.commands import COMMANDS, Command, Does, options_from
from core.conversation.characters import CharacterWish, wish_in
from core.errors import NoSource, NotFound, Refused
from core.model import ImageId, ImageRef, Operation, Options
from core.sources import pick_in

_COMMAND = re.compile(r"/([a-z]+)(?:\s+|$)", re.IGNORECASE)
_MENTION = re.compile(r"@easel\b[,:]?\s*", re.IGNORECASE)
_IMAGE = re.compile(r"[0-9a-f]{32}", re.ASCII)

OptionValue = str | int | bool | None


@dataclass(frozen=True, slots=True)
class Said:
    """A message as it came, with everything that it points at looked up and found visible for this person."""

    text: str
    command: str | None = None
    options: Mapping[str, OptionValue] = field(default_factory=dict)
    attachments: tuple[Upload, ...] = ()
    references: tuple[ImageRef, ...] = ()
    mask: Upload | None = None
    markup: Upload | None = None
    image: ImageId | None = None
    pick: int | None = None
    replied: Message | None = None
    replied_by: str = ""
    thread_newest: Message | None = None  # the newest message with pictures in the thread where this was said
    thread_by: str = ""  # the name of who posted that one


@dataclass(frozen=True, slots=True)
class Draw:
    """A request for pictures: the parts of an `ImageRequest` that the words decide."""

    operation: Operation
    prompt: str
    options: Options = field(default_factory=Options)
    attachments: tuple[ImageRef, ...] = ()
    mask: ImageRef | None = None
    markup: ImageRef | None = None
    chosen: ImageRef | None = None
    pick: int | None = None
    replied: tuple[ImageRef, ...] = ()
    replied_by: str = ""
    in_thread: bool = False


@dataclass(frozen=True, slots=True)
class Ask:
    """A question that is answered in words, to this person alone: /quota, /help, /history."""

    about: Does
    words: str = ""


@dataclass(frozen=True, slots=True)
class Keep:
    """A character to keep or to remove, or all of them to be listed."""

    wish: CharacterWish


@dataclass(frozen=True, slots=True)
class Talk:
    """Words between people."""


Meaning = Draw | Ask | Keep | Talk


def understand(said: Said) -> Meaning:
    """Decide what was meant. Raises a `Refused` with the person's sentence when it cannot be meant."""
    command, words = _command(said)
    if command is not None:
        return _commanded(command, words, said)
    mention = _MENTION.match(said.text.lstrip())
    if mention is not None:
        return _mentioned(said.text.lstrip()[mention.end() :].strip(), said)
    if said.image is not None or _is_painted_on(said):
        return _edit(said.text, said)
    if said.text.strip() and (_points_at_picture(said) or said.thread_newest is not None):
        return _edit(said.text, said)
    return Talk()


def _command(said: Said) -> tuple[Command | None, str]:
    """The command that was typed or chosen, and the words behind it. A typed one wins: it is what the person sees."""
    typed = _COMMAND.match(said.text.lstrip())
    if typed is not None:
        return _known(typed[1].lower()), said.text.lstrip()[typed.end() :].strip()
    if said.command is None:
        return None, said.text
    command = _known(said.command.lower())
    if said.text.strip():
        return command, said.text.strip()
    main = command.options[0].name if command.options else ""
    value = said.options.get(main)
    return command, value.strip() if isinstance(value, str) else ""


def _known(name: str) -> Command:
    for command in COMMANDS:
        if command.name == name:
            return command
    known = ", ".join(f"/{command.name}" for command in COMMANDS)
    raise UnknownCommand(f"There is no command called /{name[:30]}.", f"There are {known}.")


class UnknownCommand(Refused):
    """A slash with a word that is no command. Told apart from talk, so that a slip of the finger is not posted."""

    code = "unknown_command"


def _commanded(command: Command, words: str, said: Said) -> Meaning:
    match command.does:
        case Does.IMAGINE:
            return _draw(Operation.GENERATE, words, said)
        case Does.STORYBOARD:
            return _draw(Operation.STORYBOARD, words, said)
        case Does.EDIT:
            return _edit(words, said)
        case Does.IMAGE:
            return Draw(Operation.SHOW, "", chosen=ImageRef(PLATFORM, image=_image_named(words, said)))
        case Does.HISTORY | Does.QUOTA | Does.HELP | Does.USAGE | Does.ADMINISTER | Does.PRIVACY:
            return Ask(command.does, words)
        case Does.CHARACTER:
            return Keep(_character(words, said))
        case _:
            assert_never(command.does)


def _character(words: str, said: Said) -> CharacterWish:
    """The picture is attached, or chosen, or in the message that this one answers."""
    attached = tuple(reference(upload, PLATFORM) for upload in said.attachments)
    chosen = () if said.image is None else (ImageRef(PLATFORM, image=said.image),)
    replied = () if said.replied is None else pictures_of(said.replied)
    beside = (*attached, *said.references) or chosen or replied
    if said.pick is not None:  # by the numbers that were offered: those that are left
        beside = beside[said.pick - 1 : said.pick]
    wish = wish_in(words, beside)
    shared = said.options.get("shared")
    return replace(
        wish,
        remove=wish.remove or said.options.get("remove") is True,
        shared=shared if isinstance(shared, bool) else wish.shared,
    )


def _mentioned(words: str, said: Said) -> Meaning:
    if said.image is not None or _is_painted_on(said) or said.attachments or _points_at_picture(said):
        return _edit(words, said)
    if said.thread_newest is not None and words:
        return _edit(words, said)
    if not words:
        return Ask(Does.HELP)
    return _draw(Operation.GENERATE, words, said)


def _is_painted_on(said: Said) -> bool:
    return said.mask is not None or said.markup is not None


def _points_at_picture(said: Said) -> bool:
    return said.replied is not None and said.replied.holds_pictures


def _draw(operation: Operation, words: str, said: Said) -> Draw:
    """From words, with pictures to look at."""
    attached = tuple(reference(upload, PLATFORM) for upload in said.attachments)
    return Draw(operation, words, options_from(said.options), attachments=(*attached, *said.references))


def _edit(words: str, said: Said) -> Draw:
    """From a picture. Which one, `core.sources` decides; here stands only what the message points at."""
    attached = tuple(reference(upload, PLATFORM) for upload in said.attachments)
    chosen = None if said.image is None else ImageRef(PLATFORM, image=said.image, name="the picture you chose")
    further = (*attached, *said.references)
    if chosen is not None and further:
        # What was chosen is edited, what was attached besides is looked at: the first one is the source.
        further, chosen = (chosen, *further), None
    # A turn in a thread answers its newest message with pictures. The core could look that up, but it learns of a post
    # only after it was made, and never of what people attached; the playground knows both at once.
    replied, replied_by = said.replied, said.replied_by
    if replied is None and said.thread_newest is not None:
        replied, replied_by = said.thread_newest, said.thread_by
    pick, rest = said.pick, words
    if pick is None and replied is not None and len(replied.body.pictures) > 1:
        pick, rest = pick_in(words)
    if pick is not None and replied is not None and chosen is None and replied.pictures_gone:
        chosen, pick = _still_there(replied, pick), None
    return Draw(
        Operation.EDIT,
        rest,
        options_from(said.options),
        attachments=further,
        mask=None if said.mask is None else reference(said.mask, PLATFORM),
        markup=None if said.markup is None else reference(said.markup, PLATFORM),
        chosen=chosen,
        pick=pick,
        replied=() if replied is None else pictures_of(replied),
        replied_by=replied_by,
        in_thread=replied is not None and said.replied is None,
    )


def _still_there(message: Message, number: int) -> ImageRef:
    """The picture under its old number, in a message that has lost some: the numbers do not move up."""
    for picture in message.pictures_left:
        if picture.number == number:
            return ImageRef(PLATFORM, image=picture.image, name=f"picture {number}")
    raise NoSource(f"Picture {number} of that message is no longer there.", "Choose another one.")


def pictures_of(message: Message) -> tuple[ImageRef, ...]:
    """A message's pictures in their order: Easel's, or the ones that a person attached."""
    own = tuple(
        ImageRef(PLATFORM, image=picture.image, name=f"picture {picture.number}") for picture in message.pictures_left
    )
    attached = tuple(
        ImageRef(PLATFORM, token=f"upload:{each.upload}", name=each.name) for each in message.body.attachments
    )
    return own or attached


def _image_named(words: str, said: Said) -> ImageId:
    """The picture that /image names: its whole id."""
    named = said.image or words.strip().lower()
    if not _IMAGE.fullmatch(named):
        raise NotFound("I have no such picture here.", "Copy the number from the picture's details.")
    return ImageId(named)
