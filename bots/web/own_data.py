"""/privacy in the playground: explained, fetched by the page as one file, deleted after one question."""

from __future__ import annotations

from contextlib import aclosing
from typing import TYPE_CHECKING, Final

from aiohttp import web

from bots.web.messages import Body, OwnData
from core.i18n import say
from core.privacy import words

if TYPE_CHECKING:
    from core.model import Actor
    from core.studio import Studio

FILE_BYTES: Final = 200_000_000  # it is put together in memory, on the person's own machine
EXPORT: Final = say("All that I keep of you, as one zip file.")


async def answer(studio: Studio, actor: Actor, said: str) -> Body:
    """What is said, and the button under it."""
    match said.split():
        case ["export"]:
            return Body(text=EXPORT, own_data=OwnData.EXPORT)
        case ["delete"]:
            return Body(text=words.ASK, own_data=OwnData.DELETE)
        case _:
            return Body(text=await studio.privacy.explain(actor))


async def zipped(studio: Studio, actor: Actor) -> web.Response:
    """The file."""
    async with aclosing(studio.privacy.export(actor, FILE_BYTES, parts_max=1)) as parts:
        part = await anext(parts)
    headers = {"Content-Disposition": f'attachment; filename="{part.name}"', "Cache-Control": "no-store"}
    return web.Response(body=part.data, content_type="application/zip", headers=headers)


async def erased(studio: Studio, actor: Actor) -> str:
    """Forget them; what to tell. Raises a `Refused`."""
    return words.told_of(await studio.privacy.erase(actor))
