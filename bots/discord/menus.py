"""Message menus: Edit image, Use as reference, Image details. They work on any message that a person can see."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import discord

from bots.discord import answers, commands, components
from bots.discord.details import details_text, full_size_button
from bots.discord.holding import pictures_held
from bots.discord.modals import FILES_MAX, About, Purpose, modal
from bots.discord.pictures import images_of
from bots.discord.taken import recognised, take
from bots.discord.who import actor_of, channel_of, place_of
from core.errors import NotFound
from core.model import StoredImage, new_id

if TYPE_CHECKING:
    from bots.discord.desk import Desk

NO_PICTURE: Final = "That message has no picture that I can use."
NOT_MINE: Final = (
    "I did not draw what that message shows, so there is nothing that I could tell about it. "
    "“Edit image” and “Use as reference” work on it all the same."
)
UNKNOWN_MENU: Final = "I do not know this menu any more. Reload Discord, and try it again."
PICTURES_MAX: Final = FILES_MAX + 1  # of one message: as many as Discord lets a person attach


async def handle(desk: Desk, interaction: discord.Interaction) -> None:
    """A message menu was used. Raises a `Refused` with the person's sentence."""
    data: Mapping[str, Any] = interaction.data or {}
    match data.get("name"):
        case commands.MENU_EDIT:
            await _form(desk, interaction, Purpose.KEPT)
        case commands.MENU_REFERENCE:
            await _form(desk, interaction, Purpose.REFERENCE)
        case commands.MENU_DETAILS:
            await _details(desk, interaction)
        case _:
            await answers.say(interaction, UNKNOWN_MENU)


async def _form(desk: Desk, interaction: discord.Interaction, purpose: Purpose) -> None:
    """The form first, within the three seconds; then the pictures, under the id that the form carries."""
    message = _target(interaction)
    refs = images_of(message)[:PICTURES_MAX]
    if not refs:
        await answers.say(interaction, NO_PICTURE)
        return
    identity = new_id()
    form = modal(About(purpose, identity), names=[ref.name for ref in refs], private=_ephemeral(message))
    if await answers.open_modal(interaction, form):
        await take(desk, identity, recognised(refs, await _held(desk, interaction)), interaction.user.id)


async def _details(desk: Desk, interaction: discord.Interaction) -> None:
    await answers.acknowledge(interaction, private=True)
    held = await _held(desk, interaction)
    ours = [image for image in held if image is not None]
    if len(ours) == 1:
        details = await desk.studio.details(ours[0].id, actor_of(interaction), place_of(interaction, desk.time_zone))
        text = details_text(details, desk.adapter.label_of(ours[0].provider, ours[0].model))
        await answers.say(interaction, text, components=full_size_button(ours[0].id))
    elif ours:
        which = components.which_one(ours[0].job, ours)
        await answers.say(interaction, f"That message shows {len(ours)} of my pictures.", components=[which])
    elif held:
        raise NotFound("That picture was deleted, or it is not for you to see.")
    else:
        await answers.say(interaction, NOT_MINE)


async def _held(desk: Desk, interaction: discord.Interaction) -> Sequence[StoredImage | None]:
    """What the menu's message shows of ours, as this person may see it."""
    message = _target(interaction)
    if not _is_ours(message, interaction):
        return ()
    actor, place = actor_of(interaction), place_of(interaction, desk.time_zone)
    return await pictures_held(desk, channel_of(interaction), message, actor, place)


def _is_ours(message: Mapping[str, Any], interaction: discord.Interaction) -> bool:
    me = interaction.client.user
    return me is not None and message.get("author", {}).get("id") == str(me.id)


def _target(interaction: discord.Interaction) -> dict[str, Any]:
    """The message as the menu's own payload shows it: the only time that Easel sees all of it.

    Discord: "Receiving and Responding", Resolved Data Structure.
    """
    data: Mapping[str, Any] = interaction.data or {}
    messages = data.get("resolved", {}).get("messages", {})
    message: dict[str, Any] = messages.get(str(data.get("target_id")), {})
    return message


def _ephemeral(message: Mapping[str, Any]) -> bool:
    return bool(int(message.get("flags") or 0) & answers.EPHEMERAL)
