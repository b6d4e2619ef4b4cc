"""Threads that belong to Easel: there, every message is the next step.

A thread is Easel's when it hangs from one of its pictures, or from a message that asked it for one; a thread of other
people's stays theirs, even when somebody has called Easel into it: there it answers to its name only. Which pictures a
thread holds, our own tables know: for an app that is distributed and not in the Marketplace, Slack answers
`conversations.replies` once a minute (docs.slack.dev, "Rate limit changes for non-Marketplace apps").
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from bots.slack.destination import PLATFORM
from bots.slack.posts import Post, State
from bots.slack.records import Records
from core.conversation.meaning import Pictures, refs_of
from core.errors import NotFound
from core.model import Actor, ImageId, JobId, Place, StoredImage
from core.studio import Studio

_BEGUN: Final = "thread"
_WORKING: Final = "working"
_DRAWING_US: Final = 900 * 1_000_000  # a picture that is not there by then is not waited for any more


@dataclass(frozen=True, slots=True)
class Thread:
    """What a thread is about."""

    session: bool = False  # it is Easel's, and there is a picture to go on from, or soon will be
    pictures: Pictures = ()  # of its newest message with pictures; all None when those of its root were deleted
    drawing: bool = False  # its picture is still being drawn
    newest: str = ""  # the ts of the newest message of ours with pictures


async def begin(records: Records, team: str, channel: str, ts: str) -> None:
    """This message asked Easel: the thread under it is for what comes of that."""
    await records.note(_BEGUN, "", _scope(team, channel, ts))


async def working(records: Records, team: str, channel: str, root: str, job: JobId, now_us: int) -> None:
    """This job's picture will stand in that thread."""
    scope = _scope(team, channel, root)
    await records.take_note(_WORKING, scope)
    await records.note(_WORKING, f"{job} {now_us}", scope)


async def look_into(studio: Studio, records: Records, actor: Actor, place: Place, root: str, now_us: int) -> Thread:
    """What a turn in this thread starts from. Outside a thread there is nothing."""
    if not root:
        return Thread()
    scope = _scope(place.workspace, place.channel, root)
    drawing = await _is_drawing(records, scope, now_us)
    posts = await records.posts.in_thread(place.workspace, place.channel, root)
    hangs = any(post.message == root for post in posts)
    if not posts and not drawing:
        return Thread()
    pictures = await _newest(studio, records, actor, place, posts, root)
    newest = max((post.message for post in posts), key=lambda ts: (len(ts), ts), default="")
    if not any(pictures) and not drawing:
        return Thread(pictures=pictures)
    return Thread(hangs or await records.noted(_BEGUN, scope) is not None, pictures, drawing, newest)


async def _newest(
    studio: Studio, records: Records, actor: Actor, place: Place, posts: tuple[Post, ...], root: str
) -> Pictures:
    """Of the newest message whose pictures are not all deleted; without one, of the root."""
    at_root: Pictures = ()
    for post in reversed(posts):
        if not post.message:
            continue
        shown = await _shown(studio, records, actor, place, post)
        if any(shown):
            return refs_of(PLATFORM, shown)
        if post.message == root:
            at_root = refs_of(PLATFORM, shown)
    return at_root


async def _shown(
    studio: Studio, records: Records, actor: Actor, place: Place, post: Post
) -> tuple[StoredImage | None, ...]:
    """The core hears of a message when all of it is posted; who answers before that is quick, and not lost."""
    shown = await studio.pictures_of_message(PLATFORM, post.channel, post.message, actor, place)
    if shown:
        return shown
    images = await records.posts.images(post.team, post.files)
    return tuple([await _seen(studio, image, actor, place) for image in images])


async def _seen(studio: Studio, image: ImageId, actor: Actor, place: Place) -> StoredImage | None:
    try:
        return await studio.picture(image, actor, place)
    except NotFound:
        return None


async def _is_drawing(records: Records, scope: str, now_us: int) -> bool:
    said = await records.noted(_WORKING, scope)
    if said is None:
        return False
    job, _, at_us = said.partition(" ")
    if now_us - int(at_us) > _DRAWING_US:
        return False
    posts = await records.posts.of(JobId(job))
    return not any(post.state is State.DONE for post in posts.values())


def _scope(team: str, channel: str, ts: str) -> str:
    return f"{team}/{channel}/{ts}"
