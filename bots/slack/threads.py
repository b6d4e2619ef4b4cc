"""Threads that belong to Easel: there, every message is the next step.

A thread is Easel's when it hangs from one of its pictures, or from a message that asked it for one; a thread of other
people's stays theirs, even when somebody has called Easel into it: there it answers to its name only. Which pictures a
thread holds, our own tables know: for an app that is distributed and not in the Marketplace, Slack answers
`conversations.replies` once a minute (docs.slack.dev, "Rate limit changes for non-Marketplace apps").

In those tables a message stands in its channel, "C1", or in a thread of it, "C1/1700000000.000100". The message that a
thread hangs from stands in the channel.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from bots.slack.destination import PLATFORM
from bots.slack.records import Records
from core.conversation.meaning import refs_of
from core.model import Actor, ImageRef, Place, StoredImage
from core.studio import Studio

Shown = tuple[StoredImage | None, ...]  # numbered from 1; None for one that is deleted or not this person's to see

_BEGUN: Final = "thread"


@dataclass(frozen=True, slots=True)
class Thread:
    """What a thread is about."""

    session: bool = False  # it is Easel's, and there is a picture to go on from
    pictures: tuple[ImageRef | None, ...] = ()  # of its newest message with pictures, or of the one that it hangs from


def standing(channel: str, thread: str = "") -> str:
    """Where a message stands, as `MessageRef.channel` says it: `C1`, or `C1/1700000000.000100` in a thread."""
    return f"{channel}/{thread}" if thread else channel


def parted(where: str) -> tuple[str, str]:
    """The channel and the thread of `standing`; no thread is empty."""
    channel, _, thread = where.partition("/")
    return channel, thread


async def begin(records: Records, team: str, channel: str, ts: str) -> None:
    """This message asked Easel: the thread under it is for what comes of that."""
    await records.note(_BEGUN, "", _scope(team, channel, ts))


async def look_into(studio: Studio, records: Records, actor: Actor, place: Place, root: str) -> Thread:
    """What a turn in this thread starts from. Outside a thread there is nothing."""
    if not root:
        return Thread()
    begun_by = await studio.pictures_of_message(PLATFORM, place.channel, root, actor, place)
    newest = await studio.newest_pictures(PLATFORM, standing(place.channel, root), actor, place)
    pictures = refs_of(PLATFORM, newest if any(newest) else begun_by)
    if not any(pictures):
        return Thread()
    asked = bool(begun_by) or await records.noted(_BEGUN, _scope(place.workspace, place.channel, root)) is not None
    return Thread(session=asked, pictures=pictures)


def _scope(team: str, channel: str, ts: str) -> str:
    return f"{team}/{channel}/{ts}"
