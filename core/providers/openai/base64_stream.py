"""Base64 that arrives in pieces, decoded as it comes.

Compatible servers differ in how they write it: with a `data:` prefix (RFC 2397), in the URL-safe alphabet (RFC 4648,
section 5), with line breaks, without padding. All of that is read; anything else is not base64.
"""

from __future__ import annotations

import binascii
from typing import Final

import pybase64

PREFIX_BYTES_MAX: Final = 256
_STANDARD: Final = bytes.maketrans(b"-_", b"+/")
_BLANK: Final = b" \t\r\n"
_DATA: Final = b"data:"


class NotBase64(ValueError):
    """These letters stand for no bytes."""


class Base64Stream:
    """One encoded text. Feed it all its letters, then `finish`; both give the bytes so far."""

    def __init__(self) -> None:
        self._carry = b""  # up to three letters that wait for their fourth; before the beginning is known, all of them
        self._begun = False
        self._padded = False

    def feed(self, letters: bytes) -> bytes:
        """The bytes that are complete with these letters. Raises `NotBase64`."""
        if not self._begun:
            letters, self._carry = self._carry + letters, b""
            start = self._start(letters)
            if start < 0:
                self._carry = letters
                return b""
            self._begun, letters = True, letters[start:]
        return self._decoded(letters)

    def finish(self) -> bytes:
        """The last bytes. Raises `NotBase64`."""
        rest = b""
        if not self._begun:
            if self._carry[: len(_DATA)].lower() == _DATA:
                raise NotBase64("a data URL without data")
            letters, self._carry, self._begun = self._carry, b"", True
            rest = self._decoded(letters)
        if not self._carry:
            return rest
        if len(self._carry) == 1:
            raise NotBase64("a letter too few")
        return rest + self._decoded(b"=" * (4 - len(self._carry)))

    def _start(self, letters: bytes) -> int:
        """Where the base64 begins; -1 when that cannot be said yet."""
        head = letters.lstrip(_BLANK)[:PREFIX_BYTES_MAX]
        if len(head) < len(_DATA):
            return -1
        if head[: len(_DATA)].lower() != _DATA:
            return 0
        comma = head.find(b",")
        if comma >= 0:
            if not head[:comma].lower().rstrip(_BLANK).endswith(b";base64"):
                raise NotBase64("a data URL in another encoding")
            return len(letters) - len(letters.lstrip(_BLANK)) + comma + 1
        if len(head) >= PREFIX_BYTES_MAX:
            raise NotBase64("a data URL without data")
        return -1

    def _decoded(self, letters: bytes) -> bytes:
        if b"-" in letters or b"_" in letters:
            letters = letters.translate(_STANDARD)
        if any(blank in letters for blank in (b"\n", b"\r", b" ", b"\t")):
            letters = letters.translate(None, _BLANK)
        if not letters:
            return b""
        if self._padded:
            raise NotBase64("letters after the end")
        letters = self._carry + letters
        whole = len(letters) // 4 * 4
        self._carry = letters[whole:]
        self._padded = letters.endswith(b"=", 0, whole)
        try:
            return pybase64.b64decode(letters[:whole], validate=True)
        except (binascii.Error, ValueError) as error:
            raise NotBase64("not base64") from error
