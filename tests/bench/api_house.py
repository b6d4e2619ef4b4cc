"""A whole Easel in a process of its own, posting as discord.py does: python api_house.py http://127.0.0.1:8900/v1 URL

All of it is the product's own: settings, store, worker, delivery. Only the chat platform is one for this bench.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from pathlib import Path

import aiohttp
from api_child import KEY, MODEL, PROMPT, obey

from bots.assembly import assembled, founded
from core.model import (
    Actor,
    Capabilities,
    Destination,
    ImageRef,
    ImageRequest,
    JobId,
    MessageRef,
    Operation,
    Outcome,
    Place,
    PostingPlan,
    Progress,
    new_id,
)
from core.ports import BlobStore
from core.settings import load
from core.telemetry import start_logging

PLATFORM = "upload"


class Uploader:
    """A `PlatformAdapter` that posts files over HTTP. `posted` has the job when its post was accepted."""

    platform = PLATFORM

    def __init__(self, blobs: BlobStore, session: aiohttp.ClientSession, url: str) -> None:
        self._blobs = blobs
        self._session = session
        self._url = url
        self.posted: asyncio.Queue[JobId] = asyncio.Queue()

    def capabilities(self, at: Destination) -> Capabilities:
        return Capabilities(
            file_bytes=10 * 1024 * 1024,  # Discord's, without boosts
            message_bytes=25 * 1024 * 1024,
            files=10,
            media_types=frozenset({"image/png", "image/jpeg", "image/webp"}),
            text_characters=2000,
            alt_characters=1024,
            previews=False,
            progress_interval_us=1_000_000,
            ephemeral=False,
        )

    async def open(self, ref: ImageRef) -> bytes:
        raise AssertionError("nobody attaches anything here")

    async def progress(self, to: Destination, update: Progress) -> None:
        pass

    async def deliver(self, to: Destination, outcome: Outcome, plan: PostingPlan) -> tuple[MessageRef, ...]:
        ((file,),) = plan.messages
        path = await self._blobs.path(file.blob)
        with await asyncio.to_thread(path.open, "rb") as kept:
            form = aiohttp.FormData(quote_fields=False)
            form.add_field("payload_json", "{}")
            form.add_field("files[0]", kept, filename=file.name, content_type=file.media_type)
            async with self._session.post(self._url, data=form) as response:
                response.raise_for_status()
        self.posted.put_nowait(outcome.job)
        return (MessageRef(PLATFORM, "wall", outcome.job),)


def _wish() -> ImageRequest:
    return ImageRequest(
        event_key=new_id(),
        actor=Actor(PLATFORM, "hall", "moderator", "Moderator", roles=("moderator",)),
        place=Place(PLATFORM, "hall", "wall"),
        destination=Destination(PLATFORM, "wall"),
        operation=Operation.GENERATE,
        prompt=f"{PROMPT} --ar 1:1 --size 2k",
    )


async def main(base_url: str, upload_url: str, folder: Path) -> None:
    """Draw and post as told."""
    settings = load(
        {
            "EASEL_DATA_DIR": str(folder / "data"),
            "EASEL_OPENAI__API_KEY": KEY,
            "EASEL_OPENAI__BASE_URL": base_url,
            "EASEL_OPENAI__SERVER": "openai",
            "EASEL_OPENAI__MODEL": MODEL,
            "EASEL_OPENAI__PREVIEWS": "0",  # so that both are sent the very same answer
        },
        folder,
    )
    start_logging("json", "warning")
    async with founded(settings) as foundation, aiohttp.ClientSession() as session:
        uploader = Uploader(foundation.blobs, session, upload_url)
        application = assembled(foundation, [uploader])
        stopping = asyncio.Event()
        running = asyncio.create_task(application.run(stopping))

        async def post(_: int) -> None:
            admitted = await application.studio.submit(_wish())
            async with asyncio.timeout(30):
                assert await uploader.posted.get() == admitted.job

        await obey({"post": post})
        stopping.set()
        await running


with tempfile.TemporaryDirectory(prefix="easel-bench-") as name:
    asyncio.run(main(sys.argv[1], sys.argv[2], Path(name)))
