"""What secrets of others are encrypted with at rest: Fernet (AES-128-CBC, HMAC-SHA256), one key or several."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from core.kept_secret import kept_secret

KEY_BYTES: Final = 32  # the specification of Fernet: 128 bits to sign with and 128 to encrypt with


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


def seal_of(keys: Sequence[str], file: Path) -> Seal:
    """With the operator's keys; without any, with one that is made once and kept in this file (0600).

    A file of earlier days still decrypts once there are keys. Raises `OSError` when it cannot be written or read.
    """
    made = [] if keys and not file.exists() else [_stretched(kept_secret(file))]
    return Seal([*keys, *made])


def fernet_key(said: str) -> str | None:
    """One key as Fernet writes it; None when it is none. The usual alphabet of base64 is taken, too."""
    try:
        raw = base64.b64decode(said.replace("-", "+").replace("_", "/"), validate=True)
    except (binascii.Error, ValueError):
        return None
    return base64.urlsafe_b64encode(raw).decode("ascii") if len(raw) == KEY_BYTES else None


def _stretched(secret: str) -> str:
    """A kept secret has as many random bits as Fernet encrypts with (128), in fewer bytes."""
    return base64.urlsafe_b64encode(hashlib.sha256(secret.encode()).digest()).decode("ascii")
