"""From an outcome to messages in Slack, each exactly once, by whichever way is left.

Pictures are files in the place where they were asked for, with one message of buttons under them. What is private, and
what that place does not take any more, goes to the person's direct messages. Words alone take the place of what said
that Easel is at work; after a command they are for its person alone, since nobody else knows of it. What can be posted
nowhere is told when the person is heard of next.
"""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, assert_never

import structlog

from bots.slack import limits
from bots.slack.api import Api, Unreachable
from bots.slack.destination import PLATFORM, Spot
from bots.slack.event import Payload
from bots.slack.posting import Part
from bots.slack.posts import Post, State
from bots.slack.records import Records
from bots.slack.result_blocks import images_in
from bots.slack.sharing import NeverShared, Sharing
from bots.slack.text import shown
from core.errors import DeliveryError, Gone, Later
from core.model import Finished, JobId, MessageRef, Outcome, Unfinished

log = structlog.get_logger()

_TOLD: Final = "told"  # the note that a job was given up, and its person knows
_UNTIDY: Final = "untidy"  # what said "at work" could not be taken away yet

BY_DIRECT_MESSAGE: Final = "I cannot post where you asked any more, so it comes here."
SENT_TO_YOU: Final = "It is for you alone: look into your direct messages with me."
SENT_ELSEWHERE: Final = "I cannot post it here: look into your direct messages with me."


@dataclass(frozen=True, slots=True)
class Errand:
    """One outcome on its way. `alone`: it is for the person alone, and their direct messages are the only way."""

    job: JobId
    spot: Spot
    api: Api
    alone: bool

    @property
    def in_place(self) -> bool:
        """Whether words may take the place of what says "at work": nobody sees them who should not."""
        return bool(self.spot.placeholder_in) or not (self.alone or self.on_the_top)

    @property
    def on_the_top(self) -> bool:
        """Whether "at work" stands between the messages of a channel, where everybody sees it."""
        return not self.spot.thread and not self.spot.direct


class Delivering:
    """Posts. Raises `Gone` when no way is left and `Later` when Slack is busy or away."""

    def __init__(self, api: Api, records: Records, sharing: Sharing) -> None:
        self._api = api
        self._records = records
        self._sharing = sharing

    async def deliver(
        self, spot: Spot, outcome: Outcome, parts: Sequence[Part], *, private: bool
    ) -> tuple[MessageRef, ...]:
        """One reference for each part. What an earlier attempt posted is not posted again."""
        posted = await self._records.posts.of(outcome.job)
        if len(posted) == len(parts) and all(post.state is State.DONE for post in posted.values()):
            return tuple(_ref(posted[number]) for number in range(len(parts)))
        errand = Errand(outcome.job, spot, self._api.within(spot.enterprise), private and not spot.direct)
        try:
            posts = [await self._arrived(errand, number, part, posted) for number, part in enumerate(parts)]
        except (Unreachable, NeverShared) as error:
            log.info("slack takes no post", job=outcome.job, reason=getattr(error, "reason", error.code))
            raise _gone(error) from None
        if not any(part.files for part in parts):
            await self._quieted(errand)
        await self._tidied(errand, posts)
        for post in posts:
            await self._records.posts.put(replace(post, state=State.DONE))
        return tuple(_ref(post) for post in posts)

    async def leave(self, spot: Spot, outcome: Outcome, why: DeliveryError, *, private: bool) -> None:
        """It is not posted any more: said where the person waits, or when they are heard of next. Said once."""
        if await self._records.noted(_TOLD, outcome.job) is None:
            given_up = Gone("I tried for hours.") if isinstance(why, Later) else why
            errand = Errand(outcome.job, spot, self._api.within(spot.enterprise), private and not spot.direct)
            await self._told(errand, _letter(given_up, spot, outcome))
            await self._quieted(errand)
            await self._records.note(_TOLD, "", outcome.job)

    async def _quieted(self, errand: Errand) -> None:
        """A new message ends the thread's status, and a changed one does not."""
        spot = errand.spot
        if spot.status and spot.thread:
            with contextlib.suppress(DeliveryError):
                await errand.api.status(spot.team, spot.channel, spot.thread, "")

    async def _arrived(self, errand: Errand, number: int, part: Part, posted: dict[int, Post]) -> Post:
        post = posted.get(number)
        again = post is not None
        if post is None or post.state is State.BEGUN:
            post = await self._begun(errand, part, number, posted)
        if not part.files:
            return post if post.message else await self._words(errand, post, part, again=again)
        post = await self._pictures(errand, post, part)
        posted[number] = post  # the next part follows to the same place
        return await self._controlled(errand, post, part)

    async def _begun(self, errand: Errand, part: Part, number: int, posted: dict[int, Post]) -> Post:
        """Where it goes: the further messages of an outcome follow the first one."""
        spot, first = errand.spot, posted.get(0)
        if number and first is not None:
            post = Post(errand.job, number, team=spot.team, channel=first.channel, root=first.root, note=first.note)
        elif errand.alone and part.files:
            channel = spot.placeholder_in or await errand.api.direct_channel(spot.team, spot.user)
            post = Post(errand.job, number, team=spot.team, channel=channel)
        else:
            post = Post(errand.job, number, team=spot.team, channel=spot.channel, root=spot.thread)
        return await self._records.posts.put(post)

    # --- pictures -------------------------------------------------------------------------------------------------

    async def _pictures(self, errand: Errand, post: Post, part: Part) -> Post:
        """Where it was asked for; and where that is not possible any more, to the person."""
        try:
            return await self._sharing.shared(errand.api, post, part)
        except Unreachable as error:
            if errand.alone or post.part or post.note or error.reason in _NOWHERE:
                raise
            log.info("slack, another way", job=post.job, reason=error.reason)
        post = (await self._records.posts.of(post.job)).get(post.part, post)  # the files are there
        channel = await errand.api.direct_channel(post.team, errand.spot.user)
        moved = await self._records.posts.put(replace(post, channel=channel, root="", note=BY_DIRECT_MESSAGE))
        comment = f"{BY_DIRECT_MESSAGE}\n{part.comment}".strip()
        return await self._sharing.shared(errand.api, moved, replace(part, comment=comment))

    async def _controlled(self, errand: Errand, post: Post, part: Part) -> Post:
        """The buttons, once. Without them the picture is there all the same."""
        if post.controls or post.state is State.DONE:
            return post
        root = post.root or post.message
        if post.state is State.UNDER:
            before = await self._found(errand, post.channel, root, part)
            if before:
                return await self._records.posts.put(replace(post, controls=before))
        post = await self._records.posts.put(replace(post, state=State.UNDER))
        try:
            ts = await errand.api.post(post.team, post.channel, part.text, part.blocks, root)
        except Unreachable as error:
            log.warning("slack takes no buttons", job=post.job, reason=error.reason)
            return post
        return await self._records.posts.put(replace(post, controls=ts))

    async def _found(self, errand: Errand, channel: str, root: str, part: Part) -> str:
        """The ts of this part's message of buttons or words, when an earlier attempt posted it and was not told."""
        try:
            if root:
                messages = await errand.api.replies(errand.spot.team, channel, root)
            else:
                messages = await errand.api.newest(errand.spot.team, channel)
        except Unreachable:  # without the scopes for history nobody can know
            return ""
        return next((str(each.get("ts", "")) for each in messages if _is_the_one(each, part)), "")

    # --- words ----------------------------------------------------------------------------------------------------

    async def _words(self, errand: Errand, post: Post, part: Part, *, again: bool) -> Post:
        """Instead of what says that Easel is at work, where that is possible: done twice, it is the same."""
        spot = errand.spot
        try:
            if spot.placeholder and errand.in_place:
                await errand.api.update(spot.team, spot.at_work_in, spot.placeholder, part.text, part.blocks)
                return await self._said(post, spot.at_work_in, spot.placeholder)
        except Unreachable as error:  # deleted meanwhile
            log.info("slack, another way", job=post.job, reason=error.reason)
        if errand.on_the_top and not (errand.alone or again):
            ts = await self._to_them_alone(errand, part.text)
            if ts:
                return await self._said(post, spot.channel, ts)
        return await self._by_message(errand, post, part, again=again)

    async def _by_message(self, errand: Errand, post: Post, part: Part, *, again: bool) -> Post:
        """In the thread where it was asked, or else to the person: a channel need not know what did not become."""
        spot = errand.spot
        channel, root = post.channel, post.root
        if errand.alone or not (root or spot.direct):
            channel, root = await errand.api.direct_channel(spot.team, spot.user), ""
        before = await self._found(errand, channel, root, part) if again else ""
        if before:
            return await self._said(post, channel, before)
        try:
            return await self._said(post, channel, await errand.api.post(spot.team, channel, part.text, (), root))
        except Unreachable as error:
            if not root:
                raise
            log.info("slack, another way", job=post.job, reason=error.reason)
        channel = await errand.api.direct_channel(spot.team, spot.user)
        return await self._said(post, channel, await errand.api.post(spot.team, channel, part.text))

    async def _to_them_alone(self, errand: Errand, text: str) -> str:
        """The ts of words in the channel that only this person sees; "" where Easel is not any more."""
        spot = errand.spot
        try:
            return await errand.api.ephemeral(spot.team, spot.channel, spot.user, text)
        except Unreachable as error:
            log.info("slack, another way", job=errand.job, reason=error.reason)
            return ""

    async def _said(self, post: Post, channel: str, ts: str) -> Post:
        return await self._records.posts.put(replace(post, state=State.UNDER, channel=channel, message=ts))

    # --- afterwards -----------------------------------------------------------------------------------------------

    async def _tidied(self, errand: Errand, posts: Sequence[Post]) -> None:
        """What says "at work" has said it. When Slack is busy it is tried once more, and then it stays."""
        spot = errand.spot
        used = {post.message for post in posts}
        elsewhere = any(post.channel != spot.channel for post in posts)
        try:
            if spot.placeholder and spot.placeholder not in used:
                await errand.api.delete(spot.team, spot.at_work_in, spot.placeholder)
        except Later:
            if await self._records.first_time(_UNTIDY, errand.job):
                raise
        except DeliveryError as error:  # gone already
            log.info("slack keeps a placeholder", job=errand.job, code=error.code)
        if elsewhere and not spot.placeholder_in:  # whose placeholder stood there knows the way
            await self._point_the_way(errand)

    async def _point_the_way(self, errand: Errand) -> None:
        """The person waits, and the answer came elsewhere."""
        spot = errand.spot
        with contextlib.suppress(DeliveryError):
            if spot.status:
                await errand.api.status(spot.team, spot.channel, spot.thread, "")
            text = SENT_TO_YOU if errand.alone else SENT_ELSEWHERE
            await errand.api.ephemeral(spot.team, spot.channel, spot.user, text, (), spot.thread)

    async def _told(self, errand: Errand, letter: str) -> None:
        """In the place of what says "at work", to the person directly, or left for later."""
        spot = errand.spot
        try:
            if spot.placeholder and errand.in_place:
                await errand.api.update(spot.team, spot.at_work_in, spot.placeholder, letter)
                return
            if spot.placeholder:
                with contextlib.suppress(DeliveryError):
                    await errand.api.delete(spot.team, spot.at_work_in, spot.placeholder)
            if errand.on_the_top and not errand.alone and await self._to_them_alone(errand, letter):
                return
            channel = await errand.api.direct_channel(spot.team, spot.user)
            await errand.api.post(spot.team, channel, letter, (), spot.thread if spot.direct else "")
        except DeliveryError:
            await self._records.put_in_inbox(spot.team, spot.user, errand.job, letter)


# What no other place would take either.
_NOWHERE: Final = frozenset(
    {
        *("file_uploads_disabled", "file_uploads_except_images_disabled", "storage_limit_reached"),
        *("file_type_not_allowed", "missing_scope", "no_permission", "access_denied", "file_upload_size_restricted"),
    }
)


def _ref(post: Post) -> MessageRef:
    return MessageRef(PLATFORM, post.channel, post.message, post.note)


def _is_the_one(message: Payload, part: Part) -> bool:
    """Whether it is this part's message: an app's, with the buttons of its pictures, or without any and its words."""
    if not (message.get("bot_id") or message.get("app_id")):
        return False
    if part.images:
        return images_in(message.get("blocks")) == part.images
    return message.get("text") == part.text


def _gone(error: Unreachable | NeverShared) -> Gone:
    """What it means, and what to do, in one sentence each."""
    match error:
        case NeverShared():
            return Gone(error.what)
        case Unreachable(reason="file_uploads_disabled" | "file_uploads_except_images_disabled"):
            return Gone("Files are switched off in this Slack workspace.", "Ask an administrator to allow pictures.")
        case Unreachable(reason="storage_limit_reached"):
            return Gone("This Slack workspace has no room for files left.", "Ask an administrator to make some.")
        case Unreachable(reason="file_type_not_allowed"):
            return Gone("This Slack workspace does not take files of this kind.", "Ask for another format.")
        case Unreachable(reason="missing_scope" | "no_permission"):
            return Gone("I lack a permission in this Slack workspace.", "Ask an administrator to install me again.")
        case Unreachable(reason="is_archived"):
            return Gone("The channel that this was for is archived.")
        case Unreachable(reason="not_in_channel" | "channel_not_found"):
            return Gone("I am not in the channel that this was for.", "Invite me, and ask again.")
        case Unreachable():
            return Gone("Slack did not take the message.")
        case _:
            assert_never(error)


def _letter(why: DeliveryError, spot: Spot, outcome: Outcome) -> str:
    """For the person: which answer it is about, and where the picture is."""
    where = "here" if spot.direct else f"in <#{spot.channel}>"
    match outcome:
        case Finished():
            return f"The picture that you asked for {where} could not be posted. {why.sentence} Look into /history."
        case Unfinished():
            return f"About what you asked for {where}: {shown(outcome.sentence, limits.REMARK_CHARACTERS)}"
        case _:
            assert_never(outcome)
