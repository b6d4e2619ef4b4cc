"""What every handler of an event is given. Nothing in it belongs to one event."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bots.discord.precedence import Precedence
from core.ports import BlobStore, Clock
from core.settings_discord import DiscordSettings
from core.studio import Studio

if TYPE_CHECKING:
    from bots.discord.adapter import DiscordAdapter
    from bots.discord.records import Records
    from bots.discord.rest import Rest


@dataclass(frozen=True, slots=True)
class Desk:
    """The studio, and the ways to answer.

    Where an answer goes is said by `spots.spot_of`, who asks by `who.actor_of` and `who.place_of`.

    `has_content`: whether Discord shows Easel the words of messages that do not mention it. `time_zone`: when a day
    begins, for `who.place_of`; Discord tells nobody's. `precedence`: who is served first when many ask.
    """

    studio: Studio
    adapter: DiscordAdapter
    rest: Rest
    records: Records
    blobs: BlobStore
    clock: Clock
    settings: DiscordSettings
    has_content: Callable[[], bool]
    time_zone: str = "UTC"
    precedence: Precedence = field(default_factory=Precedence)
