"""Makes pictures appear as one message of files, exactly once, although Slack answers before they do.

An upload is three requests: an address, the bytes, and "show these". After the third Slack works on its own, and only
files.info tells when the message is there (https://github.com/slackapi/bolt-js/issues/2115). Now and then it never is
(https://github.com/slackapi/python-slack-sdk/issues/1818). What was done is written down before every step, so that
another process goes on from there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final, assert_never

import structlog

from bots.slack import limits
from bots.slack.api import Api, FileId, Unreachable, Upload, share_in
from bots.slack.posting import Part
from bots.slack.posts import Post, Posts, State
from core.errors import DeliveryError
from core.fitting import shorten
from core.model import PlannedFile
from core.ports import BlobStore, Clock

log = structlog.get_logger()

_ATTEMPTS: Final = 2
_ABSENT: Final = frozenset({"file_not_found", "file_deleted"})


class NeverShared(DeliveryError):
    """Slack took the files twice and showed them to nobody."""

    code = "never_shared"

    def __init__(self) -> None:
        super().__init__("Slack took the picture twice and did not show it.")


class Sharing:
    """From kept bytes to the ts of the message that shows them."""

    def __init__(self, posts: Posts, blobs: BlobStore, clock: Clock, *, alt_text: bool) -> None:
        """`alt_text`: files carry one; those that are lost for it are sent again without."""
        self._posts = posts
        self._blobs = blobs
        self._clock = clock
        self._alt_text = alt_text

    async def shared(self, api: Api, post: Post, part: Part) -> Post:
        """Bring this message to where people see it. Raises `NeverShared`, `Unreachable`, `Later` and `Gone`."""
        if post.message:
            return post
        if post.files and len(post.files) != len(part.files):  # planned for other limits, before an upgrade
            post = await self.withdrawn(api, post)
        for attempt in range(_ATTEMPTS):
            alt = self._alt_text and attempt == 0
            post, ts = await self._attempt(api, post, part, alt=alt)
            if ts:
                return await self._posts.put(replace(post, state=State.SHARED, message=ts))
            log.warning("slack_never_shared", job=post.job, part=post.part, attempt=attempt, alt=alt)
            post = await self.withdrawn(api, post)
        raise NeverShared

    async def withdrawn(self, api: Api, post: Post) -> Post:
        """Delete what was sent: it must not appear after all, beside what is sent next. Raises `Later`."""
        for file in post.files:
            try:
                await api.delete_file(post.team, file)
            except Unreachable as error:
                if error.reason not in _ABSENT:
                    log.info("slack_file_left", job=post.job, reason=error.reason)
        return await self._posts.put(replace(post, state=State.BEGUN, files=()))

    async def _attempt(self, api: Api, post: Post, part: Part, *, alt: bool) -> tuple[Post, str]:
        match post.state:
            case State.BEGUN:
                post = await self._shown(api, await self._sent(api, post, part, alt=alt), part)
            case State.UPLOADED:
                post = await self._shown(api, post, part)
            case State.ASKED:
                if await self._unheard(api, post):
                    post = await self._shown(api, post, part)
            case State.SHARED | State.UNDER | State.DONE:
                return post, post.message
            case _:
                assert_never(post.state)
        return post, await self._appeared(api, post, limits.SHARE_WITH_ALT_SECONDS if alt else limits.SHARE_SECONDS)

    async def _sent(self, api: Api, post: Post, part: Part, *, alt: bool) -> Post:
        files = [await api.send(post.team, await self._upload(file), alt=alt) for file in part.files]
        return await self._posts.put(replace(post, state=State.UPLOADED, files=tuple(files)), part.images)

    async def _upload(self, file: PlannedFile) -> Upload:
        data = await self._blobs.read(file.blob)
        return Upload(file.name, data, _title(file), shorten(file.alt, limits.ALT_CHARACTERS))

    async def _shown(self, api: Api, post: Post, part: Part) -> Post:
        """Slack has no word against doing this twice, so that it is begun is written down first."""
        post = await self._posts.put(replace(post, state=State.ASKED))
        named = [(FileId(each), _title(file)) for each, file in zip(post.files, part.files, strict=True)]
        try:
            await api.share(post.team, post.channel, post.root, named, part.comment)
        except Unreachable as error:
            if error.reason not in _ABSENT and error.reason != "file_already_completed":
                await self._posts.put(replace(post, state=State.UPLOADED))
                raise
            # thrown away meanwhile, and is sent anew when it does not appear; or shown already
        return post

    async def _unheard(self, api: Api, post: Post) -> bool:
        """Whether an earlier "show these" never arrived: then Slack does not know these files yet."""
        try:
            await api.file(post.team, post.files[0])
        except Unreachable as error:
            return error.reason in _ABSENT
        return False

    async def _appeared(self, api: Api, post: Post, pauses: Sequence[float]) -> str:
        """The ts of the message, as soon as all its files are in it; "" when that takes too long."""
        for seconds in pauses:
            await self._clock.sleep(seconds)
            found = [await _share(api, post, file) for file in post.files]
            if all(found):
                return found[0]
        return ""


async def _share(api: Api, post: Post, file: str) -> str:
    try:
        return share_in(await api.file(post.team, file), post.channel) or ""
    except Unreachable:  # not known yet
        return ""


def _title(file: PlannedFile) -> str:
    """What lists of files and screen readers have: the description, or the name."""
    return shorten(" ".join(file.alt.split()), limits.TITLE_CHARACTERS) or file.name
