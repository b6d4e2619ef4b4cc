"""What a picture is, from its own first bytes as they come in: a server's word on format and size is not believed.

Sources: PNG, W3C Recommendation, 11.2.1 (IHDR); JPEG, ITU-T T.81, B.2 (frame header); WebP, RFC 9649, section 2.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from core.model import Size

PIXELS_MAX: Final = 8192 * 8192  # beyond it a picture is refused before anything decodes it
_PNG: Final = b"\x89PNG\r\n\x1a\n"
_JPEG: Final = b"\xff\xd8\xff"
_KNOWN_AFTER: Final = 30  # bytes tell all about a PNG or a WebP
_WITHOUT_LENGTH: Final = frozenset({0x01, *range(0xD0, 0xD9)})
_FRAMES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}  # not: Huffman tables, reserved, arithmetic coding
_ENDS: Final = frozenset({0xD9, 0xDA})  # the end, or the data: a frame header comes before both


@dataclass(frozen=True, slots=True)
class Found:
    """A picture of this kind and size."""

    media_type: str
    size: Size


class Sniffer:
    """Feed it a file's bytes from the first on, until `decided`."""

    def __init__(self) -> None:
        self._head = bytearray()
        self._skip_bytes = 0  # of a JPEG's segment that does not matter
        self._is_jpeg = False
        self.decided = False
        self.found: Found | None = None

    def feed(self, data: bytes) -> None:
        """Look at the next bytes."""
        if self.decided:
            return
        if self._skip_bytes >= len(data) and not self._head:
            self._skip_bytes -= len(data)
            return
        self._head += data[self._skip_bytes :]
        self._skip_bytes = 0
        if self._is_jpeg or self._head.startswith(_JPEG):
            self._walk()
        elif len(self._head) >= _KNOWN_AFTER:
            self._decide(_png(self._head) or _webp(self._head))

    def finish(self) -> Found | None:
        """What it was, at the end of the file."""
        if not self.decided and not self._is_jpeg:
            self._decide(_png(self._head) or _webp(self._head))
        return self.found

    def _decide(self, found: Found | None) -> None:
        self.decided = True
        self._head.clear()
        if found and 0 < found.size.width * found.size.height <= PIXELS_MAX:
            self.found = found

    def _walk(self) -> None:
        """From marker to marker of a JPEG, forgetting what was passed: credentials alone may be megabytes."""
        head = self._head
        if not self._is_jpeg:
            self._is_jpeg = True
            del head[:2]
        while len(head) >= 2 and not self.decided:
            if head[0] != 0xFF or head[1] in _ENDS:
                self._decide(None)
            elif head[1] == 0xFF:  # fill bytes may precede a marker
                del head[0]
            elif head[1] in _WITHOUT_LENGTH:
                del head[:2]
            elif head[1] in _FRAMES:
                if len(head) < 9:
                    return
                size = Size(int.from_bytes(head[7:9], "big"), int.from_bytes(head[5:7], "big"))
                self._decide(Found("image/jpeg", size))
            else:
                if len(head) < 4:
                    return
                length = 2 + int.from_bytes(head[2:4], "big")
                self._skip_bytes = max(0, length - len(head))
                del head[:length]


def _png(head: bytearray) -> Found | None:
    if len(head) < 24 or not head.startswith(_PNG) or head[12:16] != b"IHDR":
        return None
    return Found("image/png", Size(int.from_bytes(head[16:20], "big"), int.from_bytes(head[20:24], "big")))


def _webp(head: bytearray) -> Found | None:
    if len(head) < _KNOWN_AFTER or head[:4] != b"RIFF" or head[8:12] != b"WEBP":
        return None
    match bytes(head[12:16]):
        case b"VP8X":
            width, height = int.from_bytes(head[24:27], "little") + 1, int.from_bytes(head[27:30], "little") + 1
        case b"VP8L" if head[20] == 0x2F:
            bits = int.from_bytes(head[21:25], "little")
            width, height = (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
        case b"VP8 " if head[23:26] == b"\x9d\x01\x2a":
            width, height = (
                int.from_bytes(head[26:28], "little") & 0x3FFF,
                int.from_bytes(head[28:30], "little") & 0x3FFF,
            )
        case _:
            return None
    return Found("image/webp", Size(width, height))
