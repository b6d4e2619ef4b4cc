"""What a person is told who wanted a picture and got none, and how often: advice once in a place, answers every time.

Advice goes to people who may not have meant Easel at all: said again and again it would be noise. An answer goes to
somebody who plainly asked.
"""

from __future__ import annotations

from typing import Final, assert_never

from bots.slack.records import Records
from core.conversation.meaning import Why
from core.i18n import say

HELLO: Final = say(
    "Mention me and say what you would like to see, as in: a lighthouse at dusk. To change a picture, reply in its "
    "thread. /imagine draws, too, and /help says more."
)
ASK_AS_COMMAND: Final = "Type /{name} into the channel's own message field: its answer is for you alone."


def sentence(why: Why) -> str:
    """What happened, and what to do now."""
    match why:
        case Why.UNSEEN_WORDS:
            return say(
                "Slack does not show me what you wrote. Mention me in your message, or press Edit under the picture."
            )
        case Why.UNSEEN_PICTURE:
            return say(
                "I cannot see the earlier messages of this thread. Nothing was charged. Attach the picture to your "
                "message, or choose More actions and then Edit image on the message that has it. To draw something new "
                "here, mention me and begin with /imagine."
            )
        case Why.NO_WORDS:
            return say(
                "Say what to do with the picture, as in: make it night. Of several pictures, say the number first, "
                "as in: 2: make it night. Nothing was charged."
            )
        case Why.NO_PICTURE:
            return say("There is no picture in this thread any more. Attach one, or mention me and say what to draw.")
        case Why.NOT_A_PICTURE:
            return say(
                "That is not a picture that I can work on. Nothing was charged. Attach a PNG, JPEG or WebP file."
            )
        case Why.STILL_DRAWING:
            return say("This picture is still being drawn. Nothing was charged. Reply again when it is there.")
        case Why.DELETED:
            return say("The picture that you replied to was deleted. Nothing was charged. Attach the picture itself.")
        case Why.NOT_READABLE:
            return say(
                "I may not read earlier messages here. Nothing was charged. Attach the picture to your message, or "
                "invite me to this channel."
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


async def due(records: Records, why: Why, scope: str) -> str | None:
    """The sentence, if it is to be said now. `scope`: team, channel and person. Advice that is asked for counts."""
    if is_advice(why) and not await records.first_time(f"hint:{why.value}", scope):
        return None
    return sentence(why)
