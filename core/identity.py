"""A person's pseudonyms: steady, unlinkable without the key, and never the platform's own id."""

from __future__ import annotations

import hashlib
import hmac

from core.model import Actor

ERASED = "erased-"  # how the pseudonym of somebody begins who had their data deleted


class Pseudonyms:
    """Makes `safety_identifier`s: what an image API wants to tell one abuser from a whole server.

    HMAC-SHA256 in hex, 64 characters (the OpenAI API allows up to 128 and asks for a hash, not a name).
    """

    def __init__(self, key: bytes) -> None:
        self._key = key

    def __repr__(self) -> str:
        return "Pseudonyms(***)"

    def of(self, actor: Actor) -> str:
        """The same person in the same workspace is always the same; in another workspace another."""
        return self._keyed(f"{actor.platform}:{actor.workspace}:{actor.user}")

    def erased(self, platform: str, workspace: str, user: str) -> str:
        """What the books call somebody who had their data deleted: never what a provider knows them by."""
        return f"{ERASED}{self._keyed(f'erased:{platform}:{workspace}:{user}')[:32]}"

    def _keyed(self, who: str) -> str:
        return hmac.new(self._key, who.encode(), hashlib.sha256).hexdigest()
