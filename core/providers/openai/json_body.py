"""JSON with pictures in it, sent piece by piece: their base64 is neither searched for quotes nor copied as a whole.

The usual way (`json.dumps`, then encode) holds the event loop for a third of a second with a picture of 15 MB, since
Python's encoder never lets go in the middle of a text, not even in a thread.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

PIECE_CHARACTERS: Final = 256 * 1024


class Base64Text(str):
    """A text of ASCII that stands in JSON as it is: a picture's base64, or a data URL with it."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class JsonBody:
    """A request's body. It may be read several times."""

    pieces: Sequence[bytes | Base64Text]
    size_bytes: int

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self.pieces:
            if isinstance(piece, bytes):
                yield piece
                continue
            for start in range(0, len(piece), PIECE_CHARACTERS):
                yield piece[start : start + PIECE_CHARACTERS].encode("ascii")


def body_with_pictures(document: Mapping[str, Any]) -> JsonBody | None:
    """The document as a body, or None when there is no `Base64Text` in it and nothing is to be gained."""
    texts: list[Base64Text] = []
    mark = secrets.token_hex(16)
    shell = _without(document, mark, texts)
    if not texts:
        return None
    rest = json.dumps(shell, ensure_ascii=False, separators=(",", ":"), allow_nan=False).split(mark)
    pieces: list[bytes | Base64Text] = [rest[0].encode()]
    for text, after in zip(texts, rest[1:], strict=True):
        pieces += [text, after.encode()]
    return JsonBody(pieces, sum(map(len, pieces)))


def _without(value: Any, mark: str, texts: list[Base64Text]) -> Any:
    """The same with `mark` wherever such a text stood, and these in their order."""
    match value:
        case Base64Text():
            texts.append(value)
            return mark
        case Mapping():
            return {name: _without(one, mark, texts) for name, one in value.items()}
        case list() | tuple():
            return [_without(one, mark, texts) for one in value]
        case _:
            return value
