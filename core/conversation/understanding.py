"""What a message means: a request for a picture, a question that is answered in words, advice that is due, or nothing.

Pure: it is handed everything that the message points at, and decides. The rules, in their order:

1. what people say to each other stays untouched. Easel is spoken to by a mention, by a reply to one of its messages, by
   a message in a thread that hangs from one of its pictures (unless that answers or mentions somebody else), in direct
   messages, and by a command that was typed as text;
2. a message that the platform does not show, in answer to Easel, gets advice;
3. a command means what the core's table says;
4. a number in answer to "which one?" goes on with what was asked for then;
5. words with a picture (attached, in the replied-to message, in the thread) edit it;
6. other words draw, where they are plainly meant so: after a mention and in direct messages;
7. an edit whose picture cannot be seen gets advice. It never becomes a new drawing.
"""

from __future__ import annotations

import re
from typing import Final, assert_never

from core.commands import COMMANDS, Command, Does
from core.conversation.meaning import Ask, Draw, Heard, Hint, Lost, Meaning, Pictures, Question, Silence, Why
from core.errors import NoSource, NotFound, Refused
from core.i18n import say
from core.model import ImageId, ImageRef, Operation
from core.sources import pick_in


class UnknownCommand(Refused):
    """A slash with a word that is no command."""

    code = "unknown_command"


def addressed(heard: Heard) -> bool:
    """Whether this is said to Easel at all; a typed command aside."""
    if heard.mentioned or heard.direct:
        return True
    if heard.to_others:
        return False
    return heard.session if heard.replied is None else heard.replied.ours


def understand(heard: Heard) -> Meaning:
    """Decide what was meant. Raises a `Refused` with the person's sentence when it cannot be meant."""
    command, words = command_in(heard.words)
    if not addressed(heard):
        return _typed_to_nobody(command, words, heard)
    if heard.unseen:
        return Hint(Why.UNSEEN_WORDS)
    if heard.replied is not None and heard.replied.lost is not None:
        return Hint(_why_lost(heard.replied.lost))
    if command is not None:
        return _commanded(command, words, heard)
    question = heard.question if heard.replied is None else heard.replied.question
    if question is not None and not heard.pictures:
        return _answered(question, heard, asked_for=heard.replied is not None)
    if _plain(words) in _GREETING:
        return Ask(Does.HELP) if heard.mentioned or heard.direct else Silence()
    return Silence() if _plain(words) in _NICE else _spoken(words, heard)


# --- commands that were typed as text ----------------------------------------------------------------------------

_COMMAND: Final = re.compile(r"/([a-z]{1,30})(?:\s+|$)", re.IGNORECASE)
_IMAGE: Final = re.compile(r"[0-9a-f]{32}", re.ASCII)


def command_in(words: str) -> tuple[str | None, str]:
    """The name behind a slash at the beginning, in small letters, and the words after it; None without one.

    `/imagine prompt: a boat` is what is left of a slash command that was copied as text: the option's name goes.
    """
    text = words.strip()
    typed = _COMMAND.match(text)
    if typed is None:
        return None, text
    name, rest = typed[1].lower(), text[typed.end() :].strip()
    known = next((command for command in COMMANDS if command.name == name), None)
    if known is not None and known.options:
        main = re.match(rf"{known.options[0].name}\s*[:：]\s*", rest, re.IGNORECASE)
        rest = rest[main.end() :] if main else rest
    return name, rest


def _known(name: str) -> Command:
    for command in COMMANDS:
        if command.name == name:
            return command
    known = ", ".join(f"/{command.name}" for command in COMMANDS)
    raise UnknownCommand(f"There is no command called /{name}.", f"There are {known}.")


def is_drawing_command(words: str) -> bool:
    """Whether it is one, with something to draw. Other commands may be another bot's, and are left to it."""
    name, rest = command_in(words)
    drawing = (Does.IMAGINE, Does.EDIT, Does.STORYBOARD)
    return bool(rest) and any(command.name == name and command.does in drawing for command in COMMANDS)


def _typed_to_nobody(name: str | None, words: str, heard: Heard) -> Meaning:
    """A drawing command that was sent as text."""
    if not is_drawing_command(heard.words):
        return Silence()
    if heard.replied is not None and heard.replied.lost is not None:
        return Hint(_why_lost(heard.replied.lost))
    return _commanded(str(name), words, heard)


def _commanded(name: str, words: str, heard: Heard) -> Meaning:
    command = _known(name)
    match command.does:
        case Does.IMAGINE:
            return _draw(Operation.GENERATE, words, heard)
        case Does.STORYBOARD:
            return _draw(Operation.STORYBOARD, words, heard)
        case Does.EDIT:
            return _edit_typed(words, heard)
        case Does.IMAGE:
            return Draw(Operation.SHOW, "", chosen=ImageRef(heard.platform, image=_image_named(words)))
        case Does.HISTORY | Does.QUOTA | Does.HELP | Does.USAGE | Does.ADMINISTER | Does.PRIVACY:
            return Ask(command.does, words)
        case Does.CHARACTER:
            return Ask(command.does, words, _pictures_beside(heard))
        case _:
            assert_never(command.does)


def _pictures_beside(heard: Heard) -> tuple[ImageRef, ...]:
    """What a character is made from: the pictures of this message, or else of the one that it answers."""
    replied = () if heard.replied is None else heard.replied.pictures
    return heard.pictures or tuple(each for each in replied if each is not None)


def _edit_typed(words: str, heard: Heard) -> Meaning:
    """Where it points nowhere, the core finds the person's newest picture here, or says that there is none."""
    if heard.replied is not None and heard.replied.drawing:
        return Hint(Why.STILL_DRAWING)
    if _points_at_picture(heard):
        return _edit(words, heard)
    if heard.replied is not None and heard.replied.blank:
        return Hint(Why.UNSEEN_PICTURE)
    if heard.files:
        return Hint(Why.NOT_A_PICTURE)
    return Draw(Operation.EDIT, words, replied_by="" if heard.replied is None else heard.replied.by)


def _image_named(words: str) -> ImageId:
    named = words.strip().lower()
    if not _IMAGE.fullmatch(named):
        raise NotFound(say("I have no such picture here."), say("Copy the number from the picture's details."))
    return ImageId(named)


# --- plain words -------------------------------------------------------------------------------------------------

# Said under a picture, these are for its maker and not for Easel: an edit by them would cost, and change nothing.
_NICE: Final = frozenset(
    {
        *("thanks", "thank you", "thank you so much", "thx", "ty", "tysm", "danke", "merci", "gracias", "obrigado"),
        *("obrigada", "ありがとう", "감사합니다", "谢谢", "धन्यवाद", "ok", "okay", "k", "lol", "haha", "wow", "nice"),
        *("nice one", "great", "cool", "awesome", "amazing", "beautiful", "perfect", "love it", "i love it"),
        *("good job", "well done", "super", "toll", "schön", "genial"),
    }
)
_GREETING: Final = frozenset(
    {"hi", "hello", "hey", "hallo", "hola", "bonjour", "help", "hilfe", "aide", "ayuda", "ajuda", "start"}
)
_ANY_WORD: Final = re.compile(r"\w")
_EDGES: Final = re.compile(r"^[\W_]+|[\W_]+$")


def _plain(words: str) -> str:
    return _EDGES.sub("", words).casefold()


def _spoken(words: str, heard: Heard) -> Meaning:
    if heard.replied is not None and heard.replied.drawing:
        return Hint(Why.STILL_DRAWING)
    if _points_at_picture(heard):
        return _changed(words, heard)
    if heard.replied is not None and heard.replied.blank and not heard.replied.ours:
        return Hint(Why.UNSEEN_PICTURE)
    if heard.files or (heard.replied is not None and heard.replied.files):
        return Hint(Why.NOT_A_PICTURE)
    if not heard.mentioned and not heard.direct:
        # A reply to a sentence of Easel's, or a turn in a thread whose pictures were deleted.
        return Hint(Why.NO_PICTURE) if _ANY_WORD.search(words) else Silence()
    if not words:
        return Ask(Does.HELP)
    return _draw(Operation.GENERATE, words, heard)


def _changed(words: str, heard: Heard) -> Meaning:
    """Words about a picture. In a thread or a reply that mentions nobody, signs alone are applause.

    So is a picture alone in a thread: people show each other things.
    """
    to_easel = heard.mentioned or heard.direct or (heard.replied is not None and bool(heard.pictures))
    if not to_easel and not _ANY_WORD.search(words):
        return Silence()
    _, rest = _picked(words, heard)
    if not rest and (words or to_easel):
        return Hint(Why.NO_WORDS)
    return _edit(words, heard)


def _points_at_picture(heard: Heard) -> bool:
    if heard.pictures:
        return True
    return bool(heard.thread) if heard.replied is None else bool(heard.replied.pictures)


def _draw(operation: Operation, words: str, heard: Heard) -> Draw:
    """From words, with pictures to look at."""
    return Draw(operation, words, attachments=heard.pictures)


def _edit(words: str, heard: Heard) -> Draw:
    """From a picture. Which one, `core.sources` decides; here stands only what the message points at.

    A turn in a thread answers the newest message with pictures there; it is told to the core much like a reply.
    """
    pick, rest = _picked(words, heard)
    pictures, by = _answered_pictures(heard)
    left = tuple(each for each in pictures if each is not None)
    chosen = None
    if pick is not None and len(left) < len(pictures):
        chosen, pick = _still_there(pictures, pick), None
    elif pictures and not left and not heard.pictures:
        raise NoSource(say("The picture of that message was deleted."), say("Reply to another one."))
    return Draw(
        Operation.EDIT,
        rest,
        attachments=heard.pictures,
        chosen=chosen,
        pick=pick,
        replied=left,
        replied_by=by,
        in_thread=heard.replied is None and bool(heard.thread),
    )


def _answered_pictures(heard: Heard) -> tuple[Pictures, str]:
    if heard.replied is not None:
        return heard.replied.pictures, heard.replied.by
    return heard.thread, "Easel" if heard.thread else ""


def _picked(words: str, heard: Heard) -> tuple[int | None, str]:
    """A number at the beginning counts only where there are several pictures to count."""
    pictures, _ = _answered_pictures(heard)
    return pick_in(words) if len(pictures) > 1 or len(heard.pictures) > 1 else (None, words)


def _still_there(pictures: Pictures, number: int) -> ImageRef:
    """The picture under its old number, in a message that has lost some: the numbers do not move up."""
    found = pictures[number - 1] if 1 <= number <= len(pictures) else None
    if found is None:
        raise NoSource(
            say("Picture {number} of that message is no longer there.", number=number), say("Choose another one.")
        )
    return found


def _answered(question: Question, heard: Heard, *, asked_for: bool) -> Meaning:
    """The number in answer to "which one?", with the words of then, or with new ones.

    A message that only comes after the question, and is no number, is a message of its own.
    """
    pick, rest = pick_in(heard.words)
    if pick is None:
        return Hint(Why.WHICH_NUMBER) if asked_for else _spoken(heard.words.strip(), heard)
    words = rest or question.words
    return Draw(
        Operation.EDIT, words, question.options, pick=pick, replied=question.choices, replied_by="the one who was asked"
    )


def _why_lost(lost: Lost) -> Why:
    match lost:
        case Lost.DELETED:
            return Why.DELETED
        case Lost.NOT_READABLE:
            return Why.NOT_READABLE
        case _:
            assert_never(lost)
