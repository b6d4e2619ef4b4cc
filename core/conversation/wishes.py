"""What a drawing command asks for, apart from who asks and where the answer goes. Pure.

A wish can wait: while a person is asked which of several pictures they mean, it is kept as JSON, and whichever process
gets the answer goes on from there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final, assert_never

from pydantic import TypeAdapter, ValidationError

from core import prompt
from core.commands import Command, Does, options_from
from core.errors import PromptError
from core.model import Actor, Destination, ImageRef, ImageRequest, Operation, Options, Place
from core.store.codec import Codec


@dataclass(frozen=True, slots=True)
class Wish:
    """One drawing command. `picture` is one of Easel's own; the others came with the command."""

    operation: Operation
    words: str
    options: Options
    image: ImageRef | None = None
    further: tuple[ImageRef, ...] = ()
    picture: ImageRef | None = None
    mask: ImageRef | None = None

    @property
    def private(self) -> bool:
        """Whether only this person is to see it: by option or by flag. Words that cannot be read are answered so."""
        try:
            return bool(prompt.parse(self.words, self.options, allow_empty=True).options.private)
        except PromptError:
            return True


@dataclass(frozen=True, slots=True)
class Waiting:
    """A wish that lacks the choice of its picture."""

    wish: Wish
    asked: str  # the person who may choose
    choices: tuple[ImageRef, ...]  # numbered from 1


_WAITING: Final = Codec[Waiting](TypeAdapter(Waiting))


def wish_of(command: Command, said: Mapping[str, str | int | bool]) -> Wish:
    """The command without its pictures: its first option holds the words. Raises a `Refused` for what cannot be."""
    main = command.options[0].name
    options = {name: value for name, value in said.items() if name != main}
    return Wish(_operation(command.does), str(said.get(main, "")), options_from(options))


def request_of(wish: Wish, event_key: str, actor: Actor, place: Place, destination: Destination) -> ImageRequest:
    """The wish of this person, at this place."""
    request = ImageRequest(event_key, actor, place, destination, wish.operation, wish.words, wish.options)
    given = tuple(each for each in (wish.image, *wish.further) if each is not None)
    match wish.operation:
        case Operation.EDIT if wish.image is None and wish.picture is not None and given:
            # The one that was found is changed, the others are looked at: the first one is the source.
            return replace(request, attachments=(wish.picture, *given), mask=wish.mask)
        case Operation.EDIT | Operation.SHOW:
            return replace(request, attachments=given, chosen=wish.picture, mask=wish.mask)
        case Operation.GENERATE | Operation.STORYBOARD:
            own = () if wish.picture is None else (wish.picture,)
            return replace(request, attachments=(*given, *own))
        case _:
            assert_never(wish.operation)


def kept(waiting: Waiting) -> str:
    """As it is written down until the person has chosen."""
    return _WAITING.encode(waiting)


def taken_up(text: str) -> Waiting | None:
    """What `kept` wrote; None for what an older Easel wrote in another form."""
    try:
        return _WAITING.decode(text)
    except ValidationError:
        return None


def _operation(does: Does) -> Operation:
    match does:
        case Does.IMAGINE:
            return Operation.GENERATE
        case Does.EDIT:
            return Operation.EDIT
        case Does.STORYBOARD:
            return Operation.STORYBOARD
        case Does.IMAGE:
            return Operation.SHOW
        case Does.HISTORY | Does.CHARACTER | Does.QUOTA | Does.HELP | Does.USAGE | Does.ADMINISTER | Does.PRIVACY:
            raise ValueError(f"/{does.value} draws nothing")
        case _:
            assert_never(does)
