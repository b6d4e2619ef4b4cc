"""Takes a deleted picture out of Slack: its files, and the messages that have nothing else to show."""

from __future__ import annotations

from collections.abc import Coroutine
from typing import Final

from bots.slack.api import Api, Unreachable
from bots.slack.posts import Post, Posts
from core.model import ImageId

ABSENT: Final = frozenset(
    {"file_not_found", "file_deleted", "message_not_found", "channel_not_found", "thread_not_found"}
)


async def remove(api: Api, posts: Posts, team: str, image: ImageId) -> tuple[Post, ...]:
    """Everywhere it was posted. The answer: posts that go on showing other pictures, whose buttons may be renewed.

    Done again it goes on where it stopped. Raises `Later`, and `Unreachable` where Slack does not let us.
    """
    left = []
    for file, post in await posts.of_image(team, image):
        others = tuple(each for each in post.files if each != file)
        await _gone(api.delete_file(team, file))
        if others:
            left.append(post)
        else:  # the buttons first: a root with replies leaves a trace that a message was deleted
            for ts in (post.controls, post.message):
                if ts:
                    await _gone(api.delete(team, post.channel, ts))
        await posts.drop_file(team, file)
    return tuple([now for post in left if (now := (await posts.of(post.job)).get(post.part)) is not None])


async def _gone(request: Coroutine[None, None, None]) -> None:
    try:
        await request
    except Unreachable as error:
        if error.reason not in ABSENT:
            raise
