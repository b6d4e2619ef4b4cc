"""Slack as the core sees it. Every verb may be called in a process that never saw the request."""

from __future__ import annotations

from collections.abc import Sequence

from bots.slack import limits, posting
from bots.slack.api import Api
from bots.slack.delivering import Delivering
from bots.slack.destination import PLATFORM, Spot, decode
from bots.slack.news import News
from bots.slack.office import slack_names
from bots.slack.originals import Originals
from bots.slack.posting import Showing
from bots.slack.posts import Post
from bots.slack.records import Records
from bots.slack.remembering import KEEPS_FOR, Remembering
from bots.slack.removing import remove
from bots.slack.responding import Responses
from bots.slack.result_blocks import LabelOf
from bots.slack.sharing import Sharing
from bots.slack.text import escaped
from core.errors import DeliveryError, Gone
from core.model import Capabilities, Destination, ImageId, ImageRef, MessageRef, Outcome, PostingPlan, Progress
from core.ports import BlobStore, Clock
from core.privacy.remembering import Recalled, Shown, Traces
from core.upkeep import Needed


class SlackAdapter:
    """A `core.ports.PlatformAdapter` over Slack's Web API. It needs no connection from Slack."""

    def __init__(
        self, api: Api, records: Records, blobs: BlobStore, clock: Clock, label_of: LabelOf, showing: Showing
    ) -> None:
        self.label_of = label_of  # Details names the model as a post does
        self.responses = Responses(api, records, clock)
        self._api, self._records, self._blobs = api, records, blobs
        self._showing = showing
        self._originals = Originals(api, records, blobs, clock)
        self._remembering = Remembering(api, records, blobs, records.database)
        self._news = News(api, records, clock)
        sharing = Sharing(records.posts, blobs, clock, alt_text=showing.alt_text)
        self._delivering = Delivering(api, records, sharing)

    @property
    def platform(self) -> str:
        """Its name in destinations, places and references."""
        return PLATFORM

    def capabilities(self, at: Destination) -> Capabilities:
        """What fits there: the same everywhere in Slack."""
        return Capabilities(
            file_bytes=limits.FILE_BYTES,
            message_bytes=limits.MESSAGE_BYTES,
            files=limits.FILES,
            media_types=limits.MEDIA_TYPES,
            text_characters=limits.REMARK_CHARACTERS,
            alt_characters=limits.ALT_CHARACTERS,
            previews=False,  # a picture in a message is a file that everybody is told of
            progress_interval_us=int(limits.PROGRESS_SECONDS * 1_000_000),
            ephemeral=True,
        )

    async def aclose(self) -> None:
        """Tell nobody anything more; before the connections are closed."""
        await self._news.aclose()

    async def open(self, ref: ImageRef) -> bytes:
        """The file's bytes, hostile. Raises `Gone`, or `UnusableImage` when it is too large."""
        return await self._originals.open(ref)

    async def progress(self, to: Destination, update: Progress) -> None:
        """Tell it as soon as the pace allows; what is newer by then is told instead. Returns at once."""
        spot = _spot_or_none(to)
        if spot is not None:
            self._news.tell(spot, update)

    async def deliver(self, to: Destination, outcome: Outcome, plan: PostingPlan) -> tuple[MessageRef, ...]:
        """Post once. Raises `Gone` or `Later`."""
        spot = decode(to)
        await self._news.close(outcome.job)
        private = spot.private or outcome.plan.private
        parts = posting.parts(spot, outcome, plan, self.label_of, self._showing, private=private)
        return await self._delivering.deliver(spot, outcome, parts, private=private)

    async def take_away(self, team: str, image: ImageId, *, enterprise: str = "") -> tuple[Post, ...]:
        """A deleted picture leaves Slack, too; the posts that show others go on. Raises `Later` and `Unreachable`."""
        return await remove(self._api.within(enterprise), self._records.posts, team, image)

    async def leave(self, to: Destination, outcome: Outcome, why: DeliveryError) -> None:
        """It is given up: say so where the person waits, or when they are heard of next."""
        spot = _spot_or_none(to)
        if spot is not None:
            private = spot.private or outcome.plan.private
            await self._delivering.leave(spot, outcome, why, private=private)

    async def announce(self, workspace: str, channel: str, sentence: str) -> None:
        """Words for all in a channel. Raises `Unreachable`, `Gone` or `Later`."""
        await self._api.post(workspace, channel, slack_names(escaped(sentence)))

    async def name_of(self, workspace: str, channel: str = "") -> str:
        """As Slack has it; direct messages have no name. Raises `Unreachable`, `Gone` or `Later`."""
        if not channel:
            return await self._api.name_of(workspace)
        if channel.startswith("D"):
            return ""
        said = await self._api.channel(workspace, channel)
        return str(said.get("name") or "")

    async def prune(self, needed: Needed) -> int:
        """Forget by age what no message, form or button needs any more; how many rows went."""
        return await self._records.prune(self._blobs, needed)

    @property
    def one_id_everywhere(self) -> bool:
        """A person's id is sure to be theirs within one workspace only."""
        return False

    @property
    def keeps_for(self) -> Sequence[str]:
        """What its own tables keep of people, and for how long."""
        return KEEPS_FOR

    def home_of(self, user: str) -> str:
        """Direct messages belong to the workspace, too."""
        return ""

    async def recall(self, traces: Traces) -> Recalled:
        """Everything of theirs in its own tables."""
        return await self._remembering.recall(traces)

    async def take_back(self, shown: Sequence[Shown]) -> int:
        """Remove these posts; how many messages still stand."""
        return await self._remembering.take_back(shown)

    async def forget(self, traces: Traces, needed: Needed) -> None:
        """Everything of theirs in its own tables."""
        await self._remembering.forget(traces, needed)

    async def keeps(self, blob: str) -> bool:
        """Whether a kept file of a person's has these bytes."""
        return await self._records.keeps(blob)


def _spot_or_none(to: Destination) -> Spot | None:
    try:
        return decode(to)
    except Gone:
        return None
