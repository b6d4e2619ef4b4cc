"""A persona: one kind of server, with its own routes, its own strictness and its own way to say no."""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from emulators.image_api.answers import Answer, Visit, document
from emulators.image_api.recorded import Recorded
from emulators.image_api.refusals import Refusal, wrong_key
from emulators.image_api.studio import Studio

Handler = Callable[[Visit], Awaitable[Answer]]


@dataclass(frozen=True, slots=True)
class Route:
    """One method and path (in aiohttp's template form)."""

    method: str
    path: str
    handler: Handler


class Persona:
    """What they all share. `prefix` is the path of the base URL."""

    name = ""
    prefix = "/v1"

    def __init__(self, studio: Studio) -> None:
        self.studio = studio

    def routes(self) -> list[Route]:
        """All it serves."""
        raise NotImplementedError

    def check_key(self, recorded: Recorded, key: str) -> None:
        """Refuse who does not hold the key."""
        given = recorded.headers.get("authorization", "").removeprefix("Bearer ")
        if not hmac.compare_digest(given.encode(), key.encode()):
            raise wrong_key(given)

    def refused(self, refusal: Refusal) -> Answer:
        """A refusal in this server's own envelope."""
        return document({"error": refusal.error}, refusal.status, refusal.headers)

    async def aclose(self) -> None:
        """Let go of what still runs."""
