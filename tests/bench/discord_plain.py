"""The bot of discord.py's and the openai SDK's own examples: python discord_plain.py WHERE

It defers, calls `images.generate`, decodes, and edits its answer. WHERE says as JSON where Discord and the image API
are. It is shard 1 of 2: Easel is the other one.
"""

from __future__ import annotations

import asyncio
import base64
import io
import json
import sys

import discord
import yarl
from api_child import KEY, MODEL, SMALL
from discord.gateway import DiscordWebSocket
from discord.http import Route
from openai import AsyncOpenAI

where = json.loads(sys.argv[1])
Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = where["api_base"], yarl.URL(where["gateway_url"])
client = discord.AutoShardedClient(intents=discord.Intents.default(), shard_count=2, shard_ids=[1])
tree = discord.app_commands.CommandTree(client)
openai = AsyncOpenAI(base_url=where["image_api"], api_key=KEY, max_retries=0)


@tree.command(description="Draw a picture")
async def imagine(interaction: discord.Interaction, prompt: str, ratio: str) -> None:
    """Draw and post."""
    await interaction.response.defer()
    result = await openai.images.generate(model=MODEL, prompt=prompt, size=SMALL)  # type: ignore[call-overload] # a str
    assert result.data is not None
    data = base64.b64decode(result.data[0].b64_json or "")
    await interaction.edit_original_response(attachments=[discord.File(io.BytesIO(data), "easel.png")])


async def main() -> None:
    """Until it is ended."""
    async with client:
        await client.start(where["token"])


asyncio.run(main())
