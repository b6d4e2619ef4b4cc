"""The playground as the core sees it: a platform like any other, and the first in the adapters' conformance suite."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bots.web import destination, limits, posts
from bots.web.channel import ChannelLog
from bots.web.live import JobNews, Live
from bots.web.people import PLATFORM, Roster
from bots.web.remembering import KEEPS_FOR, Remembering
from bots.web.uploads import Uploads
from core.errors import Gone, NotFound
from core.model import (
    Capabilities,
    Destination,
    Finished,
    ImageRef,
    MessageRef,
    Outcome,
    PostingPlan,
    Progress,
    Unfinished,
)
from core.ports import Clock
from core.privacy.remembering import Recalled, Shown, Traces
from core.upkeep import Needed


class WebAdapter:
    """A `core.ports.PlatformAdapter` over the playground's own tables."""

    def __init__(
        self,
        log: ChannelLog,
        live: Live,
        uploads: Uploads,
        roster: Roster,
        label_of: Callable[[str, str], str],
        clock: Clock,
    ) -> None:
        self._clock = clock
        self._log = log
        self._live = live
        self._uploads = uploads
        self._roster = roster
        self._label_of = label_of
        self._remembering = Remembering(log, uploads.database, uploads.blobs, live.changed)

    @property
    def platform(self) -> str:
        """The playground's name in destinations, places and references."""
        return PLATFORM

    def capabilities(self, at: Destination) -> Capabilities:
        """The same everywhere in the playground."""
        return limits.CAPABILITIES

    @property
    def one_id_everywhere(self) -> bool:
        """There is one workspace."""
        return False

    @property
    def keeps_for(self) -> Sequence[str]:
        """What its own tables keep of people, and for how long."""
        return KEEPS_FOR

    def home_of(self, user: str) -> str:
        """Nobody has one."""
        return ""

    async def recall(self, traces: Traces) -> Recalled:
        """Everything of theirs in its own tables."""
        return await self._remembering.recall(traces)

    async def take_back(self, shown: Sequence[Shown]) -> int:
        """Its messages are its own rows: `forget` empties them."""
        return 0

    async def forget(self, traces: Traces, needed: Needed) -> None:
        """Everything of theirs in its own tables."""
        await self._remembering.forget(traces, needed)

    async def keeps(self, blob: str) -> bool:
        """Whether an attachment has these bytes."""
        return await self._uploads.keeps(blob)

    async def open(self, ref: ImageRef) -> bytes:
        """An attachment's bytes: rewritten by us for a picture, as they came for a mask. Raises `Gone`."""
        prefix, _, upload = ref.token.partition(":")
        if prefix != "upload" or not upload:
            raise Gone("This picture is not one of the playground's attachments.")
        try:
            return await self._uploads.data(upload)
        except NotFound as error:
            raise Gone("The attached file is no longer here.", "Attach it again.") from error

    async def announce(self, workspace: str, channel: str, sentence: str) -> None:
        """Words of Easel's for everybody in a channel. Raises `Gone` for one that is no more."""
        try:
            room = self._roster.channel(channel)
        except NotFound as error:
            raise Gone("There is no such channel in the playground.") from error
        await self._log.post((posts.announcement(room.id, sentence, self._clock.now_us()),))
        self._live.changed(room.id)

    async def name_of(self, workspace: str, channel: str = "") -> str:
        """How the channel is called in the list. Raises `NotFound`."""
        return self._roster.channel(channel).name if channel else ""

    async def progress(self, to: Destination, update: Progress) -> None:
        """Show the pages that are open how far the job is. A job that nobody may see any more is not shown."""
        if self._live.news(update.job) is None:
            try:
                place = destination.read(to)
            except Gone:
                return
            message = await self._log.message(place.message, place.person)
            if message is None or message.kind != "working":
                return
            self._live.watch(JobNews(update.job, message.id, message.channel, message.only_for))
        self._live.progressed(update)

    async def deliver(self, to: Destination, outcome: Outcome, plan: PostingPlan) -> tuple[MessageRef, ...]:
        """Turn the job's working message into its outcome: once, because the message's id comes from the destination.

        Raises `Gone` when the channel is no more.
        """
        place = destination.read(to)
        try:
            self._roster.channel(place.channel)
        except NotFound as error:
            raise Gone("The channel of this picture is gone from the playground.") from error
        match outcome:
            case Finished():
                messages = posts.finished(place, outcome, plan, self._label_of)
            case Unfinished():
                messages = (posts.unfinished(place, outcome),)
        for message in messages:
            await self._log.settle(message)
        self._live.finished(outcome.job)
        self._live.changed(place.channel)
        return tuple(MessageRef(PLATFORM, place.channel, message.id) for message in messages)
