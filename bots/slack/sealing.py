"""What the workspaces' tokens are encrypted with at rest: Fernet (AES-128-CBC, HMAC-SHA256), one key or several."""

from __future__ import annotations

import json
from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet


class Sealed(Exception):
    """It was not sealed with any of these keys, or was meant for somewhere else."""


class Seal:
    """The first key encrypts; all of them decrypt."""

    def __init__(self, keys: Sequence[str]) -> None:
        """Keys as Fernet writes them: 32 bytes in URL-safe base64."""
        self._newest = Fernet(keys[0])
        self._all = MultiFernet([Fernet(key) for key in keys])

    def close(self, place: str, said: dict[str, str]) -> str:
        """Encrypted. `place` is bound in: what is copied to another row of a table opens nothing there."""
        return self._newest.encrypt(json.dumps([place, said]).encode()).decode("ascii")

    def open(self, place: str, sealed: str) -> dict[str, str]:
        """What was closed for this place. Raises `Sealed`."""
        try:
            where, said = json.loads(self._all.decrypt(sealed.encode("ascii", "replace")))
        except InvalidToken as error:
            raise Sealed from error
        if where != place:
            raise Sealed
        return {str(name): str(value) for name, value in said.items()}

    def is_newest(self, sealed: str) -> bool:
        """Whether the first key encrypted it."""
        try:
            self._newest.decrypt(sealed.encode("ascii", "replace"))
        except InvalidToken:
            return False
        return True

    def stamp(self, text: str, now_s: int) -> str:
        """A text that only this seal can have made, with the time; safe in an address and in a cookie."""
        return self._newest.encrypt_at_time(text.encode(), now_s).decode("ascii").rstrip("=")

    def stamped(self, stamp: str, now_s: int, seconds: int) -> str | None:
        """The text of a stamp that is no older than that; None for anything else."""
        try:
            padded = stamp.encode("ascii") + b"=" * (-len(stamp) % 4)
            return self._all.decrypt_at_time(padded, seconds, now_s).decode()
        except (InvalidToken, UnicodeEncodeError):
            return None
