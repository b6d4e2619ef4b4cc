"""What a person is told who wanted a picture and got none, and how often: advice once in a place, answers every time.

Advice goes to people who may not have meant Easel at all, or do not know how Discord hides words from it: said again
and again it would be noise. An answer goes to somebody who plainly asked.
"""

from __future__ import annotations

from typing import Final, assert_never

from bots.discord.records import Records
from core.conversation.meaning import Why
from core.i18n import Said, say

HELLO: Final = say(
    "Mention me and say what you would like to see, as in: a lighthouse at dusk. Reply to a picture to change it. "
    "/imagine draws, too, and /help says more."
)


def as_command(name: str) -> Said:
    """What answers for one person alone is asked for by its command."""
    return say("Choose /{name} from the menu that opens when you type a slash: its answer is for you alone.", name=name)


def sentence(why: Why) -> str:
    """What happened, and what to do now."""
    match why:
        case Why.UNSEEN_WORDS:
            return say(
                "I can see that you answered me, but Discord does not show me what you wrote. "
                "Mention me in your message, or press Edit under the picture."
            )
        case Why.UNSEEN_PICTURE:
            return say(
                "Discord does not show me the message that you replied to. Nothing was charged. "
                "Right-click it, or press and hold it, and choose Apps, then Edit image."
            )
        case Why.NO_WORDS:
            return say(
                "Say what to do with the picture, as in: make it night. Of several pictures, say the number first, "
                "as in: 2: make it night. Nothing was charged."
            )
        case Why.NO_PICTURE:
            return say(
                "There is no picture in the message that you answered. "
                "Reply to one that has a picture, or mention me and say what to draw."
            )
        case Why.NOT_A_PICTURE:
            return say(
                "That is not a picture that I can work on. Nothing was charged. Attach a PNG, JPEG or WebP file."
            )
        case Why.STILL_DRAWING:
            return say("This picture is still being drawn. Nothing was charged. Reply again when it is there.")
        case Why.DELETED:
            return say("The message that you replied to was deleted. Nothing was charged. Attach the picture itself.")
        case Why.NOT_READABLE:
            return say(
                "I may not read earlier messages here. Nothing was charged. Attach the picture to your message, or ask "
                "a moderator to allow me Read Message History."
            )
        case Why.WHICH_NUMBER:
            return say("Answer with the number of the picture, as in: 2.")
        case _:
            assert_never(why)


def is_advice(why: Why) -> bool:
    """Whether it is told only once to each person in each channel."""
    match why:
        case Why.UNSEEN_WORDS | Why.NO_PICTURE | Why.NOT_READABLE:
            return True
        case Why.UNSEEN_PICTURE | Why.NO_WORDS | Why.NOT_A_PICTURE | Why.STILL_DRAWING | Why.DELETED | Why.WHICH_NUMBER:
            return False
        case _:
            assert_never(why)


async def due(records: Records, why: Why, *, channel: int, person: int) -> str | None:
    """The sentence, if it is to be said now. Advice that is asked for here counts as given."""
    if is_advice(why) and not await records.first_time(why.value, f"{channel}/{person}"):
        return None
    return sentence(why)
