"""Threads that hang from a picture of Easel's: there, every message is the next step.

A thread that is made from a message has that message's id (Discord, "Start Thread from Message"). So the thread of a
result is found in the table of posts, and nothing about it has to be remembered.
"""

from __future__ import annotations

from dataclasses import dataclass

from bots.discord.destination import PLATFORM
from core.conversation.meaning import refs_of
from core.model import Actor, ImageRef, Place, StoredImage
from core.studio import Studio

Shown = tuple[StoredImage | None, ...]  # numbered from 1; None for one that is deleted or not this person's to see


@dataclass(frozen=True, slots=True)
class Thread:
    """What a thread is about."""

    session: bool = False  # it hangs from a picture of ours, and there is a picture to go on from
    pictures: tuple[ImageRef | None, ...] = ()  # of its newest message with pictures, or of the one that it hangs from


async def look_into(studio: Studio, actor: Actor, place: Place) -> Thread:
    """What a turn in this thread starts from. Outside a thread there is nothing."""
    if place.thread is None:
        return Thread()
    begun_by = await _begun_by(studio, actor, place)
    newest = await studio.newest_pictures(PLATFORM, place.thread, actor, place)
    pictures = refs_of(PLATFORM, newest if any(newest) else begun_by)
    if not any(pictures):
        return Thread()
    return Thread(session=bool(begun_by), pictures=pictures)


async def _begun_by(studio: Studio, actor: Actor, place: Place) -> Shown:
    if place.thread is None:
        return ()
    return await studio.pictures_of_message(PLATFORM, place.channel, place.thread, actor, place)
