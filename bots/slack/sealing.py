"""What the workspaces' tokens are encrypted with at rest, and what Slack's installation is stamped with."""

from __future__ import annotations

from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from core import sealing
from core.sealing import Sealed

__all__ = ("Seal", "Sealed")


class Seal(sealing.Seal):
    """The first key encrypts; all of them decrypt."""

    def __init__(self, keys: Sequence[str]) -> None:
        """Keys as Fernet writes them: 32 bytes in URL-safe base64."""
        super().__init__(keys)
        self._stamps = Fernet(keys[0])
        self._stamped = MultiFernet([Fernet(key) for key in keys])

    def stamp(self, text: str, now_s: int) -> str:
        """A text that only this seal can have made, with the time; safe in an address and in a cookie."""
        return self._stamps.encrypt_at_time(text.encode(), now_s).decode("ascii").rstrip("=")

    def stamped(self, stamp: str, now_s: int, seconds: int) -> str | None:
        """The text of a stamp that is no older than that; None for anything else."""
        try:
            padded = stamp.encode("ascii") + b"=" * (-len(stamp) % 4)
            return self._stamped.decrypt_at_time(padded, seconds, now_s).decode()
        except (InvalidToken, UnicodeEncodeError):
            return None
