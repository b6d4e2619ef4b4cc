"""The kept file itself, for who asks: what was posted may be a copy that fitted beside others."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord

from bots.discord import answers, limits
from bots.discord.details import megabytes
from bots.discord.rest import Upload
from bots.discord.who import actor_of, place_of
from core.fitting import file_stem, shorten
from core.model import ImageId

if TYPE_CHECKING:
    from bots.discord.desk import Desk


async def send_full_size(desk: Desk, interaction: discord.Interaction, image: ImageId) -> None:
    """To this person alone. Raises `NotFound`."""
    arrived = await answers.acknowledge(interaction, private=True)
    known = await desk.studio.picture(image, actor_of(interaction), place_of(interaction, desk.time_zone))
    most = min(interaction.filesize_limit, limits.REQUEST_BYTES)
    if known.size_bytes > most:
        size, most_here = megabytes(known.size_bytes), most // limits.MIB
        await answers.say(interaction, f"The file has {size}, and files here may have {most_here} MB at most.")
    elif arrived:
        kind = "jpg" if known.media_type == "image/jpeg" else known.media_type.rpartition("/")[2]
        alt = shorten(known.alt, limits.ALT_CHARACTERS)
        veiled = desk.settings.spoiler or await desk.studio.veils(actor_of(interaction))
        file = Upload(f"{file_stem(known)}.{kind}", await desk.blobs.read(known.blob), alt, veiled)
        payload = {"content": f"Picture `{known.id}`, as it is kept."}
        await desk.rest.edit_original(interaction.application_id, interaction.token, payload, [file])
