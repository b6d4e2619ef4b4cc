"""Asking which of several pictures is meant, and going on from the answer, in whichever process gets it.

The wish is written down under an id, and the select's custom_id carries that id: nothing waits in memory.
"""

from __future__ import annotations

import re
from typing import Any, Final

from bots.discord import limits
from bots.discord.records import Records
from core.conversation.wishes import Waiting, kept, taken_up
from core.errors import NotFound, WhichPicture
from core.fitting import shorten
from core.i18n import joined, say
from core.model import ImageRef

Json = dict[str, Any]

_KIND: Final = "which"
_ID: Final = re.compile(r"easel:which:(?P<note>[A-Za-z0-9_-]{1,64})", re.ASCII)
_ROW, _SELECT = 1, 3


def note_of(custom_id: object) -> str | None:
    """The note that a select goes on from; None for every other component."""
    found = _ID.fullmatch(custom_id) if isinstance(custom_id, str) else None
    return found["note"] if found else None


async def ask(records: Records, waiting: Waiting) -> list[Json]:
    """Write the wish down; the select to show with the question."""
    note = await records.note(_KIND, kept(waiting))
    options = [
        {"label": _label(number, ref), "value": str(number)}
        for number, ref in enumerate(waiting.choices[: limits.CHOICES], start=1)
    ]
    select = {"type": _SELECT, "custom_id": f"easel:which:{note}", "placeholder": "Which one?", "options": options}
    return [{"type": _ROW, "components": [select]}]


async def answered(records: Records, note: str, person: str, value: object) -> tuple[Waiting, ImageRef]:
    """The wish, and the picture that was chosen for it. Raises `NotFound` for who was not asked, or an unknown note."""
    text = await records.noted(_KIND, note)
    waiting = None if text is None else taken_up(text)
    if waiting is None or waiting.asked != person:
        raise NotFound(say("This question is not open any more."), say("Say again what you want."))
    number = int(value) if isinstance(value, str) and re.fullmatch(r"[1-9][0-9]?", value, re.ASCII) else 0
    if not 1 <= number <= len(waiting.choices):
        raise NotFound(say("This is none of the pictures that I asked about."), say("Choose again."))
    return waiting, waiting.choices[number - 1]


def question(error: WhichPicture) -> str:
    """What stands over the select: what is unclear. That a number could be said instead helps nobody here."""
    return joined((error.what, say("Choose one.")))


def _label(number: int, ref: ImageRef) -> str:
    """Plain words: a select shows no markdown, and what looks like a mention calls nobody."""
    return shorten(f"{number}. {' '.join(ref.name.split()) or 'Picture'}", limits.DESCRIPTION_CHARACTERS)
