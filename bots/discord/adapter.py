"""Discord as the core sees it. Every verb may be called in a process that never saw the request."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from bots.discord import limits, posting
from bots.discord.answers import TEXT_CHARACTERS, cut
from bots.discord.delivering import Delivering
from bots.discord.destination import PLATFORM, Spot, decode
from bots.discord.naming import discord_names
from bots.discord.news import News, Tokens
from bots.discord.originals import Originals
from bots.discord.posting import LabelOf, Showing
from bots.discord.precedence import Precedence
from bots.discord.records import Records
from bots.discord.remembering import KEEPS_FOR, Remembering
from bots.discord.rest import Rest
from bots.discord.who import home_of
from core.errors import DeliveryError, Gone
from core.model import Capabilities, Destination, ImageRef, MessageRef, Outcome, PostingPlan, Progress
from core.ports import BlobStore, Clock
from core.privacy.remembering import Recalled, Shown, Traces
from core.upkeep import Needed

_LEAST_FILE_BYTES: Final = 256 * 1024


class DiscordAdapter:
    """A `core.ports.PlatformAdapter` over Discord's HTTP interface. It needs no gateway.

    An answer to an interaction needs no bot token either: `Rest` without a client delivers it while its token lives.
    """

    def __init__(
        self,
        rest: Rest,
        records: Records,
        blobs: BlobStore,
        clock: Clock,
        label_of: LabelOf,
        showing: Showing,
        precedence: Precedence | None = None,
    ) -> None:
        """`precedence`: whoever waits for an acknowledgement in this process goes before the news of jobs."""
        tokens = Tokens()
        self.label_of = label_of  # Details names the model as a post does
        self._showing = showing
        self._rest = rest
        self._records, self._blobs = records, blobs
        self._originals = Originals(rest, records, blobs, clock)
        self._remembering = Remembering(rest, records, blobs, records.database)
        self._news = News(rest, records, clock, showing, tokens, precedence or Precedence())
        self._delivering = Delivering(rest, records, blobs, clock, tokens)

    @property
    def platform(self) -> str:
        """Its name in destinations, places and references."""
        return PLATFORM

    def capabilities(self, at: Destination) -> Capabilities:
        """What fits there: how large a file may be, the interaction or the server says."""
        try:
            file_bytes = decode(at).file_bytes
        except Gone:  # nothing will be posted there, and that is not for this question to say
            file_bytes = limits.FILE_BYTES
        return Capabilities(
            file_bytes=min(max(file_bytes, _LEAST_FILE_BYTES), limits.REQUEST_BYTES),
            message_bytes=limits.REQUEST_BYTES,
            files=limits.FILES,
            media_types=limits.MEDIA_TYPES,
            text_characters=limits.REMARK_CHARACTERS,
            alt_characters=limits.ALT_CHARACTERS,
            previews=True,
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
        parts = posting.parts(spot, outcome, plan, self.label_of, self._showing)
        return await self._delivering.deliver(spot, outcome, parts)

    async def leave(self, to: Destination, outcome: Outcome, why: DeliveryError) -> None:
        """To be told at the person's next command."""
        spot = _spot_or_none(to)
        if spot is not None:
            await self._delivering.leave(spot, outcome, why)

    async def announce(self, workspace: str, channel: str, sentence: str) -> None:
        """Words for all in a channel. Raises `Gone` or `Later`."""
        if not channel.isdecimal():
            raise Gone("There is no such channel on Discord.")
        await self._rest.send(int(channel), {"content": cut(discord_names(sentence), TEXT_CHARACTERS)})

    async def name_of(self, workspace: str, channel: str = "") -> str:
        """As Discord has it; direct messages have no name. Raises `Gone` or `Later`."""
        if not workspace.isdecimal() or not (channel or "0").isdecimal():
            return ""
        return await self._rest.name_of(int(workspace), int(channel or 0))

    async def prune(self, needed: Needed) -> int:
        """Forget by age what no message, form or button needs any more; how many rows went."""
        return await self._records.prune(self._blobs, needed)

    @property
    def one_id_everywhere(self) -> bool:
        """A person has one id in all of Discord."""
        return True

    @property
    def keeps_for(self) -> Sequence[str]:
        """What its own tables keep of people, and for how long."""
        return KEEPS_FOR

    def home_of(self, user: str) -> str:
        """The workspace of their direct messages and of what they installed for themselves alone."""
        return home_of(user)

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
