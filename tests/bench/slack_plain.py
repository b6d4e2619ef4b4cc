"""The bot of slack-bolt's and the openai SDK's own examples: python slack_plain.py WHERE

It hears a mention, calls `images.generate`, decodes, and uploads into the thread. WHERE says as JSON where Slack and
the image API are.
"""

from __future__ import annotations

import asyncio
import base64
import json
import sys
from typing import Any

from api_child import KEY, MODEL, SMALL
from openai import AsyncOpenAI
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

where = json.loads(sys.argv[1])
slack = where["plain"]
app = AsyncApp(client=AsyncWebClient(slack["bot_token"], base_url=slack["api_base"]))
openai = AsyncOpenAI(base_url=where["image_api"], api_key=KEY, max_retries=0)


@app.event("app_mention")
async def draw(event: dict[str, Any], client: AsyncWebClient) -> None:
    """Draw and post."""
    _, _, prompt = event["text"].partition("> ")
    result = await openai.images.generate(model=MODEL, prompt=prompt, size=SMALL)  # type: ignore[call-overload] # a str
    assert result.data is not None
    data = base64.b64decode(result.data[0].b64_json or "")
    await client.files_upload_v2(channel=event["channel"], thread_ts=event["ts"], filename="easel.png", content=data)


@app.event("message")
async def overhear() -> None:
    """A mention comes as this, too."""


async def main() -> None:
    """Until it is ended."""
    handler: Any = AsyncSocketModeHandler(app, slack["app_token"])
    await handler.start_async()


asyncio.run(main())
