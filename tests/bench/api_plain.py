"""The openai SDK, used as its documentation does, in a process of its own: python api_plain.py BASE_URL UPLOAD_URL

One call, one `b64decode`, and the bytes are kept until they are posted, as bots do that are built on it. The post is
discord.py's: the same library and the same form.
"""

from __future__ import annotations

import asyncio
import base64
import io
import sys
from typing import Any

import aiohttp
from api_child import KEY, LARGE, MODEL, PROMPT, SMALL, measured, obey
from openai import AsyncOpenAI


async def main(base_url: str, upload_url: str) -> None:
    """Draw and post as told."""
    client = AsyncOpenAI(base_url=base_url, api_key=KEY, max_retries=0)

    async def draw(size: Any) -> tuple[object, bytes]:
        """All that a handler has in hand when it begins to post: its local variables live until it returns."""
        result = await client.images.generate(model=MODEL, prompt=PROMPT, size=size)
        assert result.data is not None
        return result, base64.b64decode(result.data[0].b64_json or "")

    async def draw_thriftily() -> bytes:
        _, data = await draw(LARGE)
        return data

    async with aiohttp.ClientSession() as session:

        async def post(_: int) -> None:
            _result, data = await draw(LARGE)
            form = aiohttp.FormData(quote_fields=False)
            form.add_field("payload_json", "{}")
            form.add_field("files[0]", io.BytesIO(data), filename="easel.png", content_type="image/png")
            async with session.post(upload_url, data=form) as response:
                response.raise_for_status()

        await draw(SMALL)
        await obey(
            {
                "draw": lambda pictures: measured(pictures, lambda _: draw(LARGE)),
                "draw-thriftily": lambda pictures: measured(pictures, lambda _: draw_thriftily()),
                "post": post,
            }
        )
    await client.close()


asyncio.run(main(*sys.argv[1:]))
