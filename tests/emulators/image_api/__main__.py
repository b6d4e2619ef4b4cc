"""Try Easel's API mode without a key: `PYTHONPATH=.:tests python -m emulators.image_api --port 8900`."""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys

from emulators.image_api.illustrating import illustrator
from emulators.image_api.personas.table import PERSONAS
from emulators.image_api.pictures import Artist, heavy, plate
from emulators.image_api.server import CHUNK_BYTES, FakeImageApi


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="emulators.image_api", description="A fake image API on this machine.")
    parser.add_argument("--port", type=int, default=8900, help="0 takes a free one")
    parser.add_argument("--persona", choices=sorted(PERSONAS), default="openai", help="whose API it speaks")
    parser.add_argument("--artist", choices=("illustrator", "plate"), default="illustrator")
    parser.add_argument("--file-bytes", type=int, default=0, help="plates as heavy as this")
    parser.add_argument("--key", default="", help="the key that is valid; one is made when it is not given")
    parser.add_argument("--delay", type=float, default=0.0, help="seconds before each answer")
    parser.add_argument("--chunk-bytes", type=int, default=CHUNK_BYTES)
    return parser.parse_args()


def _artist(arguments: argparse.Namespace) -> Artist:
    if arguments.file_bytes:
        return heavy(arguments.file_bytes)
    return illustrator if arguments.artist == "illustrator" else plate


async def _serve(arguments: argparse.Namespace) -> None:
    server = await FakeImageApi.start(
        persona=arguments.persona,
        port=arguments.port,
        artist=_artist(arguments),
        delay_seconds=arguments.delay,
        chunk_bytes=arguments.chunk_bytes,
        key=arguments.key,
        keeps_requests=False,
    )
    sys.stdout.write(
        f"A fake image API ({arguments.persona}). No model draws here, and nobody is billed.\n\n"
        f"EASEL_OPENAI__BASE_URL={server.base_url}\nEASEL_OPENAI__API_KEY={server.key}\n\nCtrl-C stops it.\n"
    )
    sys.stdout.flush()
    stopped = asyncio.Event()
    for each in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(each, stopped.set)
    await stopped.wait()
    await server.aclose()


if __name__ == "__main__":
    asyncio.run(_serve(_arguments()))
