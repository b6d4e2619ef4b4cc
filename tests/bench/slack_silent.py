"""An app that does nothing but acknowledge, over both ways: python slack_silent.py WHERE

What it is measured with is what the fake Slack takes by itself. Its first line is the port of its web server.
"""

from __future__ import annotations

import asyncio
import json
import sys

import aiohttp
from aiohttp import web

slack = json.loads(sys.argv[1])["ours"]


async def over_http(request: web.Request) -> web.Response:
    """An event; or Slack's question whether anybody is here."""
    body = await request.read()
    challenge = json.loads(body).get("challenge", "") if request.content_type == "application/json" else ""
    return web.Response(text=challenge)


async def main() -> None:
    """Until it is ended."""
    site = web.Application()
    site.router.add_post("/slack/events", over_http)
    runner = web.AppRunner(site, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    print(runner.addresses[0][1], flush=True)
    async with aiohttp.ClientSession(headers={"Authorization": f"Bearer {slack['app_token']}"}) as session:
        async with session.post(f"{slack['api_base']}apps.connections.open") as answer:
            url = (await answer.json())["url"]
        async with session.ws_connect(url) as socket:
            async for message in socket:
                envelope = json.loads(message.data).get("envelope_id")
                if envelope:
                    await socket.send_json({"envelope_id": envelope})


asyncio.run(main())
