"""A thread of a result's message, for whoever goes on with a picture: there every message is the next step."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import discord

from bots.discord import answers
from bots.discord.rest import Unreachable
from bots.discord.rights import may_thread
from bots.discord.who import actor_of, channel_of, is_foreign, place_of
from core.errors import DeliveryError, NotAllowed
from core.fitting import shorten
from core.model import ImageId

if TYPE_CHECKING:
    from bots.discord.desk import Desk

EVERY_MESSAGE: Final = "Say what to change: every message here is the next step."
MENTION_ME: Final = "Mention me and say what to change, or reply to a picture: each is the next step."
_NAME_CHARACTERS: Final = 90  # Discord takes 100
_PLAIN_NAME: Final = "Picture"
# https://docs.discord.com/developers/topics/opcodes-and-status-codes#json
_HAS_A_THREAD: Final = 160004


async def continue_in_thread(desk: Desk, interaction: discord.Interaction, image: ImageId) -> None:
    """Who may see the picture and may make threads makes one; pressed again, they are told where it is."""
    await answers.acknowledge(interaction, private=True)
    known = await desk.studio.picture(image, actor_of(interaction), place_of(interaction, desk.time_zone))
    message = interaction.message
    if message is None or message.flags.ephemeral or is_foreign(interaction) or not may_thread(interaction):
        raise NotAllowed(
            "No thread can be made here, by you or by me.", "A moderator can allow it: Create Public Threads."
        )
    try:
        thread = await _started(desk, channel_of(interaction), message.id, _name(known.prompt))
    except Unreachable as error:
        if error.number != _HAS_A_THREAD:
            raise NotAllowed(
                "Discord lets me make no thread here.", "A moderator can allow it: Create Public Threads."
            ) from None
        thread = message.id  # a thread has the id of the message that it hangs from
    else:
        await _greet(desk, thread)
    await answers.say(interaction, f"Go on in <#{thread}>.")


async def _started(desk: Desk, channel: int, message: int, name: str) -> int:
    """Under a plain name where the server's rules for words do not let the picture's through."""
    try:
        return await desk.rest.start_thread(channel, message, name)
    except Unreachable as error:
        if error.status != 400 or error.number == _HAS_A_THREAD:
            raise
    return await desk.rest.start_thread(channel, message, _PLAIN_NAME)


async def _greet(desk: Desk, thread: int) -> None:
    text = EVERY_MESSAGE if desk.has_content() else MENTION_ME
    try:
        await desk.rest.send(thread, {"content": text}, nonce=f"t{thread}")
    except DeliveryError:  # it is there all the same
        return


def _name(prompt: str) -> str:
    """In the words of the wish: a name is plain text, in which nothing is called or formatted."""
    return shorten(" ".join(prompt.split()), _NAME_CHARACTERS) or _PLAIN_NAME
