"""A picture that somebody posted without a word: their next words in that place may be about it.

In a thread of Easel's such a picture alone asks for nothing, because people show each other things; and to Easel alone,
people often send a picture first and say afterwards what is to be done with it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Final

from bots.slack.destination import PLATFORM
from bots.slack.records import Records
from core.model import ImageRef

_KIND: Final = "photo"
_FRESH_US: Final = 600 * 1_000_000  # who says more after that is not speaking of it any more


async def posted(records: Records, scope: str, ts: str, pictures: Sequence[ImageRef]) -> None:
    """Remember them. `scope`: one person in one place, as `choosing.scope` writes it."""
    said = [ts, [[each.token, each.name] for each in pictures]]
    await forget(records, scope)
    await records.note(_KIND, json.dumps(said, separators=(",", ":")), scope)


async def latest(records: Records, scope: str, *, after: str, now_us: int) -> tuple[ImageRef, ...]:
    """What this person posted there a little while ago, and after the message `after`."""
    body = await records.noted(_KIND, scope)
    if body is None:
        return ()
    ts, pictures = _read(body)
    at_us = int(ts.replace(".", "") or 0)
    if now_us - at_us > _FRESH_US or (after and (len(ts), ts) <= (len(after), after)):
        return ()
    return tuple(ImageRef(PLATFORM, token=token, name=name) for token, name in pictures)


async def forget(records: Records, scope: str) -> None:
    """It was gone on from, or others took its place."""
    await records.take_note(_KIND, scope)


def _read(body: str) -> tuple[str, list[tuple[str, str]]]:
    """Our own words, read back."""
    said: Any = json.loads(body)
    return str(said[0]), [(str(token), str(name)) for token, name in said[1]]
