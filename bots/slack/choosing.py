"""Asking which of several pictures is meant, and going on from the answer, in whichever process gets it.

The wish is written down under an id, and the select's values carry that id: nothing waits in memory. In a thread a bare
number answers, too: the latest question to a person in a thread is found by their names.
"""

from __future__ import annotations

from typing import Final

from bots.slack.components import CHOICES_MAX, which
from bots.slack.event import Payload
from bots.slack.records import Records
from core.conversation.meaning import Question
from core.conversation.wishes import Waiting, kept, taken_up
from core.errors import NotFound, WhichPicture
from core.i18n import say
from core.model import ImageRef

_KIND: Final = "which"
_LATEST: Final = "asked"


async def ask(records: Records, waiting: Waiting, thread: str = "") -> Payload:
    """Write the wish down; the row to show with the question. `thread`: where a bare number answers, see `scope`."""
    note = await records.note(_KIND, kept(waiting))
    if thread:
        await records.take_note(_LATEST, thread)
        await records.note(_LATEST, note, thread)
    return which(note, waiting.choices[:CHOICES_MAX])


async def answered(records: Records, note: str, person: str, number: int) -> tuple[Waiting, ImageRef]:
    """The wish, and the picture that was chosen for it. Raises `NotFound` for who was not asked, or an unknown note."""
    waiting = await _waiting(records, note)
    if waiting is None or waiting.asked != person:
        raise NotFound(say("This question is not open any more."), say("Say again what you want."))
    if not 1 <= number <= len(waiting.choices):
        raise NotFound(say("This is none of the pictures that I asked about."), say("Choose again."))
    return waiting, waiting.choices[number - 1]


async def latest(records: Records, thread: str) -> Question | None:
    """The question that a bare number in this thread answers."""
    note = await records.noted(_LATEST, thread)
    waiting = await _waiting(records, note) if note else None
    return Question(waiting.wish.words, waiting.wish.options, waiting.choices) if waiting else None


async def close(records: Records, thread: str) -> None:
    """Something else was asked for there since: a number alone is no answer any more. The select still is."""
    await records.take_note(_LATEST, thread)


def scope(team: str, channel: str, thread: str, person: str) -> str:
    """One person in one thread."""
    return f"{team}/{channel}/{thread}/{person}"


def question(error: WhichPicture) -> str:
    """What stands over the select: what is unclear."""
    return f"{error.what} Choose one."


async def _waiting(records: Records, note: str) -> Waiting | None:
    text = await records.noted(_KIND, note)
    return None if text is None else taken_up(text)
